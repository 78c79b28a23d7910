"""Write ho-so-dat-dai.xlsx, the export of the tutorial: land dossiers of the SYNTHETIC sample as an office lists them.

Names and telephone numbers of applicants are made up, so that it can be seen that they are not kept. The same bytes
come out on every run: `python docs/tutorial/make_export.py [FILE]`.
"""

import csv
import io
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import xlsxwriter

from deploy.sample.generate import HANOI, generate

EXPORT = Path(__file__).with_name("ho-so-dat-dai.xlsx")
PROCEDURE = "1.004227.H29"
WRITTEN_AT = datetime(2026, 1, 5, 8, 0)  # noqa: DTZ001 - a workbook has no time zones
COLUMNS = (
    "STT",
    "Mã hồ sơ",
    "Tên TTHC",
    "Người nộp",
    "Điện thoại",
    "Công việc",
    "Nhận việc lúc",
    "Xong lúc",
    "Cán bộ xử lý",
    "Chức danh",
    "Phòng ban",
    "Kênh tiếp nhận",
    "Trạng thái hồ sơ",
)
WIDTHS = (6, 27, 36, 22, 13, 26, 20, 20, 14, 24, 38, 16, 24)
TITLE = "Đăng ký biến động quyền sử dụng đất"
CHANNELS = {"online": "Trực tuyến", "counter": "Trực tiếp", "postal": "Bưu chính"}
STATUSES = {
    "1": "Mới đăng ký",
    "2": "Được tiếp nhận",
    "3": "Không được tiếp nhận",
    "4": "Đang xử lý",
    "5": "Yêu cầu bổ sung giấy tờ",
    "6": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "7": "Công dân rút hồ sơ",
    "9": "Đã xử lý xong",
    "10": "Đã trả kết quả",
}


def _local(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(HANOI).strftime("%d/%m/%Y %H:%M:%S")


def _rows() -> Iterator[tuple[str, ...]]:
    people: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(generate().decode())):
        if row["procedure"] != PROCEDURE:
            continue
        person = people.setdefault(row["case_id"], len(people) + 1)
        yield (
            row["case_id"],
            TITLE,
            f"Người dân thử {person:03}",
            f"0900000{person:03}",
            row["activity"],
            _local(row["start_time"]),
            _local(row["end_time"]),
            row["resource"],
            row["role"],
            row["unit"],
            CHANNELS[row["channel"]],
            STATUSES[row["status"]],
        )


def make() -> bytes:
    """Return the workbook: one sheet, a line of names, a row per step in the order in which steps ended."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": "Tệp mẫu, dữ liệu tổng hợp", "created": WRITTEN_AT})
    sheet = book.add_worksheet("Hồ sơ")
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for number, row in enumerate(_rows(), start=1):
        sheet.write_row(number, 0, (number, *row))
    book.close()
    return file.getvalue()


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else EXPORT).write_bytes(make())
