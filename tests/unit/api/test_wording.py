"""Words, numbers and durations in both languages."""

import pytest

from api.settings import Language
from api.wording import _WORDS, Wording


@pytest.mark.parametrize(
    ("seconds", "vietnamese", "english"),
    [
        (0, "0 giây", "0 s"),
        (0.4, "0 giây", "0 s"),
        (59, "59 giây", "59 s"),
        (60, "1,0 phút", "1.0 min"),
        (5_400, "1,5 giờ", "1.5 h"),
        (86_400, "1,0 ngày", "1.0 d"),
        (86_400 * 1234.5, "1.234,5 ngày", "1,234.5 d"),
    ],
)
def test_durations_are_said_in_the_unit_that_suits(seconds: float, vietnamese: str, english: str) -> None:
    assert Wording(Language.VI).duration(seconds) == vietnamese
    assert Wording(Language.EN).duration(seconds) == english


def test_every_phrase_exists_in_both_languages_with_the_same_blanks() -> None:
    for vietnamese, english in _WORDS.values():
        assert vietnamese.strip()
        assert english.strip()
        assert {part.partition("}")[0] for part in vietnamese.split("{")[1:]} == {
            part.partition("}")[0] for part in english.split("{")[1:]
        }
