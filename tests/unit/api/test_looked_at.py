"""What the parameters of the routes on compliance stand for: equal ones are kept together, and for how long."""

import asyncio
from datetime import UTC, datetime

import pytest

from api.compliance.asked import LookedAt
from api.problems import ProblemError
from api.routes import looked_at as module
from api.routes.looked_at import looked_at

NOW = datetime(2025, 3, 3, 1, 59, tzinfo=UTC)


def asked(**params: str | datetime) -> LookedAt:
    return asyncio.run(looked_at(**params))  # type: ignore[arg-type]


def test_what_is_asked_of_now_is_another_question_in_another_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for minute in (0, 59):
        monkeypatch.setattr(module, "this_minute", lambda minute=minute: NOW.replace(minute=minute))
        found.append(asked())
    assert found[0] == found[1]
    monkeypatch.setattr(module, "this_minute", lambda: NOW.replace(hour=2, minute=0))
    assert asked() != found[0]


def test_what_is_asked_of_an_instant_stays_the_same_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "this_minute", lambda: NOW)
    first = asked(as_of=NOW)
    monkeypatch.setattr(module, "this_minute", lambda: NOW.replace(hour=2))
    assert asked(as_of=NOW) == first
    assert first.until() == NOW


def test_empty_names_choose_everything() -> None:
    assert asked(procedure="", channel="").chosen == asked().chosen


def test_an_instant_without_office_hours_is_a_problem() -> None:
    with pytest.raises(ProblemError, match="1990 to 2099"):
        asked(as_of=NOW.replace(year=2150))
