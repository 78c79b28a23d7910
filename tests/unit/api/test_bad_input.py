"""Bad input as a person gives it on the command line: a clear error with its place, and nothing half loaded."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import commands
from ingest import IngestError
from ingest.pseudonym import Pseudonyms, load_key
from ingest.store import open_store
from mining.working_time.calendar import CalendarError

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
INTERVAL = ("2026-01-05T08:00", "2026-01-05T10:00")
UNITS = "unit code,name,successor\nH1,Sở A,\n"
HEADER = "procedure,version,decision,effective from,effective to,limit,step,task,unit,hours\n"
GOOD = "1.001193,1,QĐ 1,01/01/2024,,10 ngày làm việc,B1,Thẩm định,H1,80\n"
PROCESSES = {
    "a version that ends before it starts": (
        "1.001194,1,QĐ 2,01/05/2024,30/04/2024,8 giờ,B1,Thẩm định,H1,8\n",
        "row 3, column E 'effective to': the version ends (30/04/2024) before it starts (01/05/2024)",
    ),
    "an unknown unit": (
        "1.001194,1,QĐ 2,01/05/2024,,8 giờ,B1,Thẩm định,H9,8\n",
        "row 3, column I 'unit': 'H9' is the code or the name of no known unit",
    ),
    "a limit of -1": (
        "1.001194,1,QĐ 2,01/05/2024,,-1 giờ,B1,Thẩm định,H1,8\n",
        "row 3, column F 'limit': the limit is -1 giờ; it must be more than 0",
    ),
}
WEEK = 'code = "ward"\n[week]\n'
CALENDARS = {
    "overlapping slots": (
        WEEK + 'monday = ["07:00-11:30", "11:00-17:00"]\n',
        "ward.toml: monday: 07:00-11:30 and 11:00-17:00 overlap",
    ),
    "a day of 25 hours": (
        WEEK + 'monday = ["00:00-25:00"]\n',
        "ward.toml: monday: '25:00' is no time of day; write hours and minutes from 00:00 to 24:00",
    ),
    "a holiday file with a wrong date": (
        'code = "ward"\noverride_files = ["notices.csv"]\n',
        "notices.csv, line 3: '2026-02-30' is no day; write it like 2026-01-31",
    ),
    "a closure that ends before it starts": (
        'code = "ward"\n[[closure]]\nfirst_day = 2026-07-02\nlast_day = 2026-07-01\nsource = "x"\n',
        "ward.toml: the closure from 2026-07-02 to 2026-07-01 ends before it starts",
    ),
}
calendars = pytest.mark.parametrize(("text", "said"), CALENDARS.values(), ids=CALENDARS)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Path:
    return tmp_path / "log.duckdb"


@pytest.fixture
def load(tmp_path: Path, store: Path) -> Callable[..., Result]:
    """Load a text as a catalogue file."""

    def run(text: str, name: str) -> Result:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(commands, ["catalogue", "load", str(path), "--store", str(store)])

    return run


@pytest.fixture
def calendar(tmp_path: Path) -> Callable[[str], Path]:
    """Write a calendar file, with a file of notices beside it of which the second one has a wrong date."""

    def write(text: str) -> Path:
        notices = "day,working,in_place_of,source\n2026-02-20,no,,notice 1\n2026-02-30,no,,notice 2\n"
        (tmp_path / "notices.csv").write_text(notices, encoding="utf-8")
        path = tmp_path / "ward.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def stored(path: Path) -> list[list[tuple[Any, ...]]]:
    """All that a store knows of the catalogue."""
    kept = open_store(path, Pseudonyms(load_key(path.with_suffix(".key"))))
    tables = ("catalogue_entry", "catalogue_message", "approved_process", "approved_step")
    with kept.cursor() as cursor:
        rows = [cursor.table(table).to_arrow_table().to_pylist() for table in tables]
    kept.close()
    return rows


@pytest.mark.parametrize(("row", "said"), PROCESSES.values(), ids=PROCESSES)
def test_a_catalogue_with_a_fault_is_not_loaded_at_all(
    load: Callable[..., Result], store: Path, row: str, said: str
) -> None:
    assert load(UNITS, "units.csv").exit_code == 0
    assert load(HEADER + GOOD.replace("QĐ 1", "QĐ 0"), "processes.csv").exit_code == 0
    before = stored(store)
    refused = load(HEADER + GOOD + row, "processes.csv")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, IngestError)
    first, *faults = str(refused.exception).splitlines()
    assert first == "processes.csv has 1 fault; nothing of it was taken over"
    assert said in faults[0]
    assert stored(store) == before


def test_all_faults_are_told_at_once(load: Callable[..., Result], store: Path) -> None:
    load(UNITS, "units.csv")
    before = stored(store)
    rows = [row.replace("1194", f"12{n}4") for n, (row, _said) in enumerate(PROCESSES.values(), 10)]
    refused = load(HEADER + GOOD + "".join(rows), "processes.csv")
    assert "processes.csv has 3 faults; nothing of it was taken over" in str(refused.exception)
    assert stored(store) == before


def test_a_unit_with_a_successor_that_is_not_known_is_not_loaded(load: Callable[..., Result], store: Path) -> None:
    refused = load(UNITS + "H2,Sở B,H9\n", "units.csv")
    assert "row 3, column C 'successor': 'H9' is the code or the name of no known unit" in str(refused.exception)
    assert stored(store) == [[], [], [], []]


@calendars
def test_working_time_is_not_counted_on_a_bad_calendar(calendar: Callable[[str], Path], text: str, said: str) -> None:
    refused = CliRunner().invoke(commands, ["worktime", *INTERVAL, "--calendar", str(calendar(text))])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert isinstance(refused.exception, CalendarError)
    assert said in str(refused.exception)


def test_working_time_of_an_unknown_unit_is_not_counted(calendar: Callable[[str], Path]) -> None:
    path = calendar(WEEK + 'monday = ["07:00-11:30"]\n')
    refused = CliRunner().invoke(commands, ["worktime", *INTERVAL, "--calendar", str(path), "--unit", "H9"])
    assert isinstance(refused.exception, CalendarError)
    assert str(refused.exception) == "ward.toml has the calendars ward; say one of them with --unit, not H9"


@calendars
def test_a_log_is_not_analysed_on_a_bad_calendar(
    calendar: Callable[[str], Path], tmp_path: Path, store: Path, text: str, said: str
) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case_id,activity,time\nH1,Tiếp nhận,2026-01-05T08:00:00+07:00\n", encoding="utf-8")
    arguments = ["analyse", str(log), "--calendar", str(calendar(text)), "--store", str(store)]
    refused = CliRunner().invoke(commands, arguments)
    assert said in str(refused.exception)
    assert not store.exists()


def serve(store: Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {"TINHGON_KAFKA": "off", "TINHGON_PORT": "0", "TINHGON_STORE": str(store)}
    given = {f"TINHGON_{name.upper()}": str(value) for name, value in settings.items()}
    return subprocess.run(
        [*COMMAND, "serve"],
        env={**os.environ, **environment, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@calendars
def test_the_service_does_not_start_on_a_bad_calendar(
    calendar: Callable[[str], Path], store: Path, text: str, said: str
) -> None:
    ended = serve(store, calendars=calendar(text))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("tinhgon: TINHGON_CALENDARS: ")
    assert said in line
    assert not store.exists()


def test_the_service_does_not_start_on_bad_rules_of_due_dates(tmp_path: Path, store: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[owner.H29]\ncutoff = "25:00"\n')
    ended = serve(store, due_rules=rules)
    assert ended.returncode == 1
    assert ended.stderr.startswith("tinhgon: TINHGON_DUE_RULES: ")
    assert "rules.toml: owner.H29.cutoff: '25:00' is no time of day; write it like \"15:00\"" in ended.stderr
    assert not store.exists()
