"""Starts that are not known are estimated and marked; without that, the rest is told all the same."""

from drawn_waiting import MONDAY, at, rows, told, waits_of

COMPLETIONS = """
    1 receive Lan - 08:10
    1 check An - 09:00
    2 receive Lan - 08:20
    2 check An - 09:40
    3 receive Lan - 11:50
    3 check An - 1/08:30
    4 receive Lan - 17:30
    4 check An - 1/09:00
    5 receive Lan - 1/05:00
    5 check An - 1/05:30
"""


def starts(log, activity):
    """The starts by path, as minutes since the Monday."""
    own = log.steps.activity.codes == log.steps.activity.names.index(activity)
    return ((log.steps.start_us[own] - int(MONDAY.timestamp() * 1e6)) / 60e6).tolist()


def minutes(*clocks):
    return [(at(clock) - MONDAY).total_seconds() / 60 for clock in clocks]


def test_work_begins_when_it_is_enabled_and_its_officer_has_done_what_came_before():
    log = told(COMPLETIONS, estimate=True)
    # 5 was done while the office was closed: the next opening comes too late for it, so it took no time. Before 3
    # An had done 5, the evening before the office opened, 4 comes after 3.
    assert starts(log, "check") == minutes("08:10", "09:00", "1/08:00", "1/08:30", "1/05:30")
    assert log.steps.estimated.all()


def test_the_first_completion_of_a_dossier_takes_no_time_for_it_was_opened_with_it():
    assert starts(told(COMPLETIONS, estimate=True), "receive")[0] == minutes("08:10")[0]


def test_waits_follow_from_estimated_starts():
    log = told(COMPLETIONS, estimate=True)
    assert waits_of(log, "check")[:2] == [{}, {"contention": 40}]


def test_what_is_estimated_is_said():
    estimated = told(COMPLETIONS, estimate=True)
    assert [(one.code, one.rows, one.of) for one in estimated.reasons] == [("estimated_starts", 10, 10)]
    unknown = told(COMPLETIONS)
    assert [(one.code, one.rows, one.of) for one in unknown.reasons] == [("unknown_starts", 10, 10)]
    assert rows(unknown) == []


def test_only_unknown_starts_are_estimated():
    log = told(
        """
        1 receive Lan 08:00 08:10
        1 check An 08:30 09:00
        2 receive Lan 08:10 08:20
        2 check An - 09:40
        """,
        estimate=True,
    )
    assert log.steps.estimated.tolist() == [False, False, False, True]
    assert starts(log, "check") == minutes("08:30", "09:00")


def test_work_does_not_begin_while_the_dossier_is_with_the_citizen():
    log = told(COMPLETIONS, estimate=True, away=[("1", "08:20", "08:45"), ("2", "09:10", "-")])
    assert starts(log, "check")[:2] == minutes("08:45", "09:40")
    assert waits_of(log, "check")[0] == {"extraneous": 10, "citizen": 25}


def test_without_an_officer_work_seems_to_begin_when_it_is_enabled():
    log = told(COMPLETIONS.replace("An", "-"), estimate=True)
    assert starts(log, "check")[:2] == minutes("08:10", "08:20")
    assert [(one.code, one.rows) for one in log.reasons] == [
        ("estimated_starts", 10),
        ("no_officer", 5),
        ("estimated_without_officer", 5),
    ]


def test_a_start_after_its_end_is_none():
    drawing = """
        1 receive Lan 08:00 08:10
        1 check An 09:30 09:00
    """
    log = told(drawing)
    assert [row.activity for row in rows(log)] == ["receive"]
    assert [str(one) for one in log.reasons] == [
        "1 of 2 steps have no known start: how long they waited is not known",
        "1 of 2 steps had a start after their end: it was taken as not known",
    ]
    assert starts(told(drawing, estimate=True), "check") == minutes("08:10")
