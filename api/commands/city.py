"""`tinhgon city`: the events and the catalogue of a simulated city, to Kafka or into a file, with the truth beside."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from api.city_hours import opening_hours
from api.commands.environment import settings_of_environment
from api.service import broker
from ingest.bus import BusError, NewTopic, Publisher, Topics
from ingest.catalogue_topic import COMPACTED
from simulation import SimulationError
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.city import City
from simulation.run import simulate
from simulation.scenario import Scenario
from simulation.scenario_file import load_scenario, shipped
from simulation.truth import Truth

_FILE = click.Path(dir_okay=False, path_type=Path)

Keyed = tuple[bytes, bytes]
Send = Callable[[Sequence[Keyed]], None]


@click.command()
@click.option(
    "--scenario", "which", required=True, metavar="NAME|FILE", help=f"One of {', '.join(shipped())}, or a TOML file."
)
@click.option("--dossiers", type=click.IntRange(min=1), help="How many dossiers arrive; default: as the scenario says.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The seed of all chance.")
@click.option(
    "--to", "target", required=True, metavar="kafka|FILE", help="Kafka, or a file of JSON lines; - for standard output."
)
@click.option("--truth", type=_FILE, help="Write what was planted, and what came of it, as JSON to this file.")
@click.option("--assumptions", type=_FILE, help="Write the scenario's assumptions on compliance cost to this file.")
@click.option("--clean", is_flag=True, help="Leave out everything that is planted to be found.")
@click.option("--json", "as_json", is_flag=True, help="Print at the end what was made as JSON.")
def city(
    which: str,
    dossiers: int | None,
    seed: int,
    target: str,
    truth: Path | None,
    assumptions: Path | None,
    clean: bool,
    as_json: bool,
) -> None:
    """Simulate a city administration, event by event.

    Mô phỏng bộ máy hành chính của một thành phố: danh mục, hồ sơ, cán bộ, và sự thật đã biết trước.

    The catalogue comes first, then the events in the order in which they reach the topic. The same scenario, seed and
    number of dossiers give the same bytes. See docs/city.md.
    """
    if as_json and target == "-":
        raise click.UsageError("--json and --to - both write to standard output; give one of them")
    scenario = load_scenario(which, clean=clean)
    if assumptions and scenario.compliance is None:
        raise click.UsageError(f"--assumptions: the scenario {scenario.name} says nothing of compliance cost")
    simulated = build_city(scenario, seed=seed, dossiers=dossiers)
    started = time.perf_counter()
    with ExitStack() as stack:
        beside = [stack.enter_context(_whole_file(path)) for path in (truth, assumptions) if path]
        catalogue, events = stack.enter_context(_target(target))
        sent = _run(simulated, catalogue, events, beside[0] if truth else None)
        if assumptions:
            beside[-1].write(_assumptions(scenario))
    seconds = time.perf_counter() - started
    if as_json:
        click.echo(f'{{"dossiers": {simulated.dossiers}, "published": {sent}}}')
    click.echo(
        f"{scenario.name}, seed {seed}: {simulated.dossiers:,} dossiers, {sent:,} events in {seconds:.1f} s"
        f" ({sent / max(seconds, 1e-9):,.0f} events/s)",
        err=True,
    )


def _run(simulated: City, catalogue: Send, events: Send, truth: BinaryIO | None) -> int:
    """Send the catalogue and the events, write the truth where it is wanted, and return the number of events."""
    hours = opening_hours(simulated)
    known = Truth(simulated, hours) if truth else None
    catalogue(list(catalogue_messages(simulated)))
    sent = 0
    columns = (
        TextColumn("simulating"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]:,} events"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("city", total=1.0, events=0)
        for block in simulate(simulated, hours_by_calendar=hours, truth=known):
            events(block.messages)
            sent += len(block.messages)
            progress.update(bar, completed=block.done, events=sent)
    if truth and known:
        truth.write(msgspec.json.format(msgspec.json.encode(known.document()), indent=2) + b"\n")
    return sent


@contextmanager
def _target(target: str) -> Iterator[tuple[Send, Send]]:
    """Yield how to send catalogue messages and how to send events."""
    if target == "kafka":
        with _kafka() as sends:
            yield sends
        return
    with _standard_output() if target == "-" else _whole_file(Path(target)) as lines:

        def write(messages: Sequence[Keyed]) -> None:
            lines.write(b"".join(value + b"\n" for _key, value in messages))

        yield write, write


@contextmanager
def _kafka() -> Iterator[tuple[Send, Send]]:
    settings = settings_of_environment()
    if settings.kafka == "off":
        raise click.UsageError("TINHGON_KAFKA is off; write into a file instead: --to city.jsonl")
    with Topics(broker(settings)) as topics:
        topics.ensure(
            [
                NewTopic(settings.kafka_catalogue_topic, 1, COMPACTED),
                NewTopic(settings.kafka_events_topic, settings.kafka_partitions),
            ]
        )
    published = 0
    with Publisher(broker(settings)) as publisher:

        def send(topic: str, messages: Sequence[Keyed]) -> None:
            nonlocal published
            published += publisher.publish(topic, [(*message, ()) for message in messages])

        try:
            yield (
                lambda messages: send(settings.kafka_catalogue_topic, messages),
                lambda messages: send(settings.kafka_events_topic, messages),
            )
        except (KeyboardInterrupt, BusError):
            click.echo(
                f"\ntinhgon: stopped; {published:,} messages are in Kafka; running the same again adds only the rest",
                err=True,
            )
            raise


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes its name only when all of it is written: what is stopped leaves nothing behind."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        os.replace(unfinished, path)
    except OSError as error:
        raise SimulationError(f"{path} cannot be written ({error.strerror}); choose another file or folder") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _assumptions(scenario: Scenario) -> bytes:
    return msgspec.json.format(msgspec.json.encode(scenario.compliance), indent=2) + b"\n"
