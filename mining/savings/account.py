"""The time-saved account: nominal, nominal x volume and realised hours per process, per procedure and in sums.

Nominal is what the catalogue promises, realised what the log shows; they stand side by side everywhere. The same store
gives the same figures to the last digit.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import duckdb
import numpy as np

from mining.clocks.clock import Calendars
from mining.savings.effect import Grouping, Saved, saved
from mining.savings.evidence import Evidence, evidence
from mining.savings.figures import Account, Interval, ProcedureRow, ProcessRow, Realised, SumRow
from mining.savings.groups import Groups, counts, groups_of, volumes
from mining.savings.judgement import VERDICTS, Grounds, judged
from mining.savings.nominal import NOTHING, Change, Cuts, nominal
from mining.savings.question import Question
from mining.savings.remarks import account_warnings, process_warnings
from mining.savings.sides import sides

_LEAST_CLUSTERS = 2


def account(cursor: duckdb.DuckDBPyConnection, question: Question, calendars: Calendars) -> Account:
    """Compute the account of a question; see `account_of` for several questions on the same evidence."""
    return account_of(evidence(cursor, question.basis, calendars), question)


def account_of(known: Evidence, question: Question) -> Account:
    """Compute the account of a question from evidence that was read for its basis."""
    groups = groups_of(known, question)
    if question.verdict:
        rows = _procedures(known, groups, question, _Sums(known, groups, question))
        wanted = frozenset(row.procedure for row in rows if row.verdict == question.verdict)
        groups = groups_of(known, question, wanted)
    sums = _Sums(known, groups, question)
    procedures = _procedures(known, groups, question, sums)
    counted = Counter(row.verdict for row in procedures)
    return Account(
        question=question,
        nominal=nominal(known.catalogue, [known.changes[number] for number in groups.chosen]),
        realised=sums.total[0],
        procedures=procedures,
        processes=_processes(known, groups, question, sums),
        sums={name: _sum_rows(known, groups, sums, name) for name in groups.sums},
        verdicts={verdict: counted[verdict] for verdict in VERDICTS},
        warnings=account_warnings(known, groups),
        calendar_versions=known.calendar_versions,
    )


class _Sums:
    """The realised figures of every group of a question."""

    def __init__(self, known: Evidence, groups: Groups, question: Question) -> None:
        named = {name: one.grouping for name, one in groups.sums.items()}
        groupings = [groups.total, groups.by_procedure, groups.by_change, *named.values()]
        answers = saved(known.effect, groupings, question.bootstrap)
        found = [_realised(known, group, one) for group, one in zip(groupings, answers, strict=True)]
        self.total, self.by_procedure, self.by_change = found[:3]
        self.procedure_clusters, self.change_clusters = answers[1].clusters, answers[2].clusters
        self.named = dict(zip(named, found[3:], strict=True))


def _realised(known: Evidence, grouping: Grouping, answer: Saved) -> list[Realised]:
    """Turn the sums of a grouping into figures."""
    taken_in = counts(grouping, known.effect.study.change >= 0)
    finished = counts(grouping, known.effect.compared & known.effect.study.finished)
    volume = volumes(known, grouping)
    found = []
    for number in range(grouping.size):
        compared = int(answer.dossiers[number])
        sure = answer.clusters[number] >= _LEAST_CLUSTERS
        expected, taken = float(answer.expected[number]), float(answer.taken[number])
        low, high = (float(one[number]) if sure else None for one in (answer.low, answer.high))
        each = max(compared, 1)
        found.append(
            Realised(
                taken_in=int(taken_in[number]),
                compared=compared,
                finished=int(finished[number]),
                before=int(answer.before[number]),
                expected_hours=expected / each if compared else None,
                taken_hours=taken / each if compared else None,
                per_dossier=Interval((expected - taken) / each, *(_each(one, each) for one in (low, high)))
                if compared
                else None,
                hours=Interval(expected - taken, low, high),
                volume_hours=volume[number],
            )
        )
    return found


def _each(hours: float | None, dossiers: int) -> float | None:
    return None if hours is None else hours / dossiers


def _grounds(realised: Realised, clusters: int, changes: Sequence[Change]) -> Grounds:
    each = realised.per_dossier
    return Grounds(
        replaces=any(change.old for change in changes),
        taken_in=realised.taken_in,
        compared=realised.compared,
        finished=realised.finished,
        before=realised.before,
        clusters=clusters,
        expected_hours=realised.expected_hours or 0.0,
        saved_hours=each.estimate if each else 0.0,
        low=each.low if each else None,
        high=each.high if each else None,
    )


def _processes(known: Evidence, groups: Groups, question: Question, sums: _Sums) -> tuple[ProcessRow, ...]:
    both = sides(known, groups.by_change, None if question.by_dossier else np.arange(len(known.changes)))
    found = []
    for number in groups.chosen:
        realised = sums.by_change[number]
        grounds = _grounds(realised, int(sums.change_clusters[number]), (known.changes[number],))
        verdict, reason = judged(grounds, question.thresholds)
        found.append(
            ProcessRow(
                change=known.changes[number],
                realised=realised,
                sides=both[number],
                verdict=verdict,
                reason=reason,
                warnings=process_warnings(known, number, realised),
            )
        )
    return tuple(found)


def _procedures(known: Evidence, groups: Groups, question: Question, sums: _Sums) -> tuple[ProcedureRow, ...]:
    both = sides(known, groups.by_procedure, None if question.by_dossier else groups.procedure_of)
    own: list[list[int]] = [[] for _ in groups.procedures]
    for number in groups.chosen:
        own[groups.procedure_of[number]].append(number)
    found = []
    for place, procedure in enumerate(groups.procedures):
        changes = tuple(known.changes[number] for number in own[place])
        realised = sums.by_procedure[place]
        verdict, reason = judged(_grounds(realised, int(sums.procedure_clusters[place]), changes), question.thresholds)
        remarks = [process_warnings(known, number, sums.by_change[number]) for number in own[place]]
        found.append(
            ProcedureRow(
                procedure=procedure,
                name=changes[0].new.name,
                field=changes[0].new.field,
                changes=changes,
                cuts=Cuts.of(changes),
                realised=realised,
                sides=both[place],
                verdict=verdict,
                reason=reason,
                warnings=tuple(dict.fromkeys(remark for some in remarks for remark in some)),
            )
        )
    return tuple(found)


def _sum_rows(known: Evidence, groups: Groups, sums: _Sums, name: str) -> tuple[SumRow, ...]:
    names, figures = groups.sums[name].names, sums.named[name]
    cuts = _cuts_by_field([known.changes[number] for number in groups.chosen]) if name == "field" else None
    if cuts is not None:
        # A field whose changes have no dossier yet has a nominal saving all the same.
        idle = [one for one in sorted(cuts, key=lambda one: (one is None, one or "")) if one not in names]
        figures = [*figures, *([_IDLE] * len(idle))]
        names = (*names, *idle)
    rows = [
        SumRow(name=one, realised=figure, nominal_hours=None if cuts is None else cuts[one])
        for one, figure in zip(names, figures, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.name is None, row.name or "")))


def _cuts_by_field(changes: Sequence[Change]) -> dict[str | None, Decimal]:
    fields: dict[str | None, list[Change]] = {}
    for change in changes:
        fields.setdefault(change.new.field, []).append(change)
    return {name: Cuts.of(own).hours for name, own in fields.items()}


_IDLE = Realised(
    taken_in=0,
    compared=0,
    finished=0,
    before=0,
    expected_hours=None,
    taken_hours=None,
    per_dossier=None,
    hours=Interval(0.0, None, None),
    volume_hours=NOTHING,
)
