"""What is kept of random dossiers equals a naive comparison of one dossier after the other."""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from compared_city import STEPS, City, random_log
from mining.conformance.approved import ApprovedProcess, ApprovedStep, approved_model
from mining.conformance.automaton import Automaton
from mining.conformance.deviations import DeviationKind
from mining.conformance.findings import dossier_conformance
from mining.conformance.rules import Sign

TABLE = [line.split() for line in STEPS.strip().splitlines()]
SIGNS = {"meeting": Sign.UNKNOWN, "back": Sign.REOPEN, "stop": Sign.END}
RIGHT_UNITS = {"desk": {"desk"}, "office": {"office", "team"}}
JUDGED_UNITS, JUDGED_ROLES = {"desk", "office", "team"}, {"clerk", "head", "expert"}
OPEN = ((0, 270), (390, 600))
ORDER = ("skipped", "extra", "swapped", "repeated")


def model() -> Automaton:
    steps = tuple(ApprovedStep(int(number), number, task, float(hours)) for number, task, hours, *_ in TABLE)
    return approved_model(ApprovedProcess("k", "P", "1", "QD", date(2020, 1, 1), steps)).automaton


def least_cost(automaton: Automaton, trace: Sequence[int], *, complete: bool) -> int:
    """Search the pairs of place and state, the cheapest first."""
    waiting, settled = [(0, 0, 0)], set[tuple[int, int]]()
    while waiting:
        cost, place, state = heapq.heappop(waiting)
        if (place, state) in settled:
            continue
        settled.add((place, state))
        if place == len(trace) and (not complete or state in automaton.finals):
            return cost
        if place < len(trace):
            heapq.heappush(waiting, (cost + 1, place + 1, state))
        for edge in automaton.edges:
            if edge.source != state:
                continue
            if place < len(trace) and edge.symbol == trace[place]:
                heapq.heappush(waiting, (cost, place + 1, edge.target))
            if not edge.only_seen:
                heapq.heappush(waiting, (cost + (edge.symbol is not None), place, edge.target))
    raise AssertionError("there is always a way")


def worked_minutes(begin: int | None, end: int) -> int:
    """Count the office minutes from one minute to another; minute 0 is a Monday's."""
    if begin is None:
        return 0
    return sum(minute // 1440 % 7 < 5 and any(a <= minute % 1440 < b for a, b in OPEN) for minute in range(begin, end))


def naive(steps: list[Any]) -> Iterator[tuple[str, str, int | None, int]]:
    """Yield what is wrong with units, roles and times: kind, step, position (None: any), minutes."""
    by_step: dict[str, list[Any]] = {}
    for step in steps:
        if step.step is not None:
            by_step.setdefault(step.step, []).append(step)
    for number, _, hours, unit, role in TABLE:
        total = 0
        for step in by_step.get(number, ()):
            begin = step.started if step.started is not None else step.previous_completed
            minutes = worked_minutes(begin, step.completed)
            total += minutes
            if step.unit in JUDGED_UNITS and step.unit not in RIGHT_UNITS[unit]:
                yield "wrong_unit", number, step.position, minutes
            if step.role in JUDGED_ROLES and step.role != role:
                yield "wrong_role", number, step.position, minutes
        if 0 < int(hours) * 60 < total:
            yield "over_time", number, None, total - int(hours) * 60


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_dossiers(
    seed: int, new_log: Callable[[], Any], derive_naively: Callable[[str], Any], identity: Any
) -> None:
    lines = [line for line in random_log(random.Random(seed), 120) if "status=5" not in line]
    drawing = "\n".join(lines)
    city = City(new_log())
    try:
        city.arrive(drawing)
    finally:
        city.aligner.close()
    automaton, found = model(), 0
    for dossier in derive_naively(drawing).dossiers:
        steps = [step for step in derive_naively(drawing).steps if step.dossier == dossier.dossier]
        steps.sort(key=lambda step: step.position)
        kept = dossier_conformance(city.cursor, identity(dossier.dossier))
        if kept is None:  # it was never accepted
            continue
        found += 1
        trace = [SIGNS.get(step.activity, int(step.step or 0)) for step in steps]
        assert kept.cost in {least_cost(automaton, trace, complete=complete) for complete in (True, False)}
        if dossier.status == 9:
            assert kept.cost == least_cost(automaton, trace, complete=True)
        order = [one for one in kept.deviations if one.kind.value in ORDER]
        assert bool(order) == bool(kept.cost)
        for one in order:
            if one.kind is not DeviationKind.SKIPPED:
                assert one.position is not None
                step = steps[one.position - 1]
                begin = step.started if step.started is not None else step.previous_completed
                assert one.lost_hours * 60 == pytest.approx(worked_minutes(begin, step.completed))
        rest = [one for one in kept.deviations if one not in order]
        told = [
            (one.kind.value, one.number, None if one.kind is DeviationKind.OVER_TIME else one.position, one.lost_hours)
            for one in rest
        ]
        expected = [(kind, number, position, minutes / 60) for kind, number, position, minutes in naive(steps)]
        assert sorted(told, key=repr) == sorted(expected, key=repr)
    assert found > 100
