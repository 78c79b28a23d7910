"""Results that are decided and lie idle before they reach the citizen."""

import numpy as np

from mining.opportunities.approval import said
from mining.opportunities.detection import Detection, Detector, over_norm
from mining.opportunities.scene import Scene
from mining.opportunities.signing import SIGNING


def find(scene: Scene) -> Detection | None:
    """Compare what the steps after the last signature wait for while nobody is busy with what is usual."""
    activity = scene.named("activity")
    codes = [place for place, name in enumerate(activity.names) if SIGNING.is_done_by(name)]
    signed = np.isin(activity.codes, codes) & ~said(scene, ("returned", "trả lại"))
    last = np.full(int(scene.dossier.max(initial=-1)) + 1, len(scene))
    places = np.flatnonzero(signed)
    last[scene.dossier[places]] = places
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    rows = np.flatnonzero((np.arange(len(scene)) > last[scene.dossier]) & has_officer & ~scene.estimated)
    groups = scene.groups(("unit", "activity"), rows)
    idle = (scene.cause("extraneous") + scene.cause("batching"))[rows]
    return over_norm(scene, rows, groups, idle, scene.settings.return_hours)


DETECTOR = Detector(
    kind="idle_return",
    name_vi="kết quả nằm chờ trả",
    name_en="idle return",
    heuristic="contact reduction: hand the result over at once, electronically",
    heuristic_vi="giảm tiếp xúc: trả kết quả ngay, bằng bản điện tử",
    test="t-test over weeks: mean idle wait after the signature above return_hours",
    vi="sau khi ký, mỗi bước nằm chờ {mean_hours:.1f} giờ không ai xử lý (bình thường tới {norm:.0f});"
    " {count:,.0f} bước",
    en="after the signature a step lies idle for {mean_hours:.1f} h (usual: up to {norm:.0f}); {count:,.0f} steps",
    find=find,
)
