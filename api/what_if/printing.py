"""The answer of what-if as a person reads it in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.reports.answers import Estimate
from api.settings import Language
from api.what_if.answers import Histogram, Situation, WhatIfAnswer
from api.wording import Wording
from mining.what_if.model import Model

_WORDS = {
    "title": ("Nếu thay đổi thì sao", "What if"),
    "measure": ("Chỉ tiêu", "Figure"),
    "baseline": ("Hiện nay", "As it is"),
    "changed": ("Sau thay đổi", "With the change"),
    "saved": ("Tiết kiệm", "Saved"),
    "elapsed_mean": ("Thời gian trôi qua, trung bình (giờ)", "Elapsed, mean (h)"),
    "elapsed_median": ("… trung vị", "... median"),
    "elapsed_p90": ("… 90 % không quá", "... 90 % within"),
    "working_mean": ("Giờ làm việc của cơ quan, trung bình", "Working hours, mean"),
    "working_p90": ("… 90 % không quá", "... 90 % within"),
    "hands_on": ("Giờ cán bộ trực tiếp xử lý", "Hands-on hours"),
    "on_time": ("Đúng hạn", "On time"),
    "a_year": (
        "Tiết kiệm mỗi năm: {hours} giờ làm việc ({low} đến {high}), trong đó cán bộ làm ít hơn {hands_on} giờ",
        "Saved a year: {hours} working hours ({low} to {high}); officers work {hands_on} h less",
    ),
    "validation": ("Độ tin cậy của mô phỏng", "How good the simulation is"),
    "distance": (
        "khoảng cách {distance} giờ ({percent} % của trung bình {mean} giờ) trên {dossiers} hồ sơ đối chứng;"
        " bản thân nhật ký lệch {own} giờ so với các tuần trước",
        "distance {distance} h ({percent} % of the mean, {mean} h) on {dossiers} held-out dossiers; the log itself is"
        " {own} h off its weeks before",
    ),
    "basis": (
        "{replications} lần mô phỏng, hạt giống {seed}, hồ sơ đến {arrivals}; khoảng 95 %: của một kỳ như vậy",
        "{replications} replications, seed {seed}, arrivals {arrivals}; 95 % ranges: what a period like it may bring",
    ),
    "not_tried": ("Không mô phỏng được {id}: {reason}", "Not simulated, {id}: {reason}"),
    "histogram": ("Phân bố thời gian trôi qua (giờ): hiện nay / sau thay đổi", "Elapsed hours: as it is / with change"),
    "desks": ("Bộ phận xử lý", "Desks"),
    "unit": ("Đơn vị", "Unit"),
    "roles": ("Vai trò", "Roles"),
    "officers": ("Cán bộ", "Officers"),
    "load": ("Bận", "Busy"),
    "sittings": ("Giờ ký/xử lý theo đợt", "Sittings"),
}
_BAR = 24
_ROWS = 12
_MOST_ROLES = 4


class _Says:
    def __init__(self, language: Language) -> None:
        self._place = 0 if language is Language.VI else 1
        self.wording = Wording(language)

    def __call__(self, name: str, **values: object) -> str:
        return _WORDS[name][self._place].format(**values)

    def range(self, found: Estimate | None, *, percent: bool = False) -> str:
        """An estimate and its range, as `86.3 (80.1 - 92.5)`."""
        if found is None:
            return "-"
        scale, digits = (100.0, 1) if percent else (1.0, 2)
        mean = self.wording.number(found.estimate * scale, digits)
        if found.low is None or found.high is None:
            return mean
        low, high = (self.wording.number(one * scale, digits) for one in (found.low, found.high))
        return f"{mean} ({low} – {high})"


def print_what_if(found: WhatIfAnswer, console: Console, language: Language) -> None:
    """Print what a change would bring beside what is, and how far to believe it."""
    say = _Says(language)
    table = Table(title=say("title"), title_justify="left")
    table.add_column(say("measure"))
    for name in ("baseline", "changed", "saved") if found.changed else ("baseline",):
        table.add_column(say(name), justify="right")
    for row in _rows(found, say):
        table.add_row(*row)
    console.print(table)
    if found.changed and found.saved:
        year = found.saved.working_hours_a_year
        low, high = (say.wording.number(one or 0.0, 0) for one in (year.low, year.high))
        hands_on = say.wording.number(found.saved.hands_on_hours_a_year.estimate, 0)
        hours = say.wording.number(year.estimate, 0)
        console.print(f"[bold]{say('a_year', hours=hours, low=low, high=high, hands_on=hands_on)}[/]")
        console.print(say("histogram"))
        _print_bars(found.baseline.elapsed.histogram, found.changed.elapsed.histogram, console)
    for one in found.not_tried:
        reason = getattr(one.reason, language.value)
        console.print(f"[yellow]{escape(say('not_tried', id=one.id, reason=reason))}[/]")
    _print_validation(found, console, say, language)


def print_desks(model: Model, console: Console, language: Language) -> None:
    """Print who works in the simulation: units, roles, officers, load and sittings, by which changes name them."""
    say = _Says(language)
    table = Table(title=say("desks"), title_justify="left")
    for name in ("unit", "roles", "officers", "load", "sittings"):
        table.add_column(say(name), justify="right" if name in ("officers", "load") else "left")
    for desk in sorted(model.desks, key=lambda one: -one.load):
        times = " ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in desk.sittings)
        load = f"{say.wording.number(100 * desk.load, 0)} %"
        roles = ", ".join(desk.roles[:_MOST_ROLES]) + (", ..." if len(desk.roles) > _MOST_ROLES else "")
        table.add_row(desk.unit or "-", roles, str(desk.officers), load, times)
    console.print(table)


def _rows(found: WhatIfAnswer, say: _Says) -> list[list[str]]:
    saved = found.saved
    differences: dict[str, Estimate | None] = {
        "elapsed_mean": saved.elapsed_hours if saved else None,
        "elapsed_median": saved.median_elapsed_hours if saved else None,
        "elapsed_p90": saved.p90_elapsed_hours if saved else None,
        "working_mean": saved.working_hours if saved else None,
        "working_p90": None,
        "hands_on": saved.hands_on_hours if saved else None,
    }
    situations = [one for one in (found.baseline, found.changed) if one]
    rows = []
    for name, difference in differences.items():
        cells = [say.range(_figure(one, name)) for one in situations]
        rows.append([say(name), *cells, *([say.range(difference)] if saved else [])])
    on_time = [say.range(one.on_time, percent=True) for one in situations]
    rows.append([f"{say('on_time')} (%)", *on_time, *([say.range(saved.on_time, percent=True)] if saved else [])])
    return rows


def _figure(one: Situation, name: str) -> Estimate:
    if name == "hands_on":
        return one.hands_on_mean
    which, _, what = name.partition("_")
    found: Estimate = getattr(one.elapsed if which == "elapsed" else one.working, what)
    return found


def _print_bars(before: Histogram, after: Histogram, console: Console) -> None:
    """Draw the shares of both, two bins a row."""
    most = max((*before.shares, *after.shares, 1e-9)) * 2
    step = max(1, len(before.shares) // _ROWS)
    for first in range(0, len(before.shares), step):
        one, other = (sum(shares[first : first + step]) for shares in (before.shares, after.shares))
        low = f"{before.edges_hours[first]:8.0f}"
        bars = ["█" * round(_BAR * min(share / most, 1.0)) for share in (one, other)]
        console.print(f"{low}  {bars[0]:<{_BAR}} {100 * one:4.1f} %   {bars[1]:<{_BAR}} {100 * other:4.1f} %")


def _print_validation(found: WhatIfAnswer, console: Console, say: _Says, language: Language) -> None:
    checked = found.validation
    colour = {"good": "green", "usable": "yellow", "not_reliable": "red"}[checked.grade]
    console.print(f"{say('validation')}: [{colour}]{escape(getattr(checked.text, language.value))}[/]")
    if checked.distance_hours is not None and checked.relative is not None:
        numbers = {
            "distance": say.wording.number(checked.distance_hours, 1),
            "percent": say.wording.number(100 * checked.relative, 1),
            "mean": say.wording.number(checked.mean_hours or 0.0, 1),
            "own": say.wording.number(checked.log_distance_hours or 0.0, 1),
        }
        console.print(f"[dim]{say('distance', dossiers=say.wording.number(checked.dossiers), **numbers)}[/]")
    basis = {"replications": found.replications, "seed": found.seed, "arrivals": found.arrivals}
    console.print(f"[dim]{say('basis', **basis)}[/]")
    console.print(f"[dim]{escape(say.wording.say('calendars', versions=', '.join(found.calendar_versions)))}[/]")
