"""The folder of a broker: its configuration, and that nobody else's process or port is touched."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.kafka.broker import main, running_pid, stop_broker
from deploy.kafka.home import Home, choose_port, configure, format_storage
from deploy.kafka.jars import BrokerError


def test_the_configuration_is_for_this_machine_only(tmp_path: Path) -> None:
    home = Home(tmp_path)
    configure(home, "127.0.0.1:9555")
    settings = dict(
        line.split("=", 1) for line in home.config.read_text().splitlines() if "=" in line and line[0] != "#"
    )
    plaintext, controller = settings["listeners"].split(",")
    assert plaintext == "PLAINTEXT://127.0.0.1:9555"
    assert controller.startswith("CONTROLLER://127.0.0.1:")
    assert settings["controller.quorum.voters"] == f"1@{controller.removeprefix('CONTROLLER://')}"
    assert settings["log.dirs"] == str(tmp_path / "data")
    assert settings["auto.create.topics.enable"] == "false"


def test_a_path_with_vietnamese_letters_is_written_as_java_reads_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "Hồ sơ 𝒳")
    home.root.mkdir()
    configure(home, "127.0.0.1:9555")
    assert r"/H\u1ed3 s\u01a1 \ud835\udcb3/data" in home.config.read_text(encoding="ascii")


def test_a_wished_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=f"Port {port} is taken by another program.*--port"):
            choose_port(port)
    assert choose_port(port) == port


def test_damaged_storage_is_not_started_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.data.mkdir()
    (home.data / "meta.properties").write_text("junk")
    with pytest.raises(BrokerError, match="is damaged: remove that folder"):
        format_storage(home, tmp_path, threading.Event())


@pytest.mark.parametrize("text", ["", "junk", "-1", "99999999"])
def test_a_stale_pid_file_is_no_broker(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    home.pid_file.write_text(text)
    assert running_pid(home) is None
    assert stop_broker(home) is False


def test_a_pid_that_another_program_got_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        home.pid_file.write_text(str(other.pid))
        assert stop_broker(home) is False
        assert other.poll() is None


def test_without_a_broker_status_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().out == "not running\n"
    assert main(["stop", "--home", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "not running\n"


def test_without_java_starting_ends_with_3_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert main(["start", "--home", str(tmp_path)]) == 3
    assert capsys.readouterr().err.count("\n") == 1
