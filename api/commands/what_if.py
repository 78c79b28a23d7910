"""`tinhgon what-if`: a change tried in a simulation of a log file, of a store, or by a running service."""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import click
import duckdb
import pyarrow as pa
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from api.calendars import OfficeHours
from api.commands.asking import mined_store
from api.commands.environment import settings_of_environment
from api.commands.logfile import opened, with_progress
from api.commands.what_if_remote import asked_of_service
from api.settings import Language
from api.what_if.answers import WhatIfAnswer, WhatIfQuestion
from api.what_if.asked import Log, answered
from api.what_if.printing import print_desks, print_what_if
from ingest.event import INSTANT
from ingest.pseudonym import Pseudonyms
from ingest.sources import LogFile
from ingest.store import IN_MEMORY, Batch, Store, open_store
from mining.derive import prepare, refresh
from mining.opportunities.ranking import opportunities
from mining.opportunities.values import Opportunity
from mining.waiting.answers import waiting_log
from mining.waiting.desks import Availability
from mining.what_if import WhatIfError
from mining.what_if.discovery import discover
from mining.what_if.stated import stated_of_line
from mining.what_if.trial import MOST_REPLICATIONS, WhatIf

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_BATCH_ROWS = 100_000
_LOG_ONLY = ("columns", "procedure", "timezone")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the log comes from: a file and how to read it, a store, or a running service."""

    file: Path | None
    store: Path | None
    service: str | None
    calendar: Path | None
    columns: str | None
    procedure: str | None
    timezone: str


@click.command("what-if")
@click.argument("file", type=_FILE, required=False)
@click.option("--store", type=_FILE, help="A store instead of a log file, see analyse.")
@click.option("--service", metavar="URL", help="A running service instead.")
@click.option("--edit", "lines", multiple=True, metavar="CHANGE", help='As: officers unit=U role="R" more=1; or JSON.')
@click.option("--edits", "edits_file", type=_FILE, help="Changes as a JSON list in a file.")
@click.option("--opportunity", "found", multiple=True, metavar="ID", help="An opportunity, turned into changes.")
@click.option("--of", "procedures", multiple=True, metavar="CODE", help="Count the dossiers of this procedure only.")
@click.option("--unit", "units", multiple=True, metavar="CODE", help="... and of this unit.")
@click.option(
    "--replications", type=click.IntRange(2, MOST_REPLICATIONS), default=20, show_default=True, help="How often."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The seed of all chance.")
@click.option(
    "--arrivals",
    type=click.Choice(["drawn", "logged"]),
    default="drawn",
    show_default=True,
    help="Dossiers come as they do in such a time, or as they came in the log.",
)
@click.option("--calendar", type=_FILE, help="Calendars by unit or officer; they go before the catalogue's.")
@click.option("--columns", metavar="FIELD=COLUMN,...", help="With FILE: which column is what.")
@click.option("--procedure", metavar="CODE", help="With FILE: procedure of dossiers that do not say theirs.")
@click.option("--timezone", default="Asia/Ho_Chi_Minh", show_default=True, help="With FILE: zone of plain times.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--language", type=click.Choice([one.value for one in Language]), help="vi or en; default: TINHGON_LANGUAGE."
)
def what_if(  # a parameter per option, as click wants it
    file: Path | None,
    store: Path | None,
    service: str | None,
    lines: tuple[str, ...],
    edits_file: Path | None,
    as_json: bool,
    language: str | None,
    **rest: Any,
) -> None:
    """Try a change in a simulation discovered from the log, beside what is.

    Thử một thay đổi trên mô phỏng rút ra từ nhật ký: thêm cán bộ, bỏ bước, ký nhiều lần hơn, làm song song, trực tuyến.

    Without a change it tells how good the simulation is, and who works in it. Ctrl-C stops it.
    """
    if (file is not None) + (store is not None) + (service is not None) != 1:
        raise click.UsageError("give one of: a log FILE, --store, --service")
    spoken = Language(language) if language else settings_of_environment().language
    question = _question(lines, edits_file, rest)
    source = _Source(file, store, service, rest["calendar"], *(rest[name] for name in _LOG_ONLY))
    show_desks = not as_json and not question.edits and not question.opportunities
    answer = _answer(source, question, spoken, Console() if show_desks else None)
    if as_json:
        click.echo(answer.model_dump_json(indent=2))
    else:
        print_what_if(answer, Console(), spoken)


def _question(lines: Sequence[str], edits_file: Path | None, rest: dict[str, Any]) -> WhatIfQuestion:
    edits = [dict(stated_of_line(line)) for line in lines]
    if edits_file:
        try:
            edits += json.loads(edits_file.read_text(encoding="utf-8-sig"))
        except (json.JSONDecodeError, UnicodeDecodeError, TypeError) as error:
            raise WhatIfError(f"{edits_file} is no JSON list of changes: {error}; docs/what-if.md shows one") from error
    try:
        return WhatIfQuestion(
            edits=edits,
            opportunities=list(rest["found"]),
            procedures=list(rest["procedures"]),
            units=list(rest["units"]),
            replications=rest["replications"],
            seed=rest["seed"],
            arrivals=rest["arrivals"],
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        raise click.UsageError(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from error


def _answer(source: _Source, question: WhatIfQuestion, language: Language, desks: Console | None) -> WhatIfAnswer:
    with _bar() as (progress, stop):
        if source.service:
            return asked_of_service(source.service, question, language, progress)
        with _opened(source) as (cursor, availability):
            return _tried(question, cursor, availability, (progress, stop), lambda model: _show(model, desks, language))


def _show(model: Any, console: Console | None, language: Language) -> None:
    if console:
        print_desks(model, console, language)


def _tried(
    question: WhatIfQuestion,
    cursor: duckdb.DuckDBPyConnection,
    availability: Availability,
    watched: tuple[Callable[[float], None], Event],
    show: Callable[[Any], None],
) -> WhatIfAnswer:
    def search() -> tuple[Opportunity, ...]:
        found = opportunities(cursor, waiting_log(cursor, availability), availability)
        return found.all

    model = discover(cursor, availability)
    show(model)
    tried = WhatIf()
    progress, stop = watched
    try:
        return answered(question, Log(model, search), tried, progress=progress, stop=stop)
    finally:
        stop.set()
        tried.close()


@contextmanager
def _opened(source: _Source) -> Iterator[tuple[duckdb.DuckDBPyConnection, Availability]]:
    """Yield a cursor on the mined log and who works when."""
    hours = OfficeHours(source.calendar or settings_of_environment().calendars)
    if source.store:
        with mined_store(source.store) as store, store.cursor() as cursor:
            yield cursor, Availability(hours.of(cursor), hours.of_officers(store.pseudonyms))
        return
    if source.file is None:
        raise click.UsageError("give a log file")
    log = opened(source.file, source.columns, source.procedure, source.timezone)
    # Nothing is kept, so the pseudonyms need not be found again: a key for this run alone is the safest.
    store = open_store(IN_MEMORY, Pseudonyms(secrets.token_bytes(32)))
    try:
        _read(log, store)
        with store.writing() as cursor:
            prepare(cursor)
            refresh(cursor)
            yield cursor, Availability(hours.of(cursor), hours.of_officers(store.pseudonyms))
    finally:
        store.close()


def _read(log: LogFile, store: Store) -> None:
    for batch in with_progress(log, "reading", batch_rows=_BATCH_ROWS):
        now = datetime.now(UTC)
        received = pa.repeat(pa.scalar(now, INSTANT), batch.events.num_rows)
        stated = tuple(one.statement for one in batch.catalogue)
        store.commit(Batch(batch.events, received, tuple(batch.rejected), catalogue=stated), now=now)


@contextmanager
def _bar() -> Iterator[tuple[Callable[[float], None], Event]]:
    columns = (TextColumn("simulating"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("what-if", total=1.0)
        yield (lambda done: progress.update(bar, completed=done)), Event()
