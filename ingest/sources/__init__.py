"""Event log files as a source of events: XES, CSV, XLSX and Parquet."""

from ingest.sources.columns import ColumnMapping
from ingest.sources.error import SourceError
from ingest.sources.log_file import LogBatch, LogFile, open_log

__all__ = ["ColumnMapping", "LogBatch", "LogFile", "SourceError", "open_log"]
