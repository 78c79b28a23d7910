"""What is told from chance: planted habits are found, in the units that have them, and clean offices have none."""

import pytest

from drawn_logs import CALENDARS, at
from made_offices import Offices, odd_units, store_of
from mining.integrity.findings import IntegrityReport, integrity
from mining.integrity.question import IntegrityQuestion, IntegritySettings

AS_OF = at("2025-06-30T17:00:00")


def found(offices: Offices, **settings: object) -> IntegrityReport:
    asked = IntegritySettings(**settings)  # type: ignore[arg-type]
    return integrity(store_of(offices), IntegrityQuestion(as_of=AS_OF, calendars=CALENDARS, settings=asked))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"batch_days": True},
        {"outage_hours": 120.0},
        {"days_only": True},
    ],
    ids=["plain", "batches", "outage", "days only"],
)
def test_clean_offices_yield_nothing(seed: int, odd: dict[str, float]) -> None:
    assert found(Offices(seed=seed, **odd)).findings == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("kind", "plant"),
    [
        ("period_end", {"to_month_end": 0.5}),
        ("finish_on_due", {"set_to_due": 0.5}),
        ("back_dated", {"dated_back": 0.1}),
    ],
)
def test_planted_habits_are_found(seed: int, kind: str, plant: dict[str, float]) -> None:
    offices = Offices(seed=seed, odd=6, **plant)  # type: ignore[arg-type]
    report = found(offices)
    assert {(finding.kind, finding.unit) for finding in report.findings} == {
        (kind, unit) for unit in odd_units(offices)
    }
    for finding in report.findings:
        assert finding.count > 2 * finding.expected
        assert finding.p_value is not None
        assert finding.q_value is not None
        assert finding.p_value <= finding.q_value <= 0.01


def test_back_dating_is_told_from_the_order_of_what_was_loaded_later() -> None:
    offices = Offices(seed=1, odd=4, dated_back=0.1)
    cursor = store_of(offices)
    cursor.execute("UPDATE event SET received_at = TIMESTAMPTZ '2025-06-01 00:00:00+07'")
    report = integrity(cursor, IntegrityQuestion(as_of=AS_OF, calendars=CALENDARS))
    assert {finding.unit for finding in report.findings if finding.kind == "back_dated"} == odd_units(offices)


def test_a_file_that_is_sorted_by_dossier_tells_nothing_of_its_arrival() -> None:
    cursor = store_of(Offices(seed=1, odd=4, dated_back=0.1))
    cursor.execute("UPDATE event SET received_at = TIMESTAMPTZ '2025-06-01 00:00:00+07'")
    cursor.execute(
        "CREATE TEMP TABLE sorted AS SELECT row_number() OVER (ORDER BY dossier, occurred_at) AS no, * FROM event"
    )
    cursor.execute("DELETE FROM event")
    cursor.execute("INSERT INTO event BY NAME SELECT * EXCLUDE (no) REPLACE (no AS event_no) FROM sorted ORDER BY no")
    report = integrity(cursor, IntegrityQuestion(as_of=AS_OF, calendars=CALENDARS))
    assert [finding for finding in report.findings if finding.kind == "back_dated"] == []


def test_quarters() -> None:
    offices = Offices(seed=2, odd=3, to_month_end=0.9, dossiers=600)
    units = {finding.unit for finding in found(offices, period="quarter").findings}
    assert units == odd_units(offices)
