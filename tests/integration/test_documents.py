"""The code blocks of the documents, page by page, each in a folder of its own: what a reader types and then sees."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from consuming import wait_for
from deploy.ports import usual_or_free
from doc_blocks import DOCS, ROOT, Block, Place, blocks, lay_out, needs, pages, run

STOP_SECONDS = 20
TOPIC = "dossier-events"
USUAL_BROKER = "127.0.0.1:9092"
USUAL_ADDRESS = "127.0.0.1:8000"


def to_run(page: Path) -> list[Block]:
    """The blocks of a page that a reader runs, and the files that they need."""
    return [one for one in blocks(page) if (one.runnable or one.title) and not one.not_run]


PAGES = [
    pytest.param(
        page, id=page.relative_to(ROOT).as_posix(), marks=[pytest.mark.kafka] if needs(page) == "kafka" else []
    )
    for page in pages()
    if any(one.runnable for one in to_run(page))
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a reader who has installed the program and set nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TINHGON_", "KAFKA_"))}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    return {**kept, "PATH": path, "COLUMNS": "100", "PYTHONWARNINGS": "", "HOME": str(tmp_path)}


@contextmanager
def service(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """A running service in the folder, and its address."""
    address = f"127.0.0.1:{usual_or_free(0)}"
    settings = {"TINHGON_PORT": address.partition(":")[2], "TINHGON_STORE": str(folder / "served.duckdb")}
    command = [str(Path(sys.executable).parent / "tinhgon"), "serve"]
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment | settings, stdout=log, stderr=log)
    try:
        wait_for(lambda: ready(address, process, folder), seconds=60)
        yield address
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        process.kill()
        process.wait()


def ready(address: str, process: subprocess.Popen[bytes], folder: Path) -> bool:
    assert process.poll() is None, (folder / "service.log").read_text(errors="replace")
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_gets_what_the_page_shows(
    page: Path, tmp_path: Path, environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    lay_out(page, tmp_path)
    addresses: dict[str, str] = {}
    if needs(page) == "kafka":
        addresses |= {USUAL_BROKER: request.getfixturevalue("broker"), TOPIC: f"documents-{uuid.uuid4().hex[:8]}"}
        environment["TINHGON_KAFKA_BOOTSTRAP"] = addresses[USUAL_BROKER]
        environment["TINHGON_KAFKA_EVENTS_TOPIC"] = addresses[TOPIC]
        environment["TINHGON_KAFKA_REJECTED_TOPIC"] = f"{addresses[TOPIC]}.rejected"
        environment["TINHGON_KAFKA_CATALOGUE_TOPIC"] = f"{addresses[TOPIC]}.catalogue"
    else:
        environment["TINHGON_KAFKA"] = "off"
    with service(environment, tmp_path) if needs(page) else nullcontext(USUAL_ADDRESS) as address:
        sent = partial(messages, addresses[USUAL_BROKER], addresses[TOPIC]) if needs(page) == "kafka" else nothing
        settle = partial(wait_for, lambda: settled(address, sent()), seconds=60) if needs(page) else nothing
        for one in to_run(page):
            run(one, Place(tmp_path, environment, addresses | {USUAL_ADDRESS: address}, settle))


def nothing() -> int:
    """What there is to wait for where no service runs, and what there is in Kafka where none is used."""
    return 0


def messages(broker: str, topic: str) -> int:
    """How many messages the topic holds."""
    reader = KafkaConsumer(bootstrap_servers=broker)
    try:
        partitions = [TopicPartition(topic, one) for one in reader.partitions_for_topic(topic) or ()]
        return sum(reader.end_offsets(partitions).values())
    finally:
        reader.close()


def settled(address: str, sent: int) -> bool:
    """Whether everything that was sent is in the findings."""
    with urllib.request.urlopen(f"http://{address}/v1/status", timeout=5) as answer:
        status = json.load(answer)
    taken = status["events"] + status["duplicates"] + status["rejected"]
    return bool(taken >= sent and status["events"] == status["mined_events"] and not status["ingest"]["lag"])


def test_the_export_of_the_tutorial_is_what_its_program_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.xlsx"
    subprocess.run([sys.executable, "-m", "docs.tutorial.make_export", made], cwd=ROOT, check=True)
    assert made.read_bytes() == (DOCS / "tutorial" / "ho-so-dat-dai.xlsx").read_bytes()
