"""Dossiers that go back to the citizen for papers, and are looked at again."""

import numpy as np

from mining.bottlenecks.measure import Numbers
from mining.chance import binomial_tail
from mining.opportunities.detection import Detection, Detector, above
from mining.opportunities.scene import Scene


def find(scene: Scene) -> Detection | None:
    """Compare the share of dossiers with a request for papers with what is usual; the second look could be saved."""
    rows = np.arange(len(scene))
    groups = scene.groups(("procedure",))
    begins = ~scene.follows
    dossiers, asked = groups.sums(begins), groups.sums(begins & (scene.supplements > 0))
    norm = scene.settings.supplement_share
    share: Numbers = asked / np.maximum(dossiers, 1)
    loops = (scene.supplements > 0) & (scene.again > 0)
    saved = np.where(loops, above(share, norm)[groups.of], 0.0)
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=saved * scene.lost,
        work_us=saved * scene.work,
        chance=binomial_tail(asked.astype(np.int64), dossiers.astype(np.int64), norm),
        facts={"share": share, "count": asked, "norm": np.full(groups.count, norm)},
    )


DETECTOR = Detector(
    kind="supplements",
    name_vi="yêu cầu bổ sung nhiều lần",
    name_en="supplement loops",
    heuristic="control relocation: let the citizen check completeness before submission",
    heuristic_vi="chuyển khâu kiểm soát: để công dân tự kiểm tra đủ giấy tờ trước khi nộp",
    test="binomial: share of dossiers above supplement_share",
    vi="{share:.0%} số hồ sơ ({count:,.0f}) phải bổ sung giấy tờ (bình thường tới {norm:.0%}) và được xem lại",
    en="{share:.0%} of the dossiers ({count:,.0f}) are sent back for papers (usual: up to {norm:.0%}) and"
    " looked at again",
    find=find,
)
