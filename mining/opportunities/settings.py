"""All thresholds of the detectors: what is as usual, and from when on something is worth telling."""

from dataclasses import dataclass, field, fields

from mining import MiningError
from mining.bottlenecks.measure import Bootstrap


class OpportunityError(MiningError):
    """Opportunities cannot be found as asked; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is as usual (a norm, below which nothing is told) and how sure and how large a finding must be.

    `most_false` is the share of the findings that may be false (q-value over all detectors and places);
    `least_hours` are working hours a year below which nothing is told. Norms in hours are working hours.

    - `limit_on_time`: a proposed limit is kept by at least this share; `limit_cut`: told if it cuts so much of the old
    - `batching_hours`: mean wait of a step in batches; `contention_load`: share of their time that officers are busy
    - `overtaken_share`: share of the queue time that is spent while later work is done
    - `absence_hours`: mean wait of a step while the office is open and its officer is not there
    - `agency_hours`: mean wait of a step for others; `supplement_share`: share of dossiers sent back to the citizen
    - `return_share`: share of dossiers in which a step is done again; `knocked_out`: share that a check refuses
    - `refusals`: share that an approval should refuse or send back, where others do so less
    - `least_pairs`: dossiers in which two steps come one after the other; `channel_ratio`: hours online over others
    - `copied_share`: share of steps that are typed twice; `copy_minutes`: cost of a copy whose start is not known
    - `signing_hours`: mean wait of a signature; `return_hours`: mean idle wait after the decision
    """

    most_false: float = 0.05
    least_hours: float = 20.0
    limit_on_time: float = 0.95
    limit_cut: float = 0.25
    batching_hours: float = 0.05
    contention_load: float = 0.65
    overtaken_share: float = 0.65
    absence_hours: float = 0.25
    agency_hours: float = 40.0
    supplement_share: float = 0.25
    return_share: float = 0.15
    refusals: float = 0.01
    knocked_out: float = 0.05
    least_pairs: int = 30
    channel_ratio: float = 0.8
    copied_share: float = 0.01
    copy_minutes: float = 5.0
    signing_hours: float = 8.0
    return_hours: float = 8.0
    bootstrap: Bootstrap = field(default_factory=Bootstrap)

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, int | float) and value < 0:
                raise OpportunityError(f"{one.name} is {value:g}, which is below 0; give a number from 0 on")
        shares = ("most_false", "limit_on_time", "limit_cut", "contention_load", "overtaken_share", "supplement_share")
        for name in (*shares, "return_share", "refusals", "knocked_out", "channel_ratio", "copied_share"):
            if not 0 < getattr(self, name) < 1:
                raise OpportunityError(f"{name} is {getattr(self, name):g}; give a share between 0 and 1")
