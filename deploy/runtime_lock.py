"""Prints the part of requirements.lock that the program needs when it runs: `python deploy/runtime_lock.py`.

The lock also has what tests and documents need, which has no place in an image. Run it where everything of the lock is
installed; hashes stay as they are.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def needed(wanted: Iterable[str]) -> set[str]:
    """Return the canonical names of these requirements and of all that they require in turn, here and now."""
    found: dict[str, frozenset[str]] = {}
    waiting = [Requirement(one) for one in wanted]
    while waiting:
        one = waiting.pop()
        name, extras = str(canonicalize_name(one.name)), frozenset(one.extras)
        if found.get(name, frozenset({"?"})) >= extras and name in found:
            continue
        found[name] = found.get(name, frozenset()) | extras
        waiting += [each for each in map(Requirement, _required(name)) if _applies(each, found[name])]
    return set(found)


def _required(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []  # for another machine or Python than this one


def _applies(one: Requirement, extras: Iterable[str]) -> bool:
    return one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def entries(lock: str) -> dict[str, str]:
    """Return the entries of a lock, hashes and all, by canonical name; some have one for each range of Pythons."""
    parts = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    found: dict[str, str] = {}
    for part in parts:
        if "==" in part.partition("\n")[0]:
            name = str(canonicalize_name(re.split(r"[=\[ ;]", part, maxsplit=1)[0]))
            found[name] = found.get(name, "") + part
    return found


def main() -> int:
    """Print the entries."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    names = needed(project["dependencies"])
    sys.stdout.write("".join(lock[name] for name in sorted(names & set(lock))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
