"""`tinhgon worktime`: how much office time lies between two instants."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from api.commands.environment import settings_of_environment
from api.settings import Language
from api.wording import Wording
from mining.working_time.calendar import Calendar, CalendarError
from mining.working_time.calendar_file import load_calendars, public_sector
from mining.working_time.worktime import WorkingTime

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](.+))?")


class Instant(click.ParamType[datetime]):
    """An instant such as 2024-04-29T16:00, 29/4/2024 16:00 or 2024-04-29T16:00+07:00."""

    name = "INSTANT"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the instant; without an offset it may still be naive, the calendar's zone is added later."""
        if isinstance(value, datetime):
            return value
        match = _DAY_FIRST.fullmatch(value.strip())
        text = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}T{match[4] or '00:00'}" if match else value
        try:
            return datetime.fromisoformat(re.sub(r"T(\d):", r"T0\1:", text))
        except ValueError:
            self.fail(f"{value!r} is no instant; write 2024-04-29T16:00 or 29/4/2024 16:00", param, ctx)


@click.command()
@click.argument("start", metavar="FROM", type=Instant())
@click.argument("end", metavar="TO", type=Instant())
@click.option("--calendar", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File of calendars.")
@click.option("--unit", metavar="CODE", help="Which calendar of that file; default: its only one.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def worktime(start: datetime, end: datetime, calendar: Path | None, unit: str | None, as_json: bool) -> None:
    """Say how much working time lies between FROM and TO.

    Cho biết có bao nhiêu thời gian làm việc giữa hai thời điểm.

    Without --calendar it is the public-sector calendar: Monday to Friday 07:00-11:30 and 13:30-17:00, Vietnamese
    public holidays and swapped days. Times without an offset are in the zone of the calendar.
    """
    hours = _calendar(calendar, unit)
    zone = ZoneInfo(hours.zone)
    start_at, end_at = (one if one.tzinfo else one.replace(tzinfo=zone) for one in (start, end))
    working = WorkingTime.of(hours).between(start_at, end_at)
    elapsed = end_at - start_at
    if as_json:
        answer = {
            "working_seconds": _seconds(working),
            "elapsed_seconds": _seconds(elapsed),
            "calendar": hours.version,
            "from": start_at.isoformat(),
            "to": end_at.isoformat(),
        }
        click.echo(msgspec.json.encode(answer).decode())
        return
    wording = Wording(Language(settings_of_environment().language))
    click.echo(
        wording.say(
            "worktime",
            working=wording.number(working.total_seconds() / 3600, 2),
            days=wording.number(working.total_seconds() / 28_800, 2),
            elapsed=wording.number(elapsed.total_seconds() / 3600, 2),
            calendar=hours.version,
        )
    )


def _calendar(path: Path | None, unit: str | None) -> Calendar:
    if path is None:
        if unit is not None:
            raise click.UsageError("--unit names a calendar of the file given with --calendar")
        return public_sector()
    calendars = load_calendars(path)
    if unit is None and len(calendars) == 1:
        return next(iter(calendars.values()))
    if unit not in calendars:
        known = ", ".join(sorted(calendars))
        raise CalendarError(f"{path.name} has the calendars {known}; say one of them with --unit, not {unit or 'none'}")
    return calendars[unit]


def _seconds(duration: timedelta) -> int | float:
    whole, rest = divmod(duration, timedelta(seconds=1))
    return whole + rest.total_seconds() if rest else whole
