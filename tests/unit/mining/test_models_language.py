"""Every form of a model allows the same behaviour: the tree, folded or not, the Petri net, the BPMN diagram."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import pairwise
from xml.etree import ElementTree

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from mining.models.bpmn import diagram
from mining.models.bpmn_xml import bpmn_xml
from mining.models.pnml import pnml
from mining.models.tree import SILENT, Node, Operator, activities, folded, text

LONGEST = 4
Word = tuple[str, ...]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
LEAVES = st.sampled_from([*(Node(activity=name) for name in "abc"), SILENT])


def blocks(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    many = st.builds(
        lambda operator, inner: Node(operator, children=inner),
        st.sampled_from([Operator.SEQUENCE, Operator.CHOICE, Operator.PARALLEL]),
        several,
    )
    return many | st.builds(lambda *inner: Node(Operator.LOOP, children=inner), children, children)


TREES = st.recursive(LEAVES, blocks, max_leaves=6)


def language(node: Node) -> set[Word]:
    """The words of a tree, up to LONGEST, straight from the meaning of its operators."""
    if node.operator is None:
        return {()} if node.activity is None else {(node.activity,)}
    parts = [language(child) for child in node.children]
    if node.operator is Operator.CHOICE:
        return set().union(*parts)
    if node.operator is Operator.SEQUENCE:
        return reduce(lambda one, two: short(a + b for a in one for b in two), parts)
    if node.operator is Operator.PARALLEL:
        return reduce(lambda one, two: short(w for a in one for b in two for w in shuffles(a, b)), parts)
    words = parts[0]
    while True:
        longer = words | short(a + b + c for a in words for b in parts[1] for c in parts[0])
        if longer == words:
            return words
        words = longer


def short(words: Iterable[Word]) -> set[Word]:
    return {word for word in words if len(word) <= LONGEST}


def shuffles(one: Word, two: Word) -> Iterator[Word]:
    if not one or not two:
        yield one + two
    else:
        yield from ((one[0], *rest) for rest in shuffles(one[1:], two))
        yield from ((two[0], *rest) for rest in shuffles(one, two[1:]))


Marking = tuple[str, ...]
Step = tuple[Marking, Marking, str | None]


def played(steps: list[Step], start: Marking, done: Callable[[Marking], bool]) -> set[Word]:
    """Play the token game: a step takes its first tokens, leaves its second ones, and may be seen."""
    seen: set[tuple[Marking, Word]] = set()
    todo: list[tuple[Marking, Word]] = [(start, ())]
    while todo:
        marking, word = todo.pop()
        if (marking, word) in seen or len(word) > LONGEST:
            continue
        seen.add((marking, word))
        for taken, left, name in steps:
            tokens = Counter(marking)
            if not Counter(taken) - tokens:
                after = tuple(sorted((tokens - Counter(taken) + Counter(left)).elements()))
                todo.append((after, (*word, name) if name else word))
    return {word for marking, word in seen if done(marking)}


def language_of_net(file: str) -> set[Word]:
    root = ElementTree.fromstring(file)
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    for arc in root.iter("arc"):
        into.setdefault(arc.attrib["target"], []).append(arc.attrib["source"])
        out.setdefault(arc.attrib["source"], []).append(arc.attrib["target"])
    steps: list[Step] = []
    for one in root.iter("transition"):
        name = None if one.find("toolspecific") is not None else one.findtext("name/text")
        steps.append((tuple(into[one.attrib["id"]]), tuple(out[one.attrib["id"]]), name))
    start = tuple(one.attrib["id"] for one in root.iter("place") if one.find("initialMarking") is not None)
    final = tuple(one.attrib["idref"] for one in root.iter("place") if "idref" in one.attrib)
    return played(steps, start, lambda marking: marking == final)


def language_of_bpmn(file: str) -> set[Word]:
    process = ElementTree.fromstring(file).find(f"{BPMN}process")
    assert process is not None
    steps: list[Step] = []
    start: Marking = ()
    for one in process:
        into = tuple(flow.text or "" for flow in one.findall(f"{BPMN}incoming"))
        out = tuple(flow.text or "" for flow in one.findall(f"{BPMN}outgoing"))
        if one.tag.endswith("startEvent"):
            start = out
        elif one.tag.endswith("exclusiveGateway"):
            steps += [((source,), (target,), None) for source in into for target in out]
        elif one.tag.endswith("endEvent"):
            steps.append((into, ("ended",), None))
        elif not one.tag.endswith("sequenceFlow"):
            steps.append((into, out, one.get("name")))
    return played(steps, start, lambda marking: marking == ("ended",))


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_all_forms_of_a_model_allow_the_same(tree: Node) -> None:
    allowed, simple = language(tree), folded(tree)
    assert language(simple) == allowed
    assert language_of_net(pnml(simple)) == allowed
    assert language_of_bpmn(bpmn_xml(diagram(simple))) == allowed


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_folding_leaves_no_needless_block(tree: Node) -> None:
    simple = folded(tree)
    assert folded(simple) == simple
    assert activities(simple) == activities(tree)

    def check(node: Node) -> None:
        for child in node.children:
            assert child.operator is None or child.operator is not node.operator or node.operator is Operator.LOOP
            assert not child.silent or node.operator in (Operator.CHOICE, Operator.LOOP)
            check(child)
        assert node.operator is None or len(node.children) >= 2

    check(simple)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_a_diagram_is_tidy(tree: Node) -> None:
    drawn = diagram(folded(tree))
    shapes = {shape.id: shape for shape in drawn.shapes}
    for one, other in ((a, b) for a in drawn.shapes for b in drawn.shapes if a.id < b.id):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y, "shapes overlap"
    for shape in drawn.shapes:
        assert 0 <= shape.x <= drawn.width - shape.width
        assert 0 <= shape.y <= drawn.height - shape.height
    for flow in drawn.flows:
        for end, name in ((flow.points[0], flow.source), (flow.points[-1], flow.target)):
            shape = shapes[name]
            (x, y), (middle_x, middle_y) = end, shape.middle
            across = x in (shape.x, shape.x + shape.width) and y == pytest.approx(middle_y)
            assert across or (y in (shape.y, shape.y + shape.height) and x == pytest.approx(middle_x))
        assert all(a[0] == b[0] or a[1] == pytest.approx(b[1]) for a, b in pairwise(flow.points)), "a slanting line"


def test_a_tree_as_text() -> None:
    tree = Node(Operator.CHOICE, children=(Node(activity="a'b"), SILENT))
    assert text(Node(Operator.SEQUENCE, children=(Node(activity="x"), tree))) == r"->( 'x', X( 'a\'b', tau ) )"


def test_files_hold_any_name() -> None:
    name = "a<b> & \"c\"\n'd' \x00\x1f Tiếp nhận hồ sơ \ud800"
    tree = Node(activity=name)
    drawn = bpmn_xml(diagram(tree), note=name).encode()
    assert ElementTree.fromstring(drawn).find(f"{BPMN}process/{BPMN}task").get("name") == (  # type: ignore[union-attr]
        "a<b> & \"c\"\n'd' \ufffd\ufffd Tiếp nhận hồ sơ \ufffd"
    )
    assert ElementTree.fromstring(pnml(tree).encode()).findtext(".//transition/name/text", "").startswith("a<b> &")
