"""The import rules of the architecture, and that this test notices a breach."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("ingest", "mining", "api", "simulation", "deploy")
MAY_IMPORT = {
    "ingest": set(),
    "simulation": set(),
    "deploy": set(),
    "mining": {"simulation"},
    "api": {"ingest", "mining", "simulation"},
}
ONLY_IN = {
    "kafka": "ingest/bus.py",
    "pm4py": "mining/models/pm4py_worker.py",
    "prometheus_client": "api/metrics/registry.py",
    "pyspark": None,
}


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def breaches(path: str, source: str) -> list[str]:
    package = path.partition("/")[0]
    others = set(PACKAGES) - MAY_IMPORT[package] - {package}
    found = []
    for name in imported(source):
        if name in others or name == "tests":
            found.append(f"{path}: {package} must not import {name}")
        if name in ONLY_IN and path != ONLY_IN[name]:
            found.append(f"{path}: {name} is imported in {ONLY_IN[name]} only")
    return found


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_no_module_breaks_the_import_rules() -> None:
    assert len(modules()) > 20
    assert [one for path in modules() for one in breaches(path.relative_to(ROOT).as_posix(), path.read_text())] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("mining/x.py", "from ingest.store import Store"),
        ("ingest/x.py", "def f():\n    import mining.paths.graph"),
        ("ingest/x.py", "import api"),
        ("simulation/x.py", "import mining"),
        ("ingest/consume.py", "from kafka import KafkaConsumer"),
        ("mining/paths/graph.py", "import pm4py"),
        ("api/app.py", "import prometheus_client"),
        ("api/service.py", "import deploy.ports"),
        ("deploy/run.py", "from ingest.bus import Broker"),
    ],
)
def test_a_planted_breach_is_found(path: str, source: str) -> None:
    assert len(breaches(path, source)) == 1
