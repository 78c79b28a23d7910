import gzip
import hashlib
from pathlib import Path

import pytest

from ingest.sources import SourceError
from ingest.sources.opened import CountedFile, check_file, digest, open_text_bytes

TEXT = b"".join(b"%d,%d\n" % (number, number * number) for number in range(20_000))


def content(path: Path) -> bytes:
    with open_text_bytes(CountedFile(path), path.name) as stream:
        return stream.read()


def test_plain_and_gzipped_text_are_read_and_counted(tmp_path: Path) -> None:
    for name, data in [("a.csv", TEXT), ("a.csv.gz", gzip.compress(TEXT)), ("b.csv", gzip.compress(TEXT))]:
        (tmp_path / name).write_bytes(data)
        file = CountedFile(tmp_path / name)
        with open_text_bytes(file, name) as stream:
            assert stream.read(10) == TEXT[:10]
            assert file.bytes_read > 0
            assert stream.read() == TEXT[10:]
        assert file.bytes_read == len(data)


def test_two_gzip_members_are_one_text(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:]))
    assert content(tmp_path / "a.gz") == TEXT


def test_named_gz_but_not_gzip(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(TEXT)
    with pytest.raises(SourceError, match=r"a\.csv\.gz is named \.gz but is not gzip; give it its true ending"):
        content(tmp_path / "a.csv.gz")


def test_a_gzip_file_that_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT)[:-2000])
    with pytest.raises(SourceError, match=r"a\.gz is cut off"):
        content(tmp_path / "a.gz")


def test_a_gzip_file_with_a_changed_byte(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(TEXT))
    data[-6] ^= 0xFF
    (tmp_path / "a.gz").write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.gz is damaged: CRC check failed"):
        content(tmp_path / "a.gz")
    data[len(data) // 2] ^= 0xFF
    data[len(data) // 2 + 1] ^= 0xFF
    (tmp_path / "a.gz").write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.gz is (damaged|cut off)"):
        content(tmp_path / "a.gz")


def test_files_that_are_not_there_or_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(SourceError, match="there is no such file"):
        check_file(tmp_path / "absent.csv")
    with pytest.raises(SourceError, match="is not a file; name the log file itself"):
        check_file(tmp_path)
    with pytest.raises(SourceError, match=r"empty\.csv is empty \(0 bytes\)"):
        check_file(tmp_path / "empty.csv")


def test_the_digest_is_that_of_the_file_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    assert digest(tmp_path / "a") == hashlib.sha256(TEXT).hexdigest()
