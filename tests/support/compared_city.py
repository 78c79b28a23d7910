"""A small store with an approved process, in which drawn dossiers are compared with it.

Minute 0 is Monday 2025-01-06 07:00 in Viet Nam; the office is open from 0 to 270 and from 390 to 600.
"""

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from mining.clocks.clock import Calendars
from mining.conformance.align_pool import AlignPool
from mining.conformance.check import Basis, Compared, prepare_conformance, refresh_conformance
from mining.conformance.findings import conformance
from mining.conformance.matching import MappingEntry, StepMapping
from mining.derive import refresh
from mining.slice import Slice
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

CATALOGUE = Path(__file__).parents[2] / "ingest" / "catalogue.sql"
OFFICE = WorkingTime.of(public_sector(), first_day=date(2024, 1, 1), end_day=date(2026, 1, 1))
BASIS = Basis(Calendars(OFFICE), StepMapping((MappingEntry("back", "(reopen)"), MappingEntry("stop", "(end)"))))
EVERYTHING = Slice()

STEPS = """
1 receive 1   desk    clerk
2 appraise 2  office  expert
3 sign 1      office  head
4 return 0    desk    clerk
"""
UNITS = (
    '{"code": "desk", "name": "Desk"}',
    '{"code": "agency", "name": "Agency"}',
    '{"code": "office", "name": "Office", "parent": "agency", "former_codes": ["old-office"]}',
    '{"code": "team", "name": "Team", "parent": "office"}',
    '{"code": "closed", "name": "Closed", "successor": "desk"}',
)


class City:
    """A store with a catalogue, and what comparing finds in it."""

    def __init__(self, log: Any) -> None:
        self.log, self.cursor = log, log.cursor
        self.cursor.execute(CATALOGUE.read_text())
        prepare_conformance(self.cursor)
        self.aligner = AlignPool()
        for number, unit in enumerate(UNITS, 1):
            code = unit.split('"')[3]
            values = [number, "unit", f"unit:{code}", unit, "test"]
            self.cursor.execute("INSERT INTO catalogue_entry VALUES (?, ?, ?, ?, ?, [], now())", values)
        self.approve("k", STEPS)

    def approve(self, key: str, steps: str, *, procedure: str = "P", version: str = "1") -> None:
        """Approve a process, drawn as lines of number, task, hours, unit, role; `-` is none."""
        values = [key, procedure, version]
        process = "VALUES (?, ?, NULL, NULL, ?, 'QD', '2020-01-01', NULL, 3, 'working_days', 24, 24, [])"
        self.cursor.execute(f"INSERT INTO approved_process {process}", values)
        for ordinal, line in enumerate(filter(None, map(str.strip, steps.splitlines())), 1):
            number, task, hours, unit, role = (None if word == "-" else word for word in line.split())
            row = [key, ordinal, number, task, unit, role, float(hours or 0)]
            self.cursor.execute("INSERT INTO approved_step VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)

    def arrive(self, drawing: str, basis: Basis = BASIS) -> Compared:
        self.log.arrive(drawing)
        refresh(self.cursor)
        return refresh_conformance(self.cursor, basis, self.aligner)

    def kinds(self) -> dict[str, int]:
        return dict(Counter(one.kind.value for one in conformance(self.cursor, EVERYTHING).deviations))

    def kept(self) -> tuple[list[Any], ...]:
        """All that is kept of the dossiers, without the numbers of variants, which mean nothing."""
        dossiers = "SELECT dossier::VARCHAR, process_key, cost, worst_cost, exact, deviations FROM conformity"
        deviations = """
            SELECT
                dossier::VARCHAR, process_key, kind, ordinal, position, activities.name, units.name, roles.name,
                lost_us, measured
            FROM deviation
            LEFT JOIN label AS activities ON activities.code = activity
            LEFT JOIN label AS units ON units.code = unit
            LEFT JOIN label AS roles ON roles.code = role
        """
        return tuple(sorted(self.cursor.execute(one).fetchall(), key=repr) for one in (dossiers, deviations))


def random_log(chance: random.Random, dossiers: int) -> list[str]:
    """Draw dossiers that mostly keep to STEPS, a line per event."""
    lines = []
    for number in range(dossiers):
        minute, course = chance.randrange(5_000), list(enumerate(("receive", "appraise", "sign", "return"), 1))
        for _ in range(chance.choice((0, 0, 1, 2, 3))):
            place = chance.randrange(len(course) + 1)
            change = chance.random()
            if change < 0.3 and course:
                course.pop(place % len(course))
            else:
                course.insert(place, chance.choice([(0, "meeting"), (0, "back"), (0, "stop"), *course[:3]]))
        for place, (step, activity) in enumerate(course):
            minute += chance.choice((0, 5, 30, 300, 1_000))
            started = f"started={minute - chance.choice((0, 4))}" if chance.random() < 0.4 else ""
            unit, role = chance.choice(("desk", "office", "team", "else")), chance.choice(("clerk", "head", "boss"))
            status = 2 if place == 0 else chance.choice((4, 4, 4, 5, 9)) if place < len(course) - 1 else 9
            lines.append(
                f"D{number} {activity} complete {minute} id=d{number}-{place} procedure=P {started}"
                f" {f'step={step}' if step else ''} unit={unit} role={role} status={status} sequence={place}"
            )
    return lines
