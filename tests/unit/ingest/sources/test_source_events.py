import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.reject import Rejected
from ingest.sources import SourceError

Write = Callable[..., Path]
ReadFile = Callable[..., Any]
EIGHT = datetime(2024, 3, 4, 8, tzinfo=UTC)
NINE = datetime(2024, 3, 4, 9, tzinfo=UTC)


def test_a_row_is_an_event(write: Write, read: ReadFile) -> None:
    path = write(
        "case_study.csv",
        "MaHoSo,Bước,Bắt đầu,Kết thúc,MaTTHC,NguoiXuLy,DonVi,ChucDanh,Kenh,TruongHop,PhienBanQuyTrinh,SoBuoc,"
        "TrangThai,NgayHenTra,KetQua,HeThong,SoHoa,KySo,KetQuaDienTu,ThanhToanTrucTuyen,XinLoi,CMND\n"
        "H29-1,Thẩm định,2024-03-04T15:00:00+07:00,2024-03-04T16:00:00+07:00,1.001193,an,H29.1,chuyên viên,trực tuyến,"
        "thường,v2,B3,4,2024-03-10,đạt,cổng mới,có,không,,1,0,079012345678\n",
    )
    result = read(path)
    (event,) = result.events
    source = event.pop("source")
    assert source.startswith("urn:tinhgon:file:")
    assert len(source) == len("urn:tinhgon:file:") + 16
    assert event == {
        "id": "1",
        "kind": "step",
        "dossier": "H29-1",
        "occurred_at": NINE,
        "started_at": EIGHT,
        "procedure": "1.001193",
        "case_variant": "thường",
        "process_version": "v2",
        "step": "B3",
        "activity": "Thẩm định",
        "lifecycle": "complete",
        "status": 4,
        "unit": "H29.1",
        "role": "chuyên viên",
        "officer": "an",
        "channel": "trực tuyến",
        "source_system": "cổng mới",
        "sequence": 1,
        "due_at": datetime(2024, 3, 9, 17, tzinfo=UTC),
        "outcome": "đạt",
        "digitised_input": True,
        "e_signed": False,
        "e_result": None,
        "paid_online": True,
        "apology": False,
    }
    assert result.rejected == []


def test_the_position_is_the_id_and_the_sequence(write: Write, read: ReadFile) -> None:
    result = read(write("a.csv", "case_id,activity,end_time\n" + "1,A,2024-03-04T08:00:00Z\n" * 3), batch_rows=1)
    assert result.column("id") == ["1", "2", "3"]
    assert result.column("sequence") == [1, 2, 3]


def test_completions_starts_and_neither(write: Write, read: ReadFile) -> None:
    path = write(
        "a.csv",
        "case_id,activity,start_time,end_time\n"
        "1,A,2024-03-04T08:00:00Z,2024-03-04T09:00:00Z\n"
        "1,B,,2024-03-04T09:00:00Z\n"
        "1,C,2024-03-04T08:00:00Z,NULL\n"
        "1,D,,\n",
    )
    result = read(path)
    seen = [(e["activity"], e["lifecycle"], e["occurred_at"], e["started_at"]) for e in result.events]
    assert seen == [
        ("A", "complete", NINE, EIGHT),
        ("B", "complete", NINE, None),
        ("C", "start", EIGHT, None),
    ]
    assert [(one.position, one.reason, one.detail) for one in result.rejected] == [
        (4, "missing_time", "no time in the column 'end_time' or 'start_time'")
    ]


def test_the_lifecycle_of_the_file_is_obeyed(write: Write, read: ReadFile) -> None:
    path = write(
        "a.csv",
        "case_id,activity,time,start,lifecycle\n"
        "1,A,2024-03-04T09:00:00Z,,START\n"
        "1,A,2024-03-04T09:00:00Z,, Complete\n"
        "1,B,2024-03-04T09:00:00Z,,ate_abort\n"
        "1,C,2024-03-04T09:00:00Z,,\n"
        "1,D,,2024-03-04T08:00:00Z,complete\n"
        "1,E,,2024-03-04T08:00:00Z,suspend\n"
        "1,F,2024-03-04T09:00:00Z,,paused\n",
    )
    result = read(path)
    assert result.column("lifecycle") == ["start", "complete", "ate_abort", "complete", "start", "suspend"]
    assert result.reasons() == [(7, "unknown_lifecycle")]
    assert result.rejected[0].detail.startswith("the column 'lifecycle' (lifecycle) has 'paused': none of start, ")


def test_the_procedure_comes_from_its_column_then_the_caller_then_the_name_of_the_file(
    write: Write, read: ReadFile
) -> None:
    path = write("permits.csv.gz", "case_id,activity,time,procedure\n1,A,2024-03-04,P1\n1,B,2024-03-04,\n")
    assert read(path).column("procedure") == ["P1", "permits"]
    assert read(path, procedure="P2").column("procedure") == ["P1", "P2"]
    assert read(path, "procedure=", procedure="P2").column("procedure") == ["P2", "P2"]


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        (" ,A,2024-03-04T08:00:00Z,,,,", "missing_subject", "the column 'case_id' (dossier) is empty"),
        ("1, ,2024-03-04T08:00:00Z,,,,", "missing_activity", "the column 'activity' (activity) is empty"),
        (
            "1,A,04.03,,,,",
            "invalid_time",
            "the column 'end_time' (completed) has '04.03': not a time; times are written like "
            "2024-12-31T08:15:00+07:00 or 31/12/2024 08:15",
        ),
        (
            "1,A,2024-03-04T08:00:00Z,soon,,,",
            "invalid_time",
            "the column 'due' (due) has 'soon': not a time; times are written like "
            "2024-12-31T08:15:00+07:00 or 31/12/2024 08:15",
        ),
        (
            "1,A,1989-12-31T08:00:00Z,,,,",
            "time_too_old",
            "time is before 1990: the column 'end_time' has '1989-12-31T08:00:00Z'",
        ),
        (
            "1,A,2030-01-01T00:00:00Z,,,,",
            "time_in_future",
            "time is more than a day after 2026-01-01T00:00:00+00:00: the column 'end_time' has '2030-01-01T00:00:00Z'",
        ),
        (
            "1,A,,,,,2030-01-01",
            "time_in_future",
            "time is more than a day after 2026-01-01T00:00:00+00:00: the column 'start_time' has '2030-01-01'",
        ),
        (
            "1,A,2024-03-04T08:00:00Z,,maybe,,",
            "invalid_field",
            "the column 'e_signed' (e_signed) has 'maybe': neither yes nor no",
        ),
        (
            f"1,A,2024-03-04T08:00:00Z,,,{'x' * 513},",
            "field_too_long",
            f"the column 'unit' (unit) has '{'x' * 80}...': more than 512 characters",
        ),
        ("1,A", "invalid_field", "the row has 2 fields, the line of names has 7"),
    ],
)
def test_each_fault_names_the_column_and_the_value(
    write: Write, read: ReadFile, row: str, reason: str, detail: str
) -> None:
    good = "2,B,2024-03-04T08:00:00Z,,,,\n"
    path = write("a.csv", f"case_id,activity,end_time,due,e_signed,unit,start_time\n{good}{row}\n{good}")
    result = read(path)
    assert [event["sequence"] for event in result.events] == [1, 3]
    (rejected,) = result.rejected
    assert (rejected.origin, rejected.partition, rejected.position) == ("a.csv", None, 2)
    assert (rejected.reason, rejected.detail) == (reason, detail)


def test_the_payload_of_a_reject_is_the_row_in_the_columns_that_are_read(write: Write, read: ReadFile) -> None:
    path = write("a.csv", "case_id,activity,end_time,citizen\n1,Tiếp nhận,never,Nguyễn Văn A\n1,B\n")
    fault, broken = read(path).rejected
    assert json.loads(fault.payload) == {"case_id": "1", "activity": "Tiếp nhận", "end_time": "never"}
    assert json.loads(broken.payload) == "1,B"


def test_of_several_faults_the_first_is_told(write: Write, read: ReadFile) -> None:
    result = read(write("a.csv", "case_id,activity,end_time,status\n,,never,99\n1,A,2024-03-04,4\n"), "status=status")
    assert result.reasons() == [(1, "missing_subject")]


def test_a_status_that_is_no_code_is_a_fault_where_the_status_was_told(write: Write, read: ReadFile) -> None:
    path = write("a.csv", "case_id,activity,end_time,status\n1,A,2024-03-04,open\n1,B,2024-03-04,Đang xử lý\n")
    result = read(path, "status=status")
    assert result.reasons() == [(1, "invalid_status")]
    assert "'open': no status code (1 to 10) or its name" in result.rejected[0].detail
    assert result.column("status") == [4]


def test_a_row_may_have_a_status_instead_of_an_activity(write: Write, read: ReadFile) -> None:
    path = write("a.csv", "MaHoSo,ThoiDiemXuLy,TrangThai\n1,20240304150000,4\n1,20240304160000,\n")
    result = read(path, "status=TrangThai")
    assert [(event["status"], event["activity"], event["occurred_at"]) for event in result.events] == [(4, None, EIGHT)]
    assert result.reasons() == [(2, "missing_activity")]


def test_rejects_come_in_the_order_of_the_file(write: Write, read: ReadFile) -> None:
    rows = ["1,A,never", "1,A", ",A,2024-03-04", "1,A,2024-03-04", "1,A,1950-01-01", "1"]
    result = read(write("a.csv", "case_id,activity,end_time\n" + "\n".join(rows)))
    assert result.reasons() == [
        (1, "invalid_time"),
        (2, "invalid_field"),
        (3, "missing_subject"),
        (5, "time_too_old"),
        (6, "invalid_field"),
    ]
    assert all(isinstance(one, Rejected) for one in result.rejected)


def test_a_file_with_nothing_usable_is_rejected_row_by_row(write: Write, read: ReadFile) -> None:
    result = read(write("a.csv", "case_id,activity,end_time\n" + "1,A,never\n" * 1000))
    assert result.events == []
    assert [position for position, _ in result.reasons()] == list(range(1, 1001))


def test_texts_are_kept_as_they_stand_in_the_file(write: Write, read: ReadFile) -> None:
    path = write("a.csv", "case_id,activity,end_time,resource\n007, A ,2024-03-04,NULL\n1.0,B,2024-03-04, \n")
    result = read(path)
    assert result.column("dossier") == ["007", "1.0"]
    assert result.column("activity") == [" A ", "B"]
    assert result.column("officer") == ["NULL", None]


def test_month_first_dates_are_an_error_that_names_column_row_and_value(write: Write, read: ReadFile) -> None:
    rows = "".join(f"1,A,0{day}/0{month}/2024\n" for month in range(1, 10) for day in range(1, 10))
    path = write("a.csv", f"case_id,activity,end_time\n{rows * 2000}1,A,12/31/2024 08:00\n")
    with pytest.raises(SourceError) as raised:
        read(path)
    assert str(raised.value).startswith(
        "a.csv, row 162001: the column 'end_time' has '12/31/2024 08:00', which has the month before the day. "
    )
    assert "2024-12-31 or 31/12/2024" in str(raised.value)
