"""Simulated cities: who held each dossier adds up to the whole, every state occurs, and finishes are told apart."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow.compute as pc
import pytest

from city_store import CityStore, run_city
from mining.clocks.clock import HOLDERS, held_times
from mining.clocks.on_time import on_time
from mining.clocks.verdict import CONVENTIONS, OnTimeQuestion
from mining.paths.time_split import time_split
from mining.slice import Slice

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
CLOCKED = """
SELECT count(*), sum(epoch_us(coalesce(finished_at, $as_of)) - epoch_us(accepted_at))
FROM clock WHERE finished_at IS DISTINCT FROM accepted_at AND accepted_at IS NOT NULL
"""


@pytest.fixture(scope="module", params=[("small", 4), ("can-tho-2023", 5)], ids=["small", "can-tho-2023"])
def city(request: pytest.FixtureRequest) -> Iterator[CityStore]:
    """A city with stops, withdrawals, refusals, resets, late and repeated events."""
    scenario, seed = request.param
    found = run_city(scenario, seed=seed, dossiers=1_500)
    yield found
    found.close()


def test_agency_citizen_and_suspended_are_the_total_of_every_dossier(city: CityStore) -> None:
    held = held_times(city.cursor, Slice(), city.calendars, AS_OF)
    for unit in ("elapsed_us", "working_us"):
        agency, citizen, suspended = (held[f"{holder}_{unit}"] for holder in HOLDERS)
        assert pc.add(pc.add(agency, citizen), suspended) == held[f"total_{unit}"]
    counted = city.cursor.execute(CLOCKED, {"as_of": AS_OF}).fetchone()
    assert (held.num_rows, pc.sum(held["total_elapsed_us"]).as_py()) == counted
    split = time_split(city.cursor, Slice(), city.calendars, AS_OF)
    assert min(split.agency.working_us, split.citizen.working_us, split.suspended.working_us) > 0
    assert split.total.elapsed_us == counted[1]


def test_the_form_adds_up_whatever_the_convention(city: CityStore) -> None:
    accepted = "SELECT finish_kind, count(*) FROM clock WHERE accepted_at IS NOT NULL GROUP BY finish_kind"
    kinds = dict(city.cursor.execute(accepted).fetchall())
    assert {"finished", "withdrawn"} <= set(kinds)
    taken_in = sum(kinds.values()) - kinds.get("refused", 0)  # refused at the desk: no form counts it
    for convention in CONVENTIONS:
        asked = OnTimeQuestion(as_of=AS_OF, convention=convention, by=("procedure", "unit", "channel", "month"))
        rows = on_time(city.cursor, asked, city.calendars).rows
        for row in rows:
            for counts in (row.reported, row.log_based):
                assert counts.early + counts.on_time + counts.late == counts.finished
                assert counts.within + counts.overdue == counts.running
        counted = sum(row.log_based.finished + row.log_based.running for row in rows)
        assert counted == taken_in - (0 if convention == "A" else kinds["withdrawn"])
