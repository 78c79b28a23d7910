"""The code blocks of the documents: found, run in a folder of their own, and compared with what the page shows.

- A block with a title is a file of that name in the folder: ```` ```toml title="ward.toml" ````.
- In a `console` block what follows `$ ` is run by bash, and the lines below are what it must print. A line `...` stands
  for any lines, `…` for anything within a line, and so does a figure of seconds (`2.4 s`).
- `python` and `bash` blocks without a title are run, and must end well.
- Files of the documents to which a page links lie in the folder from the start.

Comments on the line above a block: `<!-- not run: REASON -->`, `<!-- exit code: 1 -->`. Anywhere in a page:
`<!-- runs with: service -->` or `<!-- runs with: kafka -->`.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RUNNABLE = {"console", "python", "bash", "sh", "shell"}
SECONDS = 300

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>.*)$")
_TITLE = re.compile(r'title="([^"]+)"')
_COMMENT = re.compile(r"^\s*<!-- (?P<key>not run|exit code): (?P<value>.+) -->$")
_NEEDS = re.compile(r"^<!-- runs with: (\w+) -->$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s:]+)\)")
_ANY = re.compile(r"(…|\b[\d.,]+(?= s\b))")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, with what the comment above it says."""

    page: Path
    line: int
    language: str
    title: str
    text: str
    not_run: str
    exit_code: int

    @property
    def where(self) -> str:
        """The page and the line, for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def runnable(self) -> bool:
        """Whether it is something that a reader would type or run."""
        return self.language in RUNNABLE


def pages() -> list[Path]:
    """The README and all pages of docs/."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def needs(page: Path) -> str:
    """What must be running for the blocks of a page: nothing, `service` or `kafka`."""
    found = _NEEDS.search(page.read_text(encoding="utf-8"))
    return found[1] if found else ""


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return list(_blocks(page, page.read_text(encoding="utf-8").splitlines()))


def lay_out(page: Path, folder: Path) -> None:
    """Put the files to which a page links, other than pages, into the folder."""
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        file = (page.parent / link).resolve()
        if file.is_file() and file.suffix != ".md":
            (folder / file.name).write_bytes(file.read_bytes())


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks are run: a folder, an environment, and what there is for the addresses that pages name.

    `settle` is called before each command: it waits until what was sent before is told.
    """

    folder: Path
    environment: Mapping[str, str]
    addresses: Mapping[str, str]
    settle: Callable[[], None]


def run(block: Block, place: Place) -> None:
    """Run a block, or write its file."""
    text = block.text
    for shown, real in place.addresses.items():
        text = text.replace(shown, real)
    if block.title:
        (place.folder / block.title).write_text(text, encoding="utf-8")
    elif block.language == "console":
        for command, expected in _commands(text):
            _check(block, command, expected, _run(["bash", "-c", command], place))
    elif block.runnable:
        program = [sys.executable, "-c"] if block.language == "python" else ["bash", "-ec"]
        _check(block, block.language, None, _run([*program, text], place))


def matches(expected: str, real: str) -> bool:
    """Whether a shown output is a real one; `...`, `…` and figures of seconds are patterns."""
    lines = []
    for line in expected.strip().splitlines():
        parts = _ANY.split(line.rstrip())
        literal = "".join(".*" if number % 2 else re.escape(part) for number, part in enumerate(parts))
        lines.append("(?:.*\n)*?" if line.strip() == "..." else f"{literal}\n")
    printed = "".join(f"{line.rstrip()}\n" for line in real.strip().splitlines())
    return re.fullmatch("".join(lines), printed) is not None


def _blocks(page: Path, lines: list[str]) -> Iterator[Block]:
    opened: tuple[int, re.Match[str]] | None = None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if opened is None and fence:
            opened = number, fence
        elif opened and fence and fence["fence"] == opened[1]["fence"] and not fence["info"]:
            yield _block(page, lines, opened, number)
            opened = None
    if opened:
        raise ValueError(f"{page}: the block that begins in line {opened[0] + 1} does not end")


def _block(page: Path, lines: list[str], opened: tuple[int, re.Match[str]], end: int) -> Block:
    start, fence = opened
    comment = _COMMENT.match(lines[start - 1]) if start else None
    said = {comment["key"]: comment["value"]} if comment else {}
    title = _TITLE.search(fence["info"])
    indent = len(fence["indent"])
    return Block(
        page=page,
        line=start + 1,
        language=fence["info"].split(" ")[0].strip(),
        title=title[1] if title else "",
        text="".join(f"{line[indent:]}\n" for line in lines[start + 1 : end]),
        not_run=said.get("not run", ""),
        exit_code=int(said.get("exit code", "0")),
    )


def _commands(text: str) -> Iterator[tuple[str, str | None]]:
    """The commands of a console block with the output shown below each; None where none is shown."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\"))
        shown = "\n".join(lines[length:]).strip()
        yield "\n".join(lines[:length]), shown or None


def _run(command: list[str], place: Place) -> subprocess.CompletedProcess[str]:
    place.settle()
    return subprocess.run(
        command,
        cwd=place.folder,
        env=dict(place.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _check(block: Block, command: str, expected: str | None, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == block.exit_code, f"{block.where}: {command}\nended with {done.returncode}:\n{done.stdout}"
    if expected is not None:
        assert matches(expected, done.stdout), f"{block.where}: {command}\nprinted:\n{done.stdout}\nshown:\n{expected}"
