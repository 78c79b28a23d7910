"""What the engine did, as events in the order in which they reach the topic.

A step says its start and its completion, where the unit records starts; what stops the clock of a dossier, starts it
again or ends it says its status. The rest follows the due date: it is apologised for or reset, or the finish of a late
dossier is set back to it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from simulation.city import City
from simulation.delivery import Agenda, Message, Oddities
from simulation.dossier import (
    ACCEPTANCE,
    APOLOGY,
    DOUBLE_ENTRY,
    IS_REFUSED,
    NOT_ACCEPTED,
    REFUSED,
    RESET_DUE,
    RESET_FINISH,
    RESUME,
    SUBMIT,
    WITHDRAW,
    Dossier,
)
from simulation.engine import NOBODY, Course, Job
from simulation.hours import HOUR_US, Hours
from simulation.layout import NEVER_US, Clock
from simulation.ledger import Ledger
from simulation.pieces import (
    APOLOGISES,
    APPROVED,
    APPROVING,
    CITIZEN,
    COMPLETE,
    ENDED,
    FOLLOWING,
    IN_PROCESS,
    INTAKE,
    INTAKE_FLAGS,
    OUTCOMES,
    RESET,
    START,
    STATUS,
    STEP,
    SUBMITTED,
    flags,
)
from simulation.promise import SECOND_US, Promises
from simulation.ways import Label
from simulation.wire import NEW, OLD, Wire, quoted

_CHECK_DUE, _CHECK_APOLOGY, _SET_BACK = range(3)
_APOLOGY_AHEAD_US = 30 * HOUR_US
"""When an apology is written: it counts if it comes at least a day before the due date."""
_NEW_TERM_DAYS = 5
"""The working days by which a reset or an apology puts a due date off."""
_SET_BACK_AFTER_US = 26 * HOUR_US
_TYPED_AGAIN_AFTER_US = 7 * 60 * SECOND_US


class _Look(NamedTuple):
    """To look at a dossier again, for what."""

    what: int
    course: Course[Dossier]


class Writer:
    """Turns what the engine yields into messages in `messages`, which the caller empties; `ledger` counts by unit."""

    def __init__(
        self, city: City, clock: Clock, hours: Sequence[Hours], labels: tuple[Label, ...], ledger: Ledger
    ) -> None:
        self._city, self._switch_us = city, clock.switch_us
        self._wire = Wire(city, clock, labels)
        self._event, self._stamp = self._wire.event, self._wire.stamp
        self._approving = [one.kind in APPROVING for one in labels]
        self._signing = [one.kind == "sign" for one in labels]
        self.messages: list[Message] = []
        self._oddities = Oddities(city)
        self.agenda: Agenda[_Look | Message] = Agenda()
        self._written = 0
        self.ledger = ledger
        self._unit_of = [pool.unit for pool in city.pools]
        self._records_starts = [city.units[unit].records_starts for unit in self._unit_of]
        self._is_new = [unit.system == "new" for unit in city.units]
        promises = [Promises(one, clock.offset_us) for one in hours]
        self._promises = [promises[unit.calendar] for unit in city.units]

    def started(self, job: Job[Dossier]) -> None:
        """Write that an officer started a step."""
        pool = job.task.pool
        if not self._records_starts[pool]:
            self.ledger.counts["starts not recorded", self._unit_of[pool]] += 1
            return
        dossier = job.course.about
        status = IN_PROCESS if dossier.accepted_us and not dossier.ended_us else b""
        what = self._wire.labels[job.task.tag] + self._wire.officers[job.officer] + START + status
        self._send(dossier, job.start_us, STEP, what)

    def ended(self, job: Job[Dossier]) -> None:
        """Write that a step was completed, or what the citizen did, and what followed."""
        course, at = job.course, job.end_us
        dossier = course.about
        follows = dossier.follows.get(job.stage, 0) if course.pending == 1 else 0
        if job.task.tag < 0:
            self._citizen(course, job.task.tag, at)
        else:
            self._completed(course, job, follows)
        if said := FOLLOWING.get(follows):
            if follows == NOT_ACCEPTED:
                dossier.ended_us = at
            else:
                dossier.stopped_us = at
            self._send(dossier, at, STATUS, said + self._by(job))
        if dossier.facts and course.pending == 1:
            for fact in dossier.facts.get(job.stage, ()):
                self.ledger.deviated(fact, dossier)

    def catch_up(self, now: int) -> None:
        """Do what is due by an instant: late messages arrive, and due dates are looked at."""
        while self.agenda.next_us <= now:
            at, thing = self.agenda.take()
            if not isinstance(thing, _Look):
                self.messages.append(thing)
            elif thing.what == _SET_BACK:
                self._set_back(thing.course.about, at)
            elif not thing.course.about.ended_us and not thing.course.about.stopped_us:
                (self._apologise if thing.what == _CHECK_APOLOGY else self._reset)(thing.course, at)

    def deliver(self) -> None:
        """Let everything arrive that is still on its way; nothing else happens any more."""
        while self.agenda.next_us < NEVER_US:
            _, thing = self.agenda.take()
            if not isinstance(thing, _Look):
                self.messages.append(thing)

    def counts(self) -> Counter[str]:
        """Return how many events were written ("written"), and how many of them came late or twice."""
        return self._oddities.counts + Counter(written=self._written)

    def _completed(self, course: Course[Dossier], job: Job[Dossier], follows: int) -> None:
        dossier, at, tag = course.about, job.end_us, job.task.tag
        what = self._wire.labels[tag] + self._by(job) + COMPLETE
        is_last = job.stage == dossier.finish_stage and course.pending == 1
        if follows == REFUSED:
            dossier.traits |= IS_REFUSED
        if job.stage == ACCEPTANCE:
            said = b"" if follows == NOT_ACCEPTED else self._accepted(course, at)
        elif is_last:
            said = self._done(course, job)
        elif dossier.ended_us:
            said = b',"status":10'
        elif follows or self._approving[tag]:
            said = IN_PROCESS + OUTCOMES.get(follows, APPROVED if self._approving[tag] else b"")
        else:
            said = IN_PROCESS
        if job.stage != ACCEPTANCE and (self._signing[tag] or is_last):
            said += flags(dossier.traits, signs=self._signing[tag], ends=is_last)
        self._send(dossier, at, STEP, what + said)
        if dossier.traits & DOUBLE_ENTRY and at < self._switch_us:
            self._type_again(dossier, at, what)
        if is_last and job.stage == ACCEPTANCE:  # nothing but the intake was to be done
            said = ENDED + self._by(job) + self._finished(course, at)
            self._send(dossier, at, STATUS, said + flags(dossier.traits, signs=False, ends=True))

    def _accepted(self, course: Course[Dossier], at: int) -> bytes:
        """Take a dossier in: from now on its clock runs, towards the date that is promised."""
        dossier = course.about
        promises, limit = self._promises[dossier.unit], self._city.processes[dossier.process].limit
        dossier.accepted_us = at
        dossier.promised_us = dossier.due_us = promises.due(at, limit)
        self._watch(course, at)
        return b',"status":2,"due_at":' + self._stamp(dossier.due_us) + INTAKE_FLAGS[dossier.traits & INTAKE]

    def _done(self, course: Course[Dossier], job: Job[Dossier]) -> bytes:
        """Return what the last step says of the end of the work."""
        return b',"status":9' + self._finished(course, job.end_us)

    def _finished(self, course: Course[Dossier], at: int) -> bytes:
        """Note that the work is done, and return with which outcome."""
        dossier = course.about
        dossier.ended_us = at
        if at > dossier.due_us and dossier.traits & RESET_FINISH:
            hours = self._promises[dossier.unit].hours
            self.agenda.enter(hours.next_open(at + _SET_BACK_AFTER_US), _Look(_SET_BACK, course))
        return OUTCOMES[REFUSED] if dossier.traits & IS_REFUSED else APPROVED

    def _citizen(self, course: Course[Dossier], what: int, at: int) -> None:
        """Write what the citizen did; an answer starts the clock again and moves the due date."""
        dossier = course.about
        unit = self._wire.units[dossier.unit]
        if what == SUBMIT:
            self._send(dossier, at, STATUS, SUBMITTED[dossier.channel] + unit)
            return
        said = CITIZEN[what] + unit
        if what != RESUME:
            said += b',"started_at":' + self._stamp(at)  # it takes no time, so that what was waited for can be told
        if what == WITHDRAW:
            dossier.ended_us = at
        else:
            limit = self._city.processes[dossier.process].limit
            moved = self._promises[dossier.unit].moved(dossier.due_us, dossier.stopped_us, at, limit)
            if moved != dossier.due_us:
                dossier.due_us = moved
                said += b',"due_at":' + self._stamp(moved)
                self._watch(course, at)
        dossier.stopped_us = 0
        self._send(dossier, at, STATUS, said)

    def _watch(self, course: Course[Dossier], now: int) -> None:
        """See to it that somebody looks at a dossier when its due date comes near, or has come."""
        due, traits = course.about.due_us, course.about.traits
        if traits & APOLOGY and due - _APOLOGY_AHEAD_US > now:
            self.agenda.enter(due - _APOLOGY_AHEAD_US, _Look(_CHECK_APOLOGY, course))
        if traits & RESET_DUE:
            self.agenda.enter(due, _Look(_CHECK_DUE, course))

    def _apologise(self, course: Course[Dossier], at: int) -> None:
        """Apologise for a dossier that has far to go, with a new date, once."""
        dossier = course.about
        if dossier.due_us != at + _APOLOGY_AHEAD_US or course.stage >= dossier.finish_stage - 1:
            return
        dossier.traits &= ~APOLOGY
        self._put_off(dossier)
        self.ledger.note("apologies", dossier.unit, dossier)
        said = b',"status":4,"due_at":%s%s,"flags":{"apology":true}'
        self._send(dossier, at, APOLOGISES, said % (self._stamp(dossier.due_us), self._wire.units[dossier.unit]))
        self._watch(course, at)

    def _reset(self, course: Course[Dossier], at: int) -> None:
        """Rewrite the due date of a dossier that is late."""
        dossier = course.about
        if dossier.due_us != at:
            return
        dossier.traits &= ~RESET_DUE
        self._put_off(dossier)
        self._rewrite(dossier, at, "Đặt lại ngày hẹn trả", "reset-due")

    def _set_back(self, dossier: Dossier, at: int) -> None:
        """Set the finish of a late dossier back to its due date."""
        self._rewrite(dossier, at, "Đặt lại hồ sơ quá hạn", "reset-finish")

    def _put_off(self, dossier: Dossier) -> None:
        dossier.due_us = self._promises[dossier.unit].later(dossier.due_us, _NEW_TERM_DAYS)

    def _rewrite(self, dossier: Dossier, at: int, activity: str, lifecycle: str) -> None:
        self.ledger.note(lifecycle, dossier.unit, dossier)
        said = b',"activity":%s,"lifecycle":"%s","due_at":%s' % (
            quoted(activity),
            lifecycle.encode(),
            self._stamp(dossier.due_us),
        )
        self._send(dossier, at, RESET, said + self._wire.units[dossier.unit])

    def _type_again(self, dossier: Dossier, at: int, what: bytes) -> None:
        """Write a completion a second time, some minutes later, in the other portal."""
        later = at + _TYPED_AGAIN_AFTER_US
        self._written += 1
        self.ledger.note("typed twice", dossier.unit, dossier)
        other = OLD if self._is_new[dossier.unit] else NEW
        self.agenda.enter(later, (dossier.code, self._event(dossier, later, other, STEP, what)))

    def _by(self, job: Job[Dossier]) -> bytes:
        if job.officer == NOBODY:
            return self._wire.units[job.course.about.unit]
        return self._wire.officers[job.officer]

    def _send(self, dossier: Dossier, at: int, kind: int, what: bytes) -> None:
        portal = NEW if self._is_new[dossier.unit] or at >= self._switch_us else OLD
        self._post(at, (dossier.code, self._event(dossier, at, portal, kind, what)))

    def _post(self, at: int, message: Message) -> None:
        """Let a message arrive at once, later, or twice."""
        self._written += 1
        oddities = self._oddities
        if oddities.left:
            oddities.left -= 1
            self.messages.append(message)
            return
        is_late, delay_us = oddities.odd()
        self.agenda.enter(at + delay_us, message)
        if not is_late:
            self.messages.append(message)
