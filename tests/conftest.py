"""What tests of several kinds share: the real logs, and what pm4py finds in them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("TINHGON_TEST_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def real_log() -> Callable[[str], Path]:
    """Gives the path of a real log by its name; the test is skipped where the log is absent."""

    def path_of(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"the real log {path} is not there; TINHGON_TEST_DATA names its folder")
        return path

    return path_of


@pytest.fixture(scope="session")
def ask_pm4py() -> Callable[..., dict[str, Any]]:
    """Runs a script of tests/oracle, with arguments and what is `asked`, and gives what it prints; once for each.

    It has a process of its own: importing pm4py prints, warns and takes seconds.
    """
    known: dict[str, dict[str, Any]] = {}

    def answer(script: str, *arguments: object, asked: Any = None) -> dict[str, Any]:
        command = [sys.executable, str(ROOT / "tests" / "oracle" / script), *map(str, arguments)]
        text = json.dumps(asked)
        key = json.dumps([command, text])
        if key not in known:
            result = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=300)
            known[key] = json.loads(result.stdout)
        return known[key]

    return answer
