"""What is found in a simulated city, held against what was planted in it: sets of things found and things planted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from city_store import CityStore
from ingest.pseudonym import Pseudonyms
from mining.conformance.align_pool import AlignPool
from mining.conformance.check import Basis, prepare_conformance, refresh_conformance
from mining.drift.findings import Change, DriftQuestion, changes
from mining.integrity.findings import IntegrityReport, integrity
from mining.integrity.question import IntegrityQuestion
from mining.two_systems import TwoSystemsQuestion, double_entry_steps, switch_off_dossiers

DEVIATIONS = ("skipped", "extra", "swapped", "wrong_unit", "wrong_role", "repeated")
BY_DOSSIER = {
    "due_rewritten": "reset-due",
    "finish_reset": "reset-finish",
    "within_a_minute": "swift",
    "impossible_order": "out of order",
}
"""Kinds of integrity findings that cannot happen by chance, and what they are called where they were planted."""
BY_UNIT = {"finish_on_due": "set back", "back_dated": "dated back", "period_end": "put aside"}
"""Kinds that are told from chance, unit by unit."""
FLOORS = {"finish_on_due": 3, "back_dated": 15, "period_end": 30}
"""How many dossiers a unit needs to be found, see docs/integrity.md."""
DRIFTS = ("time", "paths")
DRIFT_DAYS = 14
LEAST_DRIFTED = 100
"""How many finished dossiers there must be on both sides of a drift, see docs/drift.md."""
KINDS = (*DEVIATIONS, *BY_DOSSIER, *BY_UNIT, "double_entry", "after_switch", *(f"drift: {what}" for what in DRIFTS))

DEVIATING = """
SELECT dossier::VARCHAR, kind, coalesce(number, name)
FROM deviation
LEFT JOIN approved_step USING (process_key, ordinal)
LEFT JOIN label ON label.code = activity AND ordinal IS NULL
WHERE kind <> 'over_time'
"""
ACCEPTED = """
SELECT procedure, accepted_at < $day, count(*) FROM clock JOIN cohort USING (cohort)
WHERE finish_kind = 'finished' AND procedure = $procedure GROUP BY ALL
"""

RECEIVED = """
UPDATE event SET received_at = arrived.at FROM (
    SELECT event_no, max(occurred_at) OVER (ORDER BY event_no ROWS UNBOUNDED PRECEDING) AS at FROM event
) AS arrived WHERE event.event_no = arrived.event_no
"""
"""Let each event be received as soon as it can have been: with the newest one that came before it."""

Things = set[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Of a kind, what was found and what was planted; `beside` need not be found, but is not wrong either."""

    found: Things
    planted: Things
    beside: Things

    @property
    def right(self) -> int:
        """How many of those planted were found."""
        return len(self.found & self.planted)

    @property
    def wrong(self) -> Things:
        """What was found and is not there."""
        return self.found - self.planted - self.beside

    @property
    def missed(self) -> Things:
        """What is there and was not found."""
        return self.planted - self.found


class JudgedCity:
    """A city with everything asked that is asked about its compliance."""

    def __init__(self, place: CityStore, aligner: AlignPool) -> None:
        self._place, self._cursor = place, place.cursor
        self._names = Pseudonyms(b"a key for tests only")
        until = place.city.period.events_until + timedelta(days=1)
        self._as_of = datetime(until.year, until.month, until.day, tzinfo=UTC)
        with place.store.writing() as cursor:
            cursor.execute(RECEIVED)
            prepare_conformance(cursor)
            refresh_conformance(cursor, Basis(place.calendars), aligner)

    def judged(self) -> dict[str, Judged]:
        """Return what was found of every kind."""
        report = integrity(self._cursor, IntegrityQuestion(as_of=self._as_of, calendars=self._place.calendars))
        return {**self._deviations(), **self._figures(report), **self._systems(), **self._drifts()}

    def _dossier(self, code: str) -> str:
        return str(UUID(self._names.of("dossier", code)))

    def _behind(self, kind: str) -> Mapping[str, list[str]]:
        found: Mapping[str, list[str]] = self._place.truth["dossiers_behind"].get(kind, {})
        return found

    def _deviations(self) -> dict[str, Judged]:
        found: dict[str, Things] = {kind: set() for kind in DEVIATIONS}
        for dossier, kind, what in self._cursor.execute(DEVIATING).fetchall():
            found[kind].add((dossier, what))
        planted: dict[str, Things] = {kind: set() for kind in DEVIATIONS}
        either: dict[tuple[str, ...], tuple[str, ...]] = {}
        for one in self._place.truth["deviations"]:
            for code in one["dossiers"]:
                thing = (self._dossier(code), one["task"] if one["kind"] == "extra" else one["steps"][0])
                planted[one["kind"]].add(thing)
                either.update({(thing[0], step): thing for step in one["steps"][1:]})
        found["swapped"] = {either.get(one, one) for one in found["swapped"]}
        return {kind: Judged(found[kind], planted[kind], set()) for kind in DEVIATIONS}

    def _figures(self, report: IntegrityReport) -> dict[str, Judged]:
        judged = {}
        for kind, planted in BY_DOSSIER.items():
            found: Things = {(dossier,) for dossier in report.evidence[kind]["dossier"].to_pylist()}
            codes = [code for own in self._behind(planted).values() for code in own]
            judged[kind] = Judged(found, {(self._dossier(code),) for code in codes}, set())
        for kind, planted in BY_UNIT.items():
            units = {str(one.unit) for one in report.findings if one.kind == kind}
            counts = {unit: len(codes) for unit, codes in self._behind(planted).items()}
            enough: Things = {(unit,) for unit, count in counts.items() if count >= FLOORS[kind]}
            if kind == "back_dated":  # a finish that is written as the due date is dated back too
                counts = counts | dict.fromkeys(self._behind("set back"), 0)
            judged[kind] = Judged({(unit,) for unit in units}, enough, {(unit,) for unit in counts})
        return judged

    def _systems(self) -> dict[str, Judged]:
        asked = TwoSystemsQuestion(as_of=self._as_of, calendars=self._place.calendars)
        copies: Things = {(dossier,) for dossier in double_entry_steps(self._cursor, asked)["dossier"].to_pylist()}
        typed: Things = {(self._dossier(code),) for own in self._behind("typed twice").values() for code in own}
        old, day = self._place.city.portals.old.rpartition(":")[2], self._place.city.portals.switch_day
        assert day is not None
        late: Things = {(one,) for one in switch_off_dossiers(self._cursor, asked, old, day)["dossier"].to_pylist()}
        stayed: Things = {(self._dossier(code),) for own in self._behind("on the old portal").values() for code in own}
        return {"double_entry": Judged(copies, typed, set()), "after_switch": Judged(late, stayed, set())}

    def _drifts(self) -> dict[str, Judged]:
        """What was found and not intended, as the procedure and the drift or other cause that explains it."""
        asked = DriftQuestion(as_of=self._as_of, calendars=self._place.calendars)
        planted = [(one["procedure"], one["what"], date.fromisoformat(one["from_day"])) for one in self._truly()]
        planted += self._copies_end()
        found: dict[str, Things] = {what: set() for what in DRIFTS}
        for change in changes(self._cursor, asked):
            if not change.intended:
                names = [procedure for procedure, _, day in planted if _fits(change, procedure, day)]
                name = names[0] if names else f"{change.procedure} {change.at.date()}"
                found[change.what].add((name,))
        everything: Things = {(procedure,) for procedure, _, _ in planted}
        return {
            f"drift: {what}": Judged(
                found[what],
                {(one,) for one, changed, day in planted if changed == what and self._is_enough(one, day)},
                everything,
            )
            for what in DRIFTS
        }

    def _copies_end(self) -> list[tuple[str, str, date]]:
        """What was typed twice is typed once from the switch day on: the paths change, for no other reason."""
        asked = TwoSystemsQuestion(as_of=self._as_of, calendars=self._place.calendars)
        typed = double_entry_steps(self._cursor, asked)["procedure"].unique().to_pylist()
        day = self._place.city.portals.switch_day
        assert day is not None
        return [(procedure, "copies", day) for procedure in typed]

    def _truly(self) -> list[dict[str, Any]]:
        drifts: list[dict[str, Any]] = self._place.truth["drifts"]
        return drifts

    def _is_enough(self, procedure: str, day: date) -> bool:
        asked = {"day": datetime(day.year, day.month, day.day, tzinfo=UTC), "procedure": procedure}
        rows = self._cursor.execute(ACCEPTED, asked).fetchall()
        return len(rows) == 2 and min(count for _, _, count in rows) >= LEAST_DRIFTED


def _fits(change: Change, procedure: str, day: date) -> bool:
    margin = timedelta(days=DRIFT_DAYS)
    return change.procedure == procedure and change.from_at.date() - margin <= day <= change.to_at.date() + margin
