"""The command line: `tinhgon`."""

import sys
from importlib import import_module
from importlib.metadata import version

import click

from ingest import IngestError
from mining import MiningError
from simulation import SimulationError

COMMANDS = ("analyse", "catalogue", "city", "config", "doctor", "replay", "report", "serve", "what-if", "worktime")


class Commands(click.Group):
    """Loads the module of a command when it is used: what one command needs costs no other any time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name: the function of that name in the module of that name, - being _."""
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"api.commands.{module}"), module)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("tinhgon"), prog_name="tinhgon")
def commands() -> None:
    """Tinh Gọn: how dossiers really travel, where they wait, and what a re-engineering brought.

    Tinh Gọn: hồ sơ thực sự đi thế nào, chờ ở đâu, và việc tái cấu trúc quy trình mang lại gì.

    Exit codes: 0 done; 1 failed, with the reason on standard error; 2 wrong use or setting.
    """


def main() -> None:
    """Run the command line; errors that are meant for a person end it with one line and exit code 1."""
    try:
        commands()
    except (IngestError, MiningError, SimulationError) as error:
        click.echo(f"tinhgon: {error}", err=True)
        sys.exit(1)
