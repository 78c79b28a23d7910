"""Dossiers of made-up procedures whose savings are known: what an estimator of savings is tested with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

WEEKS = 78
CHANGED_WEEK = 39
_WEEK_HOURS = 40.0
_WEEK_US = 7 * 24 * 3_600_000_000
_FIRST_US = 1_672_592_400_000_000
"""Monday 2 January 2023 00:00 in Viet Nam, less a day: weeks are counted from there."""
_CHANNELS = np.array(["counter", "online"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a made-up city differs: numbers of procedures and units, mean dossiers a procedure, noise and shocks."""

    changed: int = 240
    unchanged: int = 160
    units: int = 12
    units_each: int = 3
    dossiers: float = 500.0
    noise: float = 0.7
    shock: float = 0.12
    end_week: float = WEEKS


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """The dossiers as an estimator takes them, and the truth: hours without the change minus hours with it."""

    dossiers: pa.Table
    effect: npt.NDArray[np.float64]
    saved: npt.NDArray[np.float64]

    @property
    def change(self) -> npt.NDArray[np.int64]:
        """The number of the change of each dossier, -1 for none."""
        return np.asarray(self.dossiers["change"].fill_null(-1)).astype(np.int64)


def planted(seed: int, plan: Plan) -> Planted:
    """Make up dossiers with savings, more online intake after the change, a common trend and shocks of units."""
    dice = np.random.default_rng(seed)
    procedures = plan.changed + plan.unchanged
    size = dice.poisson(plan.dossiers * dice.lognormal(-0.32, 0.8, procedures)) + 12
    procedure = np.repeat(np.arange(procedures), size)
    total = len(procedure)
    started = dice.uniform(0, WEEKS, total)
    changed_at = np.where(np.arange(procedures) < plan.changed, CHANGED_WEEK + dice.integers(-6, 7, procedures), 1e9)
    treated = started >= changed_at[procedure]
    online = dice.random(total) < np.where(started >= CHANGED_WEEK, 0.6, 0.25)
    own_units = np.stack([dice.permutation(plan.units)[: plan.units_each] for _ in range(procedures)])
    pick = np.minimum(dice.geometric(0.5, total) - 1, plan.units_each - 1)
    unit = own_units[procedure, pick]
    week = started.astype(np.int64)
    level = dice.lognormal(3.2, 0.6, procedures)[procedure]
    faster = np.where(online, dice.uniform(0.4, 0.9, procedures)[procedure], 1.0)
    unit_factor = dice.lognormal(0, 0.25, plan.units)[unit]
    shock = np.exp(dice.normal(0, plan.shock, (plan.units, WEEKS)))[unit, week]
    season = np.exp(-0.35 * started / WEEKS + 0.08 * np.sin(started / 4))
    kind = dice.choice(3, plan.changed, p=[0.6, 0.25, 0.15])
    ratio = np.where(kind == 0, dice.uniform(0.5, 0.85, plan.changed), np.where(kind == 1, 1.0, 1.3))
    ratio = np.concatenate([ratio, np.ones(plan.unchanged)])[procedure]
    noise = dice.lognormal(-(plan.noise**2) / 2, plan.noise, total)
    without = level * faster * unit_factor * shock * season * noise
    hours = np.where(treated, without * ratio, without)
    left = (plan.end_week - started) * _WEEK_HOURS
    kept = left > 0
    change = np.where(treated, procedure, -1)
    table = pa.table(
        {
            "line": np.char.add(np.char.add(procedure.astype(str), "/"), online.astype(int).astype(str)),
            "procedure": procedure.astype(str),
            "channel": _CHANNELS[online.astype(int)],
            "unit": unit.astype(str),
            "field": (procedure % 10).astype(str),
            "accepted_at": pa.array((_FIRST_US + started * _WEEK_US).astype(np.int64)).cast(pa.timestamp("us", "UTC")),
            "hours": np.minimum(hours, left),
            "finished": hours <= left,
            "change": pa.array(change, pa.int32(), mask=change < 0),
        }
    )
    saved = np.bincount(procedure[treated & kept], (without - hours)[treated & kept], minlength=procedures)
    return Planted(table.filter(pa.array(kept)), kind, saved[: plan.changed])
