"""What one broker keeps in its folder: configuration, storage, logs, and where it runs."""

import base64
import re
import shutil
import string
import subprocess
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.children import end, last_lines, spawn, wait_for
from deploy.kafka.jars import FOLDER, BrokerError, find_java, utf8_environment
from deploy.ports import unless_taken, usual_or_free

USUAL_PORT = 9092


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one broker: its configuration, data, logs, and where it runs."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "server.properties"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def errors(self) -> Path:
        return self.logs / "errors.log"

    @property
    def pid_file(self) -> Path:
        return self.root / "pid"

    @property
    def address_file(self) -> Path:
        return self.root / "bootstrap"


def choose_port(wanted: int | None) -> int:
    """`wanted` when it is free; without a wish 9092 or, when that is taken, any free one."""
    if wanted is None:
        return usual_or_free(USUAL_PORT)
    port = unless_taken(wanted)
    if port is None:
        raise BrokerError(f"Port {wanted} is taken by another program: stop that, or choose another with --port.")
    return port


def configure(home: Home, address: str) -> None:
    """Write the broker's configuration for an address (host:port), with a free port for its controller."""
    template = string.Template((FOLDER / "server.properties").read_text())
    text = template.substitute(
        port=address.rpartition(":")[2], controller_port=usual_or_free(0), data=_property(str(home.data))
    )
    home.config.write_text(text)


def format_storage(home: Home, libs: Path, stop: threading.Event) -> None:
    """Give a new broker its storage, under another name until it is whole."""
    if home.data.exists():
        if cluster_id(home) is None:
            raise BrokerError(f"Kafka's storage in {home.data} is damaged: remove that folder to start anew.")
        return
    unfinished = home.root / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    config = home.root / "format.properties"
    config.write_text(home.config.read_text().replace(_property(str(home.data)), _property(str(unfinished))))
    cluster = base64.urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
    child = start_java(home, libs, ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(config)])
    try:
        code = wait_for("Formatting Kafka's storage", child.poll, stop)
    finally:
        end(child, patience_seconds=2)
    config.unlink()
    if code:
        raise BrokerError(f"Kafka's storage could not be formatted:\n{last_words(home)}")
    unfinished.rename(home.data)


def start_java(home: Home, libs: Path, arguments: Sequence[str], *, outlive: bool = False) -> subprocess.Popen[bytes]:
    """Start a class of Kafka, its errors into the log of `home`; see `spawn` for `outlive`."""
    command = [
        find_java(),
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",  # half the processor time of a start, and less for a million messages too
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={(FOLDER / 'log4j2.xml').as_uri()}",
        f"-Dkafka.logs.dir={home.logs}",
        "-cp",
        f"{libs}/*",
        *arguments,
    ]
    with home.errors.open("wb") as log:
        return spawn(command, outlive=outlive, env=utf8_environment(), stdout=log, stderr=subprocess.STDOUT)


def cluster_id(home: Home) -> str | None:
    """The id that the storage of `home` was formatted with; None when it does not say."""
    properties = home.data / "meta.properties"
    text = properties.read_text(errors="replace") if properties.exists() else ""
    found = re.search(r"^cluster\.id=(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else None


def last_words(home: Home) -> str:
    """What Kafka said before it died, and where the rest stands."""
    return f"{last_lines(home.errors) or last_lines(home.logs / 'server.log')}\n    (logs: {home.logs})"


def _property(text: str) -> str:
    """A text as the value of a Java property: ASCII, the rest as UTF-16 escapes."""
    return re.sub(r"[^\x20-\x7e]", _escaped, text.replace("\\", "\\\\"))


def _escaped(letter: re.Match[str]) -> str:
    units = letter[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
