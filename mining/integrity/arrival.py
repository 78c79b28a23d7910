"""Events that arrived long after they happened, though their system sends at once: entered later, and dated back.

Two ways to tell, by system. Since a system is connected its events are stamped on receipt: an event is late when it
took far longer than is usual and the system sent others, on time, in between; what a system held back as a whole and
then sent in a burst is not. Events from before that were loaded later: an event is late when it comes far behind the
newest that came before it. Where 1 of 10 events does, the order of arrival is not that of time, and nothing is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mining.ask import rows, statement
from mining.clocks.clock import microseconds

_HOUR_US = 3_600_000_000
_LONGEST_HOURS = 24 * 90
_BATCH_ROWS = 1_000_000

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRule:
    """What is late: more than `late_hours`, and more than `times_usual` of what 9 of 10 events of the system take.

    A system that sent fewer than `between` events on time since an event happened may have been cut off.
    """

    late_hours: float = 24.0
    times_usual: float = 3.0
    between: int = 5


@dataclass(slots=True)
class _System:
    """What is counted of a system while its events pass: delays by hour, receipts on time by hour, late ones."""

    first_received_us: int
    newest_us: int = np.iinfo(np.int64).min
    delays: Integers = field(default_factory=lambda: np.zeros(_LONGEST_HOURS, np.int64))
    lags: Integers = field(default_factory=lambda: np.zeros(_LONGEST_HOURS, np.int64))
    prompt: dict[int, int] = field(default_factory=dict)
    late_live: list[tuple[Integers, Integers, Integers]] = field(default_factory=list)
    late_loaded: list[tuple[Integers, Integers]] = field(default_factory=list)


def late_events(cursor: duckdb.DuckDBPyConnection, rule: ArrivalRule) -> pa.Table:
    """Return event_no and hours (how late) of the events that were dated back, in one pass over all events."""
    known = rows(cursor, "integrity_systems")
    systems = [_System(microseconds(row["first_received_at"])) for row in known]
    for numbers, events in _batches(cursor, [row["system"] for row in known]):
        order = np.argsort(numbers, kind="stable")
        present, first = np.unique(numbers[order], return_index=True)
        for number, own in zip(present.tolist(), np.split(order, first[1:]), strict=True):
            _take(systems[number], tuple(column[own] for column in events), rule)
    found = [part for system in systems for part in (_late_live(system, rule), _late_loaded(system, rule))]
    event_no = np.concatenate([np.empty(0, np.int64), *(part[0] for part in found)])
    hours = np.concatenate([np.empty(0), *(part[1] for part in found)])
    return pa.table({"event_no": pa.array(event_no, pa.int64()), "hours": pa.array(hours, pa.float64())})


def _batches(
    cursor: duckdb.DuckDBPyConnection, systems: list[str]
) -> Iterator[tuple[Integers, tuple[Integers, Integers, Integers]]]:
    """Yield the numbers of systems, and event numbers, times and receipts, in order of arrival."""
    asked = cursor.execute(statement("integrity_arrivals"), {"systems": systems})
    for batch in asked.to_arrow_reader(_BATCH_ROWS):
        columns = [np.asarray(batch[name]).astype(np.int64) for name in batch.schema.names]
        yield columns[1], (columns[0], columns[2], columns[3])


def _take(system: _System, events: tuple[Integers, ...], rule: ArrivalRule) -> None:
    """Count a batch of the events of one system, which come in order of arrival."""
    event_no, occurred, received = events
    late_us = int(rule.late_hours * _HOUR_US)
    live = occurred >= system.first_received_us
    delay = np.maximum(received - occurred, 0)
    system.delays += _by_hour(delay[live])
    hours, counts = np.unique(received[live & (delay <= late_us)] // _HOUR_US, return_counts=True)
    for hour, count in zip(hours.tolist(), counts.tolist(), strict=True):
        system.prompt[hour] = system.prompt.get(hour, 0) + count
    late = live & (delay > late_us)
    system.late_live.append((event_no[late], occurred[late], received[late]))

    newest = np.maximum.accumulate(np.append(system.newest_us, occurred))
    lag = np.maximum(newest[:-1] - occurred, 0) if len(occurred) else newest[:0]
    lag = np.where(newest[:-1] == np.iinfo(np.int64).min, 0, lag)
    system.newest_us = int(newest[-1])
    system.lags += _by_hour(lag[~live])
    late = ~live & (lag > late_us)
    system.late_loaded.append((event_no[late], lag[late]))


def _late_live(system: _System, rule: ArrivalRule) -> tuple[Any, Any]:
    event_no, occurred, received = (np.concatenate(column) for column in zip(*system.late_live, strict=True))
    late_us = int(rule.late_hours * _HOUR_US)
    hours = np.array(sorted(system.prompt), np.int64)
    sent = np.append(0, np.cumsum([system.prompt[hour] for hour in hours.tolist()])).astype(np.int64)
    first = np.searchsorted(hours, -(-(occurred + late_us) // _HOUR_US), "left")
    end = np.maximum(np.searchsorted(hours, received // _HOUR_US - 1, "left"), first)
    delay = (received - occurred) / _HOUR_US
    dated_back = (delay > rule.times_usual * _usual_hours(system.delays)) & (sent[end] - sent[first] >= rule.between)
    return event_no[dated_back], delay[dated_back]


def _late_loaded(system: _System, rule: ArrivalRule) -> tuple[Any, Any]:
    event_no, lag = (np.concatenate(column) for column in zip(*system.late_loaded, strict=True))
    hours, usual = lag / _HOUR_US, _usual_hours(system.lags)
    dated_back = (hours > rule.times_usual * usual) & (usual <= rule.late_hours)
    return event_no[dated_back], hours[dated_back]


def _by_hour(times: Integers) -> Integers:
    return np.bincount(np.minimum(times // _HOUR_US, _LONGEST_HOURS - 1), minlength=_LONGEST_HOURS)


def _usual_hours(delays: Integers) -> int:
    """Within how many hours 9 of 10 events came."""
    return int(np.searchsorted(np.cumsum(delays), 0.9 * delays.sum()))
