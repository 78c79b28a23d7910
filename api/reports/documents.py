"""Turns accounts into documents."""

from collections.abc import Sequence
from typing import Any

from api.reports import answers
from api.reports.headline import headline
from api.settings import Language
from api.wording import Wording
from mining.savings.figures import Account, Interval, ProcedureRow, ProcessRow, Realised, SumRow
from mining.savings.judgement import Reason

_VI, _EN = Wording(Language.VI), Wording(Language.EN)


def time_saved(account: Account, rows: Sequence[ProcedureRow], following: str | None) -> answers.TimeSaved:
    """Return the report of an account with some of its procedures; `following` leads to those after them."""
    nominal, cuts = account.nominal, account.nominal.cuts
    return answers.TimeSaved(
        **head(account),
        procedures=nominal.procedures,
        changed=nominal.changed,
        reengineered=nominal.reengineered,
        nominal_hours=float(cuts.hours),
        shortened_hours=float(cuts.shortened_hours),
        lengthened_hours=float(cuts.lengthened_hours),
        calendar_days=float(cuts.calendar_days),
        mean_percent=nominal.mean_percent,
        weighted_percent=nominal.weighted_percent,
        volume_hours=float(account.realised.volume_hours),
        realised_hours=answers.Estimate.model_validate(account.realised.hours),
        realised=_realised(account.realised),
        potential_hours_a_year=_potential(account),
        verdicts={str(verdict): count for verdict, count in account.verdicts.items()},
        sums={name: [_sum(row) for row in found] for name, found in account.sums.items()},
        warnings=list(account.warnings),
        total=len(account.procedures),
        per_procedure=[saved_procedure(row, account) for row in rows],
        next=following,
    )


def procedure_savings(account: Account, procedure: str) -> answers.ProcedureSavings:
    """Return what the changes of one procedure saved, from an account of it alone."""
    return answers.ProcedureSavings(
        **head(account),
        procedure=procedure,
        potential_hours_a_year=_potential(account),
        of=saved_procedure(account.procedures[0], account) if account.procedures else None,
        processes=[saved_process(row) for row in account.processes],
        months=[_sum(row) for row in account.sums["month"]],
    )


def head(account: Account) -> dict[str, Any]:
    """Return what an account is about and rests on."""
    asked = account.question
    return {
        "headline": answers.InWords(vi=headline(account, _VI), en=headline(account, _EN)),
        "as_of": asked.as_of,
        "changed_from": asked.changed_from,
        "changed_to": asked.changed_to,
        "calendar_versions": list(account.calendar_versions),
        "seed": asked.bootstrap.seed,
        "replicates": asked.bootstrap.replicates,
    }


def saved_procedure(row: ProcedureRow, account: Account) -> answers.SavedProcedure:
    """Return what a procedure of an account saved, and what could be saved in it."""
    return answers.SavedProcedure(
        **_saved_by(row),
        procedure=row.procedure,
        name=row.name,
        field=row.field,
        nominal_hours=float(row.cuts.hours),
        old_hours=float(row.cuts.old_hours),
        nominal_percent=row.cuts.percent,
        reengineered=row.cuts.reengineered,
        calendar_days=float(row.cuts.calendar_days),
        changes=len(row.changes),
        potential_hours_a_year=_potential(account, row.procedure),
    )


def saved_process(row: ProcessRow) -> answers.SavedProcess:
    """Return what a version saved."""
    new, old, cut = row.change.new, row.change.old, row.change.cut_hours
    before = old.limit.hours if old else None
    return answers.SavedProcess(
        **_saved_by(row),
        procedure=new.procedure,
        name=new.name,
        field=new.field,
        nominal_hours=None if cut is None else float(cut),
        old_hours=None if before is None else float(before),
        nominal_percent=float(100 * cut / before) if cut is not None and before else None,
        process_key=new.process_key,
        process_version=new.version,
        previous_version=old.version if old else None,
        case_variant=new.case_variant,
        channel=new.channel,
        decision=new.decision,
        effective_from=row.change.since,
        kind=row.change.kind,
    )


def _saved_by(row: ProcedureRow | ProcessRow) -> dict[str, Any]:
    return {
        "realised": _realised(row.realised),
        "before": answers.Side.model_validate(row.sides.before),
        "after": answers.Side.model_validate(row.sides.after),
        "verdict": row.verdict,
        "reason": _words(row.reason),
        "warnings": list(row.warnings),
    }


def potential_of(account: Account, procedure: str) -> Interval | None:
    """Return the potential of a procedure of an account; a procedure without dossiers has none to save."""
    if account.potential is None:
        return None
    return account.potential.procedures.get(procedure, Interval(0.0, None, None))


def _potential(account: Account, procedure: str | None = None) -> answers.Estimate | None:
    whole = account.potential and account.potential.whole
    found = whole if procedure is None else potential_of(account, procedure)
    return answers.Estimate.model_validate(found) if found else None


def _realised(found: Realised) -> answers.Realised:
    return answers.Realised.model_validate(found)


def _sum(row: SumRow) -> answers.SavedSum:
    return answers.SavedSum(
        name=row.name,
        nominal_hours=None if row.nominal_hours is None else float(row.nominal_hours),
        realised=_realised(row.realised),
    )


def _words(reason: Reason) -> answers.InWords:
    return answers.InWords(vi=reason.text("vi"), en=reason.text("en"))
