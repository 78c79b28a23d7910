"""Times as people write them in log files, read as columns.

ISO 8601 in its usual forms, the day-first dates of Vietnam, the packed form of the national exchange packets and
Excel's day numbers. Month-first dates are never guessed: they are reported, and the file is refused.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.event import INSTANT
from ingest.sources.error import SourceError

_LOCAL = pa.timestamp("us")
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
# What exports write where there is no time.
_NOTHING = pa.array(["", "null", "nat", "nan", "none", r"\n"])
_STRICT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?"
_OFFSET = r"(?:Z|[+-]\d\d:\d\d)"
_CLOCK = (
    r"(?P<H>\d{1,2})(?::(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"\s*(?P<p>[AaPp][Mm]|SA|CH|sa|ch)?\s*(?P<z>[Zz]|[+-]\d{2}(?::?\d{2})?)?"
)
_YEAR_FIRST = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[Tt\s]\s*" + _CLOCK + r")?$"
_DAY_FIRST = r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?:[Tt\s]\s*" + _CLOCK + r")?$"
_CLOCK_FIRST = r"^(\d{1,2}:\d{2}(?::\d{2})?)\s+(\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$"
_PACKED = r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$"
_SERIAL = r"^\d{1,7}(?:\.\d+)?$"
_SERIAL_EPOCH_DAYS = -25_569
"""Day 0 of Excel's calendar (1899-12-30) in days since 1970."""
_AFTERNOON = pa.array(["pm", "ch"])

# The instants that Python's datetime can hold in every time zone.
_FIRST = pa.scalar(datetime(1, 1, 2, tzinfo=UTC), INSTANT)
_LAST = pa.scalar(datetime(9999, 12, 30, tzinfo=UTC), INSTANT)

_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Instants:
    """A column of times: `values` (INSTANT) is null where there is none; `bad` marks what is no time.

    `naive` tells whether some stood without an offset; `month_first` is the first row whose date can only be
    month-first, if any.
    """

    values: pa.Array
    bad: pa.Array
    naive: bool
    month_first: int | None = None


def read_instants(column: pa.Array, zone: str, *, serial_dates: bool = False) -> Instants:
    """Read a column of text, timestamps or dates; what has no offset is taken in the time zone `zone`.

    A fraction of a second is cut to microseconds. With `serial_dates` a bare number is an Excel day number.
    """
    read = _read_typed(column, zone) if _is_time(column) else _read_text(column, zone, serial_dates)
    outside = pc.fill_null(pc.or_(pc.less(read.values, _FIRST), pc.greater(read.values, _LAST)), False)
    if not pc.any(outside).as_py():
        return read
    return replace(read, values=pc.if_else(outside, None, read.values), bad=pc.or_(read.bad, outside))


def check_zone(zone: str) -> None:
    """Raise SourceError unless `zone` is a time zone that this machine knows."""
    try:
        pc.assume_timezone(pa.scalar(0, _LOCAL), zone)
    except pa.ArrowInvalid as error:
        raise SourceError(
            f"the time zone '{zone}' is not known here; write it like Asia/Ho_Chi_Minh. If it is right, this machine "
            "has no time zone database: install the system's package tzdata"
        ) from error


def day_first_like(column: pa.Array) -> bool:
    """Whether some of the texts are dates with the year at their end, whose day and month might be swapped."""
    if _is_time(column):
        return False
    return bool(pc.any(pc.match_substring_regex(column, r"\b\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b")).as_py())


def _is_time(column: pa.Array) -> bool:
    return bool(pa.types.is_timestamp(column.type) or pa.types.is_date(column.type))


def _read_typed(column: pa.Array, zone: str) -> Instants:
    naive = not pa.types.is_timestamp(column.type) or column.type.tz is None
    cast = column.cast(_LOCAL if naive else INSTANT, safe=False)
    return _whole(_to_utc(cast, zone) if naive else cast, naive and cast.null_count < len(cast))


def _read_text(column: pa.Array, zone: str, serial_dates: bool) -> Instants:
    text = pc.utf8_trim_whitespace(column)
    text = pc.if_else(pc.is_in(pc.utf8_lower(text), value_set=_NOTHING), None, text)
    # A cast is the fastest, but a slow way to find out that it fails.
    for kind, form in ((INSTANT, _STRICT + _OFFSET), (_LOCAL, _STRICT)):
        if pc.all(pc.match_substring_regex(text, f"^{form}$")).as_py() is False:
            continue
        try:
            cast = text.cast(kind)
        except pa.ArrowInvalid:
            break
        naive = kind is _LOCAL and cast.null_count < len(cast)
        return _whole(_to_utc(cast, zone) if kind is _LOCAL else cast, naive)
    return _read_each(text, zone, serial_dates)


def _whole(values: pa.Array, naive: bool) -> Instants:
    return Instants(values, pa.array(np.zeros(len(values), np.bool_)), naive)


def _to_utc(local: pa.Array, zone: str) -> pa.Array:
    known = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest")
    return known.cast(INSTANT)


def _read_each(text: pa.Array, zone: str, serial_dates: bool) -> Instants:
    """Read the parts of each text: slower than a cast, for columns of mixed, local or faulty times."""
    text = pc.replace_substring_regex(text, _CLOCK_FIRST, r"\2 \1")
    text = pc.replace_substring_regex(text, _PACKED, r"\1-\2-\3 \4:\5:\6")
    year_first, day_first = pc.extract_regex(text, _YEAR_FIRST), pc.extract_regex(text, _DAY_FIRST)
    part = {key: pc.coalesce(pc.struct_field(year_first, key), pc.struct_field(day_first, key)) for key in "ymdHMSfpz"}
    day, month = _number(part["d"]), _number(part["m"])
    days, exists = _days(_number(part["y"]), month, day)
    clock, possible = _clock(part)
    offset, known = _offset(part["z"])
    matched = _mask(pc.is_valid(part["y"]))
    valid = matched & exists & possible & known
    local = days * _DAY + clock - offset
    naive = valid & _mask(pc.equal(part["z"], ""))
    if serial_dates:
        serial, is_serial = _serials(text)
        local, valid, naive = np.where(is_serial, serial, local), valid | is_serial, naive | is_serial
    aware = pa.array(local, mask=~(valid & ~naive)).cast(INSTANT)
    values = pc.coalesce(aware, _to_utc(pa.array(local, mask=~naive).cast(_LOCAL), zone))
    swapped = np.flatnonzero(_mask(pc.is_valid(day_first)) & (month > 12) & (month <= 31) & (day >= 1) & (day <= 12))
    first = int(swapped[0]) if len(swapped) else None
    return Instants(values, pa.array(_mask(pc.is_valid(text)) & ~valid), bool(naive.any()), first)


def _days(year: _Ints, month: _Ints, day: _Ints) -> tuple[_Ints, _Bools]:
    """Days since 1970 of each date, and whether the calendar has it."""
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    exists = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= following - first)
    return first + day - 1, exists


def _clock(part: dict[str, pa.Array]) -> tuple[_Ints, _Bools]:
    """Microseconds since midnight of each time of day, and whether the clock has it."""
    hour, minute, second = (_number(part[key]) for key in "HMS")
    half = pc.utf8_lower(pc.fill_null(part["p"], ""))
    halved, afternoon = _mask(pc.not_equal(half, "")), _mask(pc.is_in(half, value_set=_AFTERNOON))
    possible = (minute < 60) & (second < 60) & np.where(halved, (hour >= 1) & (hour <= 12), hour < 24)
    hour = np.where(halved, hour % 12 + np.where(afternoon, 12, 0), hour)
    fraction = _number(pc.utf8_slice_codeunits(pc.utf8_rpad(part["f"], 6, "0"), 0, 6))
    return ((hour * 60 + minute) * 60 + second) * _SECOND + fraction, possible


def _offset(zone: pa.Array) -> tuple[_Ints, _Bools]:
    """Microseconds to take away for each offset (`+07:00`, `Z`, nothing), and whether it is one."""
    digits = pc.utf8_rpad(pc.replace_substring_regex(zone, "[^0-9]", ""), 4, "0")
    hours = _number(pc.utf8_slice_codeunits(digits, 0, 2))
    minutes = _number(pc.utf8_slice_codeunits(digits, 2, 4))
    west = _mask(pc.starts_with(zone, "-"))
    return np.where(west, -1, 1) * (hours * 60 + minutes) * 60 * _SECOND, (hours < 24) & (minutes < 60)


def _serials(text: pa.Array) -> tuple[_Ints, _Bools]:
    """Local microseconds since 1970 of Excel's day numbers, to the millisecond, which is all that Excel keeps."""
    matched = _mask(pc.match_substring_regex(text, _SERIAL))
    days = pc.if_else(pa.array(matched), text, "0").cast(pa.float64()).to_numpy(zero_copy_only=False)
    milliseconds = np.rint((days + _SERIAL_EPOCH_DAYS) * 86_400_000).astype(np.int64)
    return milliseconds * 1000, matched & (days < 2_958_466)


def _number(digits: pa.Array) -> _Ints:
    filled = pc.if_else(pc.equal(pc.fill_null(digits, ""), ""), "0", digits)
    numbers: _Ints = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _mask(flags: pa.Array) -> _Bools:
    mask: _Bools = pc.fill_null(flags, False).to_numpy(zero_copy_only=False)
    return mask
