"""Petri nets of process trees and of state machines, as PNML files (ISO/IEC 15909-2) that ProM and pm4py read."""

from collections.abc import Mapping
from xml.etree import ElementTree

from mining.conformance.automaton import Automaton
from mining.models.tree import Node, Operator
from mining.models.wording import printable

_NET = "http://www.pnml.org/version-2009/grammar/ptnet"


def pnml(tree: Node) -> str:
    """Write a folded process tree as a sound workflow net; equal trees give equal files."""
    net = _Net()
    source, sink = net.place(), net.place()
    net.add(tree, source, sink)
    return net.file(source, sink)


def state_machine_pnml(automaton: Automaton, names: Mapping[int, str]) -> str:
    """Write a state machine as a Petri net: a place for each state, a transition for each edge, and one end.

    `names` says what each symbol is called.
    """
    net = _Net()
    states = [net.place() for _ in range(automaton.states)]
    sink = net.place()
    for edge in automaton.edges:
        activity = None if edge.symbol is None else names[edge.symbol]
        net.transition([states[edge.source]], [states[edge.target]], activity)
    for state in sorted(automaton.finals):
        net.transition([states[state]], [sink], None)
    return net.file(states[0], sink)


class _Net:
    """A net that grows block by block; each block leads from one place to another."""

    def __init__(self) -> None:
        self.root = ElementTree.Element("pnml")
        self.element = ElementTree.SubElement(self.root, "net", id="net", type=_NET)
        self.page = ElementTree.SubElement(self.element, "page", id="page")
        self.places: dict[str, ElementTree.Element] = {}
        self._transitions = 0
        self._arcs = 0

    def place(self) -> str:
        """Add a place and return its id."""
        key = f"p{len(self.places)}"
        self.places[key] = ElementTree.SubElement(self.page, "place", id=key)
        _text(self.places[key], "name", key)
        return key

    def file(self, source: str, sink: str) -> str:
        """Write the net that begins with a token in `source` and ends with one in `sink`."""
        _text(self.places[source], "initialMarking", "1")
        marking = ElementTree.SubElement(ElementTree.SubElement(self.element, "finalmarkings"), "marking")
        _text(ElementTree.SubElement(marking, "place", idref=sink), None, "1")
        ElementTree.indent(self.root)
        body = ElementTree.tostring(self.root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'

    def add(self, node: Node, source: str, sink: str) -> None:
        """Add a block that takes its token from `source` and leaves it in `sink`."""
        if node.operator is None:
            self.transition([source], [sink], node.activity)
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
            self.transition([source], begins, None)
            for child, begin, end in zip(node.children, begins, ends, strict=True):
                self.add(child, begin, end)
            self.transition(ends, [sink], None)
        else:
            begin, end = self.place(), self.place()
            self.transition([source], [begin], None)
            self.add(node.children[0], begin, end)
            self.add(node.children[1], end, begin)
            self.transition([end], [sink], None)

    def transition(self, sources: list[str], sinks: list[str], activity: str | None) -> None:
        """Add a transition; without an activity nothing is seen of it."""
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
