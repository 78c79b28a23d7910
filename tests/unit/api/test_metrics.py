"""The metrics: right numbers, names by the conventions, label sets that are complete and bounded."""

import math
import re
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.metrics.family import table
from api.metrics.lines import lines
from api.metrics.registry import Metrics
from ingest.reject import Reason
from ingest.resume import AlarmKind
from mining.workers import WorkersTimeoutError
from prometheus_tools import tool

UNITS = (
    "_procedures",
    "_seconds",
    "_bytes",
    "_messages",
    "_events",
    "_total",
    "_info",
    "_ready",
    "_up",
    "_open",
    "_overdue",
    "_soon",
    "_ratio",
    "_regressed",
    "_dossiers",
    "_steps",
)
ALLOWED_LABELS = {
    "outcome",
    "reason",
    "kind",
    "partition",
    "method",
    "route",
    "status",
    "le",
    "version",
    "python",
    "duckdb",
    "convention",
    "basis",
    "figure",
    "verdict",
    "cause",
    "procedure",
    "activity",
    "unit",
    "role",
    "name",
    "rule",
    "what",
    "intended",
    "system",
}


@pytest.fixture
def text(filled) -> str:
    filled.client.get("/v1/status")
    return filled.client.get("/metrics").text


def samples(text: str) -> dict[tuple[str, frozenset], float]:
    return {
        (one.name, frozenset(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def value(text: str, family: str, /, **labels: str) -> float:
    return samples(text)[family, frozenset(labels.items())]


def test_what_came_is_counted(empty):
    event = empty.event("H1", 0)
    empty.take([event, event, {**empty.event("H1", 1), "time": "2025-01-01T00:00:00"}])
    text = empty.client.get("/metrics").text
    counted = {
        one: value(text, "tinhgon_ingest_events_total", outcome=one) for one in ("stored", "duplicate", "rejected")
    }
    assert counted == {"stored": 1, "duplicate": 1, "rejected": 1}
    assert value(text, "tinhgon_ingest_rejected_total", reason="time_without_offset") == 1
    assert value(text, "tinhgon_store_events") == 1
    assert value(text, "tinhgon_ingest_batches_total") == value(text, "tinhgon_ingest_batch_seconds_count") == 1
    assert value(text, "tinhgon_ingest_batch_events_sum") == 3
    assert value(text, "tinhgon_ingest_batch_seconds_sum") > 0
    assert value(text, "tinhgon_ingest_last_batch_timestamp_seconds") > 1.7e9
    assert value(text, "tinhgon_mining_refresh_seconds_count") >= 1
    assert value(text, "tinhgon_mining_behind_events") == 0
    assert value(text, "tinhgon_mining_oldest_change_age_seconds") == 0
    assert (value(text, "tinhgon_ready"), value(text, "tinhgon_ingest_up")) == (1, 1)
    assert value(text, "tinhgon_store_bytes") > 0
    assert value(text, "tinhgon_store_free_bytes") > 0


def test_known_labels_start_at_zero(empty):
    text = empty.client.get("/metrics").text
    assert {value(text, "tinhgon_ingest_rejected_total", reason=one.value) for one in Reason} == {0}
    assert {value(text, "tinhgon_ingest_alarms_total", kind=one.value) for one in AlarmKind} == {0}
    for name in ("stalls", "reconnects", "batches"):
        assert value(text, f"tinhgon_ingest_{name}_total") == 0


def test_open_and_overdue_dossiers_and_the_shares_on_time(empty):
    due = "2025-01-03T09:00:00+07:00"
    for number, finish in enumerate((20, 40, 60, None)):
        last = [empty.event(f"H{number}", finish, status=9)] if finish else []
        empty.take([empty.event(f"H{number}", 10, status=2, due_at=due), *last])
    empty.take([empty.event("H2", 50, lifecycle="reset-due", due_at="2025-01-06T09:00:00+07:00")])
    tomorrow = datetime.now(UTC) + timedelta(hours=20)
    empty.take([empty.event("H4", 10, status=2, due_at=tomorrow.isoformat())])
    empty.service.punctuality.refresh()
    text = empty.client.get("/metrics").text
    names = ("open", "overdue", "due_soon")
    assert [value(text, f"tinhgon_dossiers_{name}") for name in names] == [2, 1, 1]
    shares = {
        (convention, basis): value(text, "tinhgon_on_time_ratio", convention=convention, basis=basis)
        for convention in "ABC"
        for basis in ("reported", "log")
    }
    assert shares == {
        ("A", "reported"): 1,
        ("A", "log"): pytest.approx(2 / 3),
        ("B", "reported"): pytest.approx(2 / 3),
        ("B", "log"): pytest.approx(1 / 3),
        ("C", "reported"): pytest.approx(3 / 5),
        ("C", "log"): pytest.approx(2 / 5),
    }


def test_a_due_date_that_no_calendar_covers_spoils_no_other_figure(empty):
    waiting = [empty.event("H1", 12, status=5), empty.event("H1", 14, status=4)]
    empty.take([empty.event("H1", 10, status=2, due_at="2150-01-03T09:00:00+07:00"), *waiting])
    empty.take([empty.event("H2", hour, status=status) for hour, status in ((10, 2), (12, 9))])
    empty.service.punctuality.refresh()
    text = empty.client.get("/metrics").text
    assert (value(text, "tinhgon_dossiers_open"), value(text, "tinhgon_dossiers_overdue")) == (1, 0)
    for convention in "AB":
        assert value(text, "tinhgon_on_time_ratio", convention=convention, basis="log") == 1


def test_dossiers_are_counted_in_the_background(filled):
    deadline = time.monotonic() + 20
    while filled.service.punctuality.numbers.running is None and time.monotonic() < deadline:
        time.sleep(0.05)
    text = filled.client.get("/metrics").text
    assert value(text, "tinhgon_dossiers_open") == 0
    assert value(text, "tinhgon_on_time_ratio", convention="A", basis="log") == 1


def test_each_procedure_has_its_dossiers_its_shares_and_its_waiting(empty):
    due = "2025-01-03T09:00:00+07:00"
    empty.take([empty.event("H1", 10, status=2, due_at=due), empty.event("H1", 20, status=9)])
    empty.take([empty.event("H2", 10, status=2, due_at=due, procedure="1.000002")])
    empty.take([empty.event("H2", 12, "Thẩm định", procedure="1.000002", started_at="2025-01-02T11:00:00+07:00")])
    empty.service.punctuality.refresh()
    empty.service.waiting.refresh()
    text = empty.client.get("/metrics").text
    other = empty.code
    names = ("open", "overdue")
    assert [value(text, f"tinhgon_procedure_dossiers_{one}", procedure="1.000002") for one in names] == [1, 1]
    assert [value(text, f"tinhgon_procedure_dossiers_{one}", procedure=other) for one in names] == [0, 0]
    assert value(text, "tinhgon_procedure_on_time_ratio", procedure=other, basis="log") == 1
    assert math.isnan(value(text, "tinhgon_procedure_on_time_ratio", procedure="1.000002", basis="reported"))
    assert value(text, "tinhgon_procedure_waiting_seconds", procedure="1.000002", cause="extraneous") == 3600
    assert value(text, "tinhgon_procedure_info", procedure=other, name=other) == 1


def test_what_is_the_same_is_written_once(filled):
    filled.service.punctuality.refresh()
    collected = Metrics(filled.service)
    openmetrics = "application/openmetrics-text; version=1.0.0"
    for accept in ("", openmetrics, ""):
        written, content_type = collected.exposition(accept)
        again, _ = collected.exposition(accept)
        assert b"tinhgon_procedure_info{" in written
        assert written.count(b"# EOF") == (accept == openmetrics)
        assert [line for line in again.splitlines() if line.startswith(b"tinhgon_procedure")] == [
            line for line in written.splitlines() if line.startswith(b"tinhgon_procedure")
        ]
        assert content_type.startswith(accept.partition(";")[0] or "text/plain")


def test_large_families_are_written_as_the_library_would():
    names = ("plain", 'with "marks"', "back\\slash", "two\nlines", "Đăng ký")
    families = [
        table("tinhgon_a_seconds", "First.", ("procedure", "name"), ((("1.0", name), 1.5) for name in names)),
        table("tinhgon_b_ratio", "Second.", ("procedure",), ((("1",), None), (("2",), 2), (("3",), True))),
    ]
    text = lines(families).decode()
    assert text.endswith("\n")
    read = samples(text)
    assert {dict(labels)["name"] for (name, labels) in read if name == "tinhgon_a_seconds"} == set(names)
    assert value(text, "tinhgon_a_seconds", procedure="1.0", name="Đăng ký") == 1.5
    assert math.isnan(value(text, "tinhgon_b_ratio", procedure="1"))
    assert value(text, "tinhgon_b_ratio", procedure="3") == 1


def test_work_that_failed_in_a_worker_is_counted(empty):
    with pytest.raises(WorkersTimeoutError):
        empty.service.discovery._workers.run(time.sleep, (5,), timeout_seconds=0.2)
    text = empty.client.get("/metrics").text
    counted = {one: value(text, "tinhgon_mining_worker_failures_total", reason=one) for one in ("timeout", "died")}
    assert counted == {"timeout": 1, "died": 0}


def test_a_change_that_waits_is_told_with_its_age_and_its_procedures(empty):
    empty.service.miner.stop()
    time.sleep(0.5)  # the miner's own thread ends
    assert empty.post([empty.event("H1", 0), empty.event("H2", 0, procedure="1.000002")]).status_code == 202
    empty.service.miner._look()
    time.sleep(0.1)
    text = empty.client.get("/metrics").text
    assert value(text, "tinhgon_mining_dirty_procedures") == 2
    assert value(text, "tinhgon_mining_behind_events") == 2
    assert 0.1 <= value(text, "tinhgon_mining_oldest_change_age_seconds") < 60
    empty.service.miner.refresh()
    text = empty.client.get("/metrics").text
    assert value(text, "tinhgon_mining_dirty_procedures") == 0
    assert value(text, "tinhgon_mining_oldest_change_age_seconds") == 0


def test_what_is_not_counted_yet_is_no_number(empty):
    text = empty.client.get("/metrics").text
    for name in ("tinhgon_dossiers_open", "tinhgon_dossiers_overdue", "tinhgon_dossiers_due_soon"):
        assert math.isnan(value(text, name))
    assert math.isnan(value(text, "tinhgon_on_time_ratio", convention="C", basis="reported"))


def test_waiting_by_cause_and_at_the_steps_that_lose_most(empty):
    text = empty.client.get("/metrics").text
    assert math.isnan(value(text, "tinhgon_waiting_seconds", cause="contention"))
    assert math.isnan(value(text, "tinhgon_cycle_time_efficiency_ratio"))
    for number in range(25):  # of 25 procedures, each with a step that waits; the last one most
        code = f"1.{number:06}"
        waited = f"2025-01-02T{8 + (10 + number) // 60:02}:{(10 + number) % 60:02}:00+07:00"
        empty.take(
            [
                empty.event(f"M{number}", 8, "Tiếp nhận", procedure=code),
                empty.event(f"M{number}", 9, "Thẩm định", procedure=code, started_at=waited),
            ]
        )
    empty.service.waiting.refresh()
    text = empty.client.get("/metrics").text
    by_cause = {labels: one for (name, labels), one in samples(text).items() if name == "tinhgon_waiting_seconds"}
    assert len(by_cause) == 6
    assert sum(by_cause.values()) == 60 * sum(range(10, 35))
    top = {labels: one for (name, labels), one in samples(text).items() if name == "tinhgon_waiting_top_seconds"}
    assert len(top) == 6 * 20
    assert {dict(labels)["procedure"] for labels in top} == {f"1.{number:06}" for number in range(5, 25)}
    step = {"procedure": "1.000024", "activity": "Thẩm định"}
    assert value(text, "tinhgon_waiting_top_seconds", **step, cause="extraneous") == 34 * 60
    processing = sum(60 * (50 - number) for number in range(25))
    assert value(text, "tinhgon_cycle_time_efficiency_ratio") == pytest.approx(
        processing / (processing + sum(by_cause.values()))
    )


def test_the_lag_and_the_position_are_told_by_partition(empty):
    empty.service.tally.progress({0: 5, 1: 7}, {0: 12, 1: 0})
    text = empty.client.get("/metrics").text
    assert value(text, "tinhgon_ingest_position_messages", partition="1") == 7
    assert value(text, "tinhgon_ingest_lag_messages", partition="0") == 12
    assert value(text, "tinhgon_ingest_lag_messages", partition="1") == 0


def test_a_service_that_is_not_ready_says_so(empty):
    empty.service.store.broken = "no space left"
    text = empty.client.get("/metrics").text
    assert (value(text, "tinhgon_ready"), value(text, "tinhgon_ingest_up")) == (0, 0)


def test_requests_are_counted_by_the_template_of_their_route(empty):
    for address in ("/v1/dossiers/H1", "/v1/dossiers/H2", "/nothing", "/nothing/else"):
        empty.client.get(address)
    empty.client.request("INVENT", "/healthz")
    text = empty.client.get("/metrics").text
    counted = "tinhgon_http_requests_total"
    assert value(text, counted, method="GET", route="/v1/dossiers/{id}", status="404") == 2
    assert value(text, counted, method="GET", route="none", status="404") == 2
    assert value(text, counted, method="other", route="/healthz", status="405") == 1
    assert value(text, "tinhgon_http_request_duration_seconds_count", method="GET", route="/v1/dossiers/{id}") == 2
    assert "H1" not in text


def test_names_and_labels_keep_to_the_conventions(text):
    families = list(text_string_to_metric_families(text))
    assert len(families) > 25
    for family in families:
        assert family.documentation, family.name
        names = {one.name for one in family.samples}
        if not family.name.startswith("tinhgon_"):
            continue
        assert re.fullmatch(r"tinhgon(_[a-z]+)+", family.name)
        assert all(
            name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count").endswith(UNITS) for name in names
        )
        assert any(name.endswith("_total") for name in names) == (family.type == "counter")
        assert {label for one in family.samples for label in one.labels} <= ALLOWED_LABELS
    assert "_created" not in text


def test_each_help_says_what_to_do(text):
    ours = [one for one in text_string_to_metric_families(text) if one.name.startswith("tinhgon_")]
    for one in ours:
        if one.name != "tinhgon_build_info":
            assert re.search(r"\b[Ww]hen\b.*:", one.documentation), one.name


def test_promtool_has_nothing_to_say(text):
    command = [tool("promtool"), "check", "metrics"]
    checked = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_openmetrics_is_spoken_on_request(filled):
    found = filled.client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert found.headers["content-type"].startswith("application/openmetrics-text")
    assert found.text.endswith("# EOF\n")


def test_a_scrape_starts_no_work(filled):
    before = filled.service.status()
    filled.client.get("/metrics")
    after = filled.service.status()
    assert (before.mining, before.numbers) == (after.mining, after.numbers)
    assert before.events == after.events
