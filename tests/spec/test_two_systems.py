"""Two systems for one piece of work, on logs drawn as text. Times are days of March 2025; the 3rd is a Monday."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from drawn_logs import CALENDARS, ROOT, append, at, drawn, empty_store, name_of
from made_offices import Offices, events_of
from mining.slice import Slice
from mining.two_systems import (
    DoubleEntryRule,
    TwoSystemsError,
    TwoSystemsQuestion,
    double_entries,
    double_entry_steps,
    switch_off,
    system_shares,
)

QUESTION = TwoSystemsQuestion(as_of=at("31T17:00"), calendars=CALENDARS)

SHARES = """
    a 03T08:00 Tiếp_nhận source_system=old
    a 04T08:00 Thẩm_định source_system=old
    a 12T08:00 Ký        source_system=new
    b 05T08:00 Tiếp_nhận source=new
    c 12T08:00 Tiếp_nhận source_system=new
"""


def test_shares_of_events_and_of_new_dossiers() -> None:
    found = system_shares(drawn(SHARES), QUESTION, "week")
    assert [(row.period_start.day, row.system, row.events, row.dossiers) for row in found] == [
        (3, "new", 1, 1),
        (3, "old", 2, 1),
        (10, "new", 2, 1),
    ]
    assert [(row.event_share, row.dossier_share) for row in found] == [(1 / 3, 1 / 2), (2 / 3, 1 / 2), (1.0, 1.0)]
    by_month = system_shares(drawn(SHARES), QUESTION)
    assert [(row.period_start, row.system, row.events) for row in by_month] == [
        (date(2025, 3, 1), "new", 3),
        (date(2025, 3, 1), "old", 2),
    ]


def test_a_month_without_new_dossiers_has_no_share_of_them() -> None:
    found = system_shares(
        drawn("a 28T08:00 Tiếp_nhận\na 2025-04-02T08:00:00 Ký"),
        TwoSystemsQuestion(as_of=at("2025-05-01T00:00:00"), calendars=CALENDARS),
    )
    assert [(row.dossiers, row.dossier_share) for row in found] == [(1, 1.0), (0, None)]


def test_double_entry_in_the_same_dossier() -> None:
    cursor = drawn("""
        twice   03T08:00 Tiếp_nhận source_system=old
        twice   03T08:07 Tiếp_nhận source_system=new
        twice   03T09:00 Thẩm_định source_system=old
        twice   03T09:20 Thẩm_định source_system=new started=03T09:10 unit=V
        again   03T08:00 Thẩm_định source_system=old
        again   03T08:07 Thẩm_định source_system=new
        again   03T09:00 Thẩm_định source_system=old
        again   03T09:07 Thẩm_định source_system=new
        moved   03T08:00 Tiếp_nhận source_system=old
        moved   05T08:00 Thẩm_định source_system=new
        redone  03T08:00 Thẩm_định source_system=old
        redone  05T08:00 Thẩm_định source_system=new
        rework  03T08:00 Thẩm_định source_system=old
        rework  03T08:10 Thẩm_định source_system=old
    """)
    found = double_entry_steps(cursor, QUESTION)
    told = [
        (name_of(row["dossier"]), row["activity"], row["minutes_between"], row["first_system"], row["second_system"])
        for row in found.to_pylist()
    ]
    assert told == [
        ("again", "Thẩm định", 7.0, "old", "new"),
        ("again", "Thẩm định", 7.0, "old", "new"),
        ("twice", "Tiếp nhận", 7.0, "old", "new"),
        ("twice", "Thẩm định", 20.0, "old", "new"),
    ]
    assert found["typed_by"].to_pylist() == ["U", "U", "U", "V"]
    (row,) = double_entries(cursor, QUESTION).rows
    assert (row.procedure, row.unit, row.dossiers) == ("1.000001", "U", 2)
    assert (row.by_code, row.by_work, row.steps) == (4, 0, 4)
    assert (row.timed, row.assumed) == (1, 3)
    assert (row.timed_hours, row.assumed_hours) == (pytest.approx(10 / 60), 0.25)
    assert row.hours == row.timed_hours + row.assumed_hours


WORK = """
    old-1  03T08:00 Tiếp_nhận source_system=old
    old-1  03T10:00 Thẩm_định source_system=old
    old-1  04T10:00 Ký        source_system=old
    new-1  03T08:10 Tiếp_nhận source_system=new
    new-1  03T10:05 Thẩm_định source_system=new
    new-1  04T10:20 Ký        source_system=new
    other  03T08:05 Tiếp_nhận source_system=new
    other  05T10:00 Thẩm_định source_system=new
    other  06T10:00 Ký        source_system=new
    old-2  03T08:03 Tiếp_nhận source_system=old
    old-2  03T10:03 Thẩm_định source_system=old
    old-2  04T10:03 Ký        source_system=old
"""


def test_the_same_work_in_two_dossiers() -> None:
    found = double_entry_steps(drawn(WORK), QUESTION)
    pairs = {(name_of(row["twin"]), name_of(row["dossier"]), row["linked_by"]) for row in found.to_pylist()}
    assert pairs == {("old-2", "new-1", "work")}  # of the two old ones the nearer; `other` goes its own way
    assert found["activity"].to_pylist() == ["Tiếp nhận", "Thẩm định", "Ký"]
    row = double_entries(drawn(WORK), QUESTION).rows[0]
    assert (row.by_code, row.by_work, row.dossiers) == (0, 3, 1)


@pytest.mark.parametrize("word", ["unit=V", "procedure=1.000002", "source_system=old"])
def test_other_units_procedures_and_the_same_system_are_other_work(word: str) -> None:
    key, value = word.split("=")
    lines = [line + (f" {word}" if "new-1" in line else "") for line in WORK.splitlines() if "other" not in line]
    found = double_entry_steps(drawn("\n".join(lines)), QUESTION)
    assert found.num_rows == 0, (key, value)


def test_rules_can_be_changed_and_are_told() -> None:
    rule = DoubleEntryRule(least_steps=4, assumed_minutes=12)
    asked = TwoSystemsQuestion(as_of=at("31T17:00"), calendars=CALENDARS, rule=rule)
    assert double_entries(drawn(WORK), asked).rows == ()
    assert double_entries(drawn(WORK), asked).assumed_minutes == 12


def test_a_group() -> None:
    cursor = drawn(WORK)
    assert double_entry_steps(cursor, QUESTION, group={"unit": "U", "procedure": "1.000001"}).num_rows == 3
    assert double_entry_steps(cursor, QUESTION, group={"unit": None}).num_rows == 0


def test_the_end_of_a_system() -> None:
    cursor = drawn(SHARES)
    before = switch_off(cursor, TwoSystemsQuestion(as_of=at("10T09:00"), calendars=CALENDARS), "old", date(2025, 3, 20))
    assert (before.days_left, before.silent_days, before.events_after) == (10, 6, 0)
    assert before.last_event_at == at("04T08:00")
    after = switch_off(cursor, QUESTION, "old", date(2025, 3, 4))
    assert (after.days_left, after.events_after, after.by_unit) == (-27, 1, (("U", 1, 1),))
    never = switch_off(cursor, QUESTION, "paper", date(2025, 4, 1))
    assert (never.last_event_at, never.silent_days, never.events_after, never.by_unit) == (None, None, 0, ())


def test_a_slice() -> None:
    asked = TwoSystemsQuestion(as_of=at("31T17:00"), calendars=CALENDARS, chosen=Slice(unit="V"))
    assert system_shares(drawn(SHARES), asked) == ()
    assert double_entries(drawn(WORK), asked).rows == ()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(TwoSystemsError, match="write month or week"):
        system_shares(drawn(SHARES), QUESTION, "year")  # type: ignore[arg-type]
    with pytest.raises(TwoSystemsError, match="must be more than 0"):
        DoubleEntryRule(within_minutes=0)
    with pytest.raises(TwoSystemsError, match="a share of more than 0"):
        DoubleEntryRule(least_share=2)


def test_the_page_names_every_threshold() -> None:
    page = (ROOT / "docs" / "two-systems.md").read_text(encoding="utf-8")
    assert [name for name in DoubleEntryRule.__dataclass_fields__ if f"`{name}`" not in page] == []


def test_twins_are_found_among_many() -> None:
    events = events_of(Offices(seed=5, units=3, dossiers=600))
    random = np.random.default_rng(1)
    dossiers = events["dossier"].to_pylist()
    old = {name for name in sorted(set(dossiers)) if random.random() < 0.5}
    copied = {name for name in sorted(old) if random.random() < 0.2}
    events = _with(events, source=["old" if name in old else "new" for name in dossiers])
    copies = events.filter(pa.array([name in copied for name in dossiers]))
    late = pa.array((random.integers(2, 20, len(copies)) * 60_000_000).astype("timedelta64[us]"))
    copies = _with(
        copies,
        source=["new"] * len(copies),
        dossier=[f"1{name[1:]}" for name in copies["dossier"].to_pylist()],
        event_id=[f"copy {name}" for name in copies["event_id"].to_pylist()],
        occurred_at=pc.add(copies["occurred_at"], late),
    )
    cursor = empty_store()
    append(cursor, _with(pa.concat_tables([events, copies]), event_no=range(1, len(events) + len(copies) + 1)))
    asked = TwoSystemsQuestion(as_of=at("2025-06-30T17:00:00"), calendars=CALENDARS)
    found = double_entry_steps(cursor, asked)
    pairs = {frozenset(pair) for pair in zip(found["twin"].to_pylist(), found["dossier"].to_pylist(), strict=True)}
    truth = {frozenset((name, f"1{name[1:]}")) for name in copied}
    assert len(pairs & truth) >= 0.95 * max(len(pairs), len(truth))


def _with(table: pa.Table, **columns: Any) -> pa.Table:
    for name, values in columns.items():
        field = table.schema.field(name)
        column = values if isinstance(values, pa.ChunkedArray) else pa.array(values, field.type)
        table = table.set_column(table.column_names.index(name), field, column)
    return table
