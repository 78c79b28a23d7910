"""Comparing in the service: it follows events and catalogue, keeps nobody waiting, and its failures can be seen."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from api.service import Service
from api.settings import Settings
from ingest.decode import Received
from mining.conformance import ConformanceError
from mining.conformance.findings import conformance
from mining.slice import Slice

CODE = "1.000494.H29"


def approve(service: Service, *tasks: str) -> None:
    steps = [{"number": f"B{number}", "task": task, "hours": 8} for number, task in enumerate(tasks, 1)]
    data = {
        "procedure": CODE,
        "version": "1",
        "decision": "QD 1",
        "effective_from": "2020-01-01",
        "limit": {"amount": 3, "unit": "working_days"},
        "steps": steps,
    }
    event = {
        "specversion": "1.0",
        "id": f"approve-{'-'.join(tasks)}",
        "source": "/test",
        "type": "vn.tinhgon.catalogue.process.v1",
        "time": "2025-01-01T00:00:00Z",
        "data": data,
    }
    taken = service.state([Received(json.dumps(event).encode(), 0, 0)])
    assert taken.rejected == ()


def handle(service: Service, dossier: str, *activities: str) -> None:
    events = [
        {
            "specversion": "1.0",
            "id": f"{dossier}-{hour}",
            "source": "/test",
            "type": "vn.tinhgon.dossier.step.v1",
            "subject": dossier,
            "time": f"2025-01-02T{hour:02}:00:00Z",
            "data": {"procedure": CODE, "activity": activity, "status": 9 if activity == activities[-1] else 4},
        }
        for hour, activity in enumerate(activities, 1)
    ]
    submitted = service.submit([Received(json.dumps(one).encode(), 0, 0) for one in events])
    assert submitted.rejected == ()


def fitness(service: Service) -> tuple[int, float | None]:
    with service.store.cursor() as cursor:
        fit = conformance(cursor, Slice()).fit
    return fit.dossiers, fit.fitness


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(Settings(kafka="off", store=tmp_path / "log.duckdb"))
    yield made
    made.close()


def eventually(said: Callable[[], Any], expected: Any) -> None:
    deadline = time.monotonic() + 60
    while said() != expected:
        assert time.monotonic() < deadline, said()
        time.sleep(0.02)


def test_nothing_is_compared_where_nothing_is_approved(service: Service) -> None:
    handle(service, "A", "Nhận", "Trả")
    service.miner.refresh()
    service.comparer.refresh()
    assert (service.comparer.numbers.state, service.comparer.numbers.refreshes) == ("idle", 0)
    assert "no process is approved" in service.comparer.numbers.reason


def test_it_follows_events_and_catalogue_by_itself(service: Service) -> None:
    service.start()
    handle(service, "A", "Nhận", "Trả")
    approve(service, "Nhận", "Trả")
    eventually(lambda: fitness(service), (1, 1.0))
    handle(service, "B", "Nhận")
    eventually(lambda: fitness(service)[0], 2)
    eventually(lambda: service.status().comparer.state, "current")
    assert service.status().comparer.compared_event_no == 3


def test_events_are_taken_in_and_mined_while_dossiers_are_compared(service: Service) -> None:
    approve(service, "Nhận", "Trả")
    handle(service, "A", "Nhận", "Trả")
    service.miner.refresh()
    entered, go_on = threading.Event(), threading.Event()
    align = service.comparer._aligner.align

    def slowly(traces: Any) -> Any:
        entered.set()
        assert go_on.wait(20)
        return align(traces)

    service.comparer._aligner.align = slowly  # type: ignore[method-assign]
    comparing = threading.Thread(target=service.comparer.refresh)
    comparing.start()
    try:
        assert entered.wait(20)
        handle(service, "B", "Nhận")
        handle(service, "A", "Nhận", "Trả", "Họp")  # more of a dossier that is being compared
        service.miner.refresh()
        assert service.status().mined_events == 4
    finally:
        go_on.set()
        comparing.join(20)
    assert fitness(service) == (1, 1.0)  # as it was when comparing began
    service.comparer.refresh()
    assert fitness(service)[0] == 2


def test_a_failure_is_told_and_leaves_what_was_compared(service: Service) -> None:
    approve(service, "Nhận", "Trả")
    handle(service, "A", "Nhận", "Trả")
    service.miner.refresh()
    service.comparer.refresh()
    handle(service, "B", "Nhận", "Họp")
    service.miner.refresh()
    with service.store.cursor() as cursor:
        cursor.execute("ALTER TABLE conformance_variant RENAME TO away")
        service.comparer.refresh()
        cursor.execute("ALTER TABLE away RENAME TO conformance_variant")
    numbers = service.status().comparer
    assert (numbers.state, numbers.failures) == ("failed", 1)
    assert "conformance_variant" in numbers.reason
    assert fitness(service) == (1, 1.0)
    assert service.status().not_ready == ()  # events are taken in, and other findings are right
    service.comparer.refresh()
    assert (service.status().comparer.state, fitness(service)[0]) == ("current", 2)


def test_it_ends_in_the_middle_of_a_question(service: Service) -> None:
    approve(service, "Nhận", "Trả")
    handle(service, "A", "Nhận", "Trả")
    entered = threading.Event()

    def endless(traces: Any) -> Any:
        entered.set()
        cursor = service.comparer._cursor
        assert cursor is not None
        return cursor.execute("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b").fetchall()

    service.comparer._aligner.align = endless  # type: ignore[method-assign]
    service.start()
    assert entered.wait(20)
    started = time.monotonic()
    service.close()
    assert time.monotonic() - started < 5
    assert service.failure is None
    assert service.comparer.numbers.failures == 0


def test_a_mapping_is_read_at_the_start_and_a_wrong_one_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "steps.csv"
    file.write_text("activity,step\nNhận đơn,B1\n", encoding="utf-8")
    made = Service(Settings(kafka="off", store=tmp_path / "log.duckdb", step_mapping=file))
    try:
        approve(made, "Nhận", "Trả")
        handle(made, "A", "Nhận đơn", "Trả")
        made.miner.refresh()
        made.comparer.refresh()
        assert fitness(made) == (1, 1.0)
    finally:
        made.close()
    file.write_text("activity,step\nNhận đơn,(later)\n", encoding="utf-8")
    with pytest.raises(ConformanceError, match=r"TINHGON_STEP_MAPPING: steps.csv .*\n.*line 2: \(later\) is none of"):
        Service(Settings(kafka="off", store=tmp_path / "other.duckdb", step_mapping=file))
    assert not (tmp_path / "other.duckdb").exists()
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:  # the store was closed
        assert connection.execute("SELECT count(*) FROM conformity").fetchone() == (1,)
