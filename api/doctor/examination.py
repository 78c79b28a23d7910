"""All checks in their order, each under its name; what one has seen serves the next."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from api.doctor.broker import check_broker, check_topics, look_at_topics, newest_message_at
from api.doctor.clock import check_calendars, check_clock
from api.doctor.configured import check_files, check_settings
from api.doctor.running import Running, check_address, who_answers
from api.doctor.storage import check_disk, check_key, check_store, look_at_storage
from api.doctor.verdict import Verdict, Words
from api.doctor.worker import check_worker
from api.given_files import office_hours
from api.settings import Settings
from mining import MiningError
from mining.working_time.calendar import Calendar
from mining.working_time.calendar_file import public_sector

TITLES = {
    "settings": Words("Cấu hình", "Settings"),
    "files": Words("Tệp được nêu", "Files that are named"),
    "service": Words("Dịch vụ và cổng", "Service and port"),
    "store": Words("Kho dữ liệu", "Store"),
    "key": Words("Khóa mã giả danh", "Key of the pseudonyms"),
    "disk": Words("Đĩa", "Disk"),
    "broker": Words("Kafka", "Kafka"),
    "topic": Words("Chủ đề", "Topic"),
    "topics": Words("Các chủ đề", "Topics"),
    "clock": Words("Đồng hồ", "Clock"),
    "calendar": Words("Lịch nghỉ", "Days off"),
    "worker": Words("Tiến trình mô hình", "Worker for models"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A check by its name, and its verdict."""

    check: str
    verdict: Verdict

    @property
    def title(self) -> Words:
        """What was checked."""
        kind, _space, which = self.check.partition(" ")
        title = TITLES[kind]
        return Words(f"{title.vi} {which}", f"{title.en} {which}") if which else title


def examine(settings: Settings, *, now: datetime | None = None) -> Iterator[Checked]:
    """Run all checks, one after the other; nothing is changed by them."""
    now, answering, storage = now or datetime.now(UTC), who_answers(settings), look_at_storage(settings)
    yield Checked("settings", check_settings(settings, os.environ))
    yield Checked("files", check_files(settings))
    yield Checked("service", check_address(settings, answering))
    yield Checked("store", check_store(settings, storage, answering))
    yield Checked("key", check_key(settings, storage))
    yield Checked("disk", check_disk(settings))
    kept = look_at_topics(settings)
    yield Checked("broker", check_broker(settings, kept))
    for name, verdict in check_topics(settings, kept, answering).items():
        yield Checked(name, verdict)
    look, last_at = storage.look, answering.last_at if isinstance(answering, Running) else None
    last_at = look.last_at if look else last_at
    newest_at = max((one for one in (last_at, newest_message_at(kept)) if one), default=None)
    yield Checked("clock", check_clock(now, look.received_at if look else None, newest_at))
    yield Checked("calendar", check_calendars(_calendars(settings), now, last_at))
    yield Checked("worker", check_worker(settings))


def _calendars(settings: Settings) -> list[Calendar]:
    """The calendars that the service would count by: the default, and those of the file."""
    try:
        given = office_hours(settings).given()
    except MiningError:  # told by the check of the files
        return [public_sector()]
    return [one.calendar for one in (given.default, *given.of_unit.values())]
