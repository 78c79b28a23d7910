"""The run of a city: dossiers in, messages out, in the order in which they reach the topic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulation.city import City
from simulation.courses import Courses, Labels
from simulation.delivery import Message
from simulation.dossier import Dossier
from simulation.engine import Engine
from simulation.events import Writer
from simulation.hours import Hours
from simulation.layout import Clock, engine_pools
from simulation.plans import Planner

BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Block:
    """Messages in order of arrival, and how many dossiers have arrived by then."""

    messages: list[Message]
    dossiers: int


def simulate(city: City, hours: Sequence[Hours]) -> Iterator[Block]:
    """Yield what reaches the topic, block by block; `hours` are the office hours of each of the city's calendars."""
    clock = Clock.of(city)
    labels = Labels(city.processes)
    courses = Courses(city, clock, Planner(city, clock, hours), labels)
    writer = Writer(city, clock, hours, labels.labels)
    outbox = writer.outbox
    engine: Engine[Dossier] = Engine(engine_pools(city, clock, hours))
    arrived = 0
    for ended, job in engine.run(courses):
        now = job.end_us if ended else job.start_us
        if now > clock.until_us:
            break
        writer.catch_up(now)
        if ended:
            writer.ended(job)
        else:
            writer.started(job)
        if len(outbox.messages) >= BLOCK:
            yield Block(outbox.messages, arrived)
            outbox.messages = []
    yield Block(outbox.messages, arrived)
