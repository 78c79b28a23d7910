"""The time-saved account of the store, computed when it is asked for and kept for a while.

What an account rests on takes seconds to minutes to compute in a large store, so it is kept as `api/costly.py` says.
Every account says up to when it read the log.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa

from api.costly import Keeper
from mining.clocks.clock import Calendars
from mining.opportunities.values import Opportunities
from mining.overview import log_summary
from mining.savings.account import account_of
from mining.savings.behind import BehindSide, dossiers_behind
from mining.savings.evidence import Basis, Evidence, evidence
from mining.savings.figures import Account
from mining.savings.judgement import Verdict
from mining.savings.potential import with_potential
from mining.savings.question import Question

_PERIODS = 4
_ACCOUNTS = 64

_Period = tuple[datetime | None, date | None, date | None]


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
    def period(self) -> _Period:
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """Evidence, and the accounts that were computed from it."""

    evidence: Evidence
    accounts: dict[Asked, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _EvidenceOf:
    """The evidence on the changes of a period."""

    period: _Period

    def compute(self, cursor: duckdb.DuckDBPyConnection, calendars: Calendars) -> _Kept:
        """Read it from the store; an empty log has no end."""
        as_of, changed_from, changed_to = self.period
        as_of = as_of or log_summary(cursor).last_at or datetime.now(UTC)
        return _Kept(evidence(cursor, Basis(as_of=as_of, changed_from=changed_from, changed_to=changed_to), calendars))


class Accounts:
    """Computes accounts; safe to use from several threads, of which one computes and the others wait for it.

    `reading` yields a cursor on one state of the store, `calendars` are those in force, `entry_no` counts the changes
    of the catalogue, `opportunities` are those of the whole store (None: nothing is completed).
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
        calendars: Callable[[], Calendars],
        entry_no: Callable[[], int],
        *,
        opportunities: Callable[[], Opportunities | None],
    ) -> None:
        self._opportunities = opportunities
        self._told: dict[Asked, tuple[Account, Opportunities, Account]] = {}
        self._keeper = Keeper(reading, calendars, entry_no, most=_PERIODS)
        self._lock = threading.Lock()

    def account(self, asked: Asked) -> Account:
        """Return the account, with its potential where it is asked of now; raises SavingsError for nonsense."""
        account = self._account(asked)
        found = self._opportunities() if asked.as_of is None else None
        if found is None:
            return account
        with self._lock:
            known = self._told.get(asked)
            if known is None or known[0] is not account or known[1] is not found:
                known = account, found, with_potential(account, self._of(asked).evidence, found)
                if len(self._told) >= _ACCOUNTS:
                    self._told.clear()
                self._told[asked] = known
            return known[2]

    def dossiers(self, asked: Asked, behind: Behind) -> tuple[Account, pa.Table]:
        """Return the account and the dossiers behind it, see `mining.savings.behind`; raises SavingsError."""
        account = self._account(asked)
        known = self._of(asked).evidence
        found = dossiers_behind(
            known,
            asked.question(known.basis.as_of),
            process_key=behind.process_key,
            month=behind.month,
            side=behind.side,
        )
        return account, found

    def _account(self, asked: Asked) -> Account:
        with self._lock:
            kept = self._of(asked)
            known = kept.accounts.get(asked)
            if known is None:
                known = account_of(kept.evidence, asked.question(kept.evidence.basis.as_of))
                if len(kept.accounts) >= _ACCOUNTS:
                    kept.accounts.clear()
                kept.accounts[asked] = known
            return known

    def _of(self, asked: Asked) -> _Kept:
        return self._keeper.get(_EvidenceOf(asked.period))
