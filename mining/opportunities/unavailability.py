"""Work that waits for an officer who is not there while the office is open."""

import numpy as np
import pyarrow as pa

from mining.clocks.clock import between
from mining.opportunities.detection import Detection, Detector, over_norm
from mining.opportunities.scene import Scene
from mining.waiting.steps import NONE


def find(scene: Scene) -> Detection | None:
    """Compare the hours of the unit with those of the officer, of the steps whose officer has a calendar of his own."""
    steps = scene.log.steps
    named = steps.officer.names
    own = np.array([name in scene.availability.of_officer for name in named] + [False], np.bool_)
    code = steps.officer.codes[scene.row]
    rows = np.flatnonzero(own[code] & (code != NONE))
    if not len(rows):
        return None
    begin, end = scene.log.waits.enabled.at_us[scene.row[rows]], steps.start_us[scene.row[rows]]
    units = pa.chunked_array([scene.named("unit").take(rows).arrow().cast(pa.string())])
    whole = between(units, begin, end, scene.availability.calendars)
    present = np.zeros(len(rows), np.int64)
    for name in sorted({named[one] for one in np.unique(code[rows])}):
        part = code[rows] == named.index(name)
        present[part] = scene.availability.of_officer[name].between_us(begin[part], end[part])
    absent = np.maximum(whole - present, 0).astype(np.float64)
    groups = scene.groups(("unit", "role"), rows)
    return over_norm(scene, rows, groups, absent, scene.settings.absence_hours)


DETECTOR = Detector(
    kind="unavailability",
    name_vi="vắng người xử lý",
    name_en="unavailability",
    heuristic="flexible assignment: let several officers stand in for each other",
    heuristic_vi="phân công linh hoạt: nhiều cán bộ làm thay được cho nhau",
    test="t-test over weeks: mean wait for absent officers above absence_hours",
    vi="mỗi bước chờ {mean_hours:.1f} giờ làm việc khi cơ quan mở cửa mà cán bộ vắng (bình thường tới"
    " {norm:.1f}); {count:,.0f} bước",
    en="a step waits {mean_hours:.1f} office hours for an officer who is absent (usual: up to {norm:.1f});"
    " {count:,.0f} steps",
    find=find,
)
