"""What is found in small logs: the graph, the variants, rework, summaries and a dossier, for any slice."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pytest

from mining import MiningError
from mining.derive import prepare, refresh
from mining.overview import dossier, log_summary, procedures
from mining.paths.graph import ActivityCount, Edge, Elapsed, directly_follows
from mining.paths.rework import Rework, rework
from mining.paths.variants import Variant, variants
from mining.slice import Slice

DAY_ZERO = datetime(2025, 1, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

PERMITS = """
A receive complete 0   procedure=P channel=online  unit=U1 process_version=1 case_variant=x
A check   complete 10
A check   complete 20
A return  complete 60
B receive complete 5   procedure=P channel=counter unit=U1 process_version=1
B check   complete 8
B return  complete 9
C receive complete 100 procedure=P channel=online  unit=U2 process_version=2
C check   complete 104
C return  complete 109
D receive complete 200 procedure=Q channel=online  unit=U2
D sign    start    201
E -       complete 300 procedure=Q status=1
"""


@pytest.fixture
def permits(log: Any) -> Any:
    """A derived log of five dossiers, of which four have a path."""
    log.arrive(PERMITS)
    refresh(log.cursor)
    return log


def elapsed(*minutes: float) -> Elapsed:
    """What numpy says of times in minutes."""
    seconds = [60 * one for one in minutes]
    return Elapsed(float(np.mean(seconds)), float(np.median(seconds)), float(np.quantile(seconds, 0.9)))


def counts(**frequencies: int) -> tuple[ActivityCount, ...]:
    return tuple(ActivityCount(name, frequency) for name, frequency in frequencies.items())


def test_the_graph_of_all_dossiers(permits: Any) -> None:
    graph = directly_follows(permits.cursor, Slice())
    assert graph.dossiers == 4
    assert graph.activities == (*counts(check=4, receive=4), ActivityCount("return", 3))
    assert graph.start == counts(receive=4)
    assert graph.end == (ActivityCount("return", 3), ActivityCount("receive", 1))
    assert graph.edges == (
        Edge("check", "return", 3, elapsed(40, 1, 5)),
        Edge("receive", "check", 3, elapsed(10, 3, 4)),
        Edge("check", "check", 1, elapsed(10)),
    )


@pytest.mark.parametrize(
    ("chosen", "dossiers"),
    [
        (Slice(), "ABCD"),
        (Slice(procedure="P"), "ABC"),
        (Slice(procedure="Q"), "D"),
        (Slice(procedure="absent"), ""),
        (Slice(channel="online"), "ACD"),
        (Slice(unit="U1"), "AB"),
        (Slice(case_variant="x"), "A"),
        (Slice(process_version="1"), "AB"),
        (Slice(procedure="P", channel="online", unit="U2"), "C"),
        (Slice(received_from=DAY_ZERO + 5 * MINUTE), "BCD"),
        (Slice(received_to=DAY_ZERO + 100 * MINUTE), "AB"),
        (Slice(received_from=DAY_ZERO + 5 * MINUTE, received_to=DAY_ZERO + 101 * MINUTE), "BC"),
    ],
)
def test_a_slice_has_its_dossiers_and_no_other(permits: Any, chosen: Slice, dossiers: str) -> None:
    lengths = {"A": 4, "B": 3, "C": 3, "D": 1}
    graph, found = directly_follows(permits.cursor, chosen), variants(permits.cursor, chosen)
    assert (graph.dossiers, found.dossiers) == (len(dossiers), len(dossiers))
    assert sum(one.frequency for one in graph.activities) == sum(lengths[name] for name in dossiers)
    assert sum(edge.frequency for edge in graph.edges) == sum(lengths[name] - 1 for name in dossiers)
    assert {one.activity for one in rework(permits.cursor, chosen)} == ({"check"} if "A" in dossiers else set())


def test_variants(permits: Any) -> None:
    found = variants(permits.cursor, Slice())
    assert (found.dossiers, found.total) == (4, 3)
    assert found.variants == (
        Variant(("receive", "check", "return"), 2, 0.5),
        Variant(("receive",), 1, 0.25),
        Variant(("receive", "check", "check", "return"), 1, 0.25),
    )


def test_a_limit_leaves_the_totals(permits: Any) -> None:
    found = variants(permits.cursor, Slice(), limit=1)
    assert (found.dossiers, found.total, len(found.variants)) == (4, 3, 1)
    with pytest.raises(MiningError, match="at least 1"):
        variants(permits.cursor, Slice(), limit=0)


def test_rework(log: Any) -> None:
    log.arrive(
        """
        A check complete 1
        A check complete 2
        A check complete 3
        A sign  complete 4
        B check complete 1
        B sign  complete 2
        B check complete 3
        B sign  complete 4
        """
    )
    refresh(log.cursor)
    assert rework(log.cursor, Slice()) == (Rework("check", 2, 3), Rework("sign", 1, 1))


def test_procedures(permits: Any) -> None:
    first, second = procedures(permits.cursor)
    assert (first.code, first.dossiers, first.events, first.activities, first.variants) == ("P", 3, 10, 3, 2)
    assert (second.code, second.dossiers, second.events, second.activities, second.variants) == ("Q", 2, 3, 1, 1)
    assert (first.open_dossiers, second.open_dossiers) == (0, 1)
    assert (first.first_at, first.last_at) == (DAY_ZERO, DAY_ZERO + 109 * MINUTE)


@pytest.mark.parametrize("codes", [{"P"}, {"Q"}, {"P", "Q", "R"}, {"R"}, set()])
def test_some_procedures_are_counted_as_among_all(permits: Any, codes: set[str]) -> None:
    expected = tuple(one for one in procedures(permits.cursor) if one.code in codes)
    assert procedures(permits.cursor, codes) == expected


def test_the_summary_adds_up_to_the_procedures(permits: Any) -> None:
    summary = log_summary(permits.cursor)
    parts = procedures(permits.cursor)
    assert summary.dossiers == sum(one.dossiers for one in parts) == 5
    assert summary.events == sum(one.events for one in parts) == 13
    assert (summary.activities, summary.variants, summary.dropped_starts) == (3, 3, 0)
    assert (summary.first_at, summary.last_at) == (DAY_ZERO, DAY_ZERO + 300 * MINUTE)


def test_the_summary_counts_dropped_starts(log: Any) -> None:
    log.arrive("A check complete 1 started=2")
    refresh(log.cursor)
    assert log_summary(log.cursor).dropped_starts == 1


def test_an_empty_log_has_empty_findings(log: Any) -> None:
    assert refresh(log.cursor).watermark == 0
    summary, graph = log_summary(log.cursor), directly_follows(log.cursor, Slice())
    assert (summary.dossiers, summary.events, summary.variants, summary.first_at) == (0, 0, 0, None)
    assert (graph.dossiers, graph.edges, procedures(log.cursor)) == (0, (), ())
    assert variants(log.cursor, Slice()).variants == ()


def test_a_dossier_has_its_steps_in_path_order_then_the_open_ones(permits: Any, identity: Any) -> None:
    found = dossier(permits.cursor, identity("D"))
    assert found is not None
    assert (found.procedure, found.channel, found.unit, found.events) == ("Q", "online", "U2", 2)
    first, second = found.steps
    assert (first.position, first.activity, first.completed_at) == (1, "receive", DAY_ZERO + 200 * MINUTE)
    assert (second.position, second.started_at, second.completed_at) == (None, DAY_ZERO + 201 * MINUTE, None)
    assert [step.position for step in dossier(permits.cursor, identity("A")).steps] == [1, 2, 3, 4]
    assert dossier(permits.cursor, identity("Z")) is None


def test_findings_are_the_same_to_the_last_digit_in_any_order_and_on_any_number_of_threads(new_log: Any) -> None:
    chance = random.Random(3)
    lines = [
        f"D{chance.randrange(200)} {chance.choice('abc')} complete {chance.randrange(10**6)} id=e{number}"
        for number in range(3_000)
    ]
    found = set()
    for threads in (1, 2, 4):
        chance.shuffle(lines)
        log = new_log()
        log.cursor.execute(f"SET threads = {threads}")
        log.arrive("\n".join(lines))
        refresh(log.cursor)
        found.add(repr((directly_follows(log.cursor, Slice()), variants(log.cursor, Slice()))))
    assert len(found) == 1


def test_a_refresh_says_what_it_did(log: Any) -> None:
    log.arrive("A receive complete 5 procedure=P \n B receive complete 6 procedure=Q")
    first = refresh(log.cursor)
    assert (first.events, first.dossiers, first.procedures, first.watermark) == (2, 2, ("P", "Q"), 2)
    log.arrive("A submit complete 1 procedure=R id=x")
    second = refresh(log.cursor)
    assert (second.events, second.dossiers, second.procedures, second.watermark) == (1, 1, ("P", "R"), 3)
    assert refresh(log.cursor) == type(first)(0, 0, (), 3)


def test_a_failed_refresh_changes_nothing(log: Any) -> None:
    log.arrive("A receive complete 5")
    refresh(log.cursor)
    before = log.derived()
    log.arrive("A check complete 6 id=x")
    log.cursor.execute("ALTER TABLE step RENAME TO elsewhere")
    with pytest.raises(duckdb.CatalogException, match="step"):
        refresh(log.cursor)
    log.cursor.execute("ALTER TABLE elsewhere RENAME TO step")
    assert log.derived() == before
    assert refresh(log.cursor).events == 1


def test_what_another_version_derived_is_derived_anew(log: Any) -> None:
    log.arrive(PERMITS)
    refresh(log.cursor)
    before = log.derived()
    log.cursor.execute("UPDATE mined SET version = version - 1")
    log.cursor.execute("DELETE FROM step")
    prepare(log.cursor)
    assert refresh(log.cursor).events == 13
    assert log.derived() == before
    prepare(log.cursor)
    assert refresh(log.cursor).events == 0
