"""Work that is handed to processes of its own: it has a time limit, fails clearly, and never outlives this process."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from mining import MiningError

_START_SECONDS = 60.0


class WorkersError(MiningError):
    """Work could not be done; the message says why, and reads on after a colon."""


class WorkersTimeoutError(WorkersError):
    """Work took longer than it may."""


class Workers:
    """Processes that work for this one; safe to use from several threads.

    They start with the first work, or with `warm()`, each with `initializer`. They end with `close()`, and by
    themselves when this process is gone if the initializer sees to it (`mining.pm4py_worker.start_worker`).
    """

    def __init__(self, initializer: Callable[[], None], *, workers: int = 1) -> None:
        self._initializer = initializer
        self._workers = workers
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._waiting: set[ProcessFuture[Any]] = set()
        self._closed = False

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

    def collect(self, future: ProcessFuture[Any], timeout_seconds: float | None) -> Any:
        """Wait for a queued piece of work; without a limit as long as its own limit and its queue take."""
        patience = None if timeout_seconds is None else timeout_seconds + _START_SECONDS
        try:
            return future.result(timeout=patience)
        except TimeoutError as error:
            future.cancel()  # type: ignore[no-untyped-call]
            raise WorkersTimeoutError("it took too long") from error
        except (ProcessExpired, BrokenProcessPool, CancelledError) as error:
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
