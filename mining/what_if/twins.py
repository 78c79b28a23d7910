"""Dossiers as they would go by another channel: their own way and work, by the ratio that the log shows."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE
from mining.what_if.model import Courses, Mix, Model, Tasks
from simulation.engine import NOBODY

_LEAST_PAIRS = 200.0
_SHORTEST_US = 1_000_000
_LEAST_OUTSIDE_US = 600_000_000


def with_twins(model: Model, procedure: int, share: float) -> Model:
    """Return the model with a twin of each dossier that would have to change its channel, and the mix.

    Its work and waits outside are those of the dossier times the ratio of the geometric means of online steps and
    others of the same procedure, unit and activity (weighted by precision); all procedures where one has too few.
    """
    courses = model.courses
    scope = courses.known & ((courses.procedure == procedure) | (procedure == NONE))
    to_have = share > courses.online[scope].mean()
    chosen = np.flatnonzero(scope & (courses.online != to_have))
    twin = np.full(len(courses) + len(chosen), NONE)
    twin[chosen] = len(courses) + np.arange(len(chosen))
    work, outside = (
        _ratio(model, column, scope, least)
        for column, least in (("work_us", _SHORTEST_US), ("outside_us", _LEAST_OUTSIDE_US))
    )
    if not to_have:
        work, outside = 1 / work, 1 / outside
    tasks = model.tasks
    rows = np.flatnonzero(np.isin(tasks.course, chosen))
    fresh = tasks.rows(rows)
    officer = fresh.desk != NOBODY
    fresh = replace(
        fresh,
        course=twin[fresh.course],
        work_us=np.rint(fresh.work_us * work).astype(np.int64),
        outside_us=np.where(officer, np.rint(fresh.outside_us * outside), fresh.outside_us).astype(np.int64),
    )
    return replace(
        model,
        tasks=_joined(tasks, fresh),
        courses=_with_twins(courses, chosen, online=to_have),
        mixes=(*model.mixes, Mix("online", procedure, share, twin)),
    )


def _ratio(model: Model, column: str, scope: Mask, least_us: int) -> float:
    tasks, courses = model.tasks, model.courses
    values = getattr(tasks, column)
    rows = (tasks.desk != NOBODY) & (values >= least_us) & courses.known[tasks.course]
    difference, pairs = _difference(model, np.flatnonzero(rows & scope[tasks.course]), values)
    if pairs < _LEAST_PAIRS:
        difference, pairs = _difference(model, np.flatnonzero(rows), values)
    return float(np.exp(difference)) if pairs else 1.0


def _difference(model: Model, rows: Ints, values: Ints) -> tuple[float, float]:
    """The mean difference of logarithms, online less others, and how many pairs it rests on."""
    tasks, courses = model.tasks, model.courses
    key = np.stack((courses.procedure[tasks.course[rows]], tasks.activity[rows], tasks.unit[rows]))
    group = np.unique(key, axis=1, return_inverse=True)[1].ravel()
    size = int(group.max(initial=-1)) + 1
    online = courses.online[tasks.course[rows]]
    logs: npt.NDArray[np.float64] = np.log(np.maximum(values[rows], 1))
    many = [np.bincount(group[on], minlength=size) for on in (online, ~online)]
    means = [
        np.bincount(group[on], logs[on], minlength=size) / np.maximum(count, 1)
        for on, count in zip((online, ~online), many, strict=True)
    ]
    weight = many[0] * many[1] / np.maximum(many[0] + many[1], 1)
    pairs = float(weight.sum())
    return (float((weight * (means[0] - means[1])).sum() / pairs), pairs) if pairs else (0.0, 0.0)


def _joined(tasks: Tasks, fresh: Tasks) -> Tasks:
    columns: dict[str, Any] = {
        one.name: np.concatenate((getattr(tasks, one.name), getattr(fresh, one.name))) for one in fields(tasks)
    }
    return Tasks(**columns)


def _with_twins(courses: Courses, chosen: Ints, *, online: bool) -> Courses:
    columns: dict[str, Any] = {}
    for one in fields(courses):
        column = getattr(courses, one.name)
        if one.name != "logged":
            columns[one.name] = np.concatenate((column, column[chosen]))
    columns["online"][len(courses) :] = online
    return replace(courses, **columns)
