from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.sources import SourceError
from ingest.sources.times import Instants, check_zone, day_first_like, read_instants

HANOI = "Asia/Ho_Chi_Minh"
NOON = datetime(2024, 3, 4, 5, 0, tzinfo=UTC)
"""12:00 in Viet Nam."""


def read(*texts: str | None, serial_dates: bool = False) -> Instants:
    return read_instants(pa.array(texts, pa.string()), HANOI, serial_dates=serial_dates)


def one(text: str, **options: bool) -> datetime | None:
    values: list[datetime | None] = read(text, **options).values.to_pylist()
    return values[0]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-04T12:00:00+07:00",
        "2024-03-04T05:00:00Z",
        "2024-03-04t05:00:00z",
        "2024-03-04 12:00:00+0700",
        "2024-03-04 12:00:00 +07:00",
        "2024-03-04T12:00+07",
        "2024-03-03T21:00:00-08:00",
        "2024-03-04T12:00:00",
        "2024-03-04 12:00",
        "2024-03-04 12",
        " 2024-03-04 12:00:00 ",
        "2024-3-4 12:00:00",
        "2024/03/04 12:00:00.000",
        "2024.03.04 12:00",
        "04/03/2024 12:00",
        "4/3/2024 12:00:00",
        "04-03-2024 12:00:00.000",
        "04.03.2024 12:00",
        "12:00 04/03/2024",
        "12:00:00 04/03/2024",
        "04/03/2024 12:00 CH",
        "04/03/2024 12:00:00 PM",
        "20240304120000",
    ],
)
def test_one_instant_in_many_forms(text: str) -> None:
    assert one(text) == NOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-04", datetime(2024, 3, 3, 17, tzinfo=UTC)),
        ("04/03/2024", datetime(2024, 3, 3, 17, tzinfo=UTC)),
        ("2024-03-04T05:00:00.1Z", NOON + timedelta(milliseconds=100)),
        ("2024-03-04T05:00:00,25Z", NOON + timedelta(milliseconds=250)),
        ("2024-03-04T05:00:00.123456Z", NOON + timedelta(microseconds=123456)),
        ("2024-03-04T05:00:00.123456789Z", NOON + timedelta(microseconds=123456)),
        ("2024-03-04T05:00:00.999999999Z", NOON + timedelta(microseconds=999999)),
        ("04/03/2024 12:00 SA", datetime(2024, 3, 3, 17, tzinfo=UTC)),
        ("29/02/2024", datetime(2024, 2, 28, 17, tzinfo=UTC)),
        ("1969-12-31T23:59:59.999999Z", datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_dates_fractions_and_halves_of_the_day(text: str, expected: datetime) -> None:
    assert one(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2024-02-30",
        "2023-02-29T00:00:00Z",
        "2024-13-01",
        "31/04/2024",
        "00/01/2024",
        "2024-03-04T24:00:00Z",
        "2024-03-04T12:60:00Z",
        "2024-03-04T12:00:60Z",
        "2024-03-04T12:00:00+24:00",
        "2024-03-04T12:00:00+07:60",
        "2024-03-04T12:00:00.1234567890Z",
        "04/03/2024 13:00 CH",
        "04/03/2024 0:30 PM",
        "04/03/24",
        "1709528400",
        "2024-03",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "12:00",
        "2024-03-04T12:00:00Zulu",
        "45355.5",
    ],
)
def test_what_is_no_time_is_marked(text: str) -> None:
    times = read(text, "2024-03-04T05:00:00Z", None)
    assert times.bad.to_pylist() == [True, False, False]
    assert times.values.to_pylist() == [None, NOON, None]


@pytest.mark.parametrize("text", ["", "  ", "NULL", "null", "NaT", "nan", "None", r"\N"])
def test_what_exports_write_for_nothing_is_no_time_and_no_fault(text: str) -> None:
    times = read(text, "2024-03-04T12:00:00+07:00")
    assert times.values.to_pylist() == [None, NOON]
    assert times.bad.to_pylist() == [False, False]
    assert not times.naive


def test_times_without_an_offset_are_noticed() -> None:
    assert not read("2024-03-04T12:00:00Z").naive
    assert read("2024-03-04T12:00:00").naive
    assert read("2024-03-04T12:00:00Z", "2024-03-04").naive
    assert not read("2024-03-04T12:00:00Z", "04/03/2024 12:00 +07:00").naive
    assert not read(None, "nonsense").naive


def test_mixed_forms_in_one_column_are_read_one_by_one() -> None:
    values = read("2024-03-04T05:00:00Z", "04/03/2024 12:00", "20240304120000", "x").values
    assert values.to_pylist() == [NOON, NOON, NOON, None]


def test_a_date_that_can_only_be_month_first_is_reported_and_not_read() -> None:
    times = read("04/03/2024", "12/31/2024 08:00", "03/13/2024")
    assert times.month_first == 1
    assert times.values[1].as_py() is None


@pytest.mark.parametrize("text", ["31/12/2024", "31/13/2024", "13/32/2024", "00/13/2024", "2024-13-01"])
def test_other_impossible_dates_are_not_taken_for_month_first(text: str) -> None:
    assert read(text).month_first is None


def test_dates_whose_day_and_month_might_be_swapped_are_noticed() -> None:
    assert day_first_like(pa.array(["2024-03-04", "08:15 4/3/2024"]))
    assert not day_first_like(pa.array(["2024-03-04", "2024/03/04", None]))
    assert not day_first_like(pa.array([], pa.string()))
    assert not day_first_like(pa.array([date(2024, 3, 4)]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45355.5", NOON),
        ("45355", NOON - timedelta(hours=12)),
        ("45355.343055555555", datetime(2024, 3, 4, 1, 14, tzinfo=UTC)),
        ("45355.34", datetime(2024, 3, 4, 1, 9, 36, tzinfo=UTC)),
    ],
)
def test_day_numbers_of_excel(text: str, expected: datetime) -> None:
    assert one(text, serial_dates=True) == expected


def test_a_day_number_beyond_the_calendar_of_excel_is_no_time() -> None:
    assert read("2958466", serial_dates=True).bad.to_pylist() == [True]


@pytest.mark.parametrize(
    ("column", "naive"),
    [
        (pa.array([NOON, None], pa.timestamp("ns", tz="Europe/Rome")), False),
        (pa.array([datetime(2024, 3, 4, 12), None], pa.timestamp("ms")), True),  # noqa: DTZ001
        (pa.array([NOON, None], pa.timestamp("s", tz="UTC")), False),
    ],
)
def test_typed_times(column: pa.Array, naive: bool) -> None:
    times = read_instants(column, HANOI)
    assert times.values.to_pylist() == [NOON, None]
    assert times.naive == naive


def test_typed_dates_start_at_midnight() -> None:
    times = read_instants(pa.array([date(2024, 3, 4)], pa.date32()), HANOI)
    assert times.values.to_pylist() == [datetime(2024, 3, 3, 17, tzinfo=UTC)]
    assert times.naive


def test_the_hour_that_summer_time_skips_or_repeats_is_still_an_instant() -> None:
    times = read_instants(pa.array(["2024-03-31T02:30:00", "2024-10-27T02:30:00"]), "Europe/Rome")
    assert times.values.to_pylist() == [datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 0, 30, tzinfo=UTC)]


def test_an_unknown_time_zone_is_refused() -> None:
    check_zone(HANOI)
    with pytest.raises(SourceError, match="the time zone 'Asia/Saigonn' is not known here"):
        check_zone("Asia/Saigonn")


INSTANTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28), timezones=st.just(UTC))  # noqa: DTZ001
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(deadline=None)
@given(instants=st.lists(INSTANTS, max_size=5), zone=OFFSETS)
def test_iso_texts_with_an_offset_are_read_exactly(instants: list[datetime], zone: timezone) -> None:
    times = read(*(instant.astimezone(zone).isoformat() for instant in instants))
    assert times.values.to_pylist() == instants
    assert not times.naive


@settings(deadline=None)
@given(instant=INSTANTS, zone=OFFSETS, digits=st.integers(0, 9))
def test_every_written_form_of_an_instant_is_the_same_instant(instant: datetime, zone: timezone, digits: int) -> None:
    local = instant.astimezone(zone)
    fraction = f"{local.microsecond:06d}000"[:digits]
    offset = local.isoformat()[-6:]
    clock = f"{local:%H:%M:%S}" + (f".{fraction}" if fraction else "") + offset
    forms = [
        f"{local.year:04d}-{local:%m-%d}T{clock}",
        f"{local.year:04d}/{local:%m/%d} {clock}",
        f"{local:%d/%m}/{local.year:04d} {clock}",
        f"{local.day}/{local.month}/{local.year:04d} {clock}",
    ]
    cut = instant.replace(microsecond=int(f"{fraction:0<6}"[:6]))
    assert read(*forms).values.to_pylist() == [cut] * len(forms)
    # A faulty neighbour makes the column be read part by part; that must change nothing.
    assert [one(form) for form in forms] == [cut] * len(forms)
    assert read(forms[0], "no time").values.to_pylist() == [cut, None]


@settings(deadline=None)
@given(text=st.text(max_size=30) | st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( \d{1,2}:\d{1,2})?", fullmatch=True))
@example("١٢/٠٣/٢٠٢٤")
@example("2024-03-04T05:00:00\x00Z")
def test_any_text_is_a_time_or_nothing_or_a_fault_and_its_neighbours_do_not_matter(text: str) -> None:
    alone, beside = read(text), read(text, "no time", "2024-03-04T05:00:00Z")
    assert alone.values[0].as_py() == beside.values[0].as_py()
    assert alone.bad[0].as_py() == beside.bad[0].as_py()
    assert not (alone.bad[0].as_py() and alone.values[0].is_valid)
