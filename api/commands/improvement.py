"""`tinhgon report bottlenecks` and `tinhgon report opportunities`: as text, as JSON or as a table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import duckdb
from rich.console import Console

from api.calendars import OfficeHours
from api.commands.asking import Remote, form_of, language_of, mined_store, one_source, report_options
from api.commands.environment import settings_of_environment
from api.given_files import thresholds_of
from api.improvement.answers import BottleneckPage, OpportunityPage
from api.improvement.documents import bottleneck_page, of_kinds, opportunity_page
from api.improvement.found import Told
from api.improvement.kept import Part
from api.improvement.names import NAMES, columns_of
from api.improvement.printing import print_bottlenecks, print_opportunities
from api.improvement.tables import BOTTLENECK_NUMBERS, TITLES, bottleneck_row, opportunity_table, with_key
from api.settings import Language
from api.tables import TableFormat, written
from api.wording import Wording
from mining.opportunities.ranking import DETECTORS
from mining.slice import Slice
from mining.waiting.answers import waiting_log
from mining.waiting.desks import Availability

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_options = report_options(
    click.option("--procedure", help="Dossiers of this procedure."),
    click.option("--field", help="Dossiers of procedures of this field."),
    click.option("--unit", help="Dossiers that this unit received."),
    click.option("--channel", help="Dossiers of this channel."),
    days="Dossiers received",
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options of both commands say."""

    store: Path | None
    service: str | None
    part: Part
    top: int
    out: Path | None
    as_json: bool
    language: Language

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "_Asked":
        """Read them; a wrong combination is a usage error."""
        one_source(given["store"], given["service"])
        form_of(given["out"])  # before anything is read
        days = {name: _first_moment(given[name]) for name in ("since", "before")}
        chosen = Slice(
            procedure=given["procedure"],
            unit=given["unit"],
            channel=given["channel"],
            received_from=days["since"],
            received_to=days["before"],
        )
        plain = {name: given[name] for name in ("store", "service", "top", "out", "as_json")}
        return cls(part=Part(chosen, given["field"]), language=language_of(given["language"]), **plain)

    @property
    def form(self) -> TableFormat | None:
        """The form of the table that is wanted."""
        return form_of(self.out)

    def query(self) -> dict[str, object]:
        """Return how a service is asked for the same dossiers."""
        chosen = self.part.chosen
        days = {"from": chosen.received_from, "to": chosen.received_to}
        return {
            **{name: getattr(chosen, name) for name in ("procedure", "unit", "channel")},
            "field": self.part.field,
            **{name: day and day.date() for name, day in days.items()},
        }

    @contextmanager
    def told(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Told]]:
        """Tell why the dossiers of the store waited that no service holds."""
        assert self.store is not None
        with mined_store(self.store) as store, store.cursor() as cursor:
            hours = OfficeHours(settings_of_environment().calendars)
            availability = Availability(hours.of(cursor), hours.of_officers(store.pseudonyms))
            yield cursor, Told(waiting_log(cursor, availability), availability)

    def remote(self, path: str) -> Remote:
        """Return the service that is asked."""
        return Remote(self.service, path, self.language)


@click.command("bottlenecks")
@click.option("--by", default="step", show_default=True, help=f"By commas: {', '.join(NAMES)}.")
@_options
def bottlenecks(by: str, **given: Any) -> None:
    """Rank where working hours are lost, with causes, intervals and trend.

    Giờ làm việc bị mất ở đâu: xếp hạng các điểm nghẽn, nguyên nhân và xu hướng.
    """
    names = tuple(name.strip() for name in by.split(","))
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise click.UsageError(f"--by {unknown[0]}: choose from {', '.join(NAMES)}")
    asked = _Asked.of(given)
    page, table = _lost(asked, columns_of(names))
    wording = Wording(asked.language)
    if not asked.as_json:
        print_bottlenecks(page, Console(), wording, top=asked.top)
    _finish(asked, page, table)


@click.command("opportunities")
@click.option("--kind", "kinds", type=click.Choice(list(DETECTORS)), multiple=True, help="Default: all but limit.")
@_options
def opportunities(kinds: tuple[str, ...], **given: Any) -> None:
    """Rank what could be changed by the working hours a year that it would save.

    Có thể đổi gì để hồ sơ nhanh hơn, và tiết kiệm được bao nhiêu giờ làm việc mỗi năm.
    """
    asked = _Asked.of(given)
    page, table = _searched(asked, kinds)
    if not asked.as_json:
        print_opportunities(page, Console(), Wording(asked.language), top=asked.top)
    _finish(asked, page, table)


def _lost(asked: _Asked, by: tuple[str, ...]) -> tuple[BottleneckPage, bytes | None]:
    if asked.store is None:
        remote, query = asked.remote("/v1/bottlenecks"), {**asked.query(), "by": ",".join(by)}
        found = BottleneckPage.model_validate(remote.report(query, "items"))
        return found, remote.table(query, asked.form) if asked.form else None
    with asked.told() as (cursor, told):
        ranked, shown = told.lost(cursor, by, asked.part)
        page = bottleneck_page(ranked, by, shown)
    rows = ranked.rows if ranked else ()
    table = with_key(by, rows, BOTTLENECK_NUMBERS, bottleneck_row)
    notes = shown.head.notes(asked.language)
    title = TITLES["bottlenecks"][asked.language]
    return page, written(table, asked.form, title=title, notes=notes) if asked.form else None


def _searched(asked: _Asked, kinds: tuple[str, ...]) -> tuple[OpportunityPage, bytes | None]:
    if asked.store is None:
        remote, query = asked.remote("/v1/opportunities"), {**asked.query(), "kind": ",".join(kinds) or None}
        found = OpportunityPage.model_validate(remote.report(query, "items"))
        return found, remote.table(query, asked.form) if asked.form else None
    thresholds = thresholds_of(settings_of_environment()).opportunities
    with asked.told() as (cursor, told):
        searched, shown = told.searched(cursor, thresholds, asked.part)
        rows = of_kinds(searched, kinds)
        page = opportunity_page(searched, rows, shown)
    notes, title = shown.head.notes(asked.language), TITLES["opportunities"][asked.language]
    table = opportunity_table(rows, asked.language)
    return page, written(table, asked.form, title=title, notes=notes) if asked.form else None


def _finish(asked: _Asked, page: BottleneckPage | OpportunityPage, table: bytes | None) -> None:
    if asked.as_json:
        click.echo(page.model_dump_json(indent=2, by_alias=True))
    if asked.out and table is not None:
        asked.out.write_bytes(table)
        click.echo(Wording(asked.language).say("written", file=asked.out), err=asked.as_json)


def _first_moment(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=_HERE) if day else None
