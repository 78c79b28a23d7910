"""Estimates of what was saved against planted truth: intervals that cover it, totals, regressions, and cut data."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from mining.savings.effect import Bootstrap, Effect, Grouping, Saved, effect_of, saved
from mining.savings.study import Comparison, Study
from planted_savings import Plan, Planted, planted

BOOTSTRAP = Bootstrap(replicates=300)
SEEDS = range(3)
CITY = Plan(noise=0.4, shock=0.08)
CUT = Plan(changed=60, unchanged=60, dossiers=500, noise=0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The estimates of a made-up city, by changed procedure and in all, and its truth."""

    city: Planted
    effect: Effect
    each: Saved
    total: Saved

    @property
    def covered(self) -> npt.NDArray[np.bool_]:
        """Whose interval holds the truth."""
        return (self.each.low <= self.city.saved) & (self.city.saved <= self.each.high)


@cache
def answer(seed: int, plan: Plan) -> Answer:
    city = planted(seed, plan)
    effect = effect_of(Study.of(city.dossiers, Comparison()))
    change = effect.study.change
    groupings = [Grouping(change, plan.changed), Grouping(np.where(change >= 0, 0, -1), 1)]
    each, total = saved(effect, groupings, BOOTSTRAP)
    return Answer(city, effect, each, total)


@pytest.fixture(scope="module", name="answers")
def _answers() -> list[Answer]:
    return [answer(seed, CITY) for seed in SEEDS]


def test_95_of_100_intervals_hold_the_truth(answers: list[Answer]) -> None:
    covered = np.concatenate([one.covered for one in answers])
    assert len(covered) >= len(SEEDS) * 200
    assert 0.92 <= covered.mean() <= 0.98


def test_the_totals_are_right_within_5_percent_and_their_intervals_hold_the_truth(answers: list[Answer]) -> None:
    truth = np.array([one.city.saved.sum() for one in answers])
    found = np.array([one.total.hours[0] for one in answers])
    assert abs(found.sum() / truth.sum() - 1) <= 0.05
    for one, true in zip(answers, truth, strict=True):
        assert one.total.low[0] <= true <= one.total.high[0]


def test_procedures_add_up_to_the_total(answers: list[Answer]) -> None:
    for one in answers:
        assert one.each.hours.sum() == pytest.approx(one.total.hours[0])


def test_regressions_are_found_where_there_are_200_dossiers_on_each_side(answers: list[Answer]) -> None:
    found, true = [], []
    for one in answers:
        enough = (one.each.dossiers >= 200) & (one.each.before >= 200)
        found.append((one.each.high < 0)[enough])
        true.append((one.city.effect == 2)[enough])
    hits = np.concatenate(found) & np.concatenate(true)
    assert hits.sum() / np.concatenate(found).sum() >= 0.9
    assert hits.sum() / np.concatenate(true).sum() >= 0.9


def test_the_mean_before_minus_the_mean_after_is_visibly_worse(answers: list[Answer]) -> None:
    one = answers[0]
    naive = naive_hours(one)
    truth = one.city.saved
    assert np.abs(naive - truth).mean() > 2 * np.abs(one.each.hours - truth).mean()
    assert abs(naive.sum() / truth.sum() - 1) > 1


def naive_hours(one: Answer) -> npt.NDArray[np.float64]:
    """Subtract the mean of the finished dossiers after the change from that before, times the dossiers after."""
    study, size = one.effect.study, len(one.city.saved)
    procedure = np.asarray(one.city.dossiers["procedure"]).astype(np.int64)
    means = []
    for side in (study.change < 0, study.change >= 0):
        own = side & study.finished & (procedure < size)
        count = np.maximum(np.bincount(procedure[own], minlength=size), 1)
        means.append(np.bincount(procedure[own], study.hours[own], minlength=size) / count)
    return np.asarray((means[0] - means[1]) * one.each.dossiers)


def test_open_dossiers_are_expected_to_take_what_they_will_whenever_the_data_is_cut() -> None:
    errors = []
    for end_week in (38.0, 39.4, 41.2, 43.7, 47.1, 54.9):
        one = answer(1, replace(CUT, end_week=end_week))
        with_change = one.effect.untreated.expected[one.effect.compared].sum() - one.total.hours[0]
        in_truth = true_hours(end_week)
        errors.append(with_change / in_truth - 1)
    assert min(errors) > -0.03
    assert abs(np.mean(errors)) < 0.02


def true_hours(end_week: float) -> float:
    """Add up what the dossiers under a change will have taken that were taken in before a cut."""
    whole, cut = answer(1, CUT).city, answer(1, replace(CUT, end_week=end_week)).city
    last = np.asarray(cut.dossiers["accepted_at"]).max()
    own = (np.asarray(whole.dossiers["accepted_at"]) <= last) & (whole.change >= 0)
    return float(np.asarray(whole.dossiers["hours"])[own].sum())


def test_what_only_looks_finished_because_the_data_is_cut_would_look_faster() -> None:
    one = answer(1, replace(CUT, end_week=41.2))
    study = one.effect.study
    done = one.effect.compared & study.finished
    dropped = study.hours[done].sum() / one.effect.untreated.expected[done].sum()
    kept = one.effect.likely[one.effect.compared].sum() / one.effect.untreated.expected[one.effect.compared].sum()
    assert dropped < 0.97 * kept


def test_the_seed_fixes_every_digit_and_another_one_gives_other_intervals() -> None:
    one = answer(0, CITY)
    group = [Grouping(one.effect.study.change, CITY.changed)]
    again, other = (
        saved(one.effect, group, BOOTSTRAP)[0],
        saved(one.effect, group, Bootstrap(replicates=300, seed=7))[0],
    )
    assert np.array_equal(again.low, one.each.low)
    assert np.array_equal(again.hours, other.hours)
    assert not np.array_equal(again.low, other.low)
    assert np.median(np.abs(again.low - other.low) / (again.high - again.low)) < 0.1
