"""The ways of a city's dossiers through the steps of their processes: the approved ones, and the planted detours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from simulation.city import Process, StepKind
from simulation.dossier import Fact
from simulation.planted import EXTRA_TASK, Detour, Drift


@dataclass(frozen=True, slots=True)
class Label:
    """What the events of a step say besides the dossier: a step of that number and task by that role.

    Work that no approved process has is no step, and has no number.
    """

    number: str | None
    task: str
    role: int
    kind: StepKind


@dataclass(frozen=True, slots=True)
class WayStep:
    """A step as dossiers go through it: `place` in the table, `label` by its number in Labels.

    It is `due` where the table approves time for it, and `left_out` or `extra` on a detour; `fact` is so when it ends.
    """

    place: int
    kind: StepKind
    role: int
    agency: int | None
    label: int
    group: int | None
    works: bool
    holds: bool
    due: bool
    left_out: bool = False
    extra: bool = False
    fact: Fact | None = None


Way = tuple[WayStep, ...]


class Labels:
    """Numbers for the labels of a city's steps, which are the tags of tasks.

    `steps` has the way of each process, `detours` that of each detour (its number, a process).
    """

    def __init__(
        self, processes: Sequence[Process], *, detours: Sequence[Detour] = (), drifts: Iterable[Drift] = ()
    ) -> None:
        self._labels: dict[Label, int] = {}
        held = {(one.procedure, one.place) for one in drifts}
        self.steps = [self._numbered(process, held) for process in processes]
        self.detours = {
            (number, place): self._detour(number, detour, process, self.steps[place])
            for number, detour in enumerate(detours)
            for place, process in enumerate(processes)
            if process.procedure == detour.procedure
        }
        self.labels = tuple(self._labels)

    def _numbered(self, process: Process, held: set[tuple[int, int]]) -> Way:
        return tuple(
            WayStep(
                place=place,
                kind=step.kind,
                role=step.role,
                agency=step.agency,
                label=self._number(Label(step.number, step.task, step.role, step.kind)),
                group=step.parallel_group,
                works=step.work_hours > 0,
                holds=step.hold_hours > 0 or (process.procedure, place) in held,
                due=step.hours > 0,
            )
            for place, step in enumerate(process.steps)
        )

    def _detour(self, number: int, detour: Detour, process: Process, way: Way) -> Way:
        """Change the way of a process where the detour leaves it."""
        place, fact = detour.place, ("detour", number)
        before, own, after = way[:place], way[place], way[place + 1 :]
        role = own.role if detour.other is None else detour.other
        if detour.kind == "skipped":
            return (*before, replace(own, left_out=True), *after)
        if detour.kind == "swapped":
            return (*before, after[0], replace(own, fact=fact), *after[1:])
        if detour.kind == "wrong_unit":
            return (*before, replace(own, agency=detour.other, fact=fact), *after)
        if detour.kind == "wrong_role":
            step = process.steps[place]
            label = self._number(Label(step.number, step.task, role, step.kind))
            return (*before, replace(own, role=role, label=label, fact=fact), *after)
        label = self._number(Label(None, EXTRA_TASK, role, "inspect"))
        extra = replace(own, kind="inspect", role=role, agency=None, label=label, holds=False, extra=True, fact=fact)
        return (*before, own, extra, *after)

    def _number(self, label: Label) -> int:
        return self._labels.setdefault(label, len(self._labels))
