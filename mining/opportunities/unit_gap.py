"""A unit that takes longer than the others at the same procedure."""

from dataclasses import dataclass

import numpy as np

from mining.bottlenecks.measure import Groups, Numbers
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.units_compared.comparison import UnitsQuestion, compare_units
from mining.units_compared.dossiers import Measure

_LIKELY = 0.05


def find(scene: Scene) -> Detection | None:
    """Compare units by hands-on work and by their own time (docs/bottlenecks.md); queues have a detector of their own.

    What the best quarter would not take could be saved: of the work if that is longer, of idle waits if those are.
    """
    groups = scene.groups(("procedure", "dossier_unit"))
    work, own = (_compared(scene, groups, measure) for measure in ("work", "own"))
    has_officer = scene.log.steps.officer.codes[scene.row] >= 0
    queues = scene.cause("contention") + scene.cause("prioritization")
    by_work = work.chance <= own.chance
    return Detection(
        rows=np.arange(len(scene)),
        groups=groups,
        wait_us=np.where(has_officer, own.part[groups.of] * (scene.lost - queues), 0.0),
        work_us=np.where(has_officer, work.part[groups.of] * scene.work, 0.0),
        chance=np.minimum(2 * np.minimum(work.chance, own.chance), 1.0),
        facts={"ratio": np.where(by_work, work.ratio, own.ratio), "count": np.maximum(work.dossiers, own.dossiers)},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """By group: its chance (one-sided), its ratio to the usual unit, the part that could be saved, its dossiers."""

    chance: Numbers
    ratio: Numbers
    part: Numbers
    dossiers: Numbers


def _compared(scene: Scene, groups: Groups, measure: Measure) -> _Compared:
    asked = UnitsQuestion(measure=measure, most_false=scene.settings.most_false, seed=scene.settings.bootstrap.seed)
    known = {(row.procedure, row.unit): row for row in compare_units(scene.cursor, scene.log, asked).rows}
    keys = [groups.key(group) for group in range(groups.count)]
    found = [known.get((str(key["procedure"]), key["dossier_unit"])) for key in keys]
    chance = np.array([row.p_value / 2 if row and row.ratio > 1 else 1.0 for row in found])
    hours = np.array([row.mean_hours * row.dossiers * scene.period.a_year if row else 1.0 for row in found])
    gap = np.array([row.gap.estimate if row else 0.0 for row in found])
    return _Compared(
        chance=chance,
        ratio=np.array([row.shrunk.estimate if row else 1.0 for row in found]),
        part=np.where(chance <= _LIKELY, gap / np.maximum(hours, 1e-9), 0.0),
        dossiers=np.array([float(row.dossiers) if row else 0.0 for row in found]),
    )


DETECTOR = Detector(
    kind="unit_gap",
    name_vi="chênh lệch giữa các đơn vị",
    name_en="unit gap",
    heuristic="centralization: let units work as one, and do as the best of them do",
    heuristic_vi="tập trung hóa: các đơn vị làm như một, theo cách của đơn vị tốt nhất",
    test="funnel with overdispersion, one-sided, twice for work and own time",
    vi="lâu gấp {ratio:.2f} lần đơn vị thông thường ở cùng thủ tục, kênh và trường hợp; {count:,.0f} hồ sơ",
    en="takes {ratio:.2f} times as long as the usual unit at the same procedure, channel and case;"
    " {count:,.0f} dossiers",
    find=find,
)
