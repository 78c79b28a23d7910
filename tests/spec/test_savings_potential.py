"""The potential in the time-saved account of a simulated city: its parts by any filter add up to it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from city_store import CityStore, run_city
from mining.opportunities.ranking import opportunities
from mining.opportunities.values import Opportunities
from mining.overview import log_summary
from mining.savings.account import account_of
from mining.savings.evidence import Evidence, evidence
from mining.savings.figures import Potential
from mining.savings.potential import with_potential
from mining.savings.question import Question
from mining.waiting.answers import waiting_log
from mining.waiting.desks import Availability


@pytest.fixture(scope="module")
def city() -> Iterator[CityStore]:
    made = run_city("small", seed=5, dossiers=2500)
    yield made
    made.close()


@pytest.fixture(scope="module")
def question(city: CityStore) -> Question:
    as_of = log_summary(city.cursor).last_at
    assert as_of is not None
    return Question(as_of=as_of)


@pytest.fixture(scope="module")
def known(city: CityStore, question: Question) -> Evidence:
    return evidence(city.cursor, question.basis, city.calendars)


@pytest.fixture(scope="module")
def found(city: CityStore) -> Opportunities:
    availability = Availability(city.calendars)
    return opportunities(city.cursor, waiting_log(city.cursor, availability), availability)


def potential(known: Evidence, found: Opportunities, question: Question) -> Potential:
    account = account_of(known, question)
    assert account.potential is None
    told = with_potential(account, known, found).potential
    assert told is not None
    assert sum(one.estimate for one in told.procedures.values()) == pytest.approx(told.whole.estimate)
    return told


def test_the_whole_is_that_of_the_opportunities_with_its_interval(
    known: Evidence, found: Opportunities, question: Question
) -> None:
    told = potential(known, found, question)
    assert found.potential.estimate > 0
    assert told.whole.estimate == pytest.approx(found.potential.estimate)
    assert (told.whole.low, told.whole.high) == (
        pytest.approx(found.potential.low),
        pytest.approx(found.potential.high),
    )
    assert all(one.low is not None and one.low <= one.estimate for one in told.procedures.values())


@pytest.mark.parametrize("name", ["procedure", "field", "unit", "level"])
def test_the_parts_of_a_filter_add_up(known: Evidence, found: Opportunities, question: Question, name: str) -> None:
    units = known.handled.units
    values = {
        "procedure": set(known.handled.cohorts["procedure"].to_pylist()),
        "field": set(known.handled.cohorts["field"].to_pylist()),
        "unit": set(units.names),
        "level": set(units.levels),
    }[name]
    assert len(values - {None}) > 1
    parts = [potential(known, found, replace(question, **{name: value})) for value in values if value is not None]
    assert sum(one.whole.estimate for one in parts) == pytest.approx(found.potential.estimate)
    nothing = potential(known, found, replace(question, **{name: "none"}))
    assert (nothing.whole.estimate, dict(nothing.procedures)) == (0, {})


def test_a_verdict_chooses_the_procedures_that_have_it(
    known: Evidence, found: Opportunities, question: Question
) -> None:
    whole = potential(known, found, question)
    account = account_of(known, question)
    assert account.procedures
    for verdict in {row.verdict for row in account.procedures}:
        told = potential(known, found, replace(question, verdict=verdict))
        codes = {row.procedure for row in account.procedures if row.verdict == verdict}
        assert set(told.procedures) == codes
        assert {code: one.estimate for code, one in told.procedures.items()} == pytest.approx(
            {code: whole.procedures[code].estimate for code in codes}
        )
