"""The values of the report on compliance cost. Money in VND, exact decimals; days are those of Viet Nam."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from mining.savings.judgement import Language
from mining.savings.money import Benefit, annual_cost, round_half_up
from mining.savings.plan import Plan

CostBasis = Literal["plan", "log"]
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Intakes:
    """The dossiers taken in from `first_day` to `last_day`, both included, by channel; '' is none.

    `ended` of them have an end, after `supplements` requests for papers together. Without days there are none.
    """

    first_day: date | None = None
    last_day: date | None = None
    channels: Mapping[str, int]
    ended: int = 0
    supplements: int = 0

    @property
    def dossiers(self) -> int:
        """How many were taken in."""
        return sum(self.channels.values())

    @property
    def days(self) -> int:
        """How many days these are."""
        return (self.last_day - self.first_day).days + 1 if self.first_day and self.last_day else 0

    @property
    def shares(self) -> dict[str, Decimal]:
        """The share of each channel; together they are 1."""
        return {name: Decimal(count) / self.dossiers for name, count in self.channels.items()}

    @property
    def supplements_per_dossier(self) -> Decimal:
        """Requests for papers a dossier that ended; 0 of none."""
        return Decimal(self.supplements) / self.ended if self.ended else Decimal(0)

    @property
    def runs_a_year(self) -> Decimal:
        """dossiers x 365 / days, with two decimals, halves away from zero."""
        return round_half_up(Decimal(self.dossiers) * _YEAR_DAYS / self.days, 2) if self.days else Decimal(0)


@dataclass(frozen=True, slots=True)
class Annual:
    """The cost of a year before and after: the same runs a year on both sides."""

    runs: Decimal
    cost: Benefit

    @classmethod
    def of(cls, run: Benefit, runs: Decimal, subjects: Decimal = Decimal(1)) -> "Annual":
        """Return cost of one run x times a year x subjects a year, before and after."""
        before, after = (annual_cost(cost, runs, subjects) for cost in (run.before, run.after))
        return cls(runs * subjects, Benefit(before, after))


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader must know of a figure: a code, and the values that its text names."""

    code: str
    values: Mapping[str, date | Decimal | int]

    def text(self, language: Language = "en") -> str:
        """Return the remark as a sentence."""
        shown = {name: _shown(value, language) for name, value in self.values.items()}
        return _TEXTS[language][self.code].format(**shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """A procedure: the cost of a run before and after, its basis, and of a year by the runs of the plan and of the log.

    `changed_from` and `changed_to` are the first and the last day on which its versions of the period came into force,
    None where the catalogue knows none. `before` and `after` are the dossiers of the log on both sides, `counted` those
    of the last year of the log, which the runs a year come from.
    """

    procedure: str
    name: str | None
    field: str | None
    changed_from: date | None
    changed_to: date | None
    income_year: int
    income_per_hour: Decimal
    run: Benefit | None
    run_basis: CostBasis | None
    by_plan: Annual | None
    by_log: Annual | None
    before: Intakes
    after: Intakes
    counted: Intakes
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class CostSum:
    """The sum over the procedures for which the cost of a year is known on a basis."""

    procedures: int
    annual: Annual

    @classmethod
    def of(cls, known: Sequence[Annual]) -> "CostSum":
        """Add up the cost of procedures."""
        runs = sum((one.runs for one in known), Decimal(0))
        before = sum((one.cost.before for one in known), Decimal(0))
        after = sum((one.cost.after for one in known), Decimal(0))
        return cls(len(known), Annual(runs, Benefit(before, after)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceCost:
    """The report: rows by procedure, their sums by the runs of the plan and of the log, and the plan itself.

    `first_day` to `last_day` is what the log covers, None of an empty one.
    """

    as_of: datetime
    changed_from: date | None
    changed_to: date | None
    plan: Plan
    first_day: date | None
    last_day: date | None
    rows: tuple[CostRow, ...]
    by_plan: CostSum
    by_log: CostSum
    remarks: tuple[Remark, ...]

    @property
    def headline_basis(self) -> CostBasis:
        """The plan where it says how often anything is run, else the log."""
        return "plan" if self.by_plan.procedures else "log"


def _shown(value: date | Decimal | int, language: Language) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


_TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "not_changed": "the catalogue knows no new version of this procedure that replaced another;"
        " before and after are the plan's alone",
        "run_unknown": "a run has no cost: the assumptions give none, and the log has {before} dossiers before the"
        " change and {after} after it; give `before` and `after` in the assumptions",
        "few_dossiers": "the cost of a run rests on few dossiers: {before} before the change, {after} after it",
        "several_days": "its versions came into force from {first} to {last}; dossiers taken in between count on"
        " neither side",
        "runs_differ": "the plan counts on {plan} runs a year, the log shows {log}",
        "short_log": "the log has only {days} days of intakes, scaled up to a year of 365; seasons are not seen",
        "not_corrected": "for {procedures} procedures the cost of a run is what the log shows before and after; what"
        " would have changed anyway, such as more dossiers online, is in it",
        "few_dossiers_in_sum": "the cost of a run rests on the log, and on less than {least} dossiers before or after,"
        " for {procedures} procedures; see their warnings",
        "default_assumptions": "no assumptions were given; the ones that come with the program are no official figures",
    },
    "vi": {
        "not_changed": "danh mục không có phiên bản mới nào thay thế phiên bản cũ của thủ tục này; chi phí trước và"
        " sau chỉ theo kế hoạch",
        "run_unknown": "chưa tính được chi phí một lượt: giả định không nêu, nhật ký có {before} hồ sơ trước và"
        " {after} hồ sơ sau thay đổi; hãy ghi `before` và `after` trong tệp giả định",
        "few_dossiers": "chi phí một lượt dựa trên ít hồ sơ: {before} trước thay đổi, {after} sau thay đổi",
        "several_days": "các phiên bản có hiệu lực từ {first} đến {last}; hồ sơ tiếp nhận ở giữa không tính vào bên"
        " nào",
        "runs_differ": "kế hoạch dự kiến {plan} lượt mỗi năm, nhật ký cho thấy {log} lượt",
        "short_log": "nhật ký chỉ có {days} ngày tiếp nhận, được quy đổi ra 365 ngày; chưa phản ánh mùa vụ",
        "not_corrected": "{procedures} thủ tục có chi phí một lượt theo nhật ký trước và sau thay đổi, gồm cả những gì"
        " vốn sẽ thay đổi, như thêm hồ sơ trực tuyến",
        "few_dossiers_in_sum": "{procedures} thủ tục có chi phí một lượt dựa trên nhật ký với ít hơn {least} hồ sơ"
        " trước hoặc sau thay đổi; xem cảnh báo của từng thủ tục",
        "default_assumptions": "không có tệp giả định; giả định kèm theo chương trình không phải số liệu chính thức",
    },
}
