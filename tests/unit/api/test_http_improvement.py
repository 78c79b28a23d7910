"""Bottlenecks, units and opportunities over HTTP: figures that add up, and the dossiers behind every one of them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.improvement import answers
from city_store import run_city

MINUTE = 60


@pytest.fixture(scope="module")
def served(serving_with: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A service on the store of a simulated city with planted problems."""
    store = tmp_path_factory.mktemp("city") / "log.duckdb"
    made = run_city("small", seed=3, dossiers=3000, at=store)
    procedures = [one.code for one in made.city.procedures]
    made.close()
    with serving_with(kafka="off", store=store) as one:
        one.wait_until_mined()
        one.city_procedures = procedures
        with one.service.store.cursor() as cursor:
            one.officers = {
                str(row[0]) for row in cursor.execute("SELECT DISTINCT officer FROM step").fetchall() if row[0]
            }
        assert len(one.officers) > 10
        yield one


def get(served: Any, url: str, **params: Any) -> Any:
    found = served.client.get(url, params=params, timeout=MINUTE)
    assert found.status_code == 200, found.text
    assert not any(officer in found.text for officer in getattr(served, "officers", ())), "an officer is shown"
    return found


def ranked(served: Any, url: str = "/v1/bottlenecks", **params: Any) -> answers.BottleneckPage:
    return answers.BottleneckPage.model_validate(get(served, url, **params).json())


def found(served: Any, url: str = "/v1/opportunities", **params: Any) -> answers.OpportunityPage:
    return answers.OpportunityPage.model_validate(get(served, url, **params).json())


def behind(served: Any, url: str, **params: Any) -> list[answers.DossierHours]:
    """All dossiers behind a figure, page by page."""
    rows: list[answers.DossierHours] = []
    cursor = None
    while True:
        page = answers.HoursPage.model_validate(get(served, url, limit=700, cursor=cursor, **params).json())
        rows += page.items
        cursor = page.next
        if cursor is None:
            assert len(rows) == page.total
            assert sum(one.hours for one in rows) == pytest.approx(page.hours)
            return rows


@pytest.mark.parametrize(
    ("by", "columns"),
    [
        ("procedure", ["procedure"]),
        ("step", ["procedure", "target_activity"]),
        ("hand_over", ["source_unit", "source_role", "target_unit", "target_role"]),
        ("unit", ["target_unit"]),
        ("officer_role", ["target_unit", "target_role"]),
        ("hour", ["hour"]),
        ("activity,role", ["target_activity", "target_role"]),
    ],
)
def test_bottlenecks_at_every_grain_lead_to_their_dossiers(served: Any, by: str, columns: list[str]) -> None:
    page = ranked(served, by=by)
    assert page.by == columns
    assert page.total == page.groups
    assert sum(row.share for row in page.items) == pytest.approx(1) or page.next
    first = page.items[0]
    assert list(first.key) == columns
    assert sum(first.by_cause.values()) == pytest.approx(1)
    assert page.period is not None
    assert first.hours_a_year.estimate == pytest.approx(first.lost_hours * page.period.times_a_year)
    assert (first.procedure_name is not None) == ("procedure" in columns)
    key = {name: value or "" for name, value in first.key.items()}
    dossiers = behind(served, "/v1/bottlenecks/dossiers", **key)
    assert len(dossiers) == first.dossiers
    assert sum(one.hours for one in dossiers) == pytest.approx(first.lost_hours)
    assert served.client.get(f"/v1/dossiers/{dossiers[0].dossier}").json()["procedure"] == dossiers[0].procedure


def test_parts_of_a_city_add_up_to_it(served: Any) -> None:
    whole, potential = ranked(served).lost_hours_a_year.estimate, found(served).potential.estimate
    parts = [ranked(served, f"/v1/procedures/{code}/bottlenecks") for code in served.city_procedures]
    assert sum(one.lost_hours_a_year.estimate for one in parts) == pytest.approx(whole)
    searched = [found(served, f"/v1/procedures/{code}/opportunities") for code in served.city_procedures]
    assert sum(one.potential.estimate for one in searched) == pytest.approx(potential)
    channels = [found(served, channel=one).potential.estimate for one in ("counter", "online", "postal")]
    assert sum(channels) == pytest.approx(potential)
    assert found(served, field="none").items == []
    catalogue = served.client.get("/v1/catalogue/procedures", params={"limit": 1000}).json()["items"]
    fields = {one["field"] for one in catalogue}
    assert len(fields) > 1
    assert sum(ranked(served, field=one).lost_hours_a_year.estimate for one in fields) == pytest.approx(whole)


def test_opportunities_are_ranked_with_evidence_and_lead_to_their_dossiers(served: Any) -> None:
    page = found(served)
    assert page.total == len(page.items) > 3
    sizes = [one.hours_a_year.estimate for one in page.items]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(one.net_hours_a_year for one in page.items) == pytest.approx(page.potential.estimate)
    assert page.potential.low is not None
    assert page.period is not None
    assert {"batching", "two_systems"} <= {one.kind for one in page.items}
    assert page.thresholds["contention_load"] == 0.65
    for one in page.items:
        assert one.evidence.vi != one.evidence.en
        assert one.heuristic.vi != one.heuristic.en
        dossiers = behind(served, f"/v1/opportunities/{one.id}/dossiers")
        assert len(dossiers) == one.dossiers
        assert sum(each.hours for each in dossiers) * page.period.times_a_year == pytest.approx(
            one.hours_a_year.estimate
        )
    single = get(served, f"/v1/opportunities/{page.items[0].id}").json()
    assert answers.OpportunityFound.model_validate(single).of == page.items[0]
    assert found(served, kind="batching,two_systems").total < page.total
    unknown = served.client.get("/v1/opportunities/contention-000000000000")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-opportunity")
    wrong = served.client.get("/v1/opportunities", params={"kind": "magic"})
    assert (wrong.status_code, "unit_gap" in wrong.json()["detail"]) == (422, True)


def test_proposed_limits_are_a_kind_of_their_own(served: Any) -> None:
    page = found(served, kind="limit")
    assert page.total == page.limits > 0
    for one in page.items:
        assert one.proposed is not None
        assert one.proposed.proposed < one.proposed.limit
        assert one.proposed.kept >= 0.95
        assert one.net_hours_a_year == 0
    assert all(one.proposed is None for one in found(served).items)


def test_a_unit_compares_alike_wherever_it_is_shown(served: Any) -> None:
    pages = [
        answers.UnitPage.model_validate(get(served, f"/v1/procedures/{code}/units").json())
        for code in served.city_procedures
    ]
    page = max(pages, key=lambda one: one.total)
    assert {row.procedure for row in page.items} == {page.items[0].procedure}
    ratios = [row.ratio for row in page.items]
    assert ratios == sorted(ratios, reverse=True)
    row = page.items[0]
    assert row.limits_998[0] < row.limits_95[0] < 1 < row.limits_95[1] < row.limits_998[1]
    assert row.procedure_name is not None
    own = answers.UnitPage.model_validate(get(served, f"/v1/units/{row.unit}").json())
    assert next(one for one in own.items if one.procedure == row.procedure) == row
    assert {one.unit for one in own.items} == {row.unit}
    dossiers = behind(served, f"/v1/units/{row.unit}/dossiers", procedure=row.procedure)
    assert len(dossiers) == row.dossiers
    assert sum(one.hours for one in dossiers) / len(dossiers) == pytest.approx(row.hours.mean)
    assert {one.unit for one in dossiers} == {row.unit}
    left_out = get(served, f"/v1/units/{row.unit}", least_dossiers=100_000).json()
    assert (left_out["items"], left_out["left_out"]) != ([], 0)
    work = answers.UnitPage.model_validate(get(served, f"/v1/units/{row.unit}", measure="work").json())
    assert work.measure == "work"
    for url, kind in (("/v1/units/none", "unknown-unit"), ("/v1/procedures/9.9/units", "unknown-procedure")):
        refused = served.client.get(url)
        assert (refused.status_code, refused.json()["type"]) == (404, f"/problems/{kind}")


def test_workload_keeps_its_balance(served: Any) -> None:
    page = answers.WorkloadPage.model_validate(get(served, "/v1/bottlenecks/workload", limit=1000).json())
    assert (page.by, page.every) == (["target_unit", "target_role"], "week")
    key = page.items[0].key
    rows = [row for row in page.items if row.key == key]
    queue = in_work = 0
    for row in rows:
        queue, in_work = queue + row.arrivals - row.starts, in_work + row.starts - row.completions
        assert (row.queue, row.in_work) == (queue, in_work)
    daily = get(served, "/v1/bottlenecks/workload", every="day", by="unit", procedure=served.city_procedures[0]).json()
    assert daily["by"] == ["target_unit"]
    refused = served.client.get("/v1/bottlenecks/workload", params={"by": "officer"})
    assert (refused.status_code, "officers are not shown" in refused.json()["detail"]) == (422, True)


def test_the_network_of_hand_overs(served: Any) -> None:
    page = answers.HandOverPage.model_validate(get(served, "/v1/bottlenecks/hand-overs").json())
    assert page.total == len(page.items) > 3
    assert all(one.source != one.target for one in page.items)
    waits = [one.elapsed_waiting_hours for one in page.items]
    assert waits == sorted(waits, reverse=True)
    units = answers.HandOverPage.model_validate(get(served, "/v1/bottlenecks/hand-overs", between="unit").json())
    assert units.between == "unit"
    assert served.client.get("/v1/bottlenecks/hand-overs", params={"between": "officer"}).status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        "/v1/bottlenecks",
        "/v1/bottlenecks/dossiers",
        "/v1/bottlenecks/workload",
        "/v1/bottlenecks/hand-overs",
        "/v1/opportunities",
        "/v1/units/{unit}",
    ],
)
def test_tables_have_the_rows_of_the_pages(served: Any, url: str) -> None:
    pages = (get(served, f"/v1/procedures/{code}/units").json()["items"] for code in served.city_procedures)
    url = url.format(unit=next(items[0]["unit"] for items in pages if items))
    total = get(served, url, limit=1).json()["total"]
    text = get(served, url, format="csv").content.decode("utf-8-sig")
    parquet = pq.read_table(io.BytesIO(get(served, url, format="parquet").content))
    assert len(list(csv.DictReader(io.StringIO(text)))) == parquet.num_rows == total > 0
    spoken = served.client.get(url, params={"format": "xlsx"}, headers={"Accept-Language": "vi"}, timeout=MINUTE)
    book = openpyxl.load_workbook(io.BytesIO(spoken.content))
    assert book.worksheets[0].max_row == total + 1
    assert "Lịch làm việc" in " ".join(str(row[0].value) for row in book["notes"].iter_rows())


def test_the_same_store_gives_the_same_bytes(served: Any) -> None:
    for url in ("/v1/bottlenecks", "/v1/opportunities"):
        first = get(served, url)
        again = served.client.get(url, headers={"Cache-Control": "no-cache"})
        assert first.content == again.content
        assert served.client.get(url, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_metrics_show_the_potential_and_the_posts_that_lose_most(served: Any) -> None:
    served.service.improvement.refresh()
    families = {one.name: one for one in text_string_to_metric_families(served.client.get("/metrics").text)}
    page = found(served)
    by_kind = {one.labels["kind"]: one.value for one in families["tinhgon_potential_seconds"].samples}
    assert len(by_kind) == 15
    assert sum(by_kind.values()) == pytest.approx(3600 * page.potential.estimate)
    net = sum(one.net_hours_a_year for one in page.items if one.kind == "batching")
    assert by_kind["batching"] == pytest.approx(3600 * net) != 0
    samples = families["tinhgon_bottleneck_seconds"].samples
    assert len(samples) == 5 * 20
    worst = ranked(served, by="officer_role").items[0]
    own = [one for one in samples if (one.labels["unit"], one.labels["role"]) == tuple(worst.key.values())]
    assert sum(one.value for one in own) == pytest.approx(3600 * worst.hours_a_year.estimate)


def test_an_empty_store_says_why_it_has_no_figures(empty: Any) -> None:
    for url in ("/v1/bottlenecks", "/v1/opportunities", "/v1/bottlenecks/workload", "/v1/bottlenecks/hand-overs"):
        page = get(empty, url).json()
        assert (page["items"], page["period"], page["as_of"]) == ([], None, None)
        assert [one["code"] for one in page["reasons"]] == ["no_steps"]
    assert behind(empty, "/v1/bottlenecks/dossiers", hour="1-mon-08") == []
    assert empty.client.get("/v1/units/H29").status_code == 404


def test_thresholds_of_the_settings_are_in_force(serving: Any, tmp_path: Path) -> None:
    store = tmp_path / "log.duckdb"
    run_city("small", seed=3, dossiers=600, at=store).close()
    file = tmp_path / "thresholds.toml"
    file.write_text("[opportunities]\nleast_hours = 100000\n", encoding="utf-8")
    with serving(store=store, thresholds=file) as one:
        one.wait_until_mined()
        page = found(one)
        assert (page.items, page.thresholds["least_hours"]) == ([], 100_000)
        assert page.within_noise > 0
