"""What the sheets and the columns of a catalogue file are called, in English and in Vietnamese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.sources.detect import plain

# Names as `plain` makes them: without accents, case, spaces and dashes. The first that a file has is taken.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "procedure": {
        "code": "code procedurecode procedure mathutuc mathutuchanhchinh matthc ma",
        "name": "name procedurename tenthutuc tenthutuchanhchinh tentthc ten thutuc",
        "field": "field linhvuc tenlinhvuc",
        "owner": "owner coquan coquanthuchien coquancongbo coquanbanhanh",
        "online_only": "onlineonly chitructuyen chinhantructuyen",
    },
    "process": {
        "procedure": "procedure procedurecode mathutuc mathutuchanhchinh matthc thutuc tthc",
        "case_variant": "casevariant truonghop truonghophoso tentruonghop",
        "channel": "channel kenh kenhthuchien kenhtiepnhan hinhthuc hinhthucnop",
        "version": "version processversion phienban phienbanquytrinh",
        "decision": "decision decisionnumber quyetdinh soquyetdinh",
        "effective_from": "effectivefrom hieuluctu hieuluctungay ngayhieuluc tungay",
        "effective_to": "effectiveto hieulucden hieulucdenngay ngayhethieuluc denngay",
        "limit": "limit limitamount thoihan thoihangiaiquyet",
        "limit_unit": "limitunit donvithoihan donvitinhthoihan donvitinh",
        "step": "step stepnumber buoc sobuoc buocso mabuoc thutubuoc",
        "task": "task congviec noidungcongviec tencongviec tenbuoc",
        "unit": "unit donvi donvithuchien donvixuly phongban",
        "role": "role vaitro chucdanh nguoithuchien donvinguoithuchien",
        "hours": "hours gio sogio thoigiangio days ngay songay thoigianngay time thoigian thoigianthuchien "
        "thoigianxuly",
        "result": "result ketqua sanpham ketquasanpham",
    },
    "unit": {
        "code": "code unitcode madonvi madinhdanh ma",
        "name": "name unitname tendonvi ten donvi",
        "parent": "parent donvicaptren captren donvicha",
        "valid_from": "validfrom hieuluctu tungay ngaythanhlap",
        "valid_to": "validto hieulucden denngay ngaygiaithe",
        "successor": "successor donvikethua kethua",
        "former_codes": "formercodes macu cacmacu",
        "calendar": "calendar lich lichlamviec",
    },
    "target": {
        "code": "code targetcode machitieu ma",
        "indicator": "indicator chitieu chiso tenchitieu",
        "value": "value giatri muctieu",
        "period": "period ky giaidoan kybaocao",
        "source": "source nguon vanban cancu",
    },
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "procedure": ("code", "name"),
    "process": ("procedure", "version", "decision", "effective_from", "limit", "step", "task", "hours"),
    "unit": ("code", "name"),
    "target": ("code", "indicator", "value", "period", "source"),
}
_SHEET_NAMES: Mapping[str, str] = {
    "procedure": "procedures procedure thutuc danhmucthutuc tthc",
    "process": "processes process steps quytrinh quytrinhnoibo buoc cacbuoc",
    "unit": "units unit donvi danhmucdonvi coquan",
    "target": "targets target chitieu",
}
_TIME_UNITS: Mapping[str, str] = {
    **dict.fromkeys(["hours", "gio", "sogio", "thoigiangio"], "hours"),
    **dict.fromkeys(["days", "ngay", "songay", "thoigianngay"], "days"),
}
"""What a bare number means under these names; under others it must say its unit."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table has its fields: `places` counts columns from 0, `missing` are required and absent.

    `unread` are the columns that nobody asks for, `time_unit` is `hours` or `days` where the name of the column of
    step times says what a bare number means.
    """

    kind: str
    places: Mapping[str, int]
    missing: tuple[str, ...]
    unread: tuple[str, ...]
    time_unit: str | None


def kind_of_table(name: str, header: Sequence[str]) -> str | None:
    """Return the kind of entries that a table holds, by the only line of names that fits, else by the table's name."""
    read = {kind: columns_of(kind, header) for kind in _NAMES}
    fitting = [kind for kind, columns in read.items() if not columns.missing]
    if len(fitting) == 1:
        return fitting[0]
    for kind, names in _SHEET_NAMES.items():
        if plain(name) in names.split():
            return kind
    counts = {kind: len(read[kind].places) for kind in fitting}
    best = [kind for kind, count in counts.items() if count == max(counts.values())]
    return best[0] if len(best) == 1 else None


def columns_of(kind: str, header: Sequence[str]) -> Columns:
    """Find the columns of the entries of a kind in a line of names; of equal names the first counts."""
    first: dict[str, int] = {}
    for place, cell in enumerate(header):
        first.setdefault(plain(cell), place)
    places: dict[str, int] = {}
    for field, names in _NAMES[kind].items():
        found = next((first[name] for name in names.split() if first.get(name, -1) not in (-1, *places.values())), None)
        if found is not None:
            places[field] = found
    return Columns(
        kind=kind,
        places=places,
        missing=tuple(field for field in _REQUIRED[kind] if field not in places),
        unread=tuple(
            cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in places.values()
        ),
        time_unit=_TIME_UNITS.get(plain(header[places["hours"]])) if "hours" in places else None,
    )


def names_of(kind: str, field: str) -> str:
    """Return some names that a column may have, as a person would look for them."""
    return ", ".join(_NAMES[kind][field].split()[:4])


def required(kind: str, field: str) -> bool:
    """Return whether each row must say this."""
    return field in _REQUIRED[kind]
