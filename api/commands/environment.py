"""What every command starts with: the settings."""

import os
import sys
from collections.abc import Callable

import click
from pydantic import SecretStr, ValidationError

from api.effective import unknown, variable
from api.settings import Settings


def tell_on_stderr(text: str) -> None:
    """Say something beside the output of the command."""
    click.echo(f"tinhgon: {text}", err=True)


def settings_of_environment(tell: Callable[[str], None] = tell_on_stderr) -> Settings:
    """Return the settings; a wrong one ends the command with its name, its value, its fault and exit code 2.

    `tell` is told of variables that look like settings but are none.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [_fault(str(one["loc"][0]), one["input"], one["msg"]) for one in error.errors()]
        click.echo("tinhgon: these settings cannot be used:\n" + "\n".join(lines), err=True)
        sys.exit(2)
    for one in unknown(os.environ):
        tell(str(one))
    return settings


def _fault(name: str, value: object, message: str) -> str:
    is_secret = SecretStr in getattr(Settings.model_fields[name].annotation, "__args__", ())
    return f"  {variable(name)}{'' if is_secret else f' = {value}'}: {message}"
