"""Whose office hours hold for a step, and that portions of desks lose nothing."""

import numpy as np
import pytest

from drawn_waiting import hours, office, steps_of, told, waits_of
from mining.clocks.clock import Calendars
from mining.waiting import desks as module
from mining.waiting.analysis import analyse
from mining.waiting.causes import CAUSES
from mining.waiting.desks import Availability, desks, portions
from mining.working_time.calendar_file import load_calendars
from mining.working_time.officer_calendars import working_times

MORNING, EVENING = hours(("08:00", "12:00")), hours(("14:00", "18:00"))

STEPS = (("receive", "-", 0), ("check", "An{}", 20), ("sign", "Ha", 40))
DRAWING = "\n".join(
    f"{dossier} {activity} {officer.format(dossier % 7)} {hour}:{minute:02} {hour}:{minute + 9:02} unit=U{dossier % 3}"
    for dossier in range(60)
    for hour in [10 + dossier % 6]
    for activity, officer, minute in STEPS
)


def test_an_officer_has_the_hours_of_the_unit_for_which_they_did_most():
    steps = steps_of("""
        1 check An 09:00 09:10 unit=B
        2 check An 09:20 09:30 unit=A
        3 check An 09:40 09:50 unit=A
        4 check Ha 09:40 09:50 unit=B
    """)
    by_unit = Availability(Calendars(hours(("08:00", "17:00")), {"A": MORNING, "B": EVENING}))
    found = desks(steps, by_unit)
    assert [found.times[desk].openings is MORNING.openings for desk in found.of] == [True, True, True, False]


def test_of_units_with_equally_much_the_first_by_name_counts():
    steps = steps_of("""
        1 check An 09:00 09:10 unit=B
        2 check An 09:20 09:30 unit=A
    """)
    found = desks(steps, Availability(Calendars(EVENING, {"A": MORNING, "B": EVENING})))
    assert found.times[found.of[0]].openings is MORNING.openings


def test_own_hours_go_before_those_of_the_unit():
    steps = steps_of("1 check An 09:00 09:10 unit=A")
    found = desks(steps, Availability(Calendars(EVENING, {"A": EVENING}), {"An": MORNING}))
    assert found.times[found.of[0]] is MORNING


def test_the_calendars_of_a_file_by_officer(tmp_path):
    path = tmp_path / "calendar.json"
    path.write_text('{"Anya": {"MONDAY-FRIDAY": [["10:00", "20:00"]]}, "Dom": {"MONDAY-FRIDAY": [["10:00", "20:00"]]}}')
    times = working_times(load_calendars(path), lambda name: f"hash of {name}")
    assert sorted(times) == ["hash of Anya", "hash of Dom"]
    assert times["hash of Anya"].openings is times["hash of Dom"].openings
    assert times["hash of Dom"].calendar.code == "Dom"
    assert times["hash of Dom"].version.startswith("Dom/")
    available = Availability(office().calendars, times)
    assert available.versions == tuple(
        sorted({times[name].version for name in times} | {office().calendars.default.version})
    )


def test_a_calendar_file_of_officers_decides_when_they_are_available(tmp_path):
    path = tmp_path / "calendar.json"
    path.write_text('{"Anya": {"MONDAY-FRIDAY": [["10:00", "20:00"]]}}')
    log = told(
        """
        1 receive Lan 08:00 08:30
        1 check Anya 10:30 11:00
        """,
        available=Availability(office().calendars, working_times(load_calendars(path), str)),
    )
    assert waits_of(log, "check") == [{"unavailability": 90, "extraneous": 30}]


@pytest.mark.parametrize("rule", ["strict", "kronos"])
@pytest.mark.parametrize("limits", [{"_CHUNK_ROWS": 1}, {"_CHUNK_ROWS": 25}, {"_LINE_US": 1}])
def test_portions_of_any_size_tell_the_same(monkeypatch, rule, limits):
    steps = steps_of(DRAWING)
    whole = analyse(steps, office(), rule=rule)
    for name, value in limits.items():
        monkeypatch.setattr(module, name, value)
    parts = [*portions(desks(steps, office()), np.arange(len(steps)), 10**12)]
    assert len(parts) > 2
    assert sorted(np.concatenate([part.rows for part in parts]).tolist()) == list(range(len(steps)))
    again = analyse(steps, office(), rule=rule)
    for cause in CAUSES:
        assert np.array_equal(again.causes[cause].elapsed, whole.causes[cause].elapsed)
        assert np.array_equal(again.causes[cause].working, whole.causes[cause].working)
    assert whole.causes["extraneous"].elapsed.any()
