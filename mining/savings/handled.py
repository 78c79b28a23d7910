"""The dossiers of the log as the account compares them: who bound by which process, how long, in which unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining.ask import ask, rows
from mining.clocks.clock import Calendars, held_times, instants_us
from mining.savings.nominal import Catalogue, Change, Line, Stretch, consecutive
from mining.slice import Slice

_HOUR_US = 3.6e9
_EPOCH = date(1970, 1, 1)
_DAYS = 100_000
"""More days than any calendar has: a line and a day make one number."""

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Units by number: `names` as the account shows them, their level (1: nothing above) and what a merger changed.

    `merged` says for a unit that was taken over by which it was; its dossiers count with those of that unit.
    """

    names: tuple[str | None, ...]
    levels: tuple[str | None, ...]
    merged: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What applies where: a place is a stretch of days of a line, by number.

    `level` numbers the line together with the version before the changes of the question, `change` the change of the
    version that applies, -1 for none. `of` finds the place of a cohort and a day.
    """

    keys: Codes
    level: Codes
    change: Codes
    line_of_cohort: Codes
    outside: int

    def of(self, cohort: Codes, day: Codes) -> tuple[Codes, Codes]:
        """Return level and change for dossiers of cohorts taken in on days (since 1970)."""
        line = self.line_of_cohort[cohort]
        place = np.searchsorted(self.keys, line * _DAYS + day, "right") - 1
        known = (place >= 0) & (self.keys[place] // _DAYS == line) & (line >= 0)
        level = np.where(known, self.level[place], self.outside + cohort)
        return level, np.where(known, self.change[place], -1)


@dataclass(frozen=True, slots=True, eq=False)
class Handled:
    """Dossiers taken in before `as_of` and neither refused nor withdrawn by then, in the order of their identifiers.

    Columns of `dossiers`: dossier, line, procedure and unit (numbers; units by their place in `units`), channel, field,
    accepted_at, finished_at (null: open), hours (of the agency, working), citizen_hours, finished, change (null: none),
    supplements, cohort (its place in `cohorts`). `unit_of_cohort` has the unit of each cohort by number.
    """

    dossiers: pa.Table
    places: Places
    units: Units
    cohorts: pa.Table
    unit_of_cohort: Codes


def read_handled(
    cursor: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    found: Sequence[Change],
    calendars: Calendars,
    as_of: datetime,
) -> Handled:
    """Read every dossier that was accepted before `as_of`, and what is known of it then."""
    cohorts = ask(cursor, "savings_cohorts")
    places = _places(catalogue, found, cohorts)
    units, unit_of_cohort = _units(cursor, cohorts, as_of.date())
    table = ask(cursor, "savings_dossiers", {"as_of": as_of})
    finished = pc.less(pc.fill_null(table["finished_at"], as_of), as_of)
    dropped = pc.and_(finished, pc.invert(pc.equal(table["finish_kind"], "finished")))
    table = table.append_column("finished", finished).filter(pc.invert(dropped))
    held = held_times(cursor, Slice(), calendars, as_of)
    own = pc.index_in(table["dossier"], value_set=held["dossier"].combine_chunks())
    table = table.filter(pc.is_valid(own))
    held = held.take(own.drop_null())
    cohort = _number(cohorts["cohort"], table["cohort"])
    level, change = places.of(cohort, day_numbers(table["intake_date"]))
    columns = {
        "dossier": table["dossier"],
        "line": pa.array(level),
        "procedure": cohorts["procedure"].combine_chunks().dictionary_encode().indices.take(pa.array(cohort)),
        "channel": cohorts["channel"].take(pa.array(cohort)),
        "unit": pa.array(unit_of_cohort[cohort]),
        "field": cohorts["field"].take(pa.array(cohort)),
        "accepted_at": table["accepted_at"],
        "finished_at": pc.if_else(table["finished"], table["finished_at"], None),
        "hours": pa.array(np.asarray(held["agency_working_us"]) / _HOUR_US),
        "citizen_hours": pa.array(np.asarray(held["citizen_working_us"]) / _HOUR_US),
        "finished": table["finished"],
        "change": pa.array(change, mask=change < 0),
        "supplements": table["supplements"],
        "cohort": pa.array(cohort),
    }
    return Handled(pa.table(columns), places, units, cohorts, unit_of_cohort)


def day_numbers(days: pa.ChunkedArray) -> Codes:
    """Return dates as days since 1970."""
    return np.asarray(days.cast(pa.int32())).astype(np.int64)


def months(accepted_at: pa.ChunkedArray) -> pa.Array:
    """Return the month of each instant in Viet Nam, as 2024-05."""
    local = (instants_us(accepted_at) + 7 * 3_600_000_000) // (24 * 3_600_000_000)
    month = local.astype("datetime64[D]").astype("datetime64[M]")
    names, number = np.unique(month, return_inverse=True)
    texts = pa.array(np.datetime_as_string(names).tolist(), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(number), texts).cast(pa.string())


def _places(catalogue: Catalogue, found: Sequence[Change], cohorts: pa.Table) -> Places:
    """Lay out the stretches of all lines, and number the levels that dossiers of them are compared at."""
    numbers = {(one.new.process_key, one.old.process_key): place for place, one in enumerate(found) if one.old}
    keys: list[int] = []
    level: list[int] = []
    change: list[int] = []
    line_numbers: dict[Line, int] = {}
    for line, course in catalogue.courses.items():
        line_numbers[line] = len(line_numbers)
        for stretch, base, own in _compared(course, numbers):
            keys.append(line_numbers[line] * _DAYS + (stretch.since - _EPOCH).days)
            level.append(base)
            change.append(own)
    said = zip(*(cohorts[name].to_pylist() for name in ("procedure", "case_variant", "channel")), strict=True)
    of_cohort = np.array([line_numbers.get(line, -1) for line in said], np.int64)
    distinct = {pair: number for number, pair in enumerate(dict.fromkeys(zip(_lines(keys), level, strict=True)))}
    numbered = [distinct[pair] for pair in zip(_lines(keys), level, strict=True)]
    return Places(
        np.array(keys or [-1], np.int64),
        np.array(numbered or [0], np.int64),
        np.array(change or [-1], np.int64),
        of_cohort,
        len(distinct),
    )


def _lines(keys: Sequence[int]) -> list[int]:
    return [key // _DAYS for key in keys]


def _compared(course: Sequence[Stretch], numbers: Mapping[tuple[str, str], int]) -> list[tuple[Stretch, int, int]]:
    """Return for each stretch of a line at which of its levels it is compared, and the number of its change."""
    before = {stretch.since: previous for stretch, previous in consecutive(course)}
    found: list[tuple[Stretch, int, int]] = []
    levels: dict[str | None, int] = {}
    changed_from: str | None = None
    for stretch in course:
        previous = before.get(stretch.since)
        own = numbers.get((stretch.process_key or "", previous or ""), -1)
        if own >= 0 and changed_from is None:
            changed_from = previous
        base = changed_from if own >= 0 else stretch.process_key
        found.append((stretch, levels.setdefault(base, len(levels)), own))
    return found


def _units(cursor: duckdb.DuckDBPyConnection, cohorts: pa.Table, today: date) -> tuple[Units, Codes]:
    """Number the units of the cohorts, those that were taken over as their successors."""
    known = {row["code"]: row for row in rows(cursor, "savings_units")}
    merged: dict[str, str] = {}
    names: dict[str | None, int] = {}
    numbers = []
    for unit, code in zip(cohorts["unit"].to_pylist(), cohorts["unit_code"].to_pylist(), strict=True):
        last = _successor(code, known, today) if code else unit
        if last != code and code:
            merged[code] = last
        numbers.append(names.setdefault(last, len(names)))
    levels = tuple(_level(name, known) for name in names)
    return Units(tuple(names), levels, merged), np.array(numbers, np.int64)


def _successor(code: str, known: Mapping[str, Mapping[str, object]], today: date) -> str:
    """Return the unit that has the work of a unit now; a chain that leads back ends where it began."""
    seen = [code]
    while (row := known.get(seen[-1])) and row["successor"] and _over(row["valid_to"], today):
        following = str(row["successor"])
        if following in seen:
            return code
        seen.append(following)
    return seen[-1]


def _over(valid_to: object, today: date) -> bool:
    return not isinstance(valid_to, date) or valid_to < today


def _level(name: str | None, known: Mapping[str, Mapping[str, object]]) -> str | None:
    """Return how many units, itself included, stand from a unit up; None for one that the catalogue does not know."""
    seen: list[str] = []
    at: object = name
    while isinstance(at, str) and at in known and at not in seen:
        seen.append(at)
        at = known[at]["parent"]
    return str(len(seen)) if seen else None


def _number(values: pa.ChunkedArray, column: pa.ChunkedArray) -> Codes:
    return np.asarray(pc.index_in(column, value_set=values.combine_chunks())).astype(np.int64)
