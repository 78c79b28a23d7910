"""The reference says all that there is, and nothing that there is not: routes, metrics, settings, problems."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.metrics.families import by_procedure, families
from api.problems import KINDS
from api.service import Service
from api.settings import Settings

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
ROUTE = re.compile(r"^### `(GET|POST|DELETE) (\S+)`", re.MULTILINE)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(Settings(kafka="off", store=tmp_path_factory.mktemp("reference") / "log.duckdb"))
    yield made
    made.close()


def rows(page: str, heading: str) -> list[str]:
    """The first cells, in code marks, of the table under a heading of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split(f"## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return ROW.findall(section)


def all_rows(page: str) -> list[str]:
    return ROW.findall((DOCS / page).read_text(encoding="utf-8"))


def openapi(service: Service) -> dict[str, Any]:
    return create_app(service).openapi()


def test_every_route_is_documented_and_every_documented_route_exists(service):
    exist = [(method.upper(), path) for path, methods in openapi(service)["paths"].items() for method in methods]
    documented = ROUTE.findall((DOCS / "api.md").read_text(encoding="utf-8"))
    assert len(exist) > 10
    assert sorted(documented) == sorted(exist)


def test_every_parameter_of_a_route_is_documented_with_it(service):
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for path, methods in openapi(service)["paths"].items():
        for method, operation in methods.items():
            section = text.split(f"### `{method.upper()} {path}`", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
            if "[slice](#slices)" in section:
                section += text.split("## Slices\n", 1)[1].split("\n## ", 1)[0]
            for parameter in operation.get("parameters", []):
                assert f"`{parameter['name']}`" in section or f"{{{parameter['name']}}}" in path, (path, parameter)


def test_every_metric_is_documented_and_every_documented_metric_exists(service):
    app = create_app(service)
    app.state.metrics.observe("GET", "/healthz", 200, 0.001)
    families = app.state.metrics.families()
    exist = {f"{one.name}_total" if one.type == "counter" else one.name for one in families}
    documented = [name.partition("{")[0].removesuffix("_info") for name in all_rows("metrics.md")]
    assert len(exist) > 20
    assert sorted(documented) == sorted({name.removesuffix("_info") for name in exist})


def test_every_label_of_a_metric_is_documented(service):
    app = create_app(service)
    app.state.metrics.observe("GET", "/healthz", 200, 0.001)
    large = [family for _numbers, make in by_procedure(service) for family in make()]
    exist = {one.name: set(one.labels) for one in (*families(service), *large)}
    for family in app.state.metrics.families():
        if family.name.startswith("tinhgon_http"):
            exist[family.name] = {label for one in family.samples for label in one.labels} - {"le"}
    documented = {
        re.sub(r"_(total|info)$", "", name.partition("{")[0]): set(re.findall(r"\w+", name.partition("{")[2]))
        for name in all_rows("metrics.md")
        if name.startswith("tinhgon_")
    }
    assert {name.removesuffix("_info"): labels for name, labels in exist.items()} == documented


def test_every_setting_is_documented_with_its_default(service):
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    exist = {f"TINHGON_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert sorted(all_rows("settings.md")) == sorted(exist)
    for name, field in exist.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        default = getattr(field.default, "value", field.default)
        shown = row.split("|")[2].strip()
        assert shown == ("" if default is None else f"`{default}`"), name


def test_every_kind_of_problem_is_documented_with_its_status():
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert sorted(rows("api.md", "Problems")) == sorted(kind.name for kind in KINDS)
    for kind in KINDS:
        assert f"| `{kind.name}` | {kind.status} |" in text


@pytest.mark.parametrize("page", ["api.md", "metrics.md", "settings.md"])
def test_links_within_a_page_lead_somewhere(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", one.lower()).strip().replace(" ", "-") for one in re.findall(r"^#+ (.+)$", text, re.M)
    }
    links = re.findall(r"\]\(#([^)]+)\)", text)
    files = re.findall(r"\]\(([\w./-]+\.md)\)", text)
    assert set(links) <= headings
    assert all((DOCS / one).exists() for one in files)
