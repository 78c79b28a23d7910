"""What a catalogue entry may say: its one form of writing, its faults, and what a person should look at."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from operator import itemgetter

import msgspec
from msgspec.structs import replace

from ingest.catalogue import (
    KINDS,
    Calendar,
    CatalogueError,
    Entry,
    Limit,
    Procedure,
    Process,
    Slot,
    Unit,
    compound_key,
)

HOURS_OF_A_WORKING_DAY = 8
CHANNELS = ("counter", "online", "postal")
_CODE = re.compile(r"(?P<national>[1-9]\.[0-9]{6})(?:(?:\.000\.00\.00)?\.(?P<owner>[GH][0-9]{2}))?")
_CHANNEL_NAMES = {
    **dict.fromkeys(("counter", "1", "trực tiếp", "tại quầy", "một cửa"), "counter"),
    **dict.fromkeys(("online", "2", "trực tuyến"), "online"),
    **dict.fromkeys(("postal", "3", "bưu chính", "bưu điện"), "postal"),
}
SHORTEST_BREAK_MINUTES = 5
CALENDAR_YEARS = range(1990, 2100)
_TOLERANCE_HOURS = 1e-6


def one_line(text: str) -> str:
    """Return a text composed (NFC) and with single spaces, as it must be for equal texts to be equal."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def procedure_code(text: str) -> str:
    """Return a procedure code as national part and owner, `1.000948.H38`; a text that is no such code as it is."""
    text = one_line(text)
    code = _CODE.fullmatch(text.upper())
    return ".".join(filter(None, code.group("national", "owner"))) if code else text


def channel_code(text: str) -> str:
    """Return `counter`, `online` or `postal` for the names and the numbers of the channels, another text as it is."""
    text = one_line(text)
    return _CHANNEL_NAMES.get(text.lower(), text)


def checked(entry: Entry) -> Entry:
    """Return an entry in its one form of writing; raises CatalogueError, with every fault, when it cannot be used."""
    try:
        # Through the types once more: an entry may have been made without them, and 8 and 8.0 hours are the same.
        entry = msgspec.convert(msgspec.to_builtins(_written_uniformly(entry)), type(entry))
    except msgspec.ValidationError as error:
        raise CatalogueError(str(error)) from error
    found = "; ".join(faults(entry))
    if found:
        raise CatalogueError(found)
    return entry


def faults(entry: Entry) -> Iterator[str]:
    """Yield what makes an entry unusable, beyond what its types tell."""
    if isinstance(entry, Process):
        yield from _process_faults(entry)
    elif isinstance(entry, Unit):
        yield from _unit_faults(entry)
    elif isinstance(entry, Calendar):
        yield from _calendar_faults(entry)


def warnings(entry: Entry) -> tuple[str, ...]:
    """Return what a person should look at although the entry is used as it stands, in sentences."""
    return tuple(_warnings(entry))


def limit_hours(limit: Limit) -> float | None:
    """Return a limit in working hours, a working day having 8; None for calendar days, which have no fixed number."""
    if limit.unit == "calendar_days":
        return None
    return limit.amount * HOURS_OF_A_WORKING_DAY if limit.unit == "working_days" else limit.amount


def normal_key(text: str) -> str:
    """Return the key of an entry in its one form of writing; raises CatalogueError for what is no key."""
    kind, _colon, rest = text.partition(":")
    try:
        if kind == "process":
            procedure, case_variant, channel, version = msgspec.json.decode(rest, type=tuple[str, str, str, str])
            parts = (procedure_code(procedure), one_line(case_variant), channel_code(channel), one_line(version))
            return compound_key(kind, *parts)
        if kind == "calendar":
            return compound_key(kind, *map(one_line, msgspec.json.decode(rest, type=tuple[str, str])))
    except msgspec.MsgspecError as error:
        raise CatalogueError(f"the key '{text}' is not {kind}: and a JSON array of its parts ({error})") from error
    if kind not in KINDS or not rest:
        raise CatalogueError(f"the key '{text}' is not kind:code with a kind of {', '.join(sorted(KINDS))}")
    return f"{kind}:{procedure_code(rest) if kind == 'procedure' else one_line(rest)}"


def _written_uniformly(entry: Entry) -> Entry:
    if isinstance(entry, Process):
        return replace(
            entry,
            procedure=procedure_code(entry.procedure),
            case_variant=one_line(entry.case_variant or "") or None,
            channel=channel_code(entry.channel or "") or None,
            version=one_line(entry.version),
        )
    if isinstance(entry, Procedure):
        return replace(entry, code=procedure_code(entry.code))
    if isinstance(entry, Calendar):
        return replace(entry, code=one_line(entry.code), version=one_line(entry.version))
    return replace(entry, code=one_line(entry.code))


def _process_faults(process: Process) -> Iterator[str]:
    if process.effective_to and process.effective_to < process.effective_from:
        yield f"it ends ({process.effective_to}) before it starts ({process.effective_from})"
    numbers = [step.number for step in process.steps]
    for repeated in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield f"the step number {repeated} is given more than once"


def _unit_faults(unit: Unit) -> Iterator[str]:
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        yield f"it ends ({unit.valid_to}) before it starts ({unit.valid_from})"
    if unit.successor == unit.code:
        yield f"the unit {unit.code} cannot succeed itself"


def _calendar_faults(calendar: Calendar) -> Iterator[str]:
    """What the working time could not be counted by: the same as in a calendar file."""
    for weekday, slots in calendar.week.items():
        for fault in _slot_faults(slots):
            yield f"{weekday}: {fault}"
    if not any(calendar.week.values()):
        yield "the week has no office hours at all; give at least one weekday some"
    days = [one.day for one in calendar.days]
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield f"the day {day} is given more than once"
    for one in calendar.days:
        if one.day.year not in CALENDAR_YEARS:
            first, last = CALENDAR_YEARS[0], CALENDAR_YEARS[-1]
            yield f"the day {one.day} is none that a calendar covers; these are the years {first} to {last}"
        if not one.source.strip():
            yield f"the day {one.day} has no source; name the notice or decision it comes from"


def _slot_faults(slots: tuple[Slot, ...]) -> Iterator[str]:
    if any(slot.opens.tzinfo or slot.closes.tzinfo for slot in slots):
        yield "office hours are written without an offset from UTC"
        return
    if any(at.second or at.microsecond for slot in slots for at in (slot.opens, slot.closes)):
        yield "office hours are whole minutes"
        return
    minutes = ((slot.opens.hour * 60 + slot.opens.minute, _closing_minute(slot), slot) for slot in slots)
    spans = sorted(minutes, key=itemgetter(0, 1))
    for opens, closes, slot in spans:
        if closes <= opens:
            yield f"a slot closes ({slot.closes}) before it opens ({slot.opens})"
    for (_opens, closed, before), (opens, _closes, after) in itertools.pairwise(spans):
        if opens < closed:
            yield f"the slot from {after.opens} overlaps the one that closes at {before.closes}"
        elif 0 < opens - closed < SHORTEST_BREAK_MINUTES:
            yield (
                f"the break from {before.closes} to {after.opens} is shorter than {SHORTEST_BREAK_MINUTES} minutes; "
                "join the two slots"
            )


def _closing_minute(slot: Slot) -> int:
    """The minute of the day; 00:00 closes at its end."""
    return slot.closes.hour * 60 + slot.closes.minute or 24 * 60


def _warnings(entry: Entry) -> Iterator[str]:
    if isinstance(entry, Procedure | Process):
        code = entry.code if isinstance(entry, Procedure) else entry.procedure
        if not _CODE.fullmatch(code):
            yield f"the procedure code '{code}' is not written like 1.001193 or 1.001193.H29; it is kept as it is"
    if not isinstance(entry, Process):
        return
    if entry.channel and entry.channel not in CHANNELS:
        yield f"the channel '{entry.channel}' is none of {', '.join(CHANNELS)}; only dossiers that say the same fit it"
    limit, total = limit_hours(entry.limit), sum(step.hours for step in entry.steps)
    if limit is not None and abs(total - limit) > _TOLERANCE_HOURS:
        yield f"the steps take {total:g} h together, the limit is {limit:g} h; both are kept as approved"
