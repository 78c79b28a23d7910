"""The time-saved account of the whole store, kept as plain numbers for the metrics."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from api.reports.accounts import Accounts, Asked
from mining import MiningError
from mining.savings.figures import Account

FIGURES = ("nominal", "volume", "realised", "realised_low", "realised_high")
KINDS = ("total", "changed", "reengineered")

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_LEAST_PAUSE_SECONDS = 60.0
_SHARE = 0.05
"""Counting takes at most this share of a processor: a large store is counted less often than once a minute."""


@dataclass(frozen=True, slots=True)
class SavingsNumbers:
    """What is shown of the account: hours by figure, procedures by kind and by verdict; empty: nothing is known yet."""

    hours: Mapping[str, float] = field(default_factory=dict)
    procedures: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, account: Account) -> "SavingsNumbers":
        """Read the numbers off an account; the bounds are missing where there is no interval."""
        found = account.realised.hours
        bounds = {"realised_low": found.low, "realised_high": found.high}
        hours = {
            "nominal": float(account.nominal.cuts.hours),
            "volume": float(account.realised.volume_hours),
            "realised": found.estimate,
            **{name: value for name, value in bounds.items() if value is not None},
        }
        nominal = account.nominal
        kinds = {"total": nominal.procedures, "changed": nominal.changed, "reengineered": nominal.reengineered}
        return cls(hours, kinds, {str(verdict): count for verdict, count in account.verdicts.items()})


class SavingsWatch:
    """Computes the account once in a while when something was mined or stated; `run()` belongs in a thread of its own.

    `changes` tells apart the states of the store.
    """

    def __init__(self, accounts: Accounts, changes: Callable[[], tuple[int, int]]) -> None:
        self._accounts = accounts
        self._changes = changes
        self._stopping = threading.Event()
        self._numbers = SavingsNumbers()

    @property
    def numbers(self) -> SavingsNumbers:
        """What was computed last."""
        return self._numbers

    def stop(self) -> None:
        """Ask `run()` to end; a computation in hand is finished first."""
        self._stopping.set()

    def run(self) -> None:
        """Compute until `stop()`."""
        seen = (0, 0)
        next_at = 0.0
        while not self._stopping.wait(_LOOK_SECONDS):
            changes = self._changes()
            if changes == seen or time.monotonic() < next_at:
                continue
            seen, started = changes, time.monotonic()
            self.refresh()
            took = time.monotonic() - started
            next_at = started + max(_LEAST_PAUSE_SECONDS if self._numbers.hours else 0.0, took / _SHARE)

    def refresh(self) -> None:
        """Compute now; what cannot be computed leaves the numbers as they were."""
        try:
            self._numbers = SavingsNumbers.of(self._accounts.account(Asked()))
        except (duckdb.Error, MiningError) as error:
            if not self._stopping.is_set():  # else the store was closed meanwhile
                _log.warning("the time-saved account could not be computed: %s", error)
