"""The page docs/log-files.md says what the code does."""

import re
from pathlib import Path

import pytest

from ingest.reject import Reason
from ingest.sources import ColumnMapping
from ingest.sources.columns import FIELDS
from ingest.sources.detect import NAMES, plain
from ingest.sources.log_file import ENDINGS

PAGE = (Path(__file__).parents[4] / "docs" / "log-files.md").read_text(encoding="utf-8")
ROWS = {row[1]: row[2] for row in re.finditer(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("field", FIELDS)
def test_the_names_of_each_field_are_listed_in_their_order(field: str) -> None:
    assert [plain(name) for name in ROWS[field].split(",")] == [plain(name) for name in NAMES[field].split(",")]


def test_no_name_is_listed_twice_for_a_field() -> None:
    for field, names in NAMES.items():
        keys = [plain(name) for name in names.split(",")]
        assert len(keys) == len(set(keys)), field


def test_each_ending_is_described() -> None:
    read = {ending.removesuffix(".gz") for ending in ENDINGS} - {".jsonl", ".ndjson"}
    assert read <= set(re.findall(r"`(\.[a-z]+)`", PAGE))


def test_the_reasons_are_codes_that_exist() -> None:
    table = PAGE.partition("## Rows that cannot be used")[2].partition("Kept with it")[0]
    reasons = set(re.findall(r"`([a-z_]+)`", table))
    assert reasons <= {reason.value for reason in Reason}
    assert len(reasons) >= 10


def test_the_example_of_a_mapping_is_read() -> None:
    (example,) = re.findall(r'--columns "([^"]+)"', PAGE)
    assert ColumnMapping.parse(example).dossier == "MaHS"
