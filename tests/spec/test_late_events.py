"""A reset, a supplement or a finish that arrives after the fact gives the rows of the events in order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, NamedTuple
from uuid import UUID

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from mining.derive import refresh

DAY_ZERO = datetime(2025, 1, 6, tzinfo=UTC)
INSTANT = pa.timestamp("us", "UTC")


class Said(NamedTuple):
    """An event of one dossier; times are hours since DAY_ZERO."""

    dossier: int
    hour: int
    status: int | None = None
    due: int | None = None
    lifecycle: str = "complete"
    unit: str = "A"


ACCEPTED = Said(1, 0, 2, due=48)
SUPPLEMENT, COMPLETED = Said(1, 10, 5, due=72), Said(1, 30, 4)
RESET = Said(1, 40, due=96, lifecycle="reset-due", unit="B")
FINISH = Said(1, 100, 9)
SET_BACK = Said(1, 101, lifecycle="reset-finish")
HISTORY = (ACCEPTED, SUPPLEMENT, COMPLETED, RESET, FINISH, SET_BACK)


def arrive(log: Any, events: tuple[Said, ...]) -> None:
    """Append events to the store and derive what changed."""
    log.append(
        pa.table(
            {
                "source": ["test"] * len(events),
                "kind": ["status"] * len(events),
                "event_id": [repr(one) for one in events],
                "dossier": [str(UUID(int=one.dossier)) for one in events],
                "occurred_at": pa.array([DAY_ZERO + timedelta(hours=one.hour) for one in events], INSTANT),
                "status": pa.array([one.status for one in events], pa.int8()),
                "due_at": pa.array([one.due and DAY_ZERO + timedelta(hours=one.due) for one in events], INSTANT),
                "lifecycle": [one.lifecycle for one in events],
                "unit": [one.unit for one in events],
                "procedure": ["P"] * len(events),
            }
        )
    )
    refresh(log.cursor)


def kept(log: Any) -> dict[str, list[dict[str, Any]]]:
    """All rows of the clocks, but for the numbers that say in which order events arrived."""
    questions = {
        "clock": "SELECT * EXCLUDE (first_event_no, cohort) FROM clock JOIN cohort USING (cohort) ORDER BY dossier",
        "span": "SELECT * EXCLUDE (event_no) FROM clock_span ORDER BY dossier, ordinal",
        "promise": "SELECT * EXCLUDE (event_no) FROM promise ORDER BY dossier, ordinal",
    }
    return {name: log.cursor.execute(question).to_arrow_table().to_pylist() for name, question in questions.items()}


def in_order(new_log: Callable[[], Any], events: tuple[Said, ...]) -> dict[str, list[dict[str, Any]]]:
    log = new_log()
    arrive(log, tuple(sorted(events, key=lambda one: (one.dossier, one.hour, repr(one)))))
    return kept(log)


def test_in_order_the_history_has_a_wait_a_reset_and_a_finish_that_was_set_back(new_log: Any) -> None:
    found = in_order(new_log, HISTORY)
    (clock,) = found["clock"]
    hours = {
        name: (clock[name] - DAY_ZERO) // timedelta(hours=1) for name in clock if name.endswith("_at") and clock[name]
    }
    assert (hours["finished_at"], hours["reported_finished_at"]) == (100, 96)
    assert (hours["promised_due_at"], hours["reported_due_at"]) == (48, 96)
    assert [span["state"] for span in found["span"]] == ["handling", "supplement", "handling"]
    assert [one["kind"] for one in found["promise"]] == ["first", "changed", "reset-due", "reset-finish"]


@pytest.mark.parametrize("late", [*HISTORY[1:]], ids=lambda one: f"{one.lifecycle}-{one.status}")
def test_one_event_after_all_the_others_is_put_in_its_place(new_log: Any, late: Said) -> None:
    log = new_log()
    arrive(log, tuple(one for one in HISTORY if one is not late))
    before = kept(log)
    arrive(log, (late,))
    assert kept(log) == in_order(new_log, HISTORY) != before


def test_the_three_in_any_order_one_by_one(new_log: Any) -> None:
    expected = in_order(new_log, HISTORY)
    for order in permutations((SUPPLEMENT, RESET, FINISH)):
        log = new_log()
        arrive(log, (ACCEPTED, COMPLETED, SET_BACK))
        for late in order:
            arrive(log, (late,))
        assert kept(log) == expected


@st.composite
def histories(draw: st.DrawFn) -> tuple[Said, ...]:
    """Dossiers that wait, have their date reset and finish; some finishes are set back, some dossiers go on."""
    events: list[Said] = []
    for dossier in range(1, draw(st.integers(1, 3)) + 1):
        hours = sorted(draw(st.lists(st.integers(1, 200), min_size=6, max_size=6, unique=True)))
        due = st.integers(1, 250)
        turns = [
            Said(dossier, hours[0], 2, due=draw(due)),
            Said(dossier, hours[1], draw(st.sampled_from([5, 6, 8])), due=draw(st.none() | due)),
            Said(dossier, hours[2], 4),
            Said(dossier, hours[3], due=draw(due), lifecycle="reset-due", unit=draw(st.sampled_from("AB"))),
            Said(dossier, hours[4], draw(st.sampled_from([9, 9, 10, 7]))),
            draw(st.sampled_from([Said(dossier, hours[5], lifecycle="reset-finish"), Said(dossier, hours[5], 4)])),
        ]
        events += turns
    return tuple(events)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), events=histories())
def test_any_arrival_in_any_parts_gives_the_rows_of_the_events_in_order(
    new_log: Any, data: st.DataObject, events: tuple[Said, ...]
) -> None:
    arrival = tuple(data.draw(st.permutations(events)))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(events)), max_size=4)) | {len(events)})
    log = new_log()
    for begin, end in zip([0, *cuts], cuts, strict=False):
        arrive(log, arrival[begin:end])
    assert kept(log) == in_order(new_log, events)
