"""What an approved process allows beyond its table of steps: every rule in one place, each with its source.

The table says in which order the steps are done, by whom and in how many hours. It does not say what happens when a
paper is missing. So dossiers are not held against the bare table but against the table and these rules.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from mining.conformance import ConformanceError


class Sign(IntEnum):
    """What an activity that is no approved step stands for."""

    REOPEN = -1
    """Papers are asked for or come, or the dossier goes back to an earlier officer: earlier steps are done again."""
    ASIDE = -2
    """Allowed at any time; says nothing about the steps."""
    END = -3
    """Withdrawn or refused: nothing more has to be done."""
    UNKNOWN = -9
    """Work that the approved process does not have."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by which approved processes become models, why it is so, and what it is seen by."""

    key: str
    text: str
    source: str
    sign: Sign | None = None
    activities: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


RULES = (
    Rule(
        "order",
        "The steps are done in the order of the table, each of them.",
        "the decision that approved the process (quy trình nội bộ)",
    ),
    Rule(
        "no_hours",
        "A step to which the table gives 0 hours may be missing: it takes none of the time of the agency, as handing"
        " over the result (trả kết quả).",
        "practice: the clock of the agency stops when the work is done (status 9), not at the hand-over (10)",
    ),
    Rule(
        "again",
        "A step may be recorded several times in a row: several officers, or several records of one system.",
        "practice: systems record 'Chuyển bước xử lý', 'Thụ lý', 'Thẩm định' within one approved step",
    ),
    Rule(
        "supplement",
        "After papers or a payment were asked for, the work goes on where it stood or from any step before.",
        "practice: national status 5, 6 and 8 (yêu cầu bổ sung, nghĩa vụ tài chính, dừng xử lý)",
        Sign.REOPEN,
        (
            "yêu cầu bổ sung",
            "yêu cầu bổ sung giấy tờ",
            "yêu cầu bổ sung hồ sơ",
            "công dân gửi bổ sung",
            "hoàn thành bổ sung",
            "bổ sung hồ sơ",
            "tiếp nhận bổ sung",
            "yêu cầu thực hiện nghĩa vụ tài chính",
            "thực hiện nghĩa vụ tài chính",
            "dừng",
            "dừng xử lý",
            "tạm dừng",
            "tạm dừng xử lý",
            "tiếp tục xử lý",
        ),
    ),
    Rule(
        "return",
        "After a return to an earlier officer the work goes on from any step before.",
        "practice: 'Trả lại người xử lý trước', 'Thu hồi'",
        Sign.REOPEN,
        ("trả lại người xử lý trước", "trả lại", "thu hồi", "đặt lại quy trình"),
        ("returned", "trả lại"),
    ),
    Rule(
        "aside",
        "What the citizen or the system does beside the steps is allowed at any time.",
        "practice: activities of running systems that are no work on the dossier",
        Sign.ASIDE,
        (
            "nộp hồ sơ",
            "nộp hồ sơ trực tuyến",
            "nộp hồ sơ trực tiếp",
            "nộp hồ sơ qua bưu chính",
            "chuyển bước xử lý",
            "yêu cầu thu phí",
            "nộp phí",
            "công dân nộp phí, lệ phí",
            "thanh toán trực tuyến",
            "kết thúc",
            "chuyển kết quả bưu chính",
            "gửi thư xin lỗi",
            "đặt lại ngày hẹn trả",
            "đặt lại hồ sơ quá hạn",
        ),
    ),
    Rule(
        "end",
        "Of a dossier that was withdrawn or refused the steps that follow may be missing.",
        "practice: national status 3 and 7 (không được tiếp nhận, công dân rút hồ sơ)",
        Sign.END,
        (
            "từ chối tiếp nhận",
            "không tiếp nhận",
            "từ chối duyệt",
            "từ chối hồ sơ",
            "từ chối giải quyết",
            "xin rút",
            "xin rút hồ sơ",
            "công dân rút hồ sơ",
            "rút hồ sơ",
        ),
        ("refused", "rejected", "withdrawn", "từ chối", "rút hồ sơ"),
    ),
    Rule(
        "running",
        "A dossier that is not finished has skipped nothing of what is still to come.",
        "the step table; otherwise the figures would depend on the day on which they are asked",
    ),
)
"""All rules, in the order in which docs/conformance.md explains them."""

_ALWAYS = frozenset(["order", "running"])
"""Without these there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class ModelRules:
    """Which rules hold: all but those `left_out`, by their keys; raises ConformanceError for a key that is none."""

    left_out: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = self.left_out - {rule.key for rule in RULES if rule.key not in _ALWAYS}
        if unknown:
            known = ", ".join(rule.key for rule in RULES if rule.key not in _ALWAYS)
            raise ConformanceError(f"there is no rule '{min(unknown)}' that can be left out; choose from {known}")

    def holds(self, key: str) -> bool:
        """Whether a rule holds."""
        return key not in self.left_out

    def signs(self) -> Mapping[str, Sign]:
        """Return what activities by their word form stand for, by the rules that hold."""
        return {
            word(activity): rule.sign
            for rule in RULES
            if rule.sign is not None and self.holds(rule.key)
            for activity in rule.activities
        }

    def outcome_signs(self) -> Mapping[str, Sign]:
        """Return what outcomes of steps by their word form stand for, by the rules that hold."""
        return {
            word(outcome): rule.sign
            for rule in RULES
            if rule.sign is not None and self.holds(rule.key)
            for outcome in rule.outcomes
        }


ALL_RULES = ModelRules()


@lru_cache(maxsize=65_536)
def word(text: str) -> str:
    """Return a text in the form in which it is compared: composed, single spaces, lower case.

    Remembered, because tables of steps and logs repeat few texts often.
    """
    return " ".join(unicodedata.normalize("NFC", text).lower().split())
