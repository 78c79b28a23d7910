"""The rules of Prometheus: valid, tested to fire and to resolve, and each alert is explained in the runbook."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from prometheus_tools import tool

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = sorted(PROMETHEUS.glob("rules/*.yml"))
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def alerts() -> list[dict[str, Any]]:
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def told(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [tool("promtool"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_promtool_finds_no_fault_in_rules_and_configuration() -> None:
    rules = told("check", "rules", *RULES)
    assert rules.returncode == 0, rules.stdout + rules.stderr
    configuration = told("check", "config", PROMETHEUS / "prometheus.yml")
    assert configuration.returncode == 0, configuration.stdout + configuration.stderr


def test_every_alert_is_quiet_then_fires_then_resolves() -> None:
    files = sorted(PROMETHEUS.glob("tests/*.test.yml"))
    tested: dict[str, list[bool]] = {}
    for path in files:
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for one in test["alert_rule_test"]:
                tested.setdefault(one["alertname"], []).append(bool(one["exp_alerts"]))
    assert tested == {rule["alert"]: [False, True, False] for rule in alerts()}
    ran = told("test", "rules", *files)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_rule_that_is_wrong_fails_its_test(tmp_path: Path) -> None:
    shutil.copytree(PROMETHEUS, tmp_path / "prometheus")
    spoilt = tmp_path / "prometheus" / "rules" / "ingest.yml"
    text = spoilt.read_text(encoding="utf-8")
    assert "increase(tinhgon_ingest_reconnects_total[2m]) > 0" in text
    spoilt.write_text(text.replace("tinhgon_ingest_up == 0", "tinhgon_ingest_up == 2"), encoding="utf-8")
    assert told("test", "rules", tmp_path / "prometheus" / "tests" / "ingest.test.yml").returncode != 0


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_every_alert_says_what_it_is_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    texts = rule["annotations"]
    assert set(texts) == {"summary", "description", "runbook_url"}
    prefix, _, anchor = texts["runbook_url"].partition("#")
    assert prefix == "{{ $externalLabels.docs }}/runbook.html"
    section = re.search(rf"^## {rule['alert']}\n(.+?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert section, f"docs/runbook.md says nothing of {rule['alert']}"
    assert anchor == rule["alert"].lower()
    for part in ("**Means**", "**Look**", "**Do**"):
        assert part in section[1]


def test_the_runbook_tells_of_no_alert_that_does_not_exist() -> None:
    assert re.findall(r"^## (Tinhgon\w+)", RUNBOOK, re.MULTILINE) == [rule["alert"] for rule in in_order()]


def in_order() -> list[dict[str, Any]]:
    """The alerts as the runbook has them: the service first, then from the intake to the findings."""
    order = ("service", "ingest", "store", "findings")
    groups = [yaml.safe_load((PROMETHEUS / "rules" / f"{one}.yml").read_text(encoding="utf-8")) for one in order]
    return [rule for group in groups for rule in group["groups"][0]["rules"]]
