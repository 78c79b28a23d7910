"""`tinhgon config`: which settings are in force, and where each comes from."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from api.commands.environment import settings_of_environment, tell_on_stderr
from api.effective import Effective, Unknown, effective, unknown
from api.given_files import thresholds_of
from mining.thresholds import Thresholds, stated


@click.command()
@click.option("--changed", is_flag=True, help="Only what somebody set.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def config(changed: bool, as_json: bool) -> None:
    """Print the settings in force and where each comes from; secrets are masked.

    In cấu hình đang có hiệu lực và nguồn của từng giá trị; mật khẩu được che.

    Thresholds are listed where the file of TINHGON_THRESHOLDS changes them, with --json all of them.
    """
    settings = settings_of_environment(tell=lambda _text: None)
    rows = [one for one in effective(settings) if one.source != "default" or not changed]
    strange = unknown(os.environ)
    thresholds = _thresholds(thresholds_of(settings))
    if as_json:
        wanted = {key: one for key, one in thresholds.items() if one["source"] != "default" or not changed}
        document = {
            "settings": [asdict(one) for one in rows],
            "thresholds": wanted,
            "unknown": [asdict(one) for one in strange],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    _print(rows, {key: one for key, one in thresholds.items() if one["source"] != "default"}, strange)


def _thresholds(thresholds: Thresholds) -> dict[str, dict[str, Any]]:
    """Every threshold by its key: its value, that of the program, and which of the two it is."""
    usual = stated(Thresholds())
    return {
        key: {"value": value, "default": usual[key], "source": "default" if value == usual[key] else "file"}
        for key, value in stated(thresholds).items()
    }


def _print(rows: Sequence[Effective], thresholds: Mapping[str, Mapping[str, Any]], strange: Sequence[Unknown]) -> None:
    _columns([(one.variable, "" if one.value is None else str(one.value), one.source) for one in rows])
    if thresholds:
        click.echo()
        _columns([(key, str(one["value"]), f"default: {one['default']}") for key, one in thresholds.items()])
    for stranger in strange:
        tell_on_stderr(str(stranger))


def _columns(rows: Sequence[tuple[str, str, str]]) -> None:
    """Print rows whole, however wide they are: they are to be searched and compared."""
    first, second = (max((len(row[place]) for row in rows), default=0) for place in (0, 1))
    for name, value, source in rows:
        click.echo(f"{name:<{first}}  {value:<{second}}  {source}")
