"""What every command starts with: the settings, and where its messages go."""

import logging
import sys
import time

import click
from pydantic import ValidationError

from api.settings import Settings


def settings_of_environment() -> Settings:
    """Return the settings; a wrong one ends the command with its name, its fault and exit code 2."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"  TINHGON_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors()]
        click.echo("tinhgon: these settings cannot be used:\n" + "\n".join(lines), err=True)
        sys.exit(2)


def log_to_stderr(level: str) -> None:
    """Send the log of this process to standard error, a line each, times in UTC."""
    formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("kafka").setLevel(max(logging.WARNING, logging.getLevelName(level)))
