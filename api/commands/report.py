"""`tinhgon report`: what leaders ask for, as text, as JSON or as a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console

from api.calendars import CurrentCalendars, OfficeHours
from api.commands.asking import Remote, form_of, language_of, mined_store, one_source, report_options
from api.commands.compliance_cost import compliance_cost
from api.commands.conformance import conformance
from api.commands.environment import settings_of_environment
from api.commands.improvement import bottlenecks, opportunities
from api.costly import Keeper
from api.given_files import thresholds_of
from api.improvement.kept import CitySearch, Part
from api.reports.accounts import Accounts, Asked
from api.reports.answers import TimeSaved
from api.reports.documents import time_saved as document
from api.reports.printing import print_time_saved
from api.reports.sheet import notes, sheet
from api.settings import Language
from api.tables import TableFormat, written
from api.wording import Wording
from ingest.store import Store
from mining.savings.judgement import VERDICTS


@click.group()
def report() -> None:
    """Reports for those who decide.

    Báo cáo cho người quyết định.
    """


for _command in (compliance_cost, conformance, bottlenecks, opportunities):
    report.add_command(_command)


@report.command("time-saved")
@report_options(
    click.option("--field", help="Procedures of this field."),
    click.option("--unit", help="Dossiers of this unit."),
    click.option("--level", help="Dossiers of units of this level."),
    click.option("--verdict", type=click.Choice(VERDICTS), help="Procedures with this verdict."),
    days="Versions that came into force",
)
def time_saved(  # a parameter per option, as click wants it
    store: Path | None,
    service: str | None,
    since: datetime | None,
    before: datetime | None,
    field: str | None,
    unit: str | None,
    level: str | None,
    verdict: Any,
    top: int,
    out: Path | None,
    as_json: bool,
    language: str | None,
) -> None:
    """Say what re-engineering saved: what the limits promise, and what the log shows.

    Tái cấu trúc quy trình tiết kiệm được bao nhiêu: theo quy định và trên thực tế.
    """
    one_source(store, service)
    form = form_of(out)
    spoken = language_of(language)
    days = [one.date() if one else None for one in (since, before)]
    asked = Asked(changed_from=days[0], changed_to=days[1], field=field, unit=unit, level=level, verdict=verdict)
    found, table = _read(store, asked, form, spoken) if store else _fetched(service, asked, form, spoken)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        print_time_saved(found, Console(), spoken, top=top)
    if out and table is not None:
        out.write_bytes(table)
        click.echo(Wording(spoken).say("written", file=out), err=as_json)


def _read(path: Path, asked: Asked, form: TableFormat | None, language: Language) -> tuple[TimeSaved, bytes | None]:
    """Compute the report from a store that no service holds."""
    with mined_store(path) as store:
        account = _accounts(store).account(asked)
    table = (
        written(sheet(account, language), form, title="Time saved", notes=notes(account, language)) if form else None
    )
    return document(account, account.procedures, None), table


def _accounts(store: Store) -> Accounts:
    @contextmanager
    def reading() -> Iterator[duckdb.DuckDBPyConnection]:
        with store.cursor() as cursor:
            yield cursor

    settings = settings_of_environment()
    hours = OfficeHours(settings.calendars)
    calendars = CurrentCalendars(hours, store.cursor, lambda: store.last_entry_no)
    kept = Keeper(reading, calendars, lambda: store.last_entry_no)
    wanted = CitySearch(Part(), kept, hours.of_officers(store.pseudonyms), thresholds_of(settings).opportunities)
    return Accounts(reading, calendars, lambda: store.last_entry_no, opportunities=lambda: kept.get(wanted).found)


def _fetched(
    service: str | None, asked: Asked, form: TableFormat | None, language: Language
) -> tuple[TimeSaved, bytes | None]:
    """Ask a running service for the report, page by page, and for the table."""
    remote = Remote(service, "/v1/reports/time-saved", language)
    chosen = {
        "from": asked.changed_from,
        "to": asked.changed_to,
        "field": asked.field,
        "unit": asked.unit,
        "level": asked.level,
        "verdict": asked.verdict,
    }
    found = TimeSaved.model_validate(remote.report(chosen))
    return found, remote.table(chosen, form) if form else None
