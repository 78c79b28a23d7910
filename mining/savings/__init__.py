"""The time-saved account: what re-engineered procedures should save, and what the event log shows of it.

`docs/savings.md` has every formula with its source and a worked example.
"""

from mining import MiningError


class SavingsError(MiningError):
    """A question about savings makes no sense; the message says why and what to do."""
