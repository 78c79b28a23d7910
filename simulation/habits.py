"""What the habits of units make of the events of their dossiers, see `simulation.planted.Habits`."""

from simulation.dossier import RESET_FINISH, SUBMIT, Dossier
from simulation.engine import NOBODY, Course, Job
from simulation.events import Writer
from simulation.hours import DAY_US
from simulation.pieces import IN_PROCESS, STATUS, STEP, SUBMITTED
from simulation.planted import BACK_DATED, DISORDERED, ON_OLD, PUT_ASIDE, SET_BACK, SWIFT
from simulation.promise import SECOND_US
from simulation.wire import NEW, OLD

_SUBMITTED_AFTER_US = 25 * 60 * SECOND_US
_FEWEST_DAYS_LATER, _DIFFERENT_DAYS = 2, 4


class HabitWriter(Writer):
    """A writer for a city in which units have habits; `ledger` counts what came of them."""

    def _completed(self, course: Course[Dossier], job: Job[Dossier], follows: int) -> None:
        dossier, at = course.about, job.end_us
        ready = len(self.messages)
        super()._completed(course, job, follows)
        unit = dossier.unit if job.officer == NOBODY else self._unit_of[job.task.pool]
        if dossier.habits & BACK_DATED and job.officer != NOBODY and unit == dossier.unit:
            self._type_later(dossier, at, ready)
        if job.stage == dossier.finish_stage and dossier.ended_us == at:
            for habit, kind in ((PUT_ASIDE, "put aside"), (SWIFT, "swift")):
                if dossier.habits & habit:
                    self.ledger.note(kind, unit, dossier)

    def _type_later(self, dossier: Dossier, at: int, ready: int) -> None:
        """Hold back the messages from number `ready` on: they are typed in some days later, and dated back."""
        days = _FEWEST_DAYS_LATER + dossier.number % _DIFFERENT_DAYS
        later = self._promises[dossier.unit].hours.next_open(at + days * DAY_US)
        for message in self.messages[ready:]:
            self.ledger.note("dated back", dossier.unit, dossier)
            self.agenda.enter(later, message)
        del self.messages[ready:]

    def _accepted(self, course: Course[Dossier], at: int) -> bytes:
        said, dossier = super()._accepted(course, at), course.about
        if dossier.habits & DISORDERED:
            desk = self._city.units[dossier.unit].desk
            self.ledger.note("out of order", dossier.unit if desk is None else desk, dossier)
            later = at + _SUBMITTED_AFTER_US
            portal = NEW if self._is_new[dossier.unit] or later >= self._switch_us else OLD
            what = SUBMITTED[dossier.channel] + self._wire.units[dossier.unit]
            self._written += 1
            self.agenda.enter(later, (dossier.code, self._event(dossier, later, portal, STATUS, what)))
        return said

    def _citizen(self, course: Course[Dossier], what: int, at: int) -> None:
        dossier = course.about
        if what == SUBMIT and dossier.habits & DISORDERED:
            return  # it is typed in after the acceptance
        if dossier.stopped_us > dossier.due_us:
            dossier.habits &= ~SET_BACK  # work went on after the due date, for everybody to see
        super()._citizen(course, what, at)

    def _done(self, course: Course[Dossier], job: Job[Dossier]) -> bytes:
        """Write the end of the work as the due date, where the habit is so; what was really last says no status."""
        dossier = course.about
        if not dossier.habits & SET_BACK or job.end_us <= dossier.due_us:
            return super()._done(course, job)
        dossier.traits &= ~RESET_FINISH
        what = b',"status":9' + self._finished(course, job.end_us) + self._by(job)
        self._send(dossier, dossier.due_us, STATUS, what)
        unit = dossier.unit if job.officer == NOBODY else self._unit_of[job.task.pool]
        self.ledger.note("set back", unit, dossier)
        return b""

    def _send(self, dossier: Dossier, at: int, kind: int, what: bytes) -> None:
        habits = dossier.habits
        if habits & SET_BACK and kind == STEP and not dossier.ended_us and 0 < dossier.due_us < at:
            what = what.replace(IN_PROCESS, b"")  # else work would go on after the end that will be written
        if habits & ON_OLD and at >= self._switch_us:
            self.ledger.note("on the old portal", dossier.unit, dossier)
            self._post(at, (dossier.code, self._event(dossier, at, OLD, kind, what)))
        else:
            super()._send(dossier, at, kind, what)
