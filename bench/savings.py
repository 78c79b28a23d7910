"""How good are the estimates of what was saved, and how long do they take?

    python bench/savings.py [--seeds 6] [--procedures 925] [--dossiers 1000000] [--city FILE.jsonl --truth TRUTH.json]

Made-up cities with planted effects, more online intake after the change, a common trend and shocks of units: how many
95 % intervals hold the truth, how far the total is off, which regressions are found, beside the mean before minus the
mean after. Then the time for many dossiers with 1,000 replicates. With the files of `tinhgon city --scenario
savings-study --to FILE.jsonl --truth TRUTH.json`, the same for a city of queues, through the store and its account.
"""

import argparse
import json
import resource
import secrets
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from api.calendars import OfficeHours
from ingest.event import INSTANT
from ingest.pseudonym import Pseudonyms
from ingest.sources import open_log
from ingest.store import IN_MEMORY, Batch, Store, open_store
from mining.derive import prepare, refresh
from mining.savings.account import account
from mining.savings.effect import Bootstrap, Grouping, effect_of, saved
from mining.savings.figures import Account, ProcedureRow
from mining.savings.question import Question
from mining.savings.study import Comparison, Study
from planted_savings import Plan, planted

ENOUGH = 200
GOAL_COVERED, GOAL_TOTAL, GOAL_REGRESSED, GOAL_SECONDS = (0.92, 0.98), 0.05, 0.9, 60.0
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Per procedure, in hours a dossier: truth, estimate, interval, naive difference; and what was planted."""

    truth: Floats
    estimate: Floats
    low: Floats
    high: Floats
    naive: Floats
    dossiers: Floats
    enough: Flags
    regressed: Flags

    def told(self, name: str) -> bool:
        """Print how good they are; return whether the goals are met."""
        covered = float(((self.low <= self.truth) & (self.truth <= self.high)).mean())
        whole = float((self.truth * self.dossiers).sum())
        total, naive = (float((one * self.dossiers).sum()) / whole for one in (self.estimate, self.naive))
        found = (self.high < 0) & self.enough
        hits = float((found & self.regressed).sum())
        precision = hits / max(float(found.sum()), 1)
        recall = hits / max(float((self.regressed & self.enough).sum()), 1)
        print(f"{name}: {len(self.truth)} procedures, {self.dossiers.sum():,.0f} dossiers under a new version")
        print(
            f"  intervals that hold the truth  {covered:6.1%}   (goal {GOAL_COVERED[0]:.0%} to {GOAL_COVERED[1]:.0%})"
        )
        print(f"  total, estimated / true        {total:6.3f}   naive {naive:.3f} (goal within {GOAL_TOTAL:.0%})")
        print(
            f"  regressions                    precision {precision:.3f}, recall {recall:.3f} (goal {GOAL_REGRESSED})"
        )
        errors = [float(np.sqrt(np.mean((one - self.truth) ** 2))) for one in (self.estimate, self.naive)]
        print(f"  error a procedure (rms)        {errors[0]:6.2f} h a dossier, naive {errors[1]:.2f} h")
        good = GOAL_COVERED[0] <= covered <= GOAL_COVERED[1] and abs(total - 1) <= GOAL_TOTAL
        return good and min(precision, recall) >= GOAL_REGRESSED


def made_up(seed: int, plan: Plan) -> Estimates:
    """Estimate a made-up city."""
    city = planted(seed, plan)
    effect = effect_of(Study.of(city.dossiers, Comparison()))
    study = effect.study
    (each,) = saved(effect, [Grouping(study.change, plan.changed)], Bootstrap())
    kept = each.dossiers > 0
    count = each.dossiers[kept].astype(np.float64)
    procedure = np.asarray(city.dossiers["procedure"]).astype(np.int64)
    means = []
    for side in (study.change < 0, study.change >= 0):
        own = side & study.finished & (procedure < plan.changed)
        number = np.maximum(np.bincount(procedure[own], minlength=plan.changed), 1)
        means.append(np.bincount(procedure[own], study.hours[own], minlength=plan.changed) / number)
    return Estimates(
        city.saved[kept] / count,
        each.hours[kept] / count,
        each.low[kept] / count,
        each.high[kept] / count,
        (means[0] - means[1])[kept],
        count,
        ((each.before >= ENOUGH) & (each.dossiers >= ENOUGH))[kept],
        (city.effect == 2)[kept],
    )


def together(parts: list[Estimates]) -> Estimates:
    """Put the procedures of several cities together."""
    return Estimates(*(np.concatenate([getattr(one, name) for one in parts]) for name in Estimates.__slots__))


def timed(procedures: int, dossiers: int) -> bool:
    """Estimate a large city; print how long it took."""
    unchanged = procedures * 3 // 4
    plan = Plan(
        changed=procedures, unchanged=unchanged, units=300, units_each=8, dossiers=dossiers / (procedures + unchanged)
    )
    city = planted(1, plan)
    started = time.perf_counter(), time.process_time()
    effect = effect_of(Study.of(city.dossiers, Comparison()))
    change = effect.study.change
    saved(effect, [Grouping(change, procedures), Grouping(np.where(change >= 0, 0, -1), 1)], Bootstrap())
    clock, processor = time.perf_counter() - started[0], time.process_time() - started[1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{city.dossiers.num_rows:,} dossiers, {procedures} changed procedures, 1,000 replicates:")
    print(f"  {clock:.1f} s by the clock, {processor:.1f} s of processors (goal {GOAL_SECONDS:.0f}), {memory:,.0f} MB")
    return processor <= GOAL_SECONDS


def loaded(path: Path) -> Store:
    """Read a log of events into a store in memory."""
    store = open_store(IN_MEMORY, Pseudonyms(secrets.token_bytes(32)))
    for batch in open_log(path, columns=None, procedure=None, timezone="Asia/Ho_Chi_Minh").batches(100_000):
        now = datetime.now(UTC)
        received = pa.repeat(pa.scalar(now, INSTANT), batch.events.num_rows)
        stated = tuple(one.statement for one in batch.catalogue)
        store.commit(Batch(batch.events, received, tuple(batch.rejected), catalogue=stated), now=now)
    with store.writing() as cursor:
        prepare(cursor)
        refresh(cursor)
    return store


def of_city(log: Path, truth_file: Path, as_of: datetime) -> tuple[Estimates, Account]:
    """Compute the account of a simulated city, and put its rows beside the truth."""
    truth: dict[str, Any] = json.loads(truth_file.read_text(encoding="utf-8"))
    store = loaded(log)
    with store.cursor() as cursor:
        started = time.perf_counter()
        found = account(cursor, Question(as_of=as_of), OfficeHours(None).of(cursor))
        print(f"the account of the city took {time.perf_counter() - started:.1f} s")
    store.close()
    hours, planted_ = dict[str, Floats](), dict[str, set[str]]()
    for one in truth["effects"]:
        code = one["procedure"]
        hours[code] = hours.get(code, np.zeros(2)) + np.array([one["saved_hours"], one["dossiers"]])
        planted_.setdefault(code, set()).add(one["planted"])
    rows = [row for row in found.procedures if _is_told(row) and hours.get(row.procedure, np.zeros(2))[1]]
    columns = [_columns(row, hours[row.procedure], "regressed" in planted_[row.procedure]) for row in rows]
    estimates = Estimates(*(np.array(column) for column in zip(*columns, strict=True)))
    total = found.realised.hours
    print(f"all dossiers of the city: {total.estimate:,.0f} h ({total.low:,.0f} to {total.high:,.0f}),", end=" ")
    print(f"in truth {truth['saved_hours']:,.0f} h, and {truth['saved_hours_elsewhere']:,.0f} h in queues of others")
    return estimates, found


def _is_told(row: ProcedureRow) -> bool:
    return row.verdict != "too_few_dossiers"


def _columns(row: ProcedureRow, truth: Floats, regressed: bool) -> tuple[float | bool, ...]:
    each, sides = row.realised.per_dossier, row.sides
    assert each  # the verdict says that there are dossiers enough
    enough = min(row.realised.before, row.realised.finished) >= ENOUGH
    naive = (sides.before.hours or 0.0) - (sides.after.hours or 0.0)
    interval = (each.estimate, each.low or 0.0, each.high or 0.0)
    return (truth[0] / truth[1], *interval, naive, float(truth[1]), enough, regressed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--procedures", type=int, default=925)
    parser.add_argument("--dossiers", type=int, default=1_000_000)
    parser.add_argument("--city", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--as-of", type=datetime.fromisoformat, default="2025-01-01T00:00:00+07:00")
    asked = parser.parse_args()
    good = []
    if asked.seeds:
        good.append(together([made_up(seed, Plan()) for seed in range(asked.seeds)]).told("made-up cities"))
    if asked.dossiers:
        good.append(timed(asked.procedures, asked.dossiers))
    if asked.city and asked.truth:
        good.append(of_city(asked.city, asked.truth, asked.as_of)[0].told("simulated city"))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
