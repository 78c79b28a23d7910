"""What looks like an opportunity and is none: by design, of too few, or hidden by a queue."""

from collections.abc import Callable, Iterator

import pytest

from drawn_days import days, searched, step

Clock = Callable[..., str]
DESK = "role=desk unit=A status=2"


def twice_by_design(number: int, at: Clock) -> Iterator[str]:
    """The approved process has the same task as its second and as its fourth step."""
    steps = ("receive", "check", "ask", "check", "sign")
    for place, activity in enumerate(steps, 1):
        begin, end = at(f"{7 + place:02}:00"), at(f"{7 + place:02}:30")
        more = f"role=clerk unit=A step=B{place}" + (" status=9" if activity == "sign" else "")
        yield step(f"x{number}", activity, f"o{place}", (begin, end), more)


def fee_is_asked(number: int, at: Clock) -> Iterator[str]:
    """The citizen pays in between, which no officer does; then the same step goes on."""
    yield step(f"x{number}", "receive", "lan", (at("08:00"), at("08:30")), DESK)
    yield step(f"x{number}", "check", "an", (at("08:30"), at("09:00")), "role=clerk unit=A")
    yield f"x{number} {at('10:00')} pay"
    yield step(f"x{number}", "check", "an", (at("10:00"), at("10:30")), "role=clerk unit=A status=9")


def sent_back(number: int, at: Clock) -> Iterator[str]:
    """The same with a step of another officer in between: that is to and fro."""
    yield step(f"x{number}", "receive", "lan", (at("08:00"), at("08:30")), DESK)
    yield step(f"x{number}", "check", "an", (at("08:30"), at("09:00")), "role=clerk unit=A")
    yield step(f"x{number}", "review", "bo", (at("09:00"), at("10:00")), "role=head unit=A")
    yield step(f"x{number}", "check", "an", (at("10:00"), at("10:30")), "role=clerk unit=A status=9")


@pytest.mark.parametrize(("day", "is_found"), [(twice_by_design, False), (fee_is_asked, False), (sent_back, True)])
def test_only_what_officers_send_back_is_ping_pong(day: Callable[..., Iterator[str]], is_found: bool) -> None:
    found = searched(days(day), "ping_pong")
    assert bool(found.rows) == is_found


def of_channel(offline_every: int) -> Callable[..., Iterator[str]]:
    """Dossiers at the counter take four times as long; there is one every so many days."""

    def day(number: int, at: Clock) -> Iterator[str]:
        for hour in (8, 9, 10):
            name, more = f"x{number}-{hour}", "role=clerk unit=A channel=online status=9"
            yield step(name, "check", "an", (at(f"{hour:02}:00"), at(f"{hour:02}:{8 + number % 7:02}")), more)
        if number % offline_every == 0:
            more = "role=clerk unit=A channel=counter status=9"
            yield step(f"x{number}-c", "check", "an", (at("13:30"), at(f"14:{10 + number % 7:02}")), more)

    return day


def test_a_few_dossiers_of_a_channel_tell_nothing() -> None:
    assert [row.kind for row in searched(days(of_channel(1)), "channel").rows] == ["channel"]
    assert searched(days(of_channel(20)), "channel").rows == ()


def idle_behind_a_queue(number: int, at: Clock) -> Iterator[str]:
    """Everywhere work lies idle for two hours; in unit A nobody is busy meanwhile, so that only there it shows."""
    for unit in "ABCD":
        name = f"x{number}-{unit}"
        yield step(name, "receive", f"lan{unit}", (at("07:30"), at("07:40")), f"role=desk unit={unit} status=2")
        if unit != "A":
            yield step(f"{name}-o", "other", f"an{unit}", (at("07:40"), at("09:40")), f"role=clerk unit={unit}")
        minutes = 10 + (number * 7 + ord(unit)) % 5
        more = f"role=clerk unit={unit} status=9"
        yield step(name, "check", f"an{unit}", (at("09:40"), at(f"09:{40 + minutes}")), more)


def test_a_unit_with_short_queues_is_not_slow() -> None:
    assert searched(days(idle_behind_a_queue), "unit_gap").rows == ()
