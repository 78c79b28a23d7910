"""Process trees: the block-structured models that discovery returns."""

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """How the children of a block are done, in the notation of process-mining papers and of pm4py."""

    SEQUENCE = "->"
    CHOICE = "X"
    PARALLEL = "+"
    LOOP = "*"


@dataclass(frozen=True, slots=True)
class Node:
    """A block of children, an activity, or neither: a silent step.

    A loop has two children: the first is done, and done again after each time that the second was.
    """

    operator: Operator | None = None
    activity: str | None = None
    children: tuple["Node", ...] = ()

    @property
    def silent(self) -> bool:
        """Whether nothing is seen when this is done."""
        return self.operator is None and self.activity is None


SILENT = Node()


def folded(node: Node) -> Node:
    """Return the same behaviour with fewer blocks: no block in a block of its kind, no silent step without effect."""
    if node.operator is None:
        return node
    children = tuple(folded(child) for child in node.children)
    if node.operator is Operator.LOOP:
        return _folded_loop(children[0], _block(Operator.CHOICE, children[1:]))
    return _block(node.operator, children)


def _folded_loop(done: Node, again: Node) -> Node:
    if done.silent and again.silent:
        return SILENT
    if again.silent and done.operator is Operator.LOOP and done.children[1].silent:
        return done
    return Node(Operator.LOOP, children=(done, again))


def _block(operator: Operator, children: tuple[Node, ...]) -> Node:
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if child.operator is operator else (child,))
    loud = [child for child in flat if not child.silent]
    if operator is Operator.CHOICE and len(loud) < len(flat):
        loud.append(SILENT)
    if not loud:
        return SILENT
    return loud[0] if len(loud) == 1 else Node(operator, children=tuple(loud))


def activities(node: Node) -> frozenset[str]:
    """Return the activities that occur in a tree."""
    own = frozenset({node.activity} if node.activity is not None else ())
    return own.union(*(activities(child) for child in node.children))


def text(node: Node) -> str:
    """Write a tree on one line, like `->( 'receive', X( 'check', tau ) )`."""
    if node.activity is not None:
        escaped = node.activity.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if node.operator is None:
        return "tau"
    return f"{node.operator}( {', '.join(text(child) for child in node.children)} )"
