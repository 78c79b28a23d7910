"""Event log files as a source of events: XES, CSV, XLSX, Parquet and CloudEvents JSON lines."""

from ingest.sources.batch import LogBatch, LogFile
from ingest.sources.columns import ColumnMapping
from ingest.sources.error import SourceError
from ingest.sources.log_file import open_log

__all__ = ["ColumnMapping", "LogBatch", "LogFile", "SourceError", "open_log"]
