"""`tinhgon report compliance-cost`: what complying costs before and after, as text, as JSON or as a table."""

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from api.commands.asking import FILE, Remote, form_of, language_of, mined_store, one_source, report_options
from api.commands.environment import settings_of_environment
from api.given_files import plan_of
from api.reports.cost_answers import ComplianceCost
from api.reports.cost_documents import compliance_cost as document
from api.reports.cost_printing import print_compliance_cost
from api.reports.cost_questions import AskedCost, cost_file
from api.settings import Language
from api.tables import TableFormat
from api.wording import Wording
from mining.savings.plan_file import load_plan


@click.command("compliance-cost")
@report_options(
    click.option("--assumptions", type=FILE, help="With --store: the assumptions; default: TINHGON_COMPLIANCE."),
    click.option("--procedure", help="This procedure only."),
    days="Versions that came into force",
)
def compliance_cost(  # a parameter per option, as click wants it
    store: Path | None,
    service: str | None,
    assumptions: Path | None,
    since: datetime | None,
    before: datetime | None,
    procedure: str | None,
    top: int,
    out: Path | None,
    as_json: bool,
    language: str | None,
) -> None:
    """Say what complying with changed procedures costs a year, before and after.

    Chi phí tuân thủ thủ tục hành chính trước và sau khi đơn giản hóa (Thông tư 02/2017/TT-VPCP, điều 27).
    """
    one_source(store, service)
    if assumptions and not store:
        raise click.UsageError("--assumptions goes with --store; a service reads its own (TINHGON_COMPLIANCE)")
    settings, form = settings_of_environment(), form_of(out)
    spoken = language_of(language)
    days = [one.date() if one else None for one in (since, before)]
    asked = AskedCost(changed_from=days[0], changed_to=days[1], procedure=procedure)
    if store:
        plan = load_plan(assumptions) if assumptions else plan_of(settings)
        asked = AskedCost(changed_from=days[0], changed_to=days[1], procedure=procedure, plan=plan)
        found, table = _read(store, asked, form, spoken)
    else:
        found, table = _fetched(service, asked, form, spoken)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        print_compliance_cost(found, Console(), spoken, top=top)
    if out and table is not None:
        out.write_bytes(table)
        click.echo(Wording(spoken).say("written", file=out), err=as_json)


def _read(
    path: Path, asked: AskedCost, form: TableFormat | None, language: Language
) -> tuple[ComplianceCost, bytes | None]:
    """Compute the report from a store that no service holds."""
    with mined_store(path) as store, store.cursor() as cursor:
        report = asked.report(cursor)
    return document(report, report.rows, None), cost_file(report, form, language) if form else None


def _fetched(
    service: str | None, asked: AskedCost, form: TableFormat | None, language: Language
) -> tuple[ComplianceCost, bytes | None]:
    remote = Remote(service, "/v1/reports/compliance-cost", language)
    chosen = {"from": asked.changed_from, "to": asked.changed_to, "procedure": asked.procedure}
    found = ComplianceCost.model_validate(remote.report(chosen))
    return found, remote.table(chosen, form) if form else None
