"""`tinhgon catalogue`: procedures, approved processes, units and targets from a file, into the store or to Kafka."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from api.commands.environment import settings_of_environment
from api.service import broker
from ingest.bus import NewTopic, Publisher, Topics
from ingest.catalogue import key
from ingest.catalogue_check import warnings
from ingest.catalogue_file import CatalogueFile, read_catalogue
from ingest.catalogue_sheet import CatalogueFileError
from ingest.catalogue_store import Recorded, known_units, warnings_of
from ingest.catalogue_topic import COMPACTED, as_messages
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms, load_key
from ingest.store import Store, StoreBusyError, open_store
from ingest.tally import Tally

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the outcome, or the faults of the file, as JSON.")


@click.group()
def catalogue() -> None:
    """Take over procedures, approved processes, units and targets.

    Nạp danh mục thủ tục, quy trình nội bộ đã phê duyệt, đơn vị và chỉ tiêu.

    The files are described in docs/catalogue.md; templates are in docs/templates.
    """


@catalogue.command()
@_FILE
@click.option("--store", type=click.Path(path_type=Path), help="Load into this DuckDB file; default: TINHGON_STORE.")
@_JSON
def load(file: Path, store: Path | None, as_json: bool) -> None:
    """Load a catalogue FILE into the store.

    Nạp tệp danh mục vào kho dữ liệu.

    FILE is XLSX or CSV. It is taken over whole or, when it has a fault, not at all; every fault is listed. Loading
    a file again changes nothing; an entry that differs is a correction, and what was said before is kept.
    """
    with closing(_open(store)) as kept, _faults_as_json(as_json):
        with kept.cursor() as cursor:
            read = read_catalogue(file, known_units=known_units(cursor))
        recorded = Intake(kept, Tally()).state(read.statements())
        with kept.cursor() as cursor:
            found = warnings_of(cursor, [key(entry) for entry in read.entries])
    remarks = _remarks(read, found)
    if as_json:
        click.echo(msgspec.json.encode(_outcome(read, remarks, recorded)).decode())
        return
    click.echo(
        f"{file.name}: {len(recorded.added):,} added, {len(recorded.corrected):,} corrected, "
        f"{recorded.unchanged:,} unchanged"
    )
    for one in recorded.corrected:
        click.echo(f"corrected: {one}")
    _print_remarks(read, remarks)


@catalogue.command()
@_FILE
@_JSON
def publish(file: Path, as_json: bool) -> None:
    """Publish a catalogue FILE to Kafka.

    Gửi tệp danh mục lên Kafka; các dịch vụ đang chạy sẽ tự nạp.

    FILE is XLSX or CSV. It goes to the topic of the catalogue, whole or not at all, and every service that reads the
    topic takes it over within seconds.
    """
    settings = settings_of_environment()
    if settings.kafka == "off":
        raise click.UsageError("TINHGON_KAFKA is off; use tinhgon catalogue load while the service does not run")
    with _faults_as_json(as_json):
        read = read_catalogue(file)
    topic = settings.kafka_catalogue_topic
    with Topics(broker(settings)) as topics:
        topics.ensure([NewTopic(topic, 1, COMPACTED)])
    with Publisher(broker(settings)) as publisher:
        published = publisher.publish(topic, as_messages(read.entries, source=read.source, at=datetime.now(UTC)))
    remarks = _remarks(read, {key(entry): warnings(entry) for entry in read.entries})
    if as_json:
        click.echo(msgspec.json.encode(_outcome(read, remarks) | {"topic": topic, "published": published}).decode())
        return
    click.echo(f"{file.name}: {published:,} entries published to {topic}")
    _print_remarks(read, remarks)


def _open(path: Path | None) -> Store:
    if path is None:
        settings = settings_of_environment()
        path, key_file = settings.store, settings.key_file
    else:
        key_file = path.with_suffix(".key")
    try:
        return open_store(path, Pseudonyms(load_key(key_file)))
    except StoreBusyError as error:
        raise StoreBusyError(
            f"{error}. While tinhgon serve has it open, hand the file to the service instead: "
            "tinhgon catalogue publish FILE"
        ) from error


@contextmanager
def _faults_as_json(wanted: bool) -> Iterator[None]:
    """Print the faults of a file as JSON and end with exit code 1, where that is `wanted`."""
    try:
        yield
    except CatalogueFileError as error:
        if not wanted:
            raise
        faults = [{"sheet": one.sheet, "row": one.row, "column": one.column, "text": one.text} for one in error.faults]
        click.echo(msgspec.json.encode({"file": error.name, "faults": faults}).decode())
        sys.exit(1)


def _remarks(read: CatalogueFile, found: dict[str, Any]) -> list[dict[str, str]]:
    """What a person should look at, in the order of the file."""
    return [
        {"place": place, "key": entry_key, "text": text}
        for entry_key, place in read.places().items()
        for text in found.get(entry_key, ())
    ]


def _outcome(read: CatalogueFile, remarks: list[dict[str, str]], recorded: Recorded | None = None) -> dict[str, Any]:
    changes = (
        {
            "added": recorded.added,
            "corrected": recorded.corrected,
            "unchanged": recorded.unchanged,
        }
        if recorded
        else {}
    )
    return {"file": read.name, "digest": read.digest, **changes, "warnings": remarks, "notes": read.notes}


def _print_remarks(read: CatalogueFile, remarks: list[dict[str, str]]) -> None:
    for one in remarks:
        click.echo(f"warning: {one['place']}: {one['text']}", err=True)
    for note in read.notes:
        click.echo(f"note: {note}", err=True)
