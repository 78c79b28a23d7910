"""`tinhgon catalogue`: a file into the store, and what is said on the way."""

import json
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

TEMPLATES = Path(__file__).parents[3] / "docs" / "templates"
UNITS = "unit code,name\nH1,Sở A\n"
PROCESSES = (
    "procedure,version,decision,effective from,limit,step,task,hours\n"
    "1.001193,1,QĐ 1,01/01/2024,10 ngày làm việc,B1,Thẩm định,96\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.duckdb"


@pytest.fixture
def load(tmp_path: Path, store: Path) -> Callable[..., Result]:
    """Load a text from a file called `name`."""

    def run(text: str, name: str, *options: str) -> Result:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(commands, ["catalogue", "load", str(path), "--store", str(store), *options])

    return run


def stored(path: Path, question: str) -> list[tuple[Any, ...]]:
    kept = open_store(path, Pseudonyms(load_key(path.with_suffix(".key"))))
    with kept.cursor() as cursor:
        rows = cursor.execute(question).fetchall()
    kept.close()
    return rows


def test_the_templates_load_into_one_store_and_once_more_change_nothing(store: Path) -> None:
    said = []
    for name in (*("units", "procedures", "processes", "targets"), *("targets", "processes")):
        arguments = ["catalogue", "load", str(TEMPLATES / f"{name}.csv"), "--store", str(store)]
        said.append(CliRunner().invoke(commands, arguments, catch_exceptions=False).stdout.strip())
    assert said == [
        "units.csv: 5 added, 0 corrected, 0 unchanged",
        "procedures.csv: 3 added, 0 corrected, 0 unchanged",
        "processes.csv: 4 added, 0 corrected, 0 unchanged",
        "targets.csv: 2 added, 0 corrected, 0 unchanged",
        "targets.csv: 0 added, 0 corrected, 2 unchanged",
        "processes.csv: 0 added, 0 corrected, 4 unchanged",
    ]
    assert stored(store, "SELECT count(*), count(DISTINCT process_key) FROM approved_step") == [(17, 4)]


def test_a_correction_and_a_warning_are_shown_with_their_place(load: Callable[..., Result]) -> None:
    first = load(PROCESSES, "processes.csv")
    assert first.stdout == "processes.csv: 1 added, 0 corrected, 0 unchanged\n"
    assert first.stderr == (
        "warning: row 2: the steps take 96 h together, the limit is 80 h; both are kept as approved\n"
    )
    second = load(PROCESSES.replace(",96", ",80"), "processes.csv")
    assert second.stdout.splitlines() == [
        "processes.csv: 0 added, 1 corrected, 0 unchanged",
        'corrected: process:["1.001193","","","1"]',
    ]
    assert second.stderr == ""


def test_the_outcome_as_json(load: Callable[..., Result]) -> None:
    load(UNITS, "units.csv")
    outcome = json.loads(load(PROCESSES, "processes.csv", "--json").stdout)
    digest = outcome.pop("digest")
    assert len(digest) == 16
    process_key = 'process:["1.001193","","","1"]'
    text = "the steps take 96 h together, the limit is 80 h; both are kept as approved"
    assert outcome == {
        "file": "processes.csv",
        "added": [process_key],
        "corrected": [],
        "unchanged": 0,
        "warnings": [{"place": "row 2", "key": process_key, "text": text}],
        "notes": [],
    }


def test_a_file_with_faults_leaves_the_store_as_it_was(load: Callable[..., Result], store: Path) -> None:
    load(UNITS, "units.csv")
    faulty = PROCESSES + "1.001194,1,QĐ 1,01/01/2024,-1 giờ,B1,Thẩm định,8\n"
    as_text = load(faulty, "processes.csv")
    assert isinstance(as_text.exception, IngestError)
    assert str(as_text.exception).splitlines() == [
        "processes.csv has 1 fault; nothing of it was taken over",
        "  row 3, column E 'limit': the limit is -1 giờ; it must be more than 0",
    ]
    as_json = load(faulty, "processes.csv", "--json")
    assert as_json.exit_code == 1
    text = "the limit is -1 giờ; it must be more than 0"
    fault = {"sheet": None, "row": 3, "column": "E 'limit'", "text": text}
    assert json.loads(as_json.stdout) == {"file": "processes.csv", "faults": [fault]}
    assert stored(store, "SELECT key FROM catalogue_entry") == [("unit:H1",)]


def test_the_units_of_the_store_are_the_ones_that_steps_may_name(load: Callable[..., Result]) -> None:
    text = PROCESSES.replace("hours\n", "hours,unit\n").replace("96\n", "80,Sở B\n")
    assert load(text, "processes.csv").exit_code == 0
    load(UNITS, "units.csv")
    assert "'Sở B' is the code or the name of no known unit" in str(load(text, "processes.csv").exception)
    assert load(text.replace("Sở B", "sở a"), "processes.csv").exit_code == 0


def test_a_store_that_the_service_holds_is_left_to_it(store: Path) -> None:
    held = open_store(store, Pseudonyms(load_key(store.with_suffix(".key"))))
    command = [sys.executable, "-c", "from api.cli import main; main()", "catalogue", "load"]
    arguments = [str(TEMPLATES / "units.csv"), "--store", str(store)]
    refused = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=60)
    held.close()
    assert refused.returncode == 1
    assert "is in use by process" in refused.stderr
    assert "tinhgon catalogue publish FILE" in refused.stderr


def test_publishing_needs_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINHGON_KAFKA", "off")
    refused = CliRunner().invoke(commands, ["catalogue", "publish", str(TEMPLATES / "units.csv")])
    assert refused.exit_code == 2
    assert "TINHGON_KAFKA is off; use tinhgon catalogue load" in refused.stderr
