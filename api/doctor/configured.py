"""The settings themselves, and the files that they name."""

from collections.abc import Callable, Iterable

from api.doctor.verdict import Verdict, failed, ok, warning
from api.effective import effective, unknown
from api.given_files import due_rules, office_hours, plan_of, step_mapping_of, thresholds_of
from api.settings import Settings
from mining import MiningError

_READ: tuple[Callable[[Settings], object], ...] = (office_hours, due_rules, plan_of, step_mapping_of, thresholds_of)
_NAMED = ("calendars", "due_rules", "compliance", "step_mapping", "thresholds")


def check_settings(settings: Settings, environment: Iterable[str]) -> Verdict:
    """Check that no variable only looks like a setting; wrong values have ended the command before."""
    strange = unknown(environment)
    changed = sum(one.source == "environment" for one in effective(settings))
    if strange:
        names = ", ".join(f"{one.variable} ({one.nearest}?)" if one.nearest else one.variable for one in strange)
        return warning(
            (f"không có cấu hình nào tên như vậy: {names}", f"there are no such settings: {names}"),
            ("sửa tên biến, hoặc bỏ đi; tinhgon config liệt kê mọi cấu hình", "correct the name, or take it out"),
        )
    return ok(f"{changed} cấu hình khác mặc định", f"{changed} settings are not at their default")


def check_files(settings: Settings) -> Verdict:
    """Check that the files that settings name can be read and say nothing wrong."""
    faults = []
    for read in _READ:
        try:
            read(settings)
        except MiningError as error:
            faults.append(str(error))
    if faults:
        what = "; ".join(faults)
        return failed(
            (f"tệp có lỗi: {what}", what),
            ("sửa tệp; dịch vụ không khởi động với tệp sai", "correct them; no service starts so"),
        )
    named = sum(getattr(settings, one) is not None for one in _NAMED)
    return ok(f"{named} tệp được nêu, đều đọc được", f"{named} files are named, all can be read")
