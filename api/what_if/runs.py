"""Trials that were asked for over HTTP: one at a time in a thread of its own, the last ones kept."""

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import duckdb

from api.costly import Keeper
from api.findings import Findings
from api.problems import INVALID_REQUEST, TOO_MANY_TRIALS, UNKNOWN_TRIAL, ProblemError
from api.waiting.kept import WholeCity
from api.what_if.answers import Status, WhatIfAnswer, WhatIfQuestion, WhatIfRun
from api.what_if.asked import Log, answered, stated_edits
from mining import MiningError
from mining.clocks.clock import Calendars
from mining.opportunities.values import Opportunity
from mining.waiting.desks import Availability
from mining.what_if import WhatIfError
from mining.what_if.discovery import discover
from mining.what_if.model import Model
from mining.what_if.trial import StoppedError, WhatIf
from mining.working_time.worktime import WorkingTime

MOST_WAITING = 8
MOST_KEPT = 50
_JOIN_SECONDS = 10.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Discovered:
    """The simulation of the whole store; `officers` are the office hours of officers that have their own."""

    kept: Keeper = field(compare=False, repr=False)
    officers: Mapping[str, WorkingTime] = field(compare=False, repr=False)

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> Model:
        """Discover it; officers are named nowhere, not even by the version of their calendar."""
        waited = self.kept.get(WholeCity(self.officers))
        model = discover(cursor, Availability(calendars, self.officers))
        return replace(model, calendar_versions=waited.calendar_versions)


@dataclass(slots=True)
class _Run:
    """A trial on its way; changed under the lock of the runs only."""

    question: WhatIfQuestion
    asked_at: datetime
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    status: Status = "waiting"
    progress: float = 0.0
    ended_at: datetime | None = None
    problem: str | None = None
    answer: WhatIfAnswer | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        return self.status in ("done", "stopped", "failed")

    def shown(self) -> WhatIfRun:
        names = ("id", "status", "progress", "asked_at", "ended_at", "problem", "answer")
        return WhatIfRun(**{name: getattr(self, name) for name in names})


class Runs:
    """Takes trials, does one after the other, and keeps the last ones; safe to use from several threads."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._what_if = WhatIf()
        self._changed = threading.Condition()
        self._runs: OrderedDict[str, _Run] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, question: WhatIfQuestion) -> WhatIfRun:
        """Take a question and return its run; a change that makes no sense, or too many trials, is a ProblemError."""
        try:
            stated_edits(question)
        except WhatIfError as error:
            raise ProblemError(INVALID_REQUEST, what=f"edits (body): {error}") from error
        with self._changed:
            if sum(not one.is_over for one in self._runs.values()) >= MOST_WAITING:
                raise ProblemError(TOO_MANY_TRIALS, most=MOST_WAITING)
            run = _Run(question, datetime.now(UTC))
            self._runs[run.id] = run
            self._forget()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="what-if", daemon=True)
                self._thread.start()
            self._changed.notify()
            return run.shown()

    def get(self, run_id: str) -> WhatIfRun:
        """Return a run as it stands; one that is not kept is a ProblemError."""
        with self._changed:
            return self._known(run_id).shown()

    def stop(self, run_id: str) -> None:
        """Stop a run, or forget one that is over."""
        with self._changed:
            run = self._known(run_id)
            if run.is_over:
                del self._runs[run_id]
                return
            run.stop.set()
            if run.status == "waiting":
                self._end(run, "stopped")

    def close(self) -> None:
        """Stop all runs and end the workers within a few seconds."""
        with self._changed:
            self._closed = True
            for run in self._runs.values():
                run.stop.set()
            self._changed.notify()
        self._what_if.close()
        if self._thread:
            self._thread.join(_JOIN_SECONDS)

    def _known(self, run_id: str) -> _Run:
        if run_id not in self._runs:
            raise ProblemError(UNKNOWN_TRIAL, id=run_id[:64])
        return self._runs[run_id]

    def _forget(self) -> None:
        over = [one.id for one in self._runs.values() if one.is_over]
        for old in over[: max(len(self._runs) - MOST_KEPT, 0)]:
            del self._runs[old]

    def _work(self) -> None:
        while (run := self._next()) is not None:
            try:
                answer = answered(run.question, self._log(), self._what_if, progress=self._told(run), stop=run.stop)
            except StoppedError:
                self._finish(run, "stopped")
            except MiningError as error:
                self._finish(run, "failed", problem=str(error))
            except Exception:  # the edge of the thread: the run has to end, and the next one to begin
                _log.exception("trial failed", extra={"run": run.id})
                self._finish(run, "failed", problem="the service failed; its log tells more about it")
            else:
                self._finish(run, "done", answer=answer)

    def _log(self) -> Log:
        kept, search = self._findings.kept, self._findings.search

        def found() -> tuple[Opportunity, ...]:
            searched = kept.get(search)
            return tuple(searched.found.all) if searched.found else ()

        return Log(kept.get(Discovered(kept, search.officers)), found)

    def _next(self) -> _Run | None:
        with self._changed:
            while not self._closed:
                for run in self._runs.values():
                    if run.status == "waiting":
                        run.status = "running"
                        return run
                self._changed.wait()
            return None

    def _told(self, run: _Run) -> Callable[[float], None]:
        def tell(done: float) -> None:
            with self._changed:
                run.progress = done

        return tell

    def _finish(
        self, run: _Run, status: Status, *, problem: str | None = None, answer: WhatIfAnswer | None = None
    ) -> None:
        with self._changed:
            run.problem, run.answer = problem, answer
            run.progress = 1.0 if status == "done" else run.progress
            self._end(run, status)

    def _end(self, run: _Run, status: Status) -> None:
        run.status, run.ended_at = status, datetime.now(UTC)
