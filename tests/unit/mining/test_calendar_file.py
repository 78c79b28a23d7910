"""Calendar files: what is read from them, and what is said of a bad one."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mining.working_time.calendar import CalendarError, Slot
from mining.working_time.calendar_file import load_calendar, load_calendars, public_sector, read_overrides, read_week
from real_logs import real_log

ROOT = Path(__file__).parents[3]
SATURDAY = Slot.read("07:30", "11:30")

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the text of a calendar file, TOML unless it looks like JSON."""

    def to_file(text: str) -> Path:
        path = tmp_path / ("calendar.json" if text.startswith("{") else "calendar.toml")
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


FULL = """
code = "ward-1"
holidays = "VN"
override_files = ["more.csv"]

[week]
Monday-Thursday = ["07:30-11:30", "13:00-17:00"]
friday = ["07:30-11:30"]

[[override]]
day = 2026-01-02
working = true
source = "we did work"

[[override]]
day = 2026-02-13
working = true
hours = ["07:30-10:00"]
source = "last day before Tết"

[[closure]]
first_day = 2026-07-01
last_day = 2026-07-01
source = "the office moves"
"""


def test_a_calendar_file_is_read_on_top_of_the_shipped_overrides(write: Write) -> None:
    path = write(FULL)
    path.with_name("more.csv").write_text(
        'day,working,in_place_of,source\n2026-03-02,no,,"Decision 1, art. 2"\n2026-01-02,no,,older\n', encoding="utf-8"
    )
    calendar = load_calendar(path)
    assert calendar.code == "ward-1"
    assert calendar.week == read_week(
        {"monday-thursday": [("07:30", "11:30"), ("13:00", "17:00")], "friday": [("07:30", "11:30")]}
    )
    assert calendar.hours_on(date(2026, 1, 2)) == (SATURDAY,)  # the file goes before more.csv, and that before ours
    assert calendar.hours_on(date(2026, 1, 10)) == (SATURDAY,)  # shipped: made up for a Friday
    assert calendar.hours_on(date(2026, 2, 13)) == (Slot.read("07:30", "10:00"),)
    assert not calendar.is_working_day(date(2026, 3, 2))
    assert not calendar.is_working_day(date(2026, 7, 1))


def test_a_file_without_a_week_has_the_default_one_and_may_do_without_holidays(write: Write) -> None:
    calendar = load_calendar(write('code = "always"\nholidays = "none"'))
    assert calendar.week == public_sector().week
    assert calendar.is_working_day(date(2026, 1, 1))
    assert "no-holidays" in calendar.version


def test_resource_calendars_are_read_from_json(write: Write) -> None:
    path = write(
        '{"An": {"MONDAY-FRIDAY": [["10:00", "12:00"], ["12:30", "20:00"]]}, "Bo": {"SUNDAY": [["00:00", "24:00"]]}}'
    )
    calendars = load_calendars(path)
    assert list(calendars) == ["An", "Bo"]
    assert calendars["An"].week[4] == (Slot(600, 720), Slot(750, 1200))
    assert calendars["Bo"].week == ((),) * 6 + ((Slot(0, 1440),),)
    assert (calendars["An"].zone, calendars["An"].holidays) == ("UTC", None)
    with pytest.raises(CalendarError, match=r"holds 2 calendars \(An, Bo\)"):
        load_calendar(path)


def test_the_calendars_of_the_hand_made_logs_can_be_read() -> None:
    calendars = load_calendars(real_log("waiting_causes/calendar.json"))
    assert len(calendars) == 5
    assert len(calendars["Marcus"].week[0]) == 2


WEEK = 'code = "a"\n[week]\n'
OVERRIDE = 'code = "a"\n[[override]]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WEEK + 'monday = ["07:00-11:30", "11:00-17:00"]', r"toml: monday: 07:00-11:30 and 11:00-17:00 overlap"),
        (WEEK + 'monday = ["13:30-17:00", "07:00-11:30"]', r"toml: monday: .* stand in the wrong order"),
        (WEEK + 'monday = ["07:00-11:30", "11:32-17:00"]', r"toml: monday: the break .* is shorter than 5 minutes"),
        (WEEK + 'monday = ["17:00-07:00"]', r"toml: monday: 17:00-07:00 closes before it opens"),
        (WEEK + 'monday = ["07:00-07:00"]', r"closes before it opens or at once"),
        (WEEK + 'monday = ["00:00-25:00"]', r"toml: monday: '25:00' is no time of day; write .* from 00:00 to 24:00"),
        (WEEK + 'monday = ["07:00-11:60"]', r"'11:60' is no time of day"),
        (WEEK + 'monday = ["7h-11h"]', r"'7h' is no time of day"),
        (WEEK + 'monday = ["07:00"]', r"'07:00' is no slot; write two times of day"),
        (WEEK + 'monday = "07:00-11:30"', r"toml: week.*: Expected `array`, got `str`"),
        (WEEK + 'mondays = ["07:00-11:30"]', r"toml: mondays: 'mondays' is no weekday; write monday, tuesday"),
        (WEEK + 'friday-monday = ["07:00-11:30"]', r"toml: friday-monday: the range runs backwards"),
        (WEEK + 'monday-friday = ["07:00-11:30"]\nfriday = ["07:00-11:00"]', r"toml: friday: friday is given twice"),
        (WEEK + "monday = []", r"toml: the week has no office hours at all"),
        (WEEK, r"toml: the week has no office hours at all"),
        (OVERRIDE + 'day = 2026-02-30\nworking = true\nsource = "x"', r"toml: .*\(at line 3, column 7\)"),
        (
            OVERRIDE + 'day = "tomorrow"\nworking = true\nsource = "x"',
            r"toml: override\[0\].day: .*docs/working-time.md",
        ),
        (
            OVERRIDE + 'day = 2026-02-03\nworking = true\nsource = " "',
            r"toml: override of 2026-02-03: .* has no source",
        ),
        (OVERRIDE + "day = 2026-02-03\nworking = true", r"toml: override\[0\]: .*`source`"),
        (OVERRIDE + 'day = 2026-02-03\nworks = true\nsource = "x"', r"toml: override\[0\]: .*works"),
        (
            OVERRIDE + 'day = 2026-02-03\nworking = true\nhours = ["9-10"]\nsource = "x"',
            r"override of 2026-02-03: '9' is no time of day",
        ),
        (
            OVERRIDE + 'day = 2026-02-03\nworking = true\nhours = []\nsource = "x"',
            r"override of 2026-02-03: .* hours are empty",
        ),
        (
            OVERRIDE + 'day = 2026-02-03\nworking = false\nhours = ["09:00-10:00"]\nsource = "x"',
            r"override of 2026-02-03 is a day off with hours",
        ),
        (
            OVERRIDE
            + 'day = 2026-02-03\nworking = true\nin_place_of = 2026-02-02\nhours = ["09:00-10:00"]\nsource = "x"',
            r"has both hours and in_place_of",
        ),
        (
            OVERRIDE + 2 * 'day = 2026-02-03\nworking = true\nsource = "x"\n[[override]]\n',
            r"toml: .*override\[2\].*",
        ),
        (
            'code = "a"\n[[closure]]\nfirst_day = 2026-07-02\nlast_day = 2026-07-01\nsource = "x"',
            r"toml: the closure from 2026-07-02 to 2026-07-01 ends before it starts",
        ),
        (
            'code = "a"\n[[closure]]\nfirst_day = 2026-07-02\nlast_day = 2026-07-02\nsource = ""',
            r"toml: the closure from 2026-07-02 has no source",
        ),
        ('code = "a"\nzone = "Asia/Nowhere"', r"toml: the time zone 'Asia/Nowhere' is not known"),
        ('code = "a"\nholidays = "XX"', r"toml: the public holidays of 'XX' are not known"),
        ('code = " "', r"toml: the calendar has no code"),
        ('code = "a"\noverride_files = ["gone.csv"]', r"gone.csv cannot be read"),
        ("code = ", r"toml: this is no valid TOML: "),
        ("", r"toml: .*`code`"),
        ("{", r"json: this is no JSON"),
        ("{}", r"json: there are no resources"),
        ('{"An": {"MONDAY": [["08:00"]]}}', r"json: An: \[\.\.\.\]\[0\]: .*length 2"),
        ('{"An": {"MONDAY": [["08:00", "07:00"]]}}', r"json: An: MONDAY: 08:00-07:00 closes before it opens"),
        ('{"An": {"MODNAY": [["08:00", "09:00"]]}}', r"json: An: MODNAY: 'modnay' is no weekday"),
        ('{"An": 8}', r"json: An: Expected `object`, got `int`"),
    ],
)
def test_a_bad_file_is_refused_with_the_place_of_the_mistake(write: Write, text: str, message: str) -> None:
    with pytest.raises(CalendarError, match=message):
        load_calendar(write(text))


def test_a_day_overridden_twice_is_refused(write: Write) -> None:
    line = '[[override]]\nday = 2026-02-03\nworking = true\nsource = "x"\n'
    with pytest.raises(CalendarError, match=r"override of 2026-02-03: 2026-02-03 is overridden twice"):
        load_calendar(write('code = "a"\n' + line * 2))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("2026-02-30,no,,notice", r"more.csv, line 3: '2026-02-30' is no day; write it like 2026-01-31"),
        ("30/01/2026,no,,notice", r"line 3: '30/01/2026' is no day"),
        ("2026-01-30,perhaps,,notice", r"line 3: working is 'perhaps'; write yes or no"),
        ("2026-01-30,no,,", r"line 3: the override of 2026-01-30 has no source"),
        ("2026-01-30", r"line 3: working is ''"),
        ("2026-01-30,no,,Decision 1, article 2", r"line 3: there are more columns than in the first line"),
        ("2026-01-30,yes,soon,notice", r"line 3: 'soon' is no day"),
        ("2026-01-29,no,,notice", r"line 3: 2026-01-29 is overridden twice"),
    ],
)
def test_a_bad_line_of_overrides_is_refused(tmp_path: Path, lines: str, message: str) -> None:
    path = tmp_path / "more.csv"
    path.write_text(f"day,working,in_place_of,source\n2026-01-29,no,,notice\n{lines}\n", encoding="utf-8")
    with pytest.raises(CalendarError, match=message):
        read_overrides(path)


def test_overrides_need_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text("day;working;source\n", encoding="utf-8")
    with pytest.raises(CalendarError, match=r"the column day, in_place_of, source, working is missing"):
        read_overrides(path)


def test_a_file_that_is_absent_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match=r"gone.toml cannot be read"):
        load_calendar(tmp_path / "gone.toml")
    with pytest.raises(CalendarError, match=r"hours.xlsx is no calendar file; its name must end in .toml or .json"):
        load_calendar(tmp_path / "hours.xlsx")


def test_the_files_shown_in_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "working-time.md").read_text(encoding="utf-8")
    blocks = {kind: guide.split(f"```{kind}\n", 1)[1].split("```", 1)[0] for kind in ("toml", "csv", "json")}
    (tmp_path / "notices-2027.csv").write_text(blocks["csv"], encoding="utf-8")
    for kind in ("toml", "json"):
        path = tmp_path / f"calendar.{kind}"
        path.write_text(blocks[kind], encoding="utf-8")
        assert load_calendars(path)
