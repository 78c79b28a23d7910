"""Child processes of the scripts here: started, waited for and ended so that none is left behind."""

import ctypes
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")
Stream = IO[bytes] | int | None

POLL_SECONDS = 0.1
DOT_SECONDS = 2.0
PR_SET_PDEATHSIG = 1


class Interrupted(Exception):
    """SIGINT, SIGTERM or SIGHUP came while something was waited for."""


class StopFlag(threading.Event):
    """Set when we are to stop; whoever waits for it also notices that the terminal is gone.

    A closed terminal sends a signal only to the first process in it, which may be a `make` that keeps it to itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self._terminal = select.poll()
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed and stream.isatty():
                self._terminal.register(stream, 0)  # 0: nothing but its end is of interest

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; True when we are to stop."""
        if self._terminal.poll(0):
            self.set()
        return super().wait(timeout)


@contextmanager
def stop_flag() -> Iterator[StopFlag]:
    """Yield a flag that Ctrl-C, SIGTERM and SIGHUP set; the handlers are restored at the end.

    A hang-up that is ignored already (`nohup`) stays ignored.
    """
    flag = StopFlag()
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signals.append(signal.SIGHUP)
    previous = {number: signal.signal(number, lambda *_: flag.set()) for number in signals}
    try:
        yield flag
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def spawn(
    command: Sequence[str | Path],
    *,
    outlive: bool = False,
    env: Mapping[str, str] | None = None,
    stdout: Stream = None,
    stderr: Stream = None,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, so that Ctrl-C reaches us alone and we end it in order.

    On Linux it gets SIGTERM even when we are killed the hard way, unless it may `outlive` us.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env=env,
        start_new_session=True,
        preexec_fn=None if outlive else _end_with_parent(),
    )


def end(child: subprocess.Popen[bytes], patience_seconds: float, ask: signal.Signals = signal.SIGTERM) -> None:
    """Ask a child to stop, kill it when the patience is over, and whatever of its process group is left."""
    if child.poll() is None:
        child.send_signal(ask)
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience_seconds)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def wait_for(
    what: str,
    poll: Callable[[], T | None],
    stop: threading.Event,
    *,
    limit_seconds: float = math.inf,
) -> T:
    """Call `poll` until it returns something, with a line of dots on standard error; return that.

    Raises Interrupted as soon as `stop` is set, and TimeoutError after `limit_seconds`.
    """
    began = time.monotonic()
    dots = 0
    try:
        while (value := poll()) is None:
            elapsed = time.monotonic() - began
            if elapsed > limit_seconds:
                raise TimeoutError(f"{what}: not done after {limit_seconds:.0f} s")
            if elapsed >= dots * DOT_SECONDS:
                print("." if dots else f"{what} ", end="", file=sys.stderr, flush=True)
                dots += 1
            if stop.wait(POLL_SECONDS):
                raise Interrupted(what)
        return value
    finally:
        if dots:
            print(f" {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def last_lines(path: Path, count: int = 12) -> str:
    """The last lines of a log file, indented, for showing what a process said before it died."""
    text = path.read_text(errors="replace") if path.exists() else ""
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines()[-count:])


def _end_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: the child may do little between fork and exec

    def ask_for_signal() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return ask_for_signal
