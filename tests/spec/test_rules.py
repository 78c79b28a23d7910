"""Every rule on a log drawn as text: dossiers that break it, that keep it, and of which nothing is known.

The dossiers tell by their names what is expected of them: broken-..., kept-..., unknown-..., and free-... for those
that the rule is not about. Times are days of March 2025; the 3rd is a Monday.
"""

from collections.abc import Iterator

import pytest

from drawn_logs import CALENDARS, ROOT, at, drawn, name_of
from mining.rules.book import RULES, RuleError, RuleQuestion, RuleSettings, rule
from mining.rules.duty import APPRAISING, APPROVING, Duty
from mining.rules.findings import check_rules, rule_dossiers
from mining.slice import Slice

AS_OF = at("28T17:00")

LOGS = {
    "online_only_intake": """
        broken-counter  03T08:00 Tiếp_nhận status=2 channel=counter
        broken-postal   03T08:00 Tiếp_nhận status=2 channel=postal
        kept-online     03T08:00 Tiếp_nhận status=2 channel=online
        unknown-channel 03T08:00 Tiếp_nhận status=2
        free-procedure  03T08:00 Tiếp_nhận status=2 channel=counter procedure=1.000002
    """,
    "digitised_input_missing": """
        broken-said-no  03T08:00 Tiếp_nhận status=2 digitised_input=no
        kept-said-yes   03T08:00 Tiếp_nhận status=2 digitised_input=yes
        kept-done-later 03T08:00 Tiếp_nhận status=2 digitised_input=no
        kept-done-later 03T09:00 Số_hóa    status=4 digitised_input=yes
        unknown-silent  03T08:00 Tiếp_nhận status=2 e_signed=yes
        free-submitted  03T08:00 Nộp       status=1 digitised_input=no
        free-refused    03T08:00 Nộp       status=1
        free-refused    03T09:00 Từ_chối   status=3 digitised_input=no
    """,
    "e_signature_missing": """
        broken-said-no 03T08:00 Tiếp_nhận status=2
        broken-said-no 04T08:00 Ký        status=9 e_signed=no
        kept-said-yes  03T08:00 Tiếp_nhận status=2
        kept-said-yes  04T08:00 Ký        status=4 e_signed=yes
        kept-said-yes  04T09:00 Kết_thúc  status=9 e_signed=no
        unknown-silent 03T08:00 Tiếp_nhận status=2
        unknown-silent 04T08:00 Ký        status=9
        free-running   03T08:00 Tiếp_nhận status=2 e_signed=no
    """,
    "e_result_missing": """
        broken-said-no 03T08:00 Tiếp_nhận status=2
        broken-said-no 04T08:00 Kết_thúc  status=9 e_result=no
        kept-said-yes  03T08:00 Tiếp_nhận status=2
        kept-said-yes  04T08:00 Kết_thúc  status=9
        kept-said-yes  05T08:00 Trả       status=10 e_result=yes
        unknown-silent 03T08:00 Tiếp_nhận status=2
        unknown-silent 04T08:00 Kết_thúc  status=9 digitised_input=no
        free-withdrawn 03T08:00 Tiếp_nhận status=2
        free-withdrawn 04T08:00 Rút       status=7 e_result=no
    """,
    "late_acceptance": """
        broken-9-hours   03T08:00 Nộp       status=1 channel=online
        broken-9-hours   04T09:00 Tiếp_nhận status=2
        broken-refused   03T08:00 Nộp       status=1 channel=online
        broken-refused   05T08:00 Từ_chối   status=3
        broken-waiting   27T08:00 Nộp       status=1 channel=online
        kept-8-hours     03T08:00 Nộp       status=1 channel=online
        kept-8-hours     04T08:00 Tiếp_nhận status=2
        kept-weekend     07T16:00 Nộp       status=1 channel=online
        kept-weekend     10T11:00 Tiếp_nhận status=2
        unknown-submit   03T08:00 Tiếp_nhận status=2 channel=online
        unknown-channel  03T08:00 Nộp       status=1
        unknown-channel  05T08:00 Tiếp_nhận status=2
        free-counter     03T08:00 Tiếp_nhận status=2 channel=counter
        free-time-left   28T14:00 Nộp       status=1 channel=online
    """,
    "apology_missing": """
        broken-said-no   03T08:00 Tiếp_nhận status=2 due=10T08:00 apology=no
        broken-said-no   11T08:00 Kết_thúc  status=9
        broken-too-late  03T08:00 Tiếp_nhận status=2 due=10T08:00
        broken-too-late  09T09:00 Xin_lỗi   status=4 apology=yes
        broken-too-late  11T08:00 Kết_thúc  status=9
        broken-running   03T08:00 Tiếp_nhận status=2 due=10T08:00 apology=no
        kept-in-time     03T08:00 Tiếp_nhận status=2 due=10T08:00
        kept-in-time     07T08:00 Xin_lỗi   status=4 apology=yes due=14T08:00
        kept-in-time     11T08:00 Kết_thúc  status=9
        unknown-silent   03T08:00 Tiếp_nhận status=2 due=10T08:00
        unknown-silent   11T08:00 Kết_thúc  status=9
        free-on-time     03T08:00 Tiếp_nhận status=2 due=10T08:00 apology=no
        free-on-time     10T16:00 Kết_thúc  status=9
        free-no-due-date 03T08:00 Tiếp_nhận status=2 apology=no
        free-waited      03T08:00 Tiếp_nhận status=2 due=10T08:00 apology=no
        free-waited      04T08:00 Yêu_cầu   status=5
        free-waited      06T08:00 Bổ_sung   status=4
        free-waited      12T08:00 Kết_thúc  status=9
    """,
    "second_supplement": """
        broken-twice  03T08:00 Tiếp_nhận status=2
        broken-twice  04T08:00 Yêu_cầu   status=5
        broken-twice  05T08:00 Bổ_sung   status=4
        broken-twice  06T08:00 Yêu_cầu   status=5
        kept-once     03T08:00 Tiếp_nhận status=2
        kept-once     04T08:00 Yêu_cầu   status=5
        kept-once     05T08:00 Bổ_sung   status=4
        kept-never    03T08:00 Tiếp_nhận status=2
        unknown-state 03T08:00 Yêu_cầu
        unknown-state 04T08:00 Yêu_cầu
    """,
    "four_eyes": """
        broken-alone     03T08:00 Thẩm_định_hồ_sơ      officer=an
        broken-alone     04T08:00 Lãnh_đạo_phê_duyệt   officer=an
        broken-though    03T08:00 Thẩm_định_hồ_sơ
        broken-though    04T08:00 Thụ_lý               officer=an
        broken-though    05T08:00 Ký_số                officer=an
        kept-by-two      03T08:00 Thẩm_định_hồ_sơ      officer=an
        kept-by-two      03T09:00 Trình_lãnh_đạo_ký    officer=an
        kept-by-two      04T08:00 Ký_duyệt             officer=binh
        kept-by-two      04T09:00 Đăng_ký_số           officer=an
        unknown-who      03T08:00 Thẩm_định_hồ_sơ      officer=an
        unknown-who      04T08:00 Ký_duyệt
        free-no-approval 03T08:00 Thẩm_định_hồ_sơ      officer=an
        free-no-approval 04T08:00 Trình_lãnh_đạo_ký    officer=an
    """,
}

ONLINE_ONLY = """
INSERT INTO known_procedure BY NAME
SELECT code AS procedure_key, code, 'Một thủ tục' AS name, online_only, [] AS warnings
FROM (VALUES ('1.000001', true), ('1.000002', false)) AS said (code, online_only)
"""


def question(**settings: object) -> RuleQuestion:
    return RuleQuestion(as_of=AS_OF, calendars=CALENDARS, settings=RuleSettings(**settings))  # type: ignore[arg-type]


def verdicts(code: str, asked: RuleQuestion, drawing: str) -> dict[str, str]:
    cursor = drawn(drawing)
    cursor.execute(ONLINE_ONLY)
    found = rule_dossiers(cursor, asked, code, verdict=None)
    return dict(zip(map(name_of, found["dossier"].to_pylist()), found["verdict"].to_pylist(), strict=True))


def test_every_rule_has_a_log() -> None:
    assert [one.code for one in RULES] == list(LOGS)


def _names(drawing: str) -> Iterator[str]:
    return (line.split()[0] for line in filter(None, map(str.strip, drawing.splitlines())))


@pytest.mark.parametrize("code", LOGS)
def test_verdicts(code: str) -> None:
    expected = {name: name.partition("-")[0] for name in _names(LOGS[code]) if not name.startswith("free-")}
    assert verdicts(code, question(), LOGS[code]) == expected


@pytest.mark.parametrize("code", LOGS)
def test_counts_are_those_of_the_dossiers_behind(code: str) -> None:
    cursor = drawn(LOGS[code])
    cursor.execute(ONLINE_ONLY)
    rows = check_rules(cursor, question(), (code,))
    assert [(row.rule, row.procedure, row.unit) for row in rows] == [(code, "1.000001", "U")]
    row = rows[0]
    group = {"procedure": "1.000001", "unit": "U"}
    for verdict in ("broken", "kept", "unknown"):
        found = rule_dossiers(cursor, question(), code, group=group, verdict=verdict)  # type: ignore[arg-type]
        assert getattr(row, verdict) == found.num_rows > 0
    assert row.checked == row.broken + row.kept
    assert row.broken_share == row.broken / row.checked


def test_rows_are_told_apart_by_procedure_and_unit() -> None:
    cursor = drawn("""
        a 03T08:00 Tiếp_nhận status=2 unit=X
        a 03T09:00 Số_hóa    digitised_input=no
        b 03T08:00 Tiếp_nhận status=2 unit=Y digitised_input=yes
        c 03T08:00 Tiếp_nhận status=2 unit=X procedure=1.000009
    """)
    rows = check_rules(cursor, question(), ("digitised_input_missing",))
    found = [(row.procedure, row.unit, row.broken, row.kept, row.unknown, row.broken_share) for row in rows]
    assert found == [("1.000001", "X", 1, 0, 0, 1.0), ("1.000001", "Y", 0, 1, 0, 0.0), ("1.000009", "X", 0, 0, 1, None)]


def test_silence_means_no_only_where_it_is_said_to() -> None:
    drawing = """
        a 03T08:00 Tiếp_nhận status=2
        b 03T08:00 Tiếp_nhận status=2 due=10T08:00
    """
    code = "digitised_input_missing"
    assert verdicts(code, question(), drawing) == {"a": "unknown", "b": "unknown"}
    assert verdicts(code, question(silence_is_no=frozenset([code])), drawing) == {"a": "broken", "b": "broken"}
    assert verdicts("apology_missing", question(), drawing) == {"b": "unknown"}
    asked = question(silence_is_no=frozenset(["apology_missing"]))
    assert verdicts("apology_missing", asked, drawing) == {"b": "broken"}


def test_thresholds() -> None:
    late = """
        a 03T08:00 Nộp       status=1 channel=online
        a 04T09:00 Tiếp_nhận status=2
    """
    assert verdicts("late_acceptance", question(acceptance_hours=9), late) == {"a": "kept"}
    twice = LOGS["second_supplement"]
    assert verdicts("second_supplement", question(most_supplements=2), twice)["broken-twice"] == "kept"
    assert verdicts("second_supplement", question(most_supplements=0), twice)["kept-once"] == "broken"


def test_measures() -> None:
    cursor = drawn(LOGS["late_acceptance"])
    found = rule_dossiers(cursor, question(), "late_acceptance", verdict=None)
    hours = dict(zip(map(name_of, found["dossier"].to_pylist()), found["measured"].to_pylist(), strict=True))
    assert hours["broken-9-hours"] == 9.0
    assert hours["kept-8-hours"] == 8.0
    assert hours["kept-weekend"] == 5.0  # Friday 16:00 to 17:00, and Monday 07:00 to 11:00
    assert hours["unknown-submit"] is None


def test_duties_can_be_given_by_role() -> None:
    drawing = """
        a 03T08:00 Xử_lý    officer=an role=Chuyên_viên
        a 04T08:00 Kiểm_tra officer=an role=Trưởng_phòng
    """.replace("Chuyên_viên", "chuyên-viên").replace("Trưởng_phòng", "trưởng-phòng")
    assert verdicts("four_eyes", question(), drawing) == {}
    asked = question(appraising=Duty((), roles=("chuyên viên",)), approving=Duty((), roles=("Trưởng phòng",)))
    assert verdicts("four_eyes", asked, drawing) == {"a": "broken"}


@pytest.mark.parametrize(
    ("activity", "approves"),
    [
        ("Ký số", True),
        ("LÃNH ĐẠO PHÊ DUYỆT", True),
        ("Từ chối duyệt", True),
        ("Duyệt đăng ký kinh doanh", True),
        ("Đăng ký kinh doanh", False),
        ("Trình lãnh đạo ký", False),
        ("Chuyển lãnh đạo phê duyệt", False),
        ("Kỳ họp", False),
        ("Kiểm tra chữ ký", False),
        ("Signature check", False),
    ],
)
def test_what_approves(activity: str, approves: bool) -> None:
    assert APPROVING.is_done_by(activity) is approves


@pytest.mark.parametrize(
    ("activity", "appraises"),
    [
        ("Thụ lý, xác minh hồ sơ", True),
        ("Thẩm định hồ sơ, dự thảo kết quả", True),
        ("Phân công thụ lý hồ sơ", False),
        ("Chuyển phòng chuyên môn thẩm định", False),
        ("Tiếp nhận và kiểm tra hồ sơ", False),
    ],
)
def test_what_appraises(activity: str, appraises: bool) -> None:
    assert APPRAISING.is_done_by(activity) is appraises


def test_a_slice_and_a_time() -> None:
    cursor = drawn(LOGS["second_supplement"])
    early = RuleQuestion(as_of=at("03T07:00"), calendars=CALENDARS)
    assert check_rules(cursor, early, ("second_supplement",)) == ()
    other = RuleQuestion(as_of=AS_OF, calendars=CALENDARS, chosen=Slice(unit="V"))
    assert check_rules(cursor, other) == ()


def test_an_empty_store_has_nothing_to_judge() -> None:
    assert check_rules(drawn("a 03T08:00 Nộp status=1"), RuleQuestion(as_of=at("03T07:00"), calendars=CALENDARS)) == ()


def test_what_makes_no_sense_is_refused() -> None:
    cursor = drawn(LOGS["four_eyes"])
    with pytest.raises(RuleError, match="the rule 'five_eyes' does not exist; choose from online_only_intake"):
        rule("five_eyes")
    with pytest.raises(RuleError, match="'late' is not known"):
        rule_dossiers(cursor, question(), "four_eyes", verdict="late")  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="'four_eyes' is no rule about a flag"):
        RuleSettings(silence_is_no=frozenset(["four_eyes"]))
    with pytest.raises(RuleError, match="cannot be kept"):
        RuleSettings(acceptance_hours=0)


@pytest.mark.parametrize("one", RULES, ids=[one.code for one in RULES])
def test_every_rule_says_where_it_comes_from(one: object) -> None:
    assert all([one.name_vi, one.name_en, one.source, one.question])  # type: ignore[attr-defined]


def test_every_rule_is_explained() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [one.code for one in RULES if page.count(f"| `{one.code}` |") != 2] == []
