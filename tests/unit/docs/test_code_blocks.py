"""Every code block of the documents is run by a test or says why not, and the runner itself notices what is wrong."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from doc_blocks import DOCS, RUNNABLE, Block, Place, blocks, matches, needs, pages, run

PAGES = pages()
COMMAND_IN_PROSE = re.compile(r"^ {4}(?:\$ |tinhgon |curl |make |python |[A-Z_]+=\S+ (?:tinhgon|make))", re.MULTILINE)


def name(page: Path) -> str:
    return page.relative_to(DOCS.parent).as_posix()


def block(text: str, *, language: str = "console", exit_code: int = 0) -> Block:
    return Block(DOCS / "x.md", 1, language, "", text, "", exit_code)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_names_its_language(page: Path) -> None:
    assert [one.where for one in blocks(page) if not one.language] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_data_in_blocks_can_be_read(page: Path) -> None:
    read = {"json": json.loads, "toml": tomllib.loads}
    found = [read[one.language](one.text) for one in blocks(page) if one.language in read]
    assert all(found)


@pytest.mark.parametrize("page", [one for one in PAGES if one.is_relative_to(DOCS)], ids=name)
def test_commands_stand_in_blocks_that_are_run(page: Path) -> None:
    assert COMMAND_IN_PROSE.findall(page.read_text(encoding="utf-8")) == []


def test_needs_are_those_that_the_tests_can_meet() -> None:
    assert {needs(page) for page in PAGES} <= {"", "service", "kafka"}
    assert sum(one.runnable for page in PAGES for one in blocks(page)) > 10


@pytest.mark.parametrize(
    ("expected", "real"),
    [
        ("one\ntwo", "one  \ntwo\n"),
        ("one\n...\nfour", "one\ntwo\nthree\nfour"),
        ("one\n...", "one"),
        ("read in 2.4 s", "read in 13.05 s"),
        ("version … is used", "version 1.2 (x) is used"),
    ],
)
def test_shown_output_stands_for_the_real_one(expected: str, real: str) -> None:
    assert matches(expected, real)


@pytest.mark.parametrize(
    ("expected", "real"), [("one", "one\ntwo"), ("12 dossiers", "13 dossiers"), ("one\n...\nfour", "one\ntwo")]
)
def test_shown_output_that_is_not_the_real_one_is_noticed(expected: str, real: str) -> None:
    assert not matches(expected, real)


@pytest.mark.parametrize(
    "wrong",
    [
        block("$ echo one\ntwo\n"),
        block("$ false\n"),
        block("$ true\n", exit_code=1),
        block("raise SystemExit(3)\n", language="python"),
        block("false\ntrue\n", language="bash"),
    ],
    ids=lambda one: one.text.strip(),
)
def test_a_block_that_does_not_do_what_it_shows_fails(wrong: Block, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"docs/x\.md:1"):
        run(wrong, Place(tmp_path, os.environ, {}, lambda: None))


def test_a_runnable_block_is_known_by_its_language() -> None:
    assert all(block("", language=one).runnable for one in RUNNABLE)
    assert not block("", language="text").runnable
