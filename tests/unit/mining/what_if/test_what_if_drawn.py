"""A log that can be read in a minute: what is discovered of it, and what its changes do, by hand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from drawn_logs import CALENDARS, at, drawn, stored
from mining.clocks.clock import microseconds
from mining.waiting.desks import Availability
from mining.what_if import WhatIfError
from mining.what_if.arrivals import as_logged, profile
from mining.what_if.discovery import discover
from mining.what_if.edits import (
    Duration,
    Edit,
    Officers,
    Parallel,
    RemoveStep,
    Share,
    Sittings,
    WorkingHours,
    edited,
)
from mining.what_if.meant import about
from mining.what_if.model import Model
from mining.what_if.replication import Outcome, replicate, run
from mining.working_time.calendar import Slot

DAYS = 60


def events(dossier: int) -> list[dict[str, str]]:
    """A dossier a working day: received at 08:00 for 30 minutes, checked for 1 hour, signed at 10:00 for 6 minutes."""
    days = np.busday_offset("2024-06-03", dossier, roll="forward")
    name, day = f"d{dossier}", str(days)
    steps = [
        ("receive", "desk", "an", f"{day}T08:00", f"{day}T08:30"),
        ("check", "office", "binh", f"{day}T08:30", f"{day}T09:30"),
        ("sign", "head", "chi", f"{day}T10:00", f"{day}T10:06"),
    ]
    return [
        {
            "dossier": name,
            "activity": activity,
            "role": role,
            "officer": officer,
            "unit": "U",
            "started": begin,
            "at": end,
            "status": "9" if activity == "sign" else "4",
        }
        for activity, role, officer, begin, end in steps
    ]


@pytest.fixture(scope="module")
def model() -> Model:
    cursor = stored([one for dossier in range(DAYS) for one in events(dossier)])
    return discover(cursor, Availability(CALENDARS))


def simulated(model: Model, edits: Sequence[Edit] = ()) -> Outcome:
    before, after = replicate(model, edits, "logged", (1, 0))
    return after or before


def test_desks_sittings_and_work_are_those_of_the_log(model: Model) -> None:
    assert {(desk.roles, desk.officers) for desk in model.desks} == {(("desk",), 1), (("office",), 1), (("head",), 1)}
    [head] = [desk for desk in model.desks if desk.roles == ("head",)]
    assert head.sittings == (600,)
    assert all(desk.sittings == () for desk in model.desks if desk is not head)
    work = {str(model.name(code)): hours / 3.6e9 for code, hours in zip(*_work(model), strict=True)}
    assert work == pytest.approx({"receive": 0.5, "check": 1.0, "sign": 0.1})
    assert model.tasks.outside_us.sum() == 0


def _work(model: Model) -> tuple[list[int], list[float]]:
    codes = np.unique(model.tasks.activity)
    return codes.tolist(), [float(model.tasks.work_us[model.tasks.activity == one].mean()) for one in codes]


def test_it_runs_as_the_log_did(model: Model) -> None:
    found = simulated(model)
    assert found.elapsed_hours == pytest.approx(np.full(len(found.elapsed_hours), 2.1))
    assert found.working_hours == pytest.approx(found.elapsed_hours)
    assert found.hands_on_hours == pytest.approx(np.full(len(found.elapsed_hours), 1.6))
    assert np.isnan(found.on_time).all()


@pytest.mark.parametrize(
    ("edit", "hours"),
    [
        (Sittings(role="head"), 1.6),
        (Sittings(role="head", minutes=(660,)), 3.1),
        (RemoveStep(activity="sign"), 1.5),
        (RemoveStep(activity="check"), 2.1),
        (Parallel(first="receive", second="check"), 2.1),
        (Duration(factor=2.0, activity="check"), 26.1),
        (Officers(unit="U", role="desk", more=2), 2.1),
        (WorkingHours(week=((Slot.read("09:00", "17:00"),),) * 5 + ((), ())), 26.1),
    ],
)
def test_a_change_does_what_it_says(model: Model, edit: Edit, hours: float) -> None:
    # With twice the check dossiers are ready at 10:30, after the sitting of the day: the next one is a day later.
    found = simulated(model, [edit]).elapsed_hours
    assert float(np.median(found)) == pytest.approx(hours)


def test_what_is_removed_takes_the_rounds_with_it(model: Model) -> None:
    cursor = stored([one for dossier in range(DAYS) for one in (*events(dossier), *_sent_back(dossier))])
    again = discover(cursor, Availability(CALENDARS))
    assert len(again.tasks) == 5 * DAYS
    assert len(edited(again, [RemoveStep(activity="sign")]).tasks) == 3 * DAYS
    first = (again.tasks.activity == again.code("sign")) & (again.tasks.stage == 2)
    again = replace(again, tasks=replace(again.tasks, returned=first))
    tasks = edited(again, [RemoveStep(activity="sign")]).tasks
    assert len(tasks) == 2 * DAYS


def _sent_back(dossier: int) -> list[dict[str, str]]:
    """A first signature, after which the dossier is checked again before it is signed once more."""
    day = str(np.busday_offset("2024-06-03", dossier, roll="forward"))
    plain = {"dossier": f"d{dossier}", "unit": "U"}
    first = {**plain, "role": "head", "officer": "chi", "activity": "sign"}
    return [
        {**first, "started": f"{day}T09:40", "at": f"{day}T09:45", "status": "4"},
        {
            **plain,
            "role": "office",
            "officer": "binh",
            "activity": "check",
            "started": f"{day}T09:45",
            "at": f"{day}T09:50",
            "status": "4",
        },
    ]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (RemoveStep(activity="fly"), "no step 'fly'; it has check, receive, sign"),
        (RemoveStep(activity="sign", procedure="9"), "no procedure '9'"),
        (Parallel(first="sign", second="receive"), "never directly follows"),
        (Officers(unit="U", role="desk", more=-1), "leaves 0"),
        (Officers(unit="V", role="desk"), "no officer of the unit 'V' is in the log; it has U"),
        (Officers(unit="U", role="cook"), "nobody is 'cook' there; the log has desk, head, office"),
        (Sittings(role="head", minutes=(1440,)), "no time of day"),
        (Duration(factor=-1.0), "from 0 to 100"),
        (Duration(factor=1.0, of="all"), "choose from work, outside, both"),
        (Share(trait="online", share=0.5), "none of the finished dossiers are 'online'"),
        (Share(trait="online", share=1.5), "from 0 to 1"),
        (WorkingHours(week=((Slot.read("09:00", "17:00"),),) * 7, unit="V"), "no officer of the unit 'V'"),
    ],
)
def test_what_the_log_does_not_have_is_named(model: Model, edit: Edit, said: str) -> None:
    with pytest.raises(WhatIfError, match=said):
        edited(model, [edit])


def test_dossiers_that_nobody_has_are_named(model: Model) -> None:
    with pytest.raises(WhatIfError, match="no unit 'V'"):
        about(model, [], ["V"])


@pytest.mark.parametrize(
    ("drawing", "said"),
    [("d1 03T10:00 - status=1", "no completed steps"), ("d1 03T10:00 a\nd1 03T11:00 b", "names an officer")],
)
def test_a_log_that_tells_too_little_says_what_is_missing(drawing: str, said: str) -> None:
    cursor = drawn(drawing)
    with pytest.raises(WhatIfError, match=said):
        discover(cursor, Availability(CALENDARS))


def test_a_few_dossiers_are_too_few() -> None:
    cursor = stored([one for dossier in range(5) for one in events(dossier)])
    with pytest.raises(WhatIfError, match="5 finished dossiers; at least 30"):
        discover(cursor, Availability(CALENDARS))


def test_only_what_arrives_in_the_span_counts(model: Model) -> None:
    arrivals = as_logged(model, profile(model), np.random.default_rng(1))
    late = microseconds(at("2024-08-01T00:00"))
    found = run(model, arrivals, from_us=late)
    assert len(found.elapsed_hours) == int(((arrivals.at_us >= late) & (arrivals.at_us < model.span.known_to_us)).sum())
