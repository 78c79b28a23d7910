"""Models over HTTP: discovered in a worker process, in three forms, remembered, and honest when there is none."""

import random
from html import unescape
from xml.etree import ElementTree

import duckdb
import pytest

from api.findings import Findings
from mining.models.discovery import DiscoveryError
from mining.models.drawing import DrawingError

FORMS = ("bpmn", "pnml", "svg")


@pytest.mark.parametrize(("form", "kind", "root"), [
    ("bpmn", "application/xml", "definitions"),
    ("pnml", "application/xml", "pnml"),
    ("svg", "image/svg+xml", "svg"),
])  # fmt: skip
def test_a_model_in_each_form_shows_every_activity(filled, form, kind, root):
    found = filled.client.get(f"/v1/procedures/{filled.code}/model.{form}", params={"noise": 0})
    assert (found.status_code, found.headers["content-type"]) == (200, kind)
    assert ElementTree.fromstring(found.content).tag.rpartition("}")[2] == root
    for activity in {one for path in filled.paths for one in path}:
        assert all(word in unescape(found.text) for word in activity.split())


def test_the_words_of_a_picture_are_in_the_language_asked_for(filled):
    address = f"/v1/procedures/{filled.code}/map?format=svg"
    pictures = [filled.client.get(address, headers={"Accept-Language": one}) for one in ("en", "vi")]
    assert "9 dossiers" in pictures[0].text
    assert "9 hồ sơ" in pictures[1].text
    assert pictures[0].headers["etag"] != pictures[1].headers["etag"]
    assert "Accept-Language" in pictures[0].headers["vary"]


def test_forms_share_a_model_that_is_discovered_once_while_its_variants_are_the_same(empty, monkeypatch):
    calls, discover = [], empty.service.discovery.model

    def counted(variants, *, noise):
        calls.append(noise)
        return discover(variants, noise=noise)

    monkeypatch.setattr(empty.service.discovery, "model", counted)
    empty.take([empty.event("H1", 0, "A"), empty.event("H1", 1, "B")])
    for form in FORMS:
        assert empty.client.get(f"/v1/procedures/{empty.code}/model.{form}").status_code == 200
    assert len(calls) == 1
    empty.take([empty.event("H1", 2, "C", lifecycle="start")])  # no step is completed: the same variants
    again = empty.client.get(f"/v1/procedures/{empty.code}/model.bpmn", headers={"Cache-Control": "no-cache"})
    assert (again.status_code, len(calls)) == (200, 1)
    assert empty.client.get(f"/v1/procedures/{empty.code}/model.bpmn?noise=0.5").status_code == 200
    assert calls == [0.2, 0.5]


def test_without_a_completed_step_there_is_no_model(empty):
    empty.take([empty.event("H1", 0, "A", lifecycle="start")])
    for form in FORMS:
        found = empty.client.get(f"/v1/procedures/{empty.code}/model.{form}")
        assert (found.status_code, found.json()["type"]) == (404, "/problems/no-model")
    assert empty.client.get(f"/v1/procedures/{empty.code}/map").json()["edges"] == []


def test_a_model_that_takes_too_long_is_given_up_and_the_service_goes_on(serving):
    names = [f"A{number}" for number in range(40)]
    tangled = [random.Random(dossier).sample(names, 20) for dossier in range(200)]
    with serving(model_timeout_seconds=0.05) as served:
        served.take([served.event(f"H{d}", n, one) for d, path in enumerate(tangled) for n, one in enumerate(path)])
        found = served.client.get(f"/v1/procedures/{served.code}/model.bpmn")
        assert (found.status_code, found.json()["type"]) == (503, "/problems/finding-unavailable")
        assert "noise" in found.json()["detail"]
        assert found.headers["retry-after"]
        assert served.client.get(f"/v1/procedures/{served.code}/map").status_code == 200


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (DrawingError("too large; choose a smaller slice"), "finding-unavailable"),
        (DiscoveryError("its process died"), "finding-unavailable"),
        (duckdb.FatalException("the database was invalidated\nmore"), "store-unavailable"),
        (duckdb.ConnectionException("closed"), "store-unavailable"),
    ],
)
def test_what_cannot_be_made_is_a_problem_with_its_reason(filled, monkeypatch, error, kind):
    def fails(self, question):
        raise error

    monkeypatch.setattr(Findings, "find", fails)
    found = filled.client.get(f"/v1/procedures/{filled.code}/variants?limit=999")
    assert (found.status_code, found.json()["type"]) == (503, f"/problems/{kind}")
    assert str(error).partition("\n")[0] in found.json()["detail"]
