"""The documentation site: it builds without a warning, all links lead somewhere, and nothing comes from elsewhere."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from doc_blocks import DOCS, ROOT, pages
from ingest.contract import documents

SOURCE = re.compile(r"`((?:api|bench|deploy|docs|ingest|mining|simulation|tests)/[\w./-]+)`")


@dataclass
class Parsed(HTMLParser):
    """What a built page links to, what it loads, and its anchors."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value for name, value in attrs if value}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "link" and "href" in said:
            self.loads.append(said["href"])
        if "src" in said:
            self.loads.append(said["src"])
        self.anchors |= {said[name] for name in ("id", "name") if name in said}


@dataclass(frozen=True)
class Site:
    """The built site: its folder, what the build said, and its pages."""

    folder: Path
    said: str
    parsed: dict[Path, Parsed]

    def text(self, page: str) -> str:
        return (self.folder / page).read_text(encoding="utf-8")


def parsed(page: Path) -> Parsed:
    found = Parsed()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    # the page for addresses that do not exist is served at any of them, so its links are those of a server
    found = {page: parsed(page) for page in sorted(folder.rglob("*.html")) if page.name != "404.html"}
    return Site(folder, built.stderr, found)


def test_the_build_warns_of_nothing(site: Site) -> None:
    assert [line for line in site.said.splitlines() if "WARN" in line or "contains" in line] == []


def test_every_document_is_a_page(site: Site) -> None:
    documented = {page.relative_to(DOCS).with_suffix(".html") for page in pages() if page.is_relative_to(DOCS)}
    built = {page.relative_to(site.folder) for page in site.parsed}
    assert documented <= built
    assert {Path("changelog.html"), Path("contributing.html"), Path("reference/answers.html")} <= built


def test_every_link_leads_somewhere(site: Site) -> None:
    dead = []
    for page, found in site.parsed.items():
        for link in found.links + found.loads:
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            path, _, anchor = unquote(link).partition("#")
            target = (page.parent / path).resolve() if path else page
            there = target.is_file() and (not anchor or target not in site.parsed or has(site.parsed[target], anchor))
            dead += [] if there else [f"{page.relative_to(site.folder)}: {link}"]
    assert dead == []


def has(page: Parsed, anchor: str) -> bool:
    return anchor in page.anchors or anchor.startswith("__")  # the theme's own, of its script


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    loaded = {load for found in site.parsed.values() for load in found.loads}
    styles = [style.read_text(encoding="utf-8") for style in site.folder.rglob("*.css")]
    assert len(loaded) > 3
    assert {load for load in loaded if urlsplit(load).scheme not in {"", "data"} or load.startswith("//")} == set()
    assert [
        url for style in styles for url in re.findall(r"(?:url\(|@import\s)[\"']?(?:https?:)?//[^)\"']+", style)
    ] == []


def test_the_search_knows_vietnamese(site: Site) -> None:
    index = json.loads(site.text("search/search_index.js").removeprefix("var __index = ").rstrip().rstrip(";"))
    assert index["config"]["lang"] == ["en", "vi"]
    assert sum("hồ sơ" in one["text"] for one in index["docs"]) > 20


def test_settings_and_events_have_their_types_from_the_code(site: Site) -> None:
    assert "whole number, from 0 to 65,535" in site.text("settings.html")
    assert "whole number, from 1 to 10" in site.text("events.html")


def test_every_command_has_its_help(site: Site) -> None:
    text = site.text("commands.html")
    assert text.count("Usage: tinhgon ") == len(re.findall(r'<h2 id="tinhgon', text)) > 5


def test_every_route_has_its_parameters_and_answers(site: Site) -> None:
    text = site.text("api.html")
    assert text.count("Parameters and answers") == len(re.findall(r'<h3 id="(?:get|post|delete)-', text)) > 30
    assert 'href="reference/answers.html#problem"' in text


def test_metrics_are_shown_as_a_scrape_says_them(site: Site) -> None:
    assert "# HELP tinhgon_ingest_events_total" in site.text("metrics.html")


def test_the_contracts_are_on_the_site(site: Site) -> None:
    assert {f"{name}" for name in documents()} <= {one.name for one in (site.folder / "contract").iterdir()}
    assert '"openapi": "3' in site.text("contract/openapi.json")


def test_bars_in_cells_are_shown_as_bars(site: Site) -> None:
    assert "<code>--rule strict|kronos</code>" in site.text("commands.html")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_exist(page: Path) -> None:
    named = SOURCE.findall(page.read_text(encoding="utf-8"))
    assert [one for one in named if not (ROOT / one).exists()] == []
