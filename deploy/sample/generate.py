"""Write ho-so-mau.csv: a SYNTHETIC event log of three Vietnamese procedures, made up for trying the product out.

No dossier, officer or office in it is real, and its figures say nothing about any place. Procedure codes,
activities, status codes and channels have the form of real ones. The same bytes come out on every run:
`python -m deploy.sample.generate [FILE]`.
"""

import csv
import heapq
import io
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

SEED = 20250903
DOSSIERS = 300
FIRST_DAY = date(2025, 9, 3)  # no public holiday falls between this day and the end of the year
INTAKE_DAYS = 75
HANOI = timezone(timedelta(hours=7))
OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
SAMPLE = Path(__file__).with_name("ho-so-mau.csv")
Row = tuple[str, str, str, str, str, str, str, str, str, str]
COLUMNS = (
    "case_id",
    "procedure",
    "activity",
    "start_time",
    "end_time",
    "resource",
    "role",
    "unit",
    "channel",
    "status",
)


@dataclass(frozen=True, slots=True)
class Role:
    """Who does a step: a role in a unit, and how many people share it; 0 for the citizen or another agency."""

    key: str
    name: str
    unit: str
    officers: int


@dataclass(frozen=True, slots=True)
class Step:
    """One activity: who does it, the status after it (national codes 1-10), typical work and handover time."""

    activity: str
    role: Role
    status: int
    work_minutes: float
    handover_hours: float


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure: its code, the body that receives it, its share of all dossiers, and its approval chain."""

    code: str
    body: str
    share: float
    appraisal: tuple[Step, ...]
    approval: tuple[Step, ...]
    supplement_rate: float
    return_rate: float


CITIZEN = Role("cd", "Công dân", "", 0)
INTAKE = Role("mc", "Công chức một cửa", "Bộ phận một cửa", 4)
LAND_CLERK = Role("dd", "Chuyên viên thẩm định", "Chi nhánh Văn phòng đăng ký đất đai", 5)
LAND_HEAD = Role("dd-ld", "Lãnh đạo chi nhánh", "Chi nhánh Văn phòng đăng ký đất đai", 1)
TAX = Role("thue", "Cơ quan thuế", "Thuế cơ sở", 0)
TRADE_CLERK = Role("kt", "Chuyên viên kinh tế", "Phòng Kinh tế", 2)
TRADE_HEAD = Role("kt-ld", "Lãnh đạo phòng", "Phòng Kinh tế", 1)
JUSTICE_CLERK = Role("lltp", "Chuyên viên lý lịch tư pháp", "Phòng Lý lịch tư pháp", 3)
JUSTICE_HEAD = Role("lltp-ld", "Lãnh đạo phòng", "Phòng Lý lịch tư pháp", 1)
POLICE = Role("hsnv", "Cơ quan phối hợp", "Cơ quan hồ sơ nghiệp vụ", 0)
CLERICAL = Role("vt", "Văn thư", "Văn phòng", 1)

SUBMIT = Step("Nộp hồ sơ trực tuyến", CITIZEN, 1, 0, 0)
ACCEPT = Step("Tiếp nhận hồ sơ", INTAKE, 2, 12, 0.2)
REFUSE = Step("Từ chối tiếp nhận", INTAKE, 3, 8, 0)
ANSWER = Step("Công dân gửi bổ sung", CITIZEN, 5, 0, 30)
WITHDRAW = Step("Xin rút", CITIZEN, 7, 0, 20)
SEAL = Step("Cấp số và đóng dấu", CLERICAL, 9, 6, 1)
MAIL = Step("Chuyển kết quả bưu chính", CLERICAL, 9, 5, 2)
HAND_OVER = Step("Trả kết quả", INTAKE, 10, 5, 10)

PROCEDURES = (
    Procedure(
        code="1.004227.H29",
        body="H29.09",
        share=0.35,
        appraisal=(
            Step("Phân công", LAND_HEAD, 4, 4, 2),
            Step("Thẩm định", LAND_CLERK, 4, 150, 3),
        ),
        approval=(
            Step("Liên thông (gửi)", LAND_CLERK, 4, 10, 1),
            Step("Liên thông (nhận)", TAX, 4, 0, 26),
            Step("Yêu cầu thu phí", LAND_CLERK, 6, 8, 1),
            Step("Trình lãnh đạo", LAND_CLERK, 4, 15, 16),
            Step("Duyệt", LAND_HEAD, 4, 10, 4),
            Step("Ký số", LAND_HEAD, 4, 3, 1),
        ),
        supplement_rate=0.24,
        return_rate=0.12,
    ),
    Procedure(
        code="1.001612.H29",
        body="H29.31",
        share=0.40,
        appraisal=(Step("Thẩm định", TRADE_CLERK, 4, 55, 2),),
        approval=(
            Step("Trình lãnh đạo", TRADE_CLERK, 4, 8, 1),
            Step("Duyệt", TRADE_HEAD, 4, 6, 2),
            Step("Ký số", TRADE_HEAD, 4, 2, 0.5),
        ),
        supplement_rate=0.15,
        return_rate=0.05,
    ),
    Procedure(
        code="2.000488.H29",
        body="H29.16",
        share=0.25,
        appraisal=(
            Step("Liên thông (gửi)", JUSTICE_CLERK, 4, 12, 3),
            Step("Liên thông (nhận)", POLICE, 4, 0, 38),
            Step("Thẩm định", JUSTICE_CLERK, 4, 40, 2),
        ),
        approval=(
            Step("Trình lãnh đạo", JUSTICE_CLERK, 4, 8, 2),
            Step("Ký số", JUSTICE_HEAD, 4, 3, 5),
        ),
        supplement_rate=0.06,
        return_rate=0.04,
    ),
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier: its code, its way through the offices, its channel, and when it came in."""

    code: str
    procedure: str
    channel: str
    path: tuple[Step, ...]
    arrived_at: datetime


class Chance:
    """The random choices, built on `random()` alone: the one stream that Python keeps equal over versions."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def happens(self, rate: float) -> bool:
        """True in a share `rate` of the cases."""
        return self._random() < rate

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self._random() * count)

    def around(self, mean: float) -> float:
        """A positive number around `mean`: mostly near it, now and then three times as much."""
        return mean * (0.45 + 0.55 * min(-math.log(1 - self._random()), 6.0))


def office_time(moment: datetime) -> datetime:
    """The moment itself when offices are open, else the next opening."""
    while True:
        if moment.weekday() < 5:
            for opening, closing in OFFICE_HOURS:
                if moment.time() < closing:
                    return max(moment, datetime.combine(moment.date(), opening, HANOI))
        moment = datetime.combine(moment.date() + timedelta(days=1), time(), HANOI)


def after_work(moment: datetime, minutes: float) -> datetime:
    """The moment at which so many minutes of office time have passed, to the second."""
    left = timedelta(seconds=round(minutes * 60))
    moment = office_time(moment)
    while True:
        closing = next(end for _, end in OFFICE_HOURS if moment.time() < end)
        open_for = datetime.combine(moment.date(), closing, HANOI) - moment
        if left <= open_for:
            return moment + left
        left -= open_for
        moment = office_time(moment + open_for)


def _path(procedure: Procedure, channel: str, chance: Chance) -> tuple[Step, ...]:
    begin = (SUBMIT,) if channel == "online" else ()
    if chance.happens(0.03):
        return (*begin, REFUSE)
    appraisal = procedure.appraisal
    path = [*begin, ACCEPT, *appraisal]
    appraise = appraisal[-1]
    while chance.happens(procedure.supplement_rate):
        path.append(Step("Yêu cầu bổ sung", appraise.role, 5, 10, 1))
        if chance.happens(0.08):
            return (*path, WITHDRAW)
        path += [ANSWER, appraise]
    path += procedure.approval
    if chance.happens(procedure.return_rate):
        sign = path.pop()
        back = Step("Trả lại người xử lý trước", sign.role, 4, 5, 4)
        present = next(step for step in procedure.approval if step.activity == "Trình lãnh đạo")
        path += [back, appraise, present, sign]
    return (*path, SEAL, *((MAIL,) if channel == "postal" else ()), HAND_OVER)


def _dossiers(chance: Chance) -> list[Dossier]:
    arrivals = []
    for _ in range(DOSSIERS):
        day = FIRST_DAY + timedelta(days=chance.below(INTAKE_DAYS))
        if day.weekday() >= 5:
            day += timedelta(days=7 - day.weekday())  # so that Mondays are the busy days
        moment = datetime.combine(day, time(7, 30), HANOI) + timedelta(seconds=chance.below(9 * 3600))
        draw = chance.below(100) / 100
        procedure = PROCEDURES[(draw >= PROCEDURES[0].share) + (draw >= 1 - PROCEDURES[2].share)]
        arrivals.append((moment, procedure))
    arrivals.sort(key=lambda arrival: (arrival[0], arrival[1].code))
    ordinals: Counter[tuple[str, date]] = Counter()
    dossiers = []
    for moment, procedure in arrivals:
        day = moment.date()
        ordinals[procedure.body, day] += 1
        code = f"000.{procedure.body[4:]}.01.H29-{day:%y%m%d}-{ordinals[procedure.body, day]:04}"
        channel = "online" if chance.happens(0.62) else "postal" if chance.happens(0.15) else "counter"
        arrived = moment if channel == "online" else office_time(moment)
        path = _path(procedure, channel, chance)
        dossiers.append(Dossier(code, procedure.code, channel, path, arrived))
    return dossiers


def _rows(chance: Chance) -> Iterator[Row]:
    """Play the offices: whoever of a role is free first takes the dossier that has waited longest."""
    dossiers = _dossiers(chance)
    waiting = [(dossier.arrived_at, number, 0) for number, dossier in enumerate(dossiers)]
    heapq.heapify(waiting)
    free: dict[Role, list[datetime]] = {}
    while waiting:
        ready, number, place = heapq.heappop(waiting)
        dossier = dossiers[number]
        step = dossier.path[place]
        officer = ""
        if step.role.officers:
            desks = free.setdefault(step.role, [ready] * step.role.officers)
            desk = min(range(len(desks)), key=desks.__getitem__)
            start = office_time(max(ready, desks[desk]))
            end = desks[desk] = after_work(start, chance.around(step.work_minutes))
            officer = f"{step.role.key}-{desk + 1:02}"
        else:
            start = end = ready
        yield (
            dossier.code,
            dossier.procedure,
            step.activity,
            start.isoformat(),
            end.isoformat(),
            officer,
            step.role.name,
            step.role.unit,
            dossier.channel,
            str(step.status),
        )
        if place + 1 < len(dossier.path):
            hours = chance.around(dossier.path[place + 1].handover_hours)
            heapq.heappush(waiting, (after_work(end, hours * 60), number, place + 1))


def generate() -> bytes:
    """The whole sample as CSV: UTF-8, a header line, sorted by end of work."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = sorted(_rows(Chance(SEED)), key=lambda row: (row[4], row[0], row[3]))
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE).write_bytes(generate())
