"""Files in which persons say which activity is which approved step: a table with a line per activity."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from mining.conformance import ConformanceError
from mining.conformance.matching import SIGNS, MappingEntry, StepMapping, Suggestion
from mining.conformance.rules import word

COLUMNS = ("activity", "step", "procedure")
_MEANS = {
    "activity": "activity",
    "hoạt động": "activity",
    "công việc": "activity",
    "step": "step",
    "bước": "step",
    "procedure": "procedure",
    "thủ tục": "procedure",
    "mã thủ tục": "procedure",
}
_MOST_FAULTS = 20


class MappingFileError(ConformanceError):
    """A file of a mapping cannot be used; the message names every line with a fault."""


def read_step_mapping(path: Path) -> StepMapping:
    """Read a table with the columns activity, step and, if wanted, procedure (hoạt động, bước, thủ tục).

    UTF-8, separated by commas, semicolons or tabs. A line whose step is blank is passed over: it is not decided yet.
    A line without a procedure holds for all. Lines that begin with # are remarks. Raises MappingFileError.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MappingFileError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MappingFileError(f"{path} is not UTF-8 text; save it as 'CSV UTF-8'") from error
    faults: list[str] = []
    entries = tuple(_entries(text, faults))
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise MappingFileError(f"{path.name} cannot be used:\n  " + "\n  ".join([*faults[:_MOST_FAULTS], *more]))
    return StepMapping(entries)


def mapping_draft(found: Iterable[Suggestion], *, unmatched: Iterable[str] = (), procedure: str = "") -> str:
    """Write a table for a person to complete: the step is left blank, the suggestions stand above as remarks.

    `unmatched` are activities to be decided although no step is like them; `procedure` is that of every line.
    """
    lines: dict[str, list[Suggestion]] = {activity: [] for activity in unmatched}
    for one in found:
        lines.setdefault(one.activity, []).append(one)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for activity, likely in lines.items():
        for one in likely:
            text.write(f"# {one.step} {' '.join(one.task.split())} ({one.score:.0f} %)?\n")
        writer.writerow([activity, "", procedure])
    return text.getvalue()


def _entries(text: str, faults: list[str]) -> Iterator[MappingEntry]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [(number, line) for number, line in lines if not line.lstrip().startswith("#")]
    if not lines:
        faults.append("the file is empty; its first line names the columns: activity,step,procedure")
        return
    header = lines[0][1]
    separator = max(",;\t", key=header.count)
    columns = [_MEANS.get(word(name)) for name in next(csv.reader([header], delimiter=separator))]
    for name in ("activity", "step"):
        if columns.count(name) != 1:
            faults.append(f"line {lines[0][0]}: there must be one column '{name}'; the line is: {header}")
    if faults:
        return
    said: dict[tuple[str, str], int] = {}
    for number, line in lines[1:]:
        cells = next(csv.reader([line], delimiter=separator))
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        yield from _entry(row, number, said, faults)


def _entry(
    row: dict[str, str], number: int, said: dict[tuple[str, str], int], faults: list[str]
) -> Iterator[MappingEntry]:
    activity, step, procedure = (row.get(name, "") for name in COLUMNS)
    if not activity:
        faults.append(f"line {number}: the activity is blank")
    elif step.startswith("(") and word(step) not in SIGNS:
        faults.append(f"line {number}: {step} is none of {', '.join(SIGNS)}")
    elif (before := said.setdefault((word(activity), word(procedure)), number)) != number:
        faults.append(f"line {number}: '{activity}' stands in line {before} already")
    elif step:
        yield MappingEntry(activity, step, procedure or None)
