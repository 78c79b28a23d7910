import unicodedata

import pytest

from ingest.sources import ColumnMapping, SourceError
from ingest.sources.columns import FIELDS
from ingest.sources.detect import plain, resolve


def found(header: str, told: str = "") -> dict[str, str]:
    names = tuple(header.split(","))
    return resolve("log.csv", names, ColumnMapping.parse(told)).named()


@pytest.mark.parametrize("name", ["Mã hồ sơ", "MA_HO_SO", "ma-ho-so", "MaHoSo", "mã hồ sơ ", "Mã hồ sơ (*)"])
def test_names_are_compared_without_accents_case_and_separators(name: str) -> None:
    assert plain(name) == "mahoso"


def test_d_with_stroke_and_decomposed_accents_are_plain() -> None:
    assert plain("Đơn vị") == plain(unicodedata.normalize("NFD", "Đơn vị")) == "donvi"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "case:concept:name,concept:name,time:timestamp,start_timestamp,org:resource,org:role,org:group,"
            "lifecycle:transition,Activity,Resource,case:variant,case:variant-index,@@startevent_concept:name",
            "case:concept:name,concept:name,time:timestamp,start_timestamp,org:resource,org:group,org:role,"
            "lifecycle:transition",
        ),
        (
            "Case ID,Activity,Resource,Start Timestamp,Complete Timestamp,Variant,Variant index",
            "Case ID,Activity,Complete Timestamp,Start Timestamp,Resource",
        ),
        (
            "_CASE_KEY,ACTIVITY,ACTIVITY_EN,EVENTTIME,_SORTING,USER_NAME",
            "_CASE_KEY,ACTIVITY_EN,EVENTTIME,USER_NAME",
        ),
        ("CASE_KEY,ACTIVITY,START_TIME,END_TIME,USER_NAME", "CASE_KEY,ACTIVITY,END_TIME,START_TIME,USER_NAME"),
        ("case_id,Activity,start_time,end_time,Resource", "case_id,Activity,end_time,start_time,Resource"),
        (
            "Mã hồ sơ,Mã thủ tục,Công việc,Bắt đầu,Kết thúc,Người xử lý,Đơn vị,Chức danh,Kênh,Trạng thái",
            "Mã hồ sơ,Công việc,Kết thúc,Bắt đầu,Mã thủ tục,Người xử lý,Đơn vị,Chức danh,Kênh,Trạng thái",
        ),
        (
            "MaHoSo,MaTTHC,Bước,ThoiDiemXuLy,NguoiXuLy,PhongBanXuLy,ChucDanh,NgayHenTra",
            "MaHoSo,Bước,ThoiDiemXuLy,MaTTHC,NguoiXuLy,PhongBanXuLy,ChucDanh,NgayHenTra",
        ),
        ("dossier,task,timestamp,deadline,e_signed", "dossier,task,timestamp,deadline,e_signed"),
        ("case,event,time,step", "case,event,time,step"),
        ("case,step,time", "case,step,time"),
    ],
)
def test_known_exports_are_recognised(header: str, expected: str) -> None:
    assert sorted(found(header).values()) == sorted(expected.split(","))


def test_each_field_of_an_event_is_found_by_its_own_name() -> None:
    names = [field.replace("due", "due_at").replace("case_variant", "case variant") for field in FIELDS]
    assert list(resolve("x.csv", names, ColumnMapping()).named()) == list(FIELDS)


def test_the_step_is_the_activity_only_where_nothing_else_is() -> None:
    assert found("case,event,time,step")["step"] == "step"
    assert found("case,step,time") == {"dossier": "case", "activity": "step", "completed": "time"}


def test_the_variant_of_disco_is_not_the_case_variant() -> None:
    assert "case_variant" not in found("Case ID,Activity,Complete Timestamp,Variant")
    assert found("Case ID,Activity,Complete Timestamp,Case Variant")["case_variant"] == "Case Variant"


def test_attributes_of_the_dossier_stand_for_its_events_only_where_they_cannot_mislead() -> None:
    header = "case:concept:name,concept:name,time:timestamp,case:channel,case:deadline,case:status,case:resource"
    taken = found(header)
    assert (taken["channel"], taken["due"]) == ("case:channel", "case:deadline")
    assert "status" not in taken
    assert "officer" not in taken


def test_a_due_date_of_an_event_is_not_the_promise_of_the_dossier() -> None:
    assert "due" not in found("case:concept:name,concept:name,time:timestamp,dueDate")
    assert found("case_id,activity,end_time,due date")["due"] == "due date"


def test_what_is_told_comes_first_and_is_found_without_exact_spelling() -> None:
    taken = found("Case ID,Activity,Mã HS,Start,End", "dossier=ma_hs,completed=START")
    assert taken == {"dossier": "Mã HS", "activity": "Activity", "completed": "Start"}


def test_an_attribute_of_the_dossier_can_be_told_without_its_prefix() -> None:
    taken = found("case:concept:name,concept:name,time:timestamp,case:enddate_planned", "due=enddate_planned")
    assert taken["due"] == "case:enddate_planned"


def test_a_field_can_be_left_out() -> None:
    assert "channel" not in found("case_id,activity,end_time,channel", "channel=")


def test_one_column_may_serve_two_fields_when_told_so() -> None:
    taken = found("case_id,activity,end_time", "step=activity,activity=activity")
    assert taken["step"] == taken["activity"] == "activity"


def test_missing_columns_are_named_with_what_was_found_and_what_to_say() -> None:
    with pytest.raises(SourceError) as raised:
        found("foo,bar")
    assert str(raised.value) == (
        "log.csv: no column was recognised for the dossier and the activity and a time (completed or started). "
        "Columns found: 'foo', 'bar'. Say which column is which, for instance: "
        "--columns dossier=...,activity=...,completed=..."
    )


def test_a_start_is_time_enough() -> None:
    assert found("case_id,activity,start_time")["started"] == "start_time"


def test_a_status_that_is_told_stands_for_the_activity() -> None:
    assert "activity" not in found("MaHoSo,ThoiDiemXuLy,TrangThai", "status=TrangThai")
    with pytest.raises(SourceError, match="the activity"):
        found("MaHoSo,ThoiDiemXuLy,TrangThai")


def test_a_column_that_was_told_and_is_absent_is_an_error() -> None:
    with pytest.raises(
        SourceError, match=r"there is no column 'Ma' for the field 'dossier'\. Columns found: 'case_id'"
    ):
        found("case_id,activity,end_time", "dossier=Ma")


def test_a_told_name_that_fits_two_columns_must_be_exact() -> None:
    with pytest.raises(SourceError, match="may be any of 'Ma HS', 'ma_hs'"):
        found("Ma HS,ma_hs,activity,end_time", "dossier=MAHS")


def test_a_long_list_of_columns_is_shortened() -> None:
    with pytest.raises(SourceError, match="'c39' and 60 more"):
        resolve("x.csv", [f"c{number}" for number in range(100)], ColumnMapping())
