"""`tinhgon report conformance`: who keeps to the approved processes, as text, as JSON or as a table."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from api.calendars import OfficeHours
from api.commands.asking import FILE, Remote, form_of, language_of, mined_store, one_source, report_options
from api.commands.environment import settings_of_environment
from api.compliance.asked import Page
from api.conformance.answers import CityConformance
from api.conformance.documents import city_page, city_table
from api.conformance.found import compare
from api.conformance.printing import print_city
from api.conformance.shaping import By
from api.given_files import step_mapping_of
from api.tables import TableFormat, written
from api.wording import Wording
from mining.conformance.check import Basis
from mining.conformance.mapping_file import read_step_mapping
from mining.slice import Slice

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_ALL = Page(0, 2**31)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which dossiers, and how they are ranked."""

    chosen: Slice
    by: By
    form: TableFormat | None


@click.command("conformance")
@report_options(
    click.option("--step-mapping", type=FILE, help="With --store; default: TINHGON_STEP_MAPPING."),
    click.option("--by", type=click.Choice(["procedure", "unit"]), default="procedure", show_default=True),
    click.option("--procedure", help="Dossiers of this procedure."),
    click.option("--unit", help="Dossiers that this unit received."),
    click.option("--channel", help="Dossiers of this channel."),
    days="Dossiers received",
)
def conformance(store: Path | None, service: str | None, step_mapping: Path | None, **given: Any) -> None:
    """Say who keeps to the approved processes, and who deviates most.

    Hồ sơ có theo đúng quy trình được duyệt không: thủ tục, đơn vị nào sai lệch nhiều nhất.
    """
    one_source(store, service)
    if step_mapping and not store:
        raise click.UsageError("--step-mapping goes with --store; a service has the mapping that it was started with")
    asked = _asked(given)
    language = language_of(given["language"])
    found, table = _read(store, asked, step_mapping) if store else _fetched(Remote(service, _PATH, language), asked)
    if given["as_json"]:
        click.echo(found.model_dump_json(indent=2, by_alias=True))
    else:
        print_city(found, Console(), Wording(language), top=given["top"])
    if given["out"] and table is not None:
        given["out"].write_bytes(table)
        click.echo(Wording(language).say("written", file=given["out"]), err=given["as_json"])


_PATH = "/v1/conformance"


def _asked(given: dict[str, Any]) -> _Asked:
    days = [given[name] and _first_moment(given[name]) for name in ("since", "before")]
    chosen = Slice(
        procedure=given["procedure"],
        unit=given["unit"],
        channel=given["channel"],
        received_from=days[0],
        received_to=days[1],
    )
    return _Asked(chosen, given["by"], form_of(given["out"]))


def _read(path: Path, asked: _Asked, step_mapping: Path | None) -> tuple[CityConformance, bytes | None]:
    """Compare the dossiers of a store that no service holds."""
    settings = settings_of_environment()
    mapping = read_step_mapping(step_mapping) if step_mapping else step_mapping_of(settings)
    with mined_store(path) as store, store.writing() as cursor:
        compare(cursor, Basis(OfficeHours(settings.calendars).of(cursor), mapping))
        page = city_page(cursor, asked.chosen, asked.by, _ALL)
        rows = city_table(cursor, asked.chosen, asked.by)
    return page, written(rows, asked.form, title="Conformance") if asked.form else None


def _fetched(remote: Remote, asked: _Asked) -> tuple[CityConformance, bytes | None]:
    """Ask a running service, page by page, and for the table."""
    chosen = asked.chosen
    days = {"from": chosen.received_from, "to": chosen.received_to}
    query = {
        **{name: getattr(chosen, name) for name in ("procedure", "unit", "channel")},
        **{name: day and day.date() for name, day in days.items()},
        "by": asked.by,
    }
    found = CityConformance.model_validate(remote.report(query, "items"))
    return found, remote.table(query, asked.form) if asked.form else None


def _first_moment(day: datetime) -> datetime:
    return day.replace(tzinfo=_HERE)
