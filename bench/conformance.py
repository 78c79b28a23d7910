"""Measures conformance: a city of 1,634 procedures against their approved processes, then a refresh after 1 % more.

    python bench/conformance.py [--dossiers 1000000] [--folder DIR]

The dossiers are made up; four in five deviate somehow. Deriving them is not counted, comparing them is. A refresh has
1 % more dossiers, all of them new, and their new variants. Its share is told of processor time, that of the workers
included, because other work on the machine distorts seconds.
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from mining.clocks.clock import Calendars  # noqa: E402
from mining.conformance.align_pool import AlignPool  # noqa: E402
from mining.conformance.check import Basis, Compared, prepare_conformance, refresh_conformance  # noqa: E402
from mining.conformance.findings import conformance, unit_fits  # noqa: E402
from mining.derive import prepare, refresh  # noqa: E402
from mining.slice import Slice  # noqa: E402
from mining.working_time.calendar_file import public_sector  # noqa: E402
from mining.working_time.worktime import WorkingTime  # noqa: E402

EVENTS = Path(__file__).with_name("conformance_events.sql").read_text(encoding="utf-8")
_TURNS = 5
CATALOGUE = Path(__file__).with_name("conformance_catalogue.sql").read_text(encoding="utf-8")


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dossiers", type=int, default=1_000_000, help="how many dossiers (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="where the store is written (default: a temporary folder)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        measure(Path(folder), chosen.dossiers)


def measure(folder: Path, dossiers: int) -> None:
    """Make the city, compare it, let 1 % more arrive, and compare again."""
    cursor = duckdb.connect(str(folder / "store.duckdb"), config={"memory_limit": "3GB", "threads": "2"})
    cursor.execute("SET TimeZone = 'UTC'")
    for name in ("schema.sql", "catalogue.sql"):
        cursor.execute((ROOT / "ingest" / name).read_text(encoding="utf-8"))
    prepare(cursor)
    prepare_conformance(cursor)
    cursor.execute(CATALOGUE)
    arrive(cursor, 0, dossiers, dossiers)
    basis, aligner = Basis(Calendars(WorkingTime.of(public_sector()))), AlignPool()
    try:
        seconds, cpu, compared = timed(lambda: refresh_conformance(cursor, basis, aligner))
        said("all", seconds, cpu, compared)
        ask_seconds, _, found = timed(lambda: (conformance(cursor, Slice(), most=1000), unit_fits(cursor, Slice())))
        fit = found[0].fit
        print(f"  fitness {fit.fitness:.4f}, {fit.conforming_share:.1%} conform; asked in {ask_seconds:.2f} s")
        shares, cpu_shares = [], []
        for turn in range(_TURNS):
            arrive(cursor, dossiers + turn * dossiers // 100, dossiers // 100, dossiers)
            again, again_cpu, more = timed(lambda: refresh_conformance(cursor, basis, aligner))
            said(f"refresh {turn + 1}", again, again_cpu, more)
            shares.append(again / seconds)
            cpu_shares.append(again_cpu / cpu)
        wall, processor = statistics.median(shares), statistics.median(cpu_shares)
        print(f"  a refresh costs {processor:.2%} of the processor time of all (goal: 3 %), {wall:.2%} of its seconds")
        print(f"  all took {seconds:.0f} s (goal: 300 s)")
    finally:
        aligner.close()
    print(f"  peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


def arrive(cursor: duckdb.DuckDBPyConnection, first: int, count: int, dossiers: int) -> None:
    """Let the events of some dossiers arrive, and derive them."""
    row = cursor.execute("SELECT coalesce(max(event_no), 0) FROM event").fetchone()
    after = row[0] if row else 0
    cursor.execute(EVENTS, {"first": first, "count": count, "dossiers": dossiers, "after": after})
    refreshed = refresh(cursor)
    cursor.execute("CHECKPOINT")
    print(f"{refreshed.events:,} events of {refreshed.dossiers:,} dossiers arrived", flush=True)


def said(what: str, seconds: float, cpu: float, compared: Compared) -> None:
    """Print what a refresh did."""
    print(
        f"  {what}: {seconds:.2f} s ({cpu:.2f} s of processor time), {compared.dossiers:,} dossiers compared,"
        f" {compared.variants:,} variants aligned, {compared.inexact_variants} not exactly",
        flush=True,
    )


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Do the work; return the seconds and the processor seconds that it took, and its result."""
    started, cpu_started = time.perf_counter(), processor_seconds()
    result = work()
    return time.perf_counter() - started, processor_seconds() - cpu_started, result


def processor_seconds() -> float:
    """Return the processor time of this process and of the workers that it has now (Linux)."""
    ticks = 0
    for worker in multiprocessing.active_children():
        fields = Path(f"/proc/{worker.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
