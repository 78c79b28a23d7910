"""How fast is a city simulated on one core, its events written as JSON, and how much memory does it take?

    python bench/city.py [--scenario hcmc-2024] [--dossiers 20000] [--rounds 3]

Each run has a process of its own. The memory of a run is the peak of its process above what it had when the city was
built; it is measured for so many dossiers and for ten times as many. The truth is told in a run of its own.
"""

import argparse
import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from simulation.building import build_city
from simulation.city import City, OfficeHours
from simulation.hours import DAY_US, Hours
from simulation.layout import Clock, local_day
from simulation.run import simulate
from simulation.scenario_file import load_scenario
from simulation.truth import Truth

GOAL = 50_000
SEED = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """A run: its events and bytes, seconds on the clock and of the processor, and MB before it and more at its peak."""

    events: int
    size: int
    seconds: float
    processor_seconds: float
    start_mb: float
    more_mb: float


def measure(scenario: str, dossiers: int, with_truth: bool) -> Measured:
    city = build_city(load_scenario(scenario), seed=SEED, dossiers=dossiers)
    hours = [plain_weeks(one, city) for one in city.calendars]
    start_mb = peak_mb()
    truth = Truth(city, hours) if with_truth else None
    events = size = 0
    started, started_processor = time.perf_counter(), time.process_time()
    for block in simulate(city, hours_by_calendar=hours, truth=truth):
        events += len(block.messages)
        size += sum(len(value) for _, value in block.messages)
    seconds, processor = time.perf_counter() - started, time.process_time() - started_processor
    return Measured(events, size, seconds, processor, start_mb, peak_mb() - start_mb)


def plain_weeks(stated: OfficeHours, city: City) -> Hours:
    """The office hours of a calendar without public holidays, until two years after the period."""
    clock = Clock.of(city)
    slots = [
        tuple(day * DAY_US - clock.offset_us + (at.hour * 60 + at.minute) * 60_000_000 for at in (opens, closes))
        for day in range(clock.day(clock.start_us), clock.day(clock.end_us) + 730)
        for opens, closes in stated.week[local_day(day).weekday()]
    ]
    return Hours([opens for opens, _ in slots], [closes for _, closes in slots])


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(scenario: str, dossiers: int, *, with_truth: bool = False) -> Measured:
    """Measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, scenario, dossiers, with_truth).result()


def tell(name: str, runs: list[Measured]) -> None:
    first = runs[0]
    rate = statistics.median(one.events / one.seconds for one in runs)
    processor = statistics.median(one.events / one.processor_seconds for one in runs)
    print(
        f"{name:<28}{first.events:>12,} events{first.size / first.events:>6.0f} bytes each"
        f"{rate:>10,.0f} events/s{processor:>10,.0f} events/s of processor"
        f"{first.start_mb:>7.0f} MB +{max(one.more_mb for one in runs):>5.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="hcmc-2024")
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    few = [alone(asked.scenario, asked.dossiers) for _ in range(asked.rounds)]
    tell(f"{asked.dossiers:,} dossiers", few)
    many = [alone(asked.scenario, 10 * asked.dossiers)]
    tell(f"{10 * asked.dossiers:,} dossiers", many)
    tell(f"{asked.dossiers:,} with the truth", [alone(asked.scenario, asked.dossiers, with_truth=True)])
    # Other work on the machine distorts the clock; a run has one thread, so its processor time is that of one core.
    best = max(one.events / one.processor_seconds for one in (*few, *many))
    print(f"best {best:,.0f} events/s of one core, goal {GOAL:,}: {'reached' if best >= GOAL else 'MISSED'}")


if __name__ == "__main__":
    main()
