"""The time-saved account of the whole store, kept as plain numbers for the metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from api.periodic import Periodic
from api.reports.accounts import Accounts, Asked
from mining.savings.figures import Account, Interval, ProcedureRow

FIGURES = ("nominal", "volume", "realised", "realised_low", "realised_high")
KINDS = ("total", "changed", "reengineered")


@dataclass(frozen=True, slots=True)
class ChangedProcedure:
    """A changed procedure: its verdict, and hours by figure; the realised ones only where the verdict rests on them."""

    verdict: str
    hours: Mapping[str, float]

    @classmethod
    def of(cls, row: ProcedureRow) -> "ChangedProcedure":
        """Read the numbers off a row of the account."""
        told = {} if row.verdict == "too_few_dossiers" else _realised(row.realised.hours)
        return cls(row.verdict, {"nominal": float(row.cuts.hours), **told})


@dataclass(frozen=True, slots=True)
class SavingsNumbers:
    """What is shown of the account: hours by figure, procedures by kind and by verdict; empty: nothing is known yet.

    `changed` has the changed procedures by code.
    """

    hours: Mapping[str, float] = field(default_factory=dict)
    procedures: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, ChangedProcedure] = field(default_factory=dict)

    @classmethod
    def of(cls, account: Account) -> "SavingsNumbers":
        """Read the numbers off an account; the bounds are missing where there is no interval."""
        hours = {
            "nominal": float(account.nominal.cuts.hours),
            "volume": float(account.realised.volume_hours),
            **_realised(account.realised.hours),
        }
        nominal = account.nominal
        kinds = {"total": nominal.procedures, "changed": nominal.changed, "reengineered": nominal.reengineered}
        changed = {row.procedure: ChangedProcedure.of(row) for row in account.procedures}
        return cls(hours, kinds, {str(verdict): count for verdict, count in account.verdicts.items()}, changed)


def _realised(found: Interval) -> dict[str, float]:
    """An estimate with its bounds, as far as they are known."""
    figures = {"realised": found.estimate, "realised_low": found.low, "realised_high": found.high}
    return {name: value for name, value in figures.items() if value is not None}


class SavingsWatch(Periodic[SavingsNumbers]):
    """Computes the account once in a while when something was mined or stated.

    `changes` tells apart the states of the store.
    """

    what = "the time-saved account"

    def __init__(self, accounts: Accounts, changes: Callable[[], tuple[int, int]]) -> None:
        super().__init__(SavingsNumbers())
        self._accounts = accounts
        self._changes = changes

    def state(self) -> object | None:
        """Return how far events are mined, and the catalogue is stated."""
        changes = self._changes()
        return changes if any(changes) else None

    def count(self) -> SavingsNumbers:
        """Read the numbers off the account."""
        return SavingsNumbers.of(self._accounts.account(Asked()))
