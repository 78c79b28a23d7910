"""The event log turned into findings: a DuckDB cursor in, values out."""


class MiningError(Exception):
    """What was asked of mining cannot be done; the message says why and what to do."""
