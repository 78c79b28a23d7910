"""Events as bytes: CloudEvents 1.0 in JSON, put together from pieces that were made once.

What a city says again and again (procedures, steps, units, officers, portals) is encoded when the city is known; an
event then costs one join. The order of the members is fixed, so the same events are the same bytes.
"""

import json
from datetime import timedelta
from typing import Final

from simulation.city import CHANNELS, City
from simulation.dossier import Dossier
from simulation.layout import Clock, local_day
from simulation.promise import SECOND_US
from simulation.ways import Label

OLD: Final = 0
NEW: Final = 1
KINDS: Final = ("step", "status", "reset", "apology")
_DAY_SECONDS = 86_400
_KNOWN_NUMBERS = 256


def quoted(text: str) -> bytes:
    """Return a text as JSON, in UTF-8."""
    return json.dumps(text, ensure_ascii=False).encode()


class Days(dict[int, bytes]):
    """The dates of local days, as JSON texts that are still open; made when they are first asked for."""

    def __missing__(self, day: int) -> bytes:
        text = self[day] = b'"' + local_day(day).isoformat().encode()
        return text


def times_of_day(offset_us: int) -> list[bytes]:
    """Return the end of a JSON text for each second of the day: the time and its offset from UTC (RFC 3339)."""
    offset = timedelta(microseconds=offset_us)
    sign, ahead = ("-", -offset) if offset < timedelta() else ("+", offset)
    hours, minutes = divmod(ahead // timedelta(minutes=1), 60)
    zone = f'{sign}{hours:02d}:{minutes:02d}"'.encode()
    return [
        b"T%02d:%02d:%02d%s" % (second // 3600, second // 60 % 60, second % 60, zone) for second in range(_DAY_SECONDS)
    ]


class Wire:
    """The pieces of a city's events, and how an event is made of them."""

    def __init__(self, city: City, clock: Clock, labels: tuple[Label, ...]) -> None:
        self._city = city
        self._offset_us = clock.offset_us
        self._times, self._days = times_of_day(clock.offset_us), Days()
        portals = (city.portals.old, city.portals.new)
        self._sources = [
            [
                b'","source":%s,"type":"vn.tinhgon.dossier.%s.v1","subject":"' % (quoted(one), kind.encode())
                for one in portals
            ]
            for kind in KINDS
        ]
        self._systems = [b',"source_system":%s,"sequence":' % quoted(one.rpartition(":")[2]) for one in portals]
        self._numbers = [b"%d" % number for number in range(_KNOWN_NUMBERS)]
        self._heads: dict[int, bytes] = {}
        self.labels = [
            (b"" if one.number is None else b',"step":' + quoted(one.number))
            + b',"activity":%s,"role":%s' % (quoted(one.task), quoted(city.roles[one.role]))
            for one in labels
        ]
        self.units = [b',"unit":' + quoted(unit.code) for unit in city.units]
        self.officers = [
            self.units[pool.unit] + b',"officer":' + quoted(officer) for pool in city.pools for officer in pool.officers
        ]

    def stamp(self, at: int) -> bytes:
        """Return an instant (µs) as a JSON text in the local time of the city, to the second."""
        day, second = divmod((at + self._offset_us) // SECOND_US, _DAY_SECONDS)
        return self._days[day] + self._times[second]

    def event(self, dossier: Dossier, at: int, portal: int, kind: int, what: bytes) -> bytes:
        """Return an event of a dossier, and count it; `what` is the JSON members of its data besides the dossier's."""
        number = dossier.sequence = dossier.sequence + 1
        digits = self._numbers[number] if number < _KNOWN_NUMBERS else b"%d" % number
        code = dossier.code
        key = dossier.process * len(CHANNELS) + dossier.channel
        day, second = divmod((at + self._offset_us) // SECOND_US, _DAY_SECONDS)
        return b"".join(
            (
                b'{"specversion":"1.0","id":"',
                code,
                b"-",
                digits,
                self._sources[kind][portal],
                code,
                b'","time":',
                self._days[day],
                self._times[second],
                self._heads.get(key) or self._head(key, dossier),
                what,
                self._systems[portal],
                digits,
                b"}}",
            )
        )

    def _head(self, key: int, dossier: Dossier) -> bytes:
        """What all events of a process and a channel say."""
        process = self._city.processes[dossier.process]
        variant = b"" if process.case_variant is None else b'"case_variant":%s,' % quoted(process.case_variant)
        head = self._heads[key] = (
            b',"datacontenttype":"application/json","data":{"procedure":%s,%s"process_version":%s,"channel":"%s"'
            % (
                quoted(self._city.procedures[process.procedure].code),
                variant,
                quoted(process.version),
                CHANNELS[dossier.channel].encode(),
            )
        )
        return head
