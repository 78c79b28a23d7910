"""Columns out as CloudEvents messages: the inverse of `ingest.decode`, for replaying a log file."""

from collections.abc import Iterator

import msgspec
import pyarrow as pa

from ingest.event import TYPE_PREFIX, TYPE_VERSION

_FLAGS = frozenset({"digitised_input", "e_signed", "e_result", "paid_online", "apology"})
_ENVELOPE = frozenset({"source", "id", "kind", "dossier", "occurred_at"})


def encode(events: pa.Table) -> Iterator[tuple[bytes, bytes]]:
    """Yield (Kafka key, structured-mode message) for each row of a table of EVENT_SCHEMA; nulls are left out."""
    encoder = msgspec.json.Encoder()
    data_names = [name for name in events.schema.names if name not in _ENVELOPE | _FLAGS]
    flag_names = [name for name in events.schema.names if name in _FLAGS and events[name].null_count < len(events)]
    for row in events.to_pylist():
        data = {name: row[name] for name in data_names if row[name] is not None}
        flags = {name: row[name] for name in flag_names if row[name] is not None}
        if flags:
            data["flags"] = flags
        message = {
            "specversion": "1.0",
            "id": row["id"],
            "source": row["source"],
            "type": f"{TYPE_PREFIX}{row['kind']}{TYPE_VERSION}",
            "subject": row["dossier"],
            "time": row["occurred_at"],
            "datacontenttype": "application/json",
            "data": data,
        }
        yield row["dossier"].encode(), encoder.encode(message)
