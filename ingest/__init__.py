"""Events in: the contract, decoding, the consumer, the sources, and the store that keeps the log."""


class IngestError(Exception):
    """What was asked of ingest cannot be done; the message says why and what to do."""
