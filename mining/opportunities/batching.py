"""Work that is let pile up and then done in one go, though its officer was free."""

import numpy as np

from mining.bottlenecks.measure import HOUR_US
from mining.opportunities.detection import Detection, Detector, excess_chance, mean_hours
from mining.opportunities.scene import Scene


def find(scene: Scene) -> Detection | None:
    """Sum up what batches cost: until they were complete, and from then to their sitting while the officer was free."""
    rows = np.flatnonzero((scene.log.steps.officer.codes[scene.row] >= 0) & ~scene.estimated)
    batched = scene.log.waits.batched[scene.log.places][rows]
    groups = scene.groups(("unit", "role"), rows)
    held = scene.cause("batching")[rows]
    cost = np.where(batched, held + scene.cause("extraneous")[rows], 0.0)
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=cost,
        work_us=np.zeros(len(rows)),
        chance=excess_chance(groups, held / HOUR_US - scene.settings.batching_hours, scene.cluster[rows]),
        facts={
            "mean_hours": mean_hours(groups, cost),
            "count": groups.sums(batched),
            "share": groups.sums(batched) / groups.sums(np.ones(len(rows))),
        },
    )


DETECTOR = Detector(
    kind="batching",
    name_vi="xử lý theo lô",
    name_en="batching",
    heuristic="order-based work: remove batch processing and periodic activities",
    heuristic_vi="xử lý từng hồ sơ: bỏ việc gom lô và các khâu làm theo kỳ",
    test="t-test over weeks: mean wait in batches above batching_hours",
    vi="{share:.0%} số bước ({count:,.0f}) được để dồn lại rồi xử lý một lần; mỗi bước chờ vì thế {mean_hours:.1f} giờ",
    en="{share:.0%} of the steps ({count:,.0f}) are let pile up and done in one go; a step waits"
    " {mean_hours:.1f} h for it",
    find=find,
)
