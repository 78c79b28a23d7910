"""Every error is a problem as of RFC 9457, in the language that was asked for, and explained at its type."""

import json
import logging

import pytest

from api.problems import INTERNAL_ERROR, KINDS
from ingest.store import Store

PLAIN = {"Content-Type": "text/plain"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
BY_REQUEST = {
    "malformed-batch": ("POST", "/v1/events", {"content": b"{}", "headers": BATCH}),
    "unknown-address": ("GET", "/v2", {}),
    "unknown-procedure": ("GET", "/v1/procedures/none/map", {}),
    "unknown-dossier": ("GET", "/v1/dossiers/none", {}),
    "unknown-unit": ("GET", "/v1/units/none", {}),
    "unknown-opportunity": ("GET", "/v1/opportunities/none", {}),
    "unknown-trial": ("GET", "/v1/what-if/none", {}),
    "not-compared": ("GET", "/v1/dossiers/H0/conformance", {}),
    "no-approved-process": ("GET", "/v1/procedures/{code}/models/approved.svg", {}),
    "no-model": ("GET", "/v1/procedures/{code}/model.bpmn?channel=none", {}),
    "method-not-allowed": ("DELETE", "/v1/events", {}),
    "body-too-large": ("POST", "/v1/events", {"content": b" " * (16 * 1024 * 1024 + 1), "headers": BATCH}),
    "unsupported-content-type": ("POST", "/v1/events", {"content": b"{}", "headers": PLAIN}),
    "invalid-request": ("GET", "/v1/procedures?limit=0", {}),
    "unknown-host": ("GET", "/v1/procedures", {"headers": {"Host": "evil.example"}}),
    "catalogue-rejected": ("POST", "/v1/catalogue", {"content": b"[{}]", "headers": BATCH}),
    "events-rejected": ("POST", "/v1/events", {"content": b"[{}]", "headers": BATCH}),
}
TESTED_ELSEWHERE = {
    "broker-unavailable",
    "finding-unavailable",
    "internal-error",
    "not-ready",
    "store-unavailable",
    "too-many-trials",
}


def test_every_kind_is_tested():
    assert {kind.name for kind in KINDS} == {*BY_REQUEST, *TESTED_ELSEWHERE}


@pytest.mark.parametrize("name", BY_REQUEST)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_problem_has_its_type_status_and_words(filled, name, language):
    method, address, options = BY_REQUEST[name]
    headers = {**options.get("headers", {}), "Accept-Language": language}
    found = filled.client.request(method, address.format(code=filled.code), **{**options, "headers": headers})
    kind = next(one for one in KINDS if one.name == name)
    problem = found.json()
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["content-language"] == language
    assert (found.status_code, problem["status"], problem["type"]) == (kind.status, kind.status, kind.type)
    assert problem["title"] == (kind.title_vi if language == "vi" else kind.title)
    assert problem["detail"]
    assert "{" not in problem["detail"].replace("{code", "")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_type_of_a_problem_is_an_address_that_explains_it(filled, kind):
    found = filled.client.get(kind.type)
    assert found.status_code == 200
    assert found.json()["title"] == {"vi": kind.title_vi, "en": kind.title}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("vi", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en, vi;q=0.5", "en"),
        ("fr", "en"),
        ("vi;q=x", "en"),
    ],
)
def test_the_language_is_the_one_preferred(filled, accepted, language):
    found = filled.client.get("/v2", headers={"Accept-Language": accepted})
    assert (found.headers["content-language"], found.headers["vary"]) == (language, "Accept-Language")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/v1/procedures?limit=0", "limit"),
        ("/v1/procedures?limit=1001", "limit"),
        ("/v1/procedures?limit=x", "limit"),
        ("/v1/procedures/{code}/map?from=2025-01-02T08:00:00", "from"),
        ("/v1/procedures/{code}/map?from=yesterday", "from"),
        ("/v1/procedures/{code}/map?to=0001-01-01", "to"),
        ("/v1/procedures/{code}/map?to=2025-02-30", "to"),
        ("/v1/procedures/{code}/map?format=png", "format"),
        ("/v1/procedures/{code}/model.svg?noise=1.1", "noise"),
        ("/v1/procedures/{code}/model.svg?noise=nan", "noise"),
    ],
)
def test_a_wrong_parameter_is_named(filled, address, name):
    found = filled.client.get(address.format(code=filled.code))
    assert found.status_code == 422
    assert [(one["in"], one["name"]) for one in found.json()["errors"]] == [("query", name)]


@pytest.mark.parametrize(
    "address",
    [
        "/v1/procedures?cursor=xx",
        "/v1/procedures?cursor=é",
        "/v1/procedures?cursor=Mw",
        "/v1/procedures/{code}/variants?cursor=ImEi",
        "/v1/procedures/{code}/variants?cursor=LTE",
        "/v1/rejects?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
        "/v1/procedures/{code}/map?from=2025-02-01&to=2025-01-01",
    ],
)
def test_a_parameter_that_makes_no_sense_is_a_problem(filled, address):
    found = filled.client.get(address.format(code=filled.code))
    assert (found.status_code, found.json()["type"]) == (422, "/problems/invalid-request")


def test_a_wrong_method_says_which_are_right(filled):
    found = filled.client.delete("/v1/events")
    assert (found.status_code, found.headers["allow"]) == (405, "POST")


def test_a_fault_of_the_service_tells_nothing_but_an_instance_that_the_log_explains(empty, monkeypatch, caplog):
    def fails(self):
        raise ZeroDivisionError("secret inner words")

    monkeypatch.setattr(Store, "cursor", fails)
    with caplog.at_level(logging.ERROR, logger="api.edge"):
        found = empty.client.get("/v1/rejects")
    problem = found.json()
    assert (found.status_code, problem["type"]) == (500, INTERNAL_ERROR.type)
    assert "secret" not in json.dumps(problem)
    record = next(one for one in caplog.records if one.name == "api.edge")
    assert vars(record)["instance"] == problem["instance"]
    assert record.exc_info
    assert empty.client.get("/healthz").status_code == 200
