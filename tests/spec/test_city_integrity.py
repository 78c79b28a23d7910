"""What is planted in a simulated town is found, all of it and nothing else; a clean town has no findings."""

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from click.testing import CliRunner

from api.commands.city import city
from drawn_logs import CALENDARS
from ingest.event import INSTANT
from ingest.pseudonym import Pseudonyms
from ingest.sources import open_log
from ingest.store import IN_MEMORY, Batch, open_store
from mining.derive import prepare, refresh
from mining.integrity.findings import integrity
from mining.integrity.question import IntegrityQuestion
from mining.rules.book import RuleQuestion
from mining.rules.findings import check_rules
from mining.two_systems import TwoSystemsQuestion, double_entries, switch_off, system_shares

AS_OF = datetime(2024, 12, 1, tzinfo=UTC)


@contextmanager
def town(folder: Path, seed: int, *, clean: bool) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """The store of the scenario `small`, and the truth about it."""
    log, truth = folder / "town.jsonl", folder / "truth.json"
    command = ["--scenario", "small", "--seed", str(seed), "--to", str(log), "--truth", str(truth)]
    result = CliRunner().invoke(city, command + ["--clean"] * clean, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    store = open_store(IN_MEMORY, Pseudonyms(secrets.token_bytes(32)))
    for batch in open_log(log).batches(100_000):
        now = datetime.now(UTC)
        received = pa.repeat(pa.scalar(now, INSTANT), batch.events.num_rows)
        stated = tuple(one.statement for one in batch.catalogue)
        store.commit(Batch(batch.events, received, tuple(batch.rejected), catalogue=stated), now=now)
    with store.writing() as cursor:
        prepare(cursor)
        refresh(cursor)
        yield cursor, json.loads(truth.read_text())
    store.close()


def planted(truth: dict[str, Any], kind: str, count: str) -> dict[str, int]:
    """How many of a kind were planted, by unit."""
    return {row["unit"]: row[count] for row in truth[kind] if row[count]}


@pytest.mark.parametrize("seed", [4])
def test_what_is_planted_is_found(tmp_path: Path, seed: int) -> None:
    with town(tmp_path, seed, clean=False) as (cursor, truth):
        report = integrity(cursor, IntegrityQuestion(as_of=AS_OF, calendars=CALENDARS))
        found: dict[str, dict[str | None, int]] = {}
        for finding in report.findings:
            found.setdefault(finding.kind, {})[finding.unit] = finding.count
        assert found == {
            "due_rewritten": planted(truth, "resets", "reset-due"),
            "finish_reset": planted(truth, "resets", "reset-finish"),
        }

        asked = TwoSystemsQuestion(as_of=AS_OF, calendars=CALENDARS)
        doubles: Counter[str | None] = Counter()
        for row in double_entries(cursor, asked).rows:
            doubles[row.unit] += row.steps
            assert row.by_work == 0
        for unit, events in planted(truth, "double_entry", "events").items():
            assert doubles.pop(unit) == pytest.approx(events, rel=0.01)
        assert not doubles

        shares = system_shares(cursor, asked)
        lasts = {row.system: row.period_start for row in shares}  # in the order of time
        assert len(lasts) == 2
        old = min(lasts, key=lambda system: lasts[system])
        switched_on = datetime(2024, 5, 6, tzinfo=UTC).date()  # the scenario's switch_day
        state = switch_off(cursor, asked, old, switched_on)
        assert (state.events_after, state.by_unit) == (0, ())
        assert state.silent_days is not None
        assert state.silent_days > 200


def test_a_clean_town_has_no_findings(tmp_path: Path) -> None:
    with town(tmp_path, 1, clean=True) as (cursor, _):
        assert integrity(cursor, IntegrityQuestion(as_of=AS_OF, calendars=CALENDARS)).findings == ()
        assert double_entries(cursor, TwoSystemsQuestion(as_of=AS_OF, calendars=CALENDARS)).rows == ()
        rules = check_rules(cursor, RuleQuestion(as_of=AS_OF, calendars=CALENDARS))
        broken = Counter({row.rule: row.broken for row in rules})
        assert broken["four_eyes"] == broken["late_acceptance"] == broken["apology_missing"] == 0
        assert {row.rule for row in rules if row.kept} >= {"four_eyes", "late_acceptance", "second_supplement"}
