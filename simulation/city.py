"""The simulated city as a value: who works where, what is handled how, and what was planted.

Everything is a frozen dataclass of tuples, and one thing points to another by its index, so that the engine can turn
all of it into arrays. Days are local days of the city. Shares are between 0 and 1. Nothing here is random any more:
`simulation.building` has drawn it, and the same scenario, seed and number of dossiers give an equal City.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from simulation.planted import NO_HABITS, Detour, Drift, Habits

CHANNELS = ("counter", "online", "postal")
"""The channels in the order of every tuple that has one number for each."""

HOURS_OF_A_WORKING_DAY = 8

Level = Literal["department", "district", "ward", "agency", "desk"]
StepKind = Literal[
    "receive", "assign", "handle", "inspect", "consult", "review", "approve", "sign", "stamp", "hand-over", "return"
]
Effect = Literal["realised", "none", "regressed"]
LimitUnit = Literal["hours", "working_days", "calendar_days"]
Shares = tuple[float, float, float]
"""A number for each of CHANNELS."""


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that differs from the week's pattern; `source` says where that is written."""

    day: date
    working: bool
    source: str


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """A calendar: the slots (opens, closes) of each weekday from Monday on, local times of day."""

    code: str
    version: str
    week: tuple[tuple[tuple[time, time], ...], ...]
    days: tuple[DayOff, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency or a one-stop desk (bộ phận một cửa), which has level `desk` and its agency as parent.

    `pools[r]` is the pool that does the work of role r of City.roles for dossiers that this unit handles, -1 where it
    has none; the pool of the desk's role belongs to the desk. `system` is the portal it uses until the city's switch
    day; a unit that does not record starts sends completions only. `double_entry` is the share of its dossiers whose
    steps are typed into both portals until the switch day, `reset_due` and `reset_finish` the shares of its late
    dossiers whose due date is rewritten, or whose finish is set back to it, by an event; `habits` are others.
    """

    code: str
    name: str
    level: Level
    parent: int | None
    valid_from: date | None
    valid_to: date | None
    successor: int | None
    former_codes: tuple[str, ...]
    calendar: int
    system: Literal["old", "new"]
    records_starts: bool
    desk: int | None
    pools: tuple[int, ...]
    double_entry: float
    reset_due: float
    reset_finish: float
    habits: Habits = NO_HABITS


@dataclass(frozen=True, slots=True)
class Pool:
    """Officers of a unit who share one queue; several `roles` share a pool where there is little work.

    `sessions` are the local times of day at which the tray is emptied (none: it is worked whenever the office is
    open). `urgent` is the share of its tasks that go before the others. `utilisation` is the expected one, over the
    period; `bottleneck` says that it was planned with too few officers on purpose.
    """

    unit: int
    roles: tuple[int, ...]
    officers: tuple[str, ...]
    sessions: tuple[time, ...]
    urgent: float
    utilisation: float
    bottleneck: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure; a dossier of it is handled by one of `units`, with `unit_shares`.

    `weight` is its share of all arrivals. `case_variants` has at least one entry, None where there are none. The
    channel shares go linearly from `channels_start` to `channels_end` over the period; from the day of its new version
    on, `online_jump` of what is not online moves there too. `lines[v][c]` are the indices of the processes for case
    variant v and channel c in the order of `effective_from`: the last one in force on the day of intake applies.

    Of its dossiers, the share `not_accepted` ends in status 3, `supplement` has to hand in papers (status 5; each
    further request again with that share, at most City.behaviour.most_supplements), `payment` waits for the citizen's
    payment (6), `suspended` is suspended (8) and `withdrawn` is withdrawn (7). Refusals stand in the steps.
    """

    code: str
    name: str
    field: str
    level: Level
    owner: int
    units: tuple[int, ...]
    unit_shares: tuple[float, ...]
    weight: float
    case_variants: tuple[str | None, ...]
    case_shares: tuple[float, ...]
    channels_start: Shares
    channels_end: Shares
    online_jump: float
    online_only: bool
    lines: tuple[tuple[tuple[int, ...], ...], ...]
    not_accepted: float
    supplement: float
    payment: float
    suspended: float
    withdrawn: float


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a step table, and how it is really done.

    `role` is an index of City.roles; its pool is that of the handling unit, or of `agency` (a unit) where that is not
    None. `hours` is what is approved. The true hands-on work is lognormal with median `work_hours` and `work_sigma`
    (0 hours: no work, the step takes no time). Before the step can be queued the dossier waits outside (other
    agencies, systems) for a lognormal number of hours of the wall clock with median `hold_hours` and `hold_sigma`; 0:
    it does not. `sends_back` is the share that returns to the step before once, `refuses` the share that ends refused
    here, `skips` the share that leaves the step out. Neighbours with the same `parallel_group` are done in parallel.
    `always_approves` marks the planted approvals that never refuse nor send back.
    """

    number: str
    task: str
    kind: StepKind
    role: int
    agency: int | None
    hours: float
    result: str | None
    work_hours: float
    work_sigma: float
    hold_hours: float
    hold_sigma: float
    sends_back: float
    refuses: float
    skips: float
    parallel_group: int | None
    always_approves: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """The time allowed for a dossier."""

    amount: float
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Process:
    """An approved version of a process line; `replaces` is the index of the version before it, with equal steps.

    `effect` and the factors are what the new version really does: work and hold hours of a dossier taken in under it
    are those of its steps times `work_factor` and `hold_factor` (1 for a first version). Its steps carry the same true
    hours as those of the version that it replaces, so that factors of 1 give the world without the change.
    """

    procedure: int
    case_variant: str | None
    channel: str | None
    version: str
    decision: str
    effective_from: date
    effective_to: date | None
    limit: Limit
    steps: tuple[Step, ...]
    replaces: int | None
    effect: Effect | None
    work_factor: float
    hold_factor: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A planted gap: this unit takes `work_factor` and `hold_factor` times the hours of others for this procedure."""

    unit: int
    procedure: int
    work_factor: float
    hold_factor: float


@dataclass(frozen=True, slots=True)
class Peak:
    """Days, both included, on which `factor` times as many dossiers arrive."""

    name: str
    first_day: date
    last_day: date
    factor: float


@dataclass(frozen=True, slots=True)
class Period:
    """When dossiers arrive: from the start of `first_day` to the end of `last_day`, and events until `events_until`.

    What happens after `events_until` (the end of that day) is not written: those dossiers are still open. `weekdays`
    are the relative arrivals of a working day by weekday from Monday on; on days off only `off_days` (relative too)
    arrive, online. `hours` are the relative arrivals by hour of day (24 numbers), for what is online; counter and
    postal dossiers arrive in office hours only. Work and hold hours grow linearly to (1 + trend) times over the period.
    """

    first_day: date
    last_day: date
    events_until: date
    weekdays: tuple[float, ...]
    off_days: float
    hours: tuple[float, ...]
    peaks: tuple[Peak, ...]
    trend: float


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How dossiers and citizens behave, the same for all procedures.

    `dossier_sigma`: lognormal spread of a factor on all hands-on work of a dossier. `channel_work` and `channel_hold`:
    factors by channel. The citizens' times are lognormal, in days of the wall clock: until papers, a payment, or the
    end of a suspension come (`*_days` medians with `citizen_sigma`), and `pickup_days` until the result is fetched.
    """

    dossier_sigma: float
    channel_work: Shares
    channel_hold: Shares
    supplement_days: float
    payment_days: float
    suspension_days: float
    pickup_days: float
    citizen_sigma: float
    most_supplements: int


@dataclass(frozen=True, slots=True)
class Digital:
    """Shares of dossiers with a flag: by channel for digitised input and payment online, of all for the others.

    `apology` is the share of late dossiers for which an apology with a new date is written before the due date.
    """

    digitised_input: Shares
    paid_online: Shares
    e_signed: float
    e_result: float
    apology: float


@dataclass(frozen=True, slots=True)
class Portals:
    """The two portals, as CloudEvents sources; `switch_day` is the first day on which only the new one is used."""

    old: str
    new: str
    switch_day: date | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How events reach the topic: shares of late ones (lognormal delay, median in hours) and of repeated ones."""

    late: float
    late_hours: float
    late_sigma: float
    repeated: float


@dataclass(frozen=True, slots=True)
class City:
    """A city administration for `dossiers` arrivals; `owner` is the code of the province (H29).

    `roles` are the names that steps refer to. `zone` is the time zone of all local days and times.
    """

    name: str
    seed: int
    dossiers: int
    clean: bool
    owner: str
    zone: str
    period: Period
    calendars: tuple[OfficeHours, ...]
    roles: tuple[str, ...]
    units: tuple[Unit, ...]
    pools: tuple[Pool, ...]
    procedures: tuple[Procedure, ...]
    processes: tuple[Process, ...]
    gaps: tuple[Gap, ...]
    behaviour: Behaviour
    digital: Digital
    portals: Portals
    delivery: Delivery
    detours: tuple[Detour, ...] = ()
    drifts: tuple[Drift, ...] = ()
