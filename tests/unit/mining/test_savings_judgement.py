"""Verdicts on changes and their reasons in words."""

from dataclasses import replace

import pytest

from mining.savings.judgement import VERDICTS, Grounds, Thresholds, Verdict, judged

SURE = Grounds(
    replaces=True,
    taken_in=100,
    compared=90,
    finished=80,
    before=70,
    clusters=20,
    expected_hours=40.0,
    saved_hours=5.0,
    low=2.0,
    high=8.0,
)


@pytest.mark.parametrize(
    ("said", "verdict", "code"),
    [
        ({}, "realised", "shorter"),
        ({"low": -8.0, "high": -2.0, "saved_hours": -5.0}, "regressed", "longer"),
        ({"low": -1.0}, "no_evidence", "unclear"),
        ({"replaces": False}, "too_few_dossiers", "first_version"),
        ({"taken_in": 0, "compared": 0, "finished": 0}, "too_few_dossiers", "none_taken_in"),
        ({"compared": 0, "finished": 0}, "too_few_dossiers", "none_comparable"),
        ({"before": 29}, "too_few_dossiers", "few_before"),
        ({"finished": 44}, "too_few_dossiers", "mostly_open"),
        ({"compared": 29, "finished": 29}, "too_few_dossiers", "few_after"),
        ({"clusters": 7}, "too_few_dossiers", "few_clusters"),
        ({"low": None, "high": None}, "too_few_dossiers", "none_comparable"),
    ],
)
def test_each_verdict_has_its_reason_in_both_languages(said: dict[str, float], verdict: Verdict, code: str) -> None:
    found, reason = judged(replace(SURE, **said), Thresholds())
    assert (found, reason.code) == (verdict, code)
    assert found in VERDICTS
    assert len(reason.text("en")) > 20
    assert len(reason.text("vi")) > 20
    assert "{" not in reason.text("en") + reason.text("vi")


def test_thresholds_are_arguments() -> None:
    assert judged(SURE, Thresholds(dossiers=71))[1].text() == "70 finished dossiers before the change; 71 are needed"
    assert judged(SURE, Thresholds(least_percent=5.1))[0] == "no_evidence"
    assert judged(SURE, Thresholds(least_percent=4.9))[0] == "realised"
    longer = replace(SURE, saved_hours=-5.0, low=-8.0, high=-2.0)
    assert judged(longer, Thresholds(least_percent=5.1))[0] == "no_evidence"


def test_the_reason_names_the_hours() -> None:
    expected = "a dossier takes 5.0 h less than the 40.0 h expected without the change (95 % interval 2.0 to 8.0 h)"
    assert judged(SURE, Thresholds())[1].text() == expected
