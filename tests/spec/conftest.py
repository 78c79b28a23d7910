"""Logs drawn as text, a store to put them in, and a naive derivation to compare the SQL with."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import duckdb
import pyarrow as pa
import pytest

from mining.derive import prepare, refresh

SCHEMA = Path(__file__).parents[2] / "ingest" / "schema.sql"
DAY_ZERO = datetime(2025, 1, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of a drawn log; times are minutes since DAY_ZERO."""

    dossier: str
    activity: str | None
    lifecycle: str
    minute: int
    id: str
    started: int | None = None
    source: str = "test"
    sequence: int | None = None
    step: str | None = None
    procedure: str | None = None
    case_variant: str | None = None
    process_version: str | None = None
    channel: str | None = None
    unit: str | None = None
    role: str | None = None
    officer: str | None = None
    status: int | None = None
    outcome: str | None = None


class StepRow(NamedTuple):
    """What is derived for an activity instance; `event_id` is of its completion, or of the start while it is open."""

    dossier: str
    position: int | None
    activity: str
    step: str | None
    started: int | None
    start_dropped: bool
    completed: int | None
    previous_activity: str | None
    previous_completed: int | None
    unit: str | None
    role: str | None
    officer: str | None
    event_id: str
    procedure: str
    opened: int


class DossierRow(NamedTuple):
    """What is derived for a dossier."""

    dossier: str
    procedure: str
    case_variant: str | None
    process_version: str | None
    channel: str | None
    unit: str | None
    opened: int
    last: int
    status: int | None
    events: int
    steps: int
    open_steps: int
    path: tuple[str, ...] | None


class Derived(NamedTuple):
    """All derived rows by name, sorted, and the kept sequences of activities."""

    steps: list[StepRow]
    dossiers: list[DossierRow]
    paths: list[tuple[str, ...]]


def read_log(drawing: str) -> list[Event]:
    """Read lines of `dossier activity lifecycle minute key=value...`; `-` is no activity, ids count the lines."""
    events = []
    for number, line in enumerate(filter(None, map(str.strip, drawing.splitlines())), 1):
        dossier, activity, lifecycle, minute, *rest = line.split()
        more: dict[str, Any] = dict(word.split("=", 1) for word in rest)
        for name in ("started", "sequence", "status"):
            if name in more:
                more[name] = int(more[name])
        event = Event(dossier=dossier, activity=None, lifecycle=lifecycle, minute=int(minute), id=f"e{number:03d}")
        events.append(replace(event, activity=None if activity == "-" else activity, **more))
    return events


def naive(drawing: str) -> Derived:
    """Derive a drawn log the slow and obvious way."""
    dossiers: dict[str, list[Event]] = defaultdict(list)
    for event in read_log(drawing):
        dossiers[event.dossier].append(event)
    steps, rows = [], []
    for name, own in dossiers.items():
        own.sort(key=_order)
        instances = [*_instances(own)]
        completed = [one for one in instances if one.completed is not None]
        for number, one in enumerate(completed):
            before = completed[number - 1] if number else None
            completed[number] = one._replace(
                position=number + 1,
                previous_activity=before and before.activity,
                previous_completed=before.completed if before else None,
            )
        waiting = [one for one in instances if one.completed is None]
        row = DossierRow(
            name,
            _first(own, "procedure") or "unknown",
            *(_first(own, field) for field in ("case_variant", "process_version", "channel", "unit")),
            opened=min(min(one.minute, one.minute if one.started is None else one.started) for one in own),
            last=max(one.minute for one in own),
            status=_first(own[::-1], "status"),
            events=len(own),
            steps=len(completed),
            open_steps=len(waiting),
            path=tuple(one.activity for one in completed) or None,
        )
        rows.append(row)
        steps += [one._replace(procedure=row.procedure, opened=row.opened) for one in (*completed, *waiting)]
    return Derived(sorted(steps, key=repr), sorted(rows, key=repr), sorted({row.path for row in rows if row.path}))


def _order(event: Event) -> tuple[Any, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in event.step or "").split()
    number = int(digits[0]) if digits else None
    ties = (event.sequence, number)
    return (event.minute, *((tie is None, tie or 0) for tie in ties), event.source, event.id)


def _first(events: Sequence[Event], field: str) -> Any:
    return next((getattr(event, field) for event in events if getattr(event, field) is not None), None)


def _instances(ordered: Sequence[Event]) -> Iterator[StepRow]:
    """Yield the completions in path order, then the starts that are left over."""
    queues: dict[str, deque[Event]] = defaultdict(deque)
    start_of: dict[str, Event] = {}
    for event in sorted(ordered, key=lambda one: (one.minute, one.lifecycle != "start")):
        if event.activity and event.lifecycle == "start":
            queues[event.activity].append(event)
        elif event.activity and event.lifecycle == "complete" and event.started is None and queues[event.activity]:
            start_of[event.id] = queues[event.activity].popleft()
    for event in ordered:
        if event.activity and event.lifecycle == "complete":
            yield _instance(event, start_of.get(event.id))
    for event in (one for queue in queues.values() for one in queue):
        yield _instance(event, event)


def _instance(event: Event, start: Event | None) -> StepRow:
    both = [event, start] if start else [event]
    started = start.minute if start else event.started
    dropped = event.lifecycle == "complete" and started is not None and started > event.minute
    return StepRow(
        dossier=event.dossier,
        position=None,
        activity=event.activity or "",
        step=_first(both, "step"),
        started=None if dropped else started,
        start_dropped=dropped,
        completed=None if event.lifecycle == "start" else event.minute,
        previous_activity=None,
        previous_completed=None,
        unit=_first(both, "unit"),
        role=_first(both, "role"),
        officer=_first(both, "officer"),
        event_id=event.id,
        procedure="",
        opened=0,
    )


def identity_of(name: str) -> UUID:
    """Stand in for the keyed hash of a name: a UUID with the name in it."""
    return UUID(bytes=name.encode().rjust(16, b"\0"))


def _minute_at(minute: int | None) -> datetime | None:
    return None if minute is None else DAY_ZERO + timedelta(minutes=minute)


def _read(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


class Log:
    """An in-memory store with the tables of ingest and of mining; events arrive in the order of `arrive`."""

    def __init__(self) -> None:
        self.cursor = duckdb.connect()
        self.cursor.execute("SET TimeZone = 'UTC'")
        self.cursor.execute(SCHEMA.read_text())
        prepare(self.cursor)

    def arrive(self, drawing: str) -> None:
        """Append the events of a drawn log, in the order of its lines."""
        events = read_log(drawing)
        self.append(
            pa.table(
                {
                    "source": [one.source for one in events],
                    "kind": ["step"] * len(events),
                    "event_id": [one.id for one in events],
                    "dossier": [str(identity_of(one.dossier)) for one in events],
                    "occurred_at": [_minute_at(one.minute) for one in events],
                    "started_at": pa.array([_minute_at(one.started) for one in events], pa.timestamp("us", "UTC")),
                    "officer": [one.officer and str(identity_of(one.officer)) for one in events],
                    **{name: [getattr(one, name) for one in events] for name in _SAME_NAME},
                }
            )
        )

    def append(self, events: pa.Table) -> None:
        """Append events given as columns named as in the table `event`; what is missing is NULL or made up."""
        self.cursor.register("incoming", events)
        columns = ", ".join(f'"{name}"' for name in events.column_names)
        self.cursor.execute(_APPEND.replace("/* columns */", columns))
        self.cursor.unregister("incoming")

    def derived(self) -> Derived:
        """Return what is derived, by name."""
        steps = [StepRow(*row) for row in self.cursor.execute(_read("derived_steps")).fetchall()]
        dossiers = [DossierRow(*row) for row in self.cursor.execute(_read("derived_dossiers")).fetchall()]
        dossiers = [row._replace(path=row.path and tuple(row.path)) for row in dossiers]
        paths = [tuple(row[0]) for row in self.cursor.execute("SELECT activities FROM path").fetchall()]
        return Derived(sorted(steps, key=repr), sorted(dossiers, key=repr), sorted(paths))


_SAME_NAME = (
    *("sequence", "step", "activity", "lifecycle", "status", "unit", "role", "channel", "outcome"),
    *("procedure", "case_variant", "process_version"),
)

_APPEND = """
INSERT INTO event BY NAME
SELECT
    (SELECT coalesce(max(event_no), 0) FROM event) + row_number() OVER () AS event_no,
    0 AS event_key, now() AS received_at, /* columns */
FROM incoming
"""


@pytest.fixture
def log() -> Log:
    """An empty store."""
    return Log()


@pytest.fixture(scope="session")
def new_log() -> Callable[[], Log]:
    """Makes empty stores."""
    return Log


@pytest.fixture(scope="session")
def identity() -> Callable[[str], UUID]:
    """Tells under which UUID a drawn dossier or officer is stored."""
    return identity_of


@pytest.fixture(scope="session")
def derive_naively() -> Callable[[str], Derived]:
    """Derives a drawn log the slow and obvious way."""
    return naive


@pytest.fixture(params=["sql", "naive"])
def derive(request: pytest.FixtureRequest, log: Log) -> Callable[[str], Derived]:
    """Derives a drawn log, by SQL and by the naive derivation."""

    def by_sql(drawing: str) -> Derived:
        log.arrive(drawing)
        refresh(log.cursor)
        return log.derived()

    return by_sql if request.param == "sql" else naive
