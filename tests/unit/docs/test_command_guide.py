"""docs/commands.md names every command and every option, and none that does not exist."""

import re
from pathlib import Path

import click
import pytest

from api.cli import COMMANDS, commands

GUIDE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")


def leaves(command: click.Command, name: str) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {name: command}
    context = click.Context(command)
    found: dict[str, click.Command] = {}
    for one in command.list_commands(context):
        inner = command.get_command(context, one)
        assert inner is not None
        found |= leaves(inner, f"{name} {one}")
    return found


ALL = leaves(commands, "tinhgon")


def section(name: str) -> str:
    for part in GUIDE.split("\n## ")[1:]:
        if re.match(rf"`{name}( [A-Z ]+)?`\n", part):
            return part
    raise AssertionError(f"docs/commands.md has no section on `{name}`")


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_has_a_section_that_names_its_options(name: str) -> None:
    text = section(name)
    options = {one for parameter in ALL[name].params for one in parameter.opts if one.startswith("--")}
    assert {one for one in options if f"`{one}" not in text} == set()
    assert set(re.findall(r"`(--[a-z-]+)", text)) <= options


def test_no_section_is_on_a_command_that_does_not_exist() -> None:
    named = set(re.findall(r"\n## `([a-z -]+?)(?: [A-Z ]+)?`", GUIDE))
    assert named == set(ALL)
    assert len(ALL) >= len(COMMANDS)
