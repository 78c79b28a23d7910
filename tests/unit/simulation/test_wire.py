"""Events as bytes, and the order in which they are sent."""

import json
from dataclasses import replace

import numpy as np
import pytest

from little_city import little_city
from simulation.city import Delivery
from simulation.delivery import Agenda, Oddities
from simulation.dossier import Dossier
from simulation.hours import HOUR_US
from simulation.layout import NEVER_US, Clock
from simulation.ways import Labels
from simulation.wire import NEW, Wire, quoted, times_of_day


def test_an_event_is_valid_json_in_utf_8_whatever_names_hold() -> None:
    city = little_city(1)
    odd = 'Hồ sơ "đặc biệt" \\ mới'
    city = replace(
        city,
        processes=(replace(city.processes[0], case_variant=odd), *city.processes[1:]),
        procedures=(replace(city.procedures[0], case_variants=(odd,)), *city.procedures[1:]),
    )
    clock = Clock.of(city)
    wire = Wire(city, clock, Labels(city.processes).labels)
    dossier = Dossier(0, b"000.00.00.H29-240101-0001", 0, 0, 1)
    what = wire.labels[0] + wire.officers[0]
    event = json.loads(wire.event(dossier, clock.start_us + 8 * HOUR_US, NEW, 0, what))
    assert event["data"]["case_variant"] == odd
    assert event["data"]["activity"] == "Tiếp nhận hồ sơ"
    assert event["time"] == "2024-01-01T08:00:00+07:00"
    assert (event["id"], event["data"]["sequence"]) == ("000.00.00.H29-240101-0001-1", 1)
    assert event["source"] == city.portals.new


def test_ids_go_on_when_a_dossier_has_very_many_events() -> None:
    city = little_city(1)
    wire = Wire(city, Clock.of(city), ())
    dossier = Dossier(0, b"A", 0, 0, 1)
    ids = [json.loads(wire.event(dossier, 0, NEW, 0, b""))["id"] for _ in range(300)]
    assert ids == [f"A-{number}" for number in range(1, 301)]


@pytest.mark.parametrize(("offset", "end"), [(7.0, "+07:00"), (-3.5, "-03:30"), (0.0, "+00:00")])
def test_times_of_day_have_their_offset(offset: float, end: str) -> None:
    times = times_of_day(round(offset * HOUR_US))
    assert times[0] == f'T00:00:00{end}"'.encode()
    assert times[86_399] == f'T23:59:59{end}"'.encode()


def test_text_is_quoted_as_json() -> None:
    assert quoted("Ký số") == '"Ký số"'.encode()


def test_an_agenda_gives_things_in_order_of_time_then_of_entry() -> None:
    agenda = Agenda[str]()
    for at, thing in [(5, "a"), (3, "b"), (5, "c"), (4, "d")]:
        agenda.enter(at, thing)
    assert agenda.next_us == 3
    assert [agenda.take() for _ in range(4)] == [(3, "b"), (4, "d"), (5, "a"), (5, "c")]
    assert agenda.next_us == NEVER_US


def test_as_many_events_are_late_or_repeated_as_planned() -> None:
    city = replace(little_city(1), delivery=Delivery(0.03, 10.0, 0.5, 0.01))
    oddities = Oddities(city)
    delays = []
    for _ in range(100_000):
        if oddities.left:
            oddities.left -= 1
        else:
            delays.append(oddities.odd()[1])
    assert oddities.counts["late"] == pytest.approx(3_000, rel=0.1)
    assert oddities.counts["repeated"] == pytest.approx(1_000, rel=0.15)
    assert np.median(delays) / HOUR_US == pytest.approx(10, rel=0.1)


def test_nothing_is_odd_where_nothing_is_planned() -> None:
    oddities = Oddities(replace(little_city(1), delivery=Delivery(0.0, 10.0, 0.5, 0.0)))
    assert oddities.left < 0
