"""What is planted in a city to be found by those who compare its log with its rules: habits, detours, drifts.

All of it leaves its traces in events; `simulation.ledger` counts them, and `simulation.truth` tells them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

DetourKind = Literal["skipped", "extra", "swapped", "wrong_unit", "wrong_role"]
DETOUR_KINDS: Final[tuple[DetourKind, ...]] = ("skipped", "extra", "swapped", "wrong_unit", "wrong_role")

EXTRA_TASK: Final = "Xin ý kiến nội bộ"
"""What work is called that no approved process has."""

BACK_DATED: Final = 1
SET_BACK: Final = 2
PERIOD_END: Final = 4
SWIFT: Final = 8
DISORDERED: Final = 16
ON_OLD: Final = 32
HABITS: Final = (BACK_DATED, SET_BACK, PERIOD_END, SWIFT, DISORDERED, ON_OLD)
"""The habits as bits, in the order of the fields of Habits."""
PUT_ASIDE: Final = 64
"""A dossier that the habit PERIOD_END has put aside."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of a unit's dossiers that it treats in a way that changes figures.

    `back_dated`: what the unit does is typed in days later, under the date on which it was done. `set_back`: if the
    dossier is late its finish is written as its due date, without a word. `period_end`: what could be finished in the
    last days of a month is put aside until its last working day. `swift`: all steps are typed within a minute.
    `disordered`: the submission is typed after the acceptance. `on_old`: it stays on the old portal after the switch.
    """

    back_dated: float = 0.0
    set_back: float = 0.0
    period_end: float = 0.0
    swift: float = 0.0
    disordered: float = 0.0
    on_old: float = 0.0

    def shares(self) -> tuple[float, ...]:
        """Return the shares in the order of HABITS."""
        return self.back_dated, self.set_back, self.period_end, self.swift, self.disordered, self.on_old


NO_HABITS: Final = Habits()


@dataclass(frozen=True, slots=True)
class Detour:
    """A way of a procedure in a unit (None: in all of its units) that its approved processes do not have.

    `share` of the dossiers that arrive from `from_day` on (None: always) take it; a dossier takes one at most. `place`
    is that of the step in the table, from 0: it is left out, done after the next one, or done in another unit
    (`other`, an index of City.units) or role (`other`, an index of City.roles); extra work, in that role, follows it.
    """

    kind: DetourKind
    procedure: int
    unit: int | None
    place: int
    share: float
    other: int | None = None
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """Since a day, the dossiers of a procedure wait outside before the step at `place`: a median of so many hours.

    The hours are those of the wall clock; the day is no version's.
    """

    procedure: int
    place: int
    from_day: date
    hold_hours: float
