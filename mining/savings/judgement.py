"""The verdict on a change, and its reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["realised", "regressed", "no_evidence", "too_few_dossiers"]
VERDICTS: tuple[Verdict, ...] = ("realised", "regressed", "no_evidence", "too_few_dossiers")
Language = Literal["en", "vi"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a verdict needs: finished dossiers before and after, clusters on each side, and the share that is finished.

    An effect whose interval lies within `least_percent` of the hours expected without the change is no evidence.
    """

    dossiers: int = 30
    clusters: int = 8
    finished_share: float = 0.5
    least_percent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a verdict rests on; hours are per dossier, `low` and `high` None where there is no interval.

    `replaces` says whether an earlier version was replaced at all.
    """

    replaces: bool
    taken_in: int
    compared: int
    finished: int
    before: int
    clusters: int
    expected_hours: float
    saved_hours: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code, and the numbers that its text names."""

    code: str
    values: Mapping[str, float] = field(default_factory=dict)

    def text(self, language: Language = "en") -> str:
        """Return the reason as a sentence."""
        return _TEXTS[language][self.code].format(**self.values)


_TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "first_version": "no earlier version applied to these dossiers: there is nothing to compare with",
        "none_taken_in": "no dossier was taken in under the new version",
        "none_comparable": "none of the {taken_in} dossiers under the new version can be compared: there is none before"
        " the change of the same procedure in units that can be compared",
        "few_after": "{finished} finished dossiers under the new version; {needed} are needed",
        "few_before": "{before} finished dossiers before the change; {needed} are needed",
        "few_clusters": "the dossiers before or after were taken in during {clusters} weeks of a unit; {needed}"
        " are needed to tell chance apart",
        "mostly_open": "{finished} of {compared} dossiers under the new version are finished, too few to tell how long"
        " they take",
        "shorter": "a dossier takes {saved:.1f} h less than the {expected:.1f} h expected without the change"
        " (95 % interval {low:.1f} to {high:.1f} h)",
        "longer": "a dossier takes {more:.1f} h more than the {expected:.1f} h expected without the change"
        " (95 % interval of the saving {low:.1f} to {high:.1f} h)",
        "unclear": "the 95 % interval of the saving, {low:.1f} to {high:.1f} h a dossier, holds no saving as well",
    },
    "vi": {
        "first_version": "trước đó không có quy trình nào áp dụng cho các hồ sơ này: không có gì để so sánh",
        "none_taken_in": "chưa có hồ sơ nào được tiếp nhận theo quy trình mới",
        "none_comparable": "không so sánh được {taken_in} hồ sơ theo quy trình mới: trước khi thay đổi không có hồ sơ"
        " cùng thủ tục tại các đơn vị so sánh được",
        "few_after": "{finished} hồ sơ đã xong theo quy trình mới; cần {needed}",
        "few_before": "{before} hồ sơ đã xong trước khi thay đổi; cần {needed}",
        "few_clusters": "hồ sơ trước hoặc sau chỉ được tiếp nhận trong {clusters} tuần của một đơn vị; cần {needed} để"
        " phân biệt với ngẫu nhiên",
        "mostly_open": "mới có {finished} trong {compared} hồ sơ theo quy trình mới đã xong, chưa đủ để biết thời gian",
        "shorter": "một hồ sơ mất ít hơn {saved:.1f} giờ so với {expected:.1f} giờ nếu không thay đổi"
        " (khoảng tin cậy 95 %: {low:.1f} đến {high:.1f} giờ)",
        "longer": "một hồ sơ mất nhiều hơn {more:.1f} giờ so với {expected:.1f} giờ nếu không thay đổi"
        " (khoảng tin cậy 95 % của phần tiết kiệm: {low:.1f} đến {high:.1f} giờ)",
        "unclear": "khoảng tin cậy 95 % của phần tiết kiệm, {low:.1f} đến {high:.1f} giờ mỗi hồ sơ, có chứa số không",
    },
}


def judged(grounds: Grounds, thresholds: Thresholds) -> tuple[Verdict, Reason]:
    """Return the verdict on a change, and why."""
    lacking = _lacking(grounds, thresholds)
    if lacking or grounds.low is None or grounds.high is None:
        return "too_few_dossiers", lacking or Reason("none_comparable", {"taken_in": grounds.taken_in})
    least = thresholds.least_percent / 100 * grounds.expected_hours
    values = {
        "saved": grounds.saved_hours,
        "more": -grounds.saved_hours,
        "expected": grounds.expected_hours,
        "low": grounds.low,
        "high": grounds.high,
    }
    if grounds.low > least:
        return "realised", Reason("shorter", values)
    if grounds.high < -least:
        return "regressed", Reason("longer", values)
    return "no_evidence", Reason("unclear", values)


def _lacking(grounds: Grounds, thresholds: Thresholds) -> Reason | None:
    if not grounds.replaces:
        return Reason("first_version")
    if not grounds.taken_in:
        return Reason("none_taken_in")
    if not grounds.compared:
        return Reason("none_comparable", {"taken_in": grounds.taken_in})
    if grounds.before < thresholds.dossiers:
        return Reason("few_before", {"before": grounds.before, "needed": thresholds.dossiers})
    if grounds.finished < thresholds.finished_share * grounds.compared:
        return Reason("mostly_open", {"finished": grounds.finished, "compared": grounds.compared})
    if grounds.finished < thresholds.dossiers:
        return Reason("few_after", {"finished": grounds.finished, "needed": thresholds.dossiers})
    if grounds.clusters < thresholds.clusters:
        return Reason("few_clusters", {"clusters": grounds.clusters, "needed": thresholds.clusters})
    return None
