"""The values of an answer on opportunities, and how they are said in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from string import Formatter

from mining.bottlenecks.measure import Period
from mining.opportunities.claims import Claim, Scale, Spent
from mining.opportunities.settings import Settings
from mining.savings.figures import Interval
from mining.waiting.findings import Reason

_UNITS = {"hours": "giờ", "working_days": "ngày làm việc", "calendar_days": "ngày"}
_COMMAS = str.maketrans(".,", ",.")


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Something that could be changed, where (`key`), and the working hours a year that it would save.

    `hours_a_year` has a 95 % interval (bootstrap over weeks); `wait_hours_a_year` of it are waiting, the rest is work.
    `net_hours_a_year` is what is left of it once greater opportunities have taken what they share. With `nominal` the
    hours are promised time that would be cut, and not part of any sum. `p_value` is the chance of as much where all is
    as usual, `q_value` the share of false findings up to here. `evidence_vi` and `evidence_en` say `facts` in words.
    """

    kind: str
    name_vi: str
    name_en: str
    key: Mapping[str, str | None]
    heuristic_vi: str
    heuristic_en: str
    evidence_vi: str
    evidence_en: str
    facts: Mapping[str, float]
    hours_a_year: Interval
    wait_hours_a_year: float
    net_hours_a_year: float
    nominal: bool
    steps: int
    dossiers: int
    p_value: float
    q_value: float
    test: str
    estimated_share: float
    claim: Claim = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """The same for the same kind and key, whenever and however it is looked for."""
        named = sorted((name, value or "", value is None) for name, value in self.key.items())
        return f"{self.kind}-{blake2b(repr(named).encode(), digest_size=6).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Opportunities:
    """The opportunities above the noise, the greatest first, and what all of them together would save.

    `limits` are the limits that could be cut: promised time, which nobody spends, and so no part of any sum. The sum of
    `net_hours_a_year` of `rows` is `potential`; it is at most `waiting_hours_a_year` + `processing_hours_a_year`, what
    all steps lost and took (typing into a second system included). `looked_at` places were looked at; of those,
    `within_noise` would save something, but no more than chance or what is usual explains, or less than `least_hours`.
    `spent` is what every dossier lost and took, `scale` says how hours of the log become those of a year.
    """

    settings: Settings
    rows: tuple[Opportunity, ...]
    limits: tuple[Opportunity, ...]
    potential: Interval
    waiting_hours_a_year: float
    processing_hours_a_year: float
    looked_at: int
    within_noise: int
    period: Period
    reasons: tuple[Reason, ...]
    calendar_versions: tuple[str, ...]
    scale: Scale
    spent: Spent = field(repr=False, compare=False)

    @property
    def all(self) -> tuple[Opportunity, ...]:
        """The opportunities and the limits."""
        return self.rows + self.limits


def english(words: str, facts: Mapping[str, float | str | None]) -> str:
    """Fill in facts by their names in braces."""
    return words.format(**facts).replace("working_days", "working days").replace("calendar_days", "days")


def vietnamese(words: str, facts: Mapping[str, float | str | None]) -> str:
    """Fill in facts by their names in braces, numbers as in Viet Nam: points between thousands, a decimal comma."""
    pieces = []
    for text, name, shape, _ in Formatter().parse(words):
        value = "" if name is None else facts[name]
        if isinstance(value, float):
            value = format(value, shape or "").translate(_COMMAS)
        pieces.append(text + _UNITS.get(str(value), str(value)))
    return "".join(pieces)
