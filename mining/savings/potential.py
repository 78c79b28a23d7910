"""What could still be saved: the potential of an account, by procedure and in all, overlaps counted once."""

from dataclasses import replace

import numpy as np

from mining.opportunities.values import Opportunities
from mining.savings.evidence import Evidence
from mining.savings.figures import Account, Potential
from mining.savings.question import Question
from mining.savings.study import Codes, Mask

_ELSEWHERE = -1


def with_potential(account: Account, known: Evidence, found: Opportunities) -> Account:
    """Return an account with the potential of what it is about: its filters choose procedures and dossiers.

    `found` are the opportunities of the whole store; the days on which versions came into force choose none of them.
    """
    codes, wanted = _procedures(known), _wanted(known, account.question)
    if account.question.verdict is not None:
        shown = {row.procedure for row in account.procedures}
        wanted &= np.array([code in shown for code in codes], np.bool_)
    names = sorted({code for code, is_wanted in zip(codes, wanted.tolist(), strict=True) if is_wanted})
    place = {name: number for number, name in enumerate(names)}
    of_cohort = np.array([place.get(code, _ELSEWHERE) for code in codes], np.int64)
    group = np.where(wanted, of_cohort, _ELSEWHERE)
    cohorts = np.asarray(known.handled.cohorts["cohort"]).astype(np.int64)
    group = np.append(group, _ELSEWHERE)[_places(cohorts, found.spent.cohort)]
    groups = [group[np.searchsorted(found.spent.dossier, row.claim.dossier)] for row in found.rows]
    claims = [row.claim for row in found.rows]
    hours = found.scale.grouped(claims, groups, len(names))
    (whole,) = found.scale.grouped(claims, [np.where(one >= 0, 0, one) for one in groups], 1)
    return replace(account, potential=Potential(whole=whole, procedures=dict(zip(names, hours, strict=True))))


def _procedures(known: Evidence) -> list[str]:
    """The procedure of each cohort, by the code that its processes were approved for where one was changed."""
    changed = {one.new.process_key: one.new.procedure for one in known.changes}
    approved = {
        procedure: changed[stretch.process_key]
        for (procedure, _, _), course in known.catalogue.courses.items()
        for stretch in course
        if stretch.process_key in changed
    }
    return [approved.get(code, code) for code in known.handled.cohorts["procedure"].to_pylist()]


def _wanted(known: Evidence, question: Question) -> Mask:
    """Which cohorts the filters of a question choose."""
    handled, units = known.handled, known.handled.units
    columns = {
        "procedure": _procedures(known),
        "field": handled.cohorts["field"].to_pylist(),
        "unit": [units.names[unit] for unit in handled.unit_of_cohort.tolist()],
        "level": [units.levels[unit] for unit in handled.unit_of_cohort.tolist()],
    }
    wanted = np.ones(handled.cohorts.num_rows, np.bool_)
    for name, values in columns.items():
        chosen = getattr(question, name)
        if chosen is not None:
            wanted &= np.array([value == chosen for value in values], np.bool_)
    return wanted


def _places(ordered: Codes, asked: Codes) -> Codes:
    """Where each number stands among ordered ones; where it does not, the place after the last."""
    place = np.searchsorted(ordered, asked)
    inside = np.minimum(place, max(len(ordered) - 1, 0))
    return np.where(ordered[inside] == asked, inside, len(ordered)) if len(ordered) else np.zeros(len(asked), np.int64)
