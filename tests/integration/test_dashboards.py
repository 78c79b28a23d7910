"""A real Prometheus scrapes a running service: every panel and every alert finds data, also when Kafka is killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from math import isnan
from pathlib import Path
from typing import Any

import pytest
import yaml

from consuming import wait_for
from deploy.children import end, spawn
from deploy.ports import usual_or_free
from ingest.bus import Broker, Publisher
from prometheus_tools import tool

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules"
BOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
MAY_BE_EMPTY = {"Procedures that became slower"}
"""Panels that list what is wrong: in a small city nothing may be."""
METRIC = re.compile(r"\b(?:tinhgon[\w:]+|process_\w+|up(?=\{))")


def answer(address: str) -> tuple[int, Any]:
    """The status and the JSON at an address; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as found:
            return found.status, json.load(found)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, None


class Watched:
    """A service, and the Prometheus that scrapes it."""

    def __init__(self, service: str, prometheus: str) -> None:
        self.service = service
        self.prometheus = prometheus

    def values(self, query: str) -> list[float]:
        """The numbers that a query returns now, without those that are not known."""
        parameters = urllib.parse.urlencode({"query": query})
        status, found = answer(f"{self.prometheus}/api/v1/query?{parameters}")
        assert status == 200, (query, found)
        return [value for one in found["data"]["result"] if not isnan(value := float(one["value"][1]))]


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a command until the block ends; what it says is in `log`."""
    with log.open("wb") as told:
        child = spawn(command, env={**os.environ, **environment}, stdout=told, stderr=told)
        try:
            yield
        finally:
            end(child, 15, signal.SIGTERM)


def tinhgon(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from api.cli import main; main()", *arguments]


def configured(folder: Path, port: int) -> Path:
    """The configuration that ships, with the address of the service and a shorter interval."""
    wanted = yaml.safe_load((RULES.parent / "prometheus.yml").read_text(encoding="utf-8"))
    wanted["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
    wanted["rule_files"] = [str(RULES / "*.yml")]
    wanted["scrape_configs"] = wanted["scrape_configs"][:1]
    wanted["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{port}"]}]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(wanted), encoding="utf-8")
    return path


def mined(service: str) -> bool:
    status, found = answer(f"{service}/v1/status")
    return status == 200 and found["ready"] and found["events"] > 1000 and found["events"] == found["mined_events"]


@pytest.fixture
def kafka_server(private_broker: Callable[[], Any]) -> Any:
    server = private_broker()
    server.start()
    return server


@pytest.fixture
def watched(tmp_path: Path, kafka_server: Any) -> Iterator[Watched]:
    """The small city in a service, started anew when all is mined so that everything is counted at once."""
    program, port, scraper = tool("prometheus"), usual_or_free(0), usual_or_free(0)
    environment = {
        "TINHGON_KAFKA_BOOTSTRAP": kafka_server.bootstrap,
        "TINHGON_KAFKA_TIMEOUT_SECONDS": "2",
        "TINHGON_STORE": str(tmp_path / "watched.duckdb"),
        "TINHGON_PORT": str(port),
    }
    found = Watched(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{scraper}")
    city = tinhgon("city", "--scenario", "small", "--dossiers", "700", "--to", "kafka")
    subprocess.run(city, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    with running(tinhgon("serve"), environment, tmp_path / "first.log"):
        wait_for(lambda: mined(found.service), seconds=120)
    options = (f"--config.file={configured(tmp_path, port)}", f"--storage.tsdb.path={tmp_path / 'tsdb'}")
    listening = f"--web.listen-address=127.0.0.1:{scraper}"
    with ExitStack() as stack:
        stack.enter_context(running(tinhgon("serve"), environment, tmp_path / "serve.log"))
        stack.enter_context(running([program, *options, listening], {}, tmp_path / "prometheus.log"))
        wait_for(lambda: mined(found.service), seconds=60)
        yield found


def queries() -> Iterator[tuple[str, str]]:
    """Every query of every panel with its place, variables as they stand there."""
    for path in BOARDS:
        board = json.loads(path.read_text(encoding="utf-8"))
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield f"{board['title']}: {panel['title']} ({target['refId']})", target["expr"]


def disturb(kafka_server: Any) -> None:
    """Publish events one by one, each beside one that cannot be used: batches and refreshes follow."""
    head = {"specversion": "1.0", "source": "/test", "type": "vn.tinhgon.dossier.step.v1", "subject": "H1"}
    data = {"procedure": "1.000001.H29", "activity": "Tiếp nhận"}
    with Publisher(Broker(kafka_server.bootstrap)) as publisher:
        for number in range(6):
            event = {**head, "id": str(number), "time": f"2024-05-0{number + 1}T03:00:00Z", "data": data}
            good, bad = json.dumps(event).encode(), f"not json {number}".encode()
            publisher.publish("dossier-events", [(b"H1", good, ()), (b"x", bad, ())])
            time.sleep(0.7)


def without_data(watched: Watched, code: str) -> list[str]:
    filled = {"$__rate_interval": "30s", "$procedure": code}
    empty = []
    for place, query in queries():
        for name, value in filled.items():
            query = query.replace(name, value)
        if not watched.values(query) and not any(title in place for title in MAY_BE_EMPTY):
            empty.append(f"{place}: {query}")
    return empty


def test_every_panel_and_alert_finds_data_and_a_killed_broker_is_seen(watched: Watched, kafka_server: Any) -> None:
    disturb(kafka_server)
    wait_for(lambda: bool(watched.values("tinhgon_saved_seconds > 0")), seconds=60)
    wait_for(lambda: bool(watched.values("tinhgon_waiting_top_seconds")), seconds=60)
    wait_for(lambda: bool(watched.values("tinhgon:ingest_rejected:ratio_rate10m")), seconds=30)
    status, procedures = answer(
        f"{watched.prometheus}/api/v1/label/procedure/values?match[]=tinhgon_procedure_regressed"
    )
    assert status == 200
    assert len(procedures["data"]) > 3
    with suppress(AssertionError):
        wait_for(lambda: not without_data(watched, procedures["data"][0]), seconds=15)
    assert without_data(watched, procedures["data"][0]) == []
    alerts_have_data(watched)
    broker_is_missed(watched, kafka_server)


def alerts_have_data(watched: Watched) -> None:
    status, found = answer(f"{watched.prometheus}/api/v1/rules")
    assert status == 200
    rules = [rule for group in found["data"]["groups"] for rule in group["rules"]]
    assert len(rules) > 15
    for rule in rules:
        assert (rule["health"], rule.get("lastError", "")) == ("ok", ""), rule["name"]
        for metric in METRIC.findall(rule["query"]):
            assert watched.values(metric), f"{rule['name']} asks for {metric}, which has no data"


def broker_is_missed(watched: Watched, kafka_server: Any) -> None:
    rules = yaml.safe_load((RULES / "ingest.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    away = next(rule["expr"] for rule in rules if rule["alert"] == "TinhgonBrokerAway")
    assert watched.values(away) == []
    kafka_server.kill()
    wait_for(lambda: answer(f"{watched.service}/readyz")[0] == 503, seconds=60)
    reasons = answer(f"{watched.service}/readyz")[1]["reasons"]
    assert any(f"the Kafka broker at {kafka_server.bootstrap} does not answer" in one for one in reasons)
    wait_for(lambda: bool(watched.values(away)), seconds=30)
    shown = dict(queries())
    ready, intake, trouble = (
        next(query for place, query in shown.items() if place.startswith(f"Tinh Gọn · operations: {title} ({ref})"))
        for title, ref in (("Ready", "A"), ("Intake", "A"), ("Stalls, reconnects, alarms", "B"))
    )
    assert (watched.values(ready), watched.values(intake)) == ([0], [0])
    assert watched.values(trouble)[0] > 0
    kafka_server.start()
    wait_for(lambda: answer(f"{watched.service}/readyz")[0] == 200, seconds=60)
    wait_for(lambda: watched.values(ready) == [1] and watched.values(intake) == [1], seconds=30)
    assert watched.values(away) == []
