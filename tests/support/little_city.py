"""A city small enough to be read: two departments with a desk each, another agency, three procedures."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from simulation.city import (
    Behaviour,
    City,
    Delivery,
    Digital,
    Gap,
    Limit,
    OfficeHours,
    Peak,
    Period,
    Pool,
    Portals,
    Procedure,
    Process,
    Step,
    StepKind,
    Unit,
)
from simulation.hours import DAY_US, HOUR_US, Hours
from simulation.layout import day_number

OFFSET_US = 7 * HOUR_US
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2024, 6, 28)
CHANGE = date(2024, 4, 1)
ROLES = ("Cán bộ một cửa", "Chuyên viên", "Lãnh đạo phòng", "Giám đốc")
DESK, HANDLER, HEAD, DIRECTOR = range(4)
WEEK = ((time(7), time(11, 30)), (time(13, 30), time(17)))


def week_hours(first: date = date(2023, 12, 1), last: date = date(2026, 12, 31)) -> Hours:
    """Office hours of a plain week, Monday to Friday, in local time (+07:00)."""
    slots = [
        (at + of_day(opens), at + of_day(closes))
        for day in range(day_number(first), day_number(last) + 1)
        for at in [day * DAY_US - OFFSET_US]
        if (day + 3) % 7 < 5
        for opens, closes in WEEK
    ]
    return Hours([opens for opens, _ in slots], [closes for _, closes in slots])


def of_day(at: time) -> int:
    return at.hour * HOUR_US + at.minute * 60_000_000


def step(number: int, task: str, kind: StepKind, role: int, hours: float, **changes: Any) -> Step:
    plain: dict[str, Any] = {
        "agency": None,
        "result": None,
        "work_hours": hours / 8,
        "work_sigma": 0.4,
        "hold_hours": 0.0,
        "hold_sigma": 0.5,
        "sends_back": 0.0,
        "refuses": 0.0,
        "skips": 0.0,
        "parallel_group": None,
        "always_approves": False,
    }
    return Step(number=f"B{number}", task=task, kind=kind, role=role, hours=hours, **{**plain, **changes})


def steps() -> tuple[Step, ...]:
    return (
        step(1, "Tiếp nhận hồ sơ", "receive", DESK, 2.0),
        step(2, "Phân công", "assign", HEAD, 2.0, work_hours=0.05),
        step(3, "Thẩm định hồ sơ", "handle", HANDLER, 16.0, work_hours=1.0),
        step(4, "Lấy ý kiến cơ quan thuế", "consult", HANDLER, 16.0, agency=2, work_hours=0.2, hold_hours=20.0),
        step(5, "Trình lãnh đạo phòng", "review", HEAD, 8.0, work_hours=0.1, sends_back=0.1),
        step(6, "Ký số", "sign", DIRECTOR, 8.0, work_hours=0.05, refuses=0.05),
        step(7, "Đóng dấu và phát hành", "stamp", HANDLER, 1.0, work_hours=0.05, skips=0.1),
        step(8, "Chuyển bộ phận một cửa", "hand-over", HANDLER, 1.0, work_hours=0.05),
        step(9, "Trả kết quả", "return", DESK, 0.0, work_hours=0.05),
    )


def unit(code: str, desk: int | None, pools: tuple[int, ...], **changes: Any) -> Unit:
    plain = Unit(code, code, "department", None, None, None, None, (), 0, "new", True, desk, pools, 0.0, 0.0, 0.0)
    return replace(plain, **changes)


def procedure(number: int, lines: tuple[tuple[tuple[int, ...], ...], ...], **changes: Any) -> Procedure:
    plain = Procedure(
        code=f"1.00100{number}.H29",
        name=f"Thủ tục {number}",
        field="Đất đai",
        level="department",
        owner=0,
        units=(0, 1),
        unit_shares=(0.6, 0.4),
        weight=1.0 / number,
        case_variants=(None,) * len(lines),
        case_shares=(1 / len(lines),) * len(lines),
        channels_start=(0.6, 0.3, 0.1),
        channels_end=(0.4, 0.5, 0.1),
        online_jump=0.2,
        online_only=False,
        lines=lines,
        not_accepted=0.03,
        supplement=0.15,
        payment=0.05,
        suspended=0.03,
        withdrawn=0.03,
    )
    return replace(plain, **changes)


def process(of: int, version: str, limit: Limit, **changes: Any) -> Process:
    first = Process(of, None, None, version, "QĐ 1/2023", date(2023, 1, 1), None, limit, steps(), None, None, 1.0, 1.0)
    return replace(first, **changes)


def little_city(dossiers: int = 600, **changes: Any) -> City:
    """A city with all kinds of events and everything planted; `changes` replace fields of City."""
    lines = ((0, 3), (1,), (2,))
    city = City(
        name="Thành phố nhỏ",
        seed=7,
        dossiers=dossiers,
        clean=False,
        owner="H29",
        zone="Asia/Ho_Chi_Minh",
        period=_period(),
        calendars=(OfficeHours("H29", "1", (*(WEEK,) * 5, (), ())),),
        roles=ROLES,
        units=_units(),
        pools=_pools(),
        procedures=tuple(procedure(1 + number, ((line,) * 3,)) for number, line in enumerate(lines)),
        processes=_processes(),
        gaps=(Gap(1, 1, 1.5, 1.5),),
        behaviour=Behaviour(0.3, (1.0, 0.9, 1.0), (1.0, 0.9, 1.0), 3.0, 1.0, 5.0, 1.0, 0.8, 2),
        digital=Digital((0.5, 1.0, 0.5), (0.1, 0.8, 0.1), 0.8, 0.6, 0.5),
        portals=Portals("urn:mot-cua:cu", "urn:mot-cua:moi", date(2024, 3, 1)),
        delivery=Delivery(0.02, 20.0, 1.0, 0.02),
    )
    return replace(city, **changes)


def _units() -> tuple[Unit, ...]:
    return (
        unit("H29.1", 3, (0, 2, 4, 6), double_entry=0.1, reset_due=0.5, reset_finish=0.5, system="old"),
        unit("H29.2", 4, (1, 3, 5, 7), records_starts=False),
        unit("H29.TAX", None, (-1, 8, -1, -1), level="agency"),
        unit("H29.1.MC", None, (-1, -1, -1, -1), level="desk", parent=0),
        unit("H29.2.MC", None, (-1, -1, -1, -1), level="desk", parent=1),
    )


def _pools() -> tuple[Pool, ...]:
    """Desks, handlers, heads and directors of both departments, and a handler of the agency."""
    sizes = ((3, DESK, 1), (4, DESK, 1), (0, HANDLER, 3), (1, HANDLER, 3), (0, HEAD, 1), (1, HEAD, 1))
    plain = [_pool(place, *size) for place, size in enumerate(sizes)]
    signing = [replace(_pool(6 + place, place, DIRECTOR, 2), sessions=(time(10, 30), time(16))) for place in (0, 1)]
    return (*plain, *signing, _pool(8, 2, HANDLER, 1))


def _processes() -> tuple[Process, ...]:
    """One process for each procedure, and a new version of the first."""
    changed = {"effective_from": CHANGE, "replaces": 0, "effect": "realised", "work_factor": 0.7, "hold_factor": 0.4}
    return (
        process(0, "1", Limit(10.0, "working_days")),
        process(1, "1", Limit(40.0, "hours")),
        process(2, "1", Limit(12.0, "calendar_days")),
        process(0, "2", Limit(6.0, "working_days"), **changed),
    )


def _period() -> Period:
    return Period(
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        events_until=LAST_DAY + timedelta(days=14),
        weekdays=(1.4, 1.0, 1.0, 1.0, 0.9, 0.0, 0.0),
        off_days=0.1,
        hours=(*(0.1,) * 6, *(1.0,) * 16, *(0.2,) * 2),
        peaks=(Peak("Tết", date(2024, 2, 15), date(2024, 2, 23), 1.5),),
        trend=0.06,
    )


def _pool(place: int, of: int, role: int, officers: int) -> Pool:
    return Pool(of, (role,), tuple(f"cb{place}{number}" for number in range(officers)), (), 0.1, 0.7, False)
