"""Steps that are typed into two systems."""

import numpy as np

from mining.chance import binomial_tail
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene


def find(scene: Scene) -> Detection | None:
    """Count the copies by the unit of the dossier; each costs its work, or `copy_minutes` where that is not known."""
    groups = scene.groups(("dossier_unit",))
    copied = scene.copying > 0
    steps, copies = groups.sums(np.ones(len(scene))), groups.sums(copied)
    norm = scene.settings.copied_share
    return Detection(
        rows=np.arange(len(scene)),
        groups=groups,
        wait_us=np.zeros(len(scene)),
        work_us=scene.copying,
        chance=binomial_tail(copies.astype(np.int64), steps.astype(np.int64), norm),
        facts={
            "count": copies,
            "share": copies / np.maximum(steps, 1),
            "minutes": groups.sums(scene.copying) / np.maximum(copies, 1) / 60e6,
        },
    )


DETECTOR = Detector(
    kind="two_systems",
    name_vi="nhập liệu vào hai hệ thống",
    name_en="two systems for one dossier",
    heuristic="integral technology: one system in place of two",
    heuristic_vi="tích hợp công nghệ: một hệ thống thay cho hai",
    test="binomial: share of copied steps above copied_share",
    vi="{count:,.0f} bước ({share:.0%}) được nhập lần thứ hai vào hệ thống khác, mỗi lần khoảng {minutes:.0f} phút",
    en="{count:,.0f} steps ({share:.0%}) are typed a second time into another system, about {minutes:.0f} minutes each",
    find=find,
)
