"""Are planted deviations, changed figures, double entries and drifts found in simulated cities, and only those?

    python bench/compliance.py [--seeds 20] [--clean 5] [--first 101] [--dossiers 16000] [--verbose]

Every city is run, and everything is asked that is asked about its compliance: conformance, integrity, two systems,
drift. Precision and recall are counted per kind over all seeds; goal: >= 0.9 each. A thing found is a deviation of a
dossier at a step, a dossier, a unit, or a procedure that drifts. Thresholds were chosen on the seeds 1 to 5.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from city_store import run_city  # noqa: E402
from judged_city import KINDS, Judged, JudgedCity  # noqa: E402
from mining.conformance.align_pool import AlignPool  # noqa: E402

SCENARIO = "compliance-study"
GOAL = 0.9


def main() -> None:
    """Print what was found and missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="how many cities with planted problems (default 20)")
    parser.add_argument("--clean", type=int, default=5, help="how many cities without (default 5)")
    parser.add_argument("--first", type=int, default=101, help="the first seed (default 101)")
    parser.add_argument("--dossiers", type=int, help="dossiers of each city (default: those of the scenario)")
    parser.add_argument("--scenario", default=SCENARIO, help=f"name (default {SCENARIO})")
    parser.add_argument("--verbose", action="store_true", help="print what was missed and what was wrong")
    chosen = parser.parse_args()
    aligner = AlignPool()
    scores: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        for kind, one in judged(chosen, seed, aligner).items():
            scores[kind] += Counter(right=one.right, wrong=len(one.wrong), missed=len(one.missed))
            if chosen.verbose:
                show(seed, kind, one)
    print(f"{'':18}{'precision':>10}{'recall':>8}{'planted':>9}{'right':>8}{'wrong':>7}{'missed':>8}")
    for kind, score in scores.items():
        tell(kind, score)
    for seed in range(chosen.first, chosen.first + chosen.clean):
        found = {kind: len(one.found) for kind, one in judged(chosen, seed, aligner, clean=True).items()}
        print(f"clean, seed {seed}: {sum(found.values())} (goal 0) { ({k: n for k, n in found.items() if n}) }")
    aligner.close()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def judged(chosen: argparse.Namespace, seed: int, aligner: AlignPool, *, clean: bool = False) -> dict[str, Judged]:
    """Run a city and judge what is found in it."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "city.toml"
        scenario.write_text(f'extends = "{chosen.scenario}"\nclean = {str(clean).lower()}\n', encoding="utf-8")
        place = run_city(scenario, seed=seed, dossiers=chosen.dossiers)
    ran = time.perf_counter()
    found = JudgedCity(place, aligner).judged()
    place.close()
    print(f"seed {seed}: run in {ran - started:.0f} s, judged in {time.perf_counter() - ran:.0f} s", flush=True)
    return found


def show(seed: int, kind: str, one: Judged) -> None:
    """Print what is wrong and what was missed."""
    for name, things in (("wrong", one.wrong), ("missed", one.missed)):
        if things:
            print(f"  {seed} {kind}: {len(things)} {name}, such as {sorted(things)[:4]}")


def tell(kind: str, score: Counter[str]) -> None:
    """Print how well a kind was found over all seeds."""
    right, wrong, missed = score["right"], score["wrong"], score["missed"]
    precision = f"{right / (right + wrong):.3f}" if right else "-"
    recall = f"{right / (right + missed):.3f}" if right + missed else "-"
    below = " BELOW THE GOAL" if right < GOAL * max(right + wrong, right + missed) and right + missed else ""
    print(f"{kind:18}{precision:>10}{recall:>8}{right + missed:>9}{right:>8}{wrong:>7}{missed:>8}{below}")


if __name__ == "__main__":
    main()
