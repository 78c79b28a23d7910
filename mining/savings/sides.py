"""What the log shows before and after changes, side by side and not adjusted for anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mining.savings.effect import Grouping
from mining.savings.evidence import Evidence
from mining.savings.groups import lines_of
from mining.savings.study import Codes

Hours = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Finished dossiers on one side of a change and their mean times in working hours; None of nothing.

    `hours` is the agency's time, `citizen_hours` the citizens', `hands_on_hours` what officers worked in steps whose
    start is known, of `hands_on_dossiers`. The difference of two sides is no saving: it holds the mix and the trend.
    """

    dossiers: int
    hours: float | None
    citizen_hours: float | None
    supplements: float | None
    hands_on_hours: float | None
    hands_on_dossiers: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a group of changes."""

    before: Side
    after: Side


_VALUES = ("hours", "citizen_hours", "supplements")


def sides(evidence: Evidence, grouping: Grouping, group_of_change: Codes | None) -> list[Sides]:
    """Return both sides of each group of dossiers under a change; before are the finished dossiers of their lines.

    `group_of_change` is the group of each change, -1 for none; without it, as for the dossiers of one unit, hands-on
    time is not told.
    """
    study, group = evidence.effect.study, grouping.codes
    values = [np.asarray(evidence.handled.dossiers[name]).astype(np.float64) for name in _VALUES]
    lines = int(study.line.max(initial=-1)) + 1
    pattern = lines_of(evidence, grouping)
    old_rows, new_rows = (study.change < 0) & study.finished, (group >= 0) & study.finished
    before, after = _Columns(study.line[old_rows], lines), _Columns(group[new_rows], grouping.size)
    old = [pattern @ before.sums(None)] + [pattern @ before.sums(one[old_rows]) for one in values]
    new = [after.sums(None)] + [after.sums(one[new_rows]) for one in values]
    worked = evidence.hands_on
    told = group_of_change is not None
    for per_line, per_change in (
        (worked.line_hours, worked.change_hours),
        (worked.line_dossiers, worked.change_dossiers),
    ):
        old.append(pattern @ per_line if told else np.zeros(grouping.size))
        new.append(_by_group(group_of_change, per_change, grouping.size))
    return [Sides(_side(old, number), _side(new, number)) for number in range(grouping.size)]


def _by_group(group_of_change: Codes | None, values: Hours, groups: int) -> Hours:
    if group_of_change is None:
        return np.zeros(groups)
    known = group_of_change >= 0
    return _Columns(group_of_change[known], groups).sums(values[known])


class _Columns:
    """Sums by a column of codes."""

    def __init__(self, codes: Codes, size: int) -> None:
        self._codes, self._size = codes, size

    def sums(self, values: Hours | None) -> Hours:
        return np.asarray(np.bincount(self._codes, values, minlength=self._size), np.float64)


def _side(columns: list[Any], number: int) -> Side:
    dossiers, hours, citizen, supplements, worked, known = (float(column[number]) for column in columns)
    return Side(
        dossiers=int(dossiers),
        hours=hours / dossiers if dossiers else None,
        citizen_hours=citizen / dossiers if dossiers else None,
        supplements=supplements / dossiers if dossiers else None,
        hands_on_hours=worked / known if known else None,
        hands_on_dossiers=int(known),
    )
