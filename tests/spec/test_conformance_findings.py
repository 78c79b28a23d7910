"""Dossiers against approved steps: drawn logs with the numbers by hand, random ones beside a naive comparison.

Minute 0 is Monday 2025-01-06 07:00 in Viet Nam; the office is open from 0 to 270 and from 390 to 600.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compared_city import BASIS, EVERYTHING, City, random_log
from mining.conformance.align_pool import AlignPool
from mining.conformance.check import Basis, refresh_conformance
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import (
    DeviationQuery,
    Fit,
    activity_matches,
    conformance,
    deviating_dossiers,
    dossier_conformance,
    step_suggestions,
    unit_fits,
)
from mining.conformance.matching import MappingEntry, MatchedBy, StepMapping
from mining.conformance.rules import ModelRules, Sign
from mining.slice import Slice


@pytest.fixture
def new_city(new_log: Callable[[], Any]) -> Iterator[Callable[[], City]]:
    made: list[City] = []

    def make() -> City:
        made.append(City(new_log()))
        return made[-1]

    yield make
    for city in made:
        city.aligner.close()


@pytest.fixture
def city(new_city: Callable[[], City]) -> City:
    return new_city()


GOOD = """
A receive  complete  10 procedure=P step=1 unit=desk   role=clerk  status=2
A appraise complete  60 procedure=P step=2 unit=office role=expert status=4
A sign     complete  90 procedure=P step=3 unit=office role=head   status=9
A return   complete 100 procedure=P step=4 unit=desk   role=clerk  status=10
"""


def test_a_dossier_that_keeps_to_the_steps_has_no_deviations(city: City, identity: Any) -> None:
    compared = city.arrive(GOOD)
    assert (compared.dossiers, compared.variants, compared.inexact_variants, compared.everything) == (1, 1, 0, True)
    found = conformance(city.cursor, EVERYTHING)
    assert (found.accepted, found.uncompared, found.deviations, found.remarks) == (1, 0, (), ())
    assert found.fit == Fit(dossiers=1, conforming=1, fitting=1, cost=0, worst_cost=7, inexact=0)
    assert (found.fit.fitness, found.fit.conforming_share) == (1.0, 1.0)
    alone = dossier_conformance(city.cursor, identity("A"))
    assert alone is not None
    assert (alone.cost, alone.exact, alone.version, alone.deviations) == (0, True, "1", ())
    assert dossier_conformance(city.cursor, identity("Z")) is None


DEVIATIONS = {
    "skipped: the approved hours": (
        "A receive complete 10 step=1 status=2 \n A sign complete 60 step=3 status=9",
        {("skipped", "2", None): 2.0},
    ),
    "a step of no hours may be missing": (
        "A receive complete 1 step=1 status=2 \n A appraise complete 60 step=2\nA sign complete 90 step=3 status=9",
        {},
    ),
    "extra: the working hours since the completion before": (
        GOOD + "A meeting complete 75 procedure=P",
        {("extra", None, "meeting"): 0.25},
    ),
    "extra: from its start where that is known, and only in office hours": (
        GOOD.replace(" 90 ", " 450 ").replace(" 100 ", " 451 ") + "A meeting complete 420 started=240",
        {("extra", None, "meeting"): 1.0},
    ),
    "swapped: what came too early": (
        "A receive complete 10 step=1 status=2 \n A sign complete 40 step=3 \n A appraise complete 60 step=2 status=9",
        {("swapped", "3", None): 0.5},
    ),
    "a recorded return allows earlier steps": (
        GOOD.replace("status=9", "") + "A back complete 91 \n A receive complete 92 step=1 \n"
        "A appraise complete 93 step=2 \n A sign complete 94 step=3",
        {},
    ),
    "papers asked for by the status allow earlier steps": (
        "A receive complete 10 step=1 status=2 \n A appraise complete 20 step=2 \n A sign complete 30 step=3 \n"
        "A - complete 40 status=5 \n A - complete 50 status=4 \n A appraise complete 60 step=2 \n"
        "A sign complete 70 step=3 status=9",
        {},
    ),
    "repeated without a reason": (
        "A receive complete 10 step=1 status=2 \n A appraise complete 20 step=2 \n A sign complete 30 step=3 \n"
        "A appraise complete 60 step=2 \n A sign complete 70 step=3 status=9",
        {("repeated", "2", None): 0.5, ("repeated", "3", None): 10 / 60},
    ),
    "a step may be recorded twice in a row": (GOOD + "A appraise complete 61 procedure=P step=2", {}),
    "what goes on has skipped nothing": ("A receive complete 10 step=1 status=2", {}),
    "withdrawn by the status": ("A receive complete 10 step=1 status=2 \n A - complete 60 status=7", {}),
    "ended by an activity": ("A receive complete 10 step=1 status=2 \n A stop complete 60 status=9", {}),
    "refused by a step: what follows may be missing": (
        "A receive complete 10 step=1 status=2 \n A appraise complete 60 step=2 outcome=refused \n"
        "A return complete 70 step=4 status=9",
        {},
    ),
    "returned by a step: earlier steps are done again": (
        "A receive complete 10 step=1 status=2 \n A appraise complete 20 step=2 \n"
        "A sign complete 30 step=3 outcome=returned \n A appraise complete 60 step=2 \n"
        "A sign complete 70 step=3 status=9",
        {},
    ),
    "the whole of the unit is not wrong": (
        GOOD.replace("office role=head", "agency role=head"),
        {},
    ),
    "a wrong unit": (GOOD.replace("office role=head", "desk role=head"), {("wrong_unit", "3", None): 0.5}),
    "a part of the unit is right": (GOOD.replace("office role=head", "team role=head"), {}),
    "a former code of the unit is right": (GOOD.replace("office role=head", "old-office role=head"), {}),
    "a unit that the catalogue does not know is not judged": (GOOD.replace("office role=head", "else role=head"), {}),
    "a wrong role": (GOOD.replace("role=head", "role=clerk"), {("wrong_role", "3", None): 0.5}),
    "a role that no process names is not judged": (GOOD.replace("role=head", "role=boss"), {}),
    "over the approved time": (
        GOOD.replace(" 60 ", " 190 ").replace(" 90 ", " 210 ").replace(" 100 ", " 220 "),
        {("over_time", "2", None): 1.0},
    ),
    "nights and breaks do not count": (
        GOOD.replace(" 60 ", " 390 ").replace(" 90 ", " 400 ").replace(" 100 ", " 401 ").replace("10 ", "260 ", 1),
        {},
    ),
    "what the citizen held the dossier does not count": (
        GOOD.replace(" 60 ", " 190 ").replace(" 90 ", " 210 ").replace(" 100 ", " 220 ")
        + "A - complete 20 status=5 \n A - complete 80 status=4",
        {},
    ),
}


@pytest.mark.parametrize(("drawing", "expected"), DEVIATIONS.values(), ids=DEVIATIONS)
def test_deviations_and_their_hours(
    city: City, identity: Any, drawing: str, expected: dict[tuple[str, str | None, str | None], float]
) -> None:
    city.arrive("\n".join(f"{line} procedure=P" for line in drawing.splitlines() if line.strip()))
    found = conformance(city.cursor, EVERYTHING)
    assert {(one.kind.value, one.number, one.activity): one.lost_hours for one in found.deviations} == pytest.approx(
        expected
    )
    assert found.fit.dossiers == 1
    assert found.fit.conforming == (not expected)
    alone = dossier_conformance(city.cursor, identity("A"))
    assert alone is not None
    assert [one.kind for one in alone.deviations] == [one.kind for one in found.deviations]
    assert sum(one.lost_hours for one in alone.deviations) == pytest.approx(sum(expected.values()))


def test_what_has_no_known_time_says_so(city: City) -> None:
    city.arrive("A meeting complete 5 procedure=P status=2 \n" + GOOD)
    (extra,) = conformance(city.cursor, EVERYTHING).deviations
    assert (extra.kind, extra.lost_hours, extra.unmeasured) == (DeviationKind.EXTRA, 0.0, 1)


SEVERAL = (
    GOOD
    + GOOD.replace("A ", "B ").replace("unit=office role=head", "unit=desk role=head")
    + GOOD.replace("A ", "C ").replace("C appraise complete  60 procedure=P step=2", "C visit complete 60 procedure=P")
    + GOOD.replace("A ", "D ").replace("procedure=P", "procedure=Q")
    + "E - complete 5 procedure=P status=2"
)


def test_findings_by_unit_add_up_and_drill_down(city: City, identity: Any) -> None:
    city.arrive(SEVERAL)
    found = conformance(city.cursor, EVERYTHING)
    assert (found.accepted, found.uncompared) == (5, 2)  # for D nothing is approved, E has no step
    assert found.fit == Fit(dossiers=3, conforming=1, fitting=2, cost=2, worst_cost=21, inexact=0)
    parts = unit_fits(city.cursor, EVERYTHING)
    assert [(one.procedure, one.unit, one.fit) for one in parts] == [("P", "desk", found.fit)]
    assert {(one.kind.value, one.number, one.dossiers) for one in found.deviations} == {
        ("wrong_unit", "3", 1),
        ("skipped", "2", 1),
        ("extra", None, 1),
    }
    (wrong,) = (one for one in found.deviations if one.kind is DeviationKind.WRONG_UNIT)
    assert (wrong.unit, wrong.approved_unit, wrong.task) == ("desk", "office", "sign")
    for one in found.deviations:
        query = DeviationQuery(one.kind, one.process_key, one.number, one.activity)
        (dossier,) = deviating_dossiers(city.cursor, EVERYTHING, query)
        assert dossier.dossier == identity("B" if one is wrong else "C")
        assert dossier.lost_hours == one.lost_hours
        assert deviating_dossiers(city.cursor, EVERYTHING, query, offset=1) == ()
    assert len(conformance(city.cursor, EVERYTHING, most=1).deviations) == 1
    assert conformance(city.cursor, Slice(procedure="Q")).fit.dossiers == 0
    assert conformance(city.cursor, Slice(procedure="Q")).fit.fitness is None


def test_what_activities_are_taken_for_is_told_and_steps_are_suggested(city: City) -> None:
    city.arrive(GOOD.replace("step=2", "").replace("A appraise", "A appraising") + "A back complete 50 procedure=P")
    found = {one.activity: (one.number, one.sign, one.matched_by) for one in activity_matches(city.cursor, "P")}
    assert found == {
        "receive": ("1", None, MatchedBy.NUMBER),
        "sign": ("3", None, MatchedBy.NUMBER),
        "return": ("4", None, MatchedBy.NUMBER),
        "back": (None, Sign.REOPEN, MatchedBy.MAPPING),
        "appraising": (None, Sign.UNKNOWN, MatchedBy.NOTHING),
    }
    best = step_suggestions(city.cursor, "P")[0]
    assert (best.activity, best.step, best.task) == ("appraising", "2", "appraise")
    decided = StepMapping((*BASIS.mapping.entries, MappingEntry("appraising", "2")))
    again = refresh_conformance(city.cursor, Basis(BASIS.calendars, decided), city.aligner)
    assert again.everything
    assert conformance(city.cursor, EVERYTHING).deviations == ()
    assert step_suggestions(city.cursor, "P") == ()


def test_odd_processes_say_what_is_odd_and_stop_nothing(city: City) -> None:
    city.approve("empty", "", procedure="Q")
    city.approve("loop", "1 receive 1 - - \n 2 check 1 - - \n 1 receive 1 - - \n 9 archive 1 - -", procedure="R")
    city.arrive(
        GOOD
        + "X receive complete 1 procedure=Q status=2 \n"
        + "Y receive complete 1 procedure=R step=1 status=2 \n Y check complete 2 step=2 \n"
        + "Y receive complete 3 step=1 status=9"
    )
    found = conformance(city.cursor, EVERYTHING)
    assert (found.accepted, found.uncompared, found.fit.dossiers) == (3, 1, 2)
    assert [(one.process_key, one.unusable, one.remark.partition(":")[0]) for one in found.remarks] == [
        ("empty", True, "version 1 of Q has no steps; nothing can be compared with it"),
        ("loop", False, "no event ever reports step 9 (archive)"),
        ("loop", False, "the step number 1 is given more than once"),
    ]
    assert [(one.kind, one.number) for one in found.deviations] == [(DeviationKind.SKIPPED, "9")]


def test_a_dossier_of_500_steps_is_compared(city: City) -> None:
    lines = [
        f"A {'appraise' if number % 2 else 'sign'} complete {number} step={2 + number % 2}" for number in range(500)
    ]
    compared = city.arrive("A receive complete 0 procedure=P step=1 status=2 \n" + "\n".join(lines))
    assert (compared.dossiers, compared.inexact_variants) == (1, 0)
    assert conformance(city.cursor, EVERYTHING).fit.cost > 200


def test_what_takes_too_long_is_labelled(city: City) -> None:
    city.aligner = AlignPool(limit_seconds=-1)
    assert city.arrive(SEVERAL).inexact_variants > 0
    assert conformance(city.cursor, EVERYTHING).fit.inexact == 3


def test_rules_may_be_left_out(city: City) -> None:
    strict = Basis(BASIS.calendars, BASIS.mapping, ModelRules(frozenset({"no_hours"})))
    city.arrive(GOOD.replace("A return", "A archive").replace("step=4", ""), strict)
    assert city.kinds() == {"skipped": 1, "extra": 1}


def test_a_refresh_takes_up_what_is_new_and_aligns_only_new_variants(city: City) -> None:
    assert city.arrive(SEVERAL).variants == 2
    nothing = refresh_conformance(city.cursor, BASIS, city.aligner)
    assert (nothing.dossiers, nothing.variants, nothing.everything) == (0, 0, False)
    more = city.arrive(GOOD.replace("A ", "F ").replace(" procedure", " id=f procedure", 0))
    assert (more.dossiers, more.variants, more.everything) == (1, 0, False)
    city.cursor.execute("INSERT INTO catalogue_entry VALUES (99, 'target', 'target:x', '{}', 'test', [], now())")
    anew = refresh_conformance(city.cursor, BASIS, city.aligner)
    assert (anew.dossiers, anew.variants, anew.everything) == (4, 0, True)


def test_in_portions_and_in_any_order_the_same_is_kept_as_all_at_once(new_city: Callable[[], City]) -> None:
    chance = random.Random(8)
    lines = random_log(chance, 150)
    whole = new_city()
    assert whole.arrive("\n".join(lines)).dossiers == 150
    shuffled, parts = new_city(), 7
    chance.shuffle(lines)
    for part in range(parts):
        shuffled.arrive("\n".join(lines[part::parts]))
    assert shuffled.kept() == whole.kept()
    assert activity_matches(shuffled.cursor) == activity_matches(whole.cursor)
    assert set(whole.kinds()) == {kind.value for kind in DeviationKind}


def test_the_pool_gives_what_one_process_gives(new_city: Callable[[], City], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n".join(random_log(random.Random(9), 120))
    alone, pooled = new_city(), new_city()
    alone.arrive(lines)
    monkeypatch.setattr("mining.conformance.align_pool._FEW", 10)
    monkeypatch.setattr("mining.conformance.align_pool._PORTION", 20)
    pooled.arrive(lines)
    assert pooled.kept() == alone.kept()
