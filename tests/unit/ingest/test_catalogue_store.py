"""The catalogue in the store: a history that only grows, and what follows from the entries in force."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import Calendar, Entry, Limit, Procedure, Process, Slot, Step, Target, Unit, key
from ingest.catalogue_check import channel_code, one_line, procedure_code
from ingest.catalogue_store import (
    NOTHING_RECORDED,
    Recorded,
    Statement,
    known_units,
    last_entry_no,
    record,
    warnings_of,
)
from ingest.event import EVENT_SCHEMA, INSTANT
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Batch, Position, Store, StoreError, open_store

START = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.duckdb"


@pytest.fixture
def store() -> Iterator[Store]:
    store = opened(IN_MEMORY)
    yield store
    store.close()


def opened(path: Path | str) -> Store:
    return open_store(path, Pseudonyms(b"a key for tests only"))


def unit(code: str, name: str = "Sở A", **said: Any) -> Unit:
    return Unit(code=code, name=name, **said)


def process(version: str = "1", *, since: str = "2024-01-01", until: str | None = None, **said: Any) -> Process:
    usual: dict[str, Any] = {
        "procedure": "1.001193",
        "decision": "QĐ 1",
        "limit": Limit(amount=1, unit="working_days"),
        "steps": (Step(number="B1", task="Thẩm định", hours=8),),
    }
    ends = date.fromisoformat(until) if until else None
    return Process(
        **usual | {"version": version, "effective_from": date.fromisoformat(since)} | said, effective_to=ends
    )


def batch(*statements: Statement, position: Position | None = None) -> Batch:
    positions = (position,) if position else ()
    return Batch(EVENT_SCHEMA.empty_table(), pa.array([], INSTANT), (), positions, statements)


def said(*entries: Entry, source: str = "a file") -> list[Statement]:
    return [Statement.of(entry, source) for entry in entries]


def load(store: Store, *entries: Entry, source: str = "a file", day: int = 0) -> Recorded:
    return store.commit(batch(*said(*entries, source=source)), now=START + timedelta(days=day)).catalogue


def rows(store: Store, question: str) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        return cursor.execute(question).fetchall()


HISTORY = "SELECT entry_no, key, content IS NULL, source FROM catalogue_entry ORDER BY entry_no"


def test_loading_again_changes_nothing_and_a_correction_is_a_new_row_with_its_source(store: Store) -> None:
    first = load(store, unit("H1"), unit("H2"), source="first")
    again = load(store, unit("H1"), unit("H2"), source="again")
    corrected = load(store, unit("H1"), unit("H2", "Sở B"), unit("H3"), source="second")
    assert first == Recorded(added=("unit:H1", "unit:H2"))
    assert again == Recorded(unchanged=2)
    assert corrected == Recorded(added=("unit:H3",), corrected=("unit:H2",), unchanged=1)
    assert rows(store, HISTORY) == [
        (1, "unit:H1", False, "first"),
        (2, "unit:H2", False, "first"),
        (3, "unit:H2", False, "second"),
        (4, "unit:H3", False, "second"),
    ]
    assert rows(store, "SELECT code, name FROM catalogue_unit ORDER BY code") == [
        ("H1", "Sở A"),
        ("H2", "Sở B"),
        ("H3", "Sở A"),
    ]


def test_a_withdrawn_entry_is_no_longer_in_force_and_its_history_stays(store: Store) -> None:
    load(store, unit("H1"))
    withdrawn = store.commit(batch(Statement("unit:H1", None, "topic"), Statement("unit:H9", None, "topic"))).catalogue
    assert withdrawn == Recorded(withdrawn=("unit:H1",), unchanged=1)
    assert rows(store, "FROM catalogue_unit") == []
    assert load(store, unit("H1")) == Recorded(added=("unit:H1",))
    assert [row[2] for row in rows(store, HISTORY)] == [False, True, False]


def test_several_statements_about_one_entry_are_taken_in_their_order(store: Store) -> None:
    recorded = load(store, unit("H1"), unit("H1", "Sở B"), unit("H1", "Sở B"), unit("H1"))
    assert recorded == Recorded(added=("unit:H1",), corrected=("unit:H1", "unit:H1"), unchanged=1)
    assert rows(store, "SELECT name FROM catalogue_unit") == [("Sở A",)]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", None])), max_size=12), st.data())
def test_messages_read_a_second_time_change_nothing(told: list[tuple[str, str | None]], data: st.DataObject) -> None:
    statements = [
        Statement(f"unit:{code}", unit(code, name) if name else None, "topic", digest=f"message {at}")
        for at, (code, name) in enumerate(told)
    ]
    store = opened(IN_MEMORY)
    cut = data.draw(st.integers(0, len(statements)))
    store.commit(batch(*statements[:cut]))
    store.commit(batch(*statements[cut:]))
    before = rows(store, HISTORY)
    last = dict(told)
    assert {row[0]: row[1] for row in rows(store, "SELECT code, name FROM catalogue_unit")} == {
        code: name for code, name in last.items() if name
    }
    cut = data.draw(st.integers(0, len(statements)))
    again = [store.commit(batch(*part)).catalogue for part in (statements[:cut], statements[cut:])]
    assert sum(one.changes for one in again) == 0
    assert rows(store, HISTORY) == before
    store.close()


def test_the_catalogue_commits_with_the_positions_or_not_at_all(path: Path) -> None:
    store = opened(path)
    load(store, process())
    broken = Position("t", 0, None, "cluster", "topic")  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="could not be written"):
        store.commit(batch(*said(process("2")), position=broken))
    store.close()
    store = opened(path)
    assert last_entry_no(store.cursor()) == 1
    assert rows(store, "SELECT version FROM approved_process") == [("1",)]
    assert load(store, process("2")) == Recorded(added=(key(process("2")),))
    assert len(rows(store, "FROM approved_step")) == 2
    store.close()


def test_nothing_stated_is_nothing_recorded(store: Store) -> None:
    with store.cursor() as cursor:
        assert record(cursor, (), START) == NOTHING_RECORDED
        assert last_entry_no(cursor) == 0
        assert known_units(cursor) == frozenset()


def test_the_approved_processes_are_columns_with_their_sums(store: Store) -> None:
    steps = (
        Step(number="B1", task="Tiếp nhận", unit="sở  a", role="một cửa", hours=4, result="phiếu"),
        Step(number="B2", task="Thẩm định", unit="000.1.H29", hours=92.5),
        Step(number="B3", task="Trả kết quả", unit="Phòng lạ", hours=0),
    )
    ten = process(
        case_variant="Hộ",
        channel="online",
        steps=steps,
        limit=Limit(amount=10, unit="working_days"),
        until="2024-12-31",
    )
    load(store, ten, unit("H1"), unit("H2", "Sở B", former_codes=("000.1.H29",)))
    said_of = "procedure, case_variant, channel, version, decision, effective_from, effective_to"
    assert rows(store, f"SELECT {said_of} FROM approved_process") == [
        ("1.001193", "Hộ", "online", "1", "QĐ 1", date(2024, 1, 1), date(2024, 12, 31))
    ]
    figures = "limit_amount, limit_unit, limit_hours, step_hours, warnings"
    (*numbers, warnings) = rows(store, f"SELECT {figures} FROM approved_process")[0]
    assert numbers == [10.0, "working_days", 80.0, 96.5]
    assert warnings == [
        "the steps take 96.5 h together, the limit is 80 h; both are kept as approved",
        "step B3: the unit 'Phòng lạ' is none of the catalogue, or several are called so",
    ]
    assert rows(store, "SELECT * EXCLUDE (process_key) FROM approved_step ORDER BY ordinal") == [
        (1, "B1", "Tiếp nhận", "H1", "một cửa", 4.0, "phiếu"),
        (2, "B2", "Thẩm định", "H2", None, 92.5, None),
        (3, "B3", "Trả kết quả", "Phòng lạ", None, 0.0, None),
    ]
    load(store, process("2", limit=Limit(amount=4, unit="hours")))
    load(store, process("3", limit=Limit(amount=4, unit="calendar_days")))
    limits = "SELECT version, limit_hours FROM approved_process ORDER BY version"
    assert rows(store, limits) == [("1", 80.0), ("2", 4.0), ("3", None)]


def test_a_unit_that_becomes_known_later_is_found_in_the_steps_that_named_it(store: Store) -> None:
    load(store, process(steps=(Step(number="B1", task="A", unit="Sở A", hours=8),)))
    assert rows(store, "SELECT unit FROM approved_step") == [("Sở A",)]
    load(store, unit("H1"))
    assert rows(store, "SELECT unit FROM approved_step") == [("H1",)]
    load(store, unit("H2"))
    assert rows(store, "SELECT unit FROM approved_step") == [("Sở A",)], "two units are called so"


@pytest.mark.parametrize(
    ("first", "second", "overlapping"),
    [
        (process("1"), process("2", since="2025-01-01"), False),
        (process("1", until="2024-12-31"), process("2", since="2025-01-01"), False),
        (process("1", until="2025-01-01"), process("2", since="2025-01-01"), True),
        (process("1"), process("2"), True),
        (process("1", until="2026-12-31"), process("2", since="2025-01-01", until="2025-02-01"), True),
        (process("1", until="2025-06-30"), process("2", since="2025-01-01", channel="online"), False),
        (process("1", until="2025-06-30"), process("2", since="2025-01-01", case_variant="Hộ"), False),
        (process("1", until="2025-06-30"), process("2", since="2025-01-01", procedure="1.001194"), False),
    ],
)
def test_overlapping_versions_are_a_warning_on_the_later_one(
    store: Store, first: Process, second: Process, overlapping: bool
) -> None:
    load(store, second, first)
    with store.cursor() as cursor:
        found = warnings_of(cursor, [key(first), key(second)])
    assert list(found) == ([key(second)] if overlapping else [])
    assert all("version 1 is in force for the same dossiers on" in text for texts in found.values() for text in texts)


def test_a_warning_that_a_correction_ends_is_gone(store: Store) -> None:
    load(store, process("1", until="2025-06-30"), process("2", since="2025-01-01"))
    assert rows(store, "SELECT count(*) FROM catalogue_overlap") == [(1,)]
    load(store, process("1", until="2024-12-31"))
    assert rows(store, "SELECT warnings FROM approved_process") == [([],), ([],)]


def test_the_other_kinds_have_their_views(store: Store) -> None:
    calendar = Calendar(
        code="một cửa", version="1", week={"monday": (Slot(opens=datetime.min.time(), closes=datetime.max.time()),)}
    )
    load(store, Procedure(code="1.001193", name="Khai sinh", online_only=True), Procedure(code="x", name="y"))
    load(store, Target(code="t", indicator="đúng hạn", value=0.98, period="2025", source="QĐ"), calendar)
    assert rows(store, "SELECT * EXCLUDE (procedure_key) FROM catalogue_procedure ORDER BY code") == [
        ("1.001193", "Khai sinh", None, None, True, []),
        (
            "x",
            "y",
            None,
            None,
            False,
            ["the procedure code 'x' is not written like 1.001193 or 1.001193.H29; it is kept as it is"],
        ),
    ]
    assert rows(store, "FROM catalogue_target") == [("t", "đúng hạn", 0.98, "2025", "QĐ")]
    (found,) = rows(store, "SELECT code, version, week->'$.monday[0].opens', days FROM catalogue_calendar")
    assert found == ("một cửa", "1", '"00:00:00"', "[]")


def test_units_are_known_by_their_codes_and_names(store: Store) -> None:
    load(store, unit("H29.1", "Sở  Tư pháp", former_codes=("000.00.01.H29",)))
    with store.cursor() as cursor:
        assert known_units(cursor) == {"h29.1", "sở tư pháp", "000.00.01.h29"}


@pytest.mark.parametrize(
    "text",
    [
        *("1.001193", "1.000494.000.00.00.H29", "1.000948.h38", "0.1", "BTP 1", "1.0011931", "1.000948.000.00.00"),
        *("Trực tuyến", "2", "Tru\u031b\u0323c tuye\u0302\u0301n", "BƯU \u00a0chính", " tại quầy ", "kiosk", "online"),
    ],
)
def test_sql_and_python_read_codes_and_words_alike(store: Store, text: str) -> None:
    with store.cursor() as cursor:
        national, owner, channel, word = cursor.execute(
            "SELECT procedure_national($t), procedure_owner($t), channel_code($t), catalogue_word($t)", {"t": text}
        ).fetchall()[0]
    assert ".".join(filter(None, (national, owner))).lower() == procedure_code(text).lower()
    assert channel == channel_code(text).lower()
    assert word == one_line(text).lower()


def test_what_another_version_of_the_program_derived_is_derived_anew(path: Path) -> None:
    with closing(opened(path)) as old:
        load(old, Procedure(code="1.001193", name="Khai sinh"), process())
        with old.writing() as cursor:
            cursor.execute("DELETE FROM known_procedure; UPDATE approved_process SET step_hours = -1")
            cursor.execute("UPDATE store_fact SET value = 'older' WHERE name = 'catalogue_derivation'")
    with closing(opened(path)) as new:
        assert rows(new, "SELECT name FROM catalogue_procedure") == [("Khai sinh",)]
        assert rows(new, "SELECT count(*) FROM approved_process WHERE step_hours >= 0") == [(1,)]
        with new.writing() as cursor:
            cursor.execute("DELETE FROM known_procedure")
    with closing(opened(path)) as same:
        assert rows(same, "FROM known_procedure") == [], "the same version derives nothing at the start"
