"""What goes wrong with a log file as a whole."""

from ingest import IngestError


class SourceError(IngestError):
    """A log file cannot be read; the message says why and what to do, for the person who gave the file."""
