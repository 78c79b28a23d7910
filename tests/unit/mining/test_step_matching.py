"""Activities are matched by number, by mapping, by name, by rule, in this order; suggestions decide nothing."""

from datetime import date
from pathlib import Path

import pytest

from mining.conformance.approved import ApprovedModel, ApprovedProcess, ApprovedStep, approved_model
from mining.conformance.mapping_file import MappingFileError, mapping_draft, read_step_mapping
from mining.conformance.matching import (
    NO_MAPPING,
    MappingEntry,
    Match,
    MatchedBy,
    Matcher,
    StepMapping,
    step_code,
    suggestions,
)
from mining.conformance.rules import ModelRules, Sign

STEPS = (
    ApprovedStep(1, "B1", "Tiếp nhận hồ sơ", 4.0),
    ApprovedStep(2, "B2", "Thẩm định hồ sơ", 32.0),
    ApprovedStep(3, "B3", "Trình lãnh đạo ký", 8.0),
    ApprovedStep(4, "B4", "Trả kết quả", 0.0),
)


def model(steps: tuple[ApprovedStep, ...] = STEPS) -> ApprovedModel:
    return approved_model(ApprovedProcess("process:1", "1.001193.H29", "2", "1/QD", date(2025, 1, 1), steps))


def mapping(*entries: tuple[str, ...]) -> StepMapping:
    return StepMapping(tuple(MappingEntry(*entry) for entry in entries))


@pytest.mark.parametrize(
    ("activity", "step", "symbol", "by"),
    [
        ("anything", "B2", 2, MatchedBy.NUMBER),
        ("anything", "b2 ", 2, MatchedBy.NUMBER),
        ("anything", "Bước 2", 2, MatchedBy.NUMBER),
        ("anything", "02", 2, MatchedBy.NUMBER),
        ("Thẩm định hồ sơ", "B3", 3, MatchedBy.NUMBER),
        ("Thẩm định hồ sơ", None, 2, MatchedBy.NAME),
        ("THẨM  định hồ sơ", "B9", 2, MatchedBy.NAME),
        ("Thẩm định", None, Sign.UNKNOWN, MatchedBy.NOTHING),
        ("anything", "B9", Sign.UNKNOWN, MatchedBy.NOTHING),
        ("Yêu cầu bổ sung", "B2", Sign.REOPEN, MatchedBy.RULE),
        ("Trả lại người xử lý trước", None, Sign.REOPEN, MatchedBy.RULE),
        ("Xin rút", None, Sign.END, MatchedBy.RULE),
        ("Nộp hồ sơ trực tuyến", None, Sign.ASIDE, MatchedBy.RULE),
    ],
)
def test_without_a_mapping(activity: str, step: str | None, symbol: int, by: MatchedBy) -> None:
    assert Matcher(model(), NO_MAPPING).match(activity, step) == Match(symbol, by)


def test_a_mapping_names_steps_and_signs_and_the_procedure_goes_before_all() -> None:
    said = mapping(
        ("Thẩm định", "B2"),
        ("Ký số", "B9", "2.000001"),
        ("Ký số", "3", "1.001193"),
        ("Họp", "(none)"),
        ("Trả lại", "B4"),
        ("Xin ý kiến", "(ASIDE)"),
        ("Thẩm định", "B3", "9.999999"),
    )
    matcher = Matcher(model(), said)
    assert matcher.match("thẩm định", None) == Match(2, MatchedBy.MAPPING)
    assert matcher.match("Ký số", None) == Match(3, MatchedBy.MAPPING)
    assert matcher.match("Họp", None) == Match(Sign.UNKNOWN, MatchedBy.MAPPING)
    assert matcher.match("Trả lại", None) == Match(4, MatchedBy.MAPPING)
    assert matcher.match("Xin ý kiến", None) == Match(Sign.ASIDE, MatchedBy.MAPPING)
    assert matcher.match("Thẩm định", "B1") == Match(1, MatchedBy.NUMBER)
    assert matcher.remarks() == ()


def test_a_mapping_to_a_step_that_is_not_there_says_so_and_maps_nothing() -> None:
    matcher = Matcher(model(), mapping(("Thẩm định", "B7", "1.001193"), ("Họp", "B8")))
    assert matcher.match("Thẩm định", None) == Match(Sign.UNKNOWN, MatchedBy.NOTHING)
    assert matcher.remarks() == ("the mapping sends 'thẩm định' to step B7, which this version does not have",)


def test_a_word_of_a_rule_that_is_a_task_is_that_task() -> None:
    table = (*STEPS[:2], ApprovedStep(3, "B3", "Yêu cầu bổ sung", 4.0))
    assert Matcher(model(table), NO_MAPPING).match("Yêu cầu bổ sung", None) == Match(3, MatchedBy.NAME)


def test_a_rule_that_does_not_hold_gives_no_sign() -> None:
    matcher = Matcher(model(), NO_MAPPING, ModelRules(frozenset({"supplement"})))
    assert matcher.match("Yêu cầu bổ sung", None) == Match(Sign.UNKNOWN, MatchedBy.NOTHING)
    assert matcher.match("Thu hồi", None).symbol == Sign.REOPEN


def test_a_name_or_a_number_that_two_steps_have_decides_nothing_by_itself() -> None:
    table = (*STEPS, ApprovedStep(5, "B5", "Thẩm định hồ sơ", 4.0), ApprovedStep(6, "5", "Khác", 4.0))
    matcher = Matcher(model(table), NO_MAPPING)
    assert matcher.match("Thẩm định hồ sơ", None).by is MatchedBy.NOTHING
    assert [matcher.match("x", step).symbol for step in ("B5", "5", "bước 5")] == [5, 6, Sign.UNKNOWN]


def test_numbers_are_written_in_many_ways() -> None:
    assert {step_code(text) for text in ("2", "B2", "b.2", "Bước 02", "B2.", "step 2", "B_2")} == {"2"}
    assert [step_code(text) for text in ("10a", "2.1", "TN", "B")] == ["10a", "2.1", "tn", "b"]


def test_suggestions_are_the_likest_tasks_the_best_first() -> None:
    found = suggestions(["Thẩm định", "xyz"], STEPS)
    assert [(one.activity, one.step, one.task) for one in found][:1] == [("Thẩm định", "B2", "Thẩm định hồ sơ")]
    assert all(one.activity == "Thẩm định" and 60 <= one.score <= 100 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert suggestions([], STEPS) == suggestions(["Thẩm định"], ()) == ()


def test_a_draft_is_completed_by_a_person_and_read_again(tmp_path: Path) -> None:
    draft = mapping_draft(suggestions(["Thẩm định", "Thu, phí"], STEPS, least_score=0))
    assert draft.startswith("activity,step,procedure\n# B2 Thẩm định hồ sơ (")
    file = tmp_path / "mapping.csv"
    file.write_text(draft, encoding="utf-8")
    assert read_step_mapping(file) == StepMapping()
    file.write_text(draft.replace('"Thu, phí",,', '"Thu, phí",(aside),'), encoding="utf-8")
    assert read_step_mapping(file) == mapping(("Thu, phí", "(aside)"))


def test_a_mapping_file_may_be_vietnamese_and_separated_by_semicolons(tmp_path: Path) -> None:
    file = tmp_path / "mapping.csv"
    text = "\ufeffHoạt động;Bước;Mã thủ tục;Ghi chú\n# note\nKý số; B3 ;;x\n\nThẩm định;B2;1.001193.H29\n"
    file.write_text(text, encoding="utf-8")
    assert read_step_mapping(file) == mapping(("Ký số", "B3"), ("Thẩm định", "B2", "1.001193.H29"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("name,step\nx,1", "line 1: there must be one column 'activity'"),
        ("activity,step,step\nx,1,2", "line 1: there must be one column 'step'"),
        ("activity,step\n,B1", "line 2: the activity is blank"),
        ("activity,step\nx,(back)", r"line 2: \(back\) is none of \(reopen\), \(aside\), \(end\), \(none\)"),
        ("activity,step\nx,B1\nX ,B2", "line 3: 'X' stands in line 2 already"),
        ("activity,step\n" + ",B1\n" * 30, "and 10 more"),
    ],
)
def test_a_mapping_file_with_faults_says_where(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "mapping.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MappingFileError, match=message):
        read_step_mapping(file)


def test_a_mapping_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(MappingFileError, match="cannot be read"):
        read_step_mapping(tmp_path / "absent.csv")
    (tmp_path / "utf16.csv").write_bytes("activity,step".encode("utf-16"))
    with pytest.raises(MappingFileError, match="is not UTF-8"):
        read_step_mapping(tmp_path / "utf16.csv")
