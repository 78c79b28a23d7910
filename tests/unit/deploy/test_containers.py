"""Image, compose and unit, as far as they can be checked without a container engine."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.runtime_lock import entries, needed

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))


def test_hadolint_finds_no_fault() -> None:
    linter = shutil.which("hadolint", path=Path(sys.executable).parent) or shutil.which("hadolint")
    assert linter, "hadolint is missing; `make setup` installs it"
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_without_root_and_without_tools() -> None:
    final = DOCKERFILE.split(" AS run\n", 1)[1]
    assert "USER 10001:10001" in final
    assert "HEALTHCHECK" in final
    assert "curl" not in final
    assert "pip install" not in final
    assert "VOLUME /var/lib/tinhgon" in final
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)


def test_the_image_has_what_the_program_needs_and_no_more() -> None:
    lock = entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    names = needed(["duckdb>=1", "fastapi>=0.1", "prometheus-client", "uvicorn"])
    assert {"duckdb", "fastapi", "starlette", "pydantic-core", "uvicorn", "h11"} <= names & set(lock)
    assert not names & {"pytest", "mypy", "ruff", "hatchling"}
    assert "--hash=sha256:" in lock["duckdb"]
    assert lock["contourpy"].count("contourpy==") == 2  # one for each range of Pythons


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_pinned_watched_bound_to_the_loopback_and_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
    assert service["healthcheck"]["test"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["cap_drop"] == ["ALL"]
    for volume in service.get("volumes", []):
        source = volume.partition(":")[0]
        assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"]


def test_names_agree_between_the_services() -> None:
    settings = SERVICES["tinhgon"]["environment"]
    prometheus = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    (target,) = prometheus["scrape_configs"][0]["static_configs"][0]["targets"]
    assert target.partition(":")[0] == settings["TINHGON_ALLOWED_HOSTS"] == "tinhgon"
    kafka = SERVICES["kafka"]["environment"]
    assert f"INSIDE://{settings['TINHGON_KAFKA_BOOTSTRAP']}" in kafka["KAFKA_ADVERTISED_LISTENERS"].split(",")
    provisioning = ROOT / "deploy" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    (boards,) = yaml.safe_load((provisioning / "dashboards" / "tinhgon.yml").read_text(encoding="utf-8"))["providers"]
    assert any(volume.split(":")[1] == boards["options"]["path"] for volume in SERVICES["grafana"]["volumes"])


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_every_panel_says_what_it_shows_in_which_unit_and_from_when_on_it_is_bad(path: Path) -> None:
    board = json.loads(path.read_text(encoding="utf-8"))
    assert board["uid"] == path.stem
    assert board["description"]
    assert len(board["panels"]) > 5
    for panel in board["panels"]:
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert defaults["unit"]
        assert defaults["thresholds"]["steps"]
        assert all(target["expr"] and target["datasource"]["uid"] == "prometheus" for target in panel["targets"])


def test_the_unit_is_closed_to_what_it_does_not_need() -> None:
    text = (ROOT / "deploy" / "systemd" / "tinhgon.service").read_text(encoding="utf-8")
    for line in (
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "Restart=always",
    ):
        assert line in text.splitlines()
