"""Approvals that never refuse and never send back."""

import numpy as np

from mining.bottlenecks.measure import Groups, Numbers
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.rules.duty import APPRAISING, APPROVING, Duty
from mining.waiting.ranges import Ints, Mask

REFUSING = ("refused", "rejected", "returned", "từ chối", "trả lại")
ENDING = ("refused", "rejected", "từ chối")
_CLOSING = Duty(("chuyển", "trả kết quả", "đóng dấu", "vào sổ", "cấp số", "phát hành", "hand over", "stamp", "return"))


def find(scene: Scene) -> Detection | None:
    """Ask how likely it is that so many decisions all approve, if as many were refused as others of the role refuse.

    `refusals` is taken where others refuse less. All that the step takes could be saved.
    """
    rows = np.flatnonzero((scene.outcome.codes >= 0) & ~_closing(scene))
    if not len(rows):
        return None
    groups = scene.groups(("procedure", "activity"), rows)
    refused = said(scene, REFUSING)[rows]
    decisions, against = groups.sums(np.ones(len(rows))), groups.sums(refused)
    usual = np.maximum(_usual(scene, rows, groups, refused), scene.settings.refusals)
    never = against == 0
    saved = never[groups.of].astype(np.float64)
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=saved * scene.lost[rows],
        work_us=saved * scene.work[rows],
        chance=np.where(never, (1 - usual) ** decisions, 1.0),
        facts={"count": decisions, "usual": usual},
    )


def said(scene: Scene, outcomes: tuple[str, ...]) -> Mask:
    """Return whose outcome is one of some."""
    codes = [place for place, name in enumerate(scene.outcome.names) if name in outcomes]
    return np.isin(scene.outcome.codes, codes)


def _closing(scene: Scene) -> Mask:
    """Tell which rows only carry an outcome on: their activity comes after refusals, closes, or does the work."""
    activity = scene.named("activity")
    refused = said(scene, ENDING)
    before: Ints = np.cumsum(refused) - refused
    first = np.flatnonzero(~scene.follows)
    earlier = before - np.repeat(before[first], np.diff(np.append(first, len(scene))))
    carries = np.zeros(len(activity.names) + 1, np.bool_)
    carries[activity.codes[(earlier > 0) & refused]] = True
    for place, name in enumerate(activity.names):
        carries[place] |= (_CLOSING.is_done_by(name) or APPRAISING.is_done_by(name)) and not APPROVING.is_done_by(name)
    return np.asarray(carries[activity.codes], np.bool_)


def _usual(scene: Scene, rows: Ints, groups: Groups, refused: Mask) -> Numbers:
    """The share that others of the same role refuse or send back: all of the role but the group's own."""
    role = scene.named("role").codes[rows] + 1
    tried, against = np.bincount(role), np.bincount(role, refused)
    of_group = role[groups.first]
    own, own_against = groups.sums(np.ones(len(rows))), groups.sums(refused)
    return (against[of_group] - own_against) / np.maximum(tried[of_group] - own, 1)


DETECTOR = Detector(
    kind="approval",
    name_vi="khâu duyệt không bao giờ từ chối",
    name_en="approval that never refuses",
    heuristic="task elimination: drop the approval, or empower the officer to decide",
    heuristic_vi="bỏ bước: bỏ khâu duyệt, hoặc trao quyền cho cán bộ tự quyết định",
    test="binomial: no refusal in so many decisions",
    vi="{count:,.0f} quyết định, không lần nào từ chối hay trả lại (nơi khác: {usual:.1%})",
    en="{count:,.0f} decisions, none of which refused or sent back (elsewhere: {usual:.1%})",
    find=find,
)
