"""Dossiers that go back and forth between officers."""

import numpy as np

from mining.chance import binomial_tail
from mining.opportunities.detection import Detection, Detector, above
from mining.opportunities.scene import Scene
from mining.waiting.steps import NONE


def find(scene: Scene) -> Detection | None:
    """Compare the share of dossiers in which a step is done again with what is usual.

    A step that goes on after the citizen was asked, for papers or for a fee, is not sent back and forth: dossiers with
    supplements are left out, and so are steps of an officer that follow one of nobody's.
    """
    rows = np.flatnonzero(scene.supplements == 0)
    if not len(rows):
        return None
    groups = scene.groups(("procedure", "dossier_unit"), rows)
    officer = scene.log.steps.officer.codes[scene.row] != NONE
    asked = scene.follows & officer & ~np.append(True, officer[:-1])[: len(scene)]
    again = (scene.again[rows] > 0) & ~asked[rows]
    begins = np.append(True, scene.dossier[rows][1:] != scene.dossier[rows][:-1])
    back = np.bincount(scene.dossier[rows], again)[scene.dossier[rows]] > 0
    dossiers, returned = groups.sums(begins), groups.sums(begins & back)
    norm = scene.settings.return_share
    share = returned / np.maximum(dossiers, 1)
    saved = np.where(again, above(share, norm)[groups.of], 0.0)
    return Detection(
        rows=rows,
        groups=groups,
        wait_us=saved * scene.lost[rows],
        work_us=saved * scene.work[rows],
        chance=binomial_tail(returned.astype(np.int64), dossiers.astype(np.int64), norm),
        facts={"share": share, "count": returned, "norm": np.full(groups.count, norm), "steps": groups.sums(again)},
    )


DETECTOR = Detector(
    kind="ping_pong",
    name_vi="chuyển đi chuyển lại",
    name_en="ping-pong and hand-offs",
    heuristic="order assignment: let one officer do as many steps of a dossier as possible",
    heuristic_vi="giao hồ sơ: để một cán bộ làm nhiều bước nhất có thể của một hồ sơ",
    test="binomial: share of dossiers above return_share",
    vi="{share:.0%} số hồ sơ ({count:,.0f}) quay lại bước đã làm (bình thường tới {norm:.0%}); {steps:,.0f}"
    " bước làm lại",
    en="{share:.0%} of the dossiers ({count:,.0f}) go back to a step (usual: up to {norm:.0%});"
    " {steps:,.0f} steps done again",
    find=find,
)
