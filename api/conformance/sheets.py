"""What was found on conformance as tables, for spreadsheets and other programs."""

from collections.abc import Iterable

import pyarrow as pa

from api.conformance.shaping import GroupFit
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import ActivityMatch, DeviatingDossier, Fit, StepDeviation
from mining.conformance.pictures import KIND_NAMES
from mining.conformance.totals import VersionFit

_FIT = [
    *((name, pa.int64()) for name in ("dossiers", "conforming", "fitting", "inexact")),
    *((name, pa.float64()) for name in ("fitness", "conforming_share")),
]
_KINDS = [
    column for kind in DeviationKind for column in ((f"{kind}_dossiers", pa.int64()), (f"{kind}_hours", pa.float64()))
]
_VERSION = [
    *((name, pa.string()) for name in ("process", "version", "decision", "case_variant", "channel")),
    *((name, pa.date32()) for name in ("effective_from", "effective_to")),
]
_DEVIATIONS = [
    *((name, pa.string()) for name in ("kind", "kind_vi", "kind_en", "process", "version", "number", "task")),
    *((name, pa.string()) for name in ("activity", "done_by_unit", "done_by_role", "approved_unit", "approved_role")),
    ("approved_hours", pa.float64()),
    *((name, pa.int64()) for name in ("dossiers", "occurrences")),
    ("lost_hours", pa.float64()),
    *((name, pa.int64()) for name in ("from_start", "from_previous", "unmeasured")),
]
_DOSSIERS = [
    *((name, pa.string()) for name in ("dossier", "procedure", "unit")),
    ("opened_at", pa.timestamp("us", "UTC")),
    ("occurrences", pa.int64()),
    ("lost_hours", pa.float64()),
]
_MATCHES = [
    (name, pa.string())
    for name in ("process", "version", "activity", "event_step", "number", "task", "sign", "matched_by", "suggested")
]


def group_sheet(by: str, groups: Iterable[GroupFit]) -> pa.Table:
    """Return a row per procedure or unit, with dossiers and hours of every kind of deviation."""
    rows = []
    for one in groups:
        found: dict[str, int | float] = {}
        for kind in one.kinds:
            found |= {f"{kind.kind}_dossiers": kind.dossiers, f"{kind.kind}_hours": kind.lost_hours}
        rows.append({by: one.name, **_numbers(one.fit), **found})
    return pa.Table.from_pylist(rows, schema=pa.schema([(by, pa.string()), *_FIT, *_KINDS]))


def version_sheet(versions: Iterable[VersionFit]) -> pa.Table:
    """Return a row per approved process."""
    rows = [
        {
            "process": one.process_key,
            **{name: getattr(one, name) for name, _ in _VERSION if name != "process"},
            **_numbers(one.fit),
        }
        for one in versions
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([*_VERSION, *_FIT]))


def deviation_sheet(deviations: Iterable[StepDeviation]) -> pa.Table:
    """Return a row per deviation."""
    rows = []
    for one in deviations:
        renamed = {
            "kind_vi": KIND_NAMES[one.kind]["vi"],
            "kind_en": KIND_NAMES[one.kind]["en"],
            "process": one.process_key,
            "done_by_unit": one.unit,
            "done_by_role": one.role,
        }
        rows.append({**{name: getattr(one, name) for name, _ in _DEVIATIONS if name not in renamed}, **renamed})
    return pa.Table.from_pylist(rows, schema=pa.schema(_DEVIATIONS))


def dossier_sheet(dossiers: Iterable[DeviatingDossier]) -> pa.Table:
    """Return a row per dossier, by its pseudonym."""
    rows = [{**{name: getattr(one, name) for name, _ in _DOSSIERS}, "dossier": str(one.dossier)} for one in dossiers]
    return pa.Table.from_pylist(rows, schema=pa.schema(_DOSSIERS))


def match_sheet(matches: Iterable[ActivityMatch], suggested: dict[str, str]) -> pa.Table:
    """Return a row per activity and process, with the likeliest step where nothing matches."""
    rows = [
        {
            **{name: getattr(one, name) for name in ("version", "activity", "event_step", "number", "task")},
            "process": one.process_key,
            "sign": one.sign.name.lower() if one.sign is not None else None,
            "matched_by": one.matched_by,
            "suggested": suggested.get(one.activity) if one.matched_by == "nothing" else None,
        }
        for one in matches
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(_MATCHES))


def _numbers(fit: Fit) -> dict[str, int | float | None]:
    return {name: getattr(fit, name) for name, _ in _FIT}
