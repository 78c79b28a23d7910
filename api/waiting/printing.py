"""Why dossiers waited, as tables that a person reads in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.waiting.found import WaitingFound, reason_text
from api.wording import Wording
from mining.waiting.causes import CAUSES
from mining.waiting.findings import WaitingRow, gain

_TRANSITIONS = 10


def print_waiting(found: WaitingFound, console: Console, wording: Wording) -> None:
    """Print what could not be told, the waiting by cause, and the hand-overs where most of it is."""
    for reason in found.reasons:
        console.print(f"[yellow]{escape(reason_text(reason, wording.language))}[/]")
    if not found.whole.waiting.elapsed_us:
        return
    console.print(_by_cause(found, wording))
    console.print(_transitions(found, wording))
    rest = len(found.transitions) - _TRANSITIONS
    if rest > 0:
        console.print(wording.say("more", number=wording.number(rest)))


def _by_cause(found: WaitingFound, wording: Wording) -> Table:
    whole = found.whole
    title = wording.say("waiting_title", cte=_percent(whole.cte, wording), rule=found.rule)
    table = _table(title, [wording.say("cause")])
    for name in ("waited_h", "waited_working_h", "share", "cte_gain"):
        table.add_column(wording.say(name), justify="right")
    for name in (*CAUSES, "total"):
        held = whole.waiting if name == "total" else whole.by_cause[name]
        table.add_row(
            wording.say(name),
            wording.number(held.elapsed_seconds / 3600, 1),
            wording.number(held.working_seconds / 3600, 1),
            _percent(held.elapsed_us / whole.waiting.elapsed_us, wording),
            "" if name == "total" else _percent(gain(whole, held), wording),
        )
    return table


def _transitions(found: WaitingFound, wording: Wording) -> Table:
    table = _table(wording.say("transitions_title"), [wording.say("from_step"), wording.say("to_step")])
    for name in ("frequency", "waited_h"):
        table.add_column(wording.say(name), justify="right")
    table.add_column(wording.say("main_cause"), overflow="fold")
    is_estimated = found.whole.estimated_share > 0
    if is_estimated:
        table.add_column(wording.say("estimated_starts"), justify="right")
    for row in found.transitions[:_TRANSITIONS]:
        table.add_row(
            _step(row, "source", wording),
            _step(row, "target", wording),
            wording.number(row.total.steps),
            wording.number(row.total.waiting.elapsed_seconds / 3600, 1),
            _main_cause(row, wording),
            *([_percent(row.total.estimated_share, wording)] if is_estimated else []),
        )
    return table


def _step(row: WaitingRow, end: str, wording: Wording) -> str:
    named = [row.key[end] or wording.say("intake_of_dossier"), row.key[f"{end}_resource"]]
    return escape(" · ".join(filter(None, named)))


def _main_cause(row: WaitingRow, wording: Wording) -> str:
    waited = row.total.waiting.elapsed_us
    if not waited:
        return ""
    cause = max(CAUSES, key=lambda one: row.total.by_cause[one].elapsed_us)
    return f"{wording.say(cause)} {_percent(row.total.by_cause[cause].elapsed_us / waited, wording)}"


def _percent(share: float | None, wording: Wording) -> str:
    return "" if share is None else f"{wording.number(100 * share, 1)} %"


def _table(title: str, texts: list[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for text in texts:
        table.add_column(text, overflow="fold")
    return table
