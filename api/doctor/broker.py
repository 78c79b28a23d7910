"""The Kafka broker and its topics."""

from datetime import datetime, timedelta

from api.doctor.running import Answering, Running
from api.doctor.verdict import Verdict, failed, ok, warning
from api.service import broker
from api.settings import Settings
from ingest.bus import BusError, Topics
from ingest.keeping import Keeping

_SHORT_RETENTION = timedelta(days=7)
_COMPACT = "kafka-configs.sh --alter --topic {name} --add-config cleanup.policy={policy}"

Kept = dict[str, Keeping | None]
"""How each topic of the settings keeps its messages; None where there is no such topic."""


def look_at_topics(settings: Settings) -> Kept | BusError | None:
    """Ask the broker for the topics of the settings; None where the service works without Kafka."""
    if settings.kafka == "off":
        return None
    names = (settings.kafka_events_topic, settings.kafka_rejected_topic, settings.kafka_catalogue_topic)
    try:
        with Topics(broker(settings)) as topics:
            return {name: topics.keeping(name) for name in names}
    except BusError as error:
        return error


def check_broker(settings: Settings, kept: Kept | BusError | None) -> Verdict:
    """Check that the broker answers."""
    if kept is None:
        return ok("không dùng Kafka (TINHGON_KAFKA=off)", "works without Kafka (TINHGON_KAFKA=off)")
    if isinstance(kept, BusError):
        return failed(
            (f"không dùng được Kafka: {kept}", str(kept)),
            (
                "kiểm tra Kafka có đang chạy, TINHGON_KAFKA_BOOTSTRAP và các cấu hình bảo mật có đúng không",
                "see whether Kafka runs, and whether TINHGON_KAFKA_BOOTSTRAP and the security settings are right",
            ),
        )
    return ok(f"{settings.kafka_bootstrap} trả lời", f"{settings.kafka_bootstrap} answers")


def check_topics(settings: Settings, kept: Kept | BusError | None, answering: Answering) -> dict[str, Verdict]:
    """Check each topic: it is there, can be read, and keeps what has to be kept."""
    if kept is None:
        return {}
    if isinstance(kept, BusError):
        todo = ("kết nối được với Kafka trước", "see that the broker answers first")
        return {"topics": warning(("chưa kiểm tra được", "they could not be looked at"), todo)}
    found: dict[str, Verdict] = {}
    for name, keeping in kept.items():
        found[f"topic {name}"] = _missing(name, answering) if keeping is None else _check(settings, name, keeping)
    return found


def newest_message_at(kept: Kept | BusError | None) -> datetime | None:
    """Return the time of the newest message in any of the topics."""
    if not isinstance(kept, dict):
        return None
    return max((one.newest_at for one in kept.values() if one and one.newest_at), default=None)


def _check(settings: Settings, name: str, keeping: Keeping) -> Verdict:
    if keeping.leaderless:
        places = ", ".join(map(str, keeping.leaderless))
        return failed(
            (f"phân vùng {places} không có máy chủ phụ trách", f"partitions {places} have no leader"),
            ("khởi động các máy chủ Kafka còn thiếu", "start the brokers that are away"),
        )
    if keeping.cleanup is None:
        return warning(
            ("không được phép xem cấu hình của chủ đề", "its settings may not be looked at"),
            ("cấp quyền DESCRIBE_CONFIGS cho người dùng Kafka", "give the Kafka user the right DESCRIBE_CONFIGS"),
        )
    if name == settings.kafka_catalogue_topic:
        return _check_catalogue(name, keeping)
    if "compact" in keeping.cleanup:
        return failed(
            (
                "bị nén (compact): Kafka xóa mọi sự kiện của một hồ sơ trừ sự kiện cuối",
                "it is compacted: Kafka deletes all messages of a dossier but the last",
            ),
            _configure(name, "delete"),
        )
    return _check_retention(settings, name, keeping)


def _check_catalogue(name: str, keeping: Keeping) -> Verdict:
    if "compact" not in (keeping.cleanup or ()):
        return failed(
            ("không nén (compact): danh mục sẽ bị xóa dần", "it is not compacted: the catalogue is deleted as it ages"),
            _configure(name, "compact"),
        )
    if "delete" in (keeping.cleanup or ()):
        return failed(
            ("vừa nén vừa xóa: danh mục cũ sẽ bị xóa", "it is compacted and deleted: old entries of the catalogue go"),
            _configure(name, "compact"),
        )
    return ok(f"số phân vùng: {keeping.partitions}; nén (compact)", f"partitions: {keeping.partitions}; compacted")


def _check_retention(settings: Settings, name: str, keeping: Keeping) -> Verdict:
    kept = keeping.retention
    if name == settings.kafka_events_topic and kept is not None and kept < _SHORT_RETENTION:
        hours = kept.total_seconds() / 3600
        return warning(
            (
                f"chỉ giữ sự kiện {hours:,.0f} giờ: dịch vụ dừng lâu hơn thì mất sự kiện",
                f"events are kept for {hours:,.0f} hours: a service that is away for longer loses some",
            ),
            (
                f"đặt retention.ms của {name} ít nhất 7 ngày (604800000)",
                f"set retention.ms of {name} to 7 days (604800000) or more",
            ),
        )
    how_long = ("mãi mãi", "for good") if kept is None else (f"{kept.days} ngày", f"{kept.days} days")
    return ok(
        f"số phân vùng: {keeping.partitions}; giữ {how_long[0]}",
        f"partitions: {keeping.partitions}; kept {how_long[1]}",
    )


def _missing(name: str, answering: Answering) -> Verdict:
    found = ("không có chủ đề này", "there is no such topic")
    if isinstance(answering, Running):
        return failed(
            found,
            (
                f"tạo lại {name} (ai đó đã xóa), rồi xem nhật ký của dịch vụ",
                f"make {name} again (somebody deleted it), and see the log of the service",
            ),
        )
    return warning(
        found,
        (
            "dịch vụ tự tạo khi khởi động nếu được phép; nếu không, nhờ quản trị Kafka tạo",
            "the service makes it when it starts, if it may; else ask whoever runs Kafka",
        ),
    )


def _configure(name: str, policy: str) -> tuple[str, str]:
    command = _COMPACT.format(name=name, policy=policy)
    return f"chạy ngay: {command}", f"run at once: {command}"
