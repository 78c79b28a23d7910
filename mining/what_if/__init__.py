"""What would happen if: a simulation discovered from the log, run as it is and with a change.

`discovery.discover` makes the model, `edits` change it, `trial.WhatIf` runs both; docs/what-if.md has every formula.
"""

from mining import MiningError


class WhatIfError(MiningError):
    """A change cannot be tried; the message says why and what to do."""
