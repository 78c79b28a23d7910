"""Tries a change: replications in worker processes, with progress and a way to stop, and the answer in figures."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from mining.what_if import WhatIfError
from mining.what_if.edits import Edit, edited
from mining.what_if.figures import Saved, Situation, saved, situations
from mining.what_if.model import Model
from mining.what_if.replication import Mode, Outcome, replicate, start_worker
from mining.what_if.validation import Validation, simulate_held_out, validated
from mining.workers import Workers, WorkersError, WorkersTimeoutError
from simulation import SimulationError

YEAR_US = 365.25 * 86_400e6
MOST_REPLICATIONS = 200
_HELD_OUT = 3
_POLL_SECONDS = 0.1

_Job = tuple[Callable[..., Any], tuple[Any, ...]]
Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""


class StoppedError(WhatIfError):
    """A trial was stopped before it was through."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a change is tried: how often, from which seed on, how dossiers come, how long one replication may take.

    `mode` is `drawn`, as they come in such a time, or `logged`, as they came. Raises WhatIfError.
    """

    replications: int = 20
    seed: int = 1
    mode: Mode = "drawn"
    timeout_seconds: float = 900.0

    def __post_init__(self) -> None:
        if not 2 <= self.replications <= MOST_REPLICATIONS:
            raise WhatIfError(f"{self.replications} replications; choose from 2 to {MOST_REPLICATIONS}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change would bring, beside what is; `validation` says how far to believe it.

    `logged_dossiers` count in the log; `desks` and `officers` were simulated; `a_year` is how many times the period
    that counts fits into a year.
    """

    settings: Settings
    baseline: Situation
    changed: Situation | None
    saved: Saved | None
    validation: Validation
    logged_dossiers: int
    logged_mean_hours: float
    logged_working_mean_hours: float
    desks: int
    officers: int
    estimated: float
    a_year: float
    calendar_versions: tuple[str, ...]


@dataclass(slots=True)
class WhatIf:
    """Tries changes in worker processes, which end with `close()`; safe to use from several threads."""

    processes: int = field(default_factory=lambda: max(1, min(os.cpu_count() or 1, 4)))
    _workers: Workers = field(init=False)

    def __post_init__(self) -> None:
        self._workers = Workers(start_worker, workers=self.processes)

    def warm(self) -> None:
        """Start a worker in the background."""
        self._workers.warm()

    def close(self) -> None:
        """End the workers; trials in hand fail."""
        self._workers.close()

    def try_out(
        self,
        model: Model,
        edits: Sequence[Edit],
        settings: Settings | None = None,
        *,
        progress: Progress = lambda _: None,
        stop: Event | None = None,
    ) -> Answer:
        """Return what the changes would bring; without any, only how good the simulation is.

        Raises StoppedError once `stop` is set, and WhatIfError for a change that cannot be made or a failed worker.
        """
        settings = settings or Settings()
        edited(model, edits)  # what is wrong with a change is better said at once
        jobs: list[_Job] = [(simulate_held_out, (model, (settings.seed, turn))) for turn in range(_HELD_OUT)]
        jobs += [
            (replicate, (model, tuple(edits), settings.mode, (settings.seed, turn)))
            for turn in range(settings.replications)
        ]
        done = self._done(jobs, settings.timeout_seconds, progress, stop or Event())
        held_out: list[Outcome] = done[:_HELD_OUT]
        pairs: list[tuple[Outcome, Outcome | None]] = done[_HELD_OUT:]
        return _answer(model, settings, held_out, pairs)

    def _done(
        self,
        jobs: Sequence[_Job],
        timeout: float,
        progress: Progress,
        stop: Event,
    ) -> list[Any]:
        """Do all jobs and return what they return, in order; end those that are left where one fails or all stop."""
        futures: list[Any] = []
        found: list[Any] = []
        try:
            for work, arguments in jobs:
                futures.append(self._workers.schedule(work, arguments, timeout_seconds=timeout))
            for number, future in enumerate(futures):
                while not future.done():
                    if stop.wait(_POLL_SECONDS):
                        raise StoppedError("the trial was stopped; ask for it again to have it")
                found.append(self._workers.collect(future, timeout))
                progress((number + 1) / len(jobs))
        except WorkersTimeoutError as error:
            raise WhatIfError(
                f"a simulation took longer than {timeout:,.0f} s; choose fewer procedures or units, or a shorter period"
            ) from error
        except WorkersError as error:
            raise WhatIfError(f"the simulation could not be run: {error}") from error
        except SimulationError as error:  # three years are not enough to work off what has come
            raise WhatIfError(
                "queues grow without end: by the work and the office hours of the log officers cannot do what arrives;"
                " check the calendars and the starts, or change less"
            ) from error
        finally:
            for future in futures[len(found) :]:
                future.cancel()
                with suppress(WorkersError):
                    self._workers.collect(future, 0.0)
        return found


def _answer(
    model: Model, settings: Settings, held_out: Sequence[Outcome], pairs: Sequence[tuple[Outcome, Outcome | None]]
) -> Answer:
    baseline, changed = situations(pairs)
    a_year = YEAR_US / max(model.span.counted_us, 1)
    both = [(before, after) for before, after in pairs if after is not None]
    courses, logged = model.courses, model.courses.logged
    counted = courses.known & courses.measured & (courses.arrival_us >= model.span.from_us)
    counted &= courses.arrival_us < model.span.known_to_us
    return Answer(
        settings=settings,
        baseline=baseline,
        changed=changed,
        saved=saved(both, a_year) if both else None,
        validation=validated(model, held_out),
        logged_dossiers=int(counted.sum()),
        logged_mean_hours=float(logged.elapsed_us[counted].mean() / 3.6e9),
        logged_working_mean_hours=float(logged.working_us[counted].mean() / 3.6e9),
        desks=len(model.desks),
        officers=sum(desk.officers for desk in model.desks),
        estimated=model.estimated,
        a_year=a_year,
        calendar_versions=model.calendar_versions,
    )
