"""The findings on a log as a report that a person reads in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.conformance.printing import print_conformance
from api.document import LogFindings, ProcedureFindings
from api.improvement.printing import print_improvement
from api.reports.headline import headline
from api.waiting.printing import print_waiting
from api.wording import Wording
from mining.clocks.clock import HOLDERS, HeldTime

_PROCEDURES = 10
_EDGES = 10
_VARIANTS = 5
_REWORK = 5
_REJECTED = 5


def print_findings(findings: LogFindings, console: Console, wording: Wording) -> None:
    """Print the report: the log in one line, then the largest procedures with where their time goes."""
    log, number = findings.log, wording.number
    counts = {"dossiers": log.dossiers, "events": log.events, "activities": log.activities, "variants": log.variants}
    console.print(" · ".join(f"[bold]{number(value)}[/] {wording.say(name)}" for name, value in counts.items()))
    if log.first_at and log.last_at:
        first, last = wording.day(log.first_at), wording.day(log.last_at)
        console.print(wording.say("period", first=first, last=last))
    for note in findings.notes:
        console.print(f"[dim]· {escape(note)}[/]")
    if log.dropped_starts:
        console.print(f"[yellow]{wording.say('dropped_starts', number=number(log.dropped_starts))}[/]")
    _print_rejected(findings, console, wording)
    if not log.activities:
        console.print(wording.say("nothing"))
    if findings.savings:
        console.print(f"[bold]{escape(headline(findings.savings, wording))}[/]")
    if findings.conformance:
        print_conformance(findings.conformance, console, wording)
    if log.activities:
        print_waiting(findings.waiting, console, wording)
        print_improvement(findings.improvement, console, wording)
    for procedure in findings.procedures[:_PROCEDURES]:
        _print_procedure(procedure, console, wording)
    if len(findings.procedures) > _PROCEDURES:
        console.print(wording.say("more", number=number(len(findings.procedures) - _PROCEDURES)))


def _print_rejected(findings: LogFindings, console: Console, wording: Wording) -> None:
    if not findings.rejected:
        return
    console.print(f"[yellow]{wording.say('rejected', number=wording.number(len(findings.rejected)))}[/]")
    for one in findings.rejected[:_REJECTED]:
        place = wording.say("row", number=wording.number(one.position))
        console.print(f"  {place}: {one.reason.value}: {escape(one.detail)}")
    if len(findings.rejected) > _REJECTED:
        console.print("  " + wording.say("more", number=wording.number(len(findings.rejected) - _REJECTED)))


def _print_procedure(found: ProcedureFindings, console: Console, wording: Wording) -> None:
    summary = found.summary
    console.print()
    console.rule(
        f"{wording.say('procedure')} [bold]{escape(summary.code)}[/] · "
        f"{wording.number(summary.dossiers)} {wording.say('dossiers')} · "
        f"{wording.number(found.variants.total)} {wording.say('variants')}",
        align="left",
    )
    _print_approved(found, console, wording)
    _print_time(found, console, wording)
    _print_edges(found, console, wording)
    _print_variants(found, console, wording)
    _print_rework(found, console, wording)


def _print_approved(found: ProcedureFindings, console: Console, wording: Wording) -> None:
    for one in found.approved:
        limit = f"{wording.number(one.limit_amount, 1)} {wording.say(one.limit_unit)}"
        said = wording.say("approved", version=one.process_version, decision=one.decision, limit=limit)
        console.print(escape(" · ".join([said, *filter(None, (one.case_variant, one.channel))])))
        for warning in one.warnings:
            console.print(f"  [yellow]{escape(warning)}[/]")


def _print_time(found: ProcedureFindings, console: Console, wording: Wording) -> None:
    split = found.time
    if not split.total.elapsed_us:
        return
    table = _table(wording.say("time_title"), [wording.say("holder")])
    for name in ("mean", "mean_working", "share"):
        table.add_column(wording.say(name), justify="right")
    for name in (*HOLDERS, "total"):
        held: HeldTime = getattr(split, name)
        table.add_row(
            wording.say(name),
            wording.duration(held.elapsed_seconds / split.dossiers),
            wording.say("hours_number", number=wording.number(held.working_seconds / split.dossiers / 3600, 1)),
            f"{wording.number(100 * held.elapsed_us / split.total.elapsed_us, 1)} %",
        )
    console.print(table)
    console.print(f"[dim]{escape(wording.say('calendars', versions=', '.join(split.calendar_versions)))}[/]")


def _print_edges(found: ProcedureFindings, console: Console, wording: Wording) -> None:
    edges = sorted(found.graph.edges, key=lambda edge: -edge.frequency * edge.elapsed_seconds.mean)
    total = sum(edge.frequency * edge.elapsed_seconds.mean for edge in edges)
    if not edges:
        return
    table = _table(wording.say("edges_title"), [wording.say("source"), wording.say("target")])
    for name in ("frequency", "mean", "median", "p90", "share"):
        table.add_column(wording.say(name), justify="right")
    for edge in edges[:_EDGES]:
        elapsed = edge.elapsed_seconds
        share = 100 * edge.frequency * elapsed.mean / total if total else 0.0
        table.add_row(
            escape(edge.source),
            escape(edge.target),
            wording.number(edge.frequency),
            wording.duration(elapsed.mean),
            wording.duration(elapsed.median),
            wording.duration(elapsed.p90),
            f"{wording.number(share, 1)} %",
        )
    console.print(table)
    console.print(f"[dim]{wording.say('elapsed_note')}[/]")


def _print_variants(found: ProcedureFindings, console: Console, wording: Wording) -> None:
    if not found.variants.variants:
        return
    table = _table(wording.say("variants_title"), [])
    table.add_column(wording.say("dossiers"), justify="right")
    table.add_column("%", justify="right")
    table.add_column(wording.say("path"), overflow="fold")
    for variant in found.variants.variants[:_VARIANTS]:
        path = " → ".join(variant.activities)
        table.add_row(wording.number(variant.frequency), wording.number(100 * variant.share, 1), escape(path))
    console.print(table)


def _print_rework(found: ProcedureFindings, console: Console, wording: Wording) -> None:
    if not found.rework:
        return
    table = _table(wording.say("rework_title"), [wording.say("activity")])
    for name in ("repetitions", "in_dossiers"):
        table.add_column(wording.say(name), justify="right")
    for one in found.rework[:_REWORK]:
        table.add_row(escape(one.activity), wording.number(one.repetitions), wording.number(one.dossiers))
    console.print(table)


def _table(title: str, texts: list[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for text in texts:
        table.add_column(text, overflow="fold")
    return table
