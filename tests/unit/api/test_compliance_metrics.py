"""The metrics of conformance, rules, integrity, two systems and change: what they count, and how many there can be."""

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError

from api.compliance.watch import OTHER, TOP_SYSTEMS, ComplianceNumbers, SystemNumbers, _latest
from api.metrics.compliance import of_compliance
from api.settings import Settings
from mining.two_systems import SystemShare

CODE = "1.000494.000.00.00.H29"


def process(served: Any) -> None:
    """Approve a process of two steps."""
    data = {
        "procedure": CODE,
        "version": "1",
        "decision": "QĐ 1",
        "effective_from": "2020-01-01",
        "limit": {"amount": 3, "unit": "working_days"},
        "steps": [
            {"number": "B1", "task": "Tiếp nhận", "hours": 4},
            {"number": "B2", "task": "Thẩm định", "hours": 8},
        ],
    }
    event = {"specversion": "1.0", "id": "1", "source": "/t", "type": "vn.tinhgon.catalogue.process.v1", "data": data}
    headers = {"Content-Type": "application/cloudevents+json"}
    content = json.dumps({**event, "time": "2025-01-01T00:00:00Z"})
    assert served.client.post("/v1/catalogue", content=content, headers=headers).status_code == 202


def values(served: Any) -> dict[str, dict[tuple[str, ...], float]]:
    """The samples of each metric, by the values of its labels."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(served.client.get("/metrics").text):
        for one in family.samples:
            found.setdefault(one.name, {})[tuple(one.labels.values())] = one.value
    return found


def test_the_figures_of_a_store(serving: Callable[..., Any]) -> None:
    with serving(switch_off="old@2025-01-02,never@2030-01-01") as served:
        process(served)
        event = served.event
        served.take(
            [
                event("A", 8, status=2, source_system="old"),
                event("A", 9, "Thẩm định", status=9, source_system="new"),
                event("B", 8, status=2, source_system="old"),
                event("B", 9, "Họp", status=9, source_system="old", officer="x"),
                {
                    **event("B", 9, "Họp", status=9, source_system="new"),
                    "id": "copy",
                    "time": "2025-01-02T09:05:00+07:00",
                },
            ]
        )
        served.service.comparer.refresh()
        deadline = time.monotonic() + 60
        counted = served.service.compliance
        while counted.numbers.fit is None or counted.numbers.fit.dossiers < 2:  # its own thread counts meanwhile
            assert time.monotonic() < deadline
            counted.refresh()
        found = values(served)
    assert found["tinhgon_conformance_up"] == {(): 1}
    assert found["tinhgon_conformance_behind_events"] == {(): 0}
    assert found["tinhgon_conformance_refresh_seconds_count"][()] >= 1
    assert found["tinhgon_conforming_ratio"] == {(): 0.5}
    assert found["tinhgon_compared_dossiers"] == {("conforming",): 1, ("deviating",): 1, ("inexact",): 0}
    assert found["tinhgon_deviating_dossiers"]["skipped",] == 1
    assert found["tinhgon_deviating_dossiers"]["extra",] == 1
    assert found["tinhgon_deviation_seconds"]["skipped",] == 8 * 3600
    assert len(found["tinhgon_deviating_dossiers"]) == 7
    assert found["tinhgon_rule_dossiers"]["four_eyes", "broken"] == 0
    assert len({rule for rule, _ in found["tinhgon_rule_dossiers"]}) * 3 == len(found["tinhgon_rule_dossiers"])
    assert set(found["tinhgon_integrity_dossiers"].values()) == {0}
    assert found["tinhgon_drift_procedures"] == {
        (intended, what): 0 for what in ("time", "paths") for intended in ("yes", "no")
    }
    assert found["tinhgon_system_events_ratio"] == {("old",): 0.6, ("new",): 0.4}
    assert found["tinhgon_system_after_end_events"] == {("old",): 3, ("never",): 0}
    assert found["tinhgon_system_end_timestamp_seconds"]["old",] == 1735750800
    assert found["tinhgon_double_entry_steps"] == {(): 1}
    assert found["tinhgon_double_entry_seconds"] == {(): 300}


def test_nothing_is_known_before_it_is_counted_and_a_figure_that_fails_stays(empty: Any) -> None:
    before = values(empty)
    assert all(number != number for number in before["tinhgon_deviating_dossiers"].values())
    assert all(number != number for number in before["tinhgon_conformance_behind_events"].values())
    empty.take([empty.event("A", 8, status=2, source_system="old")])
    empty.service.compliance.refresh()
    with empty.service.store.cursor() as cursor:
        cursor.execute("ALTER TABLE conformity RENAME TO away")
        empty.take([empty.event("B", 8, status=2, source_system="old")])
        empty.service.compliance.refresh()
        cursor.execute("ALTER TABLE away RENAME TO conformity")
    numbers = empty.service.compliance.numbers
    assert numbers.fit is not None
    assert numbers.fit.dossiers == 0
    assert numbers.systems.event_shares == {"old": 1.0}


def test_there_are_few_series_however_events_call_their_source() -> None:
    months = (date(2025, 1, 1), date(2025, 2, 1))
    shares = [SystemShare(month, f"s{n}", 1, 0, 1 / 100, None) for month in months for n in range(100)]
    latest = _latest(shares)
    assert len(latest) == TOP_SYSTEMS + 1
    assert latest[OTHER] == pytest.approx(0.91)
    assert sum(latest.values()) == pytest.approx(1)
    ends = tuple((f"s{n}", date(2025, 1, 1)) for n in range(10))
    numbers = ComplianceNumbers(systems=SystemNumbers(latest))
    assert sum(len(one.samples) for one in of_compliance(numbers, ends)) <= 87  # beside four on comparing


TOO_MANY = ",".join(f"s{number}@2025-01-01" for number in range(11))


@pytest.mark.parametrize("given", ["old", "old@soon", "old@2025-13-01", TOO_MANY])
def test_a_wrong_end_of_a_system_ends_the_start(given: str) -> None:
    with pytest.raises(ValidationError, match="switch_off"):
        Settings(switch_off=given)
