"""Step tables of approved processes: a row per step, what is said of the process repeated or left blank below."""

from collections.abc import Iterable, Iterator

from ingest.catalogue import CatalogueError, Entry, Process, Step
from ingest.catalogue_cells import read_date, read_hours, read_limit, restored_code
from ingest.catalogue_check import channel_code, checked, procedure_code
from ingest.catalogue_rows import RowReader

_KEY = ("procedure", "case_variant", "channel", "version")
_DATES = ("effective_from", "effective_to")
_HEAD = ("decision", *_DATES, "limit", "limit_unit")


def read_processes(rows: Iterable[RowReader], time_unit: str | None) -> Iterator[tuple[tuple[RowReader, ...], Entry]]:
    """Yield the processes that can be used, each with the rows of its steps.

    Rows with the same procedure, case variant, channel and version belong together; one that leaves all of these
    blank, as merged cells do, goes on with the process above it. `time_unit` is that of bare numbers, if any.
    """
    found: dict[tuple[str, ...], _StepTable] = {}
    current: _StepTable | None = None
    for row in rows:
        if current is None or any(map(row.raw, _KEY)):
            current = found.setdefault(_key(row), _StepTable(row))
        current.add(row, time_unit)
    for table in found.values():
        process = table.process()
        if process:
            yield tuple(table.rows), process


def _key(row: RowReader) -> tuple[str, ...]:
    procedure = procedure_code(restored_code(row.text("procedure")))
    return procedure, row.text("case_variant"), channel_code(row.text("channel")), row.text("version")


class _StepTable:
    """The rows of one process; the first says what the others may only repeat."""

    def __init__(self, first: RowReader) -> None:
        self.rows: list[RowReader] = []
        self._first = first
        self._steps: dict[str, tuple[Step, RowReader]] = {}

    def add(self, row: RowReader, time_unit: str | None) -> None:
        """Add the step of a row."""
        if row is not self._first:
            self._compare(row)
        self.rows.append(row)
        number = row.text("step")
        step = Step(
            number=number,
            task=row.text("task"),
            hours=row.read("hours", lambda text: read_hours(text, time_unit)) or 0.0,
            unit=row.text("unit") or None,
            role=row.text("role") or None,
            result=row.text("result") or None,
        )
        first = self._steps.setdefault(number, (step, row))[1]
        if number and first is not row:
            row.fault("step", f"the step number {number} stands in row {first.number} of the same process already")

    def process(self) -> Entry | None:
        """Return the process, or None when one of its rows has a fault."""
        row = self._first
        procedure, case_variant, channel, version = _key(row)
        start, end = row.read("effective_from", read_date), row.read("effective_to", read_date)
        if start and end and end < start:
            row.fault("effective_to", f"the version ends ({end:%d/%m/%Y}) before it starts ({start:%d/%m/%Y})")
        limit = row.read("limit", lambda text: read_limit(text, row.raw("limit_unit")))
        decision = row.text("decision")
        if limit is None or start is None or any(one.broken for one in self.rows):
            return None
        process = Process(
            procedure=procedure,
            case_variant=case_variant or None,
            channel=channel or None,
            version=version,
            decision=decision,
            effective_from=start,
            effective_to=end,
            limit=limit,
            steps=tuple(step for step, _row in self._steps.values()),
        )
        try:
            return checked(process)
        except CatalogueError as error:
            row.fault_of_row(str(error))
            return None

    def _compare(self, row: RowReader) -> None:
        for field in _HEAD:
            here, there = row.raw(field), self._first.raw(field)
            if not here or here == there:
                continue
            if field in _DATES and there and row.read(field, read_date) == self._first.read(field, read_date):
                continue
            row.fault(
                field,
                f"it says '{here}', row {self._first.number} of the same process says '{there}'; "
                "all rows of a process must say the same",
            )
