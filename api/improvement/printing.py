"""Lost hours, units and opportunities, as tables that a person reads in a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.improvement.answers import BottleneckPage, Opportunity, OpportunityPage, UnitPage
from api.improvement.found import ImprovementFound
from api.improvement.tables import where
from api.reports.answers import Estimate
from api.reports.printing import potential_line
from api.wording import Wording

_ROWS = 10


def print_improvement(found: ImprovementFound, console: Console, wording: Wording) -> None:
    """Print where hours are lost, by step and by post, which units differ, and what could be changed."""
    print_bottlenecks(found.bottlenecks["step"], console, wording, top=_ROWS)
    if found.bottlenecks["officer_role"].items:
        title = wording.say("lost_by_post")
        print_bottlenecks(found.bottlenecks["officer_role"], console, wording, top=_ROWS, title=title)
    _print_units(found.units, console, wording)
    print_opportunities(found.opportunities, console, wording, top=_ROWS)


def print_bottlenecks(
    page: BottleneckPage, console: Console, wording: Wording, *, top: int, title: str | None = None
) -> None:
    """Print the greatest bottlenecks of a page with their main cause and trend."""
    if not page.items:
        console.print(wording.say("lost_nothing"))
        return
    title = title or wording.say("lost_title", lost=_hours(page.lost_hours_a_year, wording))
    table = _table(title, [wording.say("where")])
    for name in ("hours_a_year", "interval", "share_lost"):
        table.add_column(wording.say(name), justify="right")
    table.add_column(wording.say("main_cause"), overflow="fold")
    for name in ("trend", "dossiers_title"):
        table.add_column(wording.say(name), justify="right")
    for row in page.items[:top]:
        named = where(row.key) or wording.say("not_known")
        table.add_row(
            escape(" ".join(filter(None, (named, row.procedure_name)))),
            _hours(row.hours_a_year, wording),
            _interval(row.hours_a_year, wording),
            f"{wording.number(100 * row.share, 1)} %",
            f"{wording.say(row.top_cause)} {wording.number(100 * row.by_cause[row.top_cause], 0)} %",
            _trend(row.slope, wording),
            wording.number(row.dossiers),
        )
    console.print(table)
    _print_more(page.groups - min(top, len(page.items)), console, wording)


def print_opportunities(page: OpportunityPage, console: Console, wording: Wording, *, top: int) -> None:
    """Print the greatest opportunities of a page with their evidence, and what all would save together."""
    console.print(f"[bold]{escape(potential_line(page.potential, wording))}[/]")
    if page.items:
        console.print(_opportunities(page.items[:top], wording))
        _print_more(page.total - min(top, len(page.items)), console, wording)
    counts = {"looked_at": page.looked_at, "within_noise": page.within_noise, "limits": page.limits}
    said = {name: wording.number(count) for name, count in counts.items()}
    console.print(f"[dim]{wording.say('opportunities_noise', **said)}[/]")


def _opportunities(rows: Sequence[Opportunity], wording: Wording) -> Table:
    table = _table(wording.say("opportunities_title"), [])
    for name in ("hours_a_year", "interval"):
        table.add_column(wording.say(name), justify="right")
    for name in ("what", "where", "evidence"):
        table.add_column(wording.say(name), overflow="fold")
    spoken = wording.language.value
    for row in rows:
        named = [where(row.key), row.procedure_name or ""]
        table.add_row(
            _hours(row.hours_a_year, wording),
            _interval(row.hours_a_year, wording),
            escape(getattr(row.name, spoken)),
            escape(" ".join(filter(None, named))),
            escape(getattr(row.evidence, spoken)),
        )
    return table


def _print_units(page: UnitPage, console: Console, wording: Wording) -> None:
    """Print the units that are surely slower than the usual one, by what they would save."""
    slower = [row for row in page.items if row.verdict == "slower"]
    if not slower:
        return
    table = _table(wording.say("units_title"), [wording.say("unit"), wording.say("procedure")])
    for name in ("times_usual", "interval", "gap_hours", "dossiers_title"):
        table.add_column(wording.say(name), justify="right")
    slower.sort(key=lambda row: -row.gap_hours_a_year.estimate)
    for row in slower[:_ROWS]:
        table.add_row(
            escape(row.unit or wording.say("not_known")),
            escape(" ".join(filter(None, (row.procedure, row.procedure_name)))),
            wording.number(row.shrunk.estimate, 2),
            _interval(row.shrunk, wording, 2),
            wording.number(row.gap_hours_a_year.estimate),
            wording.number(row.dossiers),
        )
    console.print(table)
    _print_more(len(slower) - _ROWS, console, wording)


def _print_more(rest: int, console: Console, wording: Wording) -> None:
    if rest > 0:
        console.print(wording.say("more", number=wording.number(rest)))


def _hours(found: Estimate, wording: Wording) -> str:
    return wording.number(found.estimate, 0 if abs(found.estimate) >= 100 else 1)


def _interval(found: Estimate, wording: Wording, digits: int = 0) -> str:
    if found.low is None or found.high is None:
        return ""
    return f"{wording.number(found.low, digits)} … {wording.number(found.high, digits)}"


def _trend(slope: Estimate | None, wording: Wording) -> str:
    """Whether the loss of a step grows or falls, where that is more than chance."""
    if slope is None or slope.low is None or slope.high is None:
        return ""
    if slope.low <= 0 <= slope.high:
        return wording.say("steady")
    return wording.say("growing" if slope.estimate > 0 else "falling")


def _table(title: str, texts: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for text in texts:
        table.add_column(text, overflow="fold")
    return table
