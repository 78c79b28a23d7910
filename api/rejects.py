"""The latest events that could not be used, for people who look for the fault of a sender."""

from datetime import UTC
from importlib import resources

from api import answers
from api.pages import cursor_of
from ingest.store import Store


def recent_rejects(store: Store, *, before: int, most: int) -> answers.RejectPage:
    """Return at most `most` rejected events with numbers below `before`, the latest first; never their content."""
    question = resources.files("api").joinpath("sql", "recent_rejects.sql").read_text(encoding="utf-8")
    with store.cursor() as cursor:
        found = cursor.execute(question, {"before": before, "most": most + 1}).to_arrow_table().to_pylist()
    items = [
        answers.Reject.model_validate({**row, "received_at": row["received_at"].astimezone(UTC)})
        for row in found[:most]
    ]
    return answers.RejectPage(items=items, next=cursor_of(items[-1].number) if len(found) > most else None)
