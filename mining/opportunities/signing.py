"""Results that wait for a signature."""

import numpy as np

from mining.opportunities.detection import Detection, Detector, over_norm
from mining.opportunities.scene import Scene
from mining.rules.duty import Duty

SIGNING = Duty(
    ("ký", "ký số", "ký duyệt", "sign", "signature"),
    but_not=("đăng ký", "chữ ký", "trình ký"),
    not_first=("trình", "chuyển", "gửi", "submit", "send"),
)


def find(scene: Scene) -> Detection | None:
    """Compare what a signature waits for, queues apart, with what is usual."""
    names = scene.named("activity").names
    codes = [place for place, name in enumerate(names) if SIGNING.is_done_by(name)]
    rows = np.flatnonzero(np.isin(scene.named("activity").codes, codes))
    groups = scene.groups(("unit", "role"), rows)
    idle = (scene.cause("extraneous") + scene.cause("batching"))[rows]
    return over_norm(scene, rows, groups, idle, scene.settings.signing_hours)


DETECTOR = Detector(
    kind="signing",
    name_vi="ký chậm",
    name_en="slow signing",
    heuristic="empower: delegate signatures, and sign electronically (integral technology)",
    heuristic_vi="trao quyền: ủy quyền ký và ký số",
    test="t-test over weeks: mean wait of a signature above signing_hours",
    vi="mỗi lần ký chờ {mean_hours:.1f} giờ dù người ký không bận (bình thường tới {norm:.0f}); {count:,.0f} lần ký",
    en="a signature waits {mean_hours:.1f} h though the signer is free (usual: up to {norm:.0f});"
    " {count:,.0f} signatures",
    find=find,
)
