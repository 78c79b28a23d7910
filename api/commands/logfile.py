"""What the commands that read a log file share: its options, and a progress bar over its bytes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ingest.sources import ColumnMapping, LogBatch, LogFile, open_log

Command = TypeVar("Command", bound=Callable[..., None])

_OPTIONS = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option(
        "--columns", metavar="FIELD=COLUMN,...", help="Which column is what, e.g. dossier=MaHS,activity=Buoc."
    ),
    click.option(
        "--procedure", metavar="CODE", help="Procedure of dossiers that do not say theirs; default: file name."
    ),
    click.option("--timezone", default="Asia/Ho_Chi_Minh", show_default=True, help="Zone of times without an offset."),
)


def log_file_options(command: Command) -> Command:
    """Give a command the options that say how to read a log file."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def opened(file: Path, columns: str | None, procedure: str | None, timezone: str) -> LogFile:
    """Open the log file as the options say; raises SourceError."""
    mapping = ColumnMapping.parse(columns) if columns else None
    return open_log(file, columns=mapping, procedure=procedure, timezone=timezone)


def with_progress(log: LogFile, text: str, *, batch_rows: int = 50_000) -> Iterator[LogBatch]:
    """Yield the batches of a log while a bar on standard error shows how much of the file was read."""
    columns = (TextColumn(text), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[events]:,}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(text, total=log.size_bytes, events=0)
        events = 0
        for batch in log.batches(batch_rows):
            yield batch
            events += batch.events.num_rows
            progress.update(bar, completed=log.bytes_read, events=events)
