"""BPMN 2.0 files, with the diagram interchange that editors such as bpmn.io draw from."""

from xml.etree import ElementTree

from mining.models.bpmn import Diagram, Flow, Shape
from mining.models.wording import printable

_SPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_PROCESS = "process"
_TARGET = "urn:tinhgon:model"


def bpmn_xml(diagram: Diagram, *, note: str = "") -> str:
    """Write a diagram as a BPMN 2.0 file, with a note as its documentation; equal diagrams give equal files."""
    for prefix, space in _SPACES.items():
        ElementTree.register_namespace(prefix, space)
    root = ElementTree.Element(_tag("bpmn:definitions"), {"id": "definitions", "targetNamespace": _TARGET})
    process = _add(root, "bpmn:process", id=_PROCESS, isExecutable="false")
    if note:
        _add(process, "bpmn:documentation").text = printable(note)
    for shape in diagram.shapes:
        _add_element(process, shape, diagram.flows)
    for flow in diagram.flows:
        _add(process, "bpmn:sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
    plane = _add(_add(root, "bpmndi:BPMNDiagram", id="diagram"), "bpmndi:BPMNPlane", id="plane", bpmnElement=_PROCESS)
    for shape in diagram.shapes:
        _add_shape(plane, shape)
    for flow in diagram.flows:
        _add_edge(plane, flow)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _add_element(process: ElementTree.Element, shape: Shape, flows: tuple[Flow, ...]) -> None:
    named = {"name": printable(shape.name)} if shape.name else {}
    element = _add(process, f"bpmn:{shape.kind}", id=shape.id, **named)
    for flow in flows:
        if flow.target == shape.id:
            _add(element, "bpmn:incoming").text = flow.id
    for flow in flows:
        if flow.source == shape.id:
            _add(element, "bpmn:outgoing").text = flow.id


def _add_shape(plane: ElementTree.Element, shape: Shape) -> None:
    marked = {"isMarkerVisible": "true"} if shape.kind == "exclusiveGateway" else {}
    drawn = _add(plane, "bpmndi:BPMNShape", id=f"{shape.id}_di", bpmnElement=shape.id, **marked)
    place = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
    _add(drawn, "dc:Bounds", **{key: f"{value:g}" for key, value in place.items()})


def _add_edge(plane: ElementTree.Element, flow: Flow) -> None:
    drawn = _add(plane, "bpmndi:BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
    for x, y in flow.points:
        _add(drawn, "di:waypoint", x=f"{x:g}", y=f"{y:g}")


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, _tag(tag), attributes)


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_SPACES[prefix]}}}{local}"
