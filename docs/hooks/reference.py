"""What the reference pages get from the code when the site is built: types, limits, help, answers and metrics.

The pages say what things mean and are checked by tests to name them all; what code says better is added here, so that
nothing is said twice and nothing can be out of date.
"""

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from openapi_words import answers_page, operation_block
from page_parts import folded, with_column, with_sections
from schema_words import without_null, words

from api.app import create_app
from api.cli import commands
from api.service import Service
from api.settings import Settings
from ingest.contract import event_schema

COMMAND = re.compile(r"## `(?P<name>tinhgon [a-z -]+?)(?: [A-Z ]+)?`\n")
ROUTE = re.compile(r"### `(?P<method>[A-Z]+) (?P<path>\S+)`\n")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page of all answers, and the OpenAPI document itself."""
    openapi, _ = _service()
    files.append(File.generated(config, "reference/answers.md", content=answers_page(openapi)))
    document = json.dumps(openapi, ensure_ascii=False, indent=1)
    files.append(File.generated(config, "contract/openapi.json", content=document))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Add to a page of the reference what the code says."""
    add = PAGES.get(page.file.src_uri)
    return add(markdown) if add else markdown


def _settings(text: str) -> str:
    schema = Settings.model_json_schema()
    kinds = {f"TINHGON_{name.upper()}": _said(field, schema) for name, field in schema["properties"].items()}
    return with_column(text, "Values", kinds.get)


def _events(text: str) -> str:
    schema = event_schema()
    fields = schema["$defs"]["EventData"]["properties"]
    return with_column(text, "Values", lambda names: _first_of(names, fields, schema))


def _commands(text: str) -> str:
    return with_sections(text, COMMAND, lambda heading: folded(f"{heading['name']} --help", _help(heading["name"])))


def _api(text: str) -> str:
    openapi, _ = _service()
    return with_sections(text, ROUTE, lambda route: operation_block(openapi, route["method"], route["path"]))


def _metrics(text: str) -> str:
    _, exposition = _service()
    own = "\n".join(line for line in exposition.splitlines() if "tinhgon_" in line)
    return f"{text}\n## A scrape · Một lần đọc\n\n{folded('of a service to which nothing was sent yet', _code(own))}"


PAGES = {
    "settings.md": _settings,
    "events.md": _events,
    "commands.md": _commands,
    "api.md": _api,
    "metrics.md": _metrics,
}


@cache
def _service() -> tuple[dict[str, Any], str]:
    """The OpenAPI document and the metrics of a new service."""
    with TemporaryDirectory() as folder:
        service = Service(Settings(kafka="off", store=Path(folder) / "log.duckdb"))
        try:
            app = create_app(service)
            app.state.metrics.observe("GET", "/healthz", 200, 0.001)
            return app.openapi(), app.state.metrics.exposition()[0].decode()
        finally:
            service.close()


def _said(field: dict[str, Any], schema: dict[str, Any]) -> str:
    return words(without_null(field), lambda ref: words(schema["$defs"][ref.rpartition("/")[2]]))


def _first_of(names: str, fields: dict[str, Any], schema: dict[str, Any]) -> str | None:
    field = fields.get(names.partition("`")[0])
    return _said(field, schema) if field else None


def _help(name: str) -> str:
    command: click.Command = commands
    context = click.Context(command, info_name="tinhgon")
    for part in name.split()[1:]:
        assert isinstance(command, click.Group)
        found = command.get_command(context, part)
        assert found is not None, f"docs/commands.md has a section on {name}, which is no command"
        command = found
        context = click.Context(command, info_name=part, parent=context, terminal_width=100)
    return _code(command.get_help(context))


def _code(text: str) -> str:
    return f"```text\n{text}\n```"
