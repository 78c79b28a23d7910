"""Which approved step a recorded activity stands for: by the step's number, else by name, never by a guess alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz, process

from mining.conformance.approved import ApprovedModel, ApprovedStep
from mining.conformance.rules import ALL_RULES, ModelRules, Sign, word

SIGNS = {"(reopen)": Sign.REOPEN, "(aside)": Sign.ASIDE, "(end)": Sign.END, "(none)": Sign.UNKNOWN}
"""What a mapping may name in place of a step; `rules.RULES` says what each means, (none) is work without a step."""

_NUMBER = re.compile(r"(?:bước|step|b)?[ .:_-]*0*([0-9]+[a-z]?)")


class MatchedBy(StrEnum):
    """What an activity was matched by."""

    NUMBER = "number"
    MAPPING = "mapping"
    NAME = "name"
    RULE = "rule"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Match:
    """The symbol that an activity has in a model, a step's or a Sign, and why."""

    symbol: int
    by: MatchedBy


@dataclass(frozen=True, slots=True)
class MappingEntry:
    """A person's word that an activity is an approved step, by its number, or one of SIGNS; for a procedure or all."""

    activity: str
    step: str
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class StepMapping:
    """What persons decided about activities whose events name no step; of one procedure goes before of all."""

    entries: tuple[MappingEntry, ...] = ()

    def of_all(self) -> dict[str, str]:
        """Return the steps by activity, in the form in which they are compared, that hold for every procedure."""
        return {word(one.activity): one.step for one in self.entries if one.procedure is None}

    def of_one(self, procedure: str) -> dict[str, str]:
        """Return those that were decided for one procedure, whoever owns it."""
        own = [one for one in self.entries if one.procedure and _national(one.procedure) == _national(procedure)]
        return {word(one.activity): one.step for one in own}


NO_MAPPING = StepMapping()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A step that an activity might stand for, for a person to decide; `score` is from 0 to 100."""

    activity: str
    step: str
    task: str
    score: float


class Matcher:
    """Finds the symbols of activities in one approved process."""

    def __init__(self, model: ApprovedModel, mapping: StepMapping, rules: ModelRules = ALL_RULES) -> None:
        pairs = list(zip(model.symbols, model.process.steps, strict=True))
        self._by_number = {word(step.number): symbol for symbol, step in reversed(pairs)}
        self._by_code = _unique((step_code(step.number), symbol) for symbol, step in pairs)
        self._by_task = _unique((word(step.task), symbol) for symbol, step in pairs)
        self._own = mapping.of_one(model.process.procedure)
        self._mapping = mapping.of_all() | self._own
        self._signs = rules.signs()

    def match(self, activity: str, step: str | None) -> Match:
        """Return what an activity whose event named this step stands for.

        In this order: words of the rules that nobody mapped and that are no task of this process; the number of the
        step; the mapping; a task of just this name.
        """
        name = word(activity)
        if name in self._signs and name not in self._by_task and name not in self._mapping:
            return Match(self._signs[name], MatchedBy.RULE)
        symbol = self._numbered(step) if step else None
        if symbol is not None:
            return Match(symbol, MatchedBy.NUMBER)
        mapped = self._mapping.get(name)
        symbol = None if mapped is None else SIGNS.get(word(mapped), self._numbered(mapped))
        if symbol is not None:
            return Match(symbol, MatchedBy.MAPPING)
        if name in self._by_task:
            return Match(self._by_task[name], MatchedBy.NAME)
        return Match(Sign.UNKNOWN, MatchedBy.NOTHING)

    def remarks(self) -> tuple[str, ...]:
        """Say which steps the mapping names for this procedure that this process does not have."""
        return tuple(
            f"the mapping sends '{activity}' to step {step}, which this version does not have"
            for activity, step in sorted(self._own.items())
            if word(step) not in SIGNS and self._numbered(step) is None
        )

    def _numbered(self, step: str) -> int | None:
        return self._by_number.get(word(step), self._by_code.get(step_code(step)))


def suggestions(
    activities: Sequence[str], steps: Sequence[ApprovedStep], *, most: int = 3, least_score: float = 60.0
) -> tuple[Suggestion, ...]:
    """Return the steps whose tasks are most like each activity, the best first, for a person to choose from.

    The score is rapidfuzz's WRatio of the texts in the form in which they are compared.
    """
    tasks = [word(step.task) for step in steps]
    found = []
    for activity in activities:
        ranked = process.extract(word(activity), tasks, scorer=fuzz.WRatio, limit=most, score_cutoff=least_score)
        for _task, score, place in ranked:
            found.append(Suggestion(activity, steps[place].number, steps[place].task, score))
    return tuple(found)


@lru_cache(maxsize=4_096)
def step_code(number: str) -> str:
    """Return the number of a step without the ways of writing it: `B02`, `Bước 2` and `2.` are all `2`."""
    plain = word(number).strip(" .:)")
    found = _NUMBER.fullmatch(plain)
    return found[1] if found else plain


def _unique(pairs: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Return what just one symbol has."""
    found: dict[str, set[int]] = {}
    for key, symbol in pairs:
        found.setdefault(key, set()).add(symbol)
    return {key: min(symbols) for key, symbols in found.items() if len(symbols) == 1}


def _national(procedure: str) -> str:
    """Return the national part of a procedure's code, 1.001193 of 1.001193.H29; of another text all of it."""
    found = re.fullmatch(r"([1-9]\.[0-9]{6})((\.000\.00\.00)?\.[gh][0-9]{2})?", word(procedure))
    return found[1] if found else word(procedure)
