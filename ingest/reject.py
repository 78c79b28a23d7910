"""Why an event could not be used: the reason codes, and the record kept of each such event."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Reason codes, stable: they stand in the `rejected` table, in the rejects topic and in metrics."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    MALFORMED_JSON = "malformed_json"
    TOO_DEEP = "too_deep"
    NOT_AN_OBJECT = "not_an_object"
    UNSUPPORTED_CONTENT_TYPE = "unsupported_content_type"
    UNSUPPORTED_SPECVERSION = "unsupported_specversion"
    UNKNOWN_TYPE = "unknown_type"
    MISSING_SPECVERSION = "missing_specversion"
    MISSING_ID = "missing_id"
    MISSING_SOURCE = "missing_source"
    MISSING_TYPE = "missing_type"
    MISSING_SUBJECT = "missing_subject"
    MISSING_TIME = "missing_time"
    MISSING_DATA = "missing_data"
    MISSING_ACTIVITY = "missing_activity"
    INVALID_TIME = "invalid_time"
    TIME_WITHOUT_OFFSET = "time_without_offset"
    TIME_IN_FUTURE = "time_in_future"
    TIME_TOO_OLD = "time_too_old"
    UNKNOWN_LIFECYCLE = "unknown_lifecycle"
    INVALID_STATUS = "invalid_status"
    FIELD_TOO_LONG = "field_too_long"
    INVALID_FIELD = "invalid_field"
    INVALID_CATALOGUE = "invalid_catalogue"


@dataclass(frozen=True, slots=True)
class Rejected:
    """One event that could not be used: its bytes, its place in what it came from, and why, for a person.

    `origin` is a topic, a file name or `http`; `position` an offset, a row (from 1) or the place in a batch.
    """

    origin: str
    partition: int | None
    position: int
    reason: Reason
    detail: str
    payload: bytes | None
