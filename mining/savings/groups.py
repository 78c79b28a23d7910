"""Into which groups the dossiers under a change are put, and how many are in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.sparse import coo_array, csr_array

from mining.savings.effect import Grouping
from mining.savings.evidence import Evidence
from mining.savings.handled import months
from mining.savings.nominal import NOTHING, Change
from mining.savings.question import Question
from mining.savings.study import Codes, Mask

SUMS = ("field", "level", "unit", "month")


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A grouping with the names of its groups, in order."""

    names: tuple[str | None, ...]
    grouping: Grouping


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The dossiers under the `chosen` changes (by number) that a question is about, in groups.

    `procedures` are the codes of the chosen procedures; `procedure_of` gives each change its place among them, -1
    for a change that is not chosen.
    """

    own: Mask
    chosen: tuple[int, ...]
    procedures: tuple[str, ...]
    procedure_of: Codes
    by_change: Grouping
    by_procedure: Grouping
    total: Grouping
    sums: dict[str, Named]


def groups_of(evidence: Evidence, question: Question, procedures: frozenset[str] | None = None) -> Groups:
    """Group the dossiers that a question is about; `procedures` narrows its changes down to those."""
    change = evidence.effect.study.change
    of_unit = _of_unit(evidence, question)
    with_dossiers = np.bincount(change[(change >= 0) & of_unit], minlength=len(evidence.changes)) > 0
    chosen = tuple(
        number
        for number, one in enumerate(evidence.changes)
        if _asked(one, question)
        and (procedures is None or one.new.procedure in procedures)
        and (not question.by_dossier or with_dossiers[number])
    )
    codes = tuple(dict.fromkeys(evidence.changes[number].new.procedure for number in chosen))
    procedure_of = np.full(len(evidence.changes) + 1, -1, np.int64)
    place = {code: number for number, code in enumerate(codes)}
    for number in chosen:
        procedure_of[number] = place[evidence.changes[number].new.procedure]
    own = (change >= 0) & of_unit & (procedure_of[change] >= 0)
    return Groups(
        own=own,
        chosen=chosen,
        procedures=codes,
        procedure_of=procedure_of[:-1],
        by_change=Grouping(np.where(own, change, -1), len(evidence.changes)),
        by_procedure=Grouping(np.where(own, procedure_of[change], -1), len(codes)),
        total=Grouping(np.where(own, 0, -1), 1),
        sums=_sums(evidence, own),
    )


def counts(grouping: Grouping, mask: Mask) -> Codes:
    """Count the dossiers of each group that a mask marks."""
    kept = grouping.codes[mask & (grouping.codes >= 0)]
    return np.bincount(kept, minlength=grouping.size).astype(np.int64)


def lines_of(evidence: Evidence, grouping: Grouping) -> csr_array:
    """Return with which lines each group of dossiers under a change is compared: 1 in the row of the group."""
    study, group = evidence.effect.study, grouping.codes
    own = evidence.effect.compared & (group >= 0)
    pairs = np.unique(np.stack([group[own], study.line[own]]), axis=1)
    shape = (grouping.size, int(study.line.max(initial=-1)) + 1)
    return csr_array(coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape))


def volumes(evidence: Evidence, grouping: Grouping) -> list[Decimal]:
    """Return for each group the sum of what the limits promised its dossiers, exactly.

    A dossier under a version that replaced another new one was promised both cuts.
    """
    promised = [promised_cut(evidence.changes, change) for change in evidence.changes]
    change, found = evidence.effect.study.change, [NOTHING] * grouping.size
    rows = np.flatnonzero((grouping.codes >= 0) & (change >= 0))
    pairs = grouping.codes[rows] * max(len(promised), 1) + change[rows]
    for pair, dossiers in zip(*(part.tolist() for part in np.unique(pairs, return_counts=True)), strict=True):
        group, number = divmod(pair, len(promised))
        found[group] += dossiers * promised[number]
    return found


def promised_cut(changes: Sequence[Change], change: Change) -> Decimal:
    """Return the limit before the changes minus the limit of a change; 0 where they cannot be compared."""
    before = {one.new.process_key: one for one in changes if one.old}
    cut, seen = NOTHING, set[str]()
    at: Change | None = change
    while at and at.old and at.new.process_key not in seen:
        seen.add(at.new.process_key)
        cut += at.cut_hours or NOTHING
        at = before.get(at.old.process_key)
    return cut


def _asked(change: Change, question: Question) -> bool:
    return (question.procedure is None or change.new.procedure == question.procedure) and (
        question.field is None or change.new.field == question.field
    )


def _of_unit(evidence: Evidence, question: Question) -> Mask:
    units = evidence.handled.units
    wanted = [
        (question.unit is None or name == question.unit) and (question.level is None or level == question.level)
        for name, level in zip(units.names, units.levels, strict=True)
    ]
    return np.asarray(np.array(wanted or [True], np.bool_)[np.asarray(evidence.handled.dossiers["unit"])])


def _sums(evidence: Evidence, own: Mask) -> dict[str, Named]:
    handled, change = evidence.handled, evidence.effect.study.change
    unit = np.asarray(handled.dossiers["unit"])
    month = months(handled.dossiers["accepted_at"]).dictionary_encode()
    fields = [one.new.field for one in evidence.changes]
    return {
        "field": _named(fields or [None], change, own),
        "level": _named(handled.units.levels or [None], unit, own),
        "unit": _named(handled.units.names or [None], unit, own),
        "month": _named(month.dictionary.to_pylist() or [None], np.asarray(month.indices), own),
    }


def _named(names: Sequence[str | None], column: Codes, own: Mask) -> Named:
    """Number the names that occur among the dossiers asked for, sorted, those without a name last."""
    used = {names[number] for number in np.unique(column[own]).tolist()}
    ordered = tuple(sorted(used, key=lambda name: (name is None, name or "")))
    place = {name: number for number, name in enumerate(ordered)}
    numbers = np.array([place.get(name, -1) for name in names], np.int64)
    return Named(ordered, Grouping(np.where(own, numbers[column], -1), len(ordered)))
