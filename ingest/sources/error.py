"""What goes wrong with a log file as a whole."""


class SourceError(ValueError):
    """A log file cannot be read; the message says why and what to do, for the person who gave the file."""
