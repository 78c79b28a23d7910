"""The store, the key of its pseudonyms, and the disk under both."""

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from api.doctor.running import Answering, Running
from api.doctor.verdict import Verdict, failed, ok, warning
from api.settings import Settings
from ingest.pseudonym import PseudonymKeyError, Pseudonyms, load_key
from ingest.store import StoreBusyError, StoreError
from ingest.store_look import StoreLook, look_into, wal_bytes

_MB = 1024 * 1024
_MUCH_WAL_BYTES = 2048 * _MB
"""The store folds 512 MB at a time into its file; much more means that it cannot."""
_RESTORE = (
    "dừng dịch vụ, giữ lại tệp này, khôi phục bản sao lưu; hoặc đặt TINHGON_STORE là tệp mới và đọc lại từ Kafka",
    "stop the service, keep this file, restore its backup; or set TINHGON_STORE to a new file and read Kafka again",
)


@dataclass(frozen=True, slots=True)
class Storage:
    """What can be seen of the store: a look into it, or why there is none; neither where there is no store yet."""

    look: StoreLook | None = None
    refused: StoreError | None = None


def look_at_storage(settings: Settings) -> Storage:
    """Look into the store of the settings, unless there is none or somebody holds it."""
    if not settings.store.exists():
        return Storage()
    try:
        return Storage(look=look_into(settings.store))
    except StoreError as error:
        return Storage(refused=error)


def check_store(settings: Settings, storage: Storage, answering: Answering) -> Verdict:
    """Check that the store opens, is of this version and folds what is written into its file."""
    if storage.refused:
        return _refused(settings, storage.refused, answering)
    if isinstance(answering, Running):
        return warning(
            (
                f"một dịch vụ đang chạy nhưng không giữ {settings.store}",
                f"a service runs, but it does not hold {settings.store}",
            ),
            (
                "chạy lệnh này với cùng TINHGON_STORE và TINHGON_PORT như dịch vụ",
                "run this with the TINHGON_STORE and TINHGON_PORT of the service",
            ),
        )
    if storage.look is None:
        return _absent(settings.store)
    look = storage.look
    if not look.is_readable:
        return failed(
            (f"{settings.store} có phiên bản {look.version}", f"{settings.store} is of version {look.version}"),
            (
                "dùng bản Tinh Gọn đã tạo ra nó, hoặc đặt TINHGON_STORE khác",
                "use the release that wrote it, or another file",
            ),
        )
    if look.wal_bytes > _MUCH_WAL_BYTES:
        return _much_wal(settings.store, look.wal_bytes)
    return ok(f"{settings.store}: {look.events:,} sự kiện", f"{settings.store}: {look.events:,} events")


def check_key(settings: Settings, storage: Storage) -> Verdict:
    """Check that the key file can be read, by its owner only, and belongs to the store."""
    path = settings.key_file
    if not path.exists():
        return _no_key(path, settings.store)
    try:
        key, mode = load_key(path), stat.S_IMODE(path.stat().st_mode)
        Pseudonyms(key)
    except (PseudonymKeyError, OSError) as error:
        return failed(
            (f"không dùng được khóa mã giả danh: {error}", f"the key of the pseudonyms cannot be used: {error}"),
            ("khôi phục khóa từ bản sao lưu", "restore it from its backup"),
        )
    if storage.look and not storage.look.was_hashed_with(key):
        return failed(
            (
                f"{settings.store} được ghi bằng khóa khác với {path}",
                f"{settings.store} was written with another key than {path}",
            ),
            (
                "khôi phục khóa cũ, hoặc đặt TINHGON_PSEUDONYM_KEY_FILE",
                "restore that key, or set TINHGON_PSEUDONYM_KEY_FILE",
            ),
        )
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return failed(
            (f"người khác đọc được {path} (quyền {mode:03o})", f"others can read {path} (mode {mode:03o})"),
            (
                f"chạy: chmod 600 {path}; ai đã đọc được khóa thì tìm được người sau mã giả danh",
                f"run: chmod 600 {path}; whoever has read it can tell who is behind a pseudonym",
            ),
        )
    return ok(f"chỉ chủ sở hữu đọc được {path}", f"only its owner can read {path}")


def check_disk(settings: Settings) -> Verdict:
    """Check that more disk is free than the service asks for."""
    folder = _existing(settings.store.absolute().parent)
    free, least = shutil.disk_usage(folder).free // _MB, settings.store_min_free_mb
    found = (
        f"còn trống {free:,} MB tại {folder}, cần {least:,} MB",
        f"{free:,} MB are free at {folder}, {least:,} MB are needed",
    )
    todo = (
        "giải phóng đĩa hoặc chuyển kho sang đĩa lớn hơn; khi đủ chỗ dịch vụ tự nhận sự kiện tiếp",
        "make room or move the store to a larger disk; with enough room events are taken in again by themselves",
    )
    if free < least:
        return failed(found, todo)
    return warning(found, todo) if free < 2 * least else ok(*found)


def _refused(settings: Settings, error: StoreError, answering: Answering) -> Verdict:
    if not isinstance(error, StoreBusyError):
        return failed((f"không mở được kho: {error}", str(error)), _RESTORE)
    who = str(error).partition(";")[0]
    if not isinstance(answering, Running):
        return failed(
            (
                f"tiến trình khác đang giữ kho ({who}), nhưng không dịch vụ nào trả lời",
                f"{who}, but no service answers",
            ),
            (
                "dừng tiến trình đó, hoặc chạy lệnh này với TINHGON_HOST và TINHGON_PORT của dịch vụ",
                "stop that process, or run this with the TINHGON_HOST and TINHGON_PORT of the service",
            ),
        )
    if answering.last_alarm:
        return warning(
            (f"dịch vụ báo động: {answering.last_alarm}", f"the service raised an alarm: {answering.last_alarm}"),
            ("có thể đã mất hoặc đọc lại sự kiện: xem nhật ký", "events may be lost or read again: see its log"),
        )
    wal = wal_bytes(settings.store)
    if wal > _MUCH_WAL_BYTES:
        return _much_wal(settings.store, wal)
    return ok(
        f"dịch vụ đang giữ kho: {answering.events:,} sự kiện, đã khai phá {answering.mined_events:,}",
        f"the service holds it: {answering.events:,} events, {answering.mined_events:,} mined",
    )


def _much_wal(store: Path, written: int) -> Verdict:
    return warning(
        (
            f"{written // _MB:,} MB còn nằm trong {store}.wal, chưa vào tệp chính",
            f"{written // _MB:,} MB are in {store}.wal and not yet in the file itself",
        ),
        (
            "khởi động lại dịch vụ lúc vắng: khi đóng, kho gộp tệp .wal; không xóa tệp này",
            "start the service again when it is quiet: closing the store folds the .wal file in; never delete it",
        ),
    )


def _absent(store: Path) -> Verdict:
    folder = _existing(store.absolute().parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        return failed(
            (f"không ghi được vào {folder}", f"{folder} cannot be written to"),
            (
                "cấp quyền ghi cho người chạy dịch vụ, hoặc đặt TINHGON_STORE",
                "give the service's user the right to, or set TINHGON_STORE",
            ),
        )
    return ok(f"chưa có {store}; sẽ được tạo khi khởi động", f"there is no {store} yet; the first start makes it")


def _no_key(path: Path, store: Path) -> Verdict:
    if not store.exists():
        return ok(f"chưa có {path}; sẽ được tạo khi khởi động", f"there is no {path} yet; the first start makes it")
    return failed(
        (f"không có khóa {path} của kho {store}", f"the key {path} of the store {store} is not there"),
        (
            "khôi phục khóa từ bản sao lưu, hoặc đặt TINHGON_PSEUDONYM_KEY_FILE",
            "restore it from its backup, or set TINHGON_PSEUDONYM_KEY_FILE",
        ),
    )


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())
