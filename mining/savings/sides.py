"""What the log shows before and after changes, side by side and not adjusted for anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from mining.savings.evidence import Evidence
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


def sides(evidence: Evidence, group_of_change: Codes, groups: int) -> list[Sides]:
    """Return both sides of each group of changes; before are the dossiers of the lines that the group changed."""
    study, worked = evidence.effect.study, evidence.hands_on
    values = [np.asarray(evidence.handled.dossiers[name]).astype(np.float64) for name in _VALUES]
    treated, lines = study.change >= 0, int(study.line.max(initial=-1)) + 1
    group = np.where(treated, group_of_change[study.change] if len(group_of_change) else -1, -1)
    pattern = _pattern(group[treated], study.line[treated], (groups, lines))
    before = _Columns(study.line[~treated & study.finished], lines)
    after = _Columns(group[treated & study.finished], groups)
    old = [pattern @ before.sums(None)] + [pattern @ before.sums(one[~treated & study.finished]) for one in values]
    new = [after.sums(None)] + [after.sums(one[treated & study.finished]) for one in values]
    old += [pattern @ worked.line_hours, pattern @ worked.line_dossiers]
    by_group = _Columns(group_of_change, groups)
    new += [by_group.sums(worked.change_hours), by_group.sums(worked.change_dossiers)]
    return [Sides(_side(old, number), _side(new, number)) for number in range(groups)]


class _Columns:
    """Sums by a column of codes."""

    def __init__(self, codes: Codes, size: int) -> None:
        self._codes, self._size = codes, size

    def sums(self, values: Hours | None) -> Hours:
        return np.asarray(np.bincount(self._codes, values, minlength=self._size), np.float64)


def _pattern(group: Codes, line: Codes, shape: tuple[int, int]) -> csr_array:
    """Return which lines belong to which group, each once."""
    pairs = np.unique(np.stack([group, line]), axis=1)
    return csr_array(coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape))


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
