"""A simulated city whose log is cut at several days: what is told of savings does not drift downwards with the cut.

Were open dossiers dropped, or counted as if they were done, the last weeks before a cut would look too fast.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from api.calendars import OfficeHours
from api.city_hours import opening_hours
from city_store import CityStore
from ingest import catalogue_store
from ingest.catalogue import decode_message
from ingest.decode import Received, decode
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Batch, open_store
from mining.clocks.clock import Calendars
from mining.derive import prepare, refresh
from mining.savings.account import account
from mining.savings.effect import Bootstrap
from mining.savings.figures import Realised
from mining.savings.question import Question
from simulation.building import build_city
from simulation.catalogue import catalogue_messages
from simulation.city import City
from simulation.dossier import Dossier
from simulation.engine import Job
from simulation.hours import HOUR_US
from simulation.run import simulate
from simulation.scenario_file import load_scenario
from simulation.truth import Account, Truth

SCENARIO = """
extends = "savings-study"
dossiers = 10_000

[procedures]
total = 32

[versions]
procedures = 20
first_day = 2024-05-02
last_day = 2024-05-31
decision_days = 4
total_cut_hours = [45, 120]
"""
CUTS = tuple(datetime(2024, 6, 15, tzinfo=UTC) + timedelta(days=days) for days in (0, 14, 35, 140))
NOW = datetime(2026, 11, 22, tzinfo=UTC)

Hours = npt.NDArray[np.float64]


class Each(Account):
    """The agency hours of each dossier, and when those under a new version were accepted, beside the sums."""

    def __init__(self, city: City) -> None:
        super().__init__(city, opening_hours(city))
        self._is_new = [process.replaces is not None for process in city.processes]
        self.hours: dict[int, float] = {}
        self.accepted_us: dict[int, int] = {}

    def ended(self, job: Job[Dossier]) -> None:
        """Note the hours of a dossier when its work is done."""
        dossier = job.course.about
        before = self.agency_us[dossier.process]
        super().ended(job)
        if job.stage == dossier.finish_stage and job.course.pending == 1 and self._is_new[dossier.process]:
            self.hours[dossier.number] = (self.agency_us[dossier.process] - before) / HOUR_US
            self.accepted_us[dossier.number] = dossier.accepted_us


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The messages of a city; of each dossier under a new version when it was accepted, its hours with and without."""

    city: City
    messages: Sequence[bytes]
    accepted_us: npt.NDArray[np.int64]
    taken: Hours
    without: Hours

    def truth(self, cut: datetime) -> tuple[float, float]:
        """Return the mean hours that dossiers accepted before a cut will have taken, and would have without."""
        own = self.accepted_us < cut.timestamp() * 1e6
        return float(self.taken[own].mean()), float(self.without[own].mean())


@pytest.fixture(scope="module", name="run")
def _run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("study") / "study.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    city = build_city(load_scenario(str(path)), seed=1)
    truth, with_us, without_us = Truth(city, opening_hours(city)), Each(city), Each(city)
    truth.account, truth.account_without = with_us, without_us
    blocks = simulate(city, hours_by_calendar=opening_hours(city), truth=truth)
    messages = [value for block in blocks for _key, value in block.messages]
    numbers = sorted(with_us.hours.keys() & without_us.hours.keys())
    return Run(
        city,
        messages,
        np.array([with_us.accepted_us[one] for one in numbers]),
        np.array([with_us.hours[one] for one in numbers]),
        np.array([without_us.hours[one] for one in numbers]),
    )


def stored(run: Run, until: datetime | None = None) -> CityStore:
    """Keep the catalogue and the events of a city in a store, or only those that happened before a cut."""
    store = open_store(IN_MEMORY, Pseudonyms(b"a key for tests only"))
    with store.writing() as cursor:
        entries = [decode_message(value)[1] for _key, value in catalogue_messages(run.city)]
        catalogue_store.record(cursor, [catalogue_store.Statement.of(one, "city") for one in entries], NOW)
        catalogue_store.derive(cursor)
    for first in range(0, len(run.messages), 20_000):
        part = run.messages[first : first + 20_000]
        decoded = decode([Received(one, first + place, 0) for place, one in enumerate(part)], origin="city", now=NOW)
        events = (
            decoded.events
            if until is None
            else decoded.events.filter(
                np.asarray(decoded.events["occurred_at"]).astype("datetime64[us]")
                < np.datetime64(until.replace(tzinfo=None))
            )
        )
        store.commit(Batch(events, decoded.received_at.slice(0, events.num_rows)))
    cursor = store.cursor()
    prepare(cursor)
    refresh(cursor)
    return CityStore(run.city, store, cursor, {}, OfficeHours(None).of(cursor))


@pytest.fixture(scope="module", name="told")
def _told(run: Run) -> Iterator[list[Realised]]:
    place = stored(run)
    yield [realised(place.cursor, place.calendars, cut) for cut in CUTS]
    place.close()


def realised(cursor: duckdb.DuckDBPyConnection, calendars: Calendars, cut: datetime) -> Realised:
    return account(cursor, Question(as_of=cut, bootstrap=Bootstrap(replicates=100)), calendars).realised


def test_dossiers_do_not_look_faster_because_the_log_is_cut(run: Run, told: list[Realised]) -> None:
    errors = []
    for cut, one in zip(CUTS, told, strict=True):
        assert one.taken_hours is not None
        assert one.compared > one.finished > 300
        errors.append(one.taken_hours / run.truth(cut)[0] - 1)
    assert min(errors) > -0.03
    assert abs(errors[-1]) < 0.02


def test_savings_do_not_drift_downwards_because_the_log_is_cut(run: Run, told: list[Realised]) -> None:
    for cut, one in zip(CUTS, told, strict=True):
        taken, without = run.truth(cut)
        assert one.per_dossier is not None
        assert one.per_dossier.low is not None
        assert one.per_dossier.high is not None
        assert one.per_dossier.low <= without - taken <= one.per_dossier.high
        assert one.per_dossier.estimate > without - taken - 0.05 * without


def test_a_log_that_was_cut_tells_the_same_as_the_whole_one_as_of_that_day(run: Run, told: list[Realised]) -> None:
    place = stored(run, until=CUTS[1])
    cut = realised(place.cursor, place.calendars, CUTS[1])
    place.close()
    assert (cut.taken_in, cut.compared, cut.finished) == (told[1].taken_in, told[1].compared, told[1].finished)
    assert cut.hours.estimate == pytest.approx(told[1].hours.estimate, rel=0.02)
