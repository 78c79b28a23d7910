"""Measures mining: derived rows, graph and variants against pm4py; a refresh after 1,000 events against a full one.

    python bench/mining_speed.py [--events 1000000] [--folder DIR]

Both sides get the same events, in order of arrival, and their results are compared. pm4py runs in a process of its own;
importing it and loading the events are not counted, sorting is: it is wrong on unsorted events.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from pyarrow import parquet

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from mining.derive import prepare, refresh  # noqa: E402
from mining.paths.graph import DirectlyFollowsGraph, directly_follows  # noqa: E402
from mining.paths.variants import Variants, variants  # noqa: E402
from mining.slice import Slice  # noqa: E402

EVENTS_PER_DOSSIER = 10.38
NEW_EVENTS = 1_000
EVENTS = Path(__file__).with_name("mining_events.sql").read_text(encoding="utf-8")
ARRIVED = "SELECT dossier::VARCHAR AS dossier, activity, occurred_at FROM event ORDER BY event_no"


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="about how many events (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="where the store is written (default: a temporary folder)")
    parser.add_argument("--pm4py", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.pm4py:
        json.dump(by_pm4py(chosen.pm4py), sys.stdout)
        return
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        measure(Path(folder), chosen.events)


def measure(folder: Path, events: int) -> None:
    """Generate the events, mine them, and have pm4py do the same."""
    cursor = duckdb.connect(str(folder / "store.duckdb"), config={"memory_limit": "4GB", "threads": "2"})
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute((ROOT / "ingest" / "schema.sql").read_text(encoding="utf-8"))
    prepare(cursor)
    dossiers = max(1, round(events / EVENTS_PER_DOSSIER))
    cursor.execute(EVENTS, {"first": 0, "dossiers": dossiers, "name": "event"})
    cursor.execute("CHECKPOINT")

    cpu_started = time.process_time()
    derive_seconds, refreshed = timed(lambda: refresh(cursor))
    graph_seconds, graph = timed(lambda: directly_follows(cursor, Slice()))
    variant_seconds, found = timed(lambda: variants(cursor, Slice()))
    ours, cpu = derive_seconds + graph_seconds + variant_seconds, time.process_time() - cpu_started
    print(f"{refreshed.events:,} events of {refreshed.dossiers:,} dossiers, 2 threads, store on disk")
    parts = f"derive {derive_seconds:.2f} + graph {graph_seconds:.2f} + variants {variant_seconds:.2f}"
    print(f"  ours   {ours:7.2f} s = {parts} ({cpu:.1f} s of processor time)", flush=True)

    export = folder / "events.parquet"
    parquet.write_table(cursor.execute(ARRIVED).to_arrow_table(), export)
    theirs = asked_of_pm4py(export)
    compare(graph, found, theirs)
    parts = " + ".join(f"{name} {seconds:.2f}" for name, seconds in theirs["seconds"].items())
    total = sum(theirs["seconds"].values())
    print(f"  pm4py  {total:7.2f} s = {parts} ({theirs['cpu_seconds']:.1f} s of processor time)")
    unsorted = total - theirs["seconds"]["sort"]
    print(f"  equal result, {total / ours:.1f} times faster ({unsorted / ours:.1f} without counting pm4py's sorting)")

    cursor.execute("CHECKPOINT")
    new_seconds = median(refresh_seconds_after_new_events(cursor, dossiers, turn) for turn in range(5))
    share = new_seconds / derive_seconds
    print(f"  refresh after {NEW_EVENTS:,} new events: {new_seconds * 1000:.0f} ms, {share:.2%} of deriving everything")
    print(f"  peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


def refresh_seconds_after_new_events(cursor: duckdb.DuckDBPyConnection, dossiers: int, turn: int) -> float:
    """Let about NEW_EVENTS events arrive for dossiers of the last days, and refresh."""
    few = NEW_EVENTS // 10
    begun = max(0, dossiers - 20 * few * (turn + 1))
    cursor.execute(EVENTS, {"first": begun, "dossiers": few, "name": f"late-{turn}"})
    seconds, refreshed = timed(lambda: refresh(cursor))
    assert refreshed.events >= NEW_EVENTS * 0.9, refreshed
    return seconds


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do the work; return how many seconds it took, and what it returned."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def asked_of_pm4py(export: Path) -> dict[str, Any]:
    """Run this file as another process that may import pm4py."""
    command = [sys.executable, __file__, "--pm4py", str(export)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def by_pm4py(export: Path) -> dict[str, Any]:
    """Mine with pm4py; return its findings and its seconds."""
    warnings.simplefilter("ignore")
    import pandas
    import pm4py

    names = {"dossier": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}
    frame = pandas.read_parquet(export).rename(columns=names)
    frame["time:timestamp"] = frame["time:timestamp"].astype("datetime64[us, UTC]")
    cpu_started = time.process_time()
    keys = ["case:concept:name", "time:timestamp"]
    sort_seconds, frame = timed(lambda: frame.sort_values(keys, kind="stable"))
    dfg_seconds, (dfg, start, end) = timed(lambda: pm4py.discover_dfg(frame))
    performance_seconds, (performance, _, _) = timed(lambda: pm4py.discover_performance_dfg(frame))
    variant_seconds, found = timed(lambda: pm4py.get_variants(frame))
    return {
        "seconds": {
            "sort": sort_seconds,
            "graph": dfg_seconds,
            "performance": performance_seconds,
            "variants": variant_seconds,
        },
        "cpu_seconds": time.process_time() - cpu_started,
        "edges": [
            [*pair, int(count), float(performance[pair]["mean"]), float(performance[pair]["median"])]
            for pair, count in dfg.items()
        ],
        "start": {name: int(count) for name, count in start.items()},
        "end": {name: int(count) for name, count in end.items()},
        "variants": [[list(variant), int(count)] for variant, count in found.items()],
    }


def compare(graph: DirectlyFollowsGraph, found: Variants, theirs: dict[str, Any]) -> None:
    """Fail unless both found the same."""
    ours = {(edge.source, edge.target): edge for edge in graph.edges}
    assert len(ours) == len(theirs["edges"])
    for source, target, frequency, mean, middle in theirs["edges"]:
        edge = ours[source, target]
        assert edge.frequency == frequency
        assert abs(edge.elapsed_seconds.mean - mean) <= 1e-6 * mean + 1e-3
        assert abs(edge.elapsed_seconds.median - middle) <= 1e-6 * middle + 1e-3
    assert {one.activity: one.frequency for one in graph.start} == theirs["start"]
    assert {one.activity: one.frequency for one in graph.end} == theirs["end"]
    assert {one.activities: one.frequency for one in found.variants} == {
        tuple(activities): frequency for activities, frequency in theirs["variants"]
    }


if __name__ == "__main__":
    main()
