"""Finding the columns of a file by their names: XES, Disco, Celonis, plain English and Vietnamese exports."""

import unicodedata
from collections.abc import Mapping, Sequence

from ingest.sources.columns import FIELDS, FLAGS, ColumnMapping
from ingest.sources.error import SourceError

# The names of each field, compared as `plain` makes them; the first that a file has is taken. XES and pm4py come
# first, then Celonis, then the rest. Disco's "Variant" is the path of a dossier, no case variant: it is left alone.
NAMES: Mapping[str, str] = {
    "dossier": "case:concept:name, case key, case id, dossier, dossier id, dossier number, case, case number, "
    "application id, mã hồ sơ, số hồ sơ, mã HS, hồ sơ, số biên nhận, mã biên nhận",
    "activity": "concept:name, activity EN, activity, activity name, task, task name, event, event name, hoạt động, "
    "tên hoạt động, công việc, tên công việc, nội dung công việc, bước, tên bước, bước xử lý, step name, step",
    "completed": "time:timestamp, complete timestamp, completion timestamp, end timestamp, end time, end, completed, "
    "completed at, completion time, complete time, finished, finished at, finish time, event time, timestamp, "
    "occurred at, datetime, time, end date, date, kết thúc, thời gian kết thúc, thời điểm kết thúc, giờ kết thúc, "
    "ngày kết thúc, ngày hoàn thành, thời điểm xử lý, thời điểm, ngày xử lý",
    "started": "start timestamp, start time, start, started, started at, begin, begin time, start date, bắt đầu, "
    "thời gian bắt đầu, thời điểm bắt đầu, giờ bắt đầu, ngày bắt đầu",
    "lifecycle": "lifecycle:transition, lifecycle, lifecycle transition, transition, vòng đời",
    "procedure": "procedure, procedure code, procedure id, mã TTHC, mã thủ tục, mã thủ tục hành chính, thủ tục, "
    "thủ tục hành chính, tên TTHC, tên thủ tục",
    "officer": "org:resource, resource, user name, user, officer, performer, assignee, employee, người xử lý, "
    "cán bộ xử lý, người thực hiện, cán bộ",
    "unit": "org:group, unit, unit name, department, organisation, organization, đơn vị, đơn vị xử lý, phòng ban, "
    "phòng ban xử lý, cơ quan, cơ quan xử lý, tên đơn vị",
    "role": "org:role, role, role name, chức danh, vai trò, chức vụ",
    "channel": "channel, kênh, kênh thực hiện, kênh tiếp nhận, hình thức nộp, hình thức tiếp nhận",
    "case_variant": "case variant, trường hợp, trường hợp hồ sơ, tên trường hợp",
    "process_version": "process version, phiên bản quy trình",
    "step": "step, step no, step number, step id, số bước, bước số, mã bước, thứ tự bước",
    "status": "status, status code, dossier status, trạng thái, mã trạng thái, trạng thái hồ sơ",
    "due": "due at, due, due date, deadline, ngày hẹn trả, ngày hẹn trả kết quả, hẹn trả, hẹn trả kết quả, hạn trả, "
    "hạn trả kết quả",
    "outcome": "outcome, result, kết quả, kết quả xử lý",
    "source_system": "source system, hệ thống, hệ thống nguồn",
    "digitised_input": "digitised input, hồ sơ có thành phần số hóa, số hóa",
    "e_signed": "e signed, ký số",
    "e_result": "e result, kết quả điện tử",
    "paid_online": "paid online, được thanh toán trực tuyến, thanh toán trực tuyến",
    "apology": "apology, xin lỗi",
}
_CASE = "case:"
# An attribute of the whole dossier (`case:channel`) may stand for each of its events only where it cannot mislead:
# the status, officer or times of a dossier are not those of its events.
_OF_DOSSIER = {"procedure", "unit", "channel", "case_variant", "process_version", "due", "source_system", *FLAGS}
_REQUIRED = {"dossier": "the dossier", "activity": "the activity", "completed": "a time (completed or started)"}
_SHOWN = 40


def plain(name: str) -> str:
    """A column name without accents, case, spaces, underscores and dashes: `Mã hồ sơ`, `MA_HO_SO` -> `mahoso`."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    return "".join(one for one in letters if one.isalnum() or one in ":@")


def resolve(origin: str, names: Sequence[str], told: ColumnMapping) -> ColumnMapping:
    """Return the column of `names` for each field, those in `told` first; a field without one is None.

    No column that is found by its name serves two fields. Raises SourceError, naming `origin`, when a column that
    was told is absent, or the dossier, the activity (unless a status was told) or every time is missing.
    """
    taken = {field: _locate(origin, names, field, column) for field, column in told.named().items()}
    free = {name for name in names if name not in taken.values()}
    first: dict[str, str] = {}
    for name in names:
        if name in free:
            first.setdefault(plain(name), name)
    tells_apart = any(name.startswith(_CASE) for name in names)
    for field in FIELDS:
        if getattr(told, field) is None:
            found = next((first[key] for key in _keys(field, tells_apart) if first.get(key) in free), None)
            if found is not None:
                taken[field] = found
                free.discard(found)
    _require(origin, names, taken, told)
    return ColumnMapping(**taken)


def _keys(field: str, tells_apart: bool) -> list[str]:
    keys = [plain(name) for name in NAMES[field].split(", ")]
    if field not in _OF_DOSSIER:
        return keys
    of_dossier = [_CASE + key for key in keys]
    if field == "due" and tells_apart:
        # A due date of an event is the limit of its step, not the promise made to the citizen.
        return of_dossier
    return keys + of_dossier


def _locate(origin: str, names: Sequence[str], field: str, column: str) -> str:
    if column in names:
        return column
    alike = [name for name in names if plain(name) in (plain(column), _CASE + plain(column))]
    exact = [name for name in alike if plain(name) == plain(column)] or alike
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise SourceError(f"{origin}: '{column}' ({field}) may be any of {_listed(exact)}; write it exactly")
    raise SourceError(
        f"{origin}: there is no column '{column}' for the field '{field}'. Columns found: {_listed(names)}."
    )


def _require(origin: str, names: Sequence[str], taken: Mapping[str, str], told: ColumnMapping) -> None:
    have = set(taken)
    if "started" in have:
        have.add("completed")
    if told.status:
        have.add("activity")
    missing = [text for field, text in _REQUIRED.items() if field not in have]
    if missing:
        raise SourceError(
            f"{origin}: no column was recognised for {' and '.join(missing)}. Columns found: {_listed(names)}. "
            "Say which column is which, for instance: --columns dossier=...,activity=...,completed=..."
        )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN]) or "none"
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
