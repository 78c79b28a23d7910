"""The OpenAPI document: complete, consistent in itself, and with examples that are true."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from api.description import ANSWERS
from ingest.decode import Received, decode


@pytest.fixture(scope="module")
def document(filled) -> dict[str, Any]:
    return filled.client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, methods in document["paths"].items() for method, found in methods.items()]


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def models() -> list[type[BaseModel]]:
    named = {name: one for module in ANSWERS for name, one in vars(module).items()}
    found = [one for one in named.values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return [one for one in found if one is not BaseModel]


def test_the_document_says_what_it_is(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Tinh Gọn"
    assert document["info"]["license"]["identifier"] == "AGPL-3.0-or-later"
    assert "Thủ tục hành chính" in document["info"]["description"]


def test_every_reference_leads_somewhere(document):
    found = references(document)
    assert len(found) > 20
    for one in found:
        node = document
        for name in one.removeprefix("#/").split("/"):
            node = node[name]


def test_every_path_parameter_is_described_and_every_operation_has_an_id_of_its_own(document):
    ids = []
    for path, _method, operation in operations(document):
        ids.append(operation["operationId"])
        named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
        assert operation["description"].startswith(operation["summary"])
        assert re.search(r"\(.+\)$", operation["summary"]), "the summary in Vietnamese is missing"
        assert operation["tags"]
    assert len(ids) == len(set(ids)) > 10


def test_every_answer_has_an_example(document):
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                shown = {"example", "examples"} & (
                    content.keys() | document["components"]["schemas"].get(name, {}).keys()
                )
                assert shown, (path, method, status, media_type)


def test_errors_are_described_as_problems_and_nothing_else(document):
    described = [
        (path, status, list(response["content"]))
        for path, _method, operation in operations(document)
        for status, response in operation["responses"].items()
        if int(status) >= 400
    ]
    assert len(described) > 15
    assert {media_type for *_, types in described for media_type in types} == {"application/problem+json"}
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()


def test_schemas_are_valid_and_their_examples_follow_them(document):
    schemas = document["components"]["schemas"]
    assert len(schemas) > 20
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
        for example in schema["examples"]:
            Draft202012Validator({**schema, "components": {"schemas": schemas}}).validate(example)


@pytest.mark.parametrize("model", models(), ids=lambda one: one.__name__)
def test_the_example_of_a_model_is_what_the_model_says(model):
    (example,) = model.model_config["json_schema_extra"]["examples"]
    assert model.model_validate(example).model_dump(mode="json", by_alias=True) == example


def test_the_example_events_are_taken_in(filled, document):
    content = document["paths"]["/v1/events"]["post"]["requestBody"]["content"]
    body = json.dumps(content["application/cloudevents+json"]["example"]).encode()
    decoded = decode([Received(body, 0, 0)], origin="test", now=datetime.now(UTC))
    assert (decoded.events.num_rows, decoded.rejected) == (1, ())
    assert content["application/cloudevents-batch+json"]["example"][0] == json.loads(body)
    assert content["application/json"]["example"] == json.loads(body)["data"]
