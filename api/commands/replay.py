"""`tinhgon replay`: the events of a log file, published as if they happened now."""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec
import pyarrow as pa

from api.commands.environment import settings_of_environment
from api.commands.logfile import log_file_options, opened, with_progress
from api.service import broker
from ingest.bus import BusError, NewTopic, Publisher, Topics
from ingest.decode import BATCHED
from ingest.encode import encode
from ingest.sources import LogFile

_CHUNK = 5_000
_HTTP_CHUNK = 1_000
_HTTP_SECONDS = 60
_TICK_SECONDS = 0.2

Keyed = tuple[bytes, bytes]
Send = Callable[[Sequence[Keyed]], object]


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

    FILE is XES, CSV, XLSX, Parquet or CloudEvents JSON lines, see docs/log-files.md. Publishing the same file again
    adds nothing: its events keep their ids.
    """
    log = opened(file, columns, procedure, timezone)
    reasons: Counter[str] = Counter()
    started = time.perf_counter()
    published = _to_http(log, target, speed, reasons) if "://" in target else _to_kafka(log, target, speed, reasons)
    seconds = time.perf_counter() - started
    counts = {
        "published": published,
        "rejected": sum(reasons.values()),
        "rejected_by_reason": dict(sorted(reasons.items())),
    }
    if as_json:
        click.echo(msgspec.json.encode({**counts, "seconds": round(seconds, 3)}).decode())
        return
    click.echo(f"{published:,} events published in {seconds:.1f} s ({published / max(seconds, 1e-9):,.0f} events/s)")
    for reason, number in sorted(reasons.items()):
        click.echo(f"{number:,} rows could not be used: {reason} (see tinhgon analyse)", err=True)


def _to_kafka(log: LogFile, target: str, speed: float | None, reasons: Counter[str]) -> int:
    if target != "kafka":
        raise click.UsageError(f"--to takes kafka or an address that starts with http://, not {target!r}")
    settings = settings_of_environment()
    if settings.kafka == "off":
        raise click.UsageError("TINHGON_KAFKA is off; give the address of the service: --to http://127.0.0.1:8000")
    with Topics(broker(settings)) as topics:
        topics.ensure([NewTopic(settings.kafka_events_topic, settings.kafka_partitions)])
    with Publisher(broker(settings)) as publisher:
        topic = settings.kafka_events_topic
        return _publish(
            log, lambda chunk: publisher.publish(topic, [(*message, ()) for message in chunk]), _CHUNK, speed, reasons
        )


def _to_http(log: LogFile, target: str, speed: float | None, reasons: Counter[str]) -> int:
    address = urlsplit(target)
    if address.scheme != "http" or not address.hostname:
        raise click.UsageError(f"--to takes an address such as http://127.0.0.1:8000, not {target!r}")
    connection = HTTPConnection(address.hostname, address.port or 80, timeout=_HTTP_SECONDS)

    def post(chunk: Sequence[Keyed]) -> None:
        body = b"[" + b",".join(value for _key, value in chunk) + b"]"
        try:
            connection.request("POST", "/v1/events", body, {"Content-Type": BATCHED})
            response = connection.getresponse()
            answer = response.read()
        except OSError as error:
            raise BusError(f"the service at {target} does not answer ({error}); is it running?") from error
        if response.status != 202:
            raise BusError(f"the service at {target} refused events ({response.status}): {answer.decode()[:500]}")

    return _publish(log, post, _HTTP_CHUNK, speed, reasons)


def _publish(log: LogFile, send: Send, size: int, speed: float | None, reasons: Counter[str]) -> int:
    published = 0
    for events in _tables(log, speed, reasons):
        chunk: list[Keyed] = []
        for message in encode(events):
            chunk.append(message)
            if len(chunk) == size:
                send(chunk)
                published, chunk = published + len(chunk), []
        if chunk:
            send(chunk)
            published += len(chunk)
    return published


def _tables(log: LogFile, speed: float | None, reasons: Counter[str]) -> Iterator[pa.Table]:
    """Yield the log in file order at full speed, or in order of time, each part when its time has come."""
    waiting = []
    for batch in with_progress(log, "reading" if speed else "publishing"):
        reasons.update(one.reason.value for one in batch.rejected)
        if speed:
            waiting.append(batch.events)
        else:
            yield batch.events
    if speed and waiting:
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
