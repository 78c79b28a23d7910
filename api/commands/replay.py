"""`tinhgon replay`: the events of a log file, and its messages of the catalogue, published as if they came now."""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec
import pyarrow as pa

from api.commands.environment import settings_of_environment
from api.commands.logfile import log_file_options, opened, with_progress
from api.service import broker
from ingest.bus import BusError, NewTopic, Publisher, Topics
from ingest.catalogue_topic import COMPACTED
from ingest.decode import BATCHED
from ingest.encode import encode
from ingest.sources import LogFile

_CHUNK = 5_000
_HTTP_CHUNK = 1_000
_HTTP_SECONDS = 60
_TICK_SECONDS = 0.2

Keyed = tuple[bytes, bytes]
Send = Callable[[Sequence[Keyed]], object]


@dataclass(slots=True)
class _Way:
    """Where messages go, at most `most` at a time, and how many went: events, and messages of the catalogue."""

    send_events: Send
    send_catalogue: Send
    most: int
    events: int = 0
    catalogue: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Lines and rows that could not be used, by reason."""

    def publish(self, events: pa.Table) -> None:
        for chunk in _chunks(encode(events), self.most):
            self.send_events(chunk)
            self.events += len(chunk)

    def state(self, messages: Iterable[Keyed]) -> None:
        for chunk in _chunks(messages, self.most):
            self.send_catalogue(chunk)
            self.catalogue += len(chunk)


class Speed(click.ParamType[float]):
    """A factor such as `3600x`: one second of the replay is so many seconds of the log."""

    name = "FACTORx"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the factor; anything but a positive number with an optional x is a usage error."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)x?", str(value))
        if not match or float(match[1]) <= 0:
            self.fail(f"{value!r} is no speed; write for example 3600x", param, ctx)
        return float(match[1])


@click.command()
@log_file_options
@click.option(
    "--to", "target", default="kafka", show_default=True, help="kafka, or the address of a service (http://...)."
)
@click.option("--speed", type=Speed(), help="How much faster than it happened, e.g. 3600x; default: at full speed.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def replay(
    file: Path,
    columns: str | None,
    procedure: str | None,
    timezone: str,
    target: str,
    speed: float | None,
    as_json: bool,
) -> None:
    """Publish the events of a log FILE to Kafka, or post them to a service.

    Phát lại các sự kiện của một tệp nhật ký vào Kafka, hoặc gửi tới một dịch vụ.

    FILE is XES, CSV, XLSX, Parquet or CloudEvents JSON lines, see docs/log-files.md; messages of the catalogue among
    the lines go to its topic. Publishing the same file again adds nothing: its events keep their ids.
    """
    log = opened(file, columns, procedure, timezone)
    started = time.perf_counter()
    with _http_way(target) if "://" in target else _kafka_way(target) as way:
        for events in _tables(log, speed, way):
            way.publish(events)
    seconds = time.perf_counter() - started
    reasons = dict(sorted(way.refused.items()))
    if as_json:
        counts = {"published": way.events, "catalogue": way.catalogue, "rejected": way.refused.total()}
        outcome = {**counts, "rejected_by_reason": reasons, "seconds": round(seconds, 3)}
        click.echo(msgspec.json.encode(outcome).decode())
        return
    if way.catalogue:
        click.echo(f"{way.catalogue:,} messages of the catalogue published")
    click.echo(f"{way.events:,} events published in {seconds:.1f} s ({way.events / max(seconds, 1e-9):,.0f} events/s)")
    for reason, number in reasons.items():
        click.echo(f"{number:,} rows could not be used: {reason} (see tinhgon analyse)", err=True)


@contextmanager
def _kafka_way(target: str) -> Iterator[_Way]:
    if target != "kafka":
        raise click.UsageError(f"--to takes kafka or an address that starts with http://, not {target!r}")
    settings = settings_of_environment()
    if settings.kafka == "off":
        raise click.UsageError("TINHGON_KAFKA is off; give the address of the service: --to http://127.0.0.1:8000")
    events = NewTopic(settings.kafka_events_topic, settings.kafka_partitions)
    catalogue = NewTopic(settings.kafka_catalogue_topic, 1, COMPACTED)
    with Topics(broker(settings)) as topics:
        topics.ensure([events, catalogue])
    with Publisher(broker(settings)) as publisher:

        def to(topic: NewTopic) -> Send:
            return lambda chunk: publisher.publish(topic.name, [(*message, ()) for message in chunk])

        yield _Way(to(events), to(catalogue), _CHUNK)


@contextmanager
def _http_way(target: str) -> Iterator[_Way]:
    address = urlsplit(target)
    if address.scheme != "http" or not address.hostname:
        raise click.UsageError(f"--to takes an address such as http://127.0.0.1:8000, not {target!r}")
    connection = HTTPConnection(address.hostname, address.port or 80, timeout=_HTTP_SECONDS)

    def to(path: str, what: str) -> Send:
        def post(chunk: Sequence[Keyed]) -> None:
            body = b"[" + b",".join(value for _key, value in chunk) + b"]"
            try:
                connection.request("POST", path, body, {"Content-Type": BATCHED})
                response = connection.getresponse()
                answer = response.read()
            except OSError as error:
                raise BusError(f"the service at {target} does not answer ({error}); is it running?") from error
            if response.status != 202:
                raise BusError(f"the service at {target} refused {what} ({response.status}): {answer.decode()[:500]}")

        return post

    with closing(connection):
        yield _Way(to("/v1/events", "events"), to("/v1/catalogue", "the catalogue"), _HTTP_CHUNK)


def _chunks(messages: Iterable[Keyed], most: int) -> Iterator[list[Keyed]]:
    waiting = iter(messages)
    while chunk := list(islice(waiting, most)):
        yield chunk


def _tables(log: LogFile, speed: float | None, way: _Way) -> Iterator[pa.Table]:
    """Yield the log in file order at full speed, or in order of time, each part when its time has come.

    What the file says of the catalogue is stated at once: it holds before the events that follow it.
    """
    waiting = []
    for batch in with_progress(log, "reading" if speed else "publishing"):
        way.refused.update(one.reason.value for one in batch.rejected)
        way.state(one.message for one in batch.catalogue)
        if speed:
            waiting.append(batch.events)
        else:
            yield batch.events
    if speed and any(part.num_rows for part in waiting):
        yield from _in_time(pa.concat_tables(waiting).sort_by("occurred_at"), speed)


def _in_time(events: pa.Table, speed: float) -> Iterator[pa.Table]:
    instants = events["occurred_at"].cast(pa.int64()).to_numpy() / 1e6
    started, first, done = time.monotonic(), instants[0], 0
    while done < len(instants):
        due = int(instants.searchsorted(first + (time.monotonic() - started) * speed, side="right"))
        if due > done:
            yield events.slice(done, due - done)
            done = due
            print(f"\r{done:,} of {len(instants):,}", end="", file=sys.stderr, flush=True)
        time.sleep(_TICK_SECONDS)
    print(file=sys.stderr)
