"""How the service is, over HTTP: status, liveness, readiness, headers, the page at /docs."""

import io
import json
import tarfile

import pytest

from api import status_answers
from ingest.store import StoreError


def test_the_status_counts_what_came(empty):
    event = empty.event("H1", 0)
    empty.take([event, event, {"bad": 1}])
    found = empty.client.get("/v1/status")
    status = found.json()
    status_answers.Status.model_validate(status)
    assert found.headers["cache-control"] == "no-store"
    counted = {name: status[name] for name in ("events", "mined_events", "rejected", "duplicates", "ready")}
    assert counted == {"events": 1, "mined_events": 1, "rejected": 1, "duplicates": 1, "ready": True}
    assert (status["ingest"]["state"], status["ingest"]["lag"]) == ("running", 0)
    assert set(status["alarms"].values()) == {0}


def test_a_service_that_runs_is_alive_and_ready(empty):
    assert empty.client.get("/healthz").json() == {"status": "ok"}
    assert empty.client.get("/readyz").json() == {"status": "ok"}


def test_a_service_with_a_broken_store_is_alive_and_not_ready(empty):
    empty.service.store.broken = "no space left"
    found = empty.client.get("/readyz")
    assert (found.status_code, found.json()["type"]) == (503, "/problems/not-ready")
    assert "store: no space left" in found.json()["reasons"]
    assert found.headers["retry-after"]
    assert empty.client.get("/healthz").status_code == 200
    with pytest.raises(StoreError):
        empty.service.miner.refresh()


def test_a_service_without_its_broker_says_so(serving):
    with serving(kafka="on", kafka_bootstrap="127.0.0.1:1", kafka_timeout_seconds=0.2) as served:
        reasons = served.client.get("/readyz").json()["reasons"]
        assert any(one.startswith(("ingest waiting", "ingest starting")) for one in reasons)
        assert served.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/v1/procedures", "/nothing", "/metrics", "/docs"])
def test_every_answer_tells_browsers_to_do_nothing_with_it(filled, address):
    headers = filled.client.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-cache" if address == "/v1/procedures" else "no-store")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    if address != "/docs":
        assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("address", ["/healthz", "/v1/procedures", "/metrics"])
def test_a_head_request_gets_the_headers_of_a_get(filled, address):
    got, headed = filled.client.get(address), filled.client.head(address)
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["content-type"] == got.headers["content-type"]


def test_the_page_of_the_api_fetches_nothing_from_elsewhere(filled):
    page = filled.client.get("/docs")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "http" not in page.text
    for address, kind in (
        ("swagger-ui-bundle.js", "javascript"),
        ("swagger-ui.css", "css"),
        ("start.js", "javascript"),
    ):
        assert f"/docs/{address}" in page.text
        found = filled.client.get(f"/docs/{address}")
        assert (found.status_code, kind in found.headers["content-type"]) == (200, True)


OWN = (
    "127.0.0.1:8000",
    "[::1]:8000",
    "10.1.2.3",
    "localhost",
    "LocalHost.:80",
    "tinhgon.localhost:8000",
    "tinhgon.gov.vn",
    "a.b.tphcm.gov.vn:443",
)
STRANGE = (
    "evil.example",
    "evil.example:8000",
    "tphcm.gov.vn",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "[evil",
)


def test_only_requests_to_names_of_the_service_are_answered(serving):
    with serving(allowed_hosts=" tinhgon.gov.vn, *.TPHCM.gov.vn") as served:
        for host in OWN:
            assert served.client.get("/v1/procedures", headers={"Host": host}).status_code == 200, host
        for host in STRANGE:
            for path in ("/healthz", "/v1/procedures", "/metrics", "/docs", "/nothing"):
                found = served.client.get(path, headers={"Host": host})
                assert (found.status_code, found.json()["type"]) == (421, "/problems/unknown-host"), (host, path)
            assert "TINHGON_ALLOWED_HOSTS" in found.json()["detail"]
            assert found.headers["content-type"] == "application/problem+json"
            assert found.headers["x-content-type-options"] == "nosniff"
        body = b"[" + json.dumps(served.event("H1", 0)).encode() + b"]"
        headers = {"Host": "evil.example", "Content-Type": "application/cloudevents-batch+json"}
        assert served.client.post("/v1/events", content=body, headers=headers).status_code == 421
        assert served.client.get("/v1/status").json()["events"] == 0


def test_all_names_are_answered_where_that_is_wanted(serving):
    with serving(allowed_hosts="*") as served:
        assert served.client.get("/healthz", headers={"Host": "any.example"}).status_code == 200
    with serving(host="tinhgon.lan") as served:
        assert served.client.get("/healthz", headers={"Host": "tinhgon.lan:8000"}).status_code == 200


def test_the_source_of_what_runs_is_offered(filled):
    about = filled.client.get("/v1/about").json()
    assert (about["license"], about["source"]) == ("AGPL-3.0-or-later", "/v1/source")
    assert filled.client.get("/openapi.json").json()["externalDocs"]["url"] == "/v1/source"
    found = filled.client.get(about["source"])
    assert found.headers["content-type"] == "application/gzip"
    with tarfile.open(fileobj=io.BytesIO(found.content)) as archive:
        names = archive.getnames()
        own = archive.extractfile("tinhgon/api/source.py")
        assert own is not None
        assert b"AGPL" in own.read()
    assert {"tinhgon/LICENSE", "tinhgon/ingest/sql/insert_events.sql", "tinhgon/pyproject.toml"} <= set(names)
    assert not [name for name in names if name.endswith((".duckdb", ".key", ".pyc")) or "/var/" in name]


def test_another_address_of_the_source_is_named(serving):
    with serving(source_url="https://git.example.vn/tinhgon") as served:
        assert served.client.get("/v1/about").json()["source"] == "https://git.example.vn/tinhgon"
        assert served.client.get("/openapi.json").json()["externalDocs"]["url"] == "https://git.example.vn/tinhgon"
