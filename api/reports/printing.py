"""The time-saved account as a leader reads it in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.reports.answers import Estimate, SavedProcedure, TimeSaved
from api.settings import Language
from api.wording import Wording


def print_time_saved(report: TimeSaved, console: Console, language: Language, *, top: int) -> None:
    """Print the headline, the verdicts, the sums by field, and the procedures that saved and lost most."""
    wording = Wording(language)
    console.print(f"[bold]{escape(getattr(report.headline, language.value))}[/]")
    verdicts = [f"{wording.say(name)} {wording.number(count)}" for name, count in report.verdicts.items()]
    console.print(escape(" · ".join(verdicts)))
    if report.mean_percent is not None and report.weighted_percent is not None:
        console.print(
            wording.say(
                "saved_percent",
                mean=wording.number(report.mean_percent, 1),
                weighted=wording.number(report.weighted_percent, 1),
            )
        )
    if report.potential_hours_a_year:
        console.print(potential_line(report.potential_hours_a_year, wording))
    for warning in report.warnings:
        console.print(f"[yellow]{escape(warning)}[/]")
    _print_fields(report, console, wording, top)
    rows = sorted(report.per_procedure, key=lambda row: (-row.realised.hours.estimate, row.procedure))
    sure = [row for row in rows if row.verdict in ("realised", "regressed")]
    gains = [row for row in sure if row.verdict == "realised"][:top]
    losses = [row for row in reversed(sure) if row.verdict == "regressed"][:top]
    _print_procedures(gains, wording.say("saved_most"), console, wording)
    _print_procedures(losses, wording.say("lost_most"), console, wording)
    versions = ", ".join(report.calendar_versions)
    console.print(f"[dim]{escape(wording.say('calendars', versions=versions))}[/]")
    console.print(f"[dim]{wording.say('saved_seed', replicates=report.replicates, seed=report.seed)}[/]")


def potential_line(found: Estimate, wording: Wording) -> str:
    """Return what could still be saved in one sentence."""
    interval = ""
    if found.low is not None and found.high is not None:
        interval = wording.say("saved_interval", low=wording.number(found.low, 1), high=wording.number(found.high, 1))
    return wording.say("potential_hours", hours=wording.number(found.estimate, 1), interval=interval)


def _print_fields(report: TimeSaved, console: Console, wording: Wording, top: int) -> None:
    fields = sorted(report.sums.get("field", []), key=lambda one: -(one.nominal_hours or 0.0))
    if not fields:
        return
    table = _table(wording, "saved_by_field", "field", ("taken_in", "nominal_h", "volume_h", "realised_h", "interval"))
    for one in fields[:top]:
        found = one.realised
        table.add_row(
            escape(one.name or wording.say("not_known")),
            wording.number(found.taken_in),
            wording.number(one.nominal_hours or 0.0, 1),
            wording.number(found.volume_hours, 0),
            wording.number(found.hours.estimate, 0),
            _interval(found.hours.low, found.hours.high, wording, 0),
        )
    console.print(table)
    if len(fields) > top:
        console.print(wording.say("more", number=wording.number(len(fields) - top)))


def _print_procedures(rows: list[SavedProcedure], title: str, console: Console, wording: Wording) -> None:
    if not rows:
        return
    table = _table(
        wording, None, "procedure", ("compared", "nominal_h", "per_dossier", "interval", "realised_h", "potential_h")
    )
    table.title = title
    for row in rows:
        each = row.realised.per_dossier
        table.add_row(
            escape(f"{row.procedure} {row.name or ''}".strip()),
            wording.number(row.realised.compared),
            wording.number(row.nominal_hours or 0.0, 1),
            wording.number(each.estimate, 1) if each else "",
            _interval(each.low, each.high, wording, 1) if each else "",
            wording.number(row.realised.hours.estimate, 0),
            wording.number(row.potential_hours_a_year.estimate, 0) if row.potential_hours_a_year else "",
        )
    console.print(table)


def _table(wording: Wording, title: str | None, first: str, numbers: tuple[str, ...]) -> Table:
    table = Table(title=wording.say(title) if title else None, title_justify="left", box=None, pad_edge=False)
    table.add_column(wording.say(first), overflow="fold")
    for name in numbers:
        table.add_column(wording.say(name), justify="right")
    return table


def _interval(low: float | None, high: float | None, wording: Wording, digits: int) -> str:
    return "" if low is None or high is None else f"{wording.number(low, digits)} … {wording.number(high, digits)}"
