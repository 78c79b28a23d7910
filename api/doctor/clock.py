"""The clock of the machine, and the calendars by which working time is counted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from api.doctor.verdict import Verdict, failed, ok, warning
from mining.working_time.calendar import END_DAY, Calendar
from mining.working_time.public_days import public_days

_TOLERANCE = timedelta(minutes=1)


def check_clock(now: datetime, written_at: datetime | None, newest_at: datetime | None) -> Verdict:
    """Check that nothing is newer than now: neither what this machine wrote nor what others sent.

    The newest event may be a day ahead at most (later ones are refused), but none should be ahead at all.
    """
    if written_at and written_at > now + _TOLERANCE:
        return failed(
            (
                f"đồng hồ máy là {_said(now)}, nhưng kho đã ghi lúc {_said(written_at)}",
                f"the clock says {_said(now)}, but the store was written at {_said(written_at)}",
            ),
            ("đồng bộ đồng hồ máy này (NTP)", "set the clock of this machine by NTP"),
        )
    if newest_at and newest_at > now + _TOLERANCE:
        ahead = (newest_at - now).total_seconds() / 60
        return warning(
            (
                f"có sự kiện từ tương lai, sớm hơn {ahead:,.0f} phút",
                f"events come from the future, {ahead:,.0f} minutes ahead",
            ),
            (
                "đồng bộ đồng hồ (NTP) của máy này và của hệ thống gửi sự kiện",
                "set the clocks of this machine and of the sending systems by NTP",
            ),
        )
    return ok(f"{_said(now)}; không có gì từ tương lai", f"{_said(now)}; nothing is from the future")


def check_calendars(calendars: Iterable[Calendar], now: datetime, last_at: datetime | None) -> Verdict:
    """Check that the days off are decided for the years of the log (until `last_at`), this year and the next."""
    decided = min((decided_until(one) for one in calendars), default=END_DAY.year - 1)
    last = max(now.year, last_at.year if last_at else 0)
    todo = (
        f"nhập thông báo nghỉ lễ, hoán đổi ngày làm việc các năm sau {decided} vào tệp lịch (docs/working-time.md)",
        f"enter the notices on days off and swapped days after {decided} in a file of calendars (docs/working-time.md)",
    )
    if last > decided:
        return failed(
            (
                f"lịch nghỉ chỉ chắc chắn đến năm {decided}, nhưng nhật ký đến năm {last}: giờ làm việc có thể sai",
                f"days off are certain until {decided}, but the log reaches {last}: working hours may be wrong",
            ),
            todo,
        )
    if now.year + 1 > decided:
        return warning(
            (
                f"lịch nghỉ chỉ chắc chắn đến năm {decided}: hạn trả của năm {now.year + 1} theo quy tắc chung",
                f"days off are certain until {decided}: due dates of {now.year + 1} rest on the general rule",
            ),
            todo,
        )
    return ok(f"lịch nghỉ chắc chắn đến năm {decided}", f"days off are certain until {decided}")


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def decided_until(calendar: Calendar) -> int:
    """Return the last year of which days off and swapped days are decided, not only those of the general rule.

    That is the last one for which the package or the calendar itself knows a day that was swapped or added. A calendar
    without public holidays has nothing that remains to be decided.
    """
    if calendar.holidays is None:
        return END_DAY.year - 1
    swapped = public_days(calendar.holidays).worked
    return max((day.year for day in (*swapped, *(one.day for one in calendar.overrides))), default=0)
