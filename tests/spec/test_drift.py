"""Change over time: planted changes are found, with what changed; where nothing changes nothing is found."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from drawn_logs import CALENDARS, ROOT, append, at, empty_store
from mining.drift.change_points import cuts, independent
from mining.drift.findings import Change, DriftError, DriftQuestion, changes

FIRST = datetime(2024, 1, 8, 1, tzinfo=UTC)
CHANGE = FIRST + timedelta(days=180)
AS_OF = at("2025-06-30T17:00:00")
OFFICE = CALENDARS.default
HOUR_US = 3_600_000_000
PATHS = (("Tiếp nhận", "Thẩm định", "Ký duyệt"), ("Tiếp nhận", "Thẩm định", "Lấy ý kiến", "Ký duyệt"))


def found(
    seed: int, *, slower: float = 1.0, more_asking: float = 0.0, dossiers: int = 1500, version: str | None = None
) -> tuple[Change, ...]:
    """Dossiers over a year; from CHANGE on appraising takes longer in unit V, and more dossiers ask for an opinion."""
    random = np.random.default_rng(seed)
    events: list[tuple[int, str | None, int, int, str]] = []
    for number in range(dossiers):
        accepted = FIRST + timedelta(days=365) * number / dossiers
        unit = "V" if random.random() < 0.7 else "U"
        is_late = accepted >= CHANGE
        path = PATHS[int(random.random() < 0.2 + more_asking * is_late)]
        worked = int(OFFICE.worked_us(np.array([int(accepted.timestamp() * 1e6)]))[0])
        for place, activity in enumerate(path):
            factor = slower if is_late and unit == "V" and activity == "Thẩm định" else 1.0
            worked += int(random.lognormal(np.log(6 * factor), 0.5) * HOUR_US) if place else 0
            status = 2 if place == 0 else 9 if place == len(path) - 1 else 4
            events.append((number, activity, int(OFFICE.at_us(np.array([worked]))[0]), status, unit))
    cursor = empty_store()
    if version:
        for key, day in (("k1", "2020-01-01"), ("k2", version)):
            cursor.execute(
                "INSERT INTO approved_process VALUES"
                " (?, '1.000001', NULL, NULL, ?, 'QD 1', ?, NULL, 5, 'working_days', 40, 40, [])",
                [key, key, day],
            )
    append(cursor, table_of(events))
    return changes(cursor, DriftQuestion(as_of=AS_OF, calendars=CALENDARS))


def table_of(events: list[tuple[int, str | None, int, int, str]]) -> pa.Table:
    """Rows of dossier, activity, time (µs), status and unit as events."""
    size = len(events)
    numbers, activities, times, statuses, units = zip(*events, strict=True)
    columns = {
        "event_no": range(1, size + 1),
        "event_key": range(1, size + 1),
        "source": ["test"] * size,
        "event_id": [f"{number:06d}" for number in range(size)],
        "kind": ["step"] * size,
        "dossier": [f"00000000-0000-0000-0000-{number:012d}" for number in numbers],
        "occurred_at": pa.array(times).cast(pa.timestamp("us", "UTC")),
        "received_at": pa.array(times).cast(pa.timestamp("us", "UTC")),
        "procedure": ["1.000001"] * size,
        "activity": activities,
        "lifecycle": ["complete"] * size,
        "status": pa.array(statuses, pa.int8()),
        "unit": units,
    }
    return pa.table(columns)


@pytest.mark.parametrize("seed", range(5))
def test_where_nothing_changes_nothing_is_found(seed: int) -> None:
    assert found(seed) == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_step_that_becomes_slower_in_one_unit(seed: int) -> None:
    (change,) = found(seed, slower=2.5)
    assert (change.what, change.procedure, change.versions, change.intended) == ("time", "1.000001", (), False)
    assert abs(change.at - CHANGE) < timedelta(days=14)
    assert change.from_at <= change.at <= change.to_at
    assert change.hours_after > 1.2 * change.hours_before
    assert change.q_value >= change.p_value
    moved = change.transitions[0]
    assert (moved.source, moved.target) == ("Tiếp nhận", "Thẩm định")
    assert moved.hours_after - moved.hours_before == pytest.approx(0.7 * 1.5 * 6.8, rel=0.35)
    unit = change.units[0]
    assert unit.unit == "V"
    assert unit.hours == pytest.approx(sum(one.hours for one in change.units), rel=0.2)


@pytest.mark.parametrize("seed", range(3))
def test_another_way(seed: int) -> None:
    (change,) = [one for one in found(seed, more_asking=0.4) if one.what == "paths"]
    assert abs(change.at - CHANGE) < timedelta(days=14)
    ways = {(one.source, one.target): one.times_after - one.times_before for one in change.transitions}
    assert ways["Thẩm định", "Lấy ý kiến"] == pytest.approx(0.4, abs=0.1)
    assert ways["Thẩm định", "Ký duyệt"] == pytest.approx(-0.4, abs=0.1)


def test_a_new_version_marks_a_change_as_intended() -> None:
    changed = found(1, slower=2.5, version="2024-07-08")
    assert [(one.intended, one.versions[0].version) for one in changed] == [(True, "k2")]
    assert [one.intended for one in found(1, slower=2.5, version="2024-04-01")] == [False]


def test_dossiers_of_one_step_have_no_transitions() -> None:
    cursor = empty_store()
    random = np.random.default_rng(1)
    events: list[tuple[int, str | None, int, int, str]] = []
    for number in range(600):
        accepted = FIRST + timedelta(days=365) * number / 600
        worked = int(OFFICE.worked_us(np.array([int(accepted.timestamp() * 1e6)]))[0])
        hours = random.lognormal(np.log(6 if accepted < CHANGE else 15), 0.3)
        finished = int(OFFICE.at_us(np.array([worked + int(hours * HOUR_US)]))[0])
        events += [(number, None, int(accepted.timestamp() * 1e6), 2, "U"), (number, "Cấp", finished, 9, "U")]
    append(cursor, table_of(events))
    (change,) = changes(cursor, DriftQuestion(as_of=AS_OF, calendars=CALENDARS))
    assert (change.what, change.transitions) == ("time", ())


def test_few_dossiers_tell_nothing() -> None:
    assert found(1, slower=4.0, dossiers=60) == ()


def test_an_empty_store_has_no_changes() -> None:
    assert changes(empty_store(), DriftQuestion(as_of=AS_OF, calendars=CALENDARS)) == ()


def test_cuts_are_rarely_false() -> None:
    random = np.random.default_rng(7)
    alarms = sum(len(cuts(random.normal(size=(1000, 3)), 0.01)) for _ in range(200))
    assert alarms <= 4


def test_cuts_of_rows_that_never_vary() -> None:
    assert cuts(np.ones((500, 2)), 0.01) == ()
    assert cuts(np.empty((500, 0)), 0.01) == ()
    assert cuts(np.ones((50, 1)), 0.01) == ()
    assert independent(np.empty((0, 3)), 2).shape == (0, 3)
    moved = np.column_stack((np.arange(200.0), 2 * np.arange(200.0)))
    assert independent(moved, 2).shape == (200, 1)  # two that move together are one


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(DriftError, match="give a factor above 1"):
        DriftQuestion(as_of=AS_OF, calendars=CALENDARS, least_factor=1.0)


def test_the_page_names_every_threshold() -> None:
    page = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
    names = set(DriftQuestion.__dataclass_fields__) - {"as_of", "calendars", "chosen"}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
