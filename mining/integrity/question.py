"""What is asked about the integrity of figures, and with which thresholds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mining import MiningError
from mining.clocks.clock import Calendars, microseconds
from mining.integrity.arrival import ArrivalRule
from mining.rules.duty import ANSWERING, ASKING, Duty
from mining.slice import Slice

Period = Literal["month", "quarter"]

_EVERYTHING = Slice()
_ARRIVAL = ArrivalRule()


class IntegrityError(MiningError):
    """The question makes no sense; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegritySettings:
    """The thresholds, each explained in docs/integrity.md.

    `false_discovery_rate` is the share of false findings that is put up with among those tested against chance, and
    `least_dossiers` how many dossiers a finding needs. `late_share` is the lowest and the highest share of dossiers
    with late events that can be called usual. `least_chance` is the smallest chance that is believed of a finish at the
    second of the due date.
    """

    swift_seconds: float = 60.0
    least_steps: int = 3
    window_hours: float = 8.0
    period: Period = "month"
    arrival: ArrivalRule = _ARRIVAL
    late_share: tuple[float, float] = (0.005, 0.02)
    least_chance: float = 0.001
    least_dossiers: int = 1
    false_discovery_rate: float = 0.01
    asking: Duty = ASKING
    answering: Duty = ANSWERING

    def __post_init__(self) -> None:
        if not 0 < self.window_hours <= 8:
            raise IntegrityError(
                f"the window of {self.window_hours:g} hours cannot be compared with others in the same month;"
                " give more than 0 and at most 8 working hours"
            )
        if self.period not in ("month", "quarter"):
            raise IntegrityError(f"the period '{self.period}' is not known; write month or quarter")
        if not 0 < self.false_discovery_rate < 1:
            raise IntegrityError(
                f"a false discovery rate of {self.false_discovery_rate:g} is none; give a share such as 0.01"
            )
        low, high = self.late_share
        if not 0 < low <= high < 1:
            raise IntegrityError(f"late shares from {low:g} to {high:g} are none; give two such as 0.005 and 0.02")


_DEFAULTS = IntegritySettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityQuestion:
    """The dossiers that are looked at, what happened before `as_of` (with an offset), and the settings."""

    as_of: datetime
    calendars: Calendars
    chosen: Slice = _EVERYTHING
    settings: IntegritySettings = _DEFAULTS

    def __post_init__(self) -> None:
        microseconds(self.as_of)
