"""The log of a service at a real broker, at DEBUG: what a batch was, how far it is, and nobody's name."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consuming import wait_for
from ingest.bus import Broker, NewTopic, Publisher, Topics

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
DOSSIER, OFFICER, PASSWORD = "000.00.53.H48-220921-0099", "Nguyễn Thị Bí Mật", "mat-khau-kafka-2026"


@pytest.fixture
def topic(broker: str) -> Iterator[str]:
    """A topic of a test's own, with its two neighbours."""
    name = f"log-{uuid.uuid4().hex[:8]}"
    with Topics(Broker(broker)) as topics:
        topics.ensure([NewTopic(name, 1)])
        yield name
        for one in (name, f"{name}.rejected"):
            topics.delete(one)


def message(number: int, **changes: Any) -> tuple[bytes, bytes, tuple[()]]:
    data = {"procedure": "1.000001", "activity": "Tiếp nhận", "officer": OFFICER}
    event = {
        **{"specversion": "1.0", "id": str(number), "source": "/a", "type": "vn.tinhgon.dossier.step.v1"},
        **{"subject": DOSSIER, "time": "2025-01-02T08:00:00+07:00", "data": data},
        **changes,
    }
    return DOSSIER.encode(), json.dumps(event, ensure_ascii=False).encode(), ()


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines that are written so far; the last may be half."""
    return [json.loads(one) for one in path.read_text().splitlines() if one.endswith("}")]


def batches(path: Path) -> Callable[[], bool]:
    """Whether five messages went through batches."""
    counted = ("events", "duplicates", "rejects")
    return lambda: sum(one[name] for one in lines(path) for name in counted if one["event"] == "batch committed") == 5


def test_batches_are_told_in_numbers_and_neither_secrets_nor_names_are(broker: str, topic: str, tmp_path: Path) -> None:
    environment = {
        "TINHGON_KAFKA_BOOTSTRAP": broker,
        "TINHGON_KAFKA_EVENTS_TOPIC": topic,
        "TINHGON_KAFKA_REJECTED_TOPIC": f"{topic}.rejected",
        "TINHGON_KAFKA_PASSWORD": PASSWORD,
        "TINHGON_STORE": str(tmp_path / "log.duckdb"),
        "TINHGON_PORT": "0",
        "TINHGON_LOG_LEVEL": "DEBUG",
        "TINHGON_LOG_FORMAT": "json",
    }
    log = tmp_path / "err"
    with Publisher(Broker(broker)) as publisher:
        unusable = message(4, time=OFFICER), (DOSSIER.encode(), f"{DOSSIER} {OFFICER}".encode(), ())
        publisher.publish(topic, [message(1), message(2), message(2), *unusable])
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
    with log.open("w") as errors:
        served = subprocess.Popen(
            command, env={**os.environ, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            wait_for(batches(log), seconds=60)
        finally:
            served.send_signal(signal.SIGTERM)
            served.wait(timeout=20)
    told = [one for one in lines(log) if one["event"] == "batch committed"]
    sums = {name: sum(one[name] for one in told) for name in ("events", "duplicates", "rejects")}
    assert sums == {"events": 2, "duplicates": 1, "rejects": 2}
    assert all(one["level"] == "info" and one["lag"] >= 0 and one["seconds"] > 0 for one in told)
    text = log.read_text()
    assert {"ingest running", "ingest stopped", "topics made"} <= {one["event"] for one in lines(log)}
    for hidden in (PASSWORD, (tmp_path / "log.key").read_text().strip(), DOSSIER, OFFICER, "Bí Mật"):
        assert hidden not in text
