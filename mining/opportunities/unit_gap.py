"""A unit that takes longer than the others at the same procedure."""

import numpy as np

from mining.bottlenecks.measure import Groups
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.units_compared.comparison import UnitRow, UnitsQuestion, compare_units


def find(scene: Scene) -> Detection | None:
    """Compare units by their own time (docs/bottlenecks.md); what the best quarter would not take could be saved."""
    groups = scene.groups(("procedure", "dossier_unit"))
    asked = UnitsQuestion(most_false=scene.settings.most_false, seed=scene.settings.bootstrap.seed)
    compared = compare_units(scene.cursor, scene.log, asked)
    known = {(row.procedure, row.unit): row for row in compared.rows}
    found = [_of(groups, group, known) for group in range(groups.count)]
    ratio = np.array([row.shrunk.estimate if row else 1.0 for row in found])
    hours = np.array([row.mean_hours * row.dossiers * scene.period.a_year if row else 1.0 for row in found])
    gap = np.array([row.gap.estimate if row else 0.0 for row in found])
    one_sided = [row.p_value / 2 if row and row.ratio > 1 else 1.0 for row in found]
    own = np.where(scene.log.steps.officer.codes[scene.row] >= 0, (gap / hours)[groups.of], 0.0)
    queues = scene.cause("contention") + scene.cause("prioritization")
    return Detection(
        rows=np.arange(len(scene)),
        groups=groups,
        wait_us=own * (scene.lost - queues),
        work_us=own * scene.work,
        chance=np.array(one_sided),
        facts={"ratio": ratio, "count": np.array([float(row.dossiers) if row else 0.0 for row in found])},
    )


def _of(groups: Groups, group: int, known: dict[tuple[str, str | None], UnitRow]) -> UnitRow | None:
    key = groups.key(group)
    return known.get((str(key["procedure"]), key["dossier_unit"]))


DETECTOR = Detector(
    kind="unit_gap",
    name_vi="chênh lệch giữa các đơn vị",
    name_en="unit gap",
    heuristic="process standardization: do as the best units do (after the specialist-generalist and case-type rules)",
    test="funnel with overdispersion, one-sided",
    vi="lâu gấp {ratio:.2f} lần đơn vị thông thường ở cùng thủ tục, kênh và trường hợp; {count:,.0f} hồ sơ",
    en="takes {ratio:.2f} times as long as the usual unit at the same procedure, channel and case;"
    " {count:,.0f} dossiers",
    find=find,
)
