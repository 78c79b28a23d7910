"""Files of assumptions behind the compliance cost: what they say is read exactly, what is wrong is named."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mining.savings.money import Assumptions, Benefit
from mining.savings.plan import PlannedProcedure, PlannedRun
from mining.savings.plan_file import PlanError, load_plan

WHOLE = """
source = "Kế hoạch 2024"
income_year = 2023
income_per_hour = { 2023 = 48_000, 2024 = 54_000.5 }

[dossier]
preparing_hours = 1.5
visits = { counter = 2, online = 0, postal = 0.5 }

[[procedures]]
procedure = "1.001612.H13"
runs_a_year = 2
subjects_a_year = 900
before = { hours = 6.1, travel = 60_000, copies = 20_000, consultant = 5, fees = 100_000 }
after = { hours = 4 }

[[procedures]]
procedure = "2.000620"
"""


def written(folder: Path, text: str, name: str = "plan.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read_exactly(tmp_path: Path) -> None:
    plan = load_plan(written(tmp_path, WHOLE))
    assert plan.given
    assert plan.income_year == 2023
    assert plan.assumed.source == "Kế hoạch 2024"
    assert plan.assumed.income_per_hour == {2023: 48_000, 2024: Decimal("54000.5")}
    assert plan.assumed.preparing_hours == Decimal("1.5")
    assert plan.assumed.visits == {"counter": 2, "online": 0, "postal": Decimal("0.5")}
    assert plan.assumed.travel_cost == Assumptions().travel_cost
    first, second = plan.procedures
    assert first.before == PlannedRun(
        hours=Decimal("6.1"),
        travel=Decimal(60_000),
        copies=Decimal(20_000),
        consultant=Decimal(5),
        fees=Decimal(100_000),
    )
    assert (first.after, first.runs_a_year, first.subjects_a_year) == (PlannedRun(hours=Decimal(4)), 2, 900)
    assert second == PlannedProcedure(procedure="2.000620")


def test_the_file_of_the_guide_is_valid_and_says_what_the_guide_says(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "compliance-cost.md").read_text(encoding="utf-8")
    plan = load_plan(written(tmp_path, guide.split("```toml\n", 1)[1].split("```", 1)[0]))
    usual = Assumptions()
    assert replace(plan.assumed, income_per_hour=usual.income_per_hour, source=usual.source) == usual
    for year, income in usual.income_per_hour.items():
        assert f"{year}: {income:,}" in " ".join(guide.split())
    (planned,) = plan.procedures
    assert planned.before is not None
    assert planned.after is not None
    runs = Benefit(planned.before.cost(Decimal(48_000)), planned.after.cost(Decimal(48_000)))
    assert (runs.before, runs.after, runs.saved, runs.rounded_percent()) == (
        874_000,
        685_000,
        189_000,
        Decimal("21.62"),
    )
    assert all(f"{one:,}" in guide for one in (runs.before, runs.after, runs.saved, 320 * runs.saved))


def test_json_says_the_same(tmp_path: Path) -> None:
    text = '{"source": "x", "income_per_hour": {"2023": 48000.25}, "procedures": [{"procedure": "1.000001"}]}'
    plan = load_plan(written(tmp_path, text, "plan.json"))
    assert plan.assumed.income_per_hour == {2023: Decimal("48000.25")}
    assert [one.procedure for one in plan.procedures] == ["1.000001"]


ONE = 'source = "x"\n'
RUN = ONE + '[[procedures]]\nprocedure = "1.000001"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "key 'source' is missing"),
        ("source = 7", "key 'source' = 7: write a text"),
        ('source = " "', "write a text of 1 to 512 characters"),
        (ONE + "incomes = 3", "key 'incomes' is not known; take it out or write one of source, income_per_hour"),
        (ONE + "income_per_hour = 48000", "key 'income_per_hour' = 48000: write a table"),
        (ONE + "income_per_hour = {}", "give the income per hour of at least one year"),
        (ONE + "income_per_hour = { last = 3 }", "key 'income_per_hour.last': 'last' is no year"),
        (
            ONE + "income_per_hour = { 2023 = 0 }",
            "key 'income_per_hour.2023' = 0: it must be from more than 0 to 1,000",
        ),
        (ONE + 'income_per_hour = { 2023 = "48.000" }', "'48.000': write a number without quotes"),
        (ONE + "income_per_hour = { 2023 = true }", "True: write a number"),
        (ONE + "income_per_hour = { 2023 = nan }", "NaN: it must be from"),
        (ONE + "income_per_hour = { 2023 = inf }", "Infinity: it must be from"),
        (ONE + "income_per_hour = { 2023 = 1e13 }", "1E+13: it must be from more than 0 to 1,000,000,000,000"),
        (ONE + "income_per_hour = { 2023 = 0.00001 }", "write at most 4 decimals"),
        (ONE + "income_year = 23", "key 'income_year' = 23: write a year from 1900 to 2099"),
        (ONE + "[dossier]\nvisit = 1", "key 'dossier.visit' is not known"),
        (ONE + "[dossier]\nfees = -1", "key 'dossier.fees' = -1: it must be from 0 to"),
        (ONE + "[dossier]\nvisits = { counter = 2 }", "key 'dossier.visits.online' is missing"),
        (ONE + "procedures = 3", "key 'procedures' = 3: write a list of tables"),
        (ONE + "procedures = [3]", "key 'procedures[0]' = 3: write a table"),
        (ONE + "[[procedures]]", "key 'procedures[0].procedure' is missing"),
        (RUN + "runs = 3", "key 'procedures[0].runs' is not known"),
        (RUN + "runs_a_year = -3", "key 'procedures[0].runs_a_year' = -3: it must be from 0 to"),
        (
            RUN + "before = { hours = 1 }",
            "key 'procedures[0].after' is missing; write the cost of a run before and after",
        ),
        (RUN + "before = { }\nafter = { hours = 1 }", "key 'procedures[0].before.hours' is missing"),
        (RUN + '[[procedures]]\nprocedure = "1.000001"', "key 'procedures[1].procedure' = '1.000001' is there twice"),
        ("source = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_file_key_value_and_limit(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanError) as refused:
        load_plan(written(tmp_path, text))
    assert str(refused.value).startswith(str(tmp_path / "plan.toml"))
    assert said in str(refused.value)
    assert str(refused.value).endswith("docs/compliance-cost.md shows how the file is written")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "write a table"),
        ('{"source": "x", "income_year": NaN}', "it must be from"),
        ('{"source": "x"', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_json_that_is_wrong_is_named_too(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        load_plan(written(tmp_path, text, "plan.json"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"missing\.json cannot be read"):
        load_plan(tmp_path / "missing.json")
    (tmp_path / "latin.toml").write_bytes('source = "kế hoạch"'.encode("utf-16"))
    with pytest.raises(PlanError, match="that it is UTF-8"):
        load_plan(tmp_path / "latin.toml")
