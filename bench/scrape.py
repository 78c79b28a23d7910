"""What does a scrape of a city of 1,634 procedures cost, and what does it take away from the intake?

    python bench/scrape.py [--dossiers 20000] [--scrapes 1000]

Simulates hcmc-2024 into a store, counts everything once, and scrapes: series, bytes, processor milliseconds, anew and
when nothing was counted since. Prometheus scrapes every 15 s: how much of a processor do 1,000 scrapes take away from
an intake that keeps it busy throughout? In processor seconds, since a shared machine has no other clock.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from api.city_hours import opening_hours
from api.metrics.registry import Metrics
from api.service import Service
from api.settings import Settings
from ingest.decode import Received
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.run import simulate
from simulation.scenario_file import load_scenario

GOAL_MS, GOAL_SHARE = 100.0, 0.02
EVERY_SECONDS = 15
ACCEPT = "application/openmetrics-text;version=1.0.0"


def filled(service: Service, dossiers: int) -> None:
    """Take a city in and count everything."""
    city = build_city(load_scenario("hcmc-2024"), seed=2024, dossiers=dossiers)
    service.state([Received(value, place, 0) for place, (_key, value) in enumerate(catalogue_messages(city))])
    events = 0
    for block in simulate(city, hours_by_calendar=opening_hours(city)):
        messages = [Received(value, events + place, 0) for place, (_key, value) in enumerate(block.messages)]
        service.intake.take(messages, origin="bench")
        events += len(messages)
    service.miner.refresh()
    for watch in (service.punctuality, service.savings, service.waiting):
        watch.refresh()
    print(f"{dossiers:,} dossiers, {events:,} events")


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the median of processor milliseconds."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - started))
    return statistics.median(taken)


def main() -> int:
    """Measure and print; 0 when the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--scrapes", type=int, default=1_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Settings(kafka="off", store=Path(folder) / "scrape.duckdb"))
        filled(service, asked.dossiers)
        content, _ = Metrics(service).exposition(ACCEPT)
        series = sum(1 for line in content.splitlines() if not line.startswith(b"#"))
        anew = milliseconds(lambda: Metrics(service).exposition(ACCEPT), 7)
        metrics = Metrics(service)
        metrics.exposition(ACCEPT)
        started = time.process_time()
        again = milliseconds(lambda: metrics.exposition(ACCEPT), asked.scrapes)
        cost = time.process_time() - started
        service.close()
    print(f"a scrape: {series:,} series, {len(content):,} bytes (goal {GOAL_MS:.0f} ms)")
    print(f"  {anew:6.1f} ms of a processor when everything was counted anew (once a minute at most)")
    print(f"  {again:6.1f} ms when it was not")
    whole = asked.scrapes * EVERY_SECONDS
    cost += whole / 60 * max(0.0, anew - again) / 1000
    print(f"{asked.scrapes:,} scrapes in {whole:,} s, counted anew every minute: {cost:.1f} s of a processor,", end=" ")
    print(f"{cost / whole:.2%} of one (goal {GOAL_SHARE:.0%})")
    return 0 if anew <= GOAL_MS and cost <= GOAL_SHARE * whole else 1


if __name__ == "__main__":
    sys.exit(main())
