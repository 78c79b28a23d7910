"""What a scenario file may say of when and where: the period, office hours, portals, units and roles."""

import itertools
from datetime import date, time
from typing import Annotated, Literal

from msgspec import Meta

from simulation.city import Level
from simulation.scenario_values import Count, NotNegative, Positive, RoleKey, Section, Share, Text, in_order

Slot = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Peak(Section, frozen=True, kw_only=True):
    """Days, both included, on which `factor` times as many dossiers arrive."""

    name: Text
    first_day: date
    last_day: date
    factor: Positive

    def __post_init__(self) -> None:
        in_order(self.first_day, self.last_day, f"the peak '{self.name}'")


class Period(Section, frozen=True, kw_only=True):
    """When dossiers arrive, and until when events are written."""

    first_day: date
    last_day: date
    events_until: date
    trend: Annotated[float, Meta(gt=-1, le=1)]
    weekdays: Annotated[tuple[NotNegative, ...], Meta(min_length=7, max_length=7)]
    off_days: NotNegative
    hours: Annotated[tuple[NotNegative, ...], Meta(min_length=24, max_length=24)]
    peaks: tuple[Peak, ...] = ()

    def __post_init__(self) -> None:
        in_order(self.first_day, self.last_day, "the period")
        in_order(self.last_day, self.events_until, "the time from the last arrival to the last event")
        if not any(self.weekdays) or not any(self.hours):
            raise ValueError("weekdays and hours are all 0, so nothing would ever arrive; give some a positive number")


class DayOff(Section, frozen=True, kw_only=True):
    """A day that differs from the week's pattern, and where that is written."""

    day: date
    working: bool
    source: Text


class Calendar(Section, frozen=True, kw_only=True):
    """Office hours by weekday (`monday = ["07:00-11:30", "13:30-17:00"]`), and the days that differ."""

    version: Text
    week: dict[Weekday, tuple[Slot, ...]]
    days: tuple[DayOff, ...] = ()

    def __post_init__(self) -> None:
        if not any(self.week.values()):
            raise ValueError("the week has no office hours; give at least one weekday some")
        for weekday, slots in self.week.items():
            times = [part for slot in sorted(slots) for part in slot.split("-")]
            if any(earlier >= later for earlier, later in itertools.pairwise(times)):
                raise ValueError(f"the hours of {weekday} ({', '.join(slots)}) overlap or close before they open")


class Portals(Section, frozen=True, kw_only=True):
    """The two portals as CloudEvents sources; from `switch_day` on there is only the new one."""

    old: Text
    new: Text
    switch_day: date | None = None
    units_on_old: Share = 0.0


class NamedUnit(Section, frozen=True, kw_only=True):
    """A unit by its code below that of the province (`12` is H29.12), its name and its code in earlier systems."""

    code: Annotated[str, Meta(pattern=r"^[0-9A-Z]{1,4}$")]
    name: Text
    former: Annotated[str, Meta(pattern=r"^000\.[0-9A-Z]{2}\.[0-9A-Z]{2}$")] | None = None


class District(NamedUnit, frozen=True, kw_only=True):
    """A district and the wards that it has."""

    wards: tuple[Text, ...] = ()


class Merge(Section, frozen=True, kw_only=True):
    """A unit that ends on `last_day`, and the one that takes over its dossiers; both by name."""

    name: Text
    into: Text
    last_day: date


class Units(Section, frozen=True, kw_only=True):
    """Who handles dossiers; only as many districts and wards as the number of dossiers keeps busy take part."""

    departments: Annotated[tuple[NamedUnit, ...], Meta(min_length=1)]
    districts: tuple[District, ...] = ()
    agencies: tuple[NamedUnit, ...] = ()
    merges: tuple[Merge, ...] = ()
    valid_from: date
    district_dossiers: Positive
    ward_dossiers: Positive
    fewest_districts: Count
    fewest_wards: Count
    size_sigma: NotNegative
    calendar: Text
    desk_calendar: Text


class Role(Section, frozen=True, kw_only=True):
    """A role: its names by level, how busy its officers are, and how they work.

    A pool that would need fewer than `merge_below` officers shares those of the role `merges_into`.
    """

    names: dict[Level, Text]
    utilisation: Annotated[float, Meta(gt=0, lt=1)]
    urgent: Share = 0.0
    sessions: tuple[time, ...] = ()
    merges_into: RoleKey | None = None
    merge_below: NotNegative = 0.0
