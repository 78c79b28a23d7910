"""Dossiers that wait for another agency or a system: neither a queue nor a batch explains it."""

import numpy as np

from mining.opportunities.detection import Detection, Detector, over_norm
from mining.opportunities.scene import Scene


def find(scene: Scene) -> Detection | None:
    """Compare what a step of a procedure waits for others with what is usual; batches have a detector of their own."""
    batched = scene.log.waits.batched[scene.log.places]
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    rows = np.flatnonzero(has_officer & ~batched & ~scene.estimated)
    groups = scene.groups(("procedure", "activity"), rows)
    return over_norm(scene, rows, groups, scene.cause("extraneous")[rows], scene.settings.agency_hours)


DETECTOR = Detector(
    kind="agency",
    name_vi="chờ cơ quan khác",
    name_en="waiting for another agency",
    heuristic="interfacing: a standardised interface with other agencies (data sharing in place of letters)",
    heuristic_vi="giao tiếp giữa các cơ quan: kết nối, chia sẻ dữ liệu thay cho công văn",
    test="t-test over weeks: mean wait for others above agency_hours",
    vi="mỗi bước chờ bên ngoài {mean_hours:.1f} giờ (bình thường tới {norm:.0f}); {count:,.0f} bước",
    en="a step waits {mean_hours:.1f} h for others (usual: up to {norm:.0f}); {count:,.0f} steps",
    find=find,
)
