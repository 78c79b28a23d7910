"""The Kafka brokers of the tests: one for the session, and private ones that a test may kill."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.children import end, spawn
from deploy.ports import usual_or_free
from ingest.bus import Broker

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300
STOP_SECONDS = 20
CANNOT_BE_HAD = 3
WITHOUT_KAFKA = pytest.StashKey[str]()


class PrivateBroker:
    """A broker of one test's own, on one port for good: it may be stopped, killed and started again.

    It ends with the process of the tests, whatever becomes of that.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = usual_or_free(0)
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Its address, host:port, whether it runs or not."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process of Kafka itself."""
        return int((self.home / "pid").read_text())

    def start(self) -> str:
        """Start it and wait until it answers; returns its address."""
        self.stop()
        options = ["--home", str(self.home), "--port", str(self.port), "--foreground"]
        self._child = spawn(broker_command("start", *options), stdout=subprocess.PIPE)
        assert self._child.stdout is not None
        ready = select.select([self._child.stdout], [], [], START_SECONDS)[0]
        address = self._child.stdout.readline().decode().strip() if ready else "nothing in time"
        if address != self.bootstrap:
            self.stop()
            raise AssertionError(f"the broker said {address!r}; its logs are in {self.home}/logs")
        return address

    def kill(self) -> None:
        """End Kafka the hard way, SIGKILL, if it runs, and return when it is gone."""
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._collect()

    def stop(self) -> None:
        """End Kafka in order, if it runs."""
        if self._child is not None:
            self._child.terminate()
        self._collect()

    def _collect(self) -> None:
        if self._child is not None:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_SECONDS)
            end(self._child, patience_seconds=STOP_SECONDS)
            if self._child.stdout:
                self._child.stdout.close()
            self._child = None


def broker_command(*arguments: str) -> list[str]:
    """A command line of deploy/kafka/broker.py; to be run in the root of the repository."""
    return [sys.executable, "-m", "deploy.kafka.broker", *arguments]


@pytest.fixture(scope="session")
def kafka_jars(pytestconfig: pytest.Config) -> None:
    """Skip whatever needs a broker of our own when none can be had on this machine, and remember why."""
    fetched = subprocess.run(broker_command("fetch"), cwd=ROOT, capture_output=True, text=True, check=False)
    if fetched.returncode == CANNOT_BE_HAD:
        reason = fetched.stderr.strip().splitlines()[-1]
        pytestconfig.stash[WITHOUT_KAFKA] = reason
        pytest.skip(reason)
    assert fetched.returncode == 0, fetched.stderr


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the session's broker: KAFKA_BOOTSTRAP if it is set, else one that is started for it."""
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given:
        yield given
        return
    request.getfixturevalue("kafka_jars")
    ours = PrivateBroker(tmp_path_factory.mktemp("kafka"))
    try:
        yield ours.start()
    finally:
        ours.stop()


@pytest.fixture
def kafka(broker: str) -> Broker:
    """The session's broker as the product's code is told of it."""
    return Broker(broker)


@pytest.fixture
def private_broker(kafka_jars: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], PrivateBroker]]:
    """A factory of brokers that are not started yet; all of them are stopped when the test ends."""
    made: list[PrivateBroker] = []

    def make() -> PrivateBroker:
        made.append(PrivateBroker(tmp_path_factory.mktemp("private-kafka")))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Say loudly, below everything else, when the tests against Kafka could not run."""
    yield
    reason = config.stash.get(WITHOUT_KAFKA, None)
    if reason is None:
        return
    ran = "ONLY TESTS OF THE BROKER AT KAFKA_BOOTSTRAP" if os.environ.get("KAFKA_BOOTSTRAP") else "NO TEST"
    terminalreporter.section(f"{ran} RAN AGAINST KAFKA", sep="!", red=True, bold=True)
    for line in (
        f"{ran} RAN AGAINST A REAL KAFKA: THE TESTS THAT START ONE WERE SKIPPED.",
        reason,
        "THEN RUN `make test` AGAIN, OR SET KAFKA_BOOTSTRAP=host:port.",
    ):
        terminalreporter.write_line(line, red=True, bold=True)
