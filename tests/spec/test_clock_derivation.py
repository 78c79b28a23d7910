"""Legal clocks of small logs, by SQL and by a naive derivation: same rows, whatever the arrival."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from mining.derive import refresh

DAY_ZERO = datetime(2025, 1, 6, tzinfo=UTC)
INSTANT = pa.timestamp("us", "UTC")
STATE = {2: "handling", 4: "handling", 9: "handling", 5: "supplement", 6: "payment", 8: "suspended"}
HOLDER = {"handling": "agency", "suspended": "suspended"}


class Said(NamedTuple):
    """An event of a drawn log; times are minutes since DAY_ZERO."""

    dossier: str
    minute: int
    id: str
    status: int | None = None
    activity: str | None = None
    lifecycle: str = "complete"
    due: int | None = None
    apology: bool | None = None
    unit: str | None = None
    sequence: int | None = None
    source: str = "test"


@dataclass
class Clock:
    """The clock of a dossier: its spans as (holder, state, from, to), its promises as (kind, said, unit, due)."""

    accepted: int | None = None
    finished: int | None = None
    kind: str = "open"
    returned: int | None = None
    reported_finished: int | None = None
    supplements: int = 0
    reopenings: int = 0
    apologised: int | None = None
    spans: list[tuple[str, str, int, int | None]] = field(default_factory=list)
    promises: list[tuple[str, int, str | None, int]] = field(default_factory=list)


def read(drawing: str) -> list[Said]:
    """Read lines of `dossier minute key=value...`; ids count the lines."""
    said = []
    for number, line in enumerate(filter(None, map(str.strip, drawing.splitlines())), 1):
        dossier, minute, *rest = line.split()
        words: dict[str, Any] = dict(word.split("=", 1) for word in rest)
        for name in {"status", "due", "sequence"} & words.keys():
            words[name] = int(words[name])
        if "apology" in words:
            words["apology"] = words["apology"] == "yes"
        said.append(Said(dossier, int(minute), words.pop("id", f"e{number:03d}"), **words))
    return said


def naively(drawing: str) -> dict[str, Clock]:
    """Derive the clocks the slow and obvious way."""
    dossiers: dict[str, list[Said]] = defaultdict(list)
    for event in read(drawing):
        dossiers[event.dossier].append(event)
    return {name: _clock(sorted(events, key=_order)) for name, events in dossiers.items()}


def _order(event: Said) -> tuple[Any, ...]:
    return (event.minute, event.sequence is None, event.sequence or 0, event.source, event.id)


def _clock(events: Sequence[Said]) -> Clock:
    clock = Clock(promises=_promises(events))
    clock.apologised = next((one.minute for one in events if one.apology), None)
    if all(one.status is None for one in events):
        completed = [one.minute for one in events if one.activity and one.lifecycle == "complete"]
        clock.accepted = events[0].minute
        clock.finished, clock.kind = (completed[-1], "finished") if completed else (None, "open")
        clock.spans = _merged([("handling", clock.accepted)], clock.finished)
    elif all(one.status in (None, 1) for one in events):
        clock.kind = "submitted"
    else:
        _run(clock, events)
    if clock.finished is not None:
        resets = [due for kind, *_, due in clock.promises if kind == "reset-finish"]
        reset = resets[-1:] if clock.kind == "finished" else []
        clock.reported_finished = min([clock.finished, *reset])
    return clock


def _run(clock: Clock, events: Sequence[Said]) -> None:
    start = next((n for n, one in enumerate(events) if one.status == 2), None)
    if start is None:
        start = next(n for n, one in enumerate(events) if one.status != 1)
    last_work = max((n for n, one in enumerate(events) if one.status in (2, 4)), default=-1)
    after = [one for one in events[last_work + 1 :] if one.status in (3, 7, 9, 10)]
    clock.accepted = events[start].minute
    if after:
        clock.finished = after[0].minute
        clock.kind = {3: "refused", 7: "withdrawn"}.get(after[0].status or 0, "finished")
        clock.returned = next((one.minute for one in after if one.status == 10), None)
    running = list(events[start : events.index(after[0])] if after else events[start:])
    known = running[:1] + [one for one in running[1:] if one.status not in (None, 1)]
    clock.spans = _merged(
        [
            ("handling" if one.status in (None, 1) else STATE.get(one.status or 0, "outside"), one.minute)
            for one in known
        ],
        clock.finished,
    )
    clock.supplements = sum(state == "supplement" for _, state, _, _ in clock.spans)
    decisive = [one.status in (2, 4) for one in events[start:] if one.status in (2, 3, 4, 7, 9, 10)]
    clock.reopenings = sum(work and not before for before, work in pairwise(decisive))


def _merged(turns: list[tuple[str, int]], end: int | None) -> list[tuple[str, str, int, int | None]]:
    """Drop what lasts no time, then join neighbours of the same state."""
    ends = [minute for _, minute in turns[1:]] + [end]
    spans: list[tuple[str, str, int, int | None]] = []
    for (state, begins), ending in zip(turns, ends, strict=False):
        if begins != ending:
            if spans and spans[-1][1] == state:
                begins = spans.pop()[2]
            spans.append((HOLDER.get(state, "citizen"), state, begins, ending))
    return spans


def _promises(events: Sequence[Said]) -> list[tuple[str, int, str | None, int]]:
    promises: list[tuple[str, int, str | None, int]] = []
    due: int | None = None
    for event in events:
        new = due if event.due is None else event.due
        if new is not None and event.lifecycle == "reset-finish":
            promises.append(("reset-finish", event.minute, event.unit, new))
        elif new is not None and new != due:
            kind = "first" if due is None else "reset-due" if event.lifecycle == "reset-due" else "changed"
            promises.append((kind, event.minute, event.unit, new))
        due = new
    return promises


def arrive(log: Any, events: Sequence[Said]) -> None:
    """Append events to the store."""

    def instants(minutes: list[int | None]) -> pa.Array:
        moments = [None if minute is None else DAY_ZERO + timedelta(minutes=minute) for minute in minutes]
        return pa.array(moments, INSTANT)

    log.append(
        pa.table(
            {
                "source": [one.source for one in events],
                "kind": ["step"] * len(events),
                "event_id": [one.id for one in events],
                "dossier": [str(UUID(int=ord(one.dossier))) for one in events],
                "occurred_at": instants([one.minute for one in events]),
                "due_at": instants([one.due for one in events]),
                "status": pa.array([one.status for one in events], pa.int8()),
                "apology": pa.array([one.apology for one in events], pa.bool_()),
                "activity": pa.array([one.activity for one in events], pa.string()),
                "lifecycle": [one.lifecycle for one in events],
                "unit": pa.array([one.unit for one in events], pa.string()),
                "sequence": pa.array([one.sequence for one in events], pa.int64()),
            }
        )
    )


def derived(log: Any) -> dict[str, Clock]:
    """Read the clocks that a store keeps."""
    clocks: dict[str, Clock] = {}
    for dossier, *row in log.cursor.execute(_CLOCKS).fetchall():
        clocks[chr(UUID(str(dossier)).int)] = Clock(*row)
    for dossier, ordinal, *span in log.cursor.execute(_SPANS).fetchall():
        spans = clocks[chr(UUID(str(dossier)).int)].spans
        spans.append(tuple(span))
        assert ordinal == len(spans)
    for dossier, ordinal, *promise in log.cursor.execute(_PROMISES).fetchall():
        promises = clocks[chr(UUID(str(dossier)).int)].promises
        promises.append(tuple(promise))
        assert ordinal == len(promises)
    return clocks


_CLOCKS = """
CREATE OR REPLACE TEMP MACRO minute_of(instant) AS
    (epoch_us(instant) - epoch_us('2025-01-06 00:00:00+00'::TIMESTAMPTZ)) // 60_000_000;
SELECT dossier, minute_of(accepted_at), minute_of(finished_at), finish_kind, minute_of(returned_at),
    minute_of(reported_finished_at), supplements, reopenings, minute_of(apologised_at)
FROM clock
"""
_SPANS = """
SELECT dossier, ordinal, holder, state, minute_of(from_at), minute_of(to_at) FROM clock_span ORDER BY dossier, ordinal
"""
_PROMISES = """
SELECT dossier, ordinal, kind, minute_of(said_at), unit, minute_of(due_at) FROM promise ORDER BY dossier, ordinal
"""


@pytest.fixture(params=["sql", "naive"])
def clocks(request: pytest.FixtureRequest, log: Any) -> Callable[[str], dict[str, Clock]]:
    """Derives the clocks of a drawn log, by SQL and by the naive derivation."""

    def by_sql(drawing: str) -> dict[str, Clock]:
        arrive(log, read(drawing))
        refresh(log.cursor)
        return derived(log)

    return by_sql if request.param == "sql" else naively


def shown(clock: Clock) -> str:
    """Draw a clock as its spans and its end."""
    spans = [
        f"{holder}:{state} {begins}..{'' if ends is None else ends}" for holder, state, begins, ends in clock.spans
    ]
    return ", ".join([*spans, f"{clock.kind} {'' if clock.finished is None else clock.finished}".strip()])


DRAWN = {
    "it starts at acceptance and stops at 9, not at 10": (
        "A 0 status=1 \n A 5 status=2 \n A 7 status=4 \n A 20 status=9 \n A 90 status=10",
        "agency:handling 5..20, finished 20",
    ),
    "10 without 9 finishes": ("A 0 status=2 \n A 9 status=10", "agency:handling 0..9, finished 9"),
    "the citizen holds it while papers or a fee are missing": (
        "A 0 status=2 \n A 3 status=5 \n A 5 status=6 \n A 7 status=4 \n A 9 status=9",
        "agency:handling 0..3, citizen:supplement 3..5, citizen:payment 5..7, agency:handling 7..9, finished 9",
    ),
    "stopped is neither the agency's nor the citizen's": (
        "A 0 status=2 \n A 3 status=8 \n A 5 status=4",
        "agency:handling 0..3, suspended:suspended 3..5, agency:handling 5.., open",
    ),
    "withdrawn": ("A 0 status=2 \n A 3 status=7 \n A 5 status=9", "agency:handling 0..3, withdrawn 3"),
    "refused": ("A 0 status=1 \n A 3 status=3", "refused 3"),
    "only submitted": ("A 0 status=1 \n A 3 activity=x", "submitted"),
    "without acceptance it starts at the first event after the submission": (
        "A 0 status=1 \n A 2 activity=x \n A 3 status=4 \n A 8 status=9",
        "agency:handling 2..8, finished 8",
    ),
    "what follows the end does not reopen it": (
        "A 0 status=2 \n A 3 status=9 \n A 5 status=5 \n A 7 activity=x",
        "agency:handling 0..3, finished 3",
    ),
    "work after a result that was not handed over reopens it; the agency had it": (
        "A 0 status=2 \n A 3 status=9 \n A 5 status=4 \n A 7 status=9",
        "agency:handling 0..7, finished 7",
    ),
    "work after the result was handed over reopens it; the citizen had it": (
        "A 0 status=2 \n A 3 status=9 \n A 4 status=10 \n A 6 status=4 \n A 7 status=9",
        "agency:handling 0..4, citizen:outside 4..6, agency:handling 6..7, finished 7",
    ),
    "without any status: along the activities": (
        "A 1 activity=x \n A 2 activity=y \n A 9 activity=z lifecycle=start",
        "agency:handling 1..2, finished 2",
    ),
    "without status or completion it runs": ("A 1 activity=x lifecycle=start", "agency:handling 1.., open"),
    "what lasts no time leaves no trace": (
        "A 0 status=2 \n A 3 status=5 sequence=1 \n A 3 status=4 sequence=2 \n A 5 status=9",
        "agency:handling 0..5, finished 5",
    ),
    "a submission said late changes nothing": (
        "A 0 status=2 \n A 3 status=1 \n A 5 status=9",
        "agency:handling 0..5, finished 5",
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_clocks(clocks: Callable[[str], dict[str, Clock]], name: str) -> None:
    drawing, expected = DRAWN[name]
    assert shown(clocks(drawing)["A"]) == expected


def test_a_reopening_is_counted(clocks: Callable[[str], dict[str, Clock]]) -> None:
    found = clocks("A 0 status=2 \n A 3 status=9 \n A 4 status=10 \n A 6 status=4 \n B 0 status=2 \n B 1 status=4")
    assert (found["A"].reopenings, found["A"].kind, found["A"].returned) == (1, "open", None)
    assert found["B"].reopenings == 0


def test_the_first_promise_stays_and_every_other_date_is_listed(clocks: Callable[[str], dict[str, Clock]]) -> None:
    found = clocks(
        """
        A 0  status=2 due=50 unit=U
        A 10 status=4 due=50
        A 20 status=5 due=60 unit=V
        A 30 lifecycle=reset-due due=90 unit=W
        A 40 lifecycle=reset-due due=90 unit=W
        A 99 status=9
        A 99 lifecycle=reset-finish unit=W id=z
        """
    )["A"]
    assert found.promises == [
        ("first", 0, "U", 50),
        ("changed", 20, "V", 60),
        ("reset-due", 30, "W", 90),
        ("reset-finish", 99, "W", 90),
    ]
    assert (found.finished, found.reported_finished) == (99, 90)


def test_a_reset_of_the_finish_helps_only_who_was_late(clocks: Callable[[str], dict[str, Clock]]) -> None:
    found = clocks("A 0 status=2 due=50 \n A 30 status=9 \n A 31 lifecycle=reset-finish \n B 0 lifecycle=reset-finish")
    assert (found["A"].finished, found["A"].reported_finished) == (30, 30)
    assert found["B"].promises == []


EVENTS = st.fixed_dictionaries(
    {"dossier": st.sampled_from("AAB"), "minute": st.integers(0, 8)},
    optional={
        "status": st.integers(1, 10) | st.sampled_from([2, 4, 5, 9]),
        "activity": st.sampled_from("xy"),
        "lifecycle": st.sampled_from(["start", "reset-due", "reset-finish"]),
        "due": st.integers(5, 9),
        "apology": st.sampled_from(["yes", "no"]),
        "unit": st.sampled_from("UV"),
        "sequence": st.integers(0, 2),
        "source": st.sampled_from("st"),
    },
)


def draw(number: int, event: dict[str, Any]) -> str:
    """Write an event as a line of a drawn log."""
    more = [f"{name}={value}" for name, value in event.items() if name not in ("dossier", "minute")]
    return " ".join([event["dossier"], str(event["minute"]), *more, f"id={number:02d}"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), events=st.lists(EVENTS, min_size=1, max_size=12), pass_events=st.integers(1, 12))
def test_any_arrival_in_any_parts_gives_the_clocks_of_the_events_in_order(
    new_log: Any, data: st.DataObject, events: list[dict[str, Any]], pass_events: int
) -> None:
    drawn = read("\n".join(draw(number, event) for number, event in enumerate(events)))
    arrival = data.draw(st.permutations(drawn))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(drawn)), max_size=2)) | {len(drawn)})
    log = new_log()
    for begin, end in zip([0, *cuts], cuts, strict=False):
        arrive(log, arrival[begin:end])
        refresh(log.cursor, pass_events=pass_events)
    found = derived(log)
    assert found == naively("\n".join(draw(number, event) for number, event in enumerate(events)))
    for clock in found.values():
        assert all(before[3] == after[2] for before, after in pairwise(clock.spans))
        if clock.spans:
            assert clock.spans[-1][3] == clock.finished
            assert clock.spans[0][2] == clock.accepted
