"""What the HTTP API answers about rules; docs/rules.md explains them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.answers import InBothLanguages
from api.compliance import examples
from api.shown import FROM, TO, Next, shown

Threshold = bool | float | dict[str, list[str]]


class Rule(BaseModel):
    """A rule that every dossier keeps or breaks, where its events say so."""

    model_config = shown(examples.RULE)

    code: str
    name: InBothLanguages
    basis: Annotated[str, Field(description="law, or practice: what offices decided without an article that says so.")]
    source: Annotated[str, Field(description="Where it comes from.")]
    measured: Annotated[str | None, Field(description="What `measured` of a dossier is.")]
    thresholds: Annotated[
        dict[str, Threshold],
        Field(description="What it is judged by: a number, words, or whether silence says no (silence_is_no)."),
    ]


class RuleBook(BaseModel):
    """All rules, in the order in which they are reported."""

    model_config = shown(examples.RULE_BOOK)

    items: list[Rule]


class RuleSum(BaseModel):
    """How a rule is kept in all; broken + kept = checked, and what is not known is not checked."""

    model_config = shown(examples.RULE_SUM)

    rule: str
    checked: int
    broken: int
    kept: int
    unknown: int
    broken_share: Annotated[float | None, Field(description="Of the checked ones, 0 to 1; null: of nothing.")]


class RuleFinding(RuleSum):
    """How the dossiers of a procedure and unit keep a rule; `unit` null: the dossiers name none."""

    model_config = shown(examples.RULE_FINDING)

    procedure: str
    unit: str | None


class RuleFindingPage(BaseModel):
    """How rules are kept, by rule, procedure and unit; `rules` sums up the findings of all pages."""

    model_config = shown(examples.RULE_FINDINGS)

    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    calendar_versions: list[str]
    rules: list[RuleSum]
    total: Annotated[int, Field(description="Findings of all pages.")]
    items: list[RuleFinding]
    next: Next


class RuleDossier(BaseModel):
    """A dossier that a rule is about."""

    model_config = shown(examples.RULE_DOSSIER)

    dossier: UUID
    procedure: str
    unit: str | None
    verdict: Annotated[str, Field(description="broken, kept or unknown.")]
    measured: Annotated[float | None, Field(description="What the rule measures, see the book.")]


class RuleDossierPage(BaseModel):
    """The dossiers behind a figure of a rule; `total` is the figure."""

    model_config = shown(examples.RULE_DOSSIERS)

    rule: str
    verdict: str | None
    received_from: Annotated[datetime | None, FROM]
    received_to: Annotated[datetime | None, TO]
    as_of: datetime
    total: int
    items: list[RuleDossier]
    next: Next
