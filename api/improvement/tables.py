"""Bottlenecks, workload, hand-overs, units and opportunities as tables: their columns and titles."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from api.settings import Language
from mining.bottlenecks.ranking import LOSING, Bottleneck
from mining.opportunities.values import Opportunity
from mining.savings.figures import Interval
from mining.units_compared.comparison import UnitRow

_TEXT, _NUMBER, _COUNT = pa.string(), pa.float64(), pa.int64()
Columns = tuple[tuple[str, pa.DataType], ...]


class _Keyed(Protocol):
    @property
    def key(self) -> Mapping[str, str | None]: ...


T = TypeVar("T", bound=_Keyed)

TITLES = {
    "bottlenecks": {Language.EN: "Bottlenecks", Language.VI: "Điểm nghẽn"},
    "workload": {Language.EN: "Workload", Language.VI: "Khối lượng công việc"},
    "hand_overs": {Language.EN: "Hand-overs", Language.VI: "Chuyển giao"},
    "units": {Language.EN: "Units compared", Language.VI: "So sánh đơn vị"},
    "opportunities": {Language.EN: "Opportunities", Language.VI: "Cơ hội cải tiến"},
    "dossiers": {Language.EN: "Dossiers", Language.VI: "Hồ sơ"},
}

_YEAR: Columns = tuple((name, _NUMBER) for name in ("hours_a_year", "hours_a_year_low", "hours_a_year_high"))
BOTTLENECK_NUMBERS: Columns = (
    *(("steps", _COUNT), ("dossiers", _COUNT), ("lost_hours", _NUMBER), *_YEAR, ("share", _NUMBER)),
    *((f"{cause}_share", _NUMBER) for cause in LOSING),
    *(("top_cause", _TEXT), ("slope", _NUMBER), ("slope_low", _NUMBER), ("slope_high", _NUMBER)),
    ("estimated_share", _NUMBER),
)
WORKLOAD_NUMBERS: Columns = (
    ("period_start", pa.date32()),
    *((name, _COUNT) for name in ("arrivals", "starts", "completions", "queue", "in_work")),
)
HAND_OVERS = pa.schema(
    [
        *(("source", _TEXT), ("target", _TEXT), ("steps", _COUNT), ("dossiers", _COUNT)),
        *((name, _NUMBER) for name in ("waiting_hours", "elapsed_waiting_hours", "lost_hours_a_year")),
    ]
)
_UNITS = pa.schema(
    [
        *(("procedure", _TEXT), ("unit", _TEXT), ("dossiers", _COUNT)),
        *((f"{name}_hours", _NUMBER) for name in ("mean", "p25", "median", "p75", "p90")),
        *((name, _NUMBER) for name in ("ratio", "shrunk", "shrunk_low", "shrunk_high", "standard_error")),
        *((f"limit_{share}_{end}", _NUMBER) for share in ("95", "998") for end in ("low", "high")),
        *(("p_value", _NUMBER), ("q_value", _NUMBER), ("verdict", _TEXT)),
        *((f"gap_{name}", kind) for name, kind in _YEAR),
        ("estimated_share", _NUMBER),
    ]
)
_OPPORTUNITIES = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "kind", "name", "where", "evidence", "heuristic")),
        *(*_YEAR, ("wait_hours_a_year", _NUMBER), ("net_hours_a_year", _NUMBER)),
        *(("steps", _COUNT), ("dossiers", _COUNT), ("p_value", _NUMBER), ("q_value", _NUMBER)),
        ("estimated_share", _NUMBER),
    ]
)


def with_key(
    by: Sequence[str], rows: Sequence[T], numbers: Columns, shown: Callable[[T], Mapping[str, Any]]
) -> pa.Table:
    """Return rows as a table: the columns of their keys, then their numbers."""
    schema = pa.schema([*((name, _TEXT) for name in by), *numbers])
    plain = [{**dict(zip(by, row.key.values(), strict=True)), **shown(row)} for row in rows]
    return pa.Table.from_pylist(plain, schema=schema)


def bottleneck_row(row: Bottleneck) -> dict[str, Any]:
    """Return the numbers of a bottleneck by column."""
    return {
        **{name: getattr(row, name) for name in ("steps", "dossiers", "lost_hours", "share", "top_cause")},
        **_interval("hours_a_year", row.hours_a_year),
        **{f"{cause}_share": share for cause, share in row.by_cause.items()},
        **(_interval("slope", row.slope) if row.slope else {}),
        "estimated_share": row.estimated_share,
    }


def unit_table(rows: Sequence[UnitRow]) -> pa.Table:
    """Return units compared as a table."""
    return pa.Table.from_pylist([_unit_row(row) for row in rows], schema=_UNITS)


def opportunity_table(rows: Sequence[Opportunity], language: Language) -> pa.Table:
    """Return opportunities as a table, their words in one language."""
    return pa.Table.from_pylist([_opportunity_row(row, language) for row in rows], schema=_OPPORTUNITIES)


def where(key: Mapping[str, str | None]) -> str:
    """Return the place of a finding in one line; of an approved process what tells it from others of its procedure."""
    said = [name for column, name in key.items() if name and column not in ("process_key", "limit_unit")]
    process = key.get("process_key") or ""
    parts = json.loads(process.partition(":")[2]) if process.startswith("process:[") else []
    return " · ".join([*said, *filter(None, parts[1:])])


def _unit_row(row: UnitRow) -> dict[str, Any]:
    low, median, high = row.quartiles
    hours = {"mean": row.mean_hours, "p25": low, "median": median, "p75": high, "p90": row.p90_hours}
    limits = {"95": row.limits_95, "998": row.limits_998}
    plain = ("procedure", "unit", "dossiers", "ratio", "standard_error", "p_value", "q_value", "verdict")
    return {
        **{name: getattr(row, name) for name in (*plain, "estimated_share")},
        **{f"{name}_hours": value for name, value in hours.items()},
        **_interval("shrunk", row.shrunk),
        **{f"limit_{share}_{end}": ends[place] for share, ends in limits.items() for place, end in _ENDS},
        **_interval("gap_hours_a_year", row.gap),
    }


def _opportunity_row(row: Opportunity, language: Language) -> dict[str, Any]:
    spoken = language.value
    plain = ("id", "kind", "wait_hours_a_year", "net_hours_a_year", "steps", "dossiers", "p_value", "q_value")
    return {
        **{name: getattr(row, name) for name in (*plain, "estimated_share")},
        **{name: getattr(row, f"{name}_{spoken}") for name in ("name", "evidence", "heuristic")},
        **_interval("hours_a_year", row.hours_a_year),
        "where": where(row.key),
    }


def _interval(name: str, found: Interval) -> dict[str, float | None]:
    return {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}


_ENDS = ((0, "low"), (1, "high"))
