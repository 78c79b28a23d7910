"""What every command starts with: the settings."""

import sys

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
