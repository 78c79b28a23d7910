"""Scenario files: shipped ones, one's own that extend them, and what is said of a mistake."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from simulation.scenario import Scenario
from simulation.scenario_file import ScenarioError, load_scenario, shipped
from simulation.scenario_values import ByChannel, Section

GUIDE = Path(__file__).parents[3] / "docs" / "city.md"


def written(folder: Path, text: str, name: str = "mine.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_can_be_used(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert not scenario.clean
    assert load_scenario(name, clean=True).clean


def test_the_announced_scenarios_are_shipped() -> None:
    assert {"hcmc-2024", "can-tho-2023", "small", "savings-study"} <= set(shipped())


def test_a_file_takes_over_what_it_does_not_change(tmp_path: Path) -> None:
    path = written(tmp_path, 'extends = "small"\ndossiers = 77\n[period]\ntrend = 0.5\n[[period.peaks]]\n'
                   'name = "Đợt cao điểm"\nfirst_day = 2024-04-01\nlast_day = 2024-04-02\nfactor = 3\n')  # fmt: skip
    mine, small = load_scenario(path), load_scenario("small")
    assert mine.name == "mine"
    assert (mine.dossiers, mine.period.trend) == (77, 0.5)
    assert [peak.factor for peak in mine.period.peaks] == [3]
    assert mine.period.weekdays == small.period.weekdays
    assert mine.fields == small.fields


def test_a_path_to_extend_is_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    written(tmp_path, 'extends = "hcmc-2024"\ndossiers = 5\n', "below.toml")
    path = written(tmp_path / "deeper", 'extends = "../below.toml"\nclean = true\n')
    assert load_scenario(path).dossiers == 5
    assert load_scenario(path).clean


MISTAKES = [
    ("[period]\ntrend = 2.5", "key 'period.trend' = 2.5: it must be at most 1"),
    ("[planted]\ndouble_entry = -0.1", "key 'planted.double_entry' = -0.1: it must be at least 0"),
    ("[planted]\ndouble_entri = 0.1", "key 'planted.double_entri' is not known"),
    ("dossiers = 0", "key 'dossiers' = 0: it must be at least 1"),
    ('dossiers = "many"', "key 'dossiers' = 'many': expected `int`, got `str`"),
    ('owner = "Sài Gòn"', "key 'owner' = 'Sài Gòn'"),
    ("[limits]\nhold_share = [0.5, 0.2]", "the span [0.5, 0.2] ends below its start"),
    ("[channels.start]\ncounter = 0.9", "the shares of the channels add up to"),
    ("[versions]\nlast_day = 2020-01-01", "ends (2020-01-01) before it starts (2024-03-01)"),
    ("[versions]\ncut_weights = [1.0]", "cut_hours and cut_weights need the same length"),
    ("[versions]\nleast_cut = 0.9", "least_cut (0.9) is above most_cut (0.5)"),
    ("[versions.effects.none]\nshare = 0.9", "the shares of the effects add up to"),
    ('[[chains.ward]]\nweight = 1\nsteps = ["handle", "sign", "return"]', "a chain goes from receive to return"),
    ('[calendars.one-stop.week]\nmonday = ["08:00-12:00", "11:00-15:00"]', "the hours of monday"),
    ("[portals]\nold = 5", "key 'portals.old' = 5"),
    ("[[fields]]\nname = 'x'", "key 'fields[0].owner' is missing"),
    ("[[units.merges]]\nname = 'x'\ninto = 'y'", "key 'units.merges[0].last_day' is missing"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_is_named_with_file_key_value_and_limit(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, f'extends = "hcmc-2024"\n{text}\n')
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    assert said in str(error.value)
    assert path in str(error.value)
    assert "docs/city.md" in str(error.value)


def test_a_file_that_is_no_scenario_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"no scenario 'hanoi'.*hcmc-2024"):
        load_scenario("hanoi")
    with pytest.raises(ScenarioError, match=r"mine\.toml is not TOML"):
        load_scenario(written(tmp_path, "a = ["))
    with pytest.raises(ScenarioError, match="extends itself"):
        load_scenario(written(tmp_path, 'extends = "mine.toml"'))
    with pytest.raises(ScenarioError, match="no scenario 'nowhere'"):
        load_scenario(written(tmp_path, 'extends = "nowhere"'))
    with pytest.raises(ScenarioError, match="'extends' is 5"):
        load_scenario(written(tmp_path, "extends = 5"))
    with pytest.raises(ScenarioError, match=r"key 'title' is missing"):
        load_scenario(written(tmp_path, "dossiers = 5"))


def test_a_named_procedure_needs_a_shorter_limit_and_a_day(tmp_path: Path) -> None:
    entry = '[[procedures.named]]\ncode = "1.000001"\nname = "A"\nfield = "Hộ tịch"\nlevel = "ward"\narrivals = 0.1\n'
    for terms, said in (
        ("limit_days = 3\nnew_limit_days = 2\n", "needs both new_limit_days and effective_from"),
        (f"limit_days = 3\nnew_limit_days = 3\neffective_from = {date(2024, 4, 1)}\n", "must be below the old one"),
    ):
        with pytest.raises(ScenarioError, match=said):
            load_scenario(written(tmp_path, f'extends = "small"\n{entry}{terms}'))


def keys(type_: Any, path: str = "") -> Iterator[str]:
    """Every key that a scenario file may have, `*` for a name that the file chooses."""
    if get_origin(type_) is dict:
        yield from keys(get_args(type_)[1], f"{path}.*")
    elif any(isinstance(one, type) and issubclass(one, msgspec.Struct) for one in get_args(type_)):
        yield from keys(next(one for one in get_args(type_) if one is not type(None) and one is not ...), path)
    elif hasattr(type_, "__metadata__"):
        yield from keys(get_args(type_)[0], path)
    elif isinstance(type_, type) and issubclass(type_, Section) and not issubclass(type_, ByChannel):
        for field in msgspec.structs.fields(type_):
            yield from keys(field.type, f"{path}.{field.name}".removeprefix("."))
    else:
        yield path


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    text = GUIDE.read_text(encoding="utf-8").split("## Keys", 1)[1].split("\n## ", 1)[0]
    documented = {
        key for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)
    }
    exist = set(keys(Scenario)) - {"name"}
    assert len(exist) > 100
    assert documented == exist | {"extends"}
