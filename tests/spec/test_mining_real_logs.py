"""Real logs: the graph, the variants and the models are what pm4py finds, in whatever order the events arrive."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingest.sources import open_log
from mining.derive import refresh
from mining.models.discovery import MAX_ACTIVITIES, Discovery, readable
from mining.overview import log_summary
from mining.paths.graph import DirectlyFollowsGraph, directly_follows
from mining.paths.rework import rework
from mining.paths.variants import Variants, variants
from mining.slice import Slice
from real_logs import ask_pm4py, real_log

COUNTS = {
    "receipt.xes.gz": (1_434, 8_577, 27, 116),
    "bpic15_1.xes.gz": (1_199, 52_217, 398, 1_170),
    "gov_agency_approval.csv.gz": (23_506, 110_659, 131, 1_003),
}


def events(path: Path) -> pa.Table:
    """The events of a log file as columns of the table `event`, with the dossier as a UUID."""
    table = pa.concat_tables([batch.events for batch in open_log(path).batches()])
    dossiers = table["dossier"].combine_chunks().dictionary_encode()
    numbered = [f"{index:032x}" for index in dossiers.indices.to_pylist()]
    table = table.set_column(table.schema.get_field_index("dossier"), "dossier", pa.array(numbered))
    return table.drop_columns(["officer"]).rename_columns({"id": "event_id"})


@pytest.fixture(scope="module", params=sorted(COUNTS))
def real(request: pytest.FixtureRequest, new_log: Callable[[], Any]) -> tuple[Path, Any]:
    """A real log and a store in which it was derived, events in file order."""
    path = real_log(request.param)
    log = new_log()
    log.append(events(path))
    refresh(log.cursor)
    return path, log


@pytest.fixture(scope="module")
def discovery() -> Iterator[Discovery]:
    """Worker processes for all tests of this module."""
    running = Discovery(timeout_seconds=120)
    yield running
    running.close()


def assert_as_pm4py(graph: DirectlyFollowsGraph, found: Variants, expected: dict[str, Any]) -> None:
    assert {(edge.source, edge.target): edge.frequency for edge in graph.edges} == {
        (source, target): frequency for source, target, frequency in expected["dfg"]
    }
    assert {one.activity: one.frequency for one in graph.start} == expected["start"]
    assert {one.activity: one.frequency for one in graph.end} == expected["end"]
    assert {one.activities: one.frequency for one in found.variants} == {
        tuple(activities): frequency for activities, frequency in expected["variants"]
    }


def test_counts(real: tuple[Path, Any]) -> None:
    path, log = real
    summary = log_summary(log.cursor)
    assert (summary.dossiers, summary.events, summary.activities, summary.variants) == COUNTS[path.name]


def test_graph_and_variants_are_those_of_pm4py(real: tuple[Path, Any]) -> None:
    path, log = real
    assert_as_pm4py(
        directly_follows(log.cursor, Slice()), variants(log.cursor, Slice()), ask_pm4py("pm4py_dfg.py", path)
    )


def test_shuffled_in_several_refreshes_nothing_differs(real: tuple[Path, Any], new_log: Callable[[], Any]) -> None:
    path, log = real
    table = events(path)
    order = list(range(table.num_rows))
    random.Random(7).shuffle(order)
    shuffled = new_log()
    third = len(order) // 3
    for part in (order[:third], order[third : 2 * third], order[2 * third :]):
        shuffled.append(table.take(part))
        refresh(shuffled.cursor, pass_events=20_000)
    for finding in (directly_follows, variants, rework):
        assert repr(finding(shuffled.cursor, Slice())) == repr(finding(log.cursor, Slice()))


def test_edges_add_up_to_the_time_from_first_to_last_completion(real: tuple[Path, Any]) -> None:
    _, log = real
    graph = directly_follows(log.cursor, Slice())
    spans = log.cursor.execute(
        "SELECT sum(span) FROM (SELECT epoch_us(max(completed_at)) - epoch_us(min(completed_at)) AS span"
        " FROM step GROUP BY dossier)"
    ).fetchone()
    total = sum(edge.frequency * edge.elapsed_seconds.mean for edge in graph.edges)
    assert total == pytest.approx(int(spans[0]) / 1e6, rel=1e-9)
    assert sum(edge.frequency for edge in graph.edges) + graph.dossiers == sum(
        one.frequency for one in graph.activities
    )


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_models_agree_with_our_graph_and_are_read_by_pm4py(
    real: tuple[Path, Any], discovery: Discovery, noise: float
) -> None:
    _, log = real
    found = variants(log.cursor, Slice())
    chosen = readable(found.variants)
    model = discovery.model(found, noise=noise)
    asked = {
        "bpmn": model.bpmn.decode(),
        "pnml": model.pnml.decode(),
        "tree": model.tree,
        "variants": [one.activities for one in chosen] if noise == 0 else [],
    }
    judged = ask_pm4py("pm4py_model.py", asked=asked)
    pairs = {(a, b) for one in chosen for a, b in zip(one.activities, one.activities[1:], strict=False)}
    names = {activity for one in chosen for activity in one.activities}
    assert judged["pnml_activities"] == judged["bpmn_activities"]
    assert set(judged["pnml_activities"]) <= names
    assert judged["bpmn_shapes"] == len(model.drawing.shapes)
    assert model.covered_dossiers == sum(one.frequency for one in chosen)
    assert len(names) <= MAX_ACTIVITIES
    if noise == 0:
        assert set(judged["pnml_activities"]) == names
        assert pairs <= {(source, target) for source, target in judged["follows"]}
        assert {one.activities[0] for one in chosen} <= set(judged["start"])
        assert {one.activities[-1] for one in chosen} <= set(judged["end"])
        assert all(judged["fits"])


def test_where_all_variants_are_kept_the_pairs_are_the_edges_of_our_graph(new_log: Callable[[], Any]) -> None:
    log = new_log()
    log.append(events(real_log("receipt.xes.gz")))
    refresh(log.cursor)
    found = variants(log.cursor, Slice())
    assert readable(found.variants) == found.variants
    pairs = {(a, b) for one in found.variants for a, b in zip(one.activities, one.activities[1:], strict=False)}
    assert pairs == {(edge.source, edge.target) for edge in directly_follows(log.cursor, Slice()).edges}
