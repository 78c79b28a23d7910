import pyarrow as pa
import pytest

from ingest.sources.words import flag, read_words, status_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", 1),
        ("10", 10),
        ("02", 2),
        (" 4 ", 4),
        ("4.0", 4),
        ("Mới đăng ký", 1),
        ("Được tiếp nhận", 2),
        ("Không được tiếp nhận", 3),
        ("ĐANG XỬ LÝ", 4),
        ("Yêu cầu bổ sung giấy tờ", 5),
        ("Yêu cầu thực hiện nghĩa vụ tài chính", 6),
        ("Công dân rút hồ sơ", 7),
        ("Dừng xử lý", 8),
        ("Đã xử lý xong", 9),
        ("dang-xu-ly", 4),
        ("Đã trả kết quả", 10),
    ],
)
def test_status_codes_and_their_names(text: str, code: int) -> None:
    values, unknown = read_words(pa.array([text, None]), status_code, pa.int8())
    assert values.to_pylist() == [code, None]
    assert unknown.to_pylist() == [False, False]


@pytest.mark.parametrize("text", ["0", "11", "001", "open", "2.5", "1.5", "-1", "²", "010", "1,0", "Đang"])
def test_what_is_no_status(text: str) -> None:
    values, unknown = read_words(pa.array([text, "4"]), status_code, pa.int8())
    assert values.to_pylist() == [None, 4]
    assert unknown.to_pylist() == [True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [("true", True), ("Có", True), ("1", True), ("YES", True), ("Không", False), ("0", False), ("f", False)],
)
def test_yes_and_no(text: str, said: bool) -> None:
    assert read_words(pa.array([text]), flag, pa.bool_())[0].to_pylist() == [said]


def test_what_is_neither_yes_nor_no() -> None:
    assert read_words(pa.array(["maybe", None]), flag, pa.bool_())[1].to_pylist() == [True, False]


@pytest.mark.parametrize("text", ["-1", "2", "²", "1.0", ""])
def test_numbers_other_than_one_and_nought_are_neither(text: str) -> None:
    assert flag(text) is None
