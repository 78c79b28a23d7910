"""What a scenario file may say of the problems that are put into the city, to be found."""

from typing import Annotated

from msgspec import Meta

from simulation.scenario_values import Count, NotNegative, Positive, Section, Share, Span

_FEW = Span(0.15, 0.4)
_MANY = Span(0.3, 0.6)
_LONG = Span(0.5, 0.9)


class Planted(Section, frozen=True, kw_only=True):
    """The problems that are put into the city, to be found; `clean` leaves all of them out.

    Those that have a default are not there unless a scenario says so.
    """

    bottlenecks: Count
    bottleneck_utilisation: Annotated[float, Meta(gt=0, le=1.2)]
    gaps: Count
    gap_work: Span
    gap_hold: Span
    always_approving: Share
    units_without_starts: Share
    units_double_entry: Share
    double_entry: Share
    units_resetting: Share
    reset_due: Share
    reset_finish: Share
    late_events: Share
    late_hours: Positive
    late_sigma: NotNegative
    repeated_events: Share
    detours: Count = 0
    detour_share: Span = _FEW
    drifts: Count = 0
    drift_hold: Span = _LONG
    drift_share: Span = _MANY
    units_back_dating: Share = 0.0
    back_dated: Share = 0.1
    units_setting_back: Share = 0.0
    set_back: Share = 0.5
    units_period_end: Share = 0.0
    period_end: Share = 0.5
    units_swift: Share = 0.0
    swift: Share = 0.03
    units_disordered: Share = 0.0
    disordered: Share = 0.05
    units_staying_on_old: Share = 0.0
    on_old: Share = 0.2

    def __post_init__(self) -> None:
        if self.detour_share.high > 1 or self.drift_share.high > 1:
            raise ValueError("detour_share and drift_share are shares of dossiers; write spans that end at 1 or below")
