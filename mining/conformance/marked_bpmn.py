"""Marks on the tasks of BPMN files: colours by "BPMN in Color" of the OMG, words as documentation."""

from collections.abc import Mapping
from xml.etree import ElementTree

from mining.models.drawing import LOOKS, Mark
from mining.models.wording import printable

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SHAPE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"
_COLOR = "http://www.omg.org/spec/BPMN/non-normative/color/1.0"
_BIOCOLOR = "http://bpmn.io/schema/bpmn/biocolor/1.0"


def marked_bpmn(file: str, marks: Mapping[str, Mark]) -> bytes:
    """Return a BPMN 2.0 file with marks on its tasks, by their names; the file stays valid, and its layout as it was.

    Editors that know neither way of writing colours, the standard's and that of older editors, draw it without them.
    """
    ElementTree.register_namespace("color", _COLOR)
    ElementTree.register_namespace("bioc", _BIOCOLOR)
    root = ElementTree.fromstring(file)
    by_name = {printable(name): mark for name, mark in marks.items()}
    marked: dict[str, Mark] = {}
    for task in root.iter(f"{_BPMN}task"):
        mark = by_name.get(task.get("name", ""))
        if mark is not None:
            said = ElementTree.Element(f"{_BPMN}documentation")
            said.text = printable("; ".join(mark.notes))
            task.insert(0, said)  # before all else, as the schema wants it
            marked[task.get("id", "")] = mark
    for shape in root.iter(_SHAPE):
        mark = marked.get(shape.get("bpmnElement", ""))
        if mark is not None:
            look = LOOKS[mark.look]
            shape.set(f"{{{_COLOR}}}background-color", look["fill"])
            shape.set(f"{{{_COLOR}}}border-color", look["stroke"])
            shape.set(f"{{{_BIOCOLOR}}}fill", look["fill"])
            shape.set(f"{{{_BIOCOLOR}}}stroke", look["stroke"])
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
