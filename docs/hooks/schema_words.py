"""A JSON Schema in words: the types and limits of settings, parameters, members of answers and of events."""

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "null": "null",
}
FORMATS = {"date-time": "instant", "date": "date", "path": "path of a file", "password": "text, never shown"}
LENGTHS = {"minLength": "at least {} long", "maxLength": "at most {} long", "pattern": "like `{}`"}


def words(schema: Schema, name_of: Callable[[str], str] = lambda ref: ref.rpartition("/")[2]) -> str:
    """Say what a value may be; `name_of` makes of a reference what stands for it."""
    if "$ref" in schema:
        return name_of(schema["$ref"])
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return words(schema["allOf"][0], name_of)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(words(one, name_of) for one in schema[several]))
    if "enum" in schema:
        return ", ".join("null" if one is None else f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    return ", ".join(filter(None, [_kind(schema, name_of), _range(schema), *_limits(schema)]))


def without_null(schema: Schema) -> Schema:
    """What a value may be when there is one."""
    choices = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return schema | {"anyOf": choices} if choices else schema


def _kind(schema: Schema, name_of: Callable[[str], str]) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list of: {words(schema['items'], name_of)}" if "items" in schema else "list"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"object of: {words(inner, name_of)}" if isinstance(inner, dict) and inner else "object"
    return FORMATS.get(schema.get("format", ""), TYPES.get(str(kind), "anything"))


def _range(schema: Schema) -> str:
    least, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    most, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    start = f"from {least:,}" if least is not None else f"more than {above:,}" if above is not None else ""
    end = f"to {most:,}" if most is not None else f"less than {below:,}" if below is not None else ""
    return " ".join(filter(None, [start, end]))


def _limits(schema: Schema) -> list[str]:
    return [text.format(schema[key]) for key, text in LENGTHS.items() if key in schema and schema[key] != 1]
