"""National codes of administrative procedures and what they are called, in Vietnamese and in English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """What a code is called."""

    vi: str
    en: str


STATUSES: dict[int, Named] = {
    1: Named("Mới đăng ký", "Newly submitted"),
    2: Named("Được tiếp nhận", "Accepted"),
    3: Named("Không được tiếp nhận", "Refused at intake"),
    4: Named("Đang xử lý", "In process"),
    5: Named("Yêu cầu bổ sung giấy tờ", "Supplement requested"),
    6: Named("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment requested"),
    7: Named("Công dân rút hồ sơ", "Withdrawn by the citizen"),
    8: Named("Dừng xử lý", "Suspended"),
    9: Named("Đã xử lý xong", "Processed"),
    10: Named("Đã trả kết quả", "Result returned"),
}
"""The statuses of a dossier; the agency's clock stops at 9, what follows until 10 is the citizen's time."""
