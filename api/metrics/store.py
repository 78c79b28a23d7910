"""The store and its disk in numbers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from api.metrics.family import Family, gauge
from ingest.store import IN_MEMORY


def of_store(path: str, *, min_free_bytes: int) -> Iterator[Family]:
    """Yield the sizes of the store's files; one in memory has none."""
    if path == IN_MEMORY:
        return
    file = Path(path)
    yield gauge("tinhgon_store_bytes", "Size of the store. When it rises: plan for the disk.", _size(file))
    yield gauge(
        "tinhgon_store_wal_bytes",
        "Size of the changes not yet merged into the store. When it keeps rising: a reader does not come to an end.",
        _size(file.with_name(f"{file.name}.wal")),
    )
    yield gauge(
        "tinhgon_store_free_bytes",
        "Free space on the disk of the store. When it falls to tinhgon_store_min_free_bytes: the intake pauses.",
        shutil.disk_usage(file.parent).free,
    )
    yield gauge(
        "tinhgon_store_min_free_bytes",
        "Free space that the intake needs, TINHGON_STORE_MIN_FREE_MB. When it is wrong: set it anew.",
        min_free_bytes,
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
