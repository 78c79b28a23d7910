"""Who keeps the rules of `mining/rules/book.py`, who breaks them, and of whom it is not known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining.ask import ask, rows
from mining.clocks.clock import between, instants_us, microseconds
from mining.clocks.on_time import on_time_dossiers
from mining.clocks.verdict import OnTimeQuestion
from mining.rules.book import BY_CODE, RULES, Rule, RuleError, RuleQuestion, rule
from mining.slice import scope

Verdict = Literal["broken", "kept", "unknown"]

VERDICTS: tuple[Verdict, ...] = ("broken", "kept", "unknown")

_HOUR_US, _DAY_US, _VIETNAM_US = 3_600_000_000, 24 * 3_600_000_000, 7 * 3_600_000_000
_NONE = np.iinfo(np.int64).min

_FLAGS = {
    "digitised_input_missing": {"flag": "digitised_input", "of_result": False},
    "e_signature_missing": {"flag": "e_signed", "of_result": True},
    "e_result_missing": {"flag": "e_result", "of_result": True},
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """How the dossiers of a procedure and unit keep a rule: broken + kept = checked; unknown ones are not checked."""

    rule: str
    procedure: str
    unit: str | None
    broken: int
    kept: int
    unknown: int

    @property
    def checked(self) -> int:
        """Of how many dossiers the events say whether the rule was kept."""
        return self.broken + self.kept

    @property
    def broken_share(self) -> float | None:
        """The share of the checked dossiers that break the rule; None where none was checked."""
        return self.broken / self.checked if self.checked else None


def check_rules(
    cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, codes: tuple[str, ...] = tuple(BY_CODE)
) -> tuple[RuleRow, ...]:
    """Count who keeps the rules, by rule, procedure and unit, in the order of RULES and then sorted by name.

    Needs the tables of `ingest/catalogue.sql`. A rule without rows is about none of the dossiers.
    """
    for code in codes:
        rule(code)
    return tuple(row for one in RULES if one.code in codes for row in _counted(one.code, judge(cursor, question, one)))


def rule_dossiers(
    cursor: duckdb.DuckDBPyConnection,
    question: RuleQuestion,
    code: str,
    *,
    group: Mapping[str, str | None] | None = None,
    verdict: Verdict | None = "broken",
) -> pa.Table:
    """Return the dossiers behind a figure: those of a `group` (procedure, unit or both) with a verdict; None: all.

    Columns: dossier (text), procedure, unit, verdict, measured (as Rule.measured says, else null); by dossier.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise RuleError(f"the verdict '{verdict}' is not known; write {', '.join(VERDICTS)}")
    found = judge(cursor, question, rule(code))
    for name, value in (group or {}).items():
        found = found.filter(pc.is_null(found[name]) if value is None else pc.equal(found[name], value))
    if verdict is not None:
        found = found.filter(pc.equal(found["verdict"], verdict))
    return found.sort_by("dossier")


def judge(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    """Return the dossiers that a rule is about, with the columns of `rule_dossiers`, in any order."""
    found = _JUDGES[one.question](cursor, question, one)
    verdicts = pc.if_else(pc.fill_null(found["broken"], False), "broken", "kept")
    columns = {
        **{name: found[name] for name in ("dossier", "procedure", "unit")},
        "verdict": pc.if_else(pc.is_null(found["broken"]), "unknown", verdicts),
        "measured": found["measured"],
    }
    return pa.table(columns)


def _counted(code: str, judged: pa.Table) -> list[RuleRow]:
    """Count the verdicts of each procedure and unit."""
    numbers = judged.select(["procedure", "unit"])
    for verdict in VERDICTS:
        numbers = numbers.append_column(verdict, pc.equal(judged["verdict"], verdict).cast(pa.int64()))
    sums = numbers.group_by(["procedure", "unit"]).aggregate([(verdict, "sum") for verdict in VERDICTS])
    found = (
        RuleRow(code, row["procedure"], row["unit"], *(row[f"{verdict}_sum"] for verdict in VERDICTS))
        for row in sums.to_pylist()
    )
    return sorted(found, key=lambda row: (row.procedure, row.unit is None, row.unit or ""))


def _scope(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion) -> dict[str, Any]:
    return {**scope(cursor, question.chosen), "as_of": question.as_of}


def _online_only_intake(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    return ask(cursor, one.question, _scope(cursor, question))


def _flag(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    silence = one.code in question.settings.silence_is_no
    return ask(cursor, one.question, {**_scope(cursor, question), **_FLAGS[one.code], "silence_is_no": silence})


def _supplements(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    most = question.settings.most_supplements
    return ask(cursor, one.question, {**_scope(cursor, question), "most_supplements": most})


def _four_eyes(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    labels = {row["name"]: row["code"] for row in rows(cursor, "all_labels")}
    duties = {"appraising": question.settings.appraising, "approving": question.settings.approving}
    chosen: dict[str, list[int]] = {}
    for name, duty in duties.items():
        chosen[name] = [code for label, code in labels.items() if duty.is_done_by(label)]
        chosen[f"{name}_roles"] = [code for label, code in labels.items() if duty.is_of_role(label)]
    return ask(cursor, one.question, {**_scope(cursor, question), **chosen})


def _online_intakes(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    """Judge the working time from the submission to the first answer, or to `as_of` while there is none."""
    table = ask(cursor, one.question, _scope(cursor, question))
    until = microseconds(question.as_of)
    submitted, answered = instants_us(table["submitted_at"], _NONE), instants_us(table["accepted_at"], until)
    is_waiting = answered >= until
    answered = np.minimum(answered, until)
    known = (submitted != _NONE) & (submitted <= answered) & np.asarray(table["online"])
    waited = np.zeros(len(submitted), np.int64)
    places = np.flatnonzero(known)
    units = table["unit"].take(pa.array(places))
    waited[places] = between(units, submitted[places], answered[places], question.calendars)
    broken = waited > question.settings.acceptance_hours * _HOUR_US
    found = table.select(["dossier", "procedure", "unit"])
    found = found.append_column("broken", pa.array(broken, mask=~known))
    found = found.append_column("measured", pa.array(waited / _HOUR_US, mask=~known))
    return found.filter(pa.array(~(known & is_waiting & ~broken)))  # there is time left to answer


def _apologies(cursor: duckdb.DuckDBPyConnection, question: RuleQuestion, one: Rule) -> pa.Table:
    """Judge the dossiers that are late by the first promise, moved by the time that the clock stood still."""
    asked = OnTimeQuestion(as_of=question.as_of, chosen=question.chosen, convention="C")
    table = on_time_dossiers(cursor, asked, question.calendars, "log_based")
    due, finished = instants_us(table["due_at"], _NONE), instants_us(table["finished_at"], _NONE)
    ended = np.where(finished == _NONE, microseconds(question.as_of) - 1, finished)
    late = table.filter(pa.array((due != _NONE) & (_day(ended) > _day(due))))
    said = ask(cursor, one.question)
    is_said = pc.is_in(late["dossier"], value_set=said["dossier"].cast(pa.string()).combine_chunks())
    known = pc.or_(is_said, one.code in question.settings.silence_is_no)
    broken = pc.if_else(known, pc.invert(late["apologised"]), pa.scalar(None, pa.bool_()))
    found = late.select(["dossier", "procedure", "unit"]).append_column("broken", broken)
    return found.append_column("measured", pa.nulls(len(found), pa.float64()))


def _day(instants: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The number of the day in Viet Nam."""
    return (instants + _VIETNAM_US) // _DAY_US


_Judge = Callable[[duckdb.DuckDBPyConnection, RuleQuestion, Rule], pa.Table]

_JUDGES: Mapping[str, _Judge] = {
    "rule_online_only_intake": _online_only_intake,
    "rule_flag": _flag,
    "rule_online_intakes": _online_intakes,
    "rule_apologies": _apologies,
    "rule_supplements": _supplements,
    "rule_four_eyes": _four_eyes,
}
