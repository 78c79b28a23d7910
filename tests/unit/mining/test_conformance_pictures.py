"""Approved processes as files that editors and pm4py read, and as pictures in which what differs is marked."""

import importlib.util
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import etree

from mining.conformance import ConformanceError
from mining.conformance.approved import ApprovedModel, ApprovedProcess, ApprovedStep, approved_model
from mining.conformance.deviations import DeviationKind
from mining.conformance.difference import Difference
from mining.conformance.findings import StepDeviation
from mining.conformance.pictures import (
    approved_bpmn,
    approved_diagram,
    approved_difference_bpmn,
    approved_picture,
    approved_pnml,
    discovered_difference_bpmn,
    discovered_picture,
)
from mining.conformance.rules import RULES
from mining.models.bpmn import diagram
from mining.models.bpmn_xml import bpmn_xml
from mining.models.discovery import Model
from mining.models.tree import SILENT, Node, Operator

SVG = "{http://www.w3.org/2000/svg}"
STEPS = (
    ApprovedStep(1, "B1", "Tiếp nhận hồ sơ", 4.0),
    ApprovedStep(2, "B2", 'Thẩm định "nhanh" <x> & y', 32.0),
    ApprovedStep(3, "B3", "Ký số", 8.0),
    ApprovedStep(4, "B4", "Trả kết quả", 0.0),
)


def model(steps: tuple[ApprovedStep, ...] = STEPS) -> ApprovedModel:
    return approved_model(ApprovedProcess("k", "1.001193.H29", "2", "1/QĐ", date(2025, 1, 1), steps))


def deviation(kind: DeviationKind, number: str | None, activity: str | None, dossiers: int) -> StepDeviation:
    return StepDeviation(
        kind, "k", "1.001193.H29", "2", number, None, activity, None, None, None, None, None, dossiers, dossiers, 1.0,
        dossiers, 0, 0,
    )  # fmt: skip


FOUND = Difference(
    model(),
    1_000,
    (
        deviation(DeviationKind.SKIPPED, "B3", None, 34),
        deviation(DeviationKind.OVER_TIME, "B3", None, 120),
        deviation(DeviationKind.OVER_TIME, "B1", None, 7),
        deviation(DeviationKind.EXTRA, None, "Họp xin ý kiến", 55),
    ),
    {"Nhận": "B1", "Ký": "B3"},
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The XML schema of BPMN 2.0, of the Object Management Group, as a workflow engine brings it."""
    found = importlib.util.find_spec("SpiffWorkflow")
    assert found is not None, "make setup installs it"
    assert found.submodule_search_locations
    return etree.XMLSchema(file=str(Path(found.submodule_search_locations[0], "bpmn/parser/schema/BPMN20.xsd")))


TREES = {
    "one step": Node(activity="a"),
    "nothing": SILENT,
    "sequence": Node(Operator.SEQUENCE, children=(Node(activity="a"), Node(activity='"<&>'))),
    "choice": Node(Operator.CHOICE, children=(Node(activity="a"), SILENT, Node(activity="b"))),
    "parallel": Node(Operator.PARALLEL, children=(Node(activity="a"), Node(activity="b"))),
    "loop": Node(Operator.LOOP, children=(Node(activity="a"), Node(activity="b"))),
}


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_bpmn_files_of_models_are_valid(schema: etree.XMLSchema, tree: Node) -> None:
    assert schema.validate(etree.fromstring(bpmn_xml(diagram(tree), note="note").encode())), schema.error_log


@pytest.mark.parametrize("steps", [STEPS, STEPS[:1], STEPS[3:]], ids=["all", "one", "one of no hours"])
def test_the_bpmn_file_of_an_approved_process_is_valid_and_laid_out(
    schema: etree.XMLSchema, steps: tuple[ApprovedStep, ...]
) -> None:
    root = etree.fromstring(approved_bpmn(model(steps)))
    schema.assertValid(root)
    tasks = root.findall(".//{*}task")
    assert [one.get("name") for one in tasks] == [step.label for step in steps]
    shapes = {one.get("bpmnElement"): one for one in root.findall(".//{*}BPMNShape")}
    lefts = [float(shapes[task.get("id")].find("{*}Bounds").get("x")) for task in tasks]
    assert lefts == sorted(set(lefts))
    note = root.findtext(".//{*}documentation") or ""
    assert note.startswith("1.001193.H29, version 2, 1/QĐ, from 2025-01-01.")
    assert all(rule.text in note for rule in RULES)


def test_a_schema_refuses_what_is_no_bpmn(schema: etree.XMLSchema) -> None:
    broken = approved_bpmn(model()).replace(b"bpmn:task", b"bpmn:chore")
    assert not schema.validate(etree.fromstring(broken))


def test_a_step_of_no_hours_has_a_way_around_it() -> None:
    assert [shape.kind.value for shape in approved_diagram(model()).shapes].count("exclusiveGateway") == 2
    assert [shape.kind.value for shape in approved_diagram(model(STEPS[:3])).shapes].count("exclusiveGateway") == 0


def test_the_net_is_the_one_that_is_compared_with() -> None:
    root = ElementTree.fromstring(approved_pnml(model()))
    names = {one.findtext("name/text") for one in root.iter("transition")}
    assert {step.label for step in STEPS} | {"Bổ sung hoặc trả lại", "Việc bên lề"} <= names
    assert len([one for one in root.iter("place") if one.get("id")]) == model().automaton.states + 1


def drawn(picture: bytes) -> dict[str, tuple[str, str]]:
    """The tasks of a picture by the first line of their tooltip: their fill and what is said of them."""
    found = {}
    for group in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        title, box = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        if title is not None and title.text and box is not None:
            name, _, note = title.text.partition(": ")
            found[name] = (box.get("fill", ""), note)
    return found


def test_the_picture_of_an_approved_process_marks_what_differs() -> None:
    tasks = drawn(approved_picture(FOUND))
    assert tasks == {
        "B1 Tiếp nhận hồ sơ": ("#fff6c7", "over time 7 (0.7 %)"),
        'B2 Thẩm định "nhanh" <x> & y': ("#eaf2fb", ""),
        "B3 Ký số": ("#ffe3c2", "over time 120 (12.0 %); skipped 34 (3.4 %)"),
        "B4 Trả kết quả": ("#eaf2fb", ""),
        "Họp xin ý kiến": ("#ecdcf7", "extra 55 (5.5 %)"),
    }


def test_pictures_speak_vietnamese() -> None:
    picture = approved_picture(FOUND, language="vi")
    assert drawn(picture)["B3 Ký số"][1] == "quá giờ 120 (12,0 %); bỏ qua 34 (3,4 %)"
    assert "1.000 hồ sơ đã đối chiếu" in "".join(ElementTree.fromstring(picture).itertext())
    with pytest.raises(ConformanceError, match="no pictures in the language 'fr'"):
        approved_picture(FOUND, language="fr")


def test_the_picture_of_a_discovered_model_marks_what_differs() -> None:
    assert drawn(discovered_picture(discovered(), FOUND)) == {
        "Nhận": ("#fff6c7", "over time 7 (0.7 %)"),
        "Họp xin ý kiến": ("#ecdcf7", "extra 55 (5.5 %)"),
        "Ký": ("#fff6c7", "over time 120 (12.0 %)"),
        "x": ("#eaf2fb", ""),
    }


def discovered() -> Model:
    names = ("Nhận", "Họp xin ý kiến", "Ký", "x")
    tree = Node(Operator.SEQUENCE, children=tuple(Node(activity=name) for name in names))
    return Model(b"", b"", "", diagram(tree), 0.2, 10, 10, 4, 4, tree)


COLOR = "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            approved_difference_bpmn(FOUND),
            {
                "B1 Tiếp nhận hồ sơ": ("#fff6c7", "over time 7 (0.7 %)"),
                "B3 Ký số": ("#ffe3c2", "over time 120 (12.0 %); skipped 34 (3.4 %)"),
                "Họp xin ý kiến": ("#ecdcf7", "extra 55 (5.5 %)"),
            },
        ),
        (
            discovered_difference_bpmn(discovered(), FOUND),
            {
                "Nhận": ("#fff6c7", "over time 7 (0.7 %)"),
                "Họp xin ý kiến": ("#ecdcf7", "extra 55 (5.5 %)"),
                "Ký": ("#fff6c7", "over time 120 (12.0 %)"),
            },
        ),
    ],
    ids=["approved", "discovered"],
)
def test_bpmn_files_with_differences_are_valid_laid_out_and_coloured(
    schema: etree.XMLSchema, file: bytes, expected: dict[str, tuple[str, str]]
) -> None:
    root = etree.fromstring(file)
    schema.assertValid(root)
    shapes = {one.get("bpmnElement"): one for one in root.findall(".//{*}BPMNShape")}
    found = {}
    for task in root.findall(".//{*}task"):
        shape = shapes[task.get("id")]
        assert shape.find("{*}Bounds") is not None
        if shape.get(f"{COLOR}background-color"):
            found[task.get("name")] = shape.get(f"{COLOR}background-color"), task.findtext("{*}documentation")
    assert found == expected
    assert len(root.findall(".//{*}task")) > len(expected)


def test_much_extra_work_wraps_into_rows_inside_the_picture() -> None:
    many = tuple(deviation(DeviationKind.EXTRA, None, f"Việc {place}", 100 - place) for place in range(40))
    picture = approved_picture(Difference(model(STEPS[:2]), 1_000, many, {}))
    root = ElementTree.fromstring(picture)
    extra = [box for box in root.iter(f"{SVG}rect") if box.get("fill") == "#ecdcf7"]
    assert len(extra) == 12
    for box in extra:
        assert float(box.get("x", "0")) + float(box.get("width", "0")) <= float(root.get("width", "0"))
        assert float(box.get("y", "0")) + float(box.get("height", "0")) <= float(root.get("height", "0"))
