"""The nominal saving: what replaced what, and old limit minus new limit, exactly."""

from datetime import date
from decimal import Decimal

import pytest

from mining.savings.nominal import Change, Nominal, changes, nominal, read_catalogue
from savings_store import Version, catalogue

NEW = {"version": "2", "effective_from": "2024-03-01"}


def found(
    *versions: Version, since: date | None = None, before: date | None = None
) -> tuple[tuple[Change, ...], Nominal]:
    known = read_catalogue(catalogue(versions))
    own = changes(known, since, before, date(2019, 1, 1))
    return own, nominal(known, own)


def told(own: tuple[Change, ...]) -> list[tuple[str | None, str | None, str, str, Decimal | None]]:
    return [
        (one.new.channel, one.old and one.old.channel, one.new.version, f"{one.since}", one.cut_hours)
        for one in own
        if one.old
    ]


def test_a_cut_is_the_old_limit_minus_the_new_one_in_working_hours() -> None:
    own, total = found(Version(), Version(limit_amount=7.5, **NEW))
    assert told(own) == [(None, None, "2", "2024-03-01", Decimal("20.0"))]
    assert (total.procedures, total.changed, total.reengineered) == (1, 1, 1)
    assert total.cuts.hours == 20
    assert total.weighted_percent == total.mean_percent == 25


def test_hours_are_exact_where_binary_fractions_are_not() -> None:
    versions = [
        Version(
            procedure=f"1.{number:06d}", limit_amount=amount, limit_unit="hours", version=version, effective_from=day
        )
        for number in range(1, 11)
        for version, day, amount in (("1", "2020-01-01", 0.3), ("2", "2024-03-01", 0.2))
    ]
    total = found(*versions)[1]
    assert total.cuts.hours == Decimal("1.0")


def test_longer_limits_are_shown_beside_shorter_ones_and_counted_in_the_sum() -> None:
    shorter = [Version(), Version(limit_amount=8, **NEW)]
    longer = [Version(procedure="1.000002"), Version(procedure="1.000002", limit_amount=11, **NEW)]
    equal = [Version(procedure="1.000003"), Version(procedure="1.000003", **NEW)]
    own, total = found(*shorter, *longer, *equal)
    assert [one.kind for one in own if one.old] == ["shortened", "lengthened", "equal"]
    assert (total.procedures, total.changed, total.reengineered) == (3, 3, 1)
    assert (total.cuts.shortened_hours, total.cuts.lengthened_hours, total.cuts.hours) == (16, 8, 8)
    assert total.mean_percent == 20


def test_the_mean_percentage_weighs_procedures_the_weighted_one_hours() -> None:
    small = [Version(limit_amount=2), Version(limit_amount=1, **NEW)]
    large = [Version(procedure="1.000002", limit_amount=30), Version(procedure="1.000002", limit_amount=27, **NEW)]
    total = found(*small, *large)[1]
    assert total.mean_percent == 30
    assert total.weighted_percent == 12.5


def test_a_version_by_channel_replaces_the_one_for_all_channels() -> None:
    own, total = found(Version(), Version(channel="online", limit_amount=6, **NEW))
    assert told(own) == [("online", None, "2", "2024-03-01", Decimal(32))]
    assert total.cuts.hours == 32


def test_a_version_for_all_channels_replaces_those_by_channel_that_ended() -> None:
    ended = {"effective_to": "2024-02-29"}
    own = found(
        Version(channel="online", limit_amount=6, **ended),
        Version(channel="counter", **ended),
        Version(limit_amount=5, **NEW),
    )[0]
    assert told(own) == [
        (None, "counter", "2", "2024-03-01", Decimal(40)),
        (None, "online", "2", "2024-03-01", Decimal(8)),
    ]


def test_a_version_by_channel_that_has_no_end_goes_on_beside_a_newer_one_for_all() -> None:
    own = found(Version(channel="online"), Version(limit_amount=5, **NEW))[0]
    assert told(own) == []
    assert [one.kind for one in own] == ["first", "first"]


def test_a_gap_between_two_versions_does_not_hide_the_earlier_one() -> None:
    own = found(Version(effective_to="2023-12-31"), Version(limit_amount=5, **NEW))[0]
    assert told(own) == [(None, None, "2", "2024-03-01", Decimal(40))]


def test_a_version_that_ends_gives_way_to_the_one_before_it_again() -> None:
    own = found(Version(), Version(limit_amount=5, effective_to="2024-05-31", **NEW))[0]
    assert told(own) == [
        (None, None, "2", "2024-03-01", Decimal(40)),
        (None, None, "1", "2024-06-01", Decimal(-40)),
    ]


def test_of_two_versions_of_the_same_day_one_applies_and_carries_the_warning() -> None:
    own = found(
        Version(), Version(limit_amount=6, **NEW), Version(limit_amount=5, warning="overlap", **NEW | {"version": "3"})
    )[0]
    assert told(own) == [(None, None, "3", "2024-03-01", Decimal(40))]
    assert own[-1].new.warnings == ("overlap",)


def test_only_versions_of_the_period_count_and_a_chain_counts_its_first_limit_once() -> None:
    third = Version(version="3", effective_from="2024-09-01", limit_amount=4)
    versions = (Version(), Version(limit_amount=8, **NEW), third)
    total = found(*versions)[1]
    assert total.cuts.hours == 48
    assert total.weighted_percent == 60
    spring = found(*versions, since=date(2024, 1, 1), before=date(2024, 9, 1))[1]
    assert (spring.cuts.hours, spring.weighted_percent) == (16, 20)
    autumn = found(*versions, since=date(2024, 9, 1))[1]
    assert (autumn.cuts.hours, autumn.weighted_percent) == (32, 50)


def test_calendar_days_are_counted_apart_and_never_turned_into_hours() -> None:
    days = {"limit_unit": "calendar_days"}
    own, total = found(Version(limit_amount=30, **days), Version(limit_amount=20, **days, **NEW))
    assert (own[-1].kind, own[-1].cut_hours, own[-1].cut_calendar_days) == ("shortened", None, 10)
    assert (total.reengineered, total.cuts.hours, total.cuts.calendar_days) == (1, 0, 10)
    mixed = found(Version(limit_amount=30, **days), Version(limit_amount=20, **NEW))[0]
    assert mixed[-1].kind == "incomparable"


def test_an_empty_catalogue_saves_nothing() -> None:
    own, total = found()
    assert own == ()
    assert (total.procedures, total.reengineered, total.cuts.hours, total.mean_percent) == (0, 0, 0, None)


@pytest.mark.parametrize("count", [12])
def test_procedures_add_up_to_the_total(count: int) -> None:
    versions = [
        Version(procedure=f"1.{number:06d}", version=version, effective_from=day, limit_amount=amount)
        for number in range(count)
        for version, day, amount in (("1", "2020-01-01", 10 + number), ("2", "2024-03-01", 9.25))
    ]
    own, total = found(*versions)
    assert sum(one.cut_hours or 0 for one in own) == total.cuts.hours
    assert total.procedures == total.reengineered == count
