"""Aligns variants in worker processes, so that many of them keep nobody waiting who shares this process."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from mining.conformance import ConformanceError
from mining.conformance.align_worker import Trace, align_traces
from mining.conformance.alignment import Alignment
from mining.workers import Workers, WorkersError, WorkersTimeoutError, start_quiet_worker

_FEW = 1_000
"""So few are aligned here and now: a tenth of a second or two."""

_PORTION = 2_000
_PORTION_SECONDS = 120.0
"""A portion takes a second; one that takes so long has variants that are beyond reason."""


class AlignPool:
    """Aligns traces in worker processes; safe to use from several threads. It ends with `close()`.

    Past `limit_seconds` a variant gets a greedy replay, and its alignment says so (`Alignment.exact`).
    """

    def __init__(self, *, limit_seconds: float = 1.0, workers: int = 2) -> None:
        self._limit_seconds = limit_seconds
        self._workers = Workers(start_quiet_worker, workers=workers)
        self._closed = False

    def align(self, traces: Sequence[Trace]) -> list[Alignment]:
        """Align each trace, in the order given: the traces of a shape must stand together.

        Raises ConformanceError when it is closed meanwhile.
        """
        if len(traces) <= _FEW:
            return align_traces(traces, self._limit_seconds)
        portions = [traces[first : first + _PORTION] for first in range(0, len(traces), _PORTION)]
        waiting = [self._scheduled(portion) for portion in portions]
        found: list[Alignment] = []
        for portion, future in zip(portions, waiting, strict=True):
            found += self._collected(portion, future)
        return found

    def _scheduled(self, portion: Sequence[Trace]) -> Any:
        """Hand a portion to the workers; None where no process can be started, which is noticed when it is due."""
        with suppress(WorkersError):
            return self._workers.schedule(
                align_traces, (portion, self._limit_seconds), timeout_seconds=_PORTION_SECONDS
            )
        return None

    def _collected(self, portion: Sequence[Trace], future: Any) -> list[Alignment]:
        try:
            if future is not None:
                done: list[Alignment] = self._workers.collect(future, _PORTION_SECONDS)
                return done
        except WorkersTimeoutError:
            return align_traces(portion, -1.0)  # greedy replays, which say so
        except WorkersError:
            pass
        if self._closed:
            raise ConformanceError("dossiers were not compared: the program is ending")
        return align_traces(portion, self._limit_seconds)  # no worker is left: it is done here

    def close(self, timeout_seconds: float = 5.0) -> None:
        """End the workers at once; what is being aligned fails. Returns within `timeout_seconds`."""
        self._closed = True
        self._workers.close(timeout_seconds)
