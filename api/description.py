"""The OpenAPI document: what FastAPI derives from the routes, with errors as they really are."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from api import answers, catalogue_answers, status_answers, time_answers
from api.compliance import change_answers, integrity_answers, rule_answers, system_answers
from api.conformance import answers as conformance_answers
from api.improvement import answers as improvement_answers
from api.problems import MEDIA_TYPE
from api.reports import answers as report_answers
from api.reports import cost_answers
from api.waiting import answers as waiting_answers
from api.what_if import answers as what_if_answers

ANSWERS = (
    answers,
    catalogue_answers,
    change_answers,
    conformance_answers,
    cost_answers,
    improvement_answers,
    integrity_answers,
    report_answers,
    rule_answers,
    status_answers,
    system_answers,
    time_answers,
    waiting_answers,
    what_if_answers,
)
"""The modules whose documents the routes answer with; each document has its example there."""

_NEVER_SENT = ("HTTPValidationError", "ValidationError")


def described(app: FastAPI, source_url: str) -> Callable[[], dict[str, Any]]:
    """Return what FastAPI calls for the OpenAPI document; it is made once, at the first request for it.

    It names where the source code is, which may be an address of the service itself.
    """
    derive = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            source = {"description": "Source code (AGPL-3.0, section 13)", "url": source_url}
            app.openapi_schema = {**_corrected(derive()), "externalDocs": source}
        return app.openapi_schema

    return document


def _corrected(document: dict[str, Any]) -> dict[str, Any]:
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["summary"] = operation["description"].partition("\n")[0]
            operation["responses"] = {
                status: _as_problem(response) if int(status) >= 400 else response
                for status, response in operation["responses"].items()
                if not any(name in str(response) for name in _NEVER_SENT)
            }
    schemas = document["components"]["schemas"]
    for name in _NEVER_SENT:
        schemas.pop(name, None)
    documents = {name: one for module in ANSWERS for name, one in vars(module).items() if hasattr(one, "model_config")}
    for name in schemas.keys() & documents.keys():  # FastAPI drops what is null, also from examples
        schemas[name]["examples"] = documents[name].model_config["json_schema_extra"]["examples"]
    return document


def _as_problem(response: dict[str, Any]) -> dict[str, Any]:
    """FastAPI describes a model as application/json; a problem has a media type of its own."""
    schema = response["content"]["application/json"]["schema"]
    return {**response, "content": {MEDIA_TYPE: {"schema": schema, **response["content"][MEDIA_TYPE]}}}
