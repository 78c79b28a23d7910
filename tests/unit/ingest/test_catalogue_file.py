"""Catalogue files: what stands in the templates and in what people make of them, and what is said of faults."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.catalogue import Limit, Procedure, Process, Step, Target, Unit, key
from ingest.catalogue_check import warnings
from ingest.catalogue_columns import KINDS_OF_TABLES, fields_of
from ingest.catalogue_file import CatalogueFile, read_catalogue
from ingest.catalogue_sheet import CatalogueFileError
from ingest.sources.error import SourceError

TEMPLATES = Path(__file__).parents[3] / "docs" / "templates"
PROCESS = "procedure,case_variant,channel,version,decision,effective_from,effective_to,limit,limit_unit,step,task,hours"
ROW = "1.001193,,,1,QĐ 1,01/05/2024,,1,working days,{step},Thẩm định,{hours}"
GOOD = "\n".join([PROCESS, ROW.format(step="B1", hours=8)])


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a text as a file."""

    def write(text: str | bytes, name: str = "catalogue.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook: the rows of each sheet by its name."""

    def write(**sheets: list[list[Any]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "catalogue.xlsx"
        book.save(path)
        return path

    return write


def faults(path: Path, **options: Any) -> list[str]:
    with pytest.raises(CatalogueFileError) as caught:
        read_catalogue(path, **options)
    assert "nothing of it was taken over" in str(caught.value)
    assert all(str(fault) in str(caught.value) for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


def read_all_templates() -> dict[str, CatalogueFile]:
    known = frozenset(name.lower() for name in unit_names(read_catalogue(TEMPLATES / "units.csv")))
    return {path.stem: read_catalogue(path, known_units=known) for path in sorted(TEMPLATES.glob("*.csv"))}


def unit_names(file: CatalogueFile) -> list[str]:
    units = [entry for entry in file.entries if isinstance(entry, Unit)]
    return [name for unit in units for name in (unit.code, unit.name, *unit.former_codes)]


def test_there_is_a_template_for_each_kind_of_file_and_all_of_them_can_be_read() -> None:
    read = read_all_templates()
    kinds = {name: {type(entry) for entry in file.entries} for name, file in read.items()}
    assert kinds == {"procedures": {Procedure}, "processes": {Process}, "units": {Unit}, "targets": {Target}}
    assert [file.notes for file in read.values()] == [()] * 4
    assert all(len(file.entries) >= 2 for file in read.values())


def test_the_template_of_processes_shows_the_usual_forms_and_the_usual_trap() -> None:
    entries = read_all_templates()["processes"].entries
    processes = [entry for entry in entries if isinstance(entry, Process)]
    land = next(one for one in processes if one.case_variant)
    assert [step.hours for step in land.steps] == [4, 72, 24, 4, 0]
    assert [key(one) for one in processes if warnings(one)] == [key(land)]
    assert {one.channel for one in processes} == {None, "online"}
    assert any(one.effective_to for one in processes)


ENGLISH = """procedure,case variant,channel,version,decision,effective from,effective to,limit,limit unit,step,task,unit,role,hours,result
1.000494.000.00.00.H29,Hộ gia đình,Trực tuyến,2,QĐ 1,1/7/2025,31/12/2025,12,working days,B1,Tiếp nhận,,một cửa,4,phiếu
1.000494.000.00.00.H29,Hộ gia đình,Trực tuyến,2,QĐ 1,1/7/2025,31/12/2025,12,working days,B2,Trả kết quả,,,0,
"""  # noqa: E501
VIETNAMESE = """DANH MỤC QUY TRÌNH NỘI BỘ;;;;;;;;;;;;
;;;;;;;;;;;;
Mã thủ tục;TRƯỜNG HỢP;Kênh thực hiện;Phiên bản;Số quyết định;Hiệu lực từ;Hiệu lực đến;Thời hạn giải quyết;Bước;Nội dung công việc;Chức danh;Thời gian;Kết quả
1.000494.H29;Hộ gia đình;2;2;QĐ 1;01/07/2025;2025-12-31;12 ngày làm việc;B1;Tiếp nhận;một cửa;"0,5 ngày";phiếu
;;;;;;;;B2;Trả kết quả;;0;
"""  # noqa: E501
EXPECTED = Process(
    procedure="1.000494.H29",
    case_variant="Hộ gia đình",
    channel="online",
    version="2",
    decision="QĐ 1",
    effective_from=date(2025, 7, 1),
    effective_to=date(2025, 12, 31),
    limit=Limit(amount=12, unit="working_days"),
    steps=(
        Step(number="B1", task="Tiếp nhận", role="một cửa", hours=4, result="phiếu"),
        Step(number="B2", task="Trả kết quả", hours=0),
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        VIETNAMESE,
        ENGLISH.replace(",", "\t"),
        ENGLISH.replace("\n", "\r\n"),
        "\ufeff" + VIETNAMESE,
        VIETNAMESE.encode("utf-16"),
    ],
)
def test_the_same_process_in_many_hands_is_one_process(written: Callable[..., Path], text: str | bytes) -> None:
    file = read_catalogue(written(text))
    assert file.entries == (EXPECTED,)
    assert file.notes == ()


TYPED = "Thủ tục|Phiên bản|Quyết định|Hiệu lực từ|Thời hạn|Đơn vị thời hạn|Bước|Công việc|Đơn vị|Giờ|Ghi chú"


def test_a_workbook_with_typed_cells_merged_cells_and_a_sheet_of_remarks(workbook: Callable[..., Path]) -> None:
    path = workbook(
        **{
            "Hướng dẫn": [["Điền vào các trang sau"]],
            "Đơn vị": [["Mã đơn vị", "Tên đơn vị", "Hiệu lực từ"], ["H29.1", "Sở A", date(2025, 7, 1)]],
            "Quy trình": [
                TYPED.split("|"),
                [
                    1.00094,
                    1,
                    "QĐ 1",
                    datetime.fromisoformat("2024-05-01"),
                    1.5,
                    "ngày làm việc",
                    1,
                    "Tiếp nhận",
                    "sở a",
                    4,
                    "!",
                ],
                [None, None, None, None, None, None, 2, "Trả kết quả", "H29.1", 0, None],
                [None] * 11,
                ["1.000949", "2", "QĐ 2", 45413, 4, "giờ", 1, "Tiếp nhận", None, "0,5 ngày", None],
            ],
        }
    )
    file = read_catalogue(path)
    first, second = (entry for entry in file.entries if isinstance(entry, Process))
    assert (first.procedure, first.version, first.limit.amount) == ("1.000940", "1", 1.5)
    assert first.effective_from == second.effective_from == date(2024, 5, 1)
    assert [(step.number, step.hours, step.unit) for step in first.steps] == [("1", 4, "sở a"), ("2", 0, "H29.1")]
    assert Unit(code="H29.1", name="Sở A", valid_from=date(2025, 7, 1)) in file.entries
    assert file.notes == (
        "the sheet 'Hướng dẫn' is not read: its columns are not those of procedures, processes, units or targets; "
        "see the templates in docs/templates",
        "sheet 'Quy trình': these columns are not read: 'Ghi chú'",
        "sheet 'Quy trình', row 2: the procedure code '1.00094' is read as 1.000940",
    )
    assert file.places()[key(first)] == "sheet 'Quy trình', row 2"


def test_a_table_whose_names_fit_several_kinds_is_told_by_its_own_name(written: Callable[..., Path]) -> None:
    text = "code,name\nH1,Sở A"
    assert read_catalogue(written(text, "units.csv")).entries == (Unit(code="H1", name="Sở A"),)
    assert read_catalogue(written(text, "Thủ tục.csv")).entries == (Procedure(code="H1", name="Sở A"),)
    assert faults(written(text, "danh sách.csv")) == [
        "its columns are not those of procedures, processes, units or targets; see the templates in docs/templates"
    ]


def test_every_fault_is_listed_at_its_cell_in_the_order_of_the_file(written: Callable[..., Path]) -> None:
    path = written(
        PROCESS + ",unit\n"
        "1.001193,,,1,QĐ 1,31/02/2024,,-1,working days,B1,Thẩm định,8,\n"
        "1.001193,,,1,QĐ 2,31/02/2024,,-1,working days,B1,,-2,\n"
        "1.001194,,,1,QĐ 1,01/05/2024,30/04/2024,1,tuần,B1,Thẩm định,8,\n"
        ",,online,1,QĐ 1,01/05/2024,,1,giờ,B1,Thẩm định,,Sở Y tê\n"
    )
    assert faults(path, known_units=frozenset(["sở y tế"])) == [
        "row 2, column F 'effective_from': there is no day '31/02/2024'; write day/month/year, as in 01/07/2025 for "
        "the 1st of July",
        "row 2, column H 'limit': the limit is -1; it must be more than 0",
        "row 3, column E 'decision': it says 'QĐ 2', row 2 of the same process says 'QĐ 1'; all rows of a process "
        "must say the same",
        "row 3, column K 'task': the cell is blank and must be filled in",
        "row 3, column L 'hours': '-2' is less than 0; a step takes 0 hours or more",
        "row 3, column J 'step': the step number B1 stands in row 2 of the same process already",
        "row 4, column G 'effective_to': the version ends (30/04/2024) before it starts (01/05/2024)",
        "row 4, column H 'limit': '1 tuần' does not say what the limit counts; write giờ (hours), ngày làm việc "
        "(working days) or ngày (calendar days)",
        "row 5, column A 'procedure': the cell is blank and must be filled in",
        "row 5, column L 'hours': the cell is blank and must be filled in",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("1.001193,,,1,QĐ 1", "1.001193,,,1,"), "row 2, column E 'decision': the cell is blank"),
        (GOOD.replace("QĐ 1", "Q" * 600), "row 2, column E 'decision': the text has 600 characters; at most 512"),
        (GOOD.replace(",hours", ",Thời gian"), "column L 'Thời gian': '8' may be hours or days"),
        (GOOD.replace(",task", ""), "there is no column for 'task'; it may be called 'task', 'công việc', 'nội dung"),
        (PROCESS, "there is no entry in it"),
        ("", "empty"),
        ("\n\n", "there is no row in it"),
        ('a,b\n"open', "row 2: the row cannot be told apart"),
        ("code,indicator,value,period,source\nt,x,nhiều,2025,QĐ", "row 2, column C 'value': 'nhiều' is not a number"),
        ("code,indicator,value,period,source\nt,x,,2025,QĐ", "row 2, column C 'value': the cell is blank"),
        ("unit code,name,valid from,valid to\nH1,x,1/7/2025,30/6/2025", "row 2: it ends"),
        ("unit code,name,successor\nH1,x,H2", "row 2, column C 'successor': 'H2' is the code or the name of no known"),
        ("unit code,name,successor\nH1,x,H1", "row 2: the unit H1 cannot succeed itself"),
        ("unit code,name,successor\nH1,x,H2\nH2,y,H1", "row 3, column C 'successor': the units that succeed H2 lead"),
        ("unit code,name\nH1,x\nH1,y", "row 3: this entry stands in row 2 already"),
        ("procedure code,name,online only\n1.001193,x,maybe", "column C 'online only': 'maybe' is neither yes"),
    ],
)
def test_a_file_with_a_fault_is_refused_and_the_place_is_named(
    written: Callable[..., Path], text: str, said: str
) -> None:
    with pytest.raises((CatalogueFileError, SourceError)) as caught:
        read_catalogue(written(text, "processes.csv" if text.startswith("procedure,") else "catalogue.csv"))
    assert said in str(caught.value)


def test_faults_in_a_workbook_name_the_sheet(workbook: Callable[..., Path]) -> None:
    header, row = PROCESS.split(","), ROW.format(step="B1", hours="x").split(",")
    path = workbook(units=[["code", "name"], ["H1", None]], processes=[header, row])
    assert faults(path) == [
        "sheet 'units', row 2, column B 'name': the cell is blank and must be filled in",
        "sheet 'processes', row 2, column L 'hours': 'x' is not a time; write for example 4, 2 giờ or 0,5 ngày",
    ]


def test_a_step_may_only_name_a_unit_that_is_known_once_any_is(written: Callable[..., Path]) -> None:
    path = written("\n".join([PROCESS + ",unit", ROW.format(step="B1", hours=8) + ",Sở Y tê"]))
    assert isinstance(read_catalogue(path).entries[0], Process)
    known = frozenset(["sở y tế", "h29.1"])
    assert faults(path, known_units=known) == [
        "row 2, column M 'unit': 'Sở Y tê' is the code or the name of no known unit; did you mean 'sở y tế'?"
    ]
    fitting = written("\n".join([PROCESS + ",unit", ROW.format(step="B1", hours=8) + ",h29.1"]))
    assert len(read_catalogue(fitting, known_units=known).entries) == 1


def test_a_parent_that_is_not_known_is_only_noted(written: Callable[..., Path]) -> None:
    file = read_catalogue(written("unit code,name,parent\nH1,Sở A,H0"))
    assert file.notes == ("row 2: the parent 'H0' is no known unit",)


@pytest.mark.parametrize("name", ["catalogue.pdf", "catalogue.xls", "catalogue"])
def test_other_files_are_refused_with_the_known_ones(written: Callable[..., Path], name: str) -> None:
    assert faults(written("x", name)) == [
        "files with this ending are not read; known are .xlsx, .xlsm, .csv, .tsv, .txt"
    ]


def test_what_is_no_workbook_or_no_utf8_is_said(written: Callable[..., Path]) -> None:
    assert "it is no Excel workbook that can be read" in faults(written(b"PK nonsense", "catalogue.xlsx"))[0]
    with pytest.raises(SourceError, match="line 2: bytes that are not UTF-8"):
        read_catalogue(written(b"code,name\nH1,S\xe9", "units.csv"))


def test_the_source_of_an_entry_is_the_file_and_its_content(written: Callable[..., Path]) -> None:
    first, again = read_catalogue(written(GOOD)), read_catalogue(written(GOOD, "other.csv"))
    changed = read_catalogue(written(GOOD + "\n", "other.csv"))
    assert first.statements()[0].source == f"catalogue.csv {first.digest}"
    assert first.source == again.source != changed.source


def test_the_guide_names_every_column_and_every_table() -> None:
    guide = (TEMPLATES.parent / "catalogue.md").read_text(encoding="utf-8")
    fields = {field.replace("_", " ") for kind in KINDS_OF_TABLES for field in fields_of(kind)}
    schema = (TEMPLATES.parents[1] / "ingest" / "catalogue.sql").read_text(encoding="utf-8")
    tables = set(re.findall(r"^CREATE [A-Z ]*(?:TABLE|VIEW)(?: IF NOT EXISTS)? (\w+)", schema, re.MULTILINE))
    inner = {"catalogue_message", "catalogue_in_force", "catalogue_process"}
    assert len(fields) > 25
    assert inner < tables
    assert [name for name in sorted(fields | tables - inner) if f"`{name}`" not in guide] == []
