"""The real logs, and what pm4py says about them."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TINHGON_TEST_DATA", ROOT.parent / "shared" / "data"))


def real_log(name: str) -> Path:
    """The path of a real log or of a file beside them; the test is skipped where it is absent."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real log {path} is not there; TINHGON_TEST_DATA names its folder")
    return path


def ask_pm4py(script: str, *arguments: object, asked: Any = None) -> dict[str, Any]:
    """Run a script of tests/oracle on its arguments and on what is `asked`, once each, and return what it prints.

    It has a process of its own: importing pm4py prints, warns and takes seconds.
    """
    found: dict[str, Any] = json.loads(_printed(script, *map(str, arguments), text=json.dumps(asked)))
    return found


@cache
def _printed(script: str, *arguments: str, text: str) -> str:
    command = [sys.executable, str(ROOT / "tests" / "oracle" / script), *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=300).stdout
