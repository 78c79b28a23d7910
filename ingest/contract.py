"""The contract as documents for others: JSON Schema and AsyncAPI 3, made from the very types that decode.

`python -m ingest.contract docs/contract` writes them anew.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from ingest.catalogue import KINDS, CatalogueEvent
from ingest.decode import STRUCTURED
from ingest.event import DossierEvent
from ingest.follow import Route
from ingest.reject import Reason

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def event_schema() -> dict[str, Any]:
    """Return the JSON Schema of an event in structured mode."""
    (schema,), definitions = msgspec.json.schema_components([DossierEvent], ref_template="#/$defs/{name}")
    return {"$schema": _DRAFT, "title": "Dossier event", **schema, "$defs": definitions}


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of a catalogue message: the envelope, and the data that its type calls for."""
    _schemas, definitions = msgspec.json.schema_components(
        [CatalogueEvent, *KINDS.values()], ref_template="#/$defs/{name}"
    )
    by_type = [
        {
            "if": {"properties": {"type": {"const": f"vn.tinhgon.catalogue.{kind}.v1"}}},
            "then": {"properties": {"data": {"$ref": f"#/$defs/{entry.__name__}"}}},
        }
        for kind, entry in KINDS.items()
    ]
    return {
        "$schema": _DRAFT,
        "title": "Catalogue message",
        "$ref": "#/$defs/CatalogueEvent",
        "allOf": by_type,
        "$defs": definitions,
    }


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3 document: which topics there are, and what is said on them."""
    route = Route()
    event = {
        "name": "DossierEvent",
        "title": "Something happened to a dossier",
        "contentType": STRUCTURED,
        "payload": {"$ref": "dossier-event.schema.json"},
        "bindings": {"kafka": {"key": {"type": "string", "description": "The dossier, equal to subject."}}},
    }
    catalogue = {
        "name": "CatalogueMessage",
        "title": "A procedure, an approved process, a unit, a calendar or a target",
        "contentType": STRUCTURED,
        "payload": {"$ref": "catalogue.schema.json"},
        "bindings": {"kafka": {"key": {"type": "string", "description": "kind:code"}}},
    }
    header = {"type": "string"}
    rejected = {
        "name": "RejectedEvent",
        "title": "The bytes of an event that could not be used; the headers say why and where it stood",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "properties": {
                "tinhgon.reject.reason": {"type": "string", "enum": [reason.value for reason in Reason]},
                **{f"tinhgon.reject.{name}": header for name in ("detail", "topic", "partition", "offset")},
            },
        },
    }
    channels = {
        "dossierEvents": (route.events, event, "receive"),
        "procedureCatalogue": (route.catalogue, catalogue, "receive"),
        "rejectedEvents": (route.rejected, rejected, "send"),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tinh Gọn",
            "version": "1.0.0",
            "description": "Procedure-handling events in, rejected events out, over Apache Kafka.",
            "license": {"name": "AGPL-3.0-or-later"},
        },
        "defaultContentType": STRUCTURED,
        "channels": {
            name: {
                "address": topic,
                "messages": {message["name"]: {"$ref": f"#/components/messages/{message['name']}"}},
            }
            for name, (topic, message, _action) in channels.items()
        },
        "operations": {
            f"{action}{name[0].upper()}{name[1:]}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{message['name']}"}],
            }
            for name, (_topic, message, action) in channels.items()
        },
        "components": {"messages": {message["name"]: message for _topic, message, _action in channels.values()}},
    }


def documents() -> dict[str, str]:
    """Return every document of the contract by its file name."""
    made = {
        "dossier-event.schema.json": event_schema(),
        "catalogue.schema.json": catalogue_schema(),
        "asyncapi.json": asyncapi(),
    }
    return {name: json.dumps(document, ensure_ascii=False, indent=2) + "\n" for name, document in made.items()}


def main(folder: str) -> None:
    """Write every document into `folder`."""
    for name, text in documents().items():
        Path(folder, name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
