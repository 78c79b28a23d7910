"""Detects what may have been changed by hand: per kind, the dossiers and, where chance has a say, its part per unit."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mining.ask import ask, rows
from mining.chance import binomial_tail
from mining.clocks.clock import between, instants_us, microseconds
from mining.integrity.arrival import late_events
from mining.integrity.finish_times import Tested, finished_at_period_end, finished_on_due
from mining.integrity.question import IntegrityQuestion
from mining.slice import scope

_HOUR_US = 3_600_000_000
_COLUMNS = ("dossier", "procedure", "unit", "at", "reason", "measured")

UnitDossiers = Mapping[str | None, int]
Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance says of a unit: how many were looked at, how many are usual, and how probable those found are."""

    checked: int
    expected: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Detected:
    """The evidence of a kind, a row per thing found (dossier as text, procedure, unit, at, reason, measured), and what
    chance says per unit; None for kinds that cannot happen by chance."""

    evidence: pa.Table
    chance: Mapping[str | None, Chance] | None = None


def unit_dossiers(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion) -> dict[str | None, int]:
    """Return on how many dossiers each unit worked."""
    return {
        row["unit"]: row["dossiers"] for row in rows(cursor, "integrity_unit_dossiers", scope(cursor, question.chosen))
    }


def detect(
    cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, kind: str, dossiers: UnitDossiers
) -> Detected:
    """Return what is found of a kind; `dossiers` as by `unit_dossiers`."""
    return _DETECTORS[kind](cursor, question, dossiers)


def _due_rewritten(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers) -> Detected:
    """Leave out due dates that had not passed yet, because the clock stood still for so long before."""
    found = ask(cursor, "integrity_late_promises", _scope(cursor, question))
    with _registered(cursor, "late_promise", found):
        stops = ask(cursor, "integrity_promise_stops")
    number = np.asarray(stops["number"]).astype(np.int64)
    starts, ends = instants_us(stops["from_at"]), instants_us(stops["to_at"])
    units = found["own_unit"].take(pa.array(number))
    stood = np.bincount(number, between(units, starts, ends, question.calendars), found.num_rows).astype(np.int64)
    elapsed = np.bincount(number, ends - starts, found.num_rows).astype(np.int64)
    said, due = instants_us(found["said_at"]), instants_us(found["previous_due_at"])
    extended = due + elapsed
    for time, own in question.calendars.numbered(found["own_unit"]):
        extended[own] = np.maximum(extended[own], time.add_us(due[own], stood[own]))
    evidence = {
        **{name: found[name] for name in ("dossier", "procedure", "unit")},
        "at": found["said_at"],
        "reason": found["kind"],
        "measured": pa.array((said - extended) / _HOUR_US),
    }
    return Detected(pa.table(evidence).filter(pa.array(said >= extended)))


def _finish_reset(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers) -> Detected:
    return Detected(ask(cursor, "integrity_finish_resets", _scope(cursor, question)))


def _finish_on_due(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers) -> Detected:
    finishes = ask(cursor, "integrity_finishes", _scope(cursor, question))
    tested = finished_on_due(finishes, question.settings.least_chance)
    return _tested(finishes, tested, "finish and due date are the same second")


def _period_end(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers) -> Detected:
    finishes = ask(cursor, "integrity_finishes", _scope(cursor, question))
    settings = question.settings
    tested = finished_at_period_end(
        finishes,
        question.calendars,
        window_hours=settings.window_hours,
        months=1 if settings.period == "month" else 3,
        until_us=microseconds(question.as_of),
    )
    return _tested(finishes, tested, f"finished in the last working hours of the {settings.period}")


def _back_dated(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers) -> Detected:
    """Test the dossiers with late events against the rate that is usual among the units, by events."""
    late = late_events(cursor, question.settings.arrival)
    asked = _scope(cursor, question)
    with _registered(cursor, "late_event", late):
        evidence = ask(cursor, "integrity_late_events", asked)
    of_unit = _dossiers_by_unit(evidence)
    sent = rows(cursor, "integrity_unit_events", asked)
    units = [row["unit"] for row in sent]
    tried = np.array([row["dossiers"] for row in sent], np.int64)
    found = np.array([of_unit.get(unit, 0) for unit in units], np.int64)
    usual = _usual_share(found, tried, np.array([row["events"] for row in sent]), question.settings.late_share)
    p_value = binomial_tail(found, tried, usual)
    chance = zip(tried.tolist(), (tried * usual).tolist(), p_value.tolist(), strict=True)
    return Detected(evidence, dict(zip(units, (Chance(*row) for row in chance), strict=True)))


def _usual_share(found: Integers, tried: Integers, events: Integers, bounds: tuple[float, float]) -> Numbers:
    """Which share of a unit's dossiers would have late events at the median rate of the units, by its events each."""
    if not len(found):
        return np.zeros(0)
    each = events / tried
    rate = np.median(-np.log1p(-np.minimum(found / tried, 1 - 1e-9)) / each)
    return np.clip(-np.expm1(-rate * each), *bounds)


def _within_a_minute(
    cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers
) -> Detected:
    settings = question.settings
    asked = {"seconds": settings.swift_seconds, "least_steps": settings.least_steps}
    return Detected(ask(cursor, "integrity_within_seconds", {**_scope(cursor, question), **asked}))


def _impossible_order(
    cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion, dossiers: UnitDossiers
) -> Detected:
    labels = {row["name"]: row["code"] for row in rows(cursor, "all_labels")}
    duties = {"asking": question.settings.asking, "answering": question.settings.answering}
    chosen = {name: [labels[label] for label in labels if duty.is_done_by(label)] for name, duty in duties.items()}
    return Detected(ask(cursor, "integrity_impossible_orders", {**_scope(cursor, question), **chosen}))


def _tested(finishes: pa.Table, tested: Tested, reason: str) -> Detected:
    found = finishes.take(pa.array(tested.places))
    evidence = {
        **{name: found[name] for name in ("dossier", "procedure", "unit")},
        "at": found["finished_at"],
        "reason": pa.array([reason]).take(pa.array(np.zeros(len(found), np.int64))),
        "measured": pa.nulls(len(found), pa.float64()),
    }
    numbers = zip(tested.checked.tolist(), tested.expected.tolist(), tested.p_value.tolist(), strict=True)
    return Detected(pa.table(evidence), dict(zip(tested.units, (Chance(*row) for row in numbers), strict=True)))


def _dossiers_by_unit(evidence: pa.Table) -> dict[str | None, int]:
    counts = evidence.group_by("unit").aggregate([("dossier", "count_distinct")])
    return dict(zip(counts["unit"].to_pylist(), counts["dossier_count_distinct"].to_pylist(), strict=True))


def _scope(cursor: duckdb.DuckDBPyConnection, question: IntegrityQuestion) -> dict[str, Any]:
    return {**scope(cursor, question.chosen), "as_of": question.as_of}


@contextmanager
def _registered(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    cursor.register(name, table)
    try:
        yield
    finally:
        cursor.unregister(name)


_Detector = Callable[[duckdb.DuckDBPyConnection, IntegrityQuestion, UnitDossiers], Detected]

_DETECTORS: Mapping[str, _Detector] = {
    "due_rewritten": _due_rewritten,
    "finish_reset": _finish_reset,
    "finish_on_due": _finish_on_due,
    "back_dated": _back_dated,
    "period_end": _period_end,
    "within_a_minute": _within_a_minute,
    "impossible_order": _impossible_order,
}
