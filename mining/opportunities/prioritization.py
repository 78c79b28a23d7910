"""Work that is overtaken: its officer does what came later."""

import numpy as np

from mining.bottlenecks.measure import HOUR_US
from mining.opportunities.detection import Detection, Detector, above, excess_chance, mean_hours
from mining.opportunities.scene import Scene


def find(scene: Scene) -> Detection | None:
    """Compare the share of the queue time that is spent while later work is done with what is usual."""
    rows = np.flatnonzero(scene.log.steps.officer.codes[scene.row] >= 0)
    groups = scene.groups(("unit", "role"), rows)
    late, queue = scene.cause("prioritization")[rows], scene.cause("contention")[rows]
    norm = scene.settings.overtaken_share
    share = groups.sums(late) / np.maximum(groups.sums(late + queue), 1)
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=late * above(share, norm)[groups.of],
        work_us=np.zeros(len(rows)),
        chance=excess_chance(groups, (late - norm * (late + queue)) / HOUR_US, scene.cluster[rows]),
        facts={
            "share": share,
            "norm": np.full(groups.count, norm),
            "mean_hours": mean_hours(groups, late),
        },
    )


DETECTOR = Detector(
    kind="prioritization",
    name_vi="hồ sơ bị vượt lượt",
    name_en="prioritization",
    heuristic="triage: divide work by type, so that one kind does not hold up the other",
    heuristic_vi="phân luồng: chia việc theo loại để loại này không làm chậm loại kia",
    test="t-test over weeks: overtaken share of the queue time above overtaken_share",
    vi="{share:.0%} thời gian chờ tới lượt là do việc đến sau được làm trước (bình thường tới {norm:.0%});"
    " mỗi bước {mean_hours:.1f} giờ",
    en="{share:.0%} of the queue time passes while later work is done (usual: up to {norm:.0%});"
    " {mean_hours:.1f} h a step",
    find=find,
)
