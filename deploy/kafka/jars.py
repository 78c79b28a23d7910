"""The jars of the local Kafka broker: copied by Maven into libs/, complete or not at all."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.children import end, spawn, wait_for

FOLDER = Path(__file__).resolve().parent
OLDEST_JAVA = 17
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies"
MAVEN_OPTIONS = (
    "-q",
    "-B",
    "-U",  # a file that was missing yesterday is asked for again today
    "-Dstyle.color=never",
    "-Daether.connector.connectTimeout=10000",
    "-Daether.connector.requestTimeout=60000",
)


class BrokerError(Exception):
    """What went wrong with the local broker, in words for the person who started it."""


class KafkaUnavailable(BrokerError):
    """Kafka cannot be had on this machine as it is; the message says what to install."""


def ensure_jars(stop: threading.Event, folder: Path = FOLDER) -> Path:
    """The folder of Kafka's jars, fetched with Maven when they are absent, incomplete or of another pom.

    Raises KafkaUnavailable when java or Maven are missing, or Maven cannot fetch them.
    """
    find_java()
    libs = folder / "libs"
    libs.mkdir(exist_ok=True)
    with locked(libs):
        stamp = libs / ".complete"
        if not stamp.exists() or stamp.read_text() != _inventory(folder):
            _fetch(folder, stop)
            stamp.write_text(_inventory(folder))
    return libs


def find_java() -> str:
    """The java to use: that of JAVA_HOME, else the one on the PATH. Raises KafkaUnavailable below Java 17."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    advice = f"install a JDK {OLDEST_JAVA} or newer (Debian, Ubuntu: apt install openjdk-17-jdk-headless)"
    if java is None:
        raise KafkaUnavailable(f"No Kafka: java is missing; {advice}.")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < OLDEST_JAVA:
        found = version[1] if version else "of an unknown version"
        raise KafkaUnavailable(f"No Kafka: java {found} at {java} is too old; {advice}.")
    return java


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; another one that wants it waits."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def utf8_environment() -> dict[str, str]:
    """Our environment with a UTF-8 locale: without one, Java cannot open paths with Vietnamese letters."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def _inventory(folder: Path) -> str:
    pom = hashlib.sha256((folder / "pom.xml").read_bytes()).hexdigest()
    jars = sorted((jar.name, jar.stat().st_size) for jar in (folder / "libs").glob("*.jar"))
    return "\n".join([f"pom.xml {pom}", *(f"{name} {size}" for name, size in jars)]) + "\n"


def _fetch(folder: Path, stop: threading.Event) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaUnavailable(
            "No Kafka: mvn is missing; install Maven 3.6 or newer (Debian, Ubuntu: apt install maven)."
        )
    for leftover in (folder / "libs").iterdir():
        leftover.unlink()
    command = [maven, *MAVEN_OPTIONS, "-f", str(folder / "pom.xml"), COPY_GOAL]
    with (folder / "libs" / "maven.log").open("w+b") as log:
        child = spawn(command, env=utf8_environment(), stdout=log, stderr=subprocess.STDOUT)
        try:
            code = wait_for("Fetching Kafka with Maven (45 MB, the first time only)", child.poll, stop)
        finally:
            end(child, patience_seconds=5)
        log.seek(0)
        told = log.read().decode(errors="replace")
    if code:
        error = re.search(r"\[ERROR\] +(.+?)(?: -> \[Help|$)", told, re.MULTILINE)
        reason = error[1] if error else f"mvn ended with code {code}"
        raise KafkaUnavailable(
            "No Kafka: Maven cannot fetch it; check the network, or name a mirror that can be reached in "
            f"~/.m2/settings.xml. Maven says: {reason}"
        )
