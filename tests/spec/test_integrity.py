"""Figures that may have been changed by hand, on logs drawn as text: what is found, and what has a good reason.

The dossiers tell by their names what is expected: odd-... are found, fine-... are not. Times are days of March 2025;
the 3rd is a Monday.
"""

import pytest

from drawn_logs import CALENDARS, ROOT, at, drawn, name_of
from mining.integrity.findings import integrity, integrity_dossiers
from mining.integrity.kinds import KINDS, QUESTION_EN, QUESTION_VI
from mining.integrity.question import IntegrityError, IntegrityQuestion, IntegritySettings

AS_OF = at("2025-05-31T17:00")
QUESTION = IntegrityQuestion(as_of=AS_OF, calendars=CALENDARS)

LOGS = {
    "due_rewritten": """
        odd-reset     03T08:00 Tiếp_nhận status=2 due=10T08:00
        odd-reset     11T08:00 Đặt_lại  lifecycle=reset-due due=20T08:00 unit=V
        odd-changed   03T08:00 Tiếp_nhận status=2 due=10T08:00
        odd-changed   10T09:00 Gia_hạn  status=4 due=20T08:00
        odd-after-5   03T08:00 Tiếp_nhận status=2 due=10T08:00
        odd-after-5   04T08:00 Yêu_cầu  status=5
        odd-after-5   05T08:00 Bổ_sung  status=4
        odd-after-5   17T08:00 Đặt_lại  lifecycle=reset-due due=20T08:00
        odd-instant   03T08:00 Tiếp_nhận status=2 due=10T08:00
        odd-instant   10T08:00 Đặt_lại  lifecycle=reset-due due=20T08:00
        odd-moved     03T08:00 Tiếp_nhận status=2 due=10T08:00
        odd-moved     04T08:00 Yêu_cầu  status=5
        odd-moved     06T08:00 Bổ_sung  status=4 due=12T08:00
        odd-moved     12T08:00 Đặt_lại  lifecycle=reset-due due=20T08:00
        fine-in-time  03T08:00 Tiếp_nhận status=2 due=10T08:00
        fine-in-time  07T08:00 Đặt_lại  lifecycle=reset-due due=20T08:00
        fine-waited   03T08:00 Tiếp_nhận status=2 due=10T08:00
        fine-waited   06T08:00 Yêu_cầu  status=5
        fine-waited   14T08:00 Bổ_sung  status=4 due=19T08:00
        fine-weekend  03T08:00 Tiếp_nhận status=2 due=07T16:00
        fine-weekend  06T08:00 Yêu_cầu  status=5
        fine-weekend  07T08:00 Bổ_sung  status=4
        fine-weekend  10T08:00 Gia_hạn  status=4 due=11T16:00
        fine-earlier  03T08:00 Tiếp_nhận status=2 due=10T08:00
        fine-earlier  11T08:00 Sửa      status=4 due=09T08:00
    """,
    "finish_reset": """
        odd-late     03T08:00 Tiếp_nhận status=2 due=10T08:00
        odd-late     12T08:00 Kết_thúc  status=9
        odd-late     12T09:00 Đặt_lại   lifecycle=reset-finish unit=V
        fine-in-time 03T08:00 Tiếp_nhận status=2 due=10T08:00
        fine-in-time 07T08:00 Kết_thúc  status=9
        fine-in-time 07T09:00 Đặt_lại   lifecycle=reset-finish
    """,
    "within_a_minute": """
        odd-swift     03T08:00:00 Tiếp_nhận status=2
        odd-swift     03T08:00:20 Thẩm_định status=4
        odd-swift     03T08:00:40 Ký        status=9
        fine-two      03T08:00:00 Tiếp_nhận status=2
        fine-two      03T08:00:20 Trả       status=9
        fine-slower   03T08:00:00 Tiếp_nhận status=2
        fine-slower   03T08:00:20 Thẩm_định status=4
        fine-slower   03T08:01:10 Ký        status=9
        fine-by-day   03T00:00:00 Tiếp_nhận status=2
        fine-by-day   03T00:00:00 Thẩm_định status=4
        fine-by-day   03T00:00:00 Ký        status=9
        fine-worked   03T08:00:00 Tiếp_nhận status=2
        fine-worked   03T08:00:20 Thẩm_định status=4 started=02T08:00
        fine-worked   03T08:00:40 Ký        status=9
    """,
    "impossible_order": """
        odd-finish     04T08:00 Kết_thúc  status=9 unit=V
        odd-finish     05T08:00 Tiếp_nhận status=2
        odd-return     03T08:00 Tiếp_nhận status=2
        odd-return     04T08:00 Trả       status=10
        odd-return     05T08:00 Kết_thúc  status=9
        odd-submit     03T08:00 Tiếp_nhận status=2
        odd-submit     04T08:00 Nộp       status=1
        odd-papers     03T08:00 Tiếp_nhận status=2
        odd-papers     04T08:00 Công_dân_gửi_bổ_sung status=4
        odd-papers     05T08:00 Yêu_cầu_bổ_sung      status=5
        odd-start      03T08:00 Thẩm_định status=4 started=03T09:00
        fine-order     03T07:00 Nộp       status=1
        fine-order     03T08:00 Tiếp_nhận status=2
        fine-order     04T08:00 Yêu_cầu_bổ_sung      status=5
        fine-order     05T08:00 Công_dân_gửi_bổ_sung status=4
        fine-order     06T08:00 Kết_thúc  status=9
        fine-order     07T08:00 Trả       status=10
        fine-reopened  03T08:00 Tiếp_nhận status=2
        fine-reopened  04T08:00 Kết_thúc  status=9
        fine-reopened  05T08:00 Xử_lý     status=4
        fine-reopened  06T08:00 Kết_thúc  status=9
        fine-instant   03T08:00 Tiếp_nhận status=2
        fine-instant   03T08:00 Kết_thúc  status=9
        fine-unasked   03T08:00 Công_dân_gửi_bổ_sung status=4
    """,
}


@pytest.mark.parametrize("kind", LOGS)
def test_what_cannot_be_chance(kind: str) -> None:
    cursor = drawn(LOGS[kind])
    names = {line.split()[0] for line in filter(None, map(str.strip, LOGS[kind].splitlines()))}
    found = set(map(name_of, integrity_dossiers(cursor, QUESTION, kind)["dossier"].to_pylist()))
    assert found == {name for name in names if name.startswith("odd-")}
    report = integrity(cursor, QUESTION)
    own = [finding for finding in report.findings if finding.kind == kind]
    assert {name for finding in own for name in map(name_of, finding.dossiers)} == found
    assert sum(finding.count for finding in own) == len(found)
    assert {finding.p_value for finding in own} == {None}
    assert all(finding.reason and finding.checked >= finding.count and finding.expected == 0 for finding in own)


def test_the_unit_is_the_one_that_did_it() -> None:
    report = integrity(drawn(LOGS["due_rewritten"]), QUESTION)
    found = {finding.unit: finding.count for finding in report.findings if finding.kind == "due_rewritten"}
    assert found == {"U": 4, "V": 1}
    assert [finding.kind for finding in report.of_unit("V")] == ["due_rewritten"]


def test_how_much_is_said_beside_the_evidence() -> None:
    cursor = drawn(LOGS["due_rewritten"])
    table = integrity_dossiers(cursor, QUESTION, "due_rewritten")
    hours = dict(zip(map(name_of, table["dossier"].to_pylist()), table["measured"].to_pylist(), strict=True))
    # the request of one working day (8 h) moved the 10th 08:00 to the 11th 08:00: six days before the reset
    expected = {"odd-reset": 24.0, "odd-changed": 1.0, "odd-after-5": 144.0, "odd-instant": 0.0, "odd-moved": 0.0}
    assert hours == pytest.approx(expected)
    assert integrity_dossiers(cursor, QUESTION, "due_rewritten", group={"unit": "V"}).num_rows == 1
    swift = integrity_dossiers(drawn(LOGS["within_a_minute"]), QUESTION, "within_a_minute")
    assert swift.select(["reason", "measured"]).to_pylist() == [{"reason": "3 different steps", "measured": 40.0}]


def test_reported_and_log_based_rates_stand_beside_the_findings() -> None:
    report = integrity(drawn(LOGS["finish_reset"]), QUESTION)
    assert [row.group for row in report.on_time] == [{"unit": "U"}]
    assert (report.on_time[0].reported.on_time_share, report.on_time[0].log_based.on_time_share) == (1.0, 0.5)


def test_a_note_says_that_it_is_a_question() -> None:
    finding = integrity(drawn(LOGS["finish_reset"]), QUESTION).findings[0]
    assert finding.note_en == (f"The finish of 1 of 1 dossiers, all late, was set back to the due date. {QUESTION_EN}")
    assert finding.note_vi.endswith(QUESTION_VI)
    assert "1 trong 1 hồ sơ" in finding.note_vi


def test_an_empty_store_has_no_findings() -> None:
    cursor = drawn("a 03T08:00 Nộp status=1")
    cursor.execute("DELETE FROM event; DELETE FROM dossier; DELETE FROM clock; DELETE FROM step; DELETE FROM cohort")
    report = integrity(cursor, QUESTION)
    assert (report.findings, report.on_time) == ((), ())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window_hours": 40}, "give more than 0 and at most 8 working hours"),
        ({"period": "week"}, "write month or quarter"),
        ({"false_discovery_rate": 0}, "give a share such as 0.01"),
        ({"late_share": (0.1, 0.01)}, "give two such as"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, object], message: str) -> None:
    with pytest.raises(IntegrityError, match=message):
        IntegritySettings(**settings)  # type: ignore[arg-type]


def test_an_unknown_kind() -> None:
    with pytest.raises(IntegrityError, match="the kind 'fraud' is not known; choose from due_rewritten"):
        integrity_dossiers(drawn("a 03T08:00 Nộp status=1"), QUESTION, "fraud")


def test_every_kind_is_explained() -> None:
    page = (ROOT / "docs" / "integrity.md").read_text(encoding="utf-8")
    assert [kind.code for kind in KINDS if f"`{kind.code}`" not in page] == []
