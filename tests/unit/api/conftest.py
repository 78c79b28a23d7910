"""A real service without Kafka, served by a real server on a free port, and ways to talk to it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.service import Service
from api.settings import Settings

BATCH = "application/cloudevents-batch+json"
CODE = "1.000494.000.00.00.H29"
STRANGE_CODES = ("a/b", "thủ tục 1", "x/map", "x", "100%", "a%2Fb", "hồ sơ đất (2025).xlsx", "đường/model.svg", "?#&=+")
SHORT = ("Tiếp nhận", "Thẩm định", "Trả kết quả")
LONG = ("Tiếp nhận", "Bổ sung", "Bổ sung", "Trả kết quả")
PATHS = (SHORT,) * 6 + (LONG,) * 3


class Served:
    """A service, a client of its address, and what the tests send to it."""

    code = CODE
    strange_codes = STRANGE_CODES
    paths = PATHS

    def __init__(self, service: Service, client: httpx.Client) -> None:
        self.service = service
        self.client = client

    def post(self, events: list[Any]) -> httpx.Response:
        """Send events as a batch."""
        return self.client.post("/v1/events", content=json.dumps(events), headers={"Content-Type": BATCH})

    def take(self, events: list[Any]) -> None:
        """Send events and wait until they are mined."""
        answer = self.post(events)
        assert answer.status_code == 202, answer.text
        self.wait_until_mined()

    def wait_until_mined(self) -> None:
        """Wait until the findings include all events."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            status = self.client.get("/v1/status").json()
            if status["mined_events"] == status["events"]:
                return
            time.sleep(0.02)
        raise AssertionError(f"not mined in time: {status}")

    @staticmethod
    def event(dossier: str, number: int, activity: str = "Tiếp nhận", /, **data: Any) -> dict[str, Any]:
        """A CloudEvent: the `number`-th of its dossier, an hour after the one before, from 2 Jan 2025 on."""
        return {
            "specversion": "1.0",
            "id": f"{dossier}-{number}",
            "source": "/mot-cua/thu",
            "type": "vn.tinhgon.dossier.step.v1",
            "subject": dossier,
            "time": f"2025-01-{2 + number // 24:02}T{number % 24:02}:00:00+07:00",
            "data": {"procedure": CODE, "activity": activity, **data},
        }


def log() -> list[dict[str, Any]]:
    """Nine dossiers of one procedure on two paths, and one dossier each of procedures with strange codes."""
    events = [
        Served.event(f"H{dossier}", number, activity, channel="online" if dossier % 2 else "counter", unit="Phường 1")
        for dossier, path in enumerate(PATHS)
        for number, activity in enumerate(path)
    ]
    return events + [Served.event(f"S-{code}", 0, procedure=code) for code in STRANGE_CODES]


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Serve a service with these settings until the block ends."""
    service = Service(settings)
    config = uvicorn.Config(
        create_app(service), port=0, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="test-server")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            yield Served(service, client)
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(name="serving")
def _serving(tmp_path: Path) -> Callable[..., AbstractContextManager[Served]]:
    """Serve with settings of the test's own: without Kafka, with a store in a folder of its own."""

    def with_settings(**chosen: Any) -> AbstractContextManager[Served]:
        return serving(Settings(**{"kafka": "off", "store": tmp_path / "log.duckdb", **chosen}))

    return with_settings


@pytest.fixture(scope="module")
def serving_with() -> Callable[..., AbstractContextManager[Served]]:
    """Serve with exactly these settings, for all tests of a module."""
    return lambda **chosen: serving(Settings(**chosen))


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that the tests of a module fill with what is theirs."""
    with serving(Settings(kafka="off", store=tmp_path_factory.mktemp("blank") / "log.duckdb")) as served:
        yield served


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that has taken in and mined `log()`; tests only read it."""
    with serving(Settings(kafka="off", store=tmp_path_factory.mktemp("filled") / "log.duckdb")) as served:
        served.take(log())
        yield served


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    """A service with an empty store."""
    with serving(Settings(kafka="off", store=tmp_path / "log.duckdb")) as served:
        yield served
