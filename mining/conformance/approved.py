"""Approved processes as models: the table of steps, and what the rules allow beside it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from mining.ask import rows
from mining.conformance import ConformanceError
from mining.conformance.automaton import Automaton, Edge
from mining.conformance.rules import ALL_RULES, ModelRules, Sign, word

MAX_STEPS = 200
"""A table of more steps is none: the real ones have 4 to 20."""

_FORM = 1
"""Raise it with every change of what Shape.automaton builds: what was aligned with another form is aligned anew."""


@dataclass(frozen=True, slots=True)
class ApprovedStep:
    """A row of an approved table of steps; `ordinal` counts from 1, `hours` are working hours."""

    ordinal: int
    number: str
    task: str
    hours: float
    unit: str | None = None
    role: str | None = None

    @property
    def label(self) -> str:
        """Number and task together."""
        return f"{self.number} {self.task}"


@dataclass(frozen=True, slots=True)
class ApprovedProcess:
    """An approved process of a procedure, a case variant and a channel (None: all of them), in one version."""

    process_key: str
    procedure: str
    version: str
    decision: str
    effective_from: date
    steps: tuple[ApprovedStep, ...]
    case_variant: str | None = None
    channel: str | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table of steps and the rules allow, whatever the steps are called.

    `symbols` has the symbol of each step: its ordinal, or that of the first step with the same number. `optional` says
    which steps may be missing, `repeats` whether a step may be recorded several times in a row.
    """

    symbols: tuple[int, ...]
    optional: tuple[bool, ...]
    repeats: bool

    @property
    def key(self) -> str:
        """The shape as a text, the same for equal shapes."""
        optional = "".join("01"[one] for one in self.optional)
        return f"{_FORM}|{','.join(map(str, self.symbols))}|{optional}|{'01'[self.repeats]}"

    @classmethod
    def of_key(cls, key: str) -> "Shape":
        """Return the shape of a key."""
        _, symbols, optional, repeats = key.split("|")
        return cls(tuple(map(int, symbols.split(","))), tuple(one == "1" for one in optional), repeats == "1")

    def automaton(self, *, ends: bool = True) -> Automaton:
        """Build the states, each for the steps up to i being done.

        `at` (i), the work goes on; `back` (i), the dossier was reopened; `over` (i), it was refused or withdrawn, and
        what follows may be missing. That it was over is never assumed: it would explain any end. So dossiers of which
        nothing says it cost the same without these states (not `ends`), and are aligned faster.
        """
        count = len(self.symbols) + 1
        edges: list[Edge] = []
        for step, symbol in enumerate(self.symbols, 1):
            edges.append(Edge(step - 1, step, symbol))
            edges += [Edge(step - 1, step, None)] if self.optional[step - 1] else []
            edges += [Edge(step, step, symbol)] if self.repeats else []
        for at in range(count):
            back = count + at
            edges += [Edge(at, back, Sign.REOPEN), Edge(back, back, Sign.REOPEN), Edge(back, at, None)]
            edges += [Edge(back, back - 1, None)] if at else []
        edges += self._over(count) if ends else []
        states = (3 if ends else 2) * count
        edges += [Edge(state, state, Sign.ASIDE) for state in range(states)]
        return Automaton(states, tuple(edges), frozenset({count - 1, states - 1} if ends else {count - 1}))

    def _over(self, count: int) -> Iterator[Edge]:
        for step, symbol in enumerate(self.symbols, 1):
            over = 2 * count + step
            yield from (Edge(over - 1, over, symbol), Edge(over - 1, over, None))
            if self.repeats:
                yield Edge(over, over, symbol)
        for at in range(count):
            back, over = count + at, 2 * count + at
            yield from (Edge(state, over, Sign.END, only_seen=True) for state in (at, back, over))
            yield Edge(over, back, Sign.REOPEN)


@dataclass(frozen=True, slots=True)
class ApprovedModel:
    """An approved process with the shape of what it allows; `remarks` say what is odd in its table."""

    process: ApprovedProcess
    shape: Shape
    remarks: tuple[str, ...]

    @property
    def symbols(self) -> tuple[int, ...]:
        """The symbol of each step."""
        return self.shape.symbols

    @property
    def automaton(self) -> Automaton:
        """The states of the model."""
        return self.shape.automaton()

    @property
    def names(self) -> dict[int, str]:
        """What each symbol is called in files."""
        steps = {symbol: step.label for symbol, step in zip(self.symbols, self.process.steps, strict=True)}
        firsts = {step.ordinal: step.label for step in self.process.steps if step.ordinal in steps}
        return {**firsts, Sign.REOPEN: "Bổ sung hoặc trả lại", Sign.ASIDE: "Việc bên lề", Sign.END: "Từ chối hoặc rút"}


def approved_model(process: ApprovedProcess, rules: ModelRules = ALL_RULES) -> ApprovedModel:
    """Return the model of an approved process; raises ConformanceError where the table cannot be one."""
    steps = process.steps
    if not steps:
        raise ConformanceError(
            f"version {process.version} of {process.procedure} has no steps; nothing can be compared with it:"
            " enter its table of steps in the catalogue"
        )
    if len(steps) > MAX_STEPS:
        raise ConformanceError(
            f"version {process.version} of {process.procedure} has {len(steps)} steps; at most {MAX_STEPS} can be"
            " compared: correct its table of steps in the catalogue"
        )
    optional = tuple(rules.holds("no_hours") and step.hours == 0 for step in steps)
    return ApprovedModel(process, Shape(_symbols(steps), optional, rules.holds("again")), _remarks(steps))


def _symbols(steps: Sequence[ApprovedStep]) -> tuple[int, ...]:
    first: dict[str, int] = {}
    return tuple(first.setdefault(word(step.number), place) for place, step in enumerate(steps, 1))


def _remarks(steps: Sequence[ApprovedStep]) -> tuple[str, ...]:
    numbers = [word(step.number) for step in steps]
    repeated = dict.fromkeys(step.number for step in steps if numbers.count(word(step.number)) > 1)
    remarks = [f"the step number {number} is given more than once: each is to be done" for number in repeated]
    if all(step.hours == 0 for step in steps):
        remarks.append("no step has any hours: each of them may be missing")
    return tuple(remarks)


def approved_processes(
    cursor: duckdb.DuckDBPyConnection, procedure: str | None = None, *, keys: Collection[str] | None = None
) -> tuple[ApprovedProcess, ...]:
    """Return the approved processes in force, those of one procedure or all, or those with some keys, by their keys."""
    asked = {"procedure": procedure, "keys": None if keys is None else sorted(keys)}
    steps: dict[str, list[ApprovedStep]] = {}
    for row in rows(cursor, "conformance_steps", asked):
        steps.setdefault(row.pop("process_key"), []).append(ApprovedStep(**row))
    return tuple(
        ApprovedProcess(**row, steps=tuple(steps.get(row["process_key"], ())))
        for row in rows(cursor, "conformance_processes", asked)
    )
