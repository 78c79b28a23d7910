"""From what was drawn for a dossier to its course: the stages that it goes through, in order.

Submission; the steps of its process with what sends it back, stops its clock or ends it; the result handed over.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from simulation.city import City, Unit
from simulation.deviating import NO_DETOUR
from simulation.dossier import (
    ANSWER,
    ASKS_PAPERS,
    ASKS_PAYMENT,
    E_RESULT,
    NO_FACTS,
    NOT_ACCEPTED,
    NOTHING_FOLLOWS,
    PAY,
    REFUSED,
    RESUME,
    SENT_BACK,
    SUBMIT,
    SUSPENDS,
    WITHDRAW,
    Dossier,
    Fact,
)
from simulation.engine import NOBODY, Course, Task
from simulation.layout import Clock, local_day, pools_by_role
from simulation.plans import Planner, Plans
from simulation.planted import SWIFT
from simulation.promise import SECOND_US
from simulation.ways import Labels, Way, WayStep

_CLOSING = ("stamp", "hand-over", "return")
"""The steps that a refused dossier goes through all the same: the refusal is handed over."""

_ONLINE = 1
_SUBMITTED = (Task(NOBODY, 0, tag=SUBMIT),)
_SWIFT_US = 4 * SECOND_US
_FEWEST_SWIFT_STEPS = 4
"""With the return of the result: so that three steps at least are typed within the minute."""


class Courses:
    """The courses of a city's dossiers, in order of arrival; `arrived` counts those that were taken."""

    def __init__(self, city: City, clock: Clock, planner: Planner, labels: Labels) -> None:
        self._planner, self._clock, self._steps, self._detours = planner, clock, labels.steps, labels.detours
        self._can_be_swift = [
            len(way) >= _FEWEST_SWIFT_STEPS and all(step.agency is None for step in way) for way in labels.steps
        ]
        self.arrived = 0
        self._pools = pools_by_role(city)
        self._urgent = [pool.urgent for pool in city.pools]
        self._bodies = [_body(number, unit, city.owner) for number, unit in enumerate(city.units)]

    def __iter__(self) -> Iterator[Course[Dossier]]:
        today, ordinals = -1, Counter[int]()
        for plans in self._planner.blocks():
            for row, (arrival, unit) in enumerate(zip(plans.arrival_us, plans.unit, strict=True)):
                day = self._clock.day(arrival)
                if day != today:
                    today, date_part = day, local_day(day).strftime("-%y%m%d-").encode()
                    ordinals.clear()
                ordinals[unit] += 1
                code = b"%s%s%04d" % (self._bodies[unit], date_part, ordinals[unit])
                dossier = Dossier(self.arrived, code, plans.process[row], unit, plans.channel[row])
                dossier.traits, dossier.habits = plans.traits[row], plans.habits[row]
                self.arrived += 1
                yield Course(arrival, self._drawn_up(plans, row, dossier), dossier)

    def _drawn_up(self, plans: Plans, row: int, dossier: Dossier) -> list[tuple[Task, ...]]:
        way = self._steps[dossier.process]
        if dossier.habits & SWIFT:
            if self._can_be_swift[dossier.process]:
                return self._swift(plans, row, dossier)
            dossier.habits &= ~SWIFT
        if plans.detour[row] != NO_DETOUR:
            way = self._detours[plans.detour[row], dossier.process]
        return self._stages(plans, row, dossier, way)

    def _swift(self, plans: Plans, row: int, dossier: Dossier) -> list[tuple[Task, ...]]:
        """Have all steps typed one after the other, within a minute of the acceptance."""
        draft, (first, *steps, last) = _Draft(plans, row), self._steps[dossier.process]
        desk = self._pools[dossier.unit][first.role]
        draft.stages.append((Task(desk, _SWIFT_US if desk != NOBODY else 0, tag=first.label),))
        draft.stages += [(Task(NOBODY, 0, _SWIFT_US, tag=step.label),) for step in steps]
        draft.work_done()
        draft.hand_over(Task(NOBODY, 0, tag=last.label), at_once=False)
        dossier.finish_stage = draft.finish
        return draft.stages

    def _stages(self, plans: Plans, row: int, dossier: Dossier, way: Way) -> list[tuple[Task, ...]]:
        """Draw up the stages, and note in the dossier what follows them and where its work is done."""
        draft = _Draft(plans, row)
        skips, works, urgency = plans.skips[row], plans.work_us[row], plans.urgency[row]
        for step in way:
            place, pool = step.place, NOBODY
            if step.works:
                pool = self._pools[dossier.unit if step.agency is None else step.agency][step.role]
            work = works[place] if pool != NOBODY else 0
            hold = int(plans.hold_us[row, place]) if step.holds else 0
            task = Task(pool, work, hold, 0, pool != NOBODY and urgency < self._urgent[pool], step.label)
            if place == 0:
                draft.stages.append((task,))
                if plans.not_accepted[row]:
                    draft.follow(NOT_ACCEPTED)
                    break
            elif step.kind == "return":
                draft.work_done()
                draft.hand_over(task, at_once=bool(dossier.traits & E_RESULT) and dossier.channel == _ONLINE)
            elif step.left_out or skips >> place & 1:
                draft.leave_out(step)
            elif not (draft.refused and step.kind not in _CLOSING):
                draft.step(step, task)
        else:
            draft.end()
        dossier.follows, dossier.facts, dossier.finish_stage = draft.follows, draft.facts, draft.finish
        return draft.stages


class _Draft:
    """The stages of one dossier while they are drawn up."""

    def __init__(self, plans: Plans, row: int) -> None:
        self._plans, self._row = plans, row
        self.stages: list[tuple[Task, ...]] = [_SUBMITTED]
        self.follows, self.facts = NOTHING_FOLLOWS, NO_FACTS
        self._left_out: list[Fact] = []
        self.finish = -1
        self.refused = False
        self._handled: tuple[int, Task] | None = None
        self._group: int | None = None
        self._before: tuple[int, Task] | None = None

    def follow(self, what: int) -> None:
        """Note what follows the last stage."""
        if not self.follows:
            self.follows = {}
        self.follows[len(self.stages) - 1] = what

    def leave_out(self, step: WayStep) -> None:
        """Leave a step out, which is seen when the next one is done; after a refusal it need not be done."""
        if step.due and not self.refused:
            self._left_out.append(("skipped", step.place))

    def step(self, step: WayStep, task: Task) -> None:
        """Add a step, with the passes and stops that belong to it."""
        place = step.place
        if step.extra:
            self._again(place, task)
            self._note(step.fact)
            return
        if step.group is not None and step.group == self._group:
            self.stages[-1] += (task,)
            return
        self._group = step.group
        self.stages.append((task,))
        if self._left_out or step.fact:
            self._note(step.fact)
        refuses = self._plans.refuses[self._row] >> place & 1
        if step.kind == "handle" and self._handled is None:
            self._handled = place, task
            self._stops(place, task, goes_on=not refuses)
        elif self._before is not None and self._plans.back[self._row] >> place & 1:
            self.follow(SENT_BACK)
            self._again(*self._before)
            self._again(place, task)
        if refuses:
            self.refused = True
            self.follow(REFUSED)
        self._before = (place, task) if step.group is None else None

    def _note(self, fact: Fact | None = None) -> None:
        """Note what is so once the last stage has ended."""
        if not self.facts:
            self.facts = {}
        self.facts.setdefault(len(self.stages) - 1, []).extend([*self._left_out, *([fact] if fact else [])])
        self._left_out = []

    def _again(self, place: int, task: Task) -> None:
        """Let a step be done once more."""
        work = int(self._plans.again_us[self._row, place]) if task.pool != NOBODY else 0
        self.stages.append((task._replace(work_us=work, hold_us=0),))

    def _stops(self, place: int, task: Task, *, goes_on: bool) -> None:
        """Let the dossier wait for papers, a payment, the end of a suspension; papers are looked at again."""
        plans, row = self._plans, self._row
        for request in range(plans.requests[row]):
            self.follow(ASKS_PAPERS)
            self.stages.append(_awaited(ANSWER, plans.papers_us[row, request]))
            self._again(place, task)
        if plans.pays[row] and goes_on:
            self.follow(ASKS_PAYMENT)
            self.stages.append(_awaited(PAY, plans.payment_us[row]))
        if plans.suspended[row] and goes_on:
            self.follow(SUSPENDS)
            self.stages.append(_awaited(RESUME, plans.suspension_us[row]))

    def work_done(self) -> None:
        """Say that the work is done with what was last; after a stop the officer has yet to close the dossier."""
        if self._handled is not None and self.stages[-1][0].tag in (PAY, RESUME):
            self._again(*self._handled)
        self.finish = len(self.stages) - 1
        if self._left_out:
            self._note()

    def hand_over(self, task: Task, *, at_once: bool) -> None:
        """Let the citizen fetch the result, or have it at once where it is electronic."""
        if at_once:
            self.stages.append((Task(NOBODY, 0, tag=task.tag),))
        else:
            self.stages.append((task._replace(hold_us=0, citizen_us=self._plans.pickup_us[self._row]),))

    def end(self) -> None:
        """Say where the work is done, or cut the course off where the dossier is withdrawn.

        It is withdrawn in place of the last papers that were asked for, else somewhere before the work is done.
        """
        if self.finish < 0:
            self.work_done()
        plans, row = self._plans, self._row
        if not plans.withdrawn[row]:
            return
        asked = [stage for stage, what in self.follows.items() if what == ASKS_PAPERS]
        last = asked[-1] if asked else 1 + int(plans.ends[row] * (self.finish - 1))
        del self.stages[last + 1 :]
        kept = last + 1 if asked else last
        self.follows = {stage: what for stage, what in self.follows.items() if stage < kept}
        self.facts = {stage: facts for stage, facts in self.facts.items() if stage <= last}
        delay = int(plans.withdrawal_us[row])
        self.stages.append((Task(NOBODY, 0, 0 if asked else delay, delay if asked else 0, tag=WITHDRAW),))
        self.finish = -1


def _awaited(what: int, citizen_us: np.int64) -> tuple[Task, ...]:
    return (Task(NOBODY, 0, citizen_us=int(citizen_us), tag=what),)


def _body(number: int, unit: Unit, owner: str) -> bytes:
    """The receiving body in a dossier's code: the unit's code of the older generation, or one made of its number."""
    if unit.former_codes:
        return unit.former_codes[0].encode()
    return b"001.%02d.%02d.%s" % (number // 100 % 100, number % 100, owner.encode())
