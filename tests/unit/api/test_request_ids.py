"""Ids of requests over HTTP, and a service at DEBUG that tells nobody's name."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.logs import log_handler
from ingest.store import Store

DOSSIER, OFFICER = "000.00.53.H48-220921-0099", "Nguyễn Thị Bí Mật"
PASSWORD = "mat-khau-kafka-2026"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What our loggers tell in this process, at DEBUG, as JSON."""
    stream = io.StringIO()
    handler, root = log_handler(stream, "json"), logging.getLogger()
    before = root.level
    handler.addFilter(lambda record: record.name.startswith(("api.", "ingest.")))  # the client is in this process too
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def of_request(stream: io.StringIO, named: str) -> dict[str, dict[str, Any]]:
    """The lines of an answered request by what they tell; the last is written just after its answer is sent."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = [json.loads(one) for one in stream.getvalue().splitlines()]
        told = {one["event"]: one for one in found if one.get("request_id") == named}
        if "request answered" in told:
            return told
        time.sleep(0.01)
    raise AssertionError(f"no line tells that {named} was answered")


def test_an_id_is_given_back_or_made(filled: Any) -> None:
    assert filled.client.get("/healthz", headers={"X-Request-ID": "portal-7"}).headers["x-request-id"] == "portal-7"
    made = filled.client.get("/healthz").headers["x-request-id"]
    refused = filled.client.get("/healthz", headers={"X-Request-ID": "x" * 65}).headers["x-request-id"]
    assert UUID(made).version == UUID(refused).version == 4


@pytest.mark.parametrize("address", ["/v2", "/v1/procedures?limit=0", "/v1/dossiers/none"])
def test_a_problem_names_its_request(filled: Any, address: str) -> None:
    answer = filled.client.get(address, headers={"X-Request-ID": "portal-8"})
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "portal-8"


def test_a_stranger_is_told_the_id_too(filled: Any) -> None:
    answer = filled.client.get("/healthz", headers={"Host": "evil.example", "X-Request-ID": "portal-9"})
    assert (answer.status_code, answer.json()["request_id"]) == (421, "portal-9")


def test_lines_of_a_request_have_its_id_also_in_the_threads_that_work_for_it(empty: Any, lines: io.StringIO) -> None:
    sent = [empty.event(DOSSIER, 0, officer=OFFICER)]
    headers = {"Content-Type": "application/cloudevents-batch+json", "X-Request-ID": "portal-10"}
    answer = empty.client.post("/v1/events", content=json.dumps(sent), headers=headers)
    assert answer.status_code == 202
    told = of_request(lines, "portal-10")
    batch = told["batch committed"]
    numbers = {name: batch[name] for name in ("events", "duplicates", "rejects", "lag", "level")}
    assert numbers == {"events": 1, "duplicates": 0, "rejects": 0, "lag": 0, "level": "info"}
    answered = {name: told["request answered"][name] for name in ("method", "route", "status")}
    assert answered == {"method": "POST", "route": "/v1/events", "status": 202}


def test_a_fault_of_ours_is_told_with_its_instance_and_without_the_dossier(
    empty: Any, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"{DOSSIER} is not what it was")

    monkeypatch.setattr(Store, "pseudonyms", property(fail))
    answer = empty.client.get(f"/v1/dossiers/{DOSSIER}", headers={"X-Request-ID": "portal-11"})
    assert answer.status_code == 500
    failed = of_request(lines, "portal-11")["request failed"]
    assert failed["instance"] == answer.json()["instance"]
    assert failed["route"] == "/v1/dossiers/{id}"
    assert "is not what it was" in failed["exception"]
    assert DOSSIER not in lines.getvalue()


def test_at_debug_no_password_key_dossier_or_officer_is_told(tmp_path: Path) -> None:
    environment = {
        "TINHGON_KAFKA": "off",
        "TINHGON_PORT": "0",
        "TINHGON_STORE": str(tmp_path / "log.duckdb"),
        "TINHGON_LOG_LEVEL": "DEBUG",
        "TINHGON_KAFKA_PASSWORD": PASSWORD,
    }
    command = [sys.executable, "-u", "-c", "from api.cli import main; main()", "serve"]
    with (tmp_path / "err").open("w") as log:
        served = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert served.stdout is not None
        address = served.stdout.readline().split()[4]
        try:
            _use(address)
        finally:
            served.send_signal(signal.SIGTERM)
            served.communicate(timeout=20)
    text = (tmp_path / "err").read_text()
    told = [json.loads(one) for one in text.splitlines()]
    assert {"service started", "batch committed", "request answered", "service ended"} <= {one["event"] for one in told}
    assert any(one["logger"].startswith("uvicorn") for one in told)
    key = (tmp_path / "log.key").read_text().strip()
    for hidden in (PASSWORD, key, DOSSIER, OFFICER, "Bí Mật"):
        assert hidden not in text


def _use(address: str) -> None:
    """Send good, repeated and unusable events, and ask about the dossier in several ways."""
    data = {"procedure": "1.000001", "activity": "Tiếp nhận", "officer": OFFICER}
    head = {"specversion": "1.0", "id": "1", "source": "/a", "type": "vn.tinhgon.dossier.step.v1", "subject": DOSSIER}
    good = {**head, "time": "2025-01-02T08:00:00+07:00", "data": data}
    bad = {**good, "id": "2", "time": OFFICER}
    worse = {**good, "id": "3", "data": {**data, "due_at": DOSSIER}}
    patient = httpx.HTTPTransport(retries=6)  # the address is printed a moment before it is listened to
    with httpx.Client(base_url=address, timeout=30, transport=patient) as client:
        headers = {"Content-Type": "application/cloudevents-batch+json"}
        body = json.dumps([good, good, bad, worse], ensure_ascii=False).encode()
        assert client.post("/v1/events", content=body, headers=headers).status_code in (202, 400, 422)
        assert client.post("/v1/events", content=json.dumps([good]), headers=headers).status_code == 202
        assert client.post("/v1/events", content=f"[{DOSSIER}", headers=headers).status_code == 400
        for address in (f"/v1/dossiers/{DOSSIER}", f"/{OFFICER}", f"/v1/procedures?unit={OFFICER}&limit={DOSSIER}"):
            assert client.get(address).status_code in (200, 404, 422)
        assert client.get("/v1/rejects").status_code in (200, 404)
