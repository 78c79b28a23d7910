"""Measures why dossiers wait: the purchasing example beside the paper's tool, a city, a larger one, the worst queue.

    python bench/waiting.py [--events 5000000] [--worst 500000] [--log purchasing_example.csv.gz]
    python bench/waiting.py --cities [--seeds 20] [--first 1] [--scenario small] [--dossiers 4000]

The paper's tool took 374 s for the purchasing example on two cores. The city is made up: dossiers pass ten desks, each
with officers who work first in, first out; leaders sign twice a day. Every measurement has a process of its own, so
that its memory can be told. Seconds are those of the clock, and of processors in brackets. `--cities` holds the causes
against the planted truth of simulated cities, of which something else is planted in each: goal within 5 % in total.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from city_store import run_city  # noqa: E402
from ingest.sources import open_log  # noqa: E402
from mining.clocks.clock import Calendars  # noqa: E402
from mining.derive import prepare, refresh  # noqa: E402
from mining.waiting.analysis import analyse  # noqa: E402
from mining.waiting.answers import waiting_log  # noqa: E402
from mining.waiting.causes import CAUSES  # noqa: E402
from mining.waiting.desks import Availability  # noqa: E402
from mining.waiting.findings import total, transitions  # noqa: E402
from mining.waiting.steps import NONE, Steps  # noqa: E402
from mining.working_time.calendar_file import public_sector  # noqa: E402
from mining.working_time.worktime import WorkingTime  # noqa: E402

PAPER_SECONDS = 374.0
GOAL = 0.05
STAGES = 10
DAYS = 365
HOUR_US = 3_600_000_000
INSTANT = pa.timestamp("us", "UTC")
Ints = npt.NDArray[np.int64]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000_000, help="about how many events the city has")
    parser.add_argument("--worst", type=int, default=500_000, help="how many steps stand in one officer's queue")
    parser.add_argument("--log", type=Path, default=ROOT.parent / "shared" / "data" / "purchasing_example.csv.gz")
    parser.add_argument("--alone", choices=("log", "city", "worst"), help=argparse.SUPPRESS)
    parser.add_argument("--cities", action="store_true", help="hold causes against the truth of simulated cities")
    parser.add_argument("--seeds", type=int, default=20, help="how many cities (default 20)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--scenario", default="small", help="of the cities (default small)")
    parser.add_argument("--dossiers", type=int, default=4_000, help="of each city (default 4,000)")
    chosen = parser.parse_args()
    if chosen.cities:
        compare_cities(chosen)
        return
    if chosen.alone:
        measured = {"log": measure_log, "city": measure_city, "worst": measure_worst}[chosen.alone]
        print("\n" + json.dumps(measured(chosen)))
        return
    if chosen.log.exists():
        one = alone("log", chosen)
        ratio = PAPER_SECONDS / one["seconds"]
        print(f"{chosen.log.name}: {spent(one)}, {ratio:,.0f} times as fast as the paper's tool (goal >= 1,000)")
    small, large = (alone("city", chosen, events=events) for events in (chosen.events // 10, chosen.events))
    for one in (small, large):
        what = f"city of {one['events']:,} events, {one['steps']:,} steps"
        print(f"{what}: {spent(one)}, {one['gigabytes']:.2f} GB at most")
    clock, processors = (large[name] / small[name] for name in ("seconds", "processors"))
    print(f"ten times the events cost {clock:.1f} ({processors:.1f}) times the time (goal <= 12)")
    for worst in (chosen.worst // 10, chosen.worst):
        one = alone("worst", chosen, worst=worst)
        print(f"one officer, {one['steps']:,} steps in any order: {spent(one)}, {one['gigabytes']:.2f} GB at most")


def compare_cities(chosen: argparse.Namespace) -> None:
    """Print how many hours of each cause were found beside the true ones: where starts are known, and of everything."""
    sums = {name: dict.fromkeys(CAUSES, (0.0, 0.0)) for name in ("known", "all")}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        found = causes_of_city(chosen.scenario, seed, chosen.dossiers)
        told = ", ".join(f"{cause} {off(found['known'][cause])}" for cause in CAUSES)
        print(f"seed {seed}: {told}", flush=True)
        for name, own in found.items():
            sums[name] = {
                cause: (sums[name][cause][0] + of, sums[name][cause][1] + all_) for cause, (of, all_) in own.items()
            }
    for name, what in (("known", "units that record starts"), ("all", "all units, a part of the starts estimated")):
        print(f"{what}\n  {'cause':16}{'found':>14}{'true':>14}{'off by':>9}")
        for cause, (of, all_) in sums[name].items():
            print(f"  {cause:16}{of:>12,.0f} h{all_:>12,.0f} h{off((of, all_)):>9}")
    worst = max(abs(of / all_ - 1) for of, all_ in sums["known"].values() if all_)
    print(f"at most {worst:.1%} off where starts are known (goal <= 5 %): {'reached' if worst <= GOAL else 'MISSED'}")


def off(one: tuple[float, float]) -> str:
    """Say by how much what was found differs from the truth."""
    return f"{one[0] / one[1] - 1:+.1%}" if one[1] else "-"


def causes_of_city(scenario: str, seed: int, dossiers: int) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the elapsed hours by cause that the log of a city tells, and the true ones, of some units and of all."""
    place = run_city(scenario, seed=seed, dossiers=dossiers)
    log, truth = waiting_log(place.cursor, Availability(place.calendars)), place.truth
    silent = {one["unit"] for one in truth["starts_not_recorded"]}
    units, officers = (column.take(log.waits.row) for column in (log.steps.unit, log.steps.officer))
    unseen_units = [number for number, name in enumerate(units.names) if name in silent]
    known = ~np.isin(units.codes, unseen_units) | (officers.codes == NONE)
    hidden = [one for one in truth["waiting"]["pools"] if one["unit"] in silent]
    answers: dict[str, dict[str, tuple[float, float]]] = {"known": {}, "all": {}}
    for cause in CAUSES:
        elapsed = log.waits.causes[cause].elapsed
        true = truth["waiting"]["total"]["elapsed_hours"][cause]
        unseen = sum(one["elapsed_hours"][cause] for one in hidden)
        answers["all"][cause] = (float(elapsed.sum()) / HOUR_US, true)
        answers["known"][cause] = (float(elapsed[known].sum()) / HOUR_US, true - unseen)
    place.close()
    return answers


def spent(one: dict[str, Any]) -> str:
    """Say how long it took."""
    return f"{one['seconds']:.3g} s ({one['processors']:.3g})"


def alone(what: str, chosen: argparse.Namespace, **changes: int) -> dict[str, Any]:
    """Run one measurement as a process of its own."""
    values = {"events": chosen.events, "worst": chosen.worst, "log": chosen.log, **changes}
    options = [word for name, value in values.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, __file__, "--alone", what, *options]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found


def measure_log(chosen: argparse.Namespace) -> dict[str, Any]:
    """Tell a log with starts and ends; reading the file is not counted, the median of five counts."""
    events = pa.concat_tables([batch.events for batch in open_log(chosen.log).batches()])
    columns = ["dossier", "activity", "officer", "started_at"]
    steps = events.select([*columns, "occurred_at"]).rename_columns([*columns, "completed_at"])
    availability = office()
    runs = [timed(lambda: analyse(Steps.of(steps), availability))[0] for _ in range(5)]
    return sorted(runs, key=lambda run: run["seconds"])[2]


def measure_city(chosen: argparse.Namespace) -> dict[str, Any]:
    """Tell a city in a store on disk, and add up its figures."""
    availability = office()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.duckdb"
        command = [sys.executable, "-c", _FILL, str(path), str(chosen.events)]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        cursor = duckdb.connect(str(path), config={"memory_limit": "1500MB", "threads": "2"})
        cursor.execute("SET TimeZone = 'UTC'")
        told, log = timed(lambda: waiting_log(cursor, availability))
        figures, (whole, _) = timed(lambda: (total(log), transitions(log)))
        cursor.close()
    assert sum(one.elapsed_us for one in whole.by_cause.values()) == whole.waiting.elapsed_us
    times = {name: told[name] + figures[name] for name in told}
    return {"events": 2 * len(log.steps), "steps": len(log.steps), "gigabytes": peak_gigabytes(), **times}


def measure_worst(chosen: argparse.Namespace) -> dict[str, Any]:
    """Tell one officer whose queue is worked in any order: a dossier waits while thousands of others are done."""
    dice = np.random.default_rng(2)
    size = chosen.worst
    work = dice.integers(1, 60, size) * 1_000_000
    end = 1_600_000_000_000_000 + np.cumsum(work)
    ready = end - work - dice.integers(0, 20_000 * 30, size) * 1_000_000
    columns = {
        "dossier": pa.array(np.repeat(np.arange(size), 2)),
        "activity": pa.array(np.tile(["receive", "check"], size)),
        "officer": pa.array(np.tile(np.array([None, "An"], object), size), pa.string()),
        "started_at": pa.array(np.column_stack((ready, end - work)).ravel()).cast(INSTANT),
        "completed_at": pa.array(np.column_stack((ready, end)).ravel()).cast(INSTANT),
    }
    steps, availability = Steps.of(pa.table(columns)), office()
    times, _ = timed(lambda: analyse(steps, availability))
    return {"steps": size, "gigabytes": peak_gigabytes(), **times}


def office() -> Availability:
    """Public-sector office hours for everybody."""
    return Availability(Calendars(WorkingTime.of(public_sector())))


def fill(path: str, events: int) -> None:
    """Write a city of about so many events into a store and derive its steps."""
    cursor = duckdb.connect(path, config={"memory_limit": "3GB", "threads": "2"})
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute((ROOT / "ingest" / "schema.sql").read_text(encoding="utf-8"))
    prepare(cursor)
    cursor.register("made_up", made_up(events // (2 * STAGES)))
    cursor.execute((ROOT / "bench" / "waiting_events.sql").read_text(encoding="utf-8"))
    cursor.unregister("made_up")
    refresh(cursor)
    cursor.close()


def made_up(dossiers: int) -> pa.Table:
    """Return the steps of dossiers that pass ten desks: dossier, stage, officer, started_at and completed_at.

    All is reckoned in working time: an officer ends at the greater of arrival and the end before, plus the work, which
    for a whole queue is one running sum and one running maximum. The leaders of the eighth desk wait for their hour.
    """
    dice = np.random.default_rng(1)
    calendar = WorkingTime.of(public_sector())
    first = datetime.combine(date(2024, 1, 2), datetime.min.time(), UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    begin = calendar.worked_us(np.array([first // timedelta(microseconds=1)]))[0]
    length = DAYS * 8 * HOUR_US * 5 // 7
    ready = np.sort(begin + dice.integers(0, length, dossiers))
    officers = max(1, dossiers // 2500)
    parts = []
    for stage in range(STAGES):
        own = dice.integers(0, officers, dossiers)
        work = dice.integers(1, int(1.8 * length / HOUR_US * 60 / 2500), dossiers) * 60_000_000 * 9 // 10
        arrival = -(-ready // (4 * HOUR_US)) * 4 * HOUR_US if stage == 7 else ready
        work = work // 20 if stage == 7 else work
        end = queued(own, arrival, ready, work, 4 * length)
        opened = calendar.at_us(end - work + 1) - 1
        parts.append(
            {
                "dossier": np.arange(dossiers),
                "stage": np.full(dossiers, stage),
                "officer": stage * officers + own,
                "started_us": opened,
                "completed_us": calendar.at_us(end),
            }
        )
        ready = end
    return pa.table({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def queued(officer: Ints, arrival: Ints, ready: Ints, work: Ints, apart: int) -> Ints:
    """Return when each piece of work ends, first in, first out, officer by officer."""
    order = np.lexsort((ready, arrival, officer))
    done = np.cumsum(work[order])
    begun = np.maximum.accumulate(arrival[order] + officer[order] * apart - (done - work[order]))
    end = np.empty(len(order), np.int64)
    end[order] = begun + done - officer[order] * apart
    return end


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Do the work; return how many seconds it took, by the clock and of all processors, and what it returned."""
    clock, processors = time.perf_counter(), time.process_time()
    result = work()
    return {"seconds": time.perf_counter() - clock, "processors": time.process_time() - processors}, result


def peak_gigabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


_FILL = "import sys; sys.path.insert(0, 'bench'); from waiting import fill; fill(sys.argv[1], int(sys.argv[2]))"


if __name__ == "__main__":
    main()
