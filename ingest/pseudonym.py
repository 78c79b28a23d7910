"""Keyed hashes in place of dossier and officer identifiers (HMAC-SHA-256, one key per deployment)."""

import hmac
import os
import secrets
import stat
from pathlib import Path

import pyarrow as pa

from ingest import IngestError

_CACHE_LIMIT = 200_000
MIN_KEY_BYTES = 16


class PseudonymKeyError(IngestError):
    """The key of the deployment cannot be used."""


class Pseudonyms:
    """Turns identifiers into pseudonyms: the first 128 bits of HMAC-SHA-256 as 32 hexadecimal digits.

    The same identifier gives the same pseudonym for as long as the key is the same; without the key it cannot be
    found again. The kind of identifier is hashed along, so that a dossier and an officer never share one.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise PseudonymKeyError(f"the pseudonym key has {len(key)} bytes; it needs at least {MIN_KEY_BYTES}")
        self._key = key
        self._known: dict[tuple[str, str], str] = {}

    def of(self, kind: str, identifier: str) -> str:
        """Return the pseudonym of one identifier; `kind` is `dossier` or `officer`."""
        known = self._known.get((kind, identifier))
        if known is None:
            known = hmac.digest(self._key, f"{kind}\x00{identifier}".encode(), "sha256").hex()[:32]
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            self._known[kind, identifier] = known
        return known

    def column(self, kind: str, identifiers: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the pseudonyms of a column of identifiers (string), nulls kept."""
        if identifiers.null_count == len(identifiers):
            return identifiers
        encoded = identifiers.combine_chunks().dictionary_encode()
        hashed = pa.array([self.of(kind, one) for one in encoded.dictionary.to_pylist()], pa.string())
        return pa.chunked_array([hashed.take(encoded.indices)])


def load_key(path: Path) -> bytes:
    """Return the key kept in `path`, making a new random one, readable by its owner only, where there is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = secrets.token_hex(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "w") as file:
            file.write(text + "\n")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise PseudonymKeyError(
            f"{path} does not hold a key in hexadecimal digits; restore it from its backup"
        ) from None
