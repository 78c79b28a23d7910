"""Prometheus and promtool for tests: those of the machine, else Debian's package unpacked into var/, not installed."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

_HOME = Path(__file__).resolve().parents[2] / "var" / "prometheus-package"
_SECONDS = 180


def tool(name: str) -> str:
    """Return the path of `prometheus` or `promtool`; skips the test, loudly, where neither way leads to it."""
    found = shutil.which(name)
    if found:
        return found
    unpacked = _HOME / "usr" / "bin" / name
    problem = None if unpacked.exists() else _fetched()
    if problem:
        pytest.skip(
            f"NOTHING OF PROMETHEUS WAS TESTED: {name} IS MISSING AND CANNOT BE FETCHED ({problem}); install it"
        )
    return str(unpacked)


@cache
def _fetched() -> str | None:
    """Unpack Debian's package; returns why that was not possible."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return "this is no Debian or Ubuntu"
    _HOME.mkdir(parents=True, exist_ok=True)
    problem = _ran(["apt-get", "download", "prometheus"])
    if problem:  # a new machine has no lists of packages yet
        problem = _ran(["apt-get", "update"]) or _ran(["apt-get", "download", "prometheus"])
    if problem:
        return problem
    package = max(_HOME.glob("prometheus_*.deb"))
    return _ran(["dpkg-deb", "-x", package.name, "."])


def _ran(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, cwd=_HOME, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"{' '.join(command)} took more than {_SECONDS} s"
    return None if done.returncode == 0 else f"{' '.join(command)}: {done.stderr.strip()[-200:]}"
