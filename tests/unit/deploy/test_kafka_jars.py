"""What is said when Kafka cannot be had, and that jars are fetched when needed and only then."""

import shlex
import threading
from pathlib import Path

import pytest

from deploy.kafka.jars import KafkaUnavailable, ensure_jars, find_java

# Stands for Maven: it notes each call, and "fetches" two jars unless told to fail.
MAVEN = """#!/bin/sh
echo called >> {folder}/calls
[ -e {folder}/broken ] && echo '[ERROR] Connection refused -> [Help 1]' && exit 1
echo jar > {folder}/libs/a.jar; echo jar > {folder}/libs/b.jar
"""


def tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(script)
    path.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pom, and a PATH on which only what a test puts there is found."""
    monkeypatch.setenv("PATH", f"{tmp_path}/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    (tmp_path / "bin").mkdir()
    (tmp_path / "pom.xml").write_text("<project/>")
    return tmp_path


@pytest.fixture
def with_java(folder: Path) -> Path:
    tool(folder / "bin", "java", "#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-04-15' >&2\n")
    return folder


@pytest.fixture
def with_maven(with_java: Path) -> Path:
    tool(with_java / "bin", "mvn", MAVEN.format(folder=shlex.quote(str(with_java))))
    return with_java


def fetch(folder: Path) -> list[str]:
    """Ask for the jars; returns the names that are there then."""
    libs = ensure_jars(threading.Event(), folder)
    return sorted(jar.name for jar in libs.glob("*.jar"))


def calls(folder: Path) -> int:
    return len((folder / "calls").read_text().splitlines())


def test_missing_java_is_said_with_what_to_install(folder: Path) -> None:
    with pytest.raises(KafkaUnavailable, match=r"^No Kafka: java is missing; install a JDK 17 or newer .*\.$"):
        fetch(folder)


@pytest.mark.parametrize(
    ("version", "found"), [("1.8.0_402", "1"), ("11.0.22", "11"), ("16", "16"), ("", "of an unknown version")]
)
def test_old_java_is_said_with_what_to_install(folder: Path, version: str, found: str) -> None:
    tool(folder / "bin", "java", f"#!/bin/sh\necho 'java version \"{version}\"' >&2\n")
    with pytest.raises(KafkaUnavailable, match=f"java {found} at .* is too old; install a JDK 17"):
        fetch(folder)


@pytest.mark.parametrize("version", ["17", "17.0.15", "21.0.1", "25-ea"])
def test_java_17_and_newer_will_do(folder: Path, version: str) -> None:
    tool(folder / "bin", "java", f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    assert find_java() == str(folder / "bin" / "java")


def test_java_home_comes_first(with_java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (with_java / "jdk" / "bin").mkdir(parents=True)
    tool(with_java / "jdk" / "bin", "java", "#!/bin/sh\necho 'openjdk version \"21\"' >&2\n")
    monkeypatch.setenv("JAVA_HOME", str(with_java / "jdk"))
    assert find_java() == str(with_java / "jdk" / "bin" / "java")


def test_missing_maven_is_said_with_what_to_install(with_java: Path) -> None:
    with pytest.raises(KafkaUnavailable, match=r"^No Kafka: mvn is missing; install Maven 3\.6 or newer .*\.$"):
        fetch(with_java)


def test_maven_is_called_once(with_maven: Path) -> None:
    assert fetch(with_maven) == ["a.jar", "b.jar"]
    assert fetch(with_maven) == ["a.jar", "b.jar"]
    assert calls(with_maven) == 1


def test_with_the_jars_there_maven_may_be_missing(with_maven: Path) -> None:
    fetch(with_maven)
    (with_maven / "bin" / "mvn").unlink()
    assert fetch(with_maven) == ["a.jar", "b.jar"]


def test_a_changed_pom_fetches_anew(with_maven: Path) -> None:
    fetch(with_maven)
    (with_maven / "pom.xml").write_text("<project>other</project>")
    (with_maven / "libs" / "old.jar").touch()
    assert fetch(with_maven) == ["a.jar", "b.jar"]
    assert calls(with_maven) == 2


@pytest.mark.parametrize("damage", ["missing jar", "short jar", "no stamp"])
def test_an_incomplete_folder_is_fetched_anew(with_maven: Path, damage: str) -> None:
    fetch(with_maven)
    libs = with_maven / "libs"
    if damage == "missing jar":
        (libs / "a.jar").unlink()
    elif damage == "short jar":
        (libs / "a.jar").write_text("j")
    else:
        (libs / ".complete").unlink()
    assert fetch(with_maven) == ["a.jar", "b.jar"]
    assert (libs / "a.jar").read_text() == "jar\n"
    assert calls(with_maven) == 2


def test_what_maven_says_is_passed_on_and_nothing_counts_as_fetched(with_maven: Path) -> None:
    (with_maven / "broken").touch()
    with pytest.raises(KafkaUnavailable, match=r"check the network.*Maven says: Connection refused$"):
        fetch(with_maven)
    (with_maven / "broken").unlink()
    assert fetch(with_maven) == ["a.jar", "b.jar"]
    assert calls(with_maven) == 2
