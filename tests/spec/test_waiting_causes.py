"""Why steps wait, on logs drawn by hand: each cause, and on which side of the line a batch is."""

import pytest

from drawn_waiting import hours, office, rows, told, waits_of

QUEUE = """
    1 receive Lan 08:00 08:10
    1 check An 08:10 09:10
    2 receive Lan 08:20 08:30
    2 check An 09:10 10:10
    3 receive Lan 08:40 08:50
    3 check An 10:10 11:10
    4 receive Lan 08:50 09:00
    4 check An 11:10 12:00
"""

SIGNING = """
    1 draft An 08:00 08:10
    1 sign Ha 16:00 16:05
    2 draft Lan 09:20 09:30
    2 sign Ha 16:05 16:10
    3 draft An 14:50 15:00
    3 sign Ha 16:10 16:15
"""


def test_a_queue_behind_a_busy_officer_is_contention_and_no_batch():
    log = told(QUEUE)
    assert waits_of(log, "check") == [{}, {"contention": 40}, {"contention": 80}, {"contention": 130}]
    assert not any(row.batched for row in rows(log))


def test_the_paper_takes_the_same_queue_for_a_batch():
    log = told(QUEUE, rule="kronos")
    assert [row.batched for row in rows(log) if row.activity == "check"] == [False, True, True, True]
    # All three were enabled by 09:00; until then it is batching, from then on the queue.
    assert waits_of(log, "check")[1] == {"batching": 30, "contention": 10}


def test_what_lay_ready_while_the_officer_was_free_and_is_done_in_one_go_is_a_batch():
    log = told(SIGNING)
    assert waits_of(log, "sign") == [
        # From 08:10 to 15:00, when the last one came; then an hour of office hours for no reason that the log tells.
        {"batching": 410, "extraneous": 60},
        {"batching": 330, "extraneous": 60, "contention": 5},
        {"extraneous": 60, "contention": 10},
    ]
    assert [row.batched for row in rows(log) if row.activity == "sign"] == [True, True, True]


def test_a_batch_may_be_of_several_activities_and_procedures():
    log = told(SIGNING.replace("2 sign", "2 stamp").replace("3 draft", "3 write"))
    assert [row.batched for row in rows(log) if row.activity in ("sign", "stamp")] == [True, True, True]


def test_a_batch_spans_the_lunch_break_but_not_a_pause():
    drawing = """
        1 draft An 08:00 08:10
        1 sign Ha 11:30 12:00
        2 draft An 08:10 08:20
        2 sign Ha {} {}
    """
    assert [row.batched for row in rows(told(drawing.format("13:00", "13:30"))) if row.activity == "sign"] == [True] * 2
    assert [row.batched for row in rows(told(drawing.format("13:05", "13:30"))) if row.activity == "sign"] == [True] * 2
    assert not any(row.batched for row in rows(told(drawing.format("13:06", "13:30"))))


def test_what_came_while_the_office_was_closed_is_no_batch():
    log = told("""
        1 apply - 06:00 06:00
        1 receive Lan 08:00 08:10
        2 apply - 07:00 07:00
        2 receive Lan 08:10 08:20
        3 apply - 07:30 07:30
        3 receive Lan 08:20 08:30
    """)
    assert waits_of(log, "receive") == [
        {"unavailability": 120},
        {"unavailability": 60, "contention": 10},
        {"unavailability": 30, "contention": 20},
    ]


def test_what_was_let_lie_overnight_and_is_done_when_the_office_opens_is_no_batch():
    # Nothing tells it from work that waited for an answer which came overnight.
    log = told(SIGNING.replace("16:", "1/08:"))
    assert not any(row.batched for row in rows(log))


def test_what_is_with_the_citizen_does_not_lie_ready():
    drawing = """
        1 finish An 08:00 08:10
        1 fetch Mai 11:00 11:05
        2 finish An 08:10 08:20
        2 fetch Mai 11:05 11:10
    """
    assert sum(row.batched for row in rows(told(drawing))) == 2
    with_citizen = told(drawing, away=[("1", "08:10", "-"), ("2", "08:20", "11:02")])
    assert not any(row.batched for row in rows(with_citizen))
    assert waits_of(with_citizen, "fetch") == [{"citizen": 170}, {"citizen": 162, "contention": 3}]


def test_what_lay_ready_again_first_should_go_first():
    drawing = """
        1 check An 08:00 08:30
        1 decide An 11:00 11:30
        2 check Lan 08:30 09:30
        2 decide An 09:30 11:00
    """
    back_first = told(drawing, away=[("1", "08:40", "09:20")])
    assert waits_of(back_first, "decide")[0] == {"citizen": 40, "extraneous": 20, "prioritization": 90}
    back_later = told(drawing, away=[("1", "08:40", "09:40")])
    assert waits_of(back_later, "decide")[0] == {"citizen": 60, "extraneous": 10, "contention": 80}


def test_two_pieces_done_together_by_chance_are_no_batch():
    alone = "".join(f"{number} note Ha 13:{number + 4} 13:{number + 4}\n" for number in range(10, 28))
    log = told(SIGNING + alone)
    assert sum(row.batched for row in rows(log)) == 3, "3 of 21 are a habit"
    more = "".join(f"{number} note Ha 14:{number - 20} 14:{number - 20}\n" for number in range(30, 49))
    log = told(SIGNING + alone + more)
    assert not any(row.batched for row in rows(log)), "3 of 40 are not"


def test_work_that_waits_for_others_and_is_taken_up_piece_by_piece_is_no_batch():
    # Five dossiers lie ready since the morning; two of them are answered and done one after the other.
    log = told("""
        1 ask An 08:00 08:05
        1 decide An 10:00 10:10
        2 ask An 08:05 08:10
        2 decide An 10:10 10:20
        3 ask An 08:10 08:15
        3 decide An 14:00 14:10
        4 ask An 08:15 08:20
        4 decide An 14:30 14:40
        5 ask An 08:20 08:25
        5 decide An 15:30 15:40
    """)
    assert not any(row.batched for row in rows(log))
    assert waits_of(log, "decide")[0] == {"contention": 5, "prioritization": 15, "extraneous": 95}


def test_one_alone_is_no_batch():
    log = told("""
        1 draft An 08:00 08:10
        1 sign Ha 11:00 11:05
    """)
    assert waits_of(log, "sign") == [{"extraneous": 170}]


def test_work_that_came_later_and_was_done_first_is_prioritization():
    log = told("""
        1 receive Lan 08:00 08:10
        1 check An 09:00 09:30
        2 receive Lan 08:20 08:30
        2 check An 08:30 09:00
    """)
    assert waits_of(log, "check")[0] == {"extraneous": 20, "prioritization": 30}


def test_a_queue_spans_procedures_and_units():
    log = told("""
        1 receive Lan 08:00 08:10 procedure=birth unit=A
        1 check An 09:00 09:30 procedure=birth unit=A
        2 review An 08:00 09:00 procedure=land unit=B
    """)
    assert waits_of(log, "check") == [{"contention": 50}]


def test_of_work_at_once_the_one_enabled_first_counts():
    log = told("""
        1 receive Lan 08:20 08:30
        1 check An 10:00 10:30
        2 review An 08:00 09:30
        3 receive Lan 08:40 08:50
        3 review An 09:00 10:00
    """)
    assert waits_of(log, "check") == [{"contention": 60, "prioritization": 30}]


def test_outside_of_office_hours_nobody_is_available():
    log = told("""
        1 receive Lan 11:50 12:00
        1 check An 1/08:30 1/09:00
    """)
    assert waits_of(log, "check") == [{"unavailability": 60 + 15 * 60, "extraneous": 240 + 30}]


def test_an_officer_may_have_hours_of_their_own():
    log = told(
        """
        1 receive Lan 08:00 08:30
        1 check An 10:30 11:00
        """,
        available=office(An=hours(("10:00", "12:00"))),
    )
    assert waits_of(log, "check") == [{"unavailability": 90, "extraneous": 30}]


def test_a_unit_may_have_hours_of_its_own():
    log = told("""
        1 receive - 08:00 08:30 unit=A
        1 check - 13:30 14:00 unit=A
    """)
    assert waits_of(log, "check") == [{"unavailability": 60, "extraneous": 240}]


def test_the_citizen_goes_first():
    log = told(
        """
        1 check An 08:00 08:30
        1 decide An 11:00 11:30
        2 check An 08:30 11:00
        """,
        away=[("1", "08:40", "09:10"), ("1", "10:00", "10:30")],
    )
    assert waits_of(log, "decide") == [{"citizen": 60, "contention": 90}]


def test_a_clock_that_stands_still_until_now_is_the_citizens():
    log = told(
        """
        1 check An 08:00 08:30
        1 decide An 11:00 11:30
        """,
        away=[("1", "09:00", "-")],
    )
    assert waits_of(log, "decide") == [{"citizen": 120, "extraneous": 30}]


def test_activities_that_come_in_either_order_do_not_wait_for_each_other():
    log = told("""
        1 receive Lan 08:00 08:10
        1 tax An 08:10 09:00
        1 land Ha 09:30 10:00
        2 receive Lan 08:10 08:20
        2 land Ha 08:20 09:30
        2 tax An 10:00 11:00
    """)
    assert waits_of(log, "land") == [{"prioritization": 70, "extraneous": 10}, {}]
    assert log.steps.activity.name(log.waits.enabled.source[2]) == "receive"


def test_what_is_sometimes_sent_back_is_not_concurrent():
    straight = "".join(f"{n} check An {n}:00 {n}:10\n{n} approve Ha {n}:20 {n}:30\n" for n in range(10, 20))
    back = "1 check An 08:00 08:10\n1 approve Ha 08:20 08:30\n1 check An 08:50 09:00\n1 approve Ha 09:20 09:30\n"
    drawing = straight + back
    log = told(drawing)
    assert waits_of(log, "approve")[-1] == {"extraneous": 20}
    assert [log.steps.activity.name(one) for one in log.waits.enabled.source[-4:]] == [
        None,
        "check",
        "approve",
        "check",
    ]
    by_paper = told(drawing, rule="kronos")
    assert [by_paper.steps.activity.name(one) for one in by_paper.waits.enabled.source[-2:]] == ["check", "approve"]


def test_the_first_step_waits_since_the_dossier_was_opened():
    log = told("""
        1 receive Lan 09:00 09:10 opened=07:30
    """)
    assert waits_of(log, "receive") == [{"unavailability": 30, "extraneous": 60}]


@pytest.mark.parametrize("rule", ["strict", "kronos"])
def test_nothing_waits_where_all_timestamps_are_equal(rule):
    log = told("\n".join(f"{dossier} check An 09:00 09:00" for dossier in (1, 1, 2, 3)), rule=rule)
    assert [row.minutes for row in rows(log)] == [{}] * 4
