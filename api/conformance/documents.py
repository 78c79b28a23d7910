"""How the city compares with its approved processes, as a document and as a table, for HTTP and the command line."""

import duckdb
import pyarrow as pa

from api.answers import SliceShown
from api.compliance.asked import Page
from api.conformance import answers
from api.conformance.shaping import By, fit, group, grouped, kinds, told
from api.conformance.sheets import group_sheet
from mining.conformance.findings import unit_fits
from mining.conformance.totals import kind_counts, kind_sums, overview
from mining.slice import Slice


def city_page(cursor: duckdb.DuckDBPyConnection, chosen: Slice, by: By, page: Page) -> answers.CityConformance:
    """Return how the dossiers of a slice compare, in all and by procedure or unit."""
    counts = kind_counts(cursor, chosen)
    groups = grouped(by, unit_fits(cursor, chosen), counts)
    found = overview(cursor, chosen)
    return answers.CityConformance(
        **told(cursor, found),
        slice=SliceShown.model_validate(chosen),
        procedure=chosen.procedure,
        fit=fit(found.fit),
        kinds=kinds(kind_sums(counts)),
        by=by,
        total=len(groups),
        items=[group(one) for one in page.of(groups)],
        next=page.next(len(groups)),
    )


def city_table(cursor: duckdb.DuckDBPyConnection, chosen: Slice, by: By) -> pa.Table:
    """Return the same groups as a table."""
    return group_sheet(by, grouped(by, unit_fits(cursor, chosen), kind_counts(cursor, chosen)))
