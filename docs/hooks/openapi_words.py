"""The OpenAPI document in Markdown: parameters and answers of a route, and the members of every answer."""

import json
from typing import Any

from page_parts import folded, table
from schema_words import Schema, without_null, words

ANSWERS = "reference/answers.md"


def operation_block(openapi: Schema, method: str, path: str) -> str:
    """The folded block of a route: its parameters with types and limits, and what it answers."""
    operation = openapi["paths"][path][method.lower()]
    parts = []
    if operation.get("parameters"):
        headings = ("Parameter", "In", "Values", "Default", "Meaning")
        parts.append(table(headings, [_parameter(one) for one in operation["parameters"]]))
    parts.append(table(("Status", "Type", "Answer"), _answers(operation["responses"])))
    parts += _example(openapi, operation["responses"])
    return folded("Parameters and answers", "\n".join(parts))


def answers_page(openapi: Schema) -> str:
    """The page of all answers: their members with types."""
    parts = [
        "# Answers\n",
        "Every object that the [HTTP API](../api.md) answers with or takes, made from the program. Machines read "
        "[openapi.json](../contract/openapi.json).\n",
    ]
    for name, schema in sorted(openapi["components"]["schemas"].items()):
        parts.append(f"## {name}\n\n{schema.get('description', '')}\n")
        if "properties" in schema:
            rows = [
                (f"`{key}`", words(one, _here), one.get("description", "")) for key, one in schema["properties"].items()
            ]
            parts.append(table(("Member", "Type", "Meaning"), rows))
        else:
            parts.append(f"{words(schema, _here)}\n")
    return "\n".join(parts)


def _parameter(one: Schema) -> tuple[str, ...]:
    schema = without_null(one["schema"])
    default = schema.get("default")
    shown = "required" if one.get("required") else "" if default is None else f"`{default}`"
    return f"`{one['name']}`", one["in"], words(schema, _linked), shown, one.get("description", "")


def _answers(responses: Schema) -> list[tuple[str, str, str]]:
    rows = []
    for status, response in responses.items():
        for kind, content in response.get("content", {"": {}}).items():
            schema = content.get("schema", {})
            shape = words(schema, _linked) if schema else ""
            rows.append((status, f"`{kind.partition(';')[0]}`" if kind else "", shape or response["description"]))
    return rows


def _example(openapi: Schema, responses: Schema) -> list[str]:
    """The first example of the first good answer, if it has one."""
    for status, response in responses.items():
        content: Any = response.get("content", {}).get("application/json", {})
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        examples = openapi["components"]["schemas"].get(name, {}).get("examples", [])
        if status.startswith("2") and examples:
            return ["```json", json.dumps(examples[0], ensure_ascii=False, indent=2), "```"]
    return []


def _linked(ref: str) -> str:
    name = ref.rpartition("/")[2]
    return f"[{name}]({ANSWERS}#{name.lower()})"


def _here(ref: str) -> str:
    name = ref.rpartition("/")[2]
    return f"[{name}](#{name.lower()})"
