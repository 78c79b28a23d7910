"""The embedded mode over a real socket, as a client sees it: one process, no Kafka, events in and findings out."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
STOP_SECONDS = 5
DOSSIERS = 300


def event(dossier: int, number: int, activity: str) -> dict:
    return {
        "specversion": "1.0",
        "id": f"{dossier}-{number}",
        "source": "/mot-cua/thu",
        "type": "vn.tinhgon.dossier.step.v1",
        "subject": f"H{dossier}",
        "time": f"2025-01-02T{number:02}:00:00+07:00",
        "data": {"procedure": "1.001193", "activity": activity},
    }


def batch(dossier: int) -> bytes:
    return json.dumps([event(dossier, number, one) for number, one in enumerate(("Tiếp nhận", "Trả kết quả"))]).encode()


class Process:
    """`tinhgon serve` in embedded mode, on one store."""

    def __init__(self, folder: Path) -> None:
        environment = {
            **os.environ,
            "TINHGON_KAFKA": "off",
            "TINHGON_PORT": "0",
            "TINHGON_STORE": str(folder / "log.duckdb"),
            "TINHGON_STORE_MEMORY": "1GB",
        }
        command = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
        self.log = (folder / "log.txt").open("ab")
        self.child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=self.log)
        assert self.child.stdout is not None
        said = self.child.stdout.readline().decode()
        self.base = next(word for word in said.split() if word.startswith("http://"))
        self.client = httpx.Client(base_url=self.base, timeout=30, trust_env=False)
        self.wait(lambda: self.client.get("/readyz").status_code == 200)

    def wait(self, reached) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if reached():
                    return
            except httpx.TransportError:
                assert self.child.poll() is None
            time.sleep(0.05)
        raise AssertionError("not reached in time")

    def is_mined(self, events: int) -> bool:
        status = self.client.get("/v1/status").json()
        return status["events"] == status["mined_events"] == events

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.client.close()
        self.child.send_signal(how)
        code = self.child.wait(STOP_SECONDS)
        self.child.stdout.close()
        self.log.close()
        return code


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    started = Process(tmp_path)
    yield started
    if started.child.poll() is None:
        started.end(signal.SIGKILL)


def test_events_come_in_from_many_while_findings_are_asked_for_and_nothing_is_lost(process):
    answers, asked, stop = [], [], threading.Event()

    def send(first: int) -> None:
        with httpx.Client(base_url=process.base, timeout=30, trust_env=False) as client:
            for dossier in range(first, DOSSIERS, 4):
                answers.append(client.post("/v1/events", content=batch(dossier), headers=BATCH).json()["accepted"])

    def ask() -> None:
        with httpx.Client(base_url=process.base, timeout=30, trust_env=False) as client:
            while not stop.wait(0.01):
                found = client.get("/v1/procedures/1.001193/map")
                if found.status_code == 200:
                    asked.append(found.json())

    senders = [threading.Thread(target=send, args=(first,)) for first in range(4)]
    asker = threading.Thread(target=ask)
    for one in (*senders, asker):
        one.start()
    for one in senders:
        one.join(60)
    process.wait(lambda: process.is_mined(2 * DOSSIERS))
    stop.set()
    asker.join(10)
    assert sum(answers) == 2 * DOSSIERS
    assert process.client.get("/v1/procedures/1.001193").json()["dossiers"] == DOSSIERS
    assert len(asked) > 3
    for one in asked:  # an answer is of one moment: its parts add up whatever was stored meanwhile
        assert sum(edge["frequency"] for edge in one["edges"]) == sum(end["frequency"] for end in one["end"])
    assert [one["dossiers"] for one in asked] == sorted(one["dossiers"] for one in asked)


def test_a_killed_service_has_all_that_it_answered_for(process, tmp_path):
    kept = 0
    for dossier in range(40):
        kept += process.client.post("/v1/events", content=batch(dossier), headers=BATCH).json()["accepted"]
    tag = process.client.get("/v1/procedures").headers["ETag"]
    process.end(signal.SIGKILL)
    again = Process(tmp_path)
    try:
        again.wait(lambda: again.is_mined(kept))
        assert again.client.get("/v1/procedures/1.001193").json()["dossiers"] == 40
        assert again.client.get("/v1/dossiers/H7").json()["events"] == 2
        assert again.client.get("/v1/procedures", headers={"If-None-Match": tag}).status_code == 200
        repeated = again.client.post("/v1/events", content=batch(7), headers=BATCH).json()
        assert (repeated["accepted"], repeated["duplicates"]) == (2, 2)
    finally:
        assert again.end() in (0, -signal.SIGTERM)


def test_the_service_ends_in_time_while_a_client_dawdles(process):
    address = httpx.URL(process.base)
    with socket.create_connection((address.host, address.port)) as dawdler:
        head = "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n"
        dawdler.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
        assert process.client.get("/healthz").status_code == 200
        started = time.monotonic()
        assert process.end() in (0, -signal.SIGTERM)
        assert time.monotonic() - started < STOP_SECONDS


def test_a_client_that_hangs_up_leaves_no_trace(process, tmp_path):
    address = httpx.URL(process.base)
    for _ in range(3):
        with socket.create_connection((address.host, address.port)) as client:
            client.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n")
            client.sendall(b"Content-Length: 1000\r\n\r\n{")
            time.sleep(0.05)
    assert process.client.get("/healthz").status_code == 200
    assert process.client.get("/v1/status").json()["events"] == 0
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_an_address_is_understood_as_it_is_written_on_the_wire(process):
    code = "a/b%2F ủ"
    body = json.dumps({**event(1, 0, "Tiếp nhận"), "data": {"procedure": code, "activity": "Tiếp nhận"}})
    process.client.post("/v1/events", content=body, headers={"Content-Type": "application/cloudevents+json"})
    process.wait(lambda: process.is_mined(1))
    found = process.client.get("/v1/procedures/a%2Fb%252F%20%E1%BB%A7/map")
    assert found.json()["procedure"] == code
