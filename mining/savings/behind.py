"""The dossiers behind every figure of the account."""

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining.savings import SavingsError
from mining.savings.account import account_of
from mining.savings.evidence import Evidence
from mining.savings.groups import groups_of
from mining.savings.handled import months
from mining.savings.question import Question
from mining.savings.study import Codes, Mask

BehindSide = Literal["after", "before"]
SIDES: tuple[BehindSide, ...] = ("after", "before")


def dossiers_behind(
    known: Evidence,
    question: Question,
    *,
    process_key: str | None = None,
    month: str | None = None,
    side: BehindSide = "after",
) -> pa.Table:
    """Return the dossiers behind the figures of a question, of one new version, or of one month of intake.

    `after` are those taken in under the new versions: their saved_hours add up to `realised.hours` of the same filters,
    and they are `taken_in`, of which those with `compared` count. `before` are the finished dossiers with which these
    are compared (by all units: `unit` and `level` choose those under the new version). Columns: dossier (text),
    procedure, process_key (of the version that it was handled under; null before), unit, month, accepted_at,
    finished_at (null: open), hours (of the agency so far), expected_hours (without the change), likely_hours (once
    finished), saved_hours (the two last ones' difference; null unless compared), compared; in working hours, by time
    of intake. Raises SavingsError for what is not known.
    """
    if side not in SIDES:
        raise SavingsError(f"the side '{side}' is not known; write {' or '.join(SIDES)}")
    if process_key is not None and all(one.new.process_key != process_key for one in known.changes):
        raise SavingsError(
            f"no version '{process_key}' came into force in the period; see the processes of the account"
        )
    own = groups_of(known, question, _procedures(known, question)).own
    own &= _of_process(known, process_key)
    month_of = months(known.handled.dossiers["accepted_at"])
    if month is not None:
        own &= np.asarray(pc.equal(month_of, month))
    rows = np.flatnonzero(own if side == "after" else _before(known, own))
    table = _table(known, rows, month_of)
    return table.sort_by([("accepted_at", "ascending"), ("dossier", "ascending")])


def _procedures(known: Evidence, question: Question) -> frozenset[str] | None:
    if question.verdict is None:
        return None
    return frozenset(row.procedure for row in account_of(known, question).procedures)


def _of_process(known: Evidence, process_key: str | None) -> Mask:
    change = known.effect.study.change
    wanted = [process_key is None or one.new.process_key == process_key for one in known.changes]
    return np.asarray(np.array([*wanted, False], np.bool_)[change])


def _before(known: Evidence, after: Mask) -> Mask:
    """Return the untreated finished dossiers of the lines of some dossiers under a change."""
    study = known.effect.study
    lines = np.zeros(int(study.line.max(initial=-1)) + 1, np.bool_)
    lines[study.line[after & known.effect.compared]] = True
    return np.asarray((study.change < 0) & study.finished & lines[study.line])


def _table(known: Evidence, rows: Codes, month_of: pa.Array) -> pa.Table:
    effect, dossiers = known.effect, known.handled.dossiers
    taken = dossiers.take(pa.array(rows))
    change, compared = effect.study.change[rows], effect.compared[rows]
    expected, likely = effect.untreated.expected[rows], effect.likely[rows]
    keys = [one.new.process_key for one in known.changes]
    codes = known.handled.cohorts["procedure"].take(taken["cohort"])
    new = [one.new.procedure for one in known.changes]
    columns: dict[str, Any] = {
        "dossier": taken["dossier"],
        "procedure": pc.coalesce(_named(new, change), codes.combine_chunks()),
        "process_key": _named(keys, change),
        "unit": _named(list(known.handled.units.names), np.asarray(taken["unit"])),
        "month": month_of.take(pa.array(rows)),
        "accepted_at": taken["accepted_at"],
        "finished_at": taken["finished_at"],
        "hours": taken["hours"],
        "expected_hours": pa.array(expected),
        "likely_hours": pa.array(likely),
        "saved_hours": pa.array(expected - likely, mask=~compared),
        "compared": pa.array(compared),
    }
    return pa.table(columns)


def _named(names: list[Any], numbers: Codes) -> pa.Array:
    """Turn numbers into names; -1 into none."""
    return pa.array(names, pa.string()).take(pa.array(numbers, mask=numbers < 0))
