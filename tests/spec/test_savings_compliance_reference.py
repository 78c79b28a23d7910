"""Compliance cost of drawn logs, against a reference that goes through them dossier by dossier in exact fractions."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from mining.savings.compliance import CostQuestion, compliance_cost
from mining.savings.money import Assumptions
from mining.savings.plan import Plan, PlannedProcedure
from savings_store import Dossier, Version, catalogue, handle

CODES = ("1.000001.H29", "1.000002.H29", "1.000003.H29")
CHANNELS = {"counter": "counter", "Trực tuyến": "online", "3": "postal"}
FIRST = date(2023, 1, 2)
AS_OF = datetime(2024, 12, 31, tzinfo=UTC)
VISITS = {"counter": 2, "online": 0, "postal": 1}
INCOME = 48_001


def drawn(dice: random.Random) -> tuple[list[Version], list[Dossier]]:
    """Up to three versions of each procedure, and dossiers over up to two years, some refused at intake."""
    versions = []
    for code in CODES:
        days = sorted(dice.sample(range(700), dice.randint(0, 2)))
        starts = ["2020-01-01", *((FIRST + timedelta(days=day)).isoformat() for day in days)]
        versions += [
            Version(procedure=code, version=str(number), effective_from=start, limit_amount=20 - number)
            for number, start in enumerate(starts, 1)
        ]
    dossiers = [
        Dossier(
            accepted=f"{FIRST + timedelta(days=dice.randrange(dice.choice((90, 700))))}T08:{number:02}:00",
            hours=dice.uniform(1, 40),
            procedure=dice.choice((*CODES, "1.000009.H29")),
            channel=dice.choice(list(CHANNELS)),
            end=dice.choice((9, 9, 9, 7, 3)),
        )
        for number in range(dice.randint(1, 59))
    ]
    return versions, dossiers


def mean_cost(own: Sequence[Dossier]) -> Decimal:
    """What a dossier costs on average, in whole VND: 2 h to prepare, visits of 2 h and 30,000, copies of 20,000."""
    visits = [VISITS[CHANNELS[one.channel]] for one in own]
    costs = [(2 + 2 * visit) * INCOME + visit * 30_000 + 20_000 for visit in visits]
    return Decimal(int(Fraction(sum(costs), len(costs)) + Fraction(1, 2)))


def day_of(one: Dossier) -> date:
    return datetime.fromisoformat(one.accepted).date()


@pytest.mark.parametrize("seed", range(12))
def test_the_report_is_that_of_the_reference(seed: int) -> None:
    versions, dossiers = drawn(random.Random(seed))
    cursor = catalogue(versions)
    handle(cursor, dossiers)
    planned = PlannedProcedure(procedure=CODES[0], runs_a_year=Decimal(100))
    plan = Plan(assumed=Assumptions(income_per_hour={2020: Decimal(INCOME)}), procedures=(planned,), given=True)
    found = {row.procedure: row for row in compliance_cost(cursor, CostQuestion(as_of=AS_OF), plan).rows}

    days = [day_of(one) for one in dossiers]
    year_from = max(min(days), max(days) - timedelta(days=364))
    for code in CODES:
        since = [date.fromisoformat(one.effective_from) for one in versions if one.procedure == code][1:]
        taken_in = [one for one in dossiers if one.procedure == code and one.end != 3]
        counted = [one for one in taken_in if day_of(one) >= year_from]
        if not since and code != CODES[0]:
            assert code not in found
            continue
        row = found[code]
        assert row.counted.dossiers == len(counted)
        assert abs(
            Fraction(row.counted.runs_a_year) - Fraction(365 * len(counted), (max(days) - year_from).days + 1)
        ) <= (Fraction(1, 200))
        before = [one for one in taken_in if since and day_of(one) < since[0]]
        after = [one for one in taken_in if since and day_of(one) >= since[-1]]
        assert (row.before.dossiers, row.after.dossiers) == (len(before), len(after))
        if not before or not after:
            assert (row.run, row.by_log, row.by_plan) == (None, None, None)
            continue
        assert row.run is not None
        assert (row.run.before, row.run.after) == (mean_cost(before), mean_cost(after))
        assert row.by_log is not None
        assert row.by_log.cost.saved == (mean_cost(before) - mean_cost(after)) * row.counted.runs_a_year
        assert (row.by_plan.runs if row.by_plan else None) == (100 if code == CODES[0] else None)
