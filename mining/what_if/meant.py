"""What of a model a change means by its names; a name that does not occur is an error that lists some that do."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mining.waiting.ranges import Ints, Mask
from mining.waiting.steps import NONE
from mining.what_if import WhatIfError
from mining.what_if.model import Model


def about(model: Model, procedures: Sequence[str], units: Sequence[str]) -> Model:
    """Return the model that counts the dossiers of some procedures and units only; of all where none is named."""
    chosen = np.ones(len(model.courses), np.bool_)
    for names, column, what in ((procedures, "procedure", "procedure"), (units, "unit", "unit")):
        if names:
            codes = [code_of(model, name, what) for name in names]
            chosen &= np.isin(getattr(model.courses, column), codes)
    counted = chosen & (model.courses.arrival_us >= model.span.from_us)
    counted &= model.courses.arrival_us < model.span.known_to_us
    if not counted.any():
        raise WhatIfError("no dossier of these procedures and units counts; name others, or read in a longer log")
    return replace(model, courses=replace(model.courses, measured=chosen))


def rows_of(model: Model, activity: str | None, procedure: str | None = None, unit: str | None = None) -> Mask:
    """Return which tasks are of an activity, of the dossiers of a procedure, and done in a unit; None: of any."""
    tasks = model.tasks
    rows = np.ones(len(tasks), np.bool_)
    if activity is not None:
        rows &= tasks.activity == code_of(model, activity, "step")
    if procedure is not None:
        rows &= (model.courses.procedure == procedure_code(model, procedure))[tasks.course]
    if unit is not None:
        rows &= tasks.unit == code_of(model, unit, "unit")
    if not rows.any():
        raise WhatIfError(f"no dossier of that procedure has the step '{activity}' in that unit; check the names")
    return rows


def desks_of_role(model: Model, unit: str | None, role: str) -> list[int]:
    """Return the desks of a role, or of roles with " + " between, in a unit or in all."""
    named = (role, *role.split(" + "))
    own = [
        number
        for number, desk in enumerate(model.desks)
        if unit in (None, desk.unit) and any(one in desk.roles for one in named)
    ]
    if own:
        return own
    roles = sorted({one for desk in model.desks if unit in (None, desk.unit) for one in desk.roles})
    if roles:
        raise WhatIfError(f"nobody is '{role}' there; the log has {', '.join(roles[:20])}")
    raise WhatIfError(f"no officer of the unit '{unit}' is in the log; {known_units(model)}")


def procedure_code(model: Model, procedure: str | None) -> int:
    """Return the code of a procedure, NONE for all."""
    return NONE if procedure is None else code_of(model, procedure, "procedure")


def code_of(model: Model, name: str, what: str) -> int:
    """Return the code of a procedure, unit or step; raises WhatIfError for one that does not occur."""
    code = model.code(name)
    columns: dict[str, Callable[[], Ints]] = {
        "procedure": lambda: model.courses.procedure,
        "unit": lambda: np.append(model.courses.unit, model.tasks.unit),
        "step": lambda: model.tasks.activity,
    }
    if code == NONE or not (columns[what]() == code).any():
        known = np.unique(columns[what]())
        some = ", ".join(str(model.name(one)) for one in known[known != NONE][:10])
        raise WhatIfError(f"the log has no {what} '{name}'; it has {some}{' ...' if len(known) > 10 else ''}")
    return code


def known_units(model: Model) -> str:
    """Say which units have officers."""
    units = sorted({desk.unit for desk in model.desks if desk.unit is not None})
    return f"it has {', '.join(units[:10])}{' ...' if len(units) > 10 else ''}"
