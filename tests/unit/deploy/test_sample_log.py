"""The sample is what its generator writes, and has the form of real logs."""

import csv
import itertools
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from deploy.sample.generate import COLUMNS, SAMPLE, after_work, generate, office_time

DOSSIER = re.compile(r"^[0-9A-Z]{3}(\.[0-9A-Z]{2}){2}\.[GH][0-9]{2}-\d{6}-\d{4,}$")
PROCEDURE = re.compile(r"^[1-9]\.\d{6}(\.000\.00\.00\.[GH]\d{2}|\.[GH]\d{2})?$")


def rows() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_generator_writes_the_same_bytes_again() -> None:
    assert generate() == SAMPLE.read_bytes()


def test_every_row_has_the_form_of_a_real_one() -> None:
    sample = rows()
    assert tuple(sample[0]) == COLUMNS
    assert len({row["case_id"] for row in sample}) == 300
    assert {row["channel"] for row in sample} == {"online", "counter", "postal"}
    for row in sample:
        assert DOSSIER.match(row["case_id"])
        assert PROCEDURE.match(row["procedure"])
        assert 1 <= int(row["status"]) <= 10
        start, end = (datetime.fromisoformat(row[name]) for name in ("start_time", "end_time"))
        assert start <= end
        assert start.isoformat().endswith("+07:00")


def test_dossiers_travel_as_dossiers_do() -> None:
    paths: dict[str, list[str]] = defaultdict(list)
    procedures: dict[str, set[str]] = defaultdict(set)
    for row in rows():
        paths[row["case_id"]].append(row["activity"])
        procedures[row["case_id"]].add(row["procedure"])
    assert all(len(found) == 1 for found in procedures.values())
    assert {path[-1] for path in paths.values()} == {"Trả kết quả", "Từ chối tiếp nhận", "Xin rút"}
    assert sum("Công dân gửi bổ sung" in path for path in paths.values()) > 20
    assert sum("Trả lại người xử lý trước" in path for path in paths.values()) > 10


def test_an_officer_does_one_thing_at_a_time() -> None:
    work: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows():
        if row["resource"]:
            work[row["resource"]].append((row["start_time"], row["end_time"]))
    assert len(work) > 15
    for spans in work.values():
        spans.sort()
        assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))


def test_office_time_skips_nights_noons_and_weekends() -> None:
    friday = datetime.fromisoformat("2025-09-05T16:30:00+07:00")
    assert office_time(friday) == friday
    assert after_work(friday, 30) == datetime.fromisoformat("2025-09-05T17:00:00+07:00")
    assert after_work(friday, 31) == datetime.fromisoformat("2025-09-08T07:31:00+07:00")
    assert office_time(friday.replace(hour=12)) == friday.replace(hour=13, minute=0)


def test_its_readme_says_that_it_is_synthetic() -> None:
    assert "**synthetic**" in Path(SAMPLE.parent / "README.md").read_text(encoding="utf-8")
