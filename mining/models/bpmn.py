"""BPMN diagrams of process trees, laid out left to right: every block of the tree is a rectangle of the diagram."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from mining.models.tree import Node, Operator

TASK_SIZE = 150.0, 64.0
"""Width and height of a task."""

_TASK_WIDTH, _TASK_HEIGHT = TASK_SIZE
_GATEWAY, _EVENT = 40.0, 32.0
_GAP, _ROW_GAP = 32.0, 24.0
_BYPASS = 12.0
_MARGIN = 24.0


class Kind(StrEnum):
    """The elements of BPMN that a discovered model needs."""

    START = "startEvent"
    END = "endEvent"
    TASK = "task"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"


@dataclass(frozen=True, slots=True)
class Shape:
    """An element and its place: the left top corner and the size, in pixels."""

    id: str
    kind: Kind
    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow between two shapes, by id, and the corners of its line, both ends included."""

    id: str
    source: str
    target: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A laid-out BPMN process, `width` x `height` pixels."""

    shapes: tuple[Shape, ...]
    flows: tuple[Flow, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Extent:
    """The size of a block: it reaches so far above and below the axis on which it is entered and left."""

    width: float
    above: float
    below: float


def diagram(tree: Node) -> Diagram:
    """Lay out a folded process tree; the same tree gives the same diagram, ids included."""
    size = _extent(tree)
    axis = _MARGIN + max(size.above, _EVENT / 2)
    plan = _Plan()
    start = plan.add(Kind.START, "", _MARGIN, axis)
    inner = _MARGIN + _EVENT + _GAP
    ends = plan.place(tree, inner, axis, flipped=False)
    end = plan.add(Kind.END, "", inner + size.width + (_GAP if ends else 0), axis)
    plan.chain([(start, start), *([ends] if ends else []), (end, end)])
    below = max(size.below, _EVENT / 2)
    width = end.x + end.width + _MARGIN
    return Diagram(tuple(plan.shapes), tuple(plan.flows), width, axis + below + _MARGIN)


def _extent(node: Node) -> _Extent:
    if node.silent:
        return _Extent(0, _BYPASS, _BYPASS)
    if node.operator is None:
        return _Extent(_TASK_WIDTH, _TASK_HEIGHT / 2, _TASK_HEIGHT / 2)
    sizes = [_extent(child) for child in node.children]
    if node.operator is Operator.SEQUENCE:
        width = sum(size.width for size in sizes) + _GAP * (len(sizes) - 1)
        return _Extent(width, max(size.above for size in sizes), max(size.below for size in sizes))
    straight = _straight(node)
    rows = _rows(sizes, straight)
    width = max(size.width for size in sizes) + 2 * (_GATEWAY + _GAP)
    above = max(sizes[0].above - rows[0], _GATEWAY / 2)
    return _Extent(width, above, max(sizes[-1].below + rows[-1], _GATEWAY / 2))


def _straight(node: Node) -> int:
    """Which branch lies on the axis of its block: what a loop does, else the middle one."""
    return 0 if node.operator is Operator.LOOP else (len(node.children) - 1) // 2


def _rows(sizes: list[_Extent], straight: int) -> list[float]:
    """How far below the axis of their block its branches lie, stacked from top to bottom."""
    rows = [0.0]
    for upper, lower in pairwise(sizes):
        rows.append(rows[-1] + upper.below + _ROW_GAP + lower.above)
    return [row - rows[straight] for row in rows]


class _Plan:
    """The shapes and flows placed so far."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.flows: list[Flow] = []

    def add(self, kind: Kind, name: str, x: float, axis: float) -> Shape:
        """Place a shape with its left side at `x` and its middle on the axis."""
        sizes = {Kind.TASK: (_TASK_WIDTH, _TASK_HEIGHT), Kind.START: (_EVENT, _EVENT), Kind.END: (_EVENT, _EVENT)}
        width, height = sizes.get(kind, (_GATEWAY, _GATEWAY))
        shape = Shape(f"{kind}_{len(self.shapes)}", kind, name, x, axis - height / 2, width, height)
        self.shapes.append(shape)
        return shape

    def place(self, node: Node, x: float, axis: float, *, flipped: bool) -> tuple[Shape, Shape] | None:
        """Place a block in the rectangle that begins at `x`; return its first and last shape, None if it is silent.

        A flipped block runs from right to left: what is done before a loop begins again.
        """
        if node.silent:
            return None
        if node.operator is None:
            task = self.add(Kind.TASK, node.activity or "", x, axis)
            return task, task
        if node.operator is Operator.SEQUENCE:
            return self._place_sequence(node, x, axis, flipped=flipped)
        return self._place_branches(node, x, axis, flipped=flipped)

    def chain(self, parts: list[tuple[Shape, Shape]]) -> None:
        """Connect blocks that lie on one axis, one after the other."""
        for (_, before), (after, _) in pairwise(parts):
            self._connect(before, after, [_side(before, after), _side(after, before)])

    def _place_sequence(self, node: Node, x: float, axis: float, *, flipped: bool) -> tuple[Shape, Shape]:
        children = node.children[::-1] if flipped else node.children
        parts = []
        for child in children:
            part = self.place(child, x, axis, flipped=flipped)
            parts += [part] if part else []
            x += _extent(child).width + _GAP
        parts = parts[::-1] if flipped else parts
        self.chain(parts)
        return parts[0][0], parts[-1][1]

    def _place_branches(self, node: Node, x: float, axis: float, *, flipped: bool) -> tuple[Shape, Shape]:
        kind = Kind.PARALLEL if node.operator is Operator.PARALLEL else Kind.EXCLUSIVE
        sizes = [_extent(child) for child in node.children]
        room = max(size.width for size in sizes)
        left, right = x, x + _GATEWAY + _GAP + room + _GAP
        first = self.add(kind, "", right if flipped else left, axis)
        last = self.add(kind, "", left if flipped else right, axis)
        for number, (child, row) in enumerate(zip(node.children, _rows(sizes, _straight(node)), strict=True)):
            back = node.operator is Operator.LOOP and number > 0
            inset = x + _GATEWAY + _GAP + (room - sizes[number].width) / 2
            ends = self.place(child, inset, axis + row, flipped=flipped != back)
            self._branch(*((last, first) if back else (first, last)), ends, axis + row)
        return first, last

    def _branch(self, opening: Shape, closing: Shape, ends: tuple[Shape, Shape] | None, row: float) -> None:
        """Connect a branch on the given row with the gateways where it opens and closes."""
        if ends is None:
            points = [*_leave(opening, row), *_leave(closing, row)[::-1]]
            if opening.middle[1] == row:
                points = [_side(opening, closing), _side(closing, opening)]
            self._connect(opening, closing, points)
            return
        begin, end = ends
        into = [_side(opening, begin)] if opening.middle[1] == row else _leave(opening, row)
        out = [_side(closing, end)] if closing.middle[1] == row else _leave(closing, row)[::-1]
        self._connect(opening, begin, [*into, _side(begin, opening)])
        self._connect(end, closing, [_side(end, closing), *out])

    def _connect(self, source: Shape, target: Shape, points: list[tuple[float, float]]) -> None:
        self.flows.append(Flow(f"flow_{len(self.flows)}", source.id, target.id, tuple(points)))


def _side(shape: Shape, towards: Shape) -> tuple[float, float]:
    """The middle of the left or right side of a shape, whichever faces the other one."""
    x, y = shape.middle
    return (shape.x + shape.width if towards.middle[0] > x else shape.x), y


def _leave(gateway: Shape, row: float) -> list[tuple[float, float]]:
    """The way out of a gateway by its upper or lower corner, to the given row."""
    x, y = gateway.middle
    return [(x, gateway.y + gateway.height if row > y else gateway.y), (x, row)]
