"""Work that is handed to processes of its own: it has a time limit, fails clearly, and never outlives this process."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from mining import MiningError

_START_SECONDS = 60.0


class WorkersError(MiningError):
    """Work could not be done; the message says why, and reads on after a colon."""


class WorkersTimeoutError(WorkersError):
    """Work took longer than it may."""


@dataclass(frozen=True, slots=True)
class Failures:
    """How often work took longer than it may, and how often its process died, since the start."""

    timeout: int = 0
    died: int = 0


def start_quiet_worker() -> None:
    """Silence this process and tie its life to that of its parent."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.flush()
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ends at once, also in the middle of a long computation
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


class Workers:
    """Processes that work for this one; safe to use from several threads.

    They start with the first work, or with `warm()`, each with `initializer`, which calls `start_quiet_worker`. They
    end with `close()`, and by themselves when this process is gone, however that came about.
    """

    def __init__(self, initializer: Callable[[], None], *, workers: int = 1) -> None:
        self._initializer = initializer
        self._workers = workers
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._waiting: set[ProcessFuture[Any]] = set()
        self._closed = False
        self._timeouts = self._deaths = 0

    @property
    def failures(self) -> Failures:
        """What failed since the start; what an end of the program cut short does not count."""
        return Failures(self._timeouts, self._deaths)

    def warm(self) -> None:
        """Start a worker in the background, so that the first work need not wait for it."""
        with self._lock, suppress(RuntimeError):  # the first work will say what is wrong
            if not self._closed:
                self._running_pool()

    def run(self, work: Callable[..., Any], arguments: Sequence[Any], *, timeout_seconds: float) -> Any:
        """Do one piece of work in a worker and return what it returns, or raise what it raises.

        Raises WorkersTimeoutError past the limit and WorkersError where no process could be started or it died.
        """
        return self.collect(self.schedule(work, arguments, timeout_seconds=timeout_seconds), timeout_seconds)

    def schedule(
        self, work: Callable[..., Any], arguments: Sequence[Any], *, timeout_seconds: float
    ) -> ProcessFuture[Any]:
        """Queue a piece of work and return what `collect` takes; raises WorkersError."""
        with self._lock:
            if self._closed:
                raise WorkersError("the program is ending")
            try:
                future = self._running_pool().schedule(work, args=tuple(arguments), timeout=timeout_seconds)
            except RuntimeError as error:
                raise WorkersError("no process could be started for it") from error
            self._waiting.add(future)
            return future

    def collect(self, future: ProcessFuture[Any], timeout_seconds: float) -> Any:
        """Wait so long, and for a worker to start, for what was scheduled."""
        try:
            return future.result(timeout=timeout_seconds + _START_SECONDS)
        except TimeoutError as error:
            future.cancel()  # type: ignore[no-untyped-call]
            self._timeouts += 1
            raise WorkersTimeoutError("it took too long") from error
        except (ProcessExpired, BrokenProcessPool, CancelledError) as error:
            self._deaths += not self._closed
            reason = "the program is ending" if self._closed else "its process died, perhaps for want of memory"
            raise WorkersError(reason) from error
        finally:
            with self._lock:
                self._waiting.discard(future)

    def close(self, timeout_seconds: float = 5.0) -> None:
        """End the workers at once; work in hand fails with WorkersError. Returns within `timeout_seconds`."""
        with self._lock:
            self._closed = True
            ending = threading.Thread(target=self._end_pool(), name="workers-end", daemon=True)
        ending.start()
        ending.join(timeout_seconds)

    def _running_pool(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:  # its workers died while they had nothing to do
            self._end_pool()()
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(self._workers, initializer=self._initializer, context=spawn)
        if not self._pool.active:  # asking a new one starts it
            raise RuntimeError("the workers died at once")
        return self._pool

    def _end_pool(self) -> Callable[[], None]:
        """Give up the pool and all that waits for it; return what is left to do, which may take a moment."""
        pool, self._pool = self._pool, None
        if pool is None:
            return lambda: None
        pool.stop()  # type: ignore[no-untyped-call]
        for future in self._waiting:
            future.cancel()  # type: ignore[no-untyped-call]  # a pool that stops leaves them waiting
        return pool.join
