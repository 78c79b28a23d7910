"""Changes as people write them: what is read, and what is said of a mistake."""

from typing import Any

import pytest

from mining.what_if import WhatIfError
from mining.what_if.edits import (
    ArrivalsFactor,
    Duration,
    Edit,
    Officers,
    Parallel,
    RemoveStep,
    Share,
    Sittings,
    WorkingHours,
)
from mining.what_if.stated import TOLD_BY, edit_of, stated_of_line


@pytest.mark.parametrize(
    ("line", "edit"),
    [
        ("remove_step activity='Ký duyệt' procedure=1.1", RemoveStep(activity="Ký duyệt", procedure="1.1")),
        ("parallel first=A second=B", Parallel(first="A", second="B")),
        ('officers unit=H29.01 role="Văn thư" more=-2', Officers(unit="H29.01", role="Văn thư", more=-2)),
        ("officers unit=U role=R", Officers(unit="U", role="R", more=1)),
        ("sittings role=R times=08:00,14:30", Sittings(role="R", minutes=(480, 870))),
        ("sittings role=R unit=U times=none", Sittings(role="R", unit="U")),
        ("online share=0.8", Share(trait="online", share=0.8)),
        ("supplements share=0.1 procedure=P", Share(trait="supplements", share=0.1, procedure="P")),
        ("arrivals factor=1.2", ArrivalsFactor(factor=1.2)),
        ("duration factor=0.5 of=outside activity=A", Duration(factor=0.5, of="outside", activity="A")),
        ('{"edit": "arrivals", "factor": 2, "procedure": null}', ArrivalsFactor(factor=2.0)),
    ],
)
def test_a_line_states_a_change(line: str, edit: Edit) -> None:
    assert edit_of(stated_of_line(line)) == edit


def test_a_week_is_read_from_a_line_and_from_json() -> None:
    line = edit_of(stated_of_line("calendar unit=U week=monday-friday@07:30-11:30+13:00-17:30,saturday@08:00-11:00"))
    week = {"monday-friday": ["07:30-11:30", "13:00-17:30"], "saturday": ["08:00-11:00"]}
    assert isinstance(line, WorkingHours)
    assert line == edit_of({"edit": "calendar", "unit": "U", "week": week})
    assert [len(hours) for hours in line.week] == [2, 2, 2, 2, 2, 1, 0]


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({}, "choose from remove_step"),
        ({"edit": "magic"}, "'magic' is no change"),
        ({"edit": "officers", "unit": "U"}, "role is missing"),
        ({"edit": "officers", "unit": "U", "role": "R", "wages": 1}, "'wages' is not known"),
        ({"edit": "officers", "unit": "U", "role": "R", "more": 0.5}, "whole number"),
        ({"edit": "officers", "unit": "U", "role": "R", "more": 0}, "whole number"),
        ({"edit": "officers", "unit": 3, "role": "R"}, "unit has to be a text"),
        ({"edit": "sittings", "role": "R", "times": "10:00"}, "write times as a list"),
        ({"edit": "sittings", "role": "R", "times": ["25:00"]}, "no time of day"),
        ({"edit": "calendar", "week": {"monday": ["7-9"]}}, "no office hours"),
        ({"edit": "calendar", "week": {}}, "no day has office hours"),
        ({"edit": "calendar", "week": {"someday": ["07:00-09:00"]}}, "someday"),
        ({"edit": "calendar", "week": [1]}, "write week as"),
        ({"edit": "arrivals", "factor": "many"}, "write a number"),
        ({"edit": "arrivals", "factor": True}, "write a number"),
    ],
)
def test_a_mistake_is_named(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(WhatIfError, match=said):
        edit_of(stated)


@pytest.mark.parametrize(
    ("line", "said"), [("{edit", "no JSON"), ("officers unit", "says nothing"), ("officers unit='x", "cannot be read")]
)
def test_a_line_that_cannot_be_read_is_shown(line: str, said: str) -> None:
    with pytest.raises(WhatIfError, match=said):
        stated_of_line(line)


def test_every_change_can_be_stated() -> None:
    assert set(TOLD_BY) == {
        "remove_step",
        "parallel",
        "officers",
        "sittings",
        "calendar",
        "online",
        "supplements",
        "arrivals",
        "duration",
    }
