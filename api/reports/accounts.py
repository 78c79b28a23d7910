"""The time-saved account of the store, computed when it is asked for and kept for a while.

What an account rests on takes seconds to minutes to compute in a large store, so it is not computed anew with every
event: when more are mined it is kept for 20 times as long as it took, unless they are more than a tenth of all. It is
forgotten at once when the catalogue or a calendar changes. Every account says up to when it read the log.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa

from mining.clock import Calendars
from mining.derive import watermark
from mining.overview import log_summary
from mining.savings.account import account_of
from mining.savings.behind import BehindSide, dossiers_behind
from mining.savings.evidence import Basis, Evidence, evidence
from mining.savings.figures import Account
from mining.savings.judgement import Verdict
from mining.savings.question import Question

_KEPT_FOR = 20
"""An account is kept for so many times as long as it took: it takes at most a twentieth of a processor."""
_MUCH_MORE = 1.1
_PERIODS = 4
_ACCOUNTS = 64


_State = tuple[Calendars, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the account as people ask it: without `as_of` by all events that are mined."""

    as_of: datetime | None = None
    changed_from: date | None = None
    changed_to: date | None = None
    procedure: str | None = None
    field: str | None = None
    unit: str | None = None
    level: str | None = None
    verdict: Verdict | None = None

    @property
    def period(self) -> tuple[datetime | None, date | None, date | None]:
        """What the evidence depends on."""
        return self.as_of, self.changed_from, self.changed_to

    def question(self, as_of: datetime) -> Question:
        """Return the question to mining; raises SavingsError for what makes no sense."""
        return Question(
            as_of=as_of,
            changed_from=self.changed_from,
            changed_to=self.changed_to,
            procedure=self.procedure,
            field=self.field,
            unit=self.unit,
            level=self.level,
            verdict=self.verdict,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which of the dossiers behind an account: of one version, of one month of intake, after the change or before."""

    process_key: str | None = None
    month: str | None = None
    side: BehindSide = "after"


class _Kept:
    """Evidence, what it was computed from (`mined_no` events), and the accounts that were computed from it."""

    __slots__ = ("_calendars", "_entry_no", "_mined_no", "_until", "accounts", "evidence")

    def __init__(self, known: Evidence, state: _State, until: float) -> None:
        self.evidence = known
        self._calendars, self._entry_no, self._mined_no = state
        self._until = until
        self.accounts: dict[Asked, Account] = {}

    def holds(self, state: _State) -> bool:
        """Return whether it may still be used in a state of the store."""
        calendars, entry_no, mined_no = state
        if calendars is not self._calendars or entry_no != self._entry_no:
            return False
        recent = time.monotonic() < self._until and mined_no <= _MUCH_MORE * self._mined_no
        return mined_no == self._mined_no or recent


class Accounts:
    """Computes accounts; safe to use from several threads, of which one computes and the others wait for it.

    `reading` yields a cursor on one state of the store, `calendars` are those in force, `entry_no` counts the changes
    of the catalogue.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
        calendars: Callable[[], Calendars],
        entry_no: Callable[[], int],
    ) -> None:
        self._reading = reading
        self._calendars = calendars
        self._entry_no = entry_no
        self._lock = threading.Lock()
        self._kept: dict[tuple[datetime | None, date | None, date | None], _Kept] = {}

    def account(self, asked: Asked) -> Account:
        """Return the account; raises SavingsError for a question that makes no sense."""
        with self._lock:
            kept = self._of(asked)
            known = kept.accounts.get(asked)
            if known is None:
                known = account_of(kept.evidence, asked.question(kept.evidence.basis.as_of))
                if len(kept.accounts) >= _ACCOUNTS:
                    kept.accounts.clear()
                kept.accounts[asked] = known
            return known

    def dossiers(self, asked: Asked, behind: Behind) -> tuple[Account, pa.Table]:
        """Return the account and the dossiers behind it, see `mining.savings.behind`; raises SavingsError."""
        account = self.account(asked)
        with self._lock:
            known = self._of(asked).evidence
        found = dossiers_behind(
            known,
            asked.question(known.basis.as_of),
            process_key=behind.process_key,
            month=behind.month,
            side=behind.side,
        )
        return account, found

    def _of(self, asked: Asked) -> _Kept:
        kept = self._kept.get(asked.period)
        started = time.monotonic()
        with self._reading() as cursor:
            state = self._calendars(), self._entry_no(), watermark(cursor)
            if kept is not None and kept.holds(state):
                return kept
            as_of = asked.as_of or log_summary(cursor).last_at or datetime.now(UTC)  # an empty log has no end
            basis = Basis(as_of=as_of, changed_from=asked.changed_from, changed_to=asked.changed_to)
            found = evidence(cursor, basis, state[0])
        ended = time.monotonic()
        self._kept.pop(asked.period, None)
        while len(self._kept) >= _PERIODS:
            self._kept.pop(next(iter(self._kept)))
        kept = self._kept[asked.period] = _Kept(found, state, ended + _KEPT_FOR * (ended - started))
        return kept
