"""Measures rules, integrity, two systems and drift on made-up dossiers: seconds each, and the memory.

python bench/integrity.py [--dossiers 1000000] [--folder DIR] [--threads 2]
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from mining.clocks.clock import Calendars  # noqa: E402
from mining.derive import prepare, refresh  # noqa: E402
from mining.drift.findings import DriftQuestion, changes  # noqa: E402
from mining.integrity.detect import detect, unit_dossiers  # noqa: E402
from mining.integrity.findings import integrity  # noqa: E402
from mining.integrity.kinds import KINDS  # noqa: E402
from mining.integrity.question import IntegrityQuestion  # noqa: E402
from mining.rules.book import RULES, RuleQuestion  # noqa: E402
from mining.rules.findings import check_rules  # noqa: E402
from mining.two_systems import TwoSystemsQuestion, double_entries, switch_off, system_shares  # noqa: E402
from mining.working_time.calendar_file import public_sector  # noqa: E402
from mining.working_time.worktime import WorkingTime  # noqa: E402

EVENTS = Path(__file__).with_name("integrity_events.sql").read_text(encoding="utf-8")
AS_OF = datetime(2025, 3, 1, tzinfo=UTC)


def main() -> None:
    """Print the seconds of each question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dossiers", type=int, default=1_000_000, help="how many dossiers (default 1,000,000)")
    parser.add_argument("--threads", type=int, default=2, help="threads of the database (default 2)")
    parser.add_argument("--folder", type=Path, help="where the store is written (default: a temporary folder)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        config = {"memory_limit": "4GB", "threads": str(chosen.threads)}
        cursor = duckdb.connect(str(Path(folder) / "store.duckdb"), config=config)
        fill(cursor, chosen.dossiers)
        measure(cursor)
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def fill(cursor: duckdb.DuckDBPyConnection, dossiers: int) -> None:
    """Make the events and derive what follows from them."""
    cursor.execute("SET TimeZone = 'UTC'")
    for name in ("schema.sql", "catalogue.sql"):
        cursor.execute((ROOT / "ingest" / name).read_text(encoding="utf-8"))
    prepare(cursor)
    cursor.execute(EVENTS, {"dossiers": dossiers})
    refreshed = refresh(cursor)
    cursor.execute("CHECKPOINT")
    print(f"{refreshed.events:,} events of {refreshed.dossiers:,} dossiers")


def measure(cursor: duckdb.DuckDBPyConnection) -> None:
    """Ask every question once."""
    calendars = Calendars(WorkingTime.of(public_sector()))
    rules = RuleQuestion(as_of=AS_OF, calendars=calendars)
    for rule in RULES:
        code = rule.code
        report(f"rule {code}", lambda code=code: len(check_rules(cursor, rules, (code,))))
    asked = IntegrityQuestion(as_of=AS_OF, calendars=calendars)
    dossiers = unit_dossiers(cursor, asked)
    for kind in KINDS:
        code = kind.code
        report(f"integrity {code}", lambda code=code: detect(cursor, asked, code, dossiers).evidence.num_rows)
    report("integrity, all with the rates", lambda: len(integrity(cursor, asked).findings))
    both = TwoSystemsQuestion(as_of=AS_OF, calendars=calendars)
    report("two systems, shares", lambda: len(system_shares(cursor, both)))
    report("two systems, double entry", lambda: len(double_entries(cursor, both).rows))
    report("drift", lambda: len(changes(cursor, DriftQuestion(as_of=AS_OF, calendars=calendars))))
    report("two systems, end", lambda: switch_off(cursor, both, "/old", date(2024, 9, 1)).events_after)


def report(name: str, ask: Callable[[], int]) -> None:
    """Print how long an answer took, by the clock and of the processors, and how many rows it has."""
    started, cpu_started = time.perf_counter(), time.process_time()
    found = ask()
    took, cpu = time.perf_counter() - started, time.process_time() - cpu_started
    print(f"  {name:35} {took:6.2f} s ({cpu:6.2f} s of processor time) {found:9,} rows", flush=True)


if __name__ == "__main__":
    main()
