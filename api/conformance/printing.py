"""How dossiers compare with approved processes, as tables that a person reads in a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.conformance import answers
from api.conformance.answers import CityConformance
from api.conformance.found import ConformanceFound
from api.conformance.shaping import GroupFit
from api.settings import Language
from api.wording import Wording
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import Fit, StepDeviation
from mining.conformance.pictures import KIND_NAMES
from mining.conformance.totals import KindSum

_DEVIATIONS = 10
_GROUPS = 5
_REMARKS = 5
_SUGGESTIONS = 5

_WORDS = {
    "headline": (
        "Đối chiếu với quy trình được duyệt: {share} hồ sơ tuân thủ ({conforming} trên {dossiers}), độ phù hợp"
        " {fitness}",
        "Against the approved processes: {share} of the dossiers conform ({conforming} of {dossiers}), fitness"
        " {fitness}",
    ),
    "nothing": (
        "Chưa có hồ sơ nào đối chiếu được với quy trình được duyệt.",
        "No dossier could be compared with an approved process.",
    ),
    "kinds": ("Sai lệch so với quy trình được duyệt", "Deviations from the approved processes"),
    "most": ("Sai lệch gặp nhiều nhất", "Most frequent deviations"),
    "procedures": ("Thủ tục nhiều sai lệch nhất", "Procedures that deviate most"),
    "units": ("Đơn vị nhiều sai lệch nhất", "Units that deviate most"),
    "kind": ("Sai lệch", "Deviation"),
    "where": ("Ở đâu", "Where"),
    "dossiers": ("Hồ sơ", "Dossiers"),
    "share": ("Tỷ lệ", "Share"),
    "hours": ("Giờ làm việc", "Working hours"),
    "conforming": ("Tuân thủ", "Conform"),
    "fitness": ("Độ phù hợp", "Fitness"),
    "procedure": ("Thủ tục", "Procedure"),
    "unit": ("Đơn vị", "Unit"),
    "step": ("bước {number} {task}", "step {number} {task}"),
    "done_by": ("do {who} làm", "done by {who}"),
    "unnamed": ("(không rõ)", "(not known)"),
    "remarks": ("Điểm bất thường của quy trình", "What is odd about the processes"),
    "suggestions": (
        "Hoạt động chưa khớp bước nào; người phụ trách quyết định rồi ghi vào tệp của --step-mapping:",
        "Activities that match no step; a person decides, and writes it into the file of --step-mapping:",
    ),
    "suggestion": (
        "  {activity} ({procedure}): có thể là bước {number} {task}? ({score} %)",
        "  {activity} ({procedure}): perhaps step {number} {task}? ({score} %)",
    ),
    "ask": (
        "Sai lệch là điều cần hỏi, không phải kết luận: bảng quy trình có thể sai, hoặc hệ thống không ghi nhận một"
        " bước.",
        "A deviation is a reason to ask, not a verdict: the table may be wrong, or a system may not record a step.",
    ),
}


def print_conformance(found: ConformanceFound, console: Console, wording: Wording) -> None:
    """Print how many dossiers conform, what deviates most and where, and what a person should look at."""
    for vi, en in found.notes:
        console.print(f"[yellow]{escape(vi if wording.language is Language.VI else en)}[/]")
    fit = found.whole.fit
    _print_headline(fit, console, wording)
    if fit.conforming < fit.dossiers:
        console.print(_kinds(found.kinds, fit.dossiers, wording))
        console.print(_most(found, wording))
        for by, groups in (("procedure", found.procedures), ("unit", found.units)):
            if len(groups) > 1:
                console.print(_groups(groups[:_GROUPS], by, wording))
        console.print(f"[dim]{escape(_say(wording, 'ask'))}[/]")
    _print_remarks(found, console, wording)
    _print_suggestions(found, console, wording)


def print_city(page: CityConformance, console: Console, wording: Wording, *, top: int) -> None:
    """Print how the city compares, and the procedures or units that deviate most."""
    for note in page.notes:
        console.print(f"[yellow]{escape(note.vi if wording.language is Language.VI else note.en)}[/]")
    _print_headline(page.fit, console, wording)
    if page.fit.conforming < page.fit.dossiers:
        console.print(_kinds(page.kinds, page.fit.dossiers, wording))
        if top:
            console.print(_groups(page.items[:top], page.by, wording))
        console.print(f"[dim]{escape(_say(wording, 'ask'))}[/]")


def _print_headline(fit: Fit | answers.Fit, console: Console, wording: Wording) -> None:
    if not fit.dossiers or fit.fitness is None:
        console.print(_say(wording, "nothing"))
        return
    said = {
        "share": _percent(fit.conforming_share or 0.0, wording),
        "conforming": wording.number(fit.conforming),
        "dossiers": wording.number(fit.dossiers),
        "fitness": wording.number(fit.fitness, 3),
    }
    console.print(f"[bold]{escape(_say(wording, 'headline', **said))}[/]")


def _kinds(kinds: Sequence[KindSum | answers.KindOfDeviation], dossiers: int, wording: Wording) -> Table:
    table = _table(_say(wording, "kinds"), [_say(wording, "kind")])
    for name in ("dossiers", "share", "hours"):
        table.add_column(_say(wording, name), justify="right")
    for one in sorted(kinds, key=lambda one: -one.dossiers):
        if one.dossiers:
            table.add_row(
                KIND_NAMES[DeviationKind(one.kind)][wording.language.value],
                wording.number(one.dossiers),
                _percent(one.dossiers / dossiers, wording),
                wording.number(one.lost_hours, 1),
            )
    return table


def _most(found: ConformanceFound, wording: Wording) -> Table:
    table = _table(_say(wording, "most"), [_say(wording, name) for name in ("procedure", "kind", "where")])
    for name in ("dossiers", "hours"):
        table.add_column(_say(wording, name), justify="right")
    for one in found.whole.deviations[:_DEVIATIONS]:
        table.add_row(
            escape(one.procedure or _say(wording, "unnamed")),
            KIND_NAMES[one.kind][wording.language.value],
            escape(_where(one, wording)),
            wording.number(one.dossiers),
            wording.number(one.lost_hours, 1),
        )
    return table


def _where(one: StepDeviation, wording: Wording) -> str:
    """Name the step, or the work that the process does not have, and who did it where that is what is wrong."""
    place = one.activity or ""
    if one.number is not None:
        place = _say(wording, "step", number=one.number, task=one.task)
    who = one.unit or one.role
    return f"{place}, {_say(wording, 'done_by', who=who)}" if who else place


def _groups(groups: Sequence[GroupFit | answers.GroupFit], by: str, wording: Wording) -> Table:
    table = _table(_say(wording, f"{by}s"), [_say(wording, by)])
    for name in ("dossiers", "conforming", "fitness"):
        table.add_column(_say(wording, name), justify="right")
    for one in groups:
        table.add_row(
            escape(one.name or _say(wording, "unnamed")),
            wording.number(one.fit.dossiers),
            _percent(one.fit.conforming_share or 0.0, wording),
            wording.number(one.fit.fitness or 0.0, 3),
        )
    return table


def _print_remarks(found: ConformanceFound, console: Console, wording: Wording) -> None:
    remarks = found.whole.remarks
    if not remarks:
        return
    console.print(_say(wording, "remarks"))
    for one in remarks[:_REMARKS]:
        console.print(f"  [yellow]{escape(f'{one.procedure}, {one.version}: {one.remark}')}[/]")
    if len(remarks) > _REMARKS:
        console.print("  " + wording.say("more", number=wording.number(len(remarks) - _REMARKS)))


def _print_suggestions(found: ConformanceFound, console: Console, wording: Wording) -> None:
    best = {(code, one.activity): one for code, some in found.suggestions.items() for one in reversed(some)}
    if not best:
        return
    console.print(_say(wording, "suggestions"))
    for (code, activity), one in list(best.items())[:_SUGGESTIONS]:
        said = {"activity": activity, "procedure": code, "number": one.step, "task": one.task}
        console.print(escape(_say(wording, "suggestion", **said, score=f"{one.score:.0f}")))


def _percent(share: float, wording: Wording) -> str:
    return f"{wording.number(100 * share, 1)} %"


def _say(wording: Wording, what: str, **values: object) -> str:
    return _WORDS[what][0 if wording.language is Language.VI else 1].format(**values)


def _table(title: str, texts: list[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for text in texts:
        table.add_column(text, overflow="fold")
    return table
