"""Parts of a page in Markdown: what is added to its tables and its sections."""

import re
from collections.abc import Callable, Iterable

ROW = re.compile(r"^\| `(?P<name>[^`]+)`.*\|$")


def with_column(text: str, heading: str, value_of: Callable[[str], str | None]) -> str:
    """Add a column to each table that has a row whose first cell, in code marks, has a value."""
    return re.sub(r"(?:^\|.*\n)+", lambda table: _widened(table.group(), heading, value_of), text, flags=re.MULTILINE)


def with_sections(text: str, heading: re.Pattern[str], addition_of: Callable[[re.Match[str]], str]) -> str:
    """Add to the end of each section whose heading is found what `addition_of` makes of the heading.

    A section ends at the next heading of any level.
    """
    parts = re.split(r"^(?=#{1,6} )", text, flags=re.MULTILINE)
    done = []
    for part in parts:
        found = heading.match(part)
        done.append(f"{part.rstrip()}\n\n{addition_of(found).strip()}\n\n" if found else part)
    return "".join(done)


def folded(title: str, body: str) -> str:
    """A block that is folded until the reader opens it."""
    inner = "\n".join(f"    {line}".rstrip() for line in body.strip().splitlines())
    return f'??? note "{title}"\n\n{inner}\n'


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; cells are kept on one line."""
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _widened(text: str, heading: str, value_of: Callable[[str], str | None]) -> str:
    lines = text.splitlines()
    names = [found["name"] if (found := ROW.match(line)) else "" for line in lines]
    values = [value_of(name) if name else None for name in names]
    if not any(values):
        return text
    cells = [heading, "---", *(_cell(value or "") for value in values[2:])]
    return "".join(f"{line} {cell} |\n" for line, cell in zip(lines, cells, strict=True))
