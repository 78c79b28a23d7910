"""What the sheets and the columns of a catalogue file are called, in English and in Vietnamese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.sources.detect import plain

# The names that each field may have, compared without accents, case and spaces. The first that a file has is taken.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "procedure": {
        "code": "code|procedure code|procedure|mã thủ tục|mã thủ tục hành chính|mã TTHC|mã",
        "name": "name|procedure name|tên thủ tục|tên thủ tục hành chính|tên TTHC|tên|thủ tục",
        "field": "field|lĩnh vực|tên lĩnh vực",
        "owner": "owner|cơ quan|cơ quan thực hiện|cơ quan công bố|cơ quan ban hành",
        "online_only": "online only|chỉ trực tuyến|chỉ nhận trực tuyến",
    },
    "process": {
        "procedure": "procedure|procedure code|mã thủ tục|mã thủ tục hành chính|mã TTHC|thủ tục|TTHC",
        "case_variant": "case variant|trường hợp|trường hợp hồ sơ|tên trường hợp",
        "channel": "channel|kênh|kênh thực hiện|kênh tiếp nhận|hình thức|hình thức nộp",
        "version": "version|process version|phiên bản|phiên bản quy trình",
        "decision": "decision|decision number|quyết định|số quyết định",
        "effective_from": "effective from|hiệu lực từ|hiệu lực từ ngày|ngày hiệu lực|từ ngày",
        "effective_to": "effective to|hiệu lực đến|hiệu lực đến ngày|ngày hết hiệu lực|đến ngày",
        "limit": "limit|limit amount|thời hạn|thời hạn giải quyết",
        "limit_unit": "limit unit|đơn vị thời hạn|đơn vị tính thời hạn|đơn vị tính",
        "step": "step|step number|bước|số bước|bước số|mã bước|thứ tự bước",
        "task": "task|công việc|nội dung công việc|tên công việc|tên bước",
        "unit": "unit|đơn vị|đơn vị thực hiện|đơn vị xử lý|phòng ban",
        "role": "role|vai trò|chức danh|người thực hiện|đơn vị/người thực hiện",
        "hours": "hours|giờ|số giờ|thời gian (giờ)|days|ngày|số ngày|thời gian (ngày)|time|thời gian|"
        "thời gian thực hiện|thời gian xử lý",
        "result": "result|kết quả|sản phẩm|kết quả/sản phẩm",
    },
    "unit": {
        "code": "code|unit code|mã đơn vị|mã định danh|mã",
        "name": "name|unit name|tên đơn vị|tên|đơn vị",
        "parent": "parent|đơn vị cấp trên|cấp trên|đơn vị cha",
        "valid_from": "valid from|hiệu lực từ|từ ngày|ngày thành lập",
        "valid_to": "valid to|hiệu lực đến|đến ngày|ngày giải thể",
        "successor": "successor|đơn vị kế thừa|kế thừa",
        "former_codes": "former codes|mã cũ|các mã cũ",
        "calendar": "calendar|lịch|lịch làm việc",
    },
    "target": {
        "code": "code|target code|mã chỉ tiêu|mã",
        "indicator": "indicator|chỉ tiêu|chỉ số|tên chỉ tiêu",
        "value": "value|giá trị|mục tiêu",
        "period": "period|kỳ|giai đoạn|kỳ báo cáo",
        "source": "source|nguồn|văn bản|căn cứ",
    },
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "procedure": ("code", "name"),
    "process": ("procedure", "version", "decision", "effective_from", "limit", "step", "task", "hours"),
    "unit": ("code", "name"),
    "target": ("code", "indicator", "value", "period", "source"),
}
_SHEET_NAMES: Mapping[str, str] = {
    "procedure": "procedures|procedure|thủ tục|danh mục thủ tục|TTHC",
    "process": "processes|process|steps|quy trình|quy trình nội bộ|bước|các bước",
    "unit": "units|unit|đơn vị|danh mục đơn vị|cơ quan",
    "target": "targets|target|chỉ tiêu",
}
_TIME_UNITS: Mapping[str, str] = {
    "hours": "hours|giờ|số giờ|thời gian (giờ)",
    "days": "days|ngày|số ngày|thời gian (ngày)",
}
"""What a bare number means under these names; under others it must say its unit."""


KINDS_OF_TABLES = tuple(_NAMES)
"""The kinds of entries that files may hold."""


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
        if plain(name) in _plain(names):
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
        found = next((first[name] for name in _plain(names) if first.get(name, -1) not in (-1, *places.values())), None)
        if found is not None:
            places[field] = found
    return Columns(
        kind=kind,
        places=places,
        missing=tuple(field for field in _REQUIRED[kind] if field not in places),
        unread=tuple(
            cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in places.values()
        ),
        time_unit=_time_unit(header[places["hours"]]) if "hours" in places else None,
    )


def fields_of(kind: str) -> tuple[str, ...]:
    """Return everything that a table of this kind may say."""
    return tuple(_NAMES[kind])


def names_of(kind: str, field: str) -> str:
    """Return some names that a column may have, as a person would look for them."""
    return ", ".join(f"'{name}'" for name in _NAMES[kind][field].split("|")[:4])


def required(kind: str, field: str) -> bool:
    """Return whether each row must say this."""
    return field in _REQUIRED[kind]


def _time_unit(name: str) -> str | None:
    return next((unit for unit, names in _TIME_UNITS.items() if plain(name) in _plain(names)), None)


@cache
def _plain(names: str) -> tuple[str, ...]:
    return tuple(map(plain, names.split("|")))
