"""What the documents of the HTTP API share: how they are configured, and how a period is named."""

from typing import Annotated, Any

from pydantic import AliasChoices, ConfigDict, Field
from pydantic.config import ExtraValues

FROM = Field(
    validation_alias=AliasChoices("first_at", "received_from", "from_at", "finished_from", "said_from", "from"),
    serialization_alias="from",
)
TO = Field(validation_alias=AliasChoices("last_at", "received_to", "to_at", "said_to", "to"), serialization_alias="to")
Next = Annotated[str | None, Field(description="Give it as `cursor` to get the next page; null: this is the last.")]


def shown(example: dict[str, Any], extra: ExtraValues = "forbid") -> ConfigDict:
    """Return how a document is configured: with its example, read from values or from attributes."""
    return ConfigDict(from_attributes=True, extra=extra, json_schema_extra={"examples": [example]})
