"""The time-saved account of the whole store, kept as plain numbers for the metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from api.periodic import Periodic
from api.reports.accounts import Accounts, Asked
from mining.savings.figures import Account

FIGURES = ("nominal", "volume", "realised", "realised_low", "realised_high")
KINDS = ("total", "changed", "reengineered")


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
