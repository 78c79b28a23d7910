"""The source code of what runs, for those who use it over a network (AGPL-3.0, section 13)."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("api", "ingest", "mining", "simulation", "deploy")
_BESIDE = ("LICENSE", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "requirements.lock")
_WRITTEN = frozenset(
    {".csv", ".css", ".html", ".js", ".json", ".md", ".py", ".sh", ".sql", ".svg", ".toml", ".ts", ".txt", ".typed"}
    | {".xlsx", ".xsd", ".yaml", ".yml"}
)
"""The endings of what people write; programs of others that were fetched, and what was built, are left out."""


@cache
def archive() -> bytes:
    """Return the packages as they stand on disk, and what they are built with where that is there, as a .tar.gz.

    Nothing else that may lie beside them: no store, no key, no settings.
    """
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for path in _files():
            content = path.read_bytes()
            entry = tarfile.TarInfo(f"tinhgon/{path.relative_to(_ROOT).as_posix()}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _files() -> Iterator[Path]:
    own = (_ROOT / "pyproject.toml").is_file()  # a checkout; where the packages are installed, strangers lie beside
    for name in _BESIDE if own else ():
        if (_ROOT / name).is_file():
            yield _ROOT / name
    for package in _PACKAGES if own else _PACKAGES[:-1]:
        for path in sorted((_ROOT / package).rglob("*")):
            if path.is_file() and path.suffix in _WRITTEN:
                yield path
