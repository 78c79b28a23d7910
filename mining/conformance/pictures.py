"""Approved processes as files and pictures, beside the discovered model, with what differs marked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mining.conformance import ConformanceError
from mining.conformance.approved import ApprovedModel
from mining.conformance.deviations import DeviationKind
from mining.conformance.difference import Difference
from mining.conformance.findings import StepDeviation
from mining.conformance.marked_bpmn import marked_bpmn
from mining.conformance.rules import RULES
from mining.models.bpmn import TASK_SIZE, Diagram, Kind, Shape, diagram
from mining.models.bpmn_xml import bpmn_xml
from mining.models.caption import number
from mining.models.discovery import Model
from mining.models.drawing import Mark, diagram_picture
from mining.models.pnml import state_machine_pnml
from mining.models.tree import SILENT, Node, Operator

_GAP = 32.0
_EXTRA_ROOM = 40.0
_MOST_EXTRA = 12

KIND_NAMES: Mapping[DeviationKind, Mapping[str, str]] = {
    DeviationKind.SKIPPED: {"vi": "bỏ qua", "en": "skipped"},
    DeviationKind.EXTRA: {"vi": "ngoài quy trình", "en": "extra"},
    DeviationKind.SWAPPED: {"vi": "sai thứ tự", "en": "swapped"},
    DeviationKind.REPEATED: {"vi": "làm lại", "en": "repeated"},
    DeviationKind.WRONG_UNIT: {"vi": "sai đơn vị", "en": "wrong unit"},
    DeviationKind.WRONG_ROLE: {"vi": "sai vai trò", "en": "wrong role"},
    DeviationKind.OVER_TIME: {"vi": "quá giờ", "en": "over time"},
}
_CAPTION = {
    "vi": "Quy trình được duyệt, phiên bản {version}: {dossiers} hồ sơ đã đối chiếu. Cam: bước bị bỏ qua; tím: việc"
    " ngoài quy trình; vàng: sai lệch khác.",
    "en": "Approved process, version {version}: {dossiers} dossiers compared. Orange: skipped steps; purple: work that"
    " the process does not have; yellow: other deviations.",
}
_DISCOVERED = {
    "vi": "Mô hình phát hiện từ nhật ký. Tím: việc ngoài quy trình được duyệt; vàng: sai lệch khác.",
    "en": "Model discovered from the log. Purple: work that the approved process does not have; yellow: other"
    " deviations.",
}


def approved_diagram(model: ApprovedModel) -> Diagram:
    """Lay out an approved process: its steps in order, with a way around each that may be missing."""
    steps = [
        Node(Operator.CHOICE, children=(Node(activity=step.label), SILENT)) if optional else Node(activity=step.label)
        for step, optional in zip(model.process.steps, model.shape.optional, strict=True)
    ]
    return diagram(steps[0] if len(steps) == 1 else Node(Operator.SEQUENCE, children=tuple(steps)))


def approved_bpmn(model: ApprovedModel) -> bytes:
    """Write an approved process as BPMN 2.0 with a layout; what the rules allow beside it is its documentation."""
    process = model.process
    lines = [f"{process.procedure}, version {process.version}, {process.decision}, from {process.effective_from}."]
    lines += ["Dossiers are compared with these steps and with rules that no diagram shows:"]
    lines += [f"- {rule.text}" for rule in RULES]
    return bpmn_xml(approved_diagram(model), note="\n".join(lines)).encode()


def approved_pnml(model: ApprovedModel) -> bytes:
    """Write the Petri net that dossiers are compared with, rules included."""
    return state_machine_pnml(model.automaton, model.names).encode()


def approved_picture(found: Difference, *, language: str = "en") -> bytes:
    """Draw an approved process as SVG with its deviations marked, and below it the work that it does not have."""
    drawing, marks = _approved_marked(found, language)
    return diagram_picture(drawing, caption=_caption(found, language), marks=marks)


def approved_difference_bpmn(found: Difference, *, language: str = "en") -> bytes:
    """Write the same as BPMN 2.0: marked tasks have colours, and what is said of them is their documentation."""
    drawing, marks = _approved_marked(found, language)
    return marked_bpmn(bpmn_xml(drawing, note=_caption(found, language)), marks)


def discovered_picture(model: Model, found: Difference, *, language: str = "en") -> bytes:
    """Draw a discovered model as SVG with what differs from the approved process marked."""
    marks = _discovered_marks(model, found, language)
    return diagram_picture(model.drawing, caption=_in(_DISCOVERED, language), marks=marks)


def discovered_difference_bpmn(model: Model, found: Difference, *, language: str = "en") -> bytes:
    """Write the same as BPMN 2.0, as `approved_difference_bpmn` does."""
    marks = _discovered_marks(model, found, language)
    return marked_bpmn(bpmn_xml(model.drawing, note=_in(_DISCOVERED, language)), marks)


def _caption(found: Difference, language: str) -> str:
    version = found.model.process.version
    return _in(_CAPTION, language).format(version=version, dossiers=number(found.dossiers, language))


def _approved_marked(found: Difference, language: str) -> tuple[Diagram, Mapping[str, Mark]]:
    steps = {step.number: step.label for step in found.model.process.steps}
    told: dict[str, list[StepDeviation]] = {}
    for one in found.deviations:
        if one.number in steps:
            told.setdefault(steps[one.number], []).append(one)
    extra = _extra(found)
    marks = {name: _mark(own, found.dossiers, language) for name, own in told.items()}
    marks |= {one.activity: _mark([one], found.dossiers, language) for one in extra if one.activity}
    return _with_extra(approved_diagram(found.model), [one.activity for one in extra if one.activity]), marks


def _discovered_marks(model: Model, found: Difference, language: str) -> Mapping[str, Mark]:
    by_number: dict[str | None, list[StepDeviation]] = {}
    for one in found.deviations:
        if one.number is not None and one.kind is not DeviationKind.SKIPPED:
            by_number.setdefault(one.number, []).append(one)
    extra = {one.activity: one for one in _extra(found)}
    marks = {}
    for name in {shape.name for shape in model.drawing.shapes if shape.kind is Kind.TASK}:
        own = [extra[name]] if name in extra else by_number.get(found.steps.get(name), [])
        if own:
            marks[name] = _mark(own, found.dossiers, language)
    return marks


def _extra(found: Difference) -> list[StepDeviation]:
    extra = [one for one in found.deviations if one.number is None and one.activity is not None]
    return sorted(extra, key=lambda one: (-one.dossiers, one.activity or ""))[:_MOST_EXTRA]


def _mark(own: Sequence[StepDeviation], dossiers: int, language: str) -> Mark:
    """Mark a task by its gravest deviation, and say the two of the most dossiers."""
    most = sorted(own, key=lambda one: (-one.dossiers, one.kind))[:2]
    said = []
    for one in most:
        share = f"{one.dossiers / dossiers * 100:.1f} %" if dossiers else ""
        share = share if language == "en" else share.replace(".", ",")
        said.append(f"{_in(KIND_NAMES[one.kind], language)} {number(one.dossiers, language)} ({share})")
    kinds = {one.kind for one in own}
    outside = any(one.number is None for one in own)
    look = "extra" if outside else "skipped" if DeviationKind.SKIPPED in kinds else "other"
    return Mark(look, tuple(said))


def _with_extra(drawing: Diagram, names: Sequence[str]) -> Diagram:
    """Place work that the process does not have in rows below it, unconnected."""
    if not names:
        return drawing
    width, height = TASK_SIZE
    row_length = max(1, int((drawing.width - _GAP) // (width + _GAP)))
    shapes = list(drawing.shapes)
    for place, name in enumerate(names):
        row, column = divmod(place, row_length)
        x, y = _GAP + column * (width + _GAP), drawing.height + row * (height + _EXTRA_ROOM)
        shapes.append(Shape(f"extra_{place}", Kind.TASK, name, x, y, width, height))
    rows = (len(names) - 1) // row_length + 1
    broad = max(drawing.width, max(shape.x + shape.width for shape in shapes) + _GAP)
    return replace(drawing, shapes=tuple(shapes), width=broad, height=drawing.height + rows * (height + _EXTRA_ROOM))


def _in(wordings: Mapping[str, str], language: str) -> str:
    if language not in wordings:
        raise ConformanceError(
            f"there are no pictures in the language '{language}'; choose one of {', '.join(wordings)}"
        )
    return wordings[language]
