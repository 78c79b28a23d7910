"""The worked example of docs/waiting.md is what comes out."""

import re
from pathlib import Path

import pytest

from drawn_waiting import told, waits_of
from mining.waiting.findings import CAUSES, efficiency, gain, total

PAGE = (Path(__file__).parents[2] / "docs" / "waiting.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example():
    """The log of the page."""
    drawing = re.search(r"    dossier activity officer start end\n((?:    .+\n)+)", PAGE)
    return told(drawing[1], away=[("1", "08:20", "08:50")])


def table():
    """The rows of the page's table by step: the wait and its parts."""
    rows = re.findall(r"^\| (\w+ ?\d?) \|([ \d,|]+)\|$", PAGE, re.MULTILINE)
    return {
        name: [float(cell.replace(",", "").strip() or 0) for cell in cells.split("|")]
        for name, cells in rows
        if not name.isdigit()
    }


def test_each_wait_is_as_the_page_says(example):
    said = table()
    assert set(said) == {*(f"{what} {number}" for what in ("check", "sign") for number in (1, 2, 3)), "all"}
    for what in ("check", "sign"):
        for number, minutes in enumerate(waits_of(example, what), 1):
            assert [sum(minutes.values()), *(minutes.get(cause, 0) for cause in CAUSES)] == said[f"{what} {number}"]
    whole = total(example)
    assert [
        whole.waiting.elapsed_seconds / 60,
        *(whole.by_cause[cause].elapsed_seconds / 60 for cause in CAUSES),
    ] == said["all"]


def test_the_efficiency_is_as_the_page_says(example):
    whole = total(example)
    assert whole.processing.elapsed_seconds == 175 * 60
    batching = whole.by_cause["batching"]
    assert whole.cte == pytest.approx(175 / 1410)
    assert efficiency(whole, batching) == pytest.approx(175 / (1410 - 450))
    assert gain(whole, batching) == pytest.approx(0.058, abs=5e-4)
    assert "175 / 1,410 = 12.4 %" in PAGE
    assert "175 / 960 =\n18.2 %" in PAGE
