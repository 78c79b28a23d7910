"""Petri nets of process trees, as PNML files (ISO/IEC 15909-2) that ProM and pm4py read."""

from xml.etree import ElementTree

from mining.tree import Node, Operator
from mining.wording import printable

_NET = "http://www.pnml.org/version-2009/grammar/ptnet"


def pnml(tree: Node) -> str:
    """Write a folded process tree as a sound workflow net; equal trees give equal files."""
    root = ElementTree.Element("pnml")
    element = ElementTree.SubElement(root, "net", id="net", type=_NET)
    net = _Net(ElementTree.SubElement(element, "page", id="page"))
    source, sink = net.place(), net.place()
    _text(net.places[source], "initialMarking", "1")
    net.add(tree, source, sink)
    marking = ElementTree.SubElement(ElementTree.SubElement(element, "finalmarkings"), "marking")
    _text(ElementTree.SubElement(marking, "place", idref=sink), None, "1")
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


class _Net:
    """A net that grows block by block; each block leads from one place to another."""

    def __init__(self, page: ElementTree.Element) -> None:
        self.page = page
        self.places: dict[str, ElementTree.Element] = {}
        self._transitions = 0
        self._arcs = 0

    def place(self) -> str:
        """Add a place and return its id."""
        key = f"p{len(self.places)}"
        self.places[key] = ElementTree.SubElement(self.page, "place", id=key)
        _text(self.places[key], "name", key)
        return key

    def add(self, node: Node, source: str, sink: str) -> None:
        """Add a block that takes its token from `source` and leaves it in `sink`."""
        if node.operator is None:
            self._transition([source], [sink], node.activity)
        elif node.operator is Operator.SEQUENCE:
            between = [self.place() for _ in node.children[1:]]
            for child, begin, end in zip(node.children, [source, *between], [*between, sink], strict=True):
                self.add(child, begin, end)
        elif node.operator is Operator.CHOICE:
            for child in node.children:
                self.add(child, source, sink)
        elif node.operator is Operator.PARALLEL:
            begins = [self.place() for _ in node.children]
            ends = [self.place() for _ in node.children]
            self._transition([source], begins, None)
            for child, begin, end in zip(node.children, begins, ends, strict=True):
                self.add(child, begin, end)
            self._transition(ends, [sink], None)
        else:
            begin, end = self.place(), self.place()
            self._transition([source], [begin], None)
            self.add(node.children[0], begin, end)
            self.add(node.children[1], end, begin)
            self._transition([end], [sink], None)

    def _transition(self, sources: list[str], sinks: list[str], activity: str | None) -> None:
        key = f"t{self._transitions}"
        self._transitions += 1
        element = ElementTree.SubElement(self.page, "transition", id=key)
        _text(element, "name", key if activity is None else printable(activity))
        if activity is None:
            ElementTree.SubElement(element, "toolspecific", tool="ProM", version="6.4", activity="$invisible$")
        for source, target in [*((place, key) for place in sources), *((key, place) for place in sinks)]:
            arc = ElementTree.SubElement(self.page, "arc", id=f"a{self._arcs}", source=source, target=target)
            _text(arc, "inscription", "1")
            self._arcs += 1


def _text(parent: ElementTree.Element, tag: str | None, value: str) -> None:
    holder = parent if tag is None else ElementTree.SubElement(parent, tag)
    ElementTree.SubElement(holder, "text").text = printable(value)
