"""The run of a city: dossiers in, messages out, in the order in which they reach the topic."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulation.city import City
from simulation.courses import Courses
from simulation.delivery import Message
from simulation.dossier import Dossier
from simulation.engine import Course, Engine, Job
from simulation.events import Writer
from simulation.habits import HabitWriter
from simulation.hours import Hours
from simulation.layout import Clock, engine_pools
from simulation.ledger import Ledger
from simulation.period_end import PeriodEnd
from simulation.plans import Planner
from simulation.planted import NO_HABITS
from simulation.truth import Truth, without_changes
from simulation.ways import Labels

BLOCK = 4096
_WATCHED = 1 << 16
"""How many jobs of a world that writes nothing pass between two blocks, which are then empty."""


@dataclass(frozen=True, slots=True)
class Block:
    """Messages (Kafka key, value) in the order in which they reach the topic; `done` is the share of the run (0-1)."""

    messages: list[Message]
    done: float


def simulate(city: City, *, hours_by_calendar: Sequence[Hours], truth: Truth | None = None) -> Iterator[Block]:
    """Yield the events of a city, block by block; the same city gives the same bytes.

    `hours_by_calendar` are the office hours of city.calendars, in that order, from the first day of the period until
    some years after its end, by which time all dossiers must be done. The log ends with period.events_until: some
    dossiers are open then. With `truth` (a Truth of the same city) all dossiers are followed to their end, and the
    world in which the new versions change nothing is run after it; that takes two to three times as long, and
    `truth.document()` is known when all blocks have been taken. The caller can stop at any time. Raises
    SimulationError.
    """
    world = _World(city, hours_by_calendar, names_dossiers=truth is not None)
    worlds = 1 if truth is None else 2
    for block in world.written(truth):
        yield Block(block, world.done / worlds)
    if truth is not None:
        other = _World(without_changes(city), hours_by_calendar)
        for passed, (ended, job) in enumerate(other.jobs()):
            if ended:
                truth.account_without.ended(job)
            if passed % _WATCHED == 0:
                yield Block([], (1 + other.done) / worlds)
        truth.complete(world.writer)
        yield Block([], 1.0)


class _World:
    """A city that is run once."""

    def __init__(self, city: City, hours: Sequence[Hours], *, names_dossiers: bool = False) -> None:
        self.clock = Clock.of(city)
        labels = Labels(city.processes, detours=city.detours, drifts=city.drifts)
        self._dossiers = city.dossiers
        self._courses = Courses(city, self.clock, Planner(city, self.clock, hours), labels)
        self._engine: Engine[Dossier] = Engine(engine_pools(city, self.clock, hours))
        self._period_end = PeriodEnd(city, self.clock, hours)
        writer = HabitWriter if any(unit.habits != NO_HABITS for unit in city.units) else Writer
        self.writer = writer(city, self.clock, hours, labels.labels, Ledger(names_dossiers=names_dossiers))

    @property
    def done(self) -> float:
        """The share of the dossiers that have arrived."""
        return self._courses.arrived / max(1, self._dossiers)

    def jobs(self, courses: Iterable[Course[Dossier]] | None = None) -> Iterator[tuple[bool, Job[Dossier]]]:
        """Yield what the engine does."""
        jobs = self._engine.run(self._courses if courses is None else courses)
        return self._put_aside(jobs) if self._period_end.is_needed else jobs

    def _put_aside(self, jobs: Iterator[tuple[bool, Job[Dossier]]]) -> Iterator[tuple[bool, Job[Dossier]]]:
        """Pass what the engine does on, and let dossiers be put aside before it goes on."""
        for ended, job in jobs:
            if ended:
                self._period_end.ended(job)
            yield ended, job

    def written(self, truth: Truth | None) -> Iterator[list[Message]]:
        """Yield the messages until the log ends, and go on to the end of all dossiers where the truth is asked for."""
        writer, agenda, until = self.writer, self.writer.agenda, self.clock.until_us
        for ended, job in self.jobs(truth.waiting.watch(self._courses) if truth else None):
            now = job.end_us if ended else job.start_us
            is_logged = now < until
            if truth is not None:
                (truth.ended if ended else truth.started)(job, is_logged=is_logged)
            if not is_logged:
                writer.catch_up(until - 1)  # before anything changes that the log does not see any more
                if truth is None:
                    break
                continue
            if now >= agenda.next_us:
                writer.catch_up(now)
            (writer.ended if ended else writer.started)(job)
            if len(writer.messages) >= BLOCK:
                yield writer.messages
                writer.messages = []
        writer.catch_up(until - 1)
        writer.deliver()
        yield writer.messages
