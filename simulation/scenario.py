"""What a scenario file may say: every parameter of a simulated city, with its limits.

`simulation.scenario_file` reads the files; docs/city.md explains each key. Shares are between 0 and 1; a span is a
pair `[low, high]` from which numbers are drawn.
"""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from simulation.city import Effect, StepKind
from simulation.scenario_places import Calendar, Period, Portals, Role, Units
from simulation.scenario_planted import Planted
from simulation.scenario_values import (
    ByChannel,
    ChannelShares,
    Count,
    HandlingLevel,
    NotNegative,
    Positive,
    RoleKey,
    Section,
    Share,
    Span,
    Text,
    in_order,
    sum_to_one,
)

Year = Annotated[str, Meta(pattern=r"^(19|20)\d{2}$")]


class Field(Section, frozen=True, kw_only=True):
    """A field (lĩnh vực): its words are those of `words/fields.toml`, `owner` is a department by name.

    `procedures` is its part of the drawn procedures and `arrivals` of the dossiers, both relative to other fields;
    `districts` and `wards` say how the arrivals divide over the levels, the rest is the department's.
    """

    name: Text
    owner: Text
    procedures: NotNegative
    arrivals: NotNegative
    limit_days: Span
    partners: tuple[Text, ...] = ()


class Named(Section, frozen=True, kw_only=True):
    """A procedure that is given, not drawn: the share of all arrivals that it has, and what became of its limit."""

    code: Annotated[str, Meta(pattern=r"^[1-9]\.\d{6}$")]
    name: Text
    field: Text
    level: HandlingLevel
    arrivals: Share
    limit_days: Positive
    new_limit_days: Positive | None = None
    effective_from: date | None = None
    effect: Effect | None = None

    def __post_init__(self) -> None:
        if (self.new_limit_days is None) != (self.effective_from is None):
            raise ValueError(f"{self.code} needs both new_limit_days and effective_from for a new version, or neither")
        if self.new_limit_days is not None and self.new_limit_days >= self.limit_days:
            raise ValueError(f"the new limit of {self.code} ({self.new_limit_days:g} days) must be below the old one")


class Procedures(Section, frozen=True, kw_only=True):
    """How many procedures there are, and what their dossiers are like."""

    total: Annotated[int, Meta(ge=1)]
    zipf: NotNegative
    evenness: Share
    level_arrivals: dict[HandlingLevel, NotNegative]
    several_lines: Share
    lines_by_channel: Share
    online_only: Share
    not_accepted: Span
    supplement: Span
    payment: Span
    suspended: Span
    withdrawn: Span
    payment_procedures: Share
    named: tuple[Named, ...] = ()


class Channels(Section, frozen=True, kw_only=True):
    """The channel shares at the start and the end of the period, and how far procedures differ from them."""

    start: ChannelShares
    end: ChannelShares
    spread: Share
    online_jump: Span


class Limits(Section, frozen=True, kw_only=True):
    """Which limits there are (working days; below 1 they are written in hours), and how step tables go with them."""

    typical_days: Annotated[tuple[Positive, ...], Meta(min_length=1)]
    most_days: dict[HandlingLevel, Positive]
    calendar_days: Share
    sum_differs: Share
    hold_share: Span


class Chain(Section, frozen=True, kw_only=True):
    """The kinds of the steps of a process, in order; neighbours of kind `consult` are done in parallel."""

    weight: Positive
    steps: Annotated[tuple[StepKind, ...], Meta(min_length=3, max_length=12)]
    least_days: NotNegative = 0.0

    def __post_init__(self) -> None:
        if self.steps[0] != "receive" or self.steps[-1] != "return":
            raise ValueError("a chain goes from receive to return; write these as its first and its last step")
        for kind in ("receive", "return"):
            if self.steps.count(kind) != 1:
                raise ValueError(f"a chain has one step {kind}, this one has {self.steps.count(kind)}")


class StepRule(Section, frozen=True, kw_only=True):
    """How a kind of step is done: its part of the limit, the true work, and what can happen in it."""

    role: RoleKey
    limit_part: NotNegative
    work_hours: Span
    work_sigma: NotNegative
    hold_part: NotNegative = 0.0
    hold_sigma: NotNegative = 0.0
    sends_back: Share = 0.0
    refuses: Share = 0.0
    skips: Share = 0.0
    work_by_level: dict[HandlingLevel, Positive] = msgspec.field(default_factory=dict)


class EffectRule(Section, frozen=True, kw_only=True):
    """What new versions of an effect do: their share, and the factors on hands-on work and on holds."""

    share: Share
    work: Span
    hold: Span


class Versions(Section, frozen=True, kw_only=True):
    """How many procedures have a new version, from when on, by how much limits drop, and what is true of it.

    The versions before them took effect between `old_from` and the first arrival. `total_cut_hours` is the span for
    the sum of the cuts over all process lines, `least_cut` and `most_cut` are the shares of a limit that can be cut.
    """

    procedures: Count
    old_from: date
    first_day: date
    last_day: date
    decision_days: Annotated[int, Meta(ge=1)]
    cut_hours: tuple[Positive, ...]
    cut_weights: tuple[NotNegative, ...]
    least_cut: Annotated[float, Meta(ge=0, lt=1)]
    most_cut: Annotated[float, Meta(gt=0, lt=1)]
    total_cut_hours: Span | None = None
    effects: dict[Effect, EffectRule]

    def __post_init__(self) -> None:
        in_order(self.first_day, self.last_day, "the time of the new versions")
        if len(self.cut_hours) != len(self.cut_weights) or not any(self.cut_weights):
            raise ValueError("cut_hours and cut_weights need the same length, and a weight above 0")
        if self.least_cut > self.most_cut:
            raise ValueError(f"least_cut ({self.least_cut:g}) is above most_cut ({self.most_cut:g}); lower it")
        sum_to_one({name: rule.share for name, rule in self.effects.items()}, "the shares of the effects")


class Behaviour(Section, frozen=True, kw_only=True):
    """How dossiers and citizens behave, see `simulation.city.Behaviour`."""

    dossier_sigma: NotNegative
    channel_work: ByChannel
    channel_hold: ByChannel
    supplement_days: Positive
    payment_days: Positive
    suspension_days: Positive
    pickup_days: Positive
    citizen_sigma: NotNegative
    most_supplements: Count


class Digital(Section, frozen=True, kw_only=True):
    """Shares of dossiers with a flag, see `simulation.city.Digital`."""

    digitised_input: ByChannel
    paid_online: ByChannel
    e_signed: Share
    e_result: Share
    apology: Share


class Cost(Section, frozen=True, kw_only=True):
    """What one run costs a citizen: hours of work, and what is paid (VND) for journeys, copies, advice, and as fees."""

    hours: NotNegative
    travel: NotNegative = 0.0
    copies: NotNegative = 0.0
    consultant: NotNegative = 0.0
    fees: NotNegative = 0.0

    def vnd(self, income_per_hour: float) -> float:
        """Return the cost of one run in VND: hours x income per hour + what is paid."""
        return self.hours * income_per_hour + self.travel + self.copies + self.consultant + self.fees


class SimplifiedProcedure(Section, frozen=True, kw_only=True):
    """A simplified procedure by its code: the runs a year that its plan counts on, and the cost before and after."""

    procedure: Text
    runs_a_year: NotNegative
    before: Cost
    after: Cost


class Compliance(Section, frozen=True, kw_only=True):
    """The assumptions behind the compliance cost (chi phí tuân thủ), as TT 02/2017/TT-VPCP art. 27 wants them.

    `income_per_hour` is in VND, by year.
    """

    source: Text
    income_per_hour: Annotated[dict[Year, Positive], Meta(min_length=1)]
    procedures: tuple[SimplifiedProcedure, ...]


class Scenario(Section, frozen=True, kw_only=True):
    """A whole scenario; `name` is that of its file, `dossiers` the number that is simulated by default."""

    name: Text
    title: Text
    owner: Annotated[str, Meta(pattern=r"^[GH][0-9]{2}$")]
    city: Text
    zone: Text
    decision: Text
    dossiers: Annotated[int, Meta(ge=1)]
    clean: bool = False
    period: Period
    calendars: Annotated[dict[Text, Calendar], Meta(min_length=1)]
    portals: Portals
    units: Units
    roles: dict[RoleKey, Role]
    fields: Annotated[tuple[Field, ...], Meta(min_length=1)]
    procedures: Procedures
    channels: Channels
    limits: Limits
    chains: dict[HandlingLevel, Annotated[tuple[Chain, ...], Meta(min_length=1)]]
    steps: dict[StepKind, StepRule]
    versions: Versions
    behaviour: Behaviour
    digital: Digital
    planted: Planted
    compliance: Compliance | None = None
