"""Everything that chance decides about a dossier, drawn at its arrival, and the course that follows from it.

All draws of a dossier are made whatever becomes of it, and none depends on how fast others are: two worlds with the
same seed have the same dossiers, which is what makes the true effect of a new version exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation.arrivals import Arrivals, Arrived
from simulation.city import City
from simulation.deviating import NO_DETOUR, Deviating
from simulation.dossier import TRAITS
from simulation.hours import DAY_US, HOUR_US, Hours
from simulation.layout import Clock, Floats, Ints, StepTables, rounded

AGAIN = 0.5
"""How much work a step is when a dossier comes back to it, as a share of a first pass."""

CITIZEN_TIMES = 4
"""The citizen's times that are drawn beside those of supplements: payment, suspension, pick-up, withdrawal."""


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """What was drawn for some dossiers, an entry each; times are microseconds, those of steps a column per step.

    What every dossier needs is a list, what few need an array. `skips`, `back` and `refuses` have a bit per step, from
    the lowest: left out, sent back from, refused at. `papers_us` are the citizen's times for each possible request, of
    which `requests` are made. A dossier goes first where the share of urgent ones is above `urgency`; `ends` is where
    in its course it is withdrawn (share). `habits` are bits of `simulation.planted`, `detour` is one of City.detours.
    """

    arrival_us: list[int]
    process: list[int]
    unit: list[int]
    channel: list[int]
    traits: list[int]
    work_us: list[list[int]]
    again_us: Ints
    hold_us: Ints
    skips: list[int]
    back: list[int]
    refuses: list[int]
    urgency: list[float]
    requests: list[int]
    papers_us: Ints
    payment_us: Ints
    suspension_us: Ints
    withdrawal_us: Ints
    pickup_us: list[int]
    not_accepted: list[bool]
    pays: list[bool]
    suspended: list[bool]
    withdrawn: list[bool]
    ends: list[float]
    habits: list[int]
    detour: list[int]


class Planner:
    """Draws the plans of a city's dossiers, block by block."""

    def __init__(self, city: City, clock: Clock, hours: Sequence[Hours]) -> None:
        self._city, self._clock = city, clock
        self._arrivals = Arrivals(city, clock, hours)
        self._steps = StepTables.of(city.processes)
        self._factors = np.array([(one.work_factor, one.hold_factor) for one in city.processes])
        self._gap_keys = np.array([one.unit * len(city.procedures) + one.procedure for one in city.gaps], np.int64)
        self._gaps = np.array([(one.work_factor, one.hold_factor) for one in city.gaps]).reshape(-1, 2)
        order = np.argsort(self._gap_keys)
        self._gap_keys, self._gaps = self._gap_keys[order], self._gaps[order]
        shares = ("supplement", "not_accepted", "payment", "suspended", "withdrawn")
        self._shares = {name: np.array([getattr(one, name) for one in city.procedures]) for name in shares}
        self._unit_shares = np.array([(one.reset_due, one.reset_finish, one.double_entry) for one in city.units])
        digital = city.digital
        self._digital = np.column_stack((digital.digitised_input, digital.paid_online))

    def blocks(self) -> Iterator[Plans]:
        """Yield the plans of all dossiers in order of arrival."""
        dice, deviating = np.random.default_rng([self._city.seed, 2]), Deviating(self._city, self._clock)
        for arrived in self._arrivals.blocks():
            yield self._plans(arrived, dice, deviating)

    def _plans(self, arrived: Arrived, dice: np.random.Generator, deviating: Deviating) -> Plans:
        count, width = len(arrived.arrival_us), self._steps.work_hours.shape[1]
        throws = dice.random((3, count, width))
        once = dice.random((6, count))
        asks = dice.random((count, self._city.behaviour.most_supplements))
        work, again, hold = self._hours(arrived, dice)
        steps, process = self._steps, arrived.process
        papers, others = self._citizen(count, dice)
        asked = np.cumprod(asks < self._shares["supplement"][arrived.procedure][:, None], axis=1).sum(axis=1)
        chance = {
            name: once[place] < self._shares[name][arrived.procedure]
            for place, name in enumerate(("not_accepted", "payment", "suspended", "withdrawn"))
        }
        deviating.hold(arrived, hold)
        back, refuses = _bits(throws[1] < steps.sends_back[process]), _bits(throws[2] < steps.refuses[process])
        detour = deviating.detours(arrived)
        self._pass_in_order(detour, back, refuses)
        return Plans(
            arrival_us=arrived.arrival_us.tolist(),
            process=process.tolist(),
            unit=arrived.unit.tolist(),
            channel=arrived.channel.tolist(),
            traits=self._traits(arrived, dice).tolist(),
            work_us=work.tolist(),
            again_us=again,
            hold_us=hold,
            skips=_bits(throws[0] < steps.skips[process]),
            back=back,
            refuses=refuses,
            urgency=once[5].tolist(),
            requests=asked.tolist(),
            papers_us=papers,
            payment_us=others[0],
            suspension_us=others[1],
            pickup_us=others[2].tolist(),
            withdrawal_us=others[3],
            not_accepted=chance["not_accepted"].tolist(),
            pays=chance["payment"].tolist(),
            suspended=chance["suspended"].tolist(),
            withdrawn=chance["withdrawn"].tolist(),
            ends=once[4].tolist(),
            habits=deviating.habits(arrived, refused=chance["not_accepted"], ends=chance["withdrawn"]),
            detour=detour,
        )

    def _pass_in_order(self, detours: list[int], *bits: list[int]) -> None:
        """Let dossiers pass two swapped steps without being sent back or refused: one of them would be skipped."""
        swapped = {number: ~(3 << one.place) for number, one in enumerate(self._city.detours) if one.kind == "swapped"}
        for row, number in enumerate(detours) if swapped else ():
            if number != NO_DETOUR and number in swapped:
                for own in bits:
                    own[row] &= swapped[number]

    def _hours(self, arrived: Arrived, dice: np.random.Generator) -> tuple[Ints, Ints, Ints]:
        """Hands-on work, work when the dossier comes back, and time outside, per step."""
        steps, process, behaviour = self._steps, arrived.process, self._city.behaviour
        count, width = len(process), steps.work_hours.shape[1]
        normal = dice.standard_normal((3, count, width))
        heavy = np.exp(behaviour.dossier_sigma * dice.standard_normal(count))
        factors = self._factors[process] * self._gap(arrived) * self._trend(arrived.arrival_us)[:, None]
        factors[:, 0] *= heavy * np.array(behaviour.channel_work)[arrived.channel]
        factors[:, 1] *= np.array(behaviour.channel_hold)[arrived.channel]
        median = steps.work_hours[process] * factors[:, :1] * HOUR_US
        sigma = steps.work_sigma[process]
        hold = steps.hold_hours[process] * factors[:, 1:] * np.exp(steps.hold_sigma[process] * normal[2]) * HOUR_US
        return (
            rounded(median * np.exp(sigma * normal[0])),
            rounded(AGAIN * median * np.exp(sigma * normal[1])),
            rounded(hold),
        )

    def _gap(self, arrived: Arrived) -> Floats:
        """The planted factors on work and hold of a unit that is slower than others at a procedure."""
        if not len(self._gap_keys):
            return np.ones((len(arrived.unit), 2))
        keys = arrived.unit * len(self._city.procedures) + arrived.procedure
        place = np.searchsorted(self._gap_keys, keys).clip(max=len(self._gap_keys) - 1)
        return np.where((self._gap_keys[place] == keys)[:, None], self._gaps[place], 1.0)

    def _trend(self, arrival: Ints) -> Floats:
        gone = (arrival - self._clock.start_us) / (self._clock.end_us - self._clock.start_us)
        trend: Floats = 1 + self._city.period.trend * gone
        return trend

    def _citizen(self, count: int, dice: np.random.Generator) -> tuple[Ints, Ints]:
        """The citizen's times for papers (a column per request), and the others (a row for each)."""
        behaviour = self._city.behaviour
        papers = dice.standard_normal((count, behaviour.most_supplements))
        others = dice.standard_normal((CITIZEN_TIMES, count))
        days = np.array([behaviour.payment_days, behaviour.suspension_days, behaviour.pickup_days, 1.0])
        sigma = behaviour.citizen_sigma
        return (
            rounded(behaviour.supplement_days * np.exp(sigma * papers) * DAY_US),
            rounded(days[:, None] * np.exp(sigma * others) * DAY_US),
        )

    def _traits(self, arrived: Arrived, dice: np.random.Generator) -> Ints:
        throws = dice.random((len(TRAITS), len(arrived.unit)))
        digital = self._city.digital
        own = self._digital[arrived.channel]
        unit = self._unit_shares[arrived.unit]
        everywhere = (digital.e_signed, digital.e_result, digital.apology)
        shares = [own[:, 0], own[:, 1], *everywhere, unit[:, 0], unit[:, 1], unit[:, 2]]
        traits = np.zeros(len(arrived.unit), np.int64)
        for trait, share, thrown in zip(TRAITS, shares, throws, strict=True):
            traits += trait * (thrown < share)
        return traits


def _bits(holds: npt.NDArray[np.bool_]) -> list[int]:
    """Return a number for each row, with a bit for each column, the first one lowest."""
    packed: list[int] = (holds @ (1 << np.arange(holds.shape[1]))).tolist()
    return packed
