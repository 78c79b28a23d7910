import gzip
import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources import SourceError
from ingest.sources.xes.plain import read_plain
from ingest.sources.xes.reader import XesReader

Write = Callable[..., Path]
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
EVENT = '<event>\n<string key="concept:name" value="A"/>\n<date key="time:timestamp" value="2024-01-01"/>\n</event>\n'
TRACE = f'<trace>\n<string key="concept:name" value="1"/>\n{EVENT}</trace>\n'
COLUMNS = ["case:concept:name", "concept:name"]


def rows(path: Path, *columns: str, batch_rows: int = 1000, **sizes: Any) -> list[list[str | None]]:
    parts = XesReader(path, **sizes).rows(columns or COLUMNS, batch_rows)
    return [list(row.values()) for part in parts for row in part.columns.to_pylist()]


def naive(document: str, *columns: str) -> list[list[str | None]]:
    """The same by a reader that can be checked in a minute."""

    def value(element: ElementTree.Element, key: str) -> str | None:
        found = [child.get("value") for child in element if child.get("key") == key]
        return found[-1] if found else None

    return [
        [value(trace, name[5:]) if name.startswith("case:") else value(event, name) for name in columns]
        for trace in ElementTree.fromstring(document).iter("trace")
        for event in trace.iter("event")
    ]


def test_attributes_of_events_and_traces(write: Write) -> None:
    path = write(
        "a.xes.gz",
        f"""{HEAD}<!-- made by hand -->
        <log xes.version="1.0" xmlns="http://www.xes-standard.org/">
          <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
          <global scope="trace"><string key="concept:name" value="?"/><string key="ward" value="?"/></global>
          <global scope="event"><string key="org:role" value="?"/></global>
          <classifier name="x" keys="concept:name"/>
          <int key="meta:events" value="3"><int key="inner" value="1"/></int>
          <trace>
            <string key="concept:name" value="Hồ sơ &amp; 1"/>
            <boolean key="late" value="true"/>
            <event><string key="concept:name" value="A &lt; B"/><int key="n" value="7"/></event>
            <event><string key="concept:name" value="C"/></event>
          </trace>
          <trace>
            <event><string key="concept:name" value="D"/></event>
            <string key="concept:name" value="2"/>
          </trace>
          <trace><string key="concept:name" value="3"/></trace>
        </log>""",
    )
    assert XesReader(path).names == (
        "case:concept:name",
        "case:ward",
        "org:role",
        "case:late",
        "concept:name",
        "n",
    )
    assert rows(path, "n", "case:concept:name", "concept:name", "case:late") == [
        ["7", "Hồ sơ & 1", "A < B", "true"],
        [None, "Hồ sơ & 1", "C", "true"],
        [None, "2", "D", None],
    ]


@pytest.mark.parametrize(
    "odd",
    [
        "<!-- </trace> <trace> -->",
        "<?note </trace>?>",
        '<string key="k" value="v"><string key="concept:name" value="inner"/></string>',
        '<list key="l"><values><string key="concept:name" value="inner"/></values></list>',
        '<container key="c"><string key="concept:name" value="inner"/></container>',
        "<string value='from value first' key='concept:name'/>",
        '<string key="concept:name" value="&#1055;&#x41;"/>',
        '<string key="concept:name" value="a\nb\tc"/>',
        '<string key="concept:name" value="a>b"></string>',
        '<string  key="concept:name"  value="two  blanks" />',
        '<string key="concept:name" value="later"/><string key="concept:name" value="last"/>',
        '<string key="concept&amp;name" value="other"/>',
        '<string key="concept:name"/>',
        '<id key="identity:id" value="5f9a"/>',
        "some text",
        "<![CDATA[<event></event>]]>",
        "",
    ],
)
@pytest.mark.parametrize("place", ["event", "trace", "before", "between"])
def test_unusual_xml_gives_what_a_plain_reader_gives(write: Write, odd: str, place: str) -> None:
    event = EVENT.replace("</event>", f"{odd if place == 'event' else ''}</event>")
    trace = TRACE.replace(EVENT, f"{odd if place == 'trace' else ''}{event}")
    document = (
        f"{HEAD}<log>{odd if place == 'before' else ''}{trace * 2}{odd if place == 'between' else ''}{trace}</log>"
    )
    assert rows(write("a.xes", document)) == naive(document, *COLUMNS)


def test_a_log_may_turn_unusual_half_way(write: Write) -> None:
    traces = [TRACE.replace('value="1"', f'value="{number}"') for number in range(20_000)]
    traces[15_000] = traces[15_000].replace("<event>", "<event><!-- here -->")
    document = f"{HEAD}<log>\n{''.join(traces)}</log>"
    found = rows(write("a.xes.gz", document), "case:concept:name", batch_rows=3_000)
    assert found == [[str(number)] for number in range(20_000)]


@pytest.mark.parametrize("prefix", ["", "xes:"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_namespace_prefixes_and_encodings(write: Write, prefix: str, encoding: str) -> None:
    body = TRACE.replace('"A"', '"Décision"').replace("</", f"</{prefix}")
    for tag in ("trace", "event", "string", "date"):
        body = body.replace(f"<{tag}", f"<{prefix}{tag}")
    declared = encoding.removesuffix("-sig")
    document = f'<?xml version="1.0" encoding="{declared}"?><{prefix}log xmlns:xes="x">{body}</{prefix}log>'
    assert rows(write("a.xes", document.encode(encoding))) == [["1", "Décision"]]


def test_utf16_without_a_declared_encoding(write: Write) -> None:
    assert rows(write("a.xes", f"<log>{TRACE}</log>".encode("utf-16"))) == [["1", "A"]]


def test_events_outside_any_trace_have_no_dossier(write: Write) -> None:
    path = write("a.xes", f"<log>{TRACE}{EVENT}{TRACE}</log>")
    assert rows(path) == [["1", "A"], [None, "A"], ["1", "A"]]


def test_batches_are_numbered_through_and_progress_reaches_the_end(write: Write) -> None:
    traces = (TRACE.replace('"A"', f'"{sha256(bytes(number)).hexdigest()}"') for number in range(30_000))
    path = write("a.xes.gz", f"<log>{''.join(traces)}</log>")
    log = XesReader(path)
    assert log.bytes_read == 0
    parts = [(part.positions.to_pylist(), log.bytes_read) for part in log.rows(COLUMNS, 10_000)]
    assert [number for positions, _ in parts for number in positions] == list(range(1, 30_001))
    assert all(len(positions) < 20_000 for positions, _ in parts)
    assert parts[0][1] < path.stat().st_size
    assert log.bytes_read == path.stat().st_size


def test_a_wanted_attribute_is_looked_for_beyond_the_head_of_the_file(write: Write) -> None:
    late = TRACE.replace("</event>", '<string key="rare" value="x"/></event>')
    path = write("a.xes.gz", f"<log>{TRACE * 9000}{late}</log>")
    assert "rare" not in XesReader(path, head_bytes=100_000).names
    assert "rare" in XesReader(path, ["rare", "concept:name"], head_bytes=100_000).names


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<html><body/></html>", "a.xes is not a XES log: it starts with <html>, not with <log>"),
        ("case_id,activity\n1,A\n", "a.xes, line 1: not well-formed XML: syntax error"),
        (f"<log>\n{TRACE}<trace></log>", "a.xes, line 9: not well-formed XML: mismatched tag"),
        (f"{HEAD}<log>\n{TRACE}", "a.xes, line 10: not well-formed XML: the file ends too early"),
        (f"<log>\n{TRACE * 2}<trace><event><str", "a.xes, line 16: not well-formed XML: the file ends too early"),
        (f"<log>{TRACE}</log><log/>", "a.xes, line 8: not well-formed XML: junk after document element"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "line 1: the file declares a document type"),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>',
            "line 2: the file declares a document type",
        ),
        ("<log><trace><event><string key='concept:name' value='&a;'/></event></trace></log>", "undefined entity"),
    ],
)
def test_what_is_no_xes_is_refused_with_the_line(write: Write, document: str, message: str) -> None:
    with pytest.raises(SourceError, match=message.replace("(", r"\(")):
        rows(write("a.xes", document))


def test_a_fault_far_behind_the_head_is_reported_with_its_line(write: Write) -> None:
    fault = TRACE.replace("</event>", "</evnt>")
    document = f"{HEAD}<log>\n{TRACE * 9000}{fault}{TRACE}</log>"
    path = write("a.xes.gz", document)
    with pytest.raises(SourceError, match=f"line {2 + 9000 * 7 + 6}: not well-formed XML: mismatched tag"):
        rows(path, head_bytes=1000)
    bad = document.replace(fault, TRACE.replace('"A"', '"\udcff"'), 1).encode(errors="surrogateescape")
    with pytest.raises(SourceError, match=f"line {2 + 9000 * 7 + 4}: not well-formed XML"):
        rows(write("b.xes", bad), head_bytes=1000)


def test_an_element_without_end_is_refused_before_memory_is_full(write: Write) -> None:
    path = write("a.xes.gz", f'<log>{TRACE}<trace><string key="x" value="' + "x" * 40_000_000)
    with pytest.raises(SourceError, match=r"a\.xes\.gz, line 8: an element is longer than 16 MiB"):
        rows(path)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=8
)
KEYS = st.sampled_from(["concept:name", "org:resource", "other", "a&b", 'a"b'])
ATTRIBUTE = st.builds(
    lambda tag, key, value, inner: f"<{tag} key={quoteattr(key)} value={quoteattr(value)}{inner.format(tag=tag)}",
    st.sampled_from(["string", "date", "int", "float", "boolean", "id"]),
    KEYS,
    TEXT,
    st.sampled_from(["/>", "/>", "/>", " />", "></{tag}>", '><string key="concept:name" value="inner"/></{tag}>']),
)
ATTRIBUTES = st.lists(ATTRIBUTE, max_size=3).map("\n".join)
EVENTS = st.lists(ATTRIBUTES.map(lambda inner: f"<event>{inner}</event>\r\n"), max_size=3).map("".join)
TRACES = st.lists(
    st.builds(lambda first, events, last: f"<trace>{first}{events}{last}</trace>\n", ATTRIBUTES, EVENTS, ATTRIBUTES),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(traces=TRACES, chunk=st.integers(20, 400))
def test_any_log_is_read_as_by_a_plain_reader(tmp_path: Path, traces: list[str], chunk: int) -> None:
    document = f"<log>{''.join(traces)}</log>"
    columns = ["case:concept:name", "org:resource", "concept:name", "case:other"]
    path = tmp_path / "a.xes"
    path.write_bytes(document.encode())
    assert rows(path, *columns, batch_rows=2, chunk_bytes=chunk) == naive(document, *columns)


def test_the_plain_form_is_read_without_the_parser() -> None:
    piece = f"\n{TRACE}{TRACE.replace(EVENT, '')}".encode()
    columns = read_plain(piece, ["concept:name", "absent"], ["concept:name"])
    assert columns is not None
    assert [column.to_pylist() for column in columns] == [["A"], [None], ["1"]]


@pytest.mark.parametrize(
    "piece",
    [
        TRACE.replace("</event>", ""),
        TRACE.replace("<event>", ""),
        TRACE + EVENT,
        TRACE.replace("<trace>", "<trace><trace>"),
        TRACE.replace("\n", "x"),
        TRACE.replace("value", "valuе"),
        TRACE.replace('"A"', '"A" x="1"'),
        TRACE.replace('"A"', '"\x01"'),
        TRACE.replace('"A"', '"&auml;"'),
        f"x{TRACE}",
    ],
)
def test_everything_else_is_left_to_the_parser(piece: str) -> None:
    assert read_plain(piece.encode(), ["concept:name"], ["concept:name"]) is None


def test_gzip_and_plain_files_give_the_same(write: Write) -> None:
    document = f"{HEAD}<log>{TRACE * 100}</log>"
    assert rows(write("a.xes", document)) == rows(write("a.xes.gz", document))
    assert gzip.GzipFile(fileobj=io.BytesIO((write("b.xes.gz", document)).read_bytes())).read() == document.encode()
