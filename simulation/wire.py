"""Events as bytes: CloudEvents 1.0 in JSON, put together from pieces that were made once.

What a city says again and again (procedures, steps, units, officers, portals) is encoded when the city is known; an
event then costs one join. The order of the members is fixed, so the same events are the same bytes.
"""

import json
from datetime import timedelta
from typing import Final

from simulation.city import CHANNELS, City
from simulation.courses import Label
from simulation.dossier import Dossier
from simulation.layout import Clock, local_day
from simulation.promise import SECOND_US

OLD: Final = 0
NEW: Final = 1
KINDS: Final = ("step", "status", "reset", "apology")
_DAY_SECONDS = 86_400
_KNOWN_NUMBERS = 256


def quoted(text: str) -> bytes:
    """Return a text as JSON, in UTF-8."""
    return json.dumps(text, ensure_ascii=False).encode()


class Stamps:
    """Instants as quoted RFC 3339 texts in the local time of a city, to the second."""

    def __init__(self, clock: Clock) -> None:
        self._offset_us = clock.offset_us
        offset = timedelta(microseconds=clock.offset_us)
        sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
        hours, rest = divmod(minutes // timedelta(minutes=1), 60)
        zone = f'{sign}{hours:02d}:{rest:02d}"'.encode()
        self._times = [
            b"T%02d:%02d:%02d%s" % (second // 3600, second // 60 % 60, second % 60, zone)
            for second in range(_DAY_SECONDS)
        ]
        self._days: dict[int, bytes] = {}

    def stamp(self, at: int) -> bytes:
        """Return an instant (µs) as a JSON text."""
        day, second = divmod((at + self._offset_us) // SECOND_US, _DAY_SECONDS)
        text = self._days.get(day)
        if text is None:
            text = self._days[day] = b'"' + local_day(day).isoformat().encode()
        return text + self._times[second]


class Wire:
    """The pieces of a city's events, and how an event is made of them."""

    def __init__(self, city: City, clock: Clock, labels: tuple[Label, ...]) -> None:
        self._city = city
        self.stamp = Stamps(clock).stamp
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
            b',"step":%s,"activity":%s,"role":%s' % (quoted(one.number), quoted(one.task), quoted(city.roles[one.role]))
            for one in labels
        ]
        self.units = [b',"unit":' + quoted(unit.code) for unit in city.units]
        self.officers = [
            self.units[pool.unit] + b',"officer":' + quoted(officer) for pool in city.pools for officer in pool.officers
        ]

    def event(self, dossier: Dossier, at: int, portal: int, kind: int, what: bytes) -> bytes:
        """Return an event of a dossier, and count it; `what` is the JSON members of its data besides the dossier's."""
        number = dossier.sequence = dossier.sequence + 1
        digits = self._numbers[number] if number < _KNOWN_NUMBERS else b"%d" % number
        code = dossier.code
        key = dossier.process * len(CHANNELS) + dossier.channel
        head = self._heads.get(key) or self._head(key, dossier)
        return b"".join(
            (
                b'{"specversion":"1.0","id":"',
                code,
                b"-",
                digits,
                self._sources[kind][portal],
                code,
                b'","time":',
                self.stamp(at),
                head,
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
