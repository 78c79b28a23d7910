"""The example that docs/conformance.md carries through comes out as the page says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mining.clocks.clock import Calendars
from mining.conformance.align_pool import AlignPool
from mining.conformance.check import Basis, prepare_conformance, refresh_conformance
from mining.conformance.deviations import DeviationKind
from mining.conformance.difference import difference
from mining.conformance.findings import Conformance, conformance
from mining.conformance.pictures import approved_picture
from mining.conformance.rules import RULES
from mining.derive import refresh
from mining.slice import Slice
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
UNIT = '{{"code": "{0}", "name": "{0}"}}'


@pytest.fixture
def example(log: Any) -> Iterator[tuple[Any, Conformance]]:
    """The process and the dossiers of the page, compared."""
    log.cursor.execute((ROOT / "ingest" / "catalogue.sql").read_text())
    prepare_conformance(log.cursor)
    process = "('k', 'P', NULL, NULL, '1', 'QD', '2020-01-01', NULL, 3, 'working_days', 24, 24, [])"
    log.cursor.execute(f"INSERT INTO approved_process VALUES {process}")
    steps = re.findall(r"^\| (\d) \| (\w+) \| (\d) \| (\w+) \| (\w+) \|$", PAGE, re.M)
    for number, task, hours, unit, role in steps:
        row = ["k", int(number), number, task, unit, role, float(hours)]
        log.cursor.execute("INSERT INTO approved_step VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
    for number, unit in enumerate(("desk", "office"), 1):
        values = [number, f"unit:{unit}", UNIT.format(unit)]
        log.cursor.execute("INSERT INTO catalogue_entry VALUES (?, 'unit', ?, ?, 'test', [], now())", values)
    log.arrive("\n".join(lines(steps)))
    refresh(log.cursor)
    aligner = AlignPool()
    refresh_conformance(log.cursor, Basis(Calendars(WorkingTime.of(public_sector()))), aligner)
    yield log.cursor, conformance(log.cursor, Slice())
    aligner.close()


def lines(steps: list[tuple[str, ...]]) -> Iterator[str]:
    """Draw the dossiers of the page, with units and roles as approved but where the page says otherwise."""
    units = {task: (unit, role) for _, task, _, unit, role in steps}
    for dossier, course in re.findall(r"^    ([ABC])  (receive .*)$", PAGE, re.M):
        for task, minute in re.findall(r"(\w+) +(\d+)", course):
            unit, role = units.get(task, ("desk", "clerk"))
            unit = "desk" if (dossier, task) == ("B", "sign") else unit
            status = {"receive": 2, "sign": 9, "return": 10}.get(task, 4)
            yield f"{dossier} {task} complete {minute} procedure=P unit={unit} role={role} status={status}"


def test_fitness(example: tuple[Any, Conformance]) -> None:
    fit = example[1].fit
    assert "Fitness 1 - 2 / 21 = 0.905; two of three fit, one of three conforms." in " ".join(PAGE.split())
    assert (fit.dossiers, fit.cost, fit.worst_cost, fit.fitting, fit.conforming) == (3, 2, 21, 2, 1)
    assert fit.fitness == pytest.approx(0.905, abs=5e-4)


def test_deviations(example: tuple[Any, Conformance]) -> None:
    page = " ".join(PAGE.split())
    assert "B has `wrong_unit` of step 3: 30 minutes, from 60 to 90, counted from the completion before." in page
    assert {
        (one.kind.value, one.number or one.activity): round(one.lost_hours * 60) for one in example[1].deviations
    } == {
        ("wrong_unit", "3"): 30,
        ("skipped", "2"): 120,
        ("extra", "visit"): 50,
    }
    assert "step 2 (2 hours) and `extra` `visit` (50 minutes)" in page


def test_every_rule_and_kind_is_explained() -> None:
    # The table of what is found names kinds once more.
    explained = dict.fromkeys(re.findall(r"^\| `(\w+)` \| ", PAGE, re.M))
    assert list(explained) == [*(rule.key for rule in RULES), *DeviationKind]


def test_the_difference_is_drawn(example: tuple[Any, Conformance]) -> None:
    cursor, _ = example
    found = difference(cursor, Slice(), "k")
    assert (found.dossiers, len(found.deviations)) == (3, 3)
    assert found.steps == {"receive": "1", "appraise": "2", "sign": "3", "return": "4"}
    picture = approved_picture(found).decode()
    assert "2 appraise: skipped 1 (33.3 %)" in picture
    assert "visit: extra 1 (33.3 %)" in picture
