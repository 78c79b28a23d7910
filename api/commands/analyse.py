"""`tinhgon analyse`: a log file in, a full report out, no broker."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console

from api.calendars import OfficeHours, stored_officer
from api.commands.environment import settings_of_environment
from api.commands.logfile import log_file_options, opened, with_progress
from api.document import LogFindings, as_document, find
from api.given_files import step_mapping_of, thresholds_of
from api.printing import print_findings
from api.settings import Language, Settings
from api.waiting.found import RESOURCES, Resource, WaitingAsked
from api.wording import Wording
from ingest.catalogue_file import read_catalogue
from ingest.catalogue_store import known_units
from ingest.event import INSTANT
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms, load_key
from ingest.reject import Rejected
from ingest.sources import LogFile
from ingest.store import IN_MEMORY, Batch, Store, open_store
from ingest.tally import Tally
from mining.conformance.mapping_file import read_step_mapping
from mining.conformance.matching import StepMapping
from mining.derive import prepare, refresh
from mining.waiting.analysis import RULES, Rule
from mining.waiting.desks import Availability

_BATCH_ROWS = 100_000
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@log_file_options
@click.option(
    "--json",
    "json_file",
    metavar="OUT",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    help="Write all findings as JSON to this file; - for standard output.",
)
@click.option(
    "--store", type=click.Path(path_type=Path), help="Keep the event log in this DuckDB file; default: in memory."
)
@click.option(
    "--calendar",
    type=_FILE,
    help="Calendars by unit or officer, a file; they go before the catalogue's.",
)
@click.option(
    "--rule",
    type=click.Choice(RULES),
    default="strict",
    show_default=True,
    help="What is a batch: what was left lying on purpose, or, as the paper's tool has it, also a queue.",
)
@click.option(
    "--resource",
    type=click.Choice(RESOURCES),
    help="Between whom dossiers are handed over; default: role, or officer where the log names no role.",
)
@click.option("--catalogue", type=_FILE, help="File of approved processes, for the report and into the store.")
@click.option(
    "--step-mapping", type=_FILE, help="Which activity is which approved step, a file; default: TINHGON_STEP_MAPPING."
)
@click.option(
    "--language",
    type=click.Choice([one.value for one in Language]),
    help="Language of the report; default: TINHGON_LANGUAGE.",
)
def analyse(
    file: Path,
    columns: str | None,
    procedure: str | None,
    timezone: str,
    json_file: Path | None,
    store: Path | None,
    calendar: Path | None,
    rule: Rule,
    resource: Resource | None,
    catalogue: Path | None,
    step_mapping: Path | None,
    language: str | None,
) -> None:
    """Analyse a log FILE: XES, CSV, XLSX, Parquet or CloudEvents JSON lines, see docs/log-files.md.

    Phân tích một tệp nhật ký: hồ sơ thực sự đi thế nào, thời gian trôi qua ở đâu.

    With --store a file that was analysed before is not counted twice, and the report covers all that is kept there.
    """
    settings, hours = settings_of_environment(), OfficeHours(calendar)
    mapping = read_step_mapping(step_mapping) if step_mapping else step_mapping_of(settings)
    log = opened(file, columns, procedure, timezone)
    kept = _open(store)
    try:
        if catalogue:
            _load(catalogue, kept)
        findings = _analyse(log, kept, _Asked(settings, hours, mapping, rule, resource))
    finally:
        kept.close()
    wording = Wording(Language(language) if language else settings.language)
    text = msgspec.json.format(msgspec.json.encode(as_document(findings)), indent=2)
    if json_file == Path("-"):
        click.echo(text)
        return
    print_findings(findings, Console(), wording)
    if json_file:
        json_file.write_bytes(text + b"\n")
        click.echo(wording.say("written", file=json_file))


def _open(path: Path | None) -> Store:
    if path is None:
        # Nothing is kept, so the pseudonyms need not be found again: a key for this run alone is the safest.
        return open_store(IN_MEMORY, Pseudonyms(secrets.token_bytes(32)))
    return open_store(path, Pseudonyms(load_key(path.with_suffix(".key"))))


def _load(catalogue: Path, store: Store) -> None:
    with store.cursor() as cursor:
        read = read_catalogue(catalogue, known_units=known_units(cursor))
    Intake(store, Tally()).state(read.statements())


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a log is to be analysed."""

    settings: Settings
    hours: OfficeHours
    mapping: StepMapping
    rule: Rule
    resource: Resource | None


def _analyse(log: LogFile, store: Store, asked: _Asked) -> LogFindings:
    thresholds = thresholds_of(asked.settings)
    rejected: list[Rejected] = []
    officers: set[str] = set()
    for batch in with_progress(log, "reading", batch_rows=_BATCH_ROWS):
        now = datetime.now(UTC)
        received = pa.repeat(pa.scalar(now, INSTANT), batch.events.num_rows)
        stated = tuple(one.statement for one in batch.catalogue)
        officers.update(pc.unique(batch.events["officer"]).drop_null().to_pylist())
        store.commit(Batch(batch.events, received, tuple(batch.rejected), catalogue=stated), now=now)
        rejected += batch.rejected

    # Whoever has the file has the names; they stay in memory, and the store has pseudonyms.
    names = {stored_officer(store.pseudonyms, officer): officer for officer in officers}
    with store.writing() as cursor:
        prepare(cursor)
        refresh(cursor)
        calendars = asked.hours.of(cursor)
        officers_hours = asked.hours.of_officers(store.pseudonyms)
        return find(
            cursor,
            calendars,
            WaitingAsked(Availability(calendars, officers_hours), asked.rule, asked.resource, names),
            settings=thresholds.opportunities,
            mapping=asked.mapping,
            notes=log.notes,
            rejected=tuple(rejected),
        )
