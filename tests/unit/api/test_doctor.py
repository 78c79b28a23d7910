"""What the doctor finds on sound and on broken set-ups, each with the real thing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from api.doctor.clock import check_calendars, check_clock, decided_until
from api.doctor.configured import check_files, check_settings
from api.doctor.examination import examine
from api.doctor.running import Running, Stranger, check_address, who_answers
from api.doctor.storage import check_disk, check_key, check_store, look_at_storage
from api.doctor.verdict import Outcome, Verdict
from api.doctor.worker import check_worker
from api.settings import Settings
from ingest.decode import Received
from ingest.intake import Intake
from ingest.pseudonym import Pseudonyms, load_key
from ingest.store import open_store
from ingest.store_look import StoreLook, look_into
from ingest.tally import Tally
from mining.working_time.calendar_file import load_calendar, public_sector

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
OK, WARNING, FAILED = Outcome.OK, Outcome.WARNING, Outcome.FAILED
HOLD = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"

KILLED = """
import os, signal, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("INSERT INTO event SELECT * FROM event")
os.kill(os.getpid(), signal.SIGKILL)
"""
COMMAND = [sys.executable, "-c", "from api.cli import main; main()", "doctor"]


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TINHGON_")}
    return subprocess.run(
        [*COMMAND, *options], env=clean | environment, capture_output=True, text=True, timeout=180, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a service without Kafka that does not run, with a store of its own."""
    return Settings(kafka="off", store=tmp_path / "log.duckdb", port=free_port())


@pytest.fixture
def stored(settings: Settings) -> Settings:
    """The same with a store of one event, of 2025."""
    head = {"specversion": "1.0", "id": "1", "source": "/a", "type": "vn.tinhgon.dossier.step.v1", "subject": "H1"}
    event = {**head, "time": "2025-01-02T08:00:00+07:00", "data": {"procedure": "1.000001", "activity": "Nộp"}}
    with closing(open_store(settings.store, Pseudonyms(load_key(settings.key_file)))) as store:
        Intake(store, Tally()).take([Received(json.dumps(event).encode(), 0, 0)], origin="test")
    return settings


def changed(settings: Settings, **values: Any) -> Settings:
    return Settings(**{**settings.model_dump(), **values})


def store_of(settings: Settings) -> Verdict:
    return check_store(settings, look_at_storage(settings), who_answers(settings))


def look(**values: Any) -> StoreLook:
    return StoreLook(**{**dict.fromkeys(StoreLook.__slots__), "events": 1, "wal_bytes": 0, **values})


# The store, its key and its disk


def test_a_place_for_a_store_is_enough_before_the_first_start(settings: Settings) -> None:
    assert store_of(settings).outcome is OK
    assert check_key(settings, look_at_storage(settings)).outcome is OK
    assert check_disk(changed(settings, store=settings.store.parent / "a" / "b" / "log.duckdb")).outcome is OK
    assert list(settings.store.parent.iterdir()) == [], "the doctor makes nothing"


def test_a_sound_store_is_told_with_its_events_and_is_not_changed(stored: Settings) -> None:
    before = stored.store.read_bytes()
    assert store_of(stored).outcome is OK
    assert "1 events" in store_of(stored).found.en
    assert check_key(stored, look_at_storage(stored)).outcome is OK
    assert stored.store.read_bytes() == before


def test_a_store_that_another_process_holds_is_told_with_that_process(stored: Settings) -> None:
    holding = [sys.executable, "-c", HOLD, str(stored.store)]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        verdict = store_of(stored)
        holder.terminate()
    assert verdict.outcome is FAILED
    assert f"in use by process {holder.pid}, but no service answers" in verdict.found.en
    assert store_of(stored).outcome is OK


@pytest.mark.parametrize("content", [b"no database at all", b"", b"x" * 100_000])
def test_a_file_that_is_no_store_is_told(settings: Settings, content: bytes) -> None:
    settings.store.write_bytes(content)
    verdict = store_of(settings)
    assert verdict.outcome is FAILED
    assert str(settings.store) in verdict.found.en
    assert settings.store.read_bytes() == content


def test_a_damaged_store_is_told(stored: Settings) -> None:
    with stored.store.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(16_384))
    verdict = store_of(stored)
    assert verdict.outcome is FAILED
    assert verdict.todo is not None
    assert "restore its backup" in verdict.todo.en


def test_a_store_of_another_version_is_told(stored: Settings) -> None:
    storage = look_at_storage(stored)
    assert storage.look is not None
    other = type(storage)(look=look(version="99"))
    assert check_store(stored, other, None).outcome is FAILED


def test_what_was_never_folded_into_the_file_is_told(stored: Settings) -> None:
    with stored.store.with_name("log.duckdb.wal").open("wb") as wal:
        wal.truncate(3 * 1024**3)  # a hole: it takes no room
    assert check_store(stored, type(look_at_storage(stored))(look=look(wal_bytes=3 * 1024**3)), None).outcome is WARNING


def test_a_place_where_no_store_can_be_made_is_told(settings: Settings) -> None:
    no_folder = settings.store.with_name("file")
    no_folder.write_text("")
    verdict = store_of(changed(settings, store=no_folder / "log.duckdb"))
    assert verdict.outcome is FAILED
    assert f"{no_folder} cannot be written to" in verdict.found.en


def test_a_store_whose_service_was_killed_is_whole_and_left_as_it_is(stored: Settings) -> None:
    killed = [sys.executable, "-c", KILLED, str(stored.store)]
    assert subprocess.run(killed, check=False, timeout=60).returncode == -signal.SIGKILL
    wal = stored.store.with_name("log.duckdb.wal")
    before = wal.read_bytes()
    assert len(before) > 0
    assert "2 events" in store_of(stored).found.en
    assert wal.read_bytes() == before


@pytest.mark.parametrize(("mode", "outcome"), [(0o600, OK), (0o400, OK), (0o640, FAILED), (0o644, FAILED)])
def test_only_the_owner_may_read_the_key(stored: Settings, mode: int, outcome: Outcome) -> None:
    stored.key_file.chmod(mode)
    verdict = check_key(stored, look_at_storage(stored))
    assert verdict.outcome is outcome
    if outcome is FAILED:
        assert f"mode {mode:03o}" in verdict.found.en
        assert verdict.todo is not None
        assert f"chmod 600 {stored.key_file}" in verdict.todo.vi


@pytest.mark.parametrize("content", [None, "ff" * 32, "not hexadecimal", "ff"])
def test_a_key_that_is_lost_or_not_of_this_store_is_told(stored: Settings, content: str | None) -> None:
    stored.key_file.unlink()
    if content is not None:
        stored.key_file.write_text(content)
        stored.key_file.chmod(0o600)
    assert check_key(stored, look_at_storage(stored)).outcome is FAILED
    assert stored.key_file.exists() is (content is not None), "the doctor makes no key"


def test_too_little_free_disk_is_told_with_what_is_needed(settings: Settings) -> None:
    free = shutil.disk_usage(settings.store.parent).free // 1024**2
    verdict = check_disk(changed(settings, store_min_free_mb=2 * free))
    assert verdict.outcome is FAILED
    assert f"{2 * free:,} MB are needed" in verdict.found.en
    assert check_disk(changed(settings, store_min_free_mb=int(free * 0.7))).outcome is WARNING
    assert check_disk(changed(settings, store_min_free_mb=0)).outcome is OK


# The service and its address


def test_a_running_service_is_asked_instead_of_its_store(serving: Any) -> None:
    with serving() as served:
        served.take([served.event("H1", 0)])
        settings = changed(served.service.settings, port=int(str(served.client.base_url).rsplit(":", 1)[1]))
        answering = who_answers(settings)
        assert isinstance(answering, Running)
        assert (answering.events, answering.not_ready) == (1, ())
        assert answering.last_at == datetime(2025, 1, 1, 17, tzinfo=UTC)
        assert check_address(settings, answering).outcome is OK
        where = {"TINHGON_STORE": str(settings.store), "TINHGON_PORT": str(settings.port)}
        done = run("--json", TINHGON_KAFKA="off", **where)
        assert done.returncode == 0, done.stdout + done.stderr
        found = {one["check"]: one for one in json.loads(done.stdout)["checks"]}
        assert found["store"]["outcome"] == found["worker"]["outcome"] == "ok"
        assert "the service holds it: 1 events, 1 mined" in found["store"]["found"]["en"]
        served.take([served.event("H2", 0)])  # the store is open and whole as before
        elsewhere = changed(settings, store=settings.store.with_name("other.duckdb"))
        assert store_of(elsewhere).outcome is WARNING


def test_a_service_that_is_not_ready_and_one_of_another_version_are_told(settings: Settings) -> None:
    waiting = Running("0", 1, 1, ("ingest waiting: no broker",), None)
    assert check_address(settings, waiting).outcome is FAILED
    assert "ingest waiting: no broker" in check_address(settings, waiting).found.en
    assert check_address(settings, Running("0", 1, 1, (), None)).outcome is WARNING


class Other(BaseHTTPRequestHandler):
    """Some other service."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"name": "other"}' if self.server.server_port % 2 else b"<html>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening(start: Callable[[], Any]) -> Iterator[int]:
    with closing(start()) as listener:
        yield listener.getsockname()[1]


def test_another_program_on_the_port_is_told(settings: Settings) -> None:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        taken = changed(settings, port=server.server_port)
        answering = who_answers(taken)
        server.shutdown()
        thread.join()
    assert isinstance(answering, Stranger)
    assert check_address(taken, answering).outcome is FAILED


def test_an_address_that_is_free_or_of_another_machine_is_told(settings: Settings) -> None:
    assert check_address(settings, who_answers(settings)).outcome is OK
    assert check_address(changed(settings, host="192.0.2.1", port=0), None).outcome is FAILED


# Clock, calendars, settings, worker


def test_nothing_may_be_newer_than_now() -> None:
    minute = timedelta(minutes=1)
    assert check_clock(NOW, None, None).outcome is OK
    assert check_clock(NOW, NOW, NOW).outcome is OK
    assert check_clock(NOW, NOW + 2 * minute, None).outcome is FAILED
    assert check_clock(NOW, None, NOW + 2 * minute).outcome is WARNING
    assert "30 minutes ahead" in check_clock(NOW, None, NOW + 30 * minute).found.en


def test_days_off_are_decided_as_far_as_the_table_and_the_calendar_say(tmp_path: Path) -> None:
    assert decided_until(public_sector()) == 2026
    own = tmp_path / "own.toml"
    own.write_text('code = "own"\n[[override]]\nday = 2027-02-11\nworking = false\nsource = "notice"\n')
    assert decided_until(load_calendar(own)) == 2027
    own.write_text('code = "own"\nholidays = "none"\n')
    assert decided_until(load_calendar(own)) == 2099


@pytest.mark.parametrize(
    ("now", "last", "outcome"),
    [
        (datetime(2025, 3, 2, tzinfo=UTC), None, OK),
        (datetime(2025, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC), OK),
        (datetime(2026, 3, 2, tzinfo=UTC), None, WARNING),
        (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), FAILED),
        (datetime(2027, 1, 4, tzinfo=UTC), None, FAILED),
    ],
)
def test_days_off_have_to_be_decided_for_the_log_this_year_and_the_next(
    now: datetime, last: datetime | None, outcome: Outcome
) -> None:
    verdict = check_calendars([public_sector()], now, last)
    assert verdict.outcome is outcome
    assert "2026" in verdict.found.en


def test_a_bad_file_is_told_with_its_setting(settings: Settings, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[rules]\nmost = 1\n")
    assert check_files(settings).outcome is OK
    verdict = check_files(changed(settings, thresholds=bad, due_rules=tmp_path / "none.toml"))
    assert verdict.outcome is FAILED
    assert "TINHGON_THRESHOLDS" in verdict.found.en
    assert "TINHGON_DUE_RULES" in verdict.found.en


def test_a_variable_that_is_no_setting_is_told(settings: Settings) -> None:
    assert check_settings(settings, ["PATH"]).outcome is OK
    verdict = check_settings(settings, ["TINHGON_PROT"])
    assert verdict.outcome is WARNING
    assert "TINHGON_PROT (TINHGON_PORT?)" in verdict.found.vi


def test_a_worker_that_cannot_start_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pm4py.py").write_text("raise ImportError('it is not installed')\n")
    monkeypatch.syspath_prepend(str(tmp_path))  # processes that are spawned look there too
    verdict = check_worker(changed(settings, model_timeout_seconds=20))
    assert verdict.outcome is FAILED
    assert verdict.todo is not None
    assert "import pm4py" in verdict.todo.en


def test_the_command_says_in_the_language_asked_for_what_is_wrong_and_what_to_do(
    stored: Settings, tmp_path: Path
) -> None:
    calendars = tmp_path / "calendars.toml"
    calendars.write_text('code = "public-sector"\n[[override]]\nday = 2099-01-01\nworking = false\nsource = "notice"\n')
    environment = {
        "TINHGON_KAFKA": "off",
        "TINHGON_STORE": str(stored.store),
        "TINHGON_PORT": str(stored.port),
        "TINHGON_CALENDARS": str(calendars),
    }
    healthy = run("--language", "vi", **environment)
    assert healthy.returncode == 0, healthy.stdout + healthy.stderr
    assert healthy.stdout.endswith("\n10 tốt, 0 cảnh báo, 0 hỏng\n")
    stored.key_file.chmod(0o644)
    broken = run(**environment, TINHGON_KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert broken.returncode == 1
    assert "✗ Key of the pseudonyms: others can read" in broken.stdout
    assert "→ run: chmod 600" in broken.stdout.replace("\n", " ")
    assert broken.stdout.endswith("9 ok, 0 warnings, 1 failed\n")
    assert run(TINHGON_PORT="x").returncode == 2


def test_every_check_has_a_title_and_words_in_both_languages(stored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.doctor.examination.check_worker", lambda _settings: check_disk(stored))
    checked = list(examine(stored, now=datetime(2025, 1, 3, tzinfo=UTC)))
    assert [one.check for one in checked] == [
        *("settings", "files", "service", "store", "key", "disk", "broker", "clock", "calendar", "worker"),
    ]
    for one in checked:
        assert one.title.vi
        assert one.title.en
        assert one.verdict.found.vi
        assert (one.verdict.todo is None) is (one.verdict.outcome is OK)
        assert one.verdict.outcome is not FAILED


def test_the_look_into_a_store_tells_what_it_holds(stored: Settings) -> None:
    found = look_into(stored.store)
    assert (found.events, found.is_readable) == (1, True)
    assert found.first_at == found.last_at == datetime(2025, 1, 2, 1, tzinfo=UTC)
    assert found.was_hashed_with(load_key(stored.key_file))
    assert not found.was_hashed_with(b"another key of 32 bytes or so ...")
