"""What was planted in a city and what came of it: the truth document, which no report on the log may look at.

`Truth.document()` is a plain dict for JSON. All hours are hours (not microseconds), rounded to six places, and working
hours unless they are called elapsed.

    city, seed, dossiers, clean        which city this is
    waiting                            of all tasks that started within the log, by the causes of simulation.waiting
                                       (all of the wait is the citizen's once the work of a dossier is done):
      total, pools, procedures           {"tasks", "elapsed_hours": {cause: h}, "working_hours": {cause: h}}; by pool
                                         with "unit", "roles", "bottleneck", by procedure with "procedure" (the code)
    effects                            of each process that replaces another one, of the dossiers taken in under it
                                       whose work was done: {"procedure", "case_variant", "channel", "version",
                                       "effective_from", "planted", "dossiers", "hours", "hours_without",
                                       "hands_on_hours", "hands_on_hours_without", "saved_hours_per_dossier",
                                       "saved_hours"}. hours are agency working hours per dossier, from acceptance to
                                       the end of work without the time that the clock stood still; hands-on hours are
                                       those that officers worked on it until then; ..._without are those of the same
                                       dossiers in the world in which the new versions change nothing. Dossiers that
                                       are still open when the log ends are followed to their end.
    saved_hours                        the sum of the effects
    saved_hours_elsewhere              the same of all other dossiers: what their shorter or longer queues made of it
    bottlenecks                        pools planned with too few officers: {"unit", "roles", "officers"}
    unit_gaps                          {"unit", "procedure", "work_factor", "hold_factor"}
    always_approving                   steps that never refuse nor send back: {"procedure", "version", "step", "task"}
    resets                             {"unit", "reset-due", "reset-finish"}: how many were written
    apologies                          {"unit", "events"}
    double_entry                       {"unit", "events"}: completions that were typed into the other portal too
    starts_not_recorded                {"unit", "events"}
    back_dating, set_back_finishes,
    period_end, within_a_minute,
    impossible_order, after_switch     {"unit", "events"}: what came of the habits of units (`simulation.planted`):
                                       events dated back, finishes written as the due date, dossiers put aside until
                                       the end of a month, typed within a minute, accepted before they were submitted,
                                       events of the old portal after the switch day (by the unit of the dossier)
    dossiers_behind                    the codes of the dossiers behind each of these, behind resets, apologies and
                                       double entry: {kind: {unit: [code]}}
    detours                            planted deviations: {"kind", "procedure", "unit", "step", "share"}
    deviations                         {"kind", "procedure", "version", "unit", "steps", "task", "dossiers"}: where
                                       dossiers left the approved way within the log, planted or because steps of that
                                       kind are left out now and then (`steps.*.skips`)
    drifts                             {"procedure", "what", "from_day", ...}: what changed on a day without a version
    late_events, repeated_events       how many events came late, and how many twice
    events                             how many events were written, the repeated ones counted once
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from operator import add
from typing import Any

from simulation import SimulationError, told
from simulation.city import City, Process
from simulation.dossier import ACCEPTANCE, ANSWER, PAY, RESUME, Dossier
from simulation.engine import NOBODY, Job
from simulation.events import Writer
from simulation.hours import HOUR_US, Hours
from simulation.waiting import CAUSES, Split, Waiting

_STOPS = (ANSWER, PAY, RESUME)
_ZEROS = Split(*(0,) * len(CAUSES))


class Account:
    """The agency working time and the hands-on work of a world's dossiers whose work was done, by process."""

    def __init__(self, city: City, hours: Sequence[Hours]) -> None:
        self._hours = [hours[unit.calendar] for unit in city.units]
        self.dossiers = [0] * len(city.processes)
        self.agency_us = [0] * len(city.processes)
        self.work_us = [0] * len(city.processes)

    def ended(self, job: Job[Dossier]) -> None:
        """Follow the clock of a dossier: it runs from acceptance to the end of work, but not for the citizen."""
        dossier = job.course.about
        dossier.work_us += job.task.work_us
        if job.course.pending > 1:
            return
        worked = self._hours[dossier.unit].worked
        if job.task.tag in _STOPS:
            dossier.clock_us += worked(job.end_us) - worked(job.enabled_us)
        elif job.stage == ACCEPTANCE:
            dossier.clock_us = worked(job.end_us)
        if job.stage == dossier.finish_stage:
            self.dossiers[dossier.process] += 1
            self.agency_us[dossier.process] += worked(job.end_us) - dossier.clock_us
            self.work_us[dossier.process] += dossier.work_us


class _Sums:
    """Waits added up: how many tasks, and microseconds by cause, elapsed and working."""

    __slots__ = ("elapsed_us", "tasks", "working_us")

    def __init__(self) -> None:
        self.tasks = 0
        self.elapsed_us = self.working_us = _ZEROS

    def add(self, elapsed_us: Split, working_us: Split) -> None:
        self.tasks += 1
        self.elapsed_us = Split(*map(add, self.elapsed_us, elapsed_us))
        self.working_us = Split(*map(add, self.working_us, working_us))

    def told(self) -> dict[str, Any]:
        return {
            "tasks": self.tasks,
            "elapsed_hours": dict(zip(CAUSES, map(_hours, self.elapsed_us), strict=True)),
            "working_hours": dict(zip(CAUSES, map(_hours, self.working_us), strict=True)),
        }


class Truth:
    """Collects the truth of a city while it is run; `hours` are the office hours of each of its calendars."""

    def __init__(self, city: City, hours: Sequence[Hours]) -> None:
        self._city = city
        self._by_unit = [hours[unit.calendar] for unit in city.units]
        self.waiting = Waiting([self._by_unit[pool.unit] for pool in city.pools])
        self.account, self.account_without = Account(city, hours), Account(city, hours)
        self._pools: defaultdict[int, _Sums] = defaultdict(_Sums)
        self._procedures: defaultdict[int, _Sums] = defaultdict(_Sums)
        self._total = _Sums()
        self._writer: Writer | None = None

    def started(self, job: Job[Dossier], *, is_logged: bool) -> None:
        """Take in that an officer started a job, within the log or after its end."""
        split = self.waiting.started(job)
        if is_logged:
            self._count(job, *split)

    def ended(self, job: Job[Dossier], *, is_logged: bool) -> None:
        """Take in that a job ended, within the log or after its end."""
        if job.officer == NOBODY and is_logged:
            self._count(job, *self.waiting.alone(job, self._by_unit[job.course.about.unit]))
        self.waiting.ended(job)
        self.account.ended(job)

    def complete(self, writer: Writer) -> None:
        """Take in what was written, once both worlds have been run."""
        self._writer = writer

    def document(self) -> dict[str, Any]:
        """Return the truth document; raises SimulationError while the city is still being run."""
        if self._writer is None:
            raise SimulationError("the truth is known at the end of the run only; take all its blocks first")
        city, ledger, counts = self._city, self._writer.ledger, self._writer.counts()
        effects = [self._effect(number, one) for number, one in enumerate(city.processes) if one.replaces is not None]
        return {
            "city": city.name,
            "seed": city.seed,
            "dossiers": city.dossiers,
            "clean": city.clean,
            "waiting": self._waits(),
            "effects": effects,
            "saved_hours": _hours(sum(self._saved_us(changed=True))),
            "saved_hours_elsewhere": _hours(sum(self._saved_us(changed=False))),
            **planted_in(city),
            "resets": told.by_unit(city, ledger, "reset-due", "reset-finish"),
            "apologies": told.by_unit(city, ledger, "apologies"),
            "double_entry": told.by_unit(city, ledger, "typed twice"),
            "starts_not_recorded": told.by_unit(city, ledger, "starts not recorded"),
            **told.habits(city, ledger),
            "dossiers_behind": told.dossiers(city, ledger),
            "deviations": told.deviations(city, ledger),
            "late_events": counts["late"],
            "repeated_events": counts["repeated"],
            "events": counts["written"],
        }

    def _count(self, job: Job[Dossier], elapsed_us: Split, working_us: Split) -> None:
        dossier = job.course.about
        if 0 <= dossier.finish_stage < job.stage:  # its clock has ended: until it is fetched it is the citizen's
            elapsed_us, working_us = (_ZEROS._replace(citizen=sum(one)) for one in (elapsed_us, working_us))
        procedure = self._city.processes[dossier.process].procedure
        for sums in (self._total, self._pools[job.task.pool], self._procedures[procedure]):
            sums.add(elapsed_us, working_us)

    def _waits(self) -> dict[str, Any]:
        city = self._city
        return {
            "total": self._total.told(),
            "pools": [
                {**_pool(city, number), "bottleneck": city.pools[number].bottleneck, **sums.told()}
                for number, sums in sorted(self._pools.items())
                if number != NOBODY
            ],
            "procedures": [
                {"procedure": city.procedures[number].code, **sums.told()}
                for number, sums in sorted(self._procedures.items())
            ],
        }

    def _effect(self, number: int, process: Process) -> dict[str, Any]:
        count = self.account.dossiers[number]
        with_us, without_us = self.account.agency_us[number], self.account_without.agency_us[number]
        mean = max(count, 1)
        return {
            "procedure": self._city.procedures[process.procedure].code,
            "case_variant": process.case_variant,
            "channel": process.channel,
            "version": process.version,
            "effective_from": process.effective_from.isoformat(),
            "planted": process.effect,
            "dossiers": count,
            "hours": _hours(with_us / mean),
            "hours_without": _hours(without_us / mean),
            "hands_on_hours": _hours(self.account.work_us[number] / mean),
            "hands_on_hours_without": _hours(self.account_without.work_us[number] / mean),
            "saved_hours_per_dossier": _hours((without_us - with_us) / mean),
            "saved_hours": _hours(without_us - with_us),
        }

    def _saved_us(self, *, changed: bool) -> list[int]:
        pairs = zip(self.account_without.agency_us, self.account.agency_us, strict=True)
        return [
            without - by
            for process, (without, by) in zip(self._city.processes, pairs, strict=True)
            if (process.replaces is not None) == changed
        ]


def without_changes(city: City) -> City:
    """Return the city in which the new versions change nothing, with the same dossiers."""
    processes = tuple(
        one if one.replaces is None else replace(one, work_factor=1.0, hold_factor=1.0) for one in city.processes
    )
    return replace(city, processes=processes)


def planted_in(city: City) -> dict[str, Any]:
    """Return what was planted in a city and can be told without running it."""
    return {
        "bottlenecks": [
            {**_pool(city, number), "officers": len(pool.officers)}
            for number, pool in enumerate(city.pools)
            if pool.bottleneck
        ],
        "unit_gaps": [
            {
                "unit": city.units[gap.unit].code,
                "procedure": city.procedures[gap.procedure].code,
                "work_factor": gap.work_factor,
                "hold_factor": gap.hold_factor,
            }
            for gap in city.gaps
        ],
        "always_approving": [
            {
                "procedure": city.procedures[process.procedure].code,
                "version": process.version,
                "step": step.number,
                "task": step.task,
            }
            for process in city.processes
            for step in process.steps
            if step.always_approves
        ],
        "detours": told.detours(city),
        "drifts": told.drifts(city),
    }


def _pool(city: City, number: int) -> dict[str, Any]:
    pool = city.pools[number]
    return {"unit": city.units[pool.unit].code, "roles": [city.roles[role] for role in pool.roles]}


def _hours(duration_us: float) -> float:
    return round(duration_us / HOUR_US, 6)
