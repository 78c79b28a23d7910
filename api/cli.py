"""The command line: `tinhgon`."""

import sys
from importlib.metadata import version

import click

from api.commands.analyse import analyse
from api.commands.replay import replay
from api.commands.serve import serve
from ingest.bus import BusError
from ingest.pseudonym import PseudonymKeyError
from ingest.sources.error import SourceError
from ingest.store import StoreError
from mining import MiningError

EXPECTED = (BusError, PseudonymKeyError, SourceError, StoreError, MiningError)
"""Errors whose text is meant for the person at the keyboard; anything else is a fault of the program."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("tinhgon"), prog_name="tinhgon")
def commands() -> None:
    """Tinh Gọn: how dossiers really travel, where they wait, and what a re-engineering brought.

    Tinh Gọn: hồ sơ thực sự đi thế nào, chờ ở đâu, và việc tái cấu trúc quy trình mang lại gì.

    Exit codes: 0 done; 1 failed, with the reason on standard error; 2 wrong use or setting.
    """


commands.add_command(serve)
commands.add_command(analyse)
commands.add_command(replay)


def main() -> None:
    """Run the command line; expected errors end it with one line and exit code 1."""
    try:
        commands()
    except EXPECTED as error:
        click.echo(f"tinhgon: {error}", err=True)
        sys.exit(1)
