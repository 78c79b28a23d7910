"""Does what-if predict what planted changes truly do in simulated cities, and does prosimos simulate the same?

    python bench/what_if.py [--seeds 3] [--dossiers 6000] [--replications 10]
    python bench/what_if.py --prosimos VENV_PYTHON

A city is run and its log taken. From the log alone what-if predicts the change of the mean cycle time; then the city is
run again with the change planted, with the same dossiers. Goal: within 15 %, where the true change is at least 2 % of
the mean. `logged`: dossiers come as they came, which is what the truth rests on; `drawn`: as they come in such a time.
`--prosimos` compares the mean cycle time of one small model in this engine and in prosimos, an independent simulator in
an environment of its own (pip install prosimos==2.1.0).
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "bench")]

from api.city_hours import opening_hours  # noqa: E402
from city_store import CityStore, run_city  # noqa: E402
from mining.waiting.desks import Availability  # noqa: E402
from mining.what_if.discovery import discover  # noqa: E402
from mining.what_if.figures import interval  # noqa: E402
from mining.what_if.model import Model  # noqa: E402
from mining.what_if.replication import MODES, Mode, replicate  # noqa: E402
from mining.what_if.validation import simulate_held_out, validated  # noqa: E402
from planted_changes import NOTHING_PLANTED, Planted, planted_changes  # noqa: E402
from true_changes import Means, true_means  # noqa: E402

GOAL = 0.15
NOT_TINY = 0.02
"""A true change of less than this share of the mean is smaller than what chance does to a queue."""


@dataclass(frozen=True, slots=True)
class Row:
    """Hours by which the mean changes, truly and as predicted, elapsed and working, and the means as it is."""

    truth: tuple[float, float]
    predicted: dict[Mode, tuple[float, float]]
    means: tuple[float, float]
    within: int = 0
    """How many of the two true changes lie in the 95 % range of periods that are drawn."""


def main() -> None:
    """Print truth, prediction and error of every change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="how many cities (default 3)")
    parser.add_argument("--dossiers", type=int, default=6000, help="dossiers of each (default 6000)")
    parser.add_argument("--replications", type=int, default=10, help="of each change (default 10)")
    parser.add_argument("--planted", action="store_true", help="the scenario `small` with all it has to be found")
    parser.add_argument("--prosimos", metavar="VENV_PYTHON", help="compare with prosimos instead")
    chosen = parser.parse_args()
    if chosen.prosimos:
        from what_if_prosimos import compare

        compare(chosen.prosimos)
        return
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "nothing-planted.toml"
        scenario.write_text(NOTHING_PLANTED, encoding="utf-8")
        for seed in range(1, chosen.seeds + 1):
            place = run_city("small" if chosen.planted else scenario, seed=seed, dossiers=chosen.dossiers)
            _one_city(place, seed, chosen.replications, rows)
            place.close()
    print(f"\nall {chosen.seeds} cities together")
    wrong = 0
    for name, found in rows.items():
        together = Row(
            _mean([row.truth for row in found]),
            {mode: _mean([row.predicted[mode] for row in found]) for mode in MODES},
            _mean([row.means for row in found]),
        )
        wrong += _print(name, together)
    every = [row for found in rows.values() for row in found]
    print(f"{sum(row.within for row in every)} of {2 * len(every)} true changes lie in the 95 % range of drawn periods")
    print(f"{wrong} of {len(rows)} changes that are not tiny are predicted (logged) with an error above {GOAL:.0%}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _one_city(place: CityStore, seed: int, replications: int, rows: dict[str, list[Row]]) -> None:
    started = time.perf_counter()
    model = discover(place.cursor, Availability(place.calendars))
    hours = opening_hours(place.city)
    before = true_means(place.city, model.span, hours)
    checked = validated(model, [simulate_held_out(model, (1, turn)) for turn in range(3)])
    print(
        f"seed {seed}: {before.dossiers:,} dossiers, {before.elapsed_hours:.1f} h elapsed, {before.working_hours:.1f}"
        f" working h; discovered in {time.perf_counter() - started:.1f} s; held-out weeks: distance"
        f" {checked.distance_hours:.1f} h = {checked.relative:.1%} of the mean ({checked.grade}); working"
        f" {checked.working_distance_hours:.2f} h = {checked.working_relative:.1%}; the log off itself"
        f" {checked.log_distance_hours:.1f} h; busiest desk {max(desk.load for desk in model.desks):.0%}",
        flush=True,
    )
    for planted in planted_changes(place.city):
        after = true_means(planted.city, model.span, hours, planted.worked)
        truth = _change(before, after)
        found = {mode: predicted(model, planted, mode, replications) for mode in MODES}
        ranges = [interval([pair[place] for pair in found["drawn"]]) for place in range(2)]
        row = Row(
            truth,
            {mode: _mean(pairs) for mode, pairs in found.items()},
            (before.elapsed_hours, before.working_hours),
            sum((one.low or 0) <= true <= (one.high or 0) for one, true in zip(ranges, truth, strict=True)),
        )
        rows[planted.name].append(row)
        _print(planted.name, row)


def predicted(model: Model, planted: Planted, mode: Mode, replications: int) -> list[tuple[float, float]]:
    """Return by how many hours the mean changes, elapsed and working, in each replication of what-if."""
    pairs = [replicate(model, planted.edits, mode, (1, turn)) for turn in range(replications)]
    return [
        (
            float(after.elapsed_hours.mean() - before.elapsed_hours.mean()),
            float(after.working_hours.mean() - before.working_hours.mean()),
        )
        for before, after in pairs
        if after is not None
    ]


def _change(before: Means, after: Means) -> tuple[float, float]:
    return after.elapsed_hours - before.elapsed_hours, after.working_hours - before.working_hours


def _mean(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    elapsed, working = np.mean(pairs, axis=0).tolist()
    return elapsed, working


def _print(name: str, row: Row) -> bool:
    """Print a change; return whether it is predicted wrong, though it is not tiny."""
    cells, wrong = [], False
    for place, what in enumerate(("elapsed", "working")):
        truth = row.truth[place]
        tiny = abs(truth) < NOT_TINY * row.means[place]
        cells.append(f"{what} {truth:+8.3f} h{' (tiny)' if tiny else '       '}")
        for mode in MODES:
            error = (row.predicted[mode][place] - truth) / abs(truth) if truth else 0.0
            cells.append(f"{mode} {row.predicted[mode][place]:+8.3f} {error:+6.1%}")
            wrong |= mode == "logged" and not tiny and abs(error) > GOAL
    print(f"  {name:36} {' | '.join(cells)}{'   <-- ' if wrong else ''}", flush=True)
    return wrong


if __name__ == "__main__":
    main()
