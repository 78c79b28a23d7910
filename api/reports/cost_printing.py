"""The report on compliance cost as a leader reads it in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.reports.cost_answers import AnnualCost, ComplianceCost, CostProcedure
from api.reports.cost_documents import assumption_lines
from api.settings import Language
from api.wording import Wording

_COLUMNS = ("run_before", "run_after", "run_basis", "plan_runs", "plan_saved", "log_runs", "log_saved")


def print_compliance_cost(report: ComplianceCost, console: Console, language: Language, *, top: int) -> None:
    """Print the headline, the procedures that save most, what to look at, and every assumption."""
    wording = Wording(language)
    console.print(f"[bold]{escape(getattr(report.headline, language.value))}[/]")
    for warning in report.warnings:
        console.print(f"[yellow]{escape(getattr(warning, language.value))}[/]")
    rows = sorted(report.per_procedure, key=_order)
    if rows and top:
        console.print(_table(rows[:top], wording))
    if len(rows) > top:
        console.print(wording.say("more", number=wording.number(len(rows) - top)))
    for row in rows[:top]:
        for remark in row.warnings:
            console.print(f"[yellow]{escape(row.procedure)}: {escape(getattr(remark, language.value))}[/]")
    counted = next((row.counted for row in rows if row.counted.first_day and row.counted.last_day), None)
    if counted and counted.first_day and counted.last_day:
        first, last = f"{counted.first_day:%d/%m/%Y}", f"{counted.last_day:%d/%m/%Y}"
        dossiers = wording.number(sum(row.counted.dossiers for row in rows))
        said = wording.say("cost_counted", dossiers=dossiers, first=first, last=last, days=counted.days)
        console.print(f"[dim]{said}[/]")
    console.print(f"[dim]{wording.say('assumptions')}[/]")
    listed = {row.procedure for row in rows[:top]}
    planned = [one for one in report.assumptions.procedures if one.procedure in listed]
    shown = report.assumptions.model_copy(update={"procedures": planned})
    for line in assumption_lines(shown, wording):
        console.print(f"[dim]- {escape(line)}[/]")


def _order(row: CostProcedure) -> tuple[float, float, str]:
    """Most saved by the plan first, then by the log."""
    by_plan, by_log = (float(one.saved) if one else 0.0 for one in (row.by_plan, row.by_log))
    return (-by_plan, -by_log, row.procedure)


def _table(rows: list[CostProcedure], wording: Wording) -> Table:
    table = Table(title=wording.say("cost_title"), title_justify="left", box=None, pad_edge=False)
    table.add_column(wording.say("procedure"), overflow="fold")
    for name in _COLUMNS:
        table.add_column(wording.say(name), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            escape(f"{row.procedure} {row.name or ''}".strip()),
            wording.exact(row.run.before) if row.run else "",
            wording.exact(row.run.after) if row.run else "",
            wording.say(row.run_basis) if row.run_basis else "",
            *_annual(row.by_plan, wording),
            *_annual(row.by_log, wording),
        )
    return table


def _annual(found: AnnualCost | None, wording: Wording) -> tuple[str, str]:
    return (wording.exact(found.runs), wording.number(float(found.saved) / 1e6, 2)) if found else ("", "")
