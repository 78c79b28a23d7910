"""Finding the columns of a file by their names: XES, Disco, Celonis, plain English and Vietnamese exports."""

import unicodedata
from collections.abc import Mapping, Sequence

from ingest.sources.columns import FIELDS, ColumnMapping
from ingest.sources.error import SourceError

# Names as `plain` makes them, the first that a file has is taken: XES and pm4py, then Celonis, then the others.
# Disco's "Variant" is the path of the dossier, not the case variant of the procedure: it is left alone.
_NAMES: Mapping[str, str] = {
    "dossier": "case:concept:name casekey caseid dossier dossierid dossiernumber case casenumber applicationid "
    "mahoso sohoso mahs hoso sobiennhan mabiennhan",
    "activity": "concept:name activityen activity activityname task taskname event eventname "
    "hoatdong tenhoatdong congviec tencongviec noidungcongviec buoc tenbuoc buocxuly stepname step",
    "completed": "time:timestamp completetimestamp completiontimestamp endtimestamp endtime end "
    "completed completedat completiontime completetime finished finishedat finishtime eventtime timestamp "
    "occurredat datetime time enddate date ketthuc thoigianketthuc thoidiemketthuc gioketthuc "
    "ngayketthuc ngayhoanthanh thoidiemxuly thoidiem ngayxuly",
    "started": "starttimestamp time:start starttime start started startedat begin begintime startdate "
    "batdau thoigianbatdau thoidiembatdau giobatdau ngaybatdau",
    "lifecycle": "lifecycle:transition lifecycle lifecycletransition transition vongdoi",
    "procedure": "procedure procedurecode procedureid matthc mathutuc mathutuchanhchinh thutuc thutuchanhchinh "
    "tentthc tenthutuc",
    "officer": "org:resource resource username user officer performer assignee employee "
    "nguoixuly canboxuly nguoithuchien canbo",
    "unit": "org:group unit unitname department organisation organization "
    "donvi donvixuly phongban phongbanxuly coquan coquanxuly tendonvi",
    "role": "org:role role rolename chucdanh vaitro chucvu",
    "channel": "channel kenh kenhthuchien kenhtiepnhan hinhthucnop hinhthuctiepnhan",
    "case_variant": "casevariant truonghop truonghophoso tentruonghop",
    "process_version": "processversion phienbanquytrinh",
    "step": "step stepno stepnumber stepid sobuoc buocso mabuoc thutubuoc",
    "status": "status statuscode dossierstatus trangthai matrangthai trangthaihoso",
    "due": "dueat due duedate deadline ngayhentra ngayhentraketqua hentra hentraketqua hantra hantraketqua",
    "outcome": "outcome result ketqua ketquaxuly",
    "source_system": "sourcesystem hethong hethongnguon",
    "digitised_input": "digitisedinput hosocothanhphansohoa sohoa",
    "e_signed": "esigned kyso",
    "e_result": "eresult ketquadientu",
    "paid_online": "paidonline duocthanhtoantructuyen thanhtoantructuyen",
    "apology": "apology xinloi",
}
_CASE = "case:"
# An attribute of the whole dossier (`case:channel`) may stand for each of its events only where it cannot mislead:
# the status, officer or times of a dossier are not those of its events.
_OF_DOSSIER = frozenset(
    [
        "procedure",
        "unit",
        "channel",
        "case_variant",
        "process_version",
        "due",
        "source_system",
        "digitised_input",
        "e_signed",
        "e_result",
        "paid_online",
        "apology",
    ]
)
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
    keys = _NAMES[field].split()
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
