"""Does the search for opportunities find what was planted in simulated cities, and nothing where nothing was?

    python bench/opportunities.py [--seeds 20] [--dossiers 12000] [--clean 5] [--scenario small]

Every city is run, told and searched. Precision and recall are counted per kind over all seeds; goal: >= 0.9 each. Where
starts are not recorded, nobody can tell work from waiting: what is planted in such a unit need be found only by
detectors that look at something else.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from city_store import WITHOUT_SESSIONS, CityStore, run_city  # noqa: E402
from mining.opportunities.ranking import opportunities  # noqa: E402
from mining.opportunities.values import Opportunities  # noqa: E402
from mining.waiting.answers import waiting_log  # noqa: E402
from mining.waiting.desks import Availability  # noqa: E402

KINDS = ("contention", "unit_gap", "approval", "two_systems", "batching")
NEED_STARTS = ("contention", "unit_gap", "batching")
Place = tuple[str | None, ...]


def main() -> None:
    """Print what was found and missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="how many cities with planted problems (default 20)")
    parser.add_argument("--clean", type=int, default=5, help="how many cities without (default 5)")
    parser.add_argument("--dossiers", type=int, default=12_000, help="dossiers of each city (default 12,000)")
    parser.add_argument("--scenario", default="small", help="of the cities with planted problems (default small)")
    parser.add_argument("--verbose", action="store_true", help="print what was missed and what was wrong")
    chosen = parser.parse_args()
    scores = {kind: Counter[str]() for kind in KINDS}
    for seed in range(1, chosen.seeds + 1):
        place = run_city(chosen.scenario, seed=seed, dossiers=chosen.dossiers)
        found, seconds = searched(place)
        for kind in KINDS:
            silent = {one["unit"] for one in place.truth["starts_not_recorded"]} if kind in NEED_STARTS else set()
            told, planted = places(found, kind), {one for one in truly(place, kind) if silent.isdisjoint(one)}
            scores[kind] += Counter(right=len(told & planted), wrong=len(told - planted), missed=len(planted - told))
            if chosen.verbose and told != planted:
                print(f"  {seed} {kind}: wrong {sorted(map(str, told - planted))}")
                print(f"  {seed} {kind}: missed {sorted(map(str, planted - told))}")
        others = Counter(row.kind for row in found.rows if row.kind not in KINDS)
        beside = f", {dict(others)} of kinds that are not planted" if others else ""
        print(f"seed {seed}: {len(found.rows)} opportunities in {seconds:.1f} s{beside}", flush=True)
        place.close()
    for kind, score in scores.items():
        precision = score["right"] / max(score["right"] + score["wrong"], 1)
        recall = score["right"] / max(score["right"] + score["missed"], 1)
        print(f"{kind:12} precision {precision:.2f}, recall {recall:.2f} ({dict(score)})")
    clean(chosen.clean, chosen.dossiers)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def clean(seeds: int, dossiers: int) -> None:
    """Search cities in which nothing was planted, and print whatever was found."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "clean.toml"
        scenario.write_text(WITHOUT_SESSIONS, encoding="utf-8")
        for seed in range(1, seeds + 1):
            place = run_city(scenario, seed=seed, dossiers=dossiers)
            found, _ = searched(place)
            print(
                f"clean, seed {seed}: {len(found.rows)} opportunities (goal 0), {found.within_noise} within noise,"
                f" {len(found.limits)} limits that could be cut"
            )
            for row in found.rows:
                print(f"  {row.kind} {dict(row.key)}: {row.hours_a_year.estimate:,.0f} h, {row.evidence_en}")
            place.close()


def searched(place: CityStore) -> tuple[Opportunities, float]:
    """Tell why a city waited and search it; return what was found and how long the search took."""
    availability = Availability(place.calendars)
    log = waiting_log(place.cursor, availability)
    started = time.perf_counter()
    return opportunities(place.cursor, log, availability), time.perf_counter() - started


def places(found: Opportunities, kind: str) -> set[Place]:
    """Return where opportunities of a kind were found."""
    return {tuple(row.key.values()) for row in found.rows if row.kind == kind}


def truly(place: CityStore, kind: str) -> Iterator[Place]:
    """Yield where problems of a kind were planted, as the detector would name the place."""
    truth = place.truth
    if kind == "contention":
        for one in truth["bottlenecks"]:
            yield one["unit"], " + ".join(sorted(one["roles"]))
    elif kind == "unit_gap":
        for one in truth["unit_gaps"]:
            yield one["procedure"], one["unit"]
    elif kind == "approval":
        for one in truth["always_approving"]:
            yield one["procedure"], one["task"]
    elif kind == "two_systems":
        for one in truth["double_entry"]:
            yield (one["unit"],)
    else:
        for pool in place.city.pools:
            if pool.sessions:
                yield place.city.units[pool.unit].code, place.city.roles[pool.roles[0]]


if __name__ == "__main__":
    main()
