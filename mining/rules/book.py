"""Rules that every dossier keeps or breaks, or of which its events do not say enough; all of them stand in RULES.

Each rule asks one question of `mining/sql`, which answers a row per dossier that the rule is about. What is not said is
never a breach. The rules are explained with worked examples in `docs/rules.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mining import MiningError
from mining.clocks.clock import Calendars, microseconds
from mining.rules.duty import APPRAISING, APPROVING, Duty
from mining.slice import Slice

_EVERYTHING = Slice()


class RuleError(MiningError):
    """A rule was asked for in a way that makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its names, where it comes from, the question that judges it, and the settings that it honours.

    `basis` is `law` or `practice`; `measured` says what the number beside a verdict is, None where there is none.
    """

    code: str
    name_vi: str
    name_en: str
    basis: Literal["law", "practice"]
    source: str
    question: str
    settings: tuple[str, ...] = ()
    measured: str | None = None


RULES: tuple[Rule, ...] = (
    Rule(
        "online_only_intake",
        "Thủ tục chỉ nhận trực tuyến nhưng tiếp nhận tại quầy hoặc qua bưu chính",
        "An online-only procedure takes dossiers at the counter or by post",
        "practice",
        "The catalogue's online_only; provincial targets such as Bến Tre 2021: no paper dossier at level 4",
        "rule_online_only_intake",
    ),
    Rule(
        "digitised_input_missing",
        "Hồ sơ tiếp nhận chưa được số hóa",
        "The papers that were handed in are not digitised",
        "law",
        "Decree 107/2021/NĐ-CP (digitisation of papers and results); Decision 766/QĐ-TTg, indicator 4.2",
        "rule_flag",
        ("silence_is_no",),
    ),
    Rule(
        "e_signature_missing",
        "Kết quả không được ký số",
        "No step of a finished dossier is signed electronically",
        "practice",
        "Decree 45/2020/NĐ-CP (procedures by electronic means); one digitised process per agency, HCMC 2024",
        "rule_flag",
        ("silence_is_no",),
    ),
    Rule(
        "e_result_missing",
        "Không có kết quả điện tử",
        "A finished dossier has no electronic result",
        "law",
        "Decree 107/2021/NĐ-CP (digitisation of papers and results); Decision 766/QĐ-TTg, indicator 4.1",
        "rule_flag",
        ("silence_is_no",),
    ),
    Rule(
        "late_acceptance",
        "Tiếp nhận hồ sơ trực tuyến chậm quá 8 giờ làm việc",
        "A dossier that was submitted online is answered later than 8 working hours after",
        "law",
        "Decree 45/2020/NĐ-CP: dossiers handed in online are accepted or answered within 8 working hours",
        "rule_online_intakes",
        ("acceptance_hours",),
        "working hours from the submission to the first answer",
    ),
    Rule(
        "apology_missing",
        "Hồ sơ quá hạn không có văn bản xin lỗi",
        "The citizen of a late dossier had no apology at least 1 day before the due date",
        "law",
        "Decree 61/2018/NĐ-CP: a late dossier needs a written apology with a new date before the due date",
        "rule_apologies",
        ("silence_is_no",),
    ),
    Rule(
        "second_supplement",
        "Yêu cầu bổ sung hồ sơ quá một lần",
        "Papers are asked for a second time",
        "law",
        "Decree 61/2018/NĐ-CP; Decision 766/QĐ-TTg counts more than one request as late",
        "rule_supplements",
        ("most_supplements",),
        "requests for papers",
    ),
    Rule(
        "four_eyes",
        "Một cán bộ vừa thẩm định vừa phê duyệt",
        "The same officer appraises and approves",
        "practice",
        "Separation of duties in approved internal processes: the handling officer proposes, a leader decides",
        "rule_four_eyes",
        ("appraising", "approving"),
    ),
)
"""All rules, in the order in which they are reported."""

BY_CODE = {rule.code: rule for rule in RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """The thresholds of the rules.

    `silence_is_no` has the codes of rules about flags where a dossier that does not say the flag says no by it: only
    for systems that are known to say it whenever it is so.
    """

    acceptance_hours: float = 8.0
    most_supplements: int = 1
    appraising: Duty = APPRAISING
    approving: Duty = APPROVING
    silence_is_no: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        silent = {rule.code for rule in RULES if "silence_is_no" in rule.settings}
        if unknown := sorted(self.silence_is_no - silent):
            raise RuleError(f"'{unknown[0]}' is no rule about a flag; choose from {', '.join(sorted(silent))}")
        if self.acceptance_hours <= 0 or self.most_supplements < 0:
            raise RuleError(
                f"acceptance_hours {self.acceptance_hours} and most_supplements {self.most_supplements} cannot be kept;"
                " give more than 0 hours, and 0 or more requests"
            )


_DEFAULTS = RuleSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleQuestion:
    """Which dossiers are judged by which settings, as far as was known of the clock at `as_of` (with an offset)."""

    as_of: datetime
    calendars: Calendars
    chosen: Slice = _EVERYTHING
    settings: RuleSettings = _DEFAULTS

    def __post_init__(self) -> None:
        microseconds(self.as_of)


def rule(code: str) -> Rule:
    """Return the rule with a code; raises RuleError for one that does not exist."""
    if code not in BY_CODE:
        raise RuleError(f"the rule '{code}' does not exist; choose from {', '.join(BY_CODE)}")
    return BY_CODE[code]
