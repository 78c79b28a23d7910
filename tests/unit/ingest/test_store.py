"""The store: one transaction per batch, every event once, and clear words when it cannot be used."""

import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.store
from ingest.event import EVENT_SCHEMA, INSTANT
from ingest.pseudonym import PseudonymKeyError, Pseudonyms, load_key
from ingest.reject import Reason, Rejected
from ingest.seen import SeenKeys
from ingest.store import IN_MEMORY, Batch, Position, Store, StoreBusyError, StoreError, open_store

KEY = b"a key for tests only"
START = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)


def batch(*ids: str, dossier: str = "D1", rejected: int = 0, position: int | None = None) -> Batch:
    rows = [
        {
            "source": "urn:test",
            "id": one,
            "kind": "step",
            "dossier": dossier,
            "occurred_at": START + timedelta(minutes=at),
            "activity": "A",
            "lifecycle": "complete",
            "officer": "cb1",
        }
        for at, one in enumerate(ids)
    ]
    refused = tuple(Rejected("t", 0, at, Reason.EMPTY, "the message has no value", b"x") for at in range(rejected))
    positions = () if position is None else (Position("t", 0, position, "cluster", "topic"),)
    events = pa.Table.from_pylist(rows, schema=EVENT_SCHEMA)
    return Batch(events, pa.array([START] * len(rows), INSTANT), refused, positions)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.duckdb"


def opened(path: Path | str) -> Store:
    return open_store(path, Pseudonyms(KEY))


def ids(store: Store) -> list[str]:
    with store.cursor() as cursor:
        return [row[0] for row in cursor.execute("SELECT event_id FROM event ORDER BY event_no").fetchall()]


def digest(path: Path) -> str:
    # In a process of its own: closing the file in this one would give up the lock that its store holds.
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout


def test_an_event_is_stored_once_within_a_batch_across_batches_and_across_restarts(path: Path) -> None:
    store = opened(path)
    first = store.commit(batch("1", "2", "1"))
    second = store.commit(batch("2", "3"))
    store.close()
    store = opened(path)
    third = store.commit(batch("1", "4", "3"))
    assert [(one.stored, one.duplicates) for one in (first, second, third)] == [(2, 1), (1, 1), (1, 2)]
    assert ids(store) == ["1", "2", "3", "4"]
    assert store.events == store.last_event_no == 4
    store.close()


def test_the_same_id_from_another_source_is_another_event() -> None:
    store = opened(IN_MEMORY)
    one = batch("1")
    other = one.events.set_column(0, EVENT_SCHEMA.field("source"), pa.array(["urn:other"]))
    store.commit(one)
    assert store.commit(Batch(other, one.received_at)).stored == 1


def test_events_whose_digests_collide_are_told_apart_by_their_full_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(IN_MEMORY)
    real = ingest.store.sql
    same = "SELECT 7::UBIGINT AS event_key FROM incoming"
    monkeypatch.setattr(ingest.store, "sql", lambda name: same if name == "event_keys" else real(name))
    assert store.commit(batch("1", "2", "2")).stored == 2
    assert store.commit(batch("2", "3", "1")).stored == 1
    assert ids(store) == ["1", "2", "3"]


def test_dossiers_and_officers_are_stored_as_keyed_hashes_only(path: Path) -> None:
    store = opened(path)
    store.commit(batch("1", dossier="000.00.53.H48-240304-0099"))
    with store.cursor() as cursor:
        dossier, officer = cursor.execute("SELECT dossier::VARCHAR, officer::VARCHAR FROM event").fetchone() or ("", "")
    store.close()
    assert dossier.replace("-", "") == Pseudonyms(KEY).of("dossier", "000.00.53.H48-240304-0099")
    assert officer.replace("-", "") == Pseudonyms(KEY).of("officer", "cb1")
    assert b"240304-0099" not in path.read_bytes()


def test_events_rejects_and_positions_commit_together_or_not_at_all(path: Path) -> None:
    store = opened(path)
    store.commit(batch("1", rejected=1, position=5))
    broken = batch("2", rejected=1, position=9)
    bad_position = Position("t", 1, 3, "cluster", None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="could not be written"):
        store.commit(Batch(broken.events, broken.received_at, broken.rejected, (*broken.positions, bad_position)))
    assert store.broken
    with pytest.raises(StoreError, match="failed before"):
        store.commit(batch("3"))
    store.close()
    store = opened(path)
    assert ids(store) == ["1"]
    assert store.positions("t") == {0: Position("t", 0, 5, "cluster", "topic")}
    assert len(store.unpublished()) == 1
    store.close()


def test_rejects_wait_until_they_are_marked_as_published(path: Path) -> None:
    store = opened(path)
    store.commit(batch(rejected=3))
    waiting = store.unpublished(most=2)
    assert [(no, one.reason, one.payload) for no, one in waiting] == [(1, Reason.EMPTY, b"x"), (2, Reason.EMPTY, b"x")]
    store.mark_published(2)
    store.close()
    store = opened(path)
    assert [no for no, _one in store.unpublished()] == [3]
    store.close()


def test_a_second_process_is_told_who_has_the_store_and_touches_nothing(path: Path) -> None:
    store = opened(path)
    store.commit(batch("1"))
    before = digest(path)
    script = f"""
        from ingest.pseudonym import Pseudonyms
        from ingest.store import StoreBusyError, open_store
        try:
            open_store({str(path)!r}, Pseudonyms({KEY!r}))
        except StoreBusyError as error:
            print(error)
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "is in use by process" in result.stdout
    assert "TINHGON_STORE" in result.stdout
    assert digest(path) == before
    store.close()
    assert issubclass(StoreBusyError, StoreError)


def test_a_store_hashed_with_another_key_is_refused(path: Path) -> None:
    opened(path).close()
    with pytest.raises(StoreError, match="another pseudonym key"):
        open_store(path, Pseudonyms(b"quite another key here"))


def test_a_store_of_another_version_is_refused(path: Path) -> None:
    opened(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE store_fact SET value = '0' WHERE name = 'schema_version'")
    with pytest.raises(StoreError, match="schema version 0"):
        opened(path)


def test_a_file_that_is_no_store_is_refused_and_kept(path: Path) -> None:
    path.write_bytes(b"Ho so" * 5000)
    with pytest.raises(StoreError, match="cannot be opened"):
        opened(path)
    assert path.read_bytes() == b"Ho so" * 5000


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "tinhgon.key"
    key = load_key(file)
    assert len(key) == 32
    assert load_key(file) == key
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("không phải khoá", encoding="utf-8")
    with pytest.raises(PseudonymKeyError, match="backup"):
        load_key(file)
    with pytest.raises(PseudonymKeyError, match="at least 16"):
        Pseudonyms(b"short")


def test_pseudonyms_differ_by_kind_and_key_and_keep_nulls() -> None:
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.of("dossier", "x") != pseudonyms.of("officer", "x")
    assert pseudonyms.of("dossier", "x") != Pseudonyms(KEY + b"!").of("dossier", "x")
    column = pseudonyms.column("officer", pa.chunked_array([["a", None], ["a"]], pa.string()))
    assert column.to_pylist() == [pseudonyms.of("officer", "a"), None, pseudonyms.of("officer", "a")]


@given(st.lists(st.lists(st.integers(0, 300), max_size=40), max_size=30))
def test_seen_keys_equal_a_plain_set(batches: list[list[int]]) -> None:
    seen, plain = SeenKeys(), set[int]()
    for numbers in batches:
        keys = np.array(numbers, dtype=np.uint64)
        assert seen.contains(keys).tolist() == [number in plain for number in numbers]
        seen.add(np.array(sorted(set(numbers) - plain), dtype=np.uint64))
        plain |= set(numbers)
    assert len(seen) == len(plain)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 15), max_size=12), max_size=8))
def test_any_repetition_in_any_batching_stores_each_event_once(batches: list[list[int]]) -> None:
    store = opened(IN_MEMORY)
    outcome = [store.commit(batch(*map(str, numbers))) for numbers in batches]
    assert sorted(ids(store)) == sorted({str(number) for numbers in batches for number in numbers})
    assert sum(one.stored + one.duplicates for one in outcome) == sum(map(len, batches))
    store.close()
