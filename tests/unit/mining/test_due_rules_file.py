"""Files of the rules by which due dates are computed: what is read from them, and what is said of a bad one."""

from collections.abc import Callable
from datetime import time
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from mining.clocks.due_rules import DueError, DueRules, OwnedRules, owner_of
from mining.clocks.due_rules_file import load_due_rules

ROOT = Path(__file__).parents[3]
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of rules."""

    def to_file(text: str) -> Path:
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_an_owner_has_the_default_but_for_what_it_says(write: Write) -> None:
    rules = load_due_rules(
        write(
            """
            [default]
            policy = "restart"
            cutoff = "15:00"
            [owner.H29]
            policy = "extend"
            [owner.H51]
            cutoff = "none"
            calendar_days = "time_of_day"
            [owner.G01]
            cutoff = 16:30:00
            """
        )
    )
    assert rules.of(None) == rules.of("H30") == DueRules(policy="restart", cutoff=time(15))
    assert rules.of("H29") == DueRules(policy="extend", cutoff=time(15))
    assert rules.of("H51") == DueRules(policy="restart", calendar_days="time_of_day")
    assert rules.of("G01").cutoff == time(16, 30)


@pytest.mark.parametrize("text", ["", "[default]", "[owner]", "\ufeff"])
def test_a_file_that_says_nothing_changes_nothing(write: Write, text: str) -> None:
    assert load_due_rules(write(text)) == OwnedRules()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[default]\npolicy = "stretch"',
            "rules.toml: default.policy: the policy 'stretch' is not known; write",
        ),
        ("[default]\npolicy = 3", "rules.toml: default.policy: the policy '3' is not known"),
        ('[default]\npolicy = ["extend"]', "rules.toml: default.policy: "),
        ('[default]\ncutoff = "25:00"', "rules.toml: default.cutoff: '25:00' is no time of day; write it like"),
        ('[default]\ncutoff = "15h"', "rules.toml: default.cutoff: '15h' is no time of day"),
        ("[default]\ncutoff = 15", "rules.toml: default.cutoff: '15' is no time of day"),
        ('[default]\ncutoff = "15:00+07:00"', "rules.toml: default.cutoff: '15:00+07:00' is no time of day"),
        (
            '[owner.H29]\ncalendar_days = "law"',
            "rules.toml: owner.H29.calendar_days: the rule 'law' for calendar days is not known; write civil_code",
        ),
        ('[owner.H29]\npolice = "extend"', "rules.toml: owner.H29.police: there is no such rule; write policy, cutoff"),
        ('[owner.HCMC]\npolicy = "extend"', "rules.toml: owner.HCMC: this is no code of a province or ministry"),
        ('[owner]\nH29 = "extend"', "rules.toml: owner.H29: 'extend' is no table; write [owner.H29]"),
        ('owner = "H29"', "rules.toml: owner: 'H29' is no table"),
        ('[province.H29]\npolicy = "extend"', "rules.toml: province: there is no such table; write [default]"),
        ("[default", "rules.toml: this is no valid TOML: "),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_value(write: Write, text: str, said: str) -> None:
    with pytest.raises(DueError) as caught:
        load_due_rules(write(text))
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DueError, match=r"gone.toml cannot be read"):
        load_due_rules(tmp_path / "gone.toml")


def test_the_file_shown_in_the_guide_can_be_read(write: Write) -> None:
    guide = (ROOT / "docs" / "clocks.md").read_text(encoding="utf-8")
    rules = load_due_rules(write(guide.split("```toml\n", 1)[1].split("```", 1)[0]))
    assert rules.of_owner


@pytest.mark.parametrize(
    ("procedure", "unit", "owner"),
    [
        ("1.001193.H29", None, "H29"),
        ("1.001193.000.00.00.h29", "H30.1", "H29"),
        ("1.001193", "H30.1.2", "H30"),
        ("1.001193", "H30", "H30"),
        ("1.001193", "000.18.29.H51", "H51"),
        ("unknown", "Sở A", None),
        (None, None, None),
        ("H29", "", None),
    ],
)
def test_the_owner_is_that_of_the_procedure_else_that_of_the_unit(
    procedure: str | None, unit: str | None, owner: str | None
) -> None:
    assert owner_of(procedure, unit) == owner


CODES = st.sampled_from(["1.001193.H29", "1.001193.H30", "1.001193", "unknown", "H51"]) | st.none()
UNITS = st.sampled_from(["H29.1", "H51.2", "000.18.29.H51", "H30", "A"]) | st.none()
OWNED = st.dictionaries(
    st.sampled_from(["H29", "H30", "H51"]), st.sampled_from([DueRules(), DueRules(policy="restart")]), max_size=3
)


@given(st.lists(st.tuples(CODES, UNITS), max_size=8), OWNED)
def test_many_dossiers_at_a_time_have_the_rules_of_each(
    dossiers: list[tuple[str | None, str | None]], owned: dict[str, DueRules]
) -> None:
    rules = OwnedRules(DueRules(cutoff=time(15)), owned)
    columns = [pa.chunked_array([pa.array([one[place] for one in dossiers], pa.string())]) for place in (0, 1)]
    masks = rules.numbered(*columns)
    found = [[own for own, mask in masks if mask[place]] for place in range(len(dossiers))]
    assert found == [[rules.of(owner_of(*one))] for one in dossiers]
