"""How the service is, over HTTP: status, liveness, readiness, headers, the page at /docs."""

import pytest

from api import answers
from ingest.store import StoreError


def test_the_status_counts_what_came(empty):
    event = empty.event("H1", 0)
    empty.take([event, event, {"bad": 1}])
    found = empty.client.get("/v1/status")
    status = found.json()
    answers.Status.model_validate(status)
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
