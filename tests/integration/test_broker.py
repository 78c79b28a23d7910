"""The local broker as a person uses it: fetched, started, found again, killed, stopped; with a real Kafka."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.structs import TopicPartition

from deploy.kafka.jars import KafkaUnavailable, ensure_jars
from deploy.kafka.wire import cluster_on
from ingest.bus import Broker, NewTopic, Topics

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("kafka_jars")]
ROOT = Path(__file__).resolve().parents[2]
FAKE_SERVICE = ROOT / "tests" / "unit" / "deploy" / "fake_tinhgon.py"
POM = ROOT / "deploy" / "kafka" / "pom.xml"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a broker, with letters that a Java in the C locale could not read; stopped at the end."""
    home = tmp_path / "Hồ sơ"
    yield home
    command("stop", home)


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `broker COMMAND HOME OPTION...`."""
    verb, home, *options = map(str, arguments)
    words = [sys.executable, "-m", "deploy.kafka.broker", verb, "--home", home, *options]
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def port_of(address: str) -> int:
    return int(address.strip().rpartition(":")[2])


def kafkas(home: Path) -> list[int]:
    """The Kafka processes that run on something below `home`."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = os.fsdecode(place.read_bytes())
            if "kafka.Kafka" in words and str(home) in words:
                found.append(int(place.parent.name))
    return found


def test_it_starts_is_found_again_and_stops(home: Path) -> None:
    first = command("start", home)
    assert first.returncode == 0, first.stderr
    assert re.fullmatch(r"127\.0\.0\.1:\d+\n", first.stdout)
    assert cluster_on(port_of(first.stdout)) is not None
    (pid,) = kafkas(home)
    assert command("start", home).stdout == first.stdout
    assert kafkas(home) == [pid]
    assert command("status", home).stdout == f"{first.stdout.strip()} (pid {pid})\n"
    assert "Kafka Server started" in (home / "logs" / "server.log").read_text()
    assert (home / "logs" / "errors.log").read_text() == ""  # no warning of SLF4J or log4j either

    assert command("stop", home).stdout == "stopped\n"
    assert kafkas(home) == []
    assert command("status", home).returncode == 1
    assert command("stop", home).stdout == "not running\n"
    assert cluster_on(port_of(first.stdout)) is None


def test_it_listens_on_this_machine_only(broker: str) -> None:
    port = port_of(broker)
    with socket.socket() as elsewhere:  # another address of the machine is still free
        elsewhere.bind(("127.0.0.2", port))
        assert elsewhere.getsockname()[1] == port


def test_what_was_written_outlives_a_kill(private_broker: Callable[[], Any]) -> None:
    server = private_broker()
    address = server.start()
    cluster = cluster_on(server.port)
    with Topics(Broker(address)) as topics:
        topics.ensure([NewTopic("kept", 1)])
    producer = KafkaProducer(bootstrap_servers=address, acks="all")
    for number in range(500):
        producer.send("kept", value=str(number).encode())
    producer.flush()
    producer.close()
    server.kill()
    assert cluster_on(server.port) is None

    assert server.start() == address
    assert cluster_on(server.port) == cluster
    consumer = KafkaConsumer(bootstrap_servers=address)
    partition = TopicPartition("kept", 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    read: list[bytes] = []
    deadline = time.monotonic() + 30
    while len(read) < 500 and time.monotonic() < deadline:
        read += [record.value for batch in consumer.poll(500).values() for record in batch]
    consumer.close()
    assert read == [str(number).encode() for number in range(500)]


def test_a_taken_port_is_refused_when_wished_and_avoided_when_not(home: Path) -> None:
    with suppress(OSError), socket.create_server(("127.0.0.1", 9092)):
        refused = command("start", home, "--port", 9092)
        assert refused.returncode == 1
        assert refused.stderr.startswith("Port 9092 is taken by another program")
        assert refused.stderr.count("\n") == 1
        assert kafkas(home) == []
        started = command("start", home)
        assert started.returncode == 0, started.stderr
        assert port_of(started.stdout) != 9092
        return
    pytest.skip("somebody else uses port 9092, and not by our doing")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_start_leaves_nothing(home: Path, number: signal.Signals) -> None:
    words = [sys.executable, "-m", "deploy.kafka.broker", "start", "--home", str(home)]
    starting = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE)
    assert starting.stderr is not None
    while b"Starting Kafka" not in os.read(starting.stderr.fileno(), 1000):
        assert starting.poll() is None
    starting.send_signal(number)
    assert starting.wait(10) == 130
    starting.stderr.close()
    assert kafkas(home) == []


def test_in_the_foreground_it_ends_with_its_starter_even_when_that_is_killed(home: Path) -> None:
    words = [sys.executable, "-m", "deploy.kafka.broker", "start", "--foreground", "--home", str(home)]
    starter = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert starter.stdout is not None
    assert starter.stdout.readline().startswith(b"127.0.0.1:")
    starter.stdout.close()
    assert len(kafkas(home)) == 1
    starter.kill()
    starter.wait()
    deadline = time.monotonic() + 20
    while kafkas(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert kafkas(home) == []


def test_a_kafka_that_dies_at_start_is_shown_with_its_last_words(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "meta.properties").write_text("cluster.id=nothing-else\n")
    began = time.monotonic()
    failed = command("start", home)
    assert failed.returncode == 1
    assert "Kafka ended before it was ready" in failed.stderr
    assert "node ID not found" in failed.stderr
    assert time.monotonic() - began < 30
    assert kafkas(home) == []


def test_the_job_takes_its_broker_with_it(tmp_path: Path) -> None:
    service = tmp_path / "tinhgon"
    service.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(FAKE_SERVICE))} "$@"\n')
    service.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "KAFKA_BOOTSTRAP"}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.run", POM, "--state", tmp_path, "--tinhgon", service],
        cwd=ROOT,
        env={**environment, "RUN_ONCE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"Kafka answers at 127\.0\.0\.1:\d+\n", done.stdout)
    assert "7 events published" in done.stdout
    assert kafkas(tmp_path) == []


def test_the_job_uses_a_broker_that_runs_already_and_leaves_it(tmp_path: Path) -> None:
    home = tmp_path / "kafka"
    address = command("start", home).stdout.strip()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.run", POM, "--state", tmp_path, "--tinhgon", "/bin/false"],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != "KAFKA_BOOTSTRAP"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == f"Kafka answers at {address}; it ran already and stays.\n"
        assert "The service ended with code 1" in done.stderr
        assert len(kafkas(home)) == 1
    finally:
        command("stop", home)


def test_maven_makes_a_half_finished_folder_whole(tmp_path: Path) -> None:
    shutil.copy(POM, tmp_path)
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "kafka_2.13-4.3.1.jar").write_bytes(b"half a jar")
    libs = ensure_jars(threading.Event(), tmp_path)
    assert (libs / "kafka_2.13-4.3.1.jar").stat().st_size > 1_000_000
    assert list(libs.glob("slf4j-api-1.7.*.jar"))


def test_without_the_repository_maven_gives_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(POM, tmp_path)
    (tmp_path / ".m2").mkdir()
    nobody = "<mirror><id>nobody</id><mirrorOf>*</mirrorOf><url>http://127.0.0.1:9/</url></mirror>"
    (tmp_path / ".m2" / "settings.xml").write_text(f"<settings><mirrors>{nobody}</mirrors></settings>")
    monkeypatch.setenv("MAVEN_OPTS", f"-Duser.home={shlex.quote(str(tmp_path))}")
    with pytest.raises(KafkaUnavailable, match=r"check the network.*Maven says: .*127\.0\.0\.1:9"):
        ensure_jars(threading.Event(), tmp_path)
