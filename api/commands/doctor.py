"""`tinhgon doctor`: what the service needs, what is wrong with it, and what to do."""

import json
import sys
import textwrap
from collections.abc import Iterable

import click

from api.commands.environment import settings_of_environment
from api.doctor.examination import Checked, examine
from api.doctor.verdict import Outcome
from api.settings import Language

_MARKS = {
    Outcome.OK: ("✓", "green"),
    Outcome.WARNING: ("!", "yellow"),
    Outcome.FAILED: ("✗", "red"),
}
_SUMS = {
    Language.EN: "{ok} ok, {warning} warnings, {failed} failed",
    Language.VI: "{ok} tốt, {warning} cảnh báo, {failed} hỏng",
}
_WIDTH, _INDENT = 110, "    "


@click.command()
@click.option(
    "--language", type=click.Choice([one.value for one in Language]), help="vi or en; default: TINHGON_LANGUAGE."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, in both languages.")
def doctor(language: str | None, as_json: bool) -> None:
    """Check what the service needs: broker, topics, store, key, disk, clock, days off, worker, port.

    Kiểm tra những gì dịch vụ cần: Kafka, chủ đề, kho, khóa, đĩa, đồng hồ, lịch nghỉ, tiến trình, cổng.

    Nothing is changed. Exit codes: 0 nothing failed (there may be warnings); 1 something failed; 2 wrong setting.
    """
    settings = settings_of_environment(tell=lambda _text: None)
    examined = examine(settings)
    found = _as_json(examined) if as_json else _as_text(examined, Language(language or settings.language))
    if Outcome.FAILED in found:
        sys.exit(1)


def _as_text(examined: Iterable[Checked], language: Language) -> list[Outcome]:
    """Print each check as soon as it is done, and return the outcomes."""
    found = []
    for one in examined:
        verdict = one.verdict
        mark, color = _MARKS[verdict.outcome]
        title = click.style(f"{mark} {one.title.said(language)}", fg=color)
        click.echo(f"{title}: {_folded(verdict.found.said(language))}")
        if verdict.todo:
            click.echo(f"{_INDENT}→ {_folded(verdict.todo.said(language))}")
        found.append(verdict.outcome)
    counts = {outcome.value: found.count(outcome) for outcome in Outcome}
    click.echo(f"\n{_SUMS[language].format(**counts)}")
    return found


def _as_json(examined: Iterable[Checked]) -> list[Outcome]:
    checks = list(examined)
    found = [one.verdict.outcome for one in checks]
    worst = next(one for one in (Outcome.FAILED, Outcome.WARNING, Outcome.OK) if one in found)
    click.echo(json.dumps({"outcome": worst, "checks": [_shown(one) for one in checks]}, ensure_ascii=False, indent=2))
    return found


def _shown(one: Checked) -> dict[str, object]:
    verdict = one.verdict
    texts = {"title": one.title, "found": verdict.found, "todo": verdict.todo}
    both = {name: words and {"vi": words.vi, "en": words.en} for name, words in texts.items()}
    return {"check": one.check, "outcome": verdict.outcome.value, **both}


def _folded(text: str) -> str:
    """Fold a long text below its beginning."""
    return textwrap.fill(text, _WIDTH, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False)
