"""The catalogue of a city as messages: its calendars, units, procedures and all versions of its processes.

They follow the contract of the topic `procedure-catalogue`: CloudEvents 1.0 in JSON with the Kafka key `kind:code`.
Identifiers and times follow from the city, so the same city gives the same bytes.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from simulation.city import City, OfficeHours, Procedure, Process, Step, Unit

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OFFICE_OPENS = time(7, 30)

Data = dict[str, Any]


def catalogue_messages(city: City) -> Iterator[tuple[bytes, bytes]]:
    """Yield the catalogue as (Kafka key, message): calendars, units, procedures, then processes, old versions first.

    A step names its unit where there is only one: a department, its one-stop desk, or the agency that is asked.
    """
    zone = ZoneInfo(city.zone)
    source = f"{city.portals.new}:danh-muc"
    for number, (kind, key, day, data) in enumerate(_entries(city)):
        message = {
            "specversion": "1.0",
            "id": f"{city.name}-{city.seed}-{number:06}",
            "source": source,
            "type": f"vn.tinhgon.catalogue.{kind}.v1",
            "time": datetime.combine(day, _OFFICE_OPENS, zone).isoformat(),
            "data": {name: value for name, value in data.items() if value is not None},
        }
        yield f"{kind}:{key}".encode(), msgspec.json.encode(message)


def _entries(city: City) -> Iterator[tuple[str, str, date, Data]]:
    """Every entry as kind, what its key says after the kind, the day that its message bears, and the data."""
    first_day = city.period.first_day
    for calendar in city.calendars:
        yield "calendar", _compound(calendar.code, calendar.version), first_day, _calendar(calendar)
    for unit in city.units:
        yield "unit", unit.code, first_day, _unit(city, unit)
    for procedure in city.procedures:
        yield "procedure", procedure.code, first_day, _procedure(city, procedure)
    for process in city.processes:
        code = city.procedures[process.procedure].code
        key = _compound(code, process.case_variant or "", process.channel or "", process.version)
        yield "process", key, process.effective_from, _process(city, process)


def _compound(*parts: str) -> str:
    return msgspec.json.encode(parts).decode()


def _calendar(calendar: OfficeHours) -> Data:
    week = {
        weekday: [{"opens": opens, "closes": closes} for opens, closes in slots]
        for weekday, slots in zip(_WEEKDAYS, calendar.week, strict=True)
        if slots
    }
    days = [{"day": one.day, "working": one.working, "source": one.source} for one in calendar.days]
    return {"code": calendar.code, "version": calendar.version, "week": week, "days": days or None}


def _unit(city: City, unit: Unit) -> Data:
    return {
        "code": unit.code,
        "name": unit.name,
        "parent": _code(city, unit.parent),
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "successor": _code(city, unit.successor),
        "former_codes": unit.former_codes or None,
        "calendar": city.calendars[unit.calendar].code,
    }


def _procedure(city: City, procedure: Procedure) -> Data:
    return {
        "code": procedure.code,
        "name": procedure.name,
        "field": procedure.field,
        "owner": city.units[procedure.owner].name,
        "online_only": procedure.online_only or None,
    }


def _process(city: City, process: Process) -> Data:
    procedure = city.procedures[process.procedure]
    return {
        "procedure": procedure.code,
        "case_variant": process.case_variant,
        "channel": process.channel,
        "version": process.version,
        "decision": process.decision,
        "effective_from": process.effective_from,
        "effective_to": process.effective_to,
        "limit": {"amount": process.limit.amount, "unit": process.limit.unit},
        "steps": [_step(city, procedure, step) for step in process.steps],
    }


def _step(city: City, procedure: Procedure, step: Step) -> Data:
    step_data = {
        "number": step.number,
        "task": step.task,
        "hours": step.hours,
        "unit": _code(city, _only_unit(city, procedure, step)),
        "role": city.roles[step.role],
        "result": step.result,
    }
    return {name: value for name, value in step_data.items() if value is not None}


def _only_unit(city: City, procedure: Procedure, step: Step) -> int | None:
    """The unit whose officers do a step, where it is always the same one."""
    if step.agency is not None:
        return step.agency
    if len(procedure.units) != 1:
        return None
    pool = city.units[procedure.units[0]].pools[step.role]
    return city.pools[pool].unit if pool >= 0 else None


def _code(city: City, unit: int | None) -> str | None:
    return None if unit is None else city.units[unit].code
