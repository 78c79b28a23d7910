"""Files of thresholds: what is read from them, what is said of a bad one, and that every threshold has its limits."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mining.integrity.arrival import ArrivalRule
from mining.integrity.question import IntegritySettings
from mining.opportunities.settings import Settings as OpportunitySettings
from mining.rules.book import RuleSettings
from mining.rules.duty import APPROVING
from mining.thresholds import RANGES, Range, ThresholdError, Thresholds, load_thresholds, stated

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "thresholds.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_what_a_file_says_is_changed_and_all_else_stays(write: Write) -> None:
    found = load_thresholds(
        write(
            """
            [rules]
            acceptance_hours = 4
            silence_is_no = ["e_signature_missing"]
            approving = { phrases = ["duyệt", " ký "] }
            [integrity]
            late_share = [0.01, 0.05]
            period = "quarter"
            [integrity.arrival]
            late_hours = 48
            [opportunities]
            least_hours = 100
            """
        )
    )
    approving = type(APPROVING)(("duyệt", "ký"), APPROVING.but_not, APPROVING.not_first)
    assert found.rules == RuleSettings(
        acceptance_hours=4.0, silence_is_no=frozenset(["e_signature_missing"]), approving=approving
    )
    arrival = ArrivalRule(late_hours=48.0)
    assert found.integrity == IntegritySettings(late_share=(0.01, 0.05), period="quarter", arrival=arrival)
    assert found.opportunities == OpportunitySettings(least_hours=100.0)
    assert isinstance(found.rules.acceptance_hours, float)


def test_an_empty_file_changes_nothing(write: Write) -> None:
    assert load_thresholds(write("")) == Thresholds()
    assert hash(load_thresholds(write(""))) == hash(Thresholds())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rule]\n", "key 'rule' is not known; take it out or write one of rules, integrity, opportunities"),
        ("[rules]\nacceptance = 4\n", "key 'rules.acceptance' is not known; take it out or write one of acceptance_h"),
        ("rules = 4\n", "key 'rules' = 4: write a table"),
        ("[rules]\nacceptance_hours = 0\n", "key 'rules.acceptance_hours' = 0: it must be from 0.01 to 1,000"),
        ("[rules]\nacceptance_hours = nan\n", "key 'rules.acceptance_hours' = nan: it must be from 0.01 to 1,000"),
        ("[rules]\nacceptance_hours = '4'\n", "key 'rules.acceptance_hours' = '4': write a number from 0.01 to 1,000"),
        ("[rules]\nmost_supplements = 1.5\n", "'rules.most_supplements' = 1.5: write a whole number from 0 to 100"),
        ("[rules]\nmost_supplements = true\n", "'rules.most_supplements' = True: write a whole number from 0 to 100"),
        ("[rules]\nsilence_is_no = ['four_eyes']\n", "'rules.silence_is_no' = ['four_eyes']: 'four_eyes' is no rule"),
        ("[rules]\nsilence_is_no = 'x'\n", "key 'rules.silence_is_no' = 'x': write a list"),
        ("[rules.approving]\nphrases = ['']\n", "key 'rules.approving.phrases' has '': write a text of 1 to 200"),
        ("[rules.approving]\nphrases = [4]\n", "key 'rules.approving.phrases' has 4: write a text of 1 to 200"),
        ("[integrity]\nperiod = 'week'\n", "key 'integrity.period' = 'week': the period 'week' is not known"),
        ("[integrity]\nperiod = 4\n", "key 'integrity.period' = 4: the period '4' is not known"),
        ("[integrity]\nlate_share = 0.1\n", "key 'integrity.late_share' = 0.1: write 2 numbers in brackets"),
        ("[integrity]\nlate_share = [0.1, 2]\n", "key 'integrity.late_share' = 2: it must be more than 0 and less tha"),
        ("[integrity]\nlate_share = [0.2, 0.1]\n", "key 'integrity.late_share' = [0.2, 0.1]: late shares from 0.2"),
        ("[integrity]\narrival = 3\n", "key 'integrity.arrival' = 3: write a table, [integrity.arrival]"),
        ("[opportunities]\nrefusals = 1.0\n", "'opportunities.refusals' = 1.0: it must be more than 0 and less than 1"),
        ("[opportunities.bootstrap]\nreplicates = 9\n", "replicates' = 9: it must be from 100 to 100,000"),
        ("[rules\n", "is not TOML"),
    ],
)
def test_a_bad_file_is_refused_with_the_key_the_value_and_what_is_allowed(write: Write, text: str, said: str) -> None:
    path = write(text)
    with pytest.raises(ThresholdError) as caught:
        load_thresholds(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)
    assert "docs/settings.md" in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ThresholdError, match=r"none\.toml cannot be read"):
        load_thresholds(tmp_path / "none.toml")


def test_every_number_has_limits_and_every_default_is_within_them() -> None:
    numbers = {key: value for key, value in stated(Thresholds()).items() if isinstance(value, int | float)}
    pairs = {key: value for key, value in stated(Thresholds()).items() if key == "integrity.late_share"}
    assert set(numbers) | set(pairs) == set(RANGES)
    assert [key for key, value in numbers.items() if value not in RANGES[key]] == []


def test_ends_belong_to_a_range_unless_it_is_what_lies_inside() -> None:
    assert 0 in Range(0, 1)
    assert 1 in Range(0, 1)
    assert 0 not in Range(0, 1, inside=True)
    assert 1 not in Range(0, 1, inside=True)
    assert str(Range(0, 10_000)) == "from 0 to 10,000"
