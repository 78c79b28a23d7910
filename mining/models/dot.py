"""The map of a directly-follows graph in the language of Graphviz, reduced to what can be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from mining.models.caption import LeftOut, map_caption, number
from mining.models.wording import duration, printable, wrapped
from mining.paths.graph import DirectlyFollowsGraph

_START, _END = "start", "end"  # ids of nodes, as a0, a1, ... are
_LETTERS, _LINES = 24, 4
_BACKSLASH, _LIKE_BACKSLASH = "\\", "\N{REVERSE SOLIDUS OPERATOR}"  # Graphviz interprets the first in tooltips
_THINNEST, _THICKEST, _HEAVY = 0.8, 6.0, 0.5
_LINE_BREAK = "\n"
_LIGHTEST, _FULLEST = (0xF4, 0xF8, 0xFC), (0x9C, 0xC3, 0xE6)
_PALEST, _DARKEST = (0xA9, 0xB9, 0xC8), (0x1F, 0x4E, 0x79)


@dataclass(frozen=True, slots=True)
class MapLimits:
    """At most so many activities and edges are drawn, the most frequent; every activity keeps a way in and out."""

    activities: int = 30
    edges: int = 60


@dataclass(frozen=True, slots=True)
class _Line:
    """An edge of the picture, by the ids of its nodes."""

    source: str
    target: str
    frequency: int
    median_seconds: float | None = None


def map_dot(graph: DirectlyFollowsGraph, limits: MapLimits, language: str = "en") -> str:
    """Write the map in DOT, left to right; the caption says what it leaves out."""
    nodes = {one.activity: f"a{number}" for number, one in enumerate(graph.activities[: limits.activities])}
    lines = _chosen(_lines(graph, nodes), limits.edges)
    all_lines = len(graph.edges) + len(graph.start) + len(graph.end)
    left_out = LeftOut(len(graph.activities), len(nodes), all_lines, len(lines), _share(graph, lines))
    caption = map_caption(graph.dossiers, left_out, language)
    statements = [
        'graph [rankdir=LR, ranksep=0.5, nodesep=0.25, pad=0.25, bgcolor=white, fontname="Helvetica", fontsize=12,'
        f' fontcolor="#33475b", labelloc=b, labeljust=l, label={_left_aligned(caption)}];',
        'node [fontname="Helvetica", fontsize=12, shape=box, style="rounded,filled", margin="0.14,0.07"];',
        'edge [fontname="Helvetica", fontsize=10, fontcolor="#33475b", arrowsize=0.7];',
        *_node_statements(graph, nodes, language),
        *_edge_statements(lines, language),
    ]
    return "digraph map {\n" + "\n".join(statements) + "\n}\n"


def quoted(text: str) -> str:
    """Write a text as a DOT string that shows exactly this text: no escape, no character reference is interpreted."""
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return '"' + escaped.replace("\r", " ").replace("\n", "\\n") + '"'


def _left_aligned(text: str) -> str:
    return quoted(text)[:-1].replace("\\n", "\\l") + '\\l"'


def _lines(graph: DirectlyFollowsGraph, nodes: dict[str, str]) -> list[_Line]:
    """All edges between drawn activities, the most frequent first."""
    lines = [
        *(_Line(_START, nodes[one.activity], one.frequency) for one in graph.start if one.activity in nodes),
        *(_Line(nodes[one.activity], _END, one.frequency) for one in graph.end if one.activity in nodes),
    ]
    for edge in graph.edges:
        if edge.source in nodes and edge.target in nodes:
            median = edge.elapsed_seconds.median
            lines.append(_Line(nodes[edge.source], nodes[edge.target], edge.frequency, median))
    return sorted(lines, key=lambda line: -line.frequency)


def _chosen(lines: list[_Line], most: int) -> list[_Line]:
    """The most frequent lines; before all others, the most frequent one into and out of every node."""
    kept: dict[_Line, None] = {}
    entered, left = set[str](), set[str]()
    for line in lines:
        if line.source != line.target and (line.source not in left or line.target not in entered):
            kept[line] = None
            left.add(line.source)
            entered.add(line.target)
    for line in lines:
        if len(kept) >= most:
            break
        kept[line] = None
    return sorted(kept, key=lambda line: -line.frequency)


def _share(graph: DirectlyFollowsGraph, lines: list[_Line]) -> float:
    """Which share of all moves, from the start to the end, the chosen lines stand for."""
    moves = sum(edge.frequency for edge in graph.edges) + 2 * graph.dossiers
    return sum(line.frequency for line in lines) / moves if moves else 1.0


def _node_statements(graph: DirectlyFollowsGraph, nodes: dict[str, str], language: str) -> Iterator[str]:
    most = max((one.frequency for one in graph.activities), default=1)
    for one in graph.activities[: len(nodes)]:
        label = "\n".join([*wrapped(one.activity, _LETTERS, _LINES), number(one.frequency, language)])
        tooltip = one.activity.replace(_BACKSLASH, _LIKE_BACKSLASH)
        fill = _mixed(_LIGHTEST, _FULLEST, sqrt(one.frequency / most))
        look = f'fillcolor="{fill}", color="#5b7f9f", fontcolor="#16324f"'
        yield f"{nodes[one.activity]} [label={quoted(label)}, tooltip={quoted(tooltip)}, {look}];"
    for key, fill in ((_START, "#5aa469"), (_END, "#c8553d")):
        yield f'{key} [shape=circle, label="", tooltip="{key}", width=0.25, fillcolor="{fill}", color="{fill}"];'


def _edge_statements(lines: list[_Line], language: str) -> Iterator[str]:
    most = max((line.frequency for line in lines), default=1)
    for line in lines:
        weight = sqrt(line.frequency / most)
        said = [number(line.frequency, language)]
        if line.median_seconds is not None:
            said.append(duration(line.median_seconds))
        if weight > _HEAVY:
            said.append(" ")  # keeps clear of the thick arrow below
        thick, style = (_THICKEST, "solid") if line.median_seconds is not None else (_THICKEST / 2, "dashed")
        width = _THINNEST + weight * (thick - _THINNEST)
        look = f'color="{_mixed(_PALEST, _DARKEST, weight)}", penwidth={width:.2f}, style={style}'
        pull = f"weight={1 + round(weight * 20)}"  # frequent moves are drawn straight
        yield f"{line.source} -> {line.target} [label={quoted(_LINE_BREAK.join(said))}, {look}, {pull}];"


def _mixed(pale: tuple[int, ...], dark: tuple[int, ...], weight: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * weight):02x}" for a, b in zip(pale, dark, strict=True))
