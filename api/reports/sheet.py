"""The time-saved account as one table: a row per procedure, for spreadsheets and other programs."""

from typing import Any

import pyarrow as pa

from api.reports.documents import potential_of
from api.reports.headline import headline
from api.settings import Language
from api.wording import Wording
from mining.savings.figures import Account, ProcedureRow

_TEXT, _NUMBER, _COUNT = pa.string(), pa.float64(), pa.int64()
COLUMNS = pa.schema(
    [
        ("procedure", _TEXT),
        ("name", _TEXT),
        ("field", _TEXT),
        ("reengineered", pa.bool_()),
        ("changes", _COUNT),
        ("effective_from", pa.date32()),
        ("old_hours", _NUMBER),
        ("nominal_hours", _NUMBER),
        ("nominal_percent", _NUMBER),
        ("calendar_days", _NUMBER),
        ("taken_in", _COUNT),
        ("volume_hours", _NUMBER),
        ("compared", _COUNT),
        ("expected_hours", _NUMBER),
        ("taken_hours", _NUMBER),
        ("saved_hours_per_dossier", _NUMBER),
        ("saved_hours_per_dossier_low", _NUMBER),
        ("saved_hours_per_dossier_high", _NUMBER),
        ("realised_hours", _NUMBER),
        ("realised_hours_low", _NUMBER),
        ("realised_hours_high", _NUMBER),
        ("potential_hours_a_year", _NUMBER),
        ("potential_hours_a_year_low", _NUMBER),
        ("potential_hours_a_year_high", _NUMBER),
        ("verdict", _TEXT),
        ("reason", _TEXT),
        ("before_dossiers", _COUNT),
        ("before_hours", _NUMBER),
        ("before_citizen_hours", _NUMBER),
        ("before_hands_on_hours", _NUMBER),
        ("after_dossiers", _COUNT),
        ("after_hours", _NUMBER),
        ("after_citizen_hours", _NUMBER),
        ("after_hands_on_hours", _NUMBER),
        ("warnings", pa.list_(_TEXT)),
    ]
)
"""The columns; docs/savings.md says what each means. Hours are working hours."""


def sheet(account: Account, language: Language) -> pa.Table:
    """Return the procedures of an account as a table, its reasons in one language."""
    return pa.Table.from_pylist([_row(row, account, language) for row in account.procedures], schema=COLUMNS)


def notes(account: Account, language: Language) -> tuple[str, ...]:
    """Return what has to stand beside the table: the headline, what it rests on, and what to look at."""
    wording, asked = Wording(language), account.question
    return (
        headline(account, wording),
        wording.say("calendars", versions=", ".join(account.calendar_versions)),
        wording.say("saved_seed", replicates=asked.bootstrap.replicates, seed=asked.bootstrap.seed),
        *account.warnings,
    )


def _row(row: ProcedureRow, account: Account, language: Language) -> dict[str, Any]:
    found, each, potential = row.realised, row.realised.per_dossier, potential_of(account, row.procedure)
    sides = {"before": row.sides.before, "after": row.sides.after}
    by_side = {
        f"{side}_{name}": getattr(one, name)
        for side, one in sides.items()
        for name in ("dossiers", "hours", "citizen_hours", "hands_on_hours")
    }
    return {
        **by_side,
        "procedure": row.procedure,
        "name": row.name,
        "field": row.field,
        "reengineered": row.cuts.reengineered,
        "changes": len(row.changes),
        "effective_from": row.changes[0].since,
        "old_hours": float(row.cuts.old_hours),
        "nominal_hours": float(row.cuts.hours),
        "nominal_percent": row.cuts.percent,
        "calendar_days": float(row.cuts.calendar_days),
        "taken_in": found.taken_in,
        "volume_hours": float(found.volume_hours),
        "compared": found.compared,
        "expected_hours": found.expected_hours,
        "taken_hours": found.taken_hours,
        "saved_hours_per_dossier": each.estimate if each else None,
        "saved_hours_per_dossier_low": each.low if each else None,
        "saved_hours_per_dossier_high": each.high if each else None,
        "realised_hours": found.hours.estimate,
        "realised_hours_low": found.hours.low,
        "realised_hours_high": found.hours.high,
        "potential_hours_a_year": potential.estimate if potential else None,
        "potential_hours_a_year_low": potential.low if potential else None,
        "potential_hours_a_year_high": potential.high if potential else None,
        "verdict": row.verdict,
        "reason": row.reason.text(language.value),
        "warnings": list(row.warnings),
    }
