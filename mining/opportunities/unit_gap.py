"""A unit that takes longer than the others at the same procedure."""

import numpy as np

from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.units_compared.comparison import UnitsQuestion, compare_units

_LIKELY = 0.05


def find(scene: Scene) -> Detection | None:
    """Compare the hands-on work of units (docs/bottlenecks.md): what the best quarter would not take could be saved.

    Waits are left alone: how long work lies idle depends on how busy its officers are, which has detectors of its own.
    """
    groups = scene.groups(("procedure", "dossier_unit"))
    asked = UnitsQuestion(most_false=scene.settings.most_false, seed=scene.settings.bootstrap.seed)
    known = {(row.procedure, row.unit): row for row in compare_units(scene.cursor, scene.log, asked).rows}
    keys = [groups.key(group) for group in range(groups.count)]
    found = [known.get((str(key["procedure"]), key["dossier_unit"])) for key in keys]
    chance = np.array([row.p_value / 2 if row and row.ratio > 1 else 1.0 for row in found])
    hours = np.array([row.mean_hours * row.dossiers * scene.period.a_year if row else 1.0 for row in found])
    gap = np.array([row.gap.estimate if row else 0.0 for row in found])
    part = np.where(chance <= _LIKELY, gap / np.maximum(hours, 1e-9), 0.0)
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    return Detection(
        rows=np.arange(len(scene)),
        groups=groups,
        wait_us=np.zeros(len(scene)),
        work_us=np.where(has_officer, part[groups.of] * scene.work, 0.0),
        chance=chance,
        facts={
            "ratio": np.array([row.shrunk.estimate if row else 1.0 for row in found]),
            "count": np.array([float(row.dossiers) if row else 0.0 for row in found]),
        },
    )


DETECTOR = Detector(
    kind="unit_gap",
    name_vi="chênh lệch giữa các đơn vị",
    name_en="unit gap",
    heuristic="centralization: let units work as one, and do as the best of them do",
    heuristic_vi="tập trung hóa: các đơn vị làm như một, theo cách của đơn vị tốt nhất",
    test="funnel with overdispersion, one-sided",
    vi="làm lâu gấp {ratio:.2f} lần đơn vị thông thường ở cùng thủ tục, kênh và trường hợp; {count:,.0f} hồ sơ",
    en="works {ratio:.2f} times as long as the usual unit at the same procedure, channel and case;"
    " {count:,.0f} dossiers",
    find=find,
)
