"""What is derived from small logs, by SQL and by the naive derivation: same rows, whatever the arrival."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from mining.derive import refresh


def steps(derived: Any) -> list[str]:
    """Draw steps as `dossier position activity started..completed after previous`, `?` for what is not known."""
    drawn = []
    for step in derived.steps:
        shown = [step.position, step.activity, f"{_or(step.started)}..{_or(step.completed)}"]
        after = [f"after {step.previous_activity} {step.previous_completed}"] if step.previous_activity else []
        drawn.append(" ".join(map(str, [step.dossier, _or(shown[0]), *shown[1:], *after])))
    return sorted(drawn)


def _or(value: int | None) -> str:
    return "?" if value is None else str(value)


def lines(drawing: str) -> list[str]:
    """Split a drawing into its lines, sorted."""
    return sorted(line.strip() for line in drawing.strip().splitlines())


DRAWN = {
    "completions only: no start is known": (
        """
        A receive complete 1
        A check   complete 3
        B receive complete 2
        """,
        """
        A 1 receive ?..1
        A 2 check ?..3 after receive 1
        B 1 receive ?..2
        """,
    ),
    "an event may carry its own start": (
        "A check complete 5 started=2",
        "A 1 check 2..5",
    ),
    "a start after the end is dropped": (
        "A check complete 5 started=6",
        "A 1 check ?..5",
    ),
    "a start waits for the completion of its activity": (
        """
        A check start    1
        A sign  complete 2
        A check complete 4
        """,
        """
        A 1 sign ?..2
        A 2 check 1..4 after sign 2
        """,
    ),
    "starts are paired first in, first out": (
        """
        A check start    1
        A check start    2
        A check complete 5
        A check complete 9
        """,
        """
        A 1 check 1..5
        A 2 check 2..9 after check 5
        """,
    ),
    "at equal instants the start comes before the completion": (
        """
        A check complete 3
        A check start    3
        """,
        "A 1 check 3..3",
    ),
    "a completion before any start has none, and takes none from the next": (
        """
        A check complete 1
        A check start    2
        A check complete 3
        A check complete 4
        """,
        """
        A 1 check ?..1
        A 2 check 2..3 after check 1
        A 3 check ?..4 after check 3
        """,
    ),
    "a start that is never completed stays open": (
        """
        A receive complete 1
        A check   start    2
        A check   start    4
        A check   complete 6
        """,
        """
        A 1 receive ?..1
        A 2 check 2..6 after receive 1
        A ? check 4..?
        """,
    ),
    "a completion with a start of its own takes none from the queue": (
        """
        A check start    1
        A check complete 5 started=4
        A check complete 7
        """,
        """
        A 1 check 4..5
        A 2 check 1..7 after check 5
        """,
    ),
    "starts do not cross dossiers or activities": (
        """
        A check start    1
        B check complete 2
        A sign  complete 3
        """,
        """
        A ? check 1..?
        B 1 check ?..2
        A 1 sign ?..3
        """,
    ),
    "other lifecycles and events without an activity make no step": (
        """
        A receive complete  1
        A receive suspend   2
        A receive resume    3
        A -       complete  4 status=9
        A check   complete  5
        """,
        """
        A 1 receive ?..1
        A 2 check ?..5 after receive 1
        """,
    ),
    "ties: by sequence, where there is one": (
        """
        A late   complete 1
        A second complete 1 sequence=2
        A first  complete 1 sequence=1
        """,
        """
        A 1 first ?..1
        A 2 second ?..1 after first 1
        A 3 late ?..1 after second 1
        """,
    ),
    "ties: then by the number of the approved step, as a number": (
        """
        A ninth complete 1 step=9
        A tenth complete 1 step=B10
        A none  complete 1
        A last  complete 1 step=sau
        """,
        """
        A 1 ninth ?..1
        A 2 tenth ?..1 after ninth 1
        A 3 none ?..1 after tenth 1
        A 4 last ?..1 after none 1
        """,
    ),
    "ties: then by source and event id, never by arrival": (
        """
        A third  complete 1 source=b id=1
        A second complete 1 source=a id=2
        A first  complete 1 source=a id=1
        """,
        """
        A 1 first ?..1
        A 2 second ?..1 after first 1
        A 3 third ?..1 after second 1
        """,
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_steps(derive: Any, name: str) -> None:
    drawing, expected = DRAWN[name]
    assert steps(derive(drawing)) == lines(expected)


def test_a_dropped_start_is_marked(derive: Any) -> None:
    derived = derive("A check complete 5 started=6 \n A sign complete 7 started=6")
    assert [(step.activity, step.start_dropped) for step in derived.steps] == [("check", True), ("sign", False)]


def test_a_completion_says_where_and_by_whom_else_its_start_does(derive: Any) -> None:
    derived = derive(
        """
        A check start    1 unit=U1 officer=An  role=R1 step=B1
        A check complete 2 unit=U2             role=R2
        A sign  start    3 unit=U3 officer=Be  step=B3
        """
    )
    assert [(step.unit, step.officer, step.role, step.step) for step in derived.steps] == [
        ("U2", "An", "R2", "B1"),
        ("U3", "Be", None, "B3"),
    ]


def test_the_first_event_that_names_something_decides_for_the_dossier(derive: Any) -> None:
    derived = derive(
        """
        A check   complete 5 procedure=P2 channel=online unit=U2 case_variant=V process_version=2 status=4
        A receive complete 3 procedure=P1                unit=U1                                  status=2
        A -       complete 2
        A return  complete 9
        B receive complete 1
        """
    )
    first, second = derived.dossiers
    assert first == (
        *("A", "P1", "V", "2", "online", "U1"),
        *(2, 9, 4),
        *(4, 3, 0),
        ("receive", "check", "return"),
    )
    assert second.procedure == "unknown"


def test_a_dossier_opens_at_its_earliest_instant_and_has_no_path_until_a_step_is_completed(derive: Any) -> None:
    derived = derive("A check complete 5 started=1 \n B check start 3 \n B - complete 4 status=2")
    first, second = derived.dossiers
    assert (first.opened, first.last, first.path) == (1, 5, ("check",))
    assert (second.opened, second.steps, second.open_steps, second.path) == (3, 0, 1, None)
    assert derived.paths == [("check",)]


def test_paths_do_not_alias(derive: Any) -> None:
    derived = derive('A a","b complete 1 \n B a complete 1 \n B b complete 2 \n C a,b complete 1')
    assert derived.paths == sorted([('a","b',), ("a", "b"), ("a,b",)])


_FIXED = ("dossier", "activity", "lifecycle", "minute")
EVENTS = st.fixed_dictionaries(
    {
        "dossier": st.sampled_from("AB"),
        "activity": st.sampled_from(["a", "a", "b", "-"]),
        "lifecycle": st.sampled_from(["start", "start", "complete", "complete", "complete", "suspend"]),
        "minute": st.integers(0, 4).map(str),
    },
    optional={
        "started": st.integers(0, 5),
        "sequence": st.integers(0, 2),
        "step": st.sampled_from(["1", "B2", "10a", "x"]),
        "source": st.sampled_from("st"),
        "procedure": st.sampled_from("PQ"),
        "unit": st.sampled_from("UV"),
        "channel": st.sampled_from("cd"),
        "officer": st.sampled_from("yz"),
        "status": st.integers(1, 10),
    },
)


def draw(number: int, event: dict[str, Any]) -> str:
    """Write an event as a line of a drawn log."""
    fixed = [event[name] for name in _FIXED]
    more = [f"{name}={value}" for name, value in event.items() if name not in _FIXED]
    return " ".join([*fixed, *more, f"id={number:02d}"])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), events=st.lists(EVENTS, min_size=1, max_size=12), pass_events=st.integers(1, 12))
def test_any_arrival_in_any_parts_derives_the_same(
    new_log: Any, derive_naively: Any, data: st.DataObject, events: list[dict[str, Any]], pass_events: int
) -> None:
    drawn = [draw(number, event) for number, event in enumerate(events)]
    arrival = data.draw(st.permutations(drawn))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(drawn)), max_size=3)) | {len(drawn)})
    log = new_log()
    for begin, end in zip([0, *cuts], cuts, strict=False):
        log.arrive("\n".join(arrival[begin:end]))
        assert refresh(log.cursor, pass_events=pass_events).events == end - begin
    assert log.derived() == derive_naively("\n".join(drawn))
