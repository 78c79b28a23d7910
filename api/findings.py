"""Findings, computed once and remembered until the events or the catalogue behind them change."""

import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Protocol

import duckdb
import pyarrow as pa

from api.costly import Keeper
from api.improvement.kept import CitySearch, Part
from api.memo import Memo, Version
from api.reports.accounts import Accounts, Asked, Behind
from api.summaries import Summaries
from mining.clocks.clock import Calendars
from mining.clocks.due_rules import OwnedRules
from mining.models.discovery import Discovery, Model, Quality
from mining.overview import ProcedureSummary, procedures
from mining.paths.variants import Variants
from mining.savings.figures import Account
from mining.thresholds import Thresholds
from mining.working_time.worktime import WorkingTime

_FINDINGS_BYTES = 64 * 1024 * 1024
_MODELS_BYTES = 32 * 1024 * 1024
_QUALITIES = 1000
_COSTLY = 12
_REMEMBERED_CHANGES = 16
_COMPARED = "\ncompared"
"""No code of a procedure has a line break."""
_ROW_BYTES = 256
"""What a remembered finding costs beside its body."""


@dataclass(frozen=True, slots=True)
class Body:
    """An answer as it is sent: its bytes and their media type."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A body and the entity tag of the state that it was computed from."""

    body: Body
    tag: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What a question is answered from: the log at one moment, and what is remembered for several questions.

    `officers` are the office hours of officers that have their own, by pseudonym; `thresholds` say from when on
    something is worth telling.
    """

    reading: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
    procedures: Callable[[], tuple[ProcedureSummary, ...]]
    model: Callable[[Variants, float], Model]
    quality: Callable[[Variants, float], Quality]
    calendars: Calendars
    rules: OwnedRules
    account: Callable[[Asked], Account]
    saved_dossiers: Callable[[Asked, Behind], tuple[Account, pa.Table]]
    kept: Keeper
    officers: Mapping[str, WorkingTime]
    thresholds: Thresholds


class Question(Protocol):
    """Something that can be asked of the log; equal questions have equal answers while the log is the same."""

    @property
    def procedure(self) -> str | None:
        """The procedure that the answer depends on; None for the whole log."""

    def answer(self, sources: Sources) -> Body:
        """Compute the answer."""

    def __hash__(self) -> int: ...


class Passing:
    """Marks questions whose answers are not remembered, because what they rest on is, for a time of its own."""

    __slots__ = ()

    @property
    def procedure(self) -> str | None:
        """None: no change of a procedure alone decides how long an answer holds."""
        return None


class OnCompared:
    """Marks questions on what was compared with approved processes: their answers hold until `forget_compared()`."""

    __slots__ = ()

    @property
    def procedure(self) -> str | None:
        """What stands for all that was compared, in place of a procedure."""
        return _COMPARED


class _Revision:
    """How often what is known of a procedure has changed, and when it last did (monotonic seconds)."""

    __slots__ = ("changed_at", "number")

    def __init__(self) -> None:
        self.number = 0
        self.changed_at: deque[float] = deque(maxlen=_REMEMBERED_CHANGES)

    def change(self) -> None:
        self.number += 1
        self.changed_at.append(time.monotonic())

    def held(self, number: int, within_seconds: float) -> bool:
        """Whether revision `number` is the latest, or was until `within_seconds` ago."""
        behind = self.number - number
        if behind == 0:
            return True
        return behind <= len(self.changed_at) and time.monotonic() - self.changed_at[-behind] <= within_seconds


class Findings:
    """Answers questions; what was asked before is answered from memory until `forget()` names its procedure.

    It is forgotten too when `catalogue_no` has grown: names, limits and calendars stand in every answer, and change
    for all of them at once.

    Safe to use from several threads: the same question, asked by many at once, is computed once. Models are kept
    by the variants that they describe, so that they outlive changes that bring no new path.
    """

    def __init__(
        self,
        cursor: Callable[[], duckdb.DuckDBPyConnection],
        discovery: Discovery,
        calendars: Callable[[], Calendars],
        catalogue_no: Callable[[], int],
        rules: OwnedRules,
        *,
        officers: Mapping[str, WorkingTime] | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._cursor = cursor
        self._discovery = discovery
        self._calendars = calendars
        self._catalogue_no = catalogue_no
        self._rules = rules
        self._officers = officers or {}
        self.thresholds = thresholds or Thresholds()
        self.kept = Keeper(self.reading, calendars, catalogue_no, most=_COSTLY)
        self.search = CitySearch(Part(), self.kept, self._officers, self.thresholds.opportunities)
        self.accounts = Accounts(
            self.reading, calendars, catalogue_no, opportunities=lambda: self.kept.get(self.search).found
        )
        self._lifetime = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._revisions: defaultdict[str | None, _Revision] = defaultdict(_Revision)
        self._bodies: Memo[Question, Body] = Memo(_FINDINGS_BYTES, lambda body: len(body.content) + _ROW_BYTES)
        self._summaries = Summaries(self._counted)
        self._models: Memo[str, Model] = Memo(_MODELS_BYTES, lambda model: 2 * len(model.bpmn) + len(model.pnml))
        self._qualities: Memo[str, Quality] = Memo(_QUALITIES, lambda _quality: 1)

    def forget(self, touched: Iterable[str]) -> None:
        """Forget all that depends on these procedures, or on the whole log; naming none forgets nothing."""
        names = set(touched)
        if not names:
            return
        self._summaries.forget(names)  # before the revisions: an answer is never older than its tag
        with self._lock:
            for one in (*names, None):
                self._revisions[one].change()

    def forget_compared(self) -> None:
        """Forget all that depends on what was compared with approved processes."""
        with self._lock:
            self._revisions[_COMPARED].change()

    def tag(self, question: Question) -> str:
        """Return the entity tag that an answer to this question has now; computes no answer.

        It differs between stores and between runs of the service, where revisions count anew.
        """
        return self._tag(question, self._version(question.procedure))

    def known(self, question: Question, *, within_seconds: float = 0.0) -> Finding | None:
        """Return the remembered answer if it holds, or held until `within_seconds` ago; takes microseconds."""
        latest = self._bodies.latest(question)
        if latest is None or isinstance(question, Passing):
            return None
        version, body = latest
        catalogue_no, revision = version
        if catalogue_no != self._catalogue_no():
            return None
        with self._lock:
            held = self._revisions[question.procedure].held(revision, within_seconds)
        return Finding(body, self._tag(question, version)) if held else None

    def find(self, question: Question) -> Finding:
        """Return the answer, computing it where needed; raises what the question raises."""
        if isinstance(question, Passing):
            body = self._answer(question)
            return Finding(body, f'"{blake2b(body.content, digest_size=12).hexdigest()}"')
        version = self._version(question.procedure)  # before the log is read: an answer is never older than its tag
        body = self._bodies.get(question, version, lambda: self._answer(question))
        return Finding(body, self._tag(question, version))

    def _answer(self, question: Question) -> Body:
        sources = Sources(
            self.reading,
            self._summaries.listed,
            self._model,
            self._quality,
            self._calendars(),
            self._rules,
            self.accounts.account,
            self.accounts.dossiers,
            self.kept,
            self._officers,
            self.thresholds,
        )
        return question.answer(sources)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor that sees one state of the log throughout, so that the parts of an answer add up."""
        with self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
            finally:
                cursor.execute("ROLLBACK")  # nothing was written

    def _counted(self, codes: Collection[str] | None) -> tuple[ProcedureSummary, ...]:
        with self.reading() as cursor:
            return procedures(cursor, codes)

    def _model(self, variants: Variants, noise: float) -> Model:
        discover = partial(self._discovery.model, variants, noise=noise)
        return self._models.get(_named(variants, noise), (), discover)

    def _quality(self, variants: Variants, noise: float) -> Quality:
        def measure() -> Quality:
            return self._discovery.quality(self._model(variants, noise), variants)

        return self._qualities.get(_named(variants, noise), (), measure)

    def _version(self, procedure: str | None) -> Version:
        """The state of the catalogue, and of what is known of the procedure."""
        catalogue_no = self._catalogue_no()
        with self._lock:
            return catalogue_no, self._revisions[procedure].number

    def _tag(self, question: Question, version: Version) -> str:
        state = f"{self._lifetime}\n{version}\n{question!r}"
        return f'"{blake2b(state.encode(), digest_size=12).hexdigest()}"'


def _named(variants: Variants, noise: float) -> str:
    """What a model is kept by: it is the same for as long as its variants are."""
    return blake2b(repr((noise, variants)).encode(), digest_size=16).hexdigest()
