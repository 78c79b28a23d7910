"""Examples of what the HTTP API answers about rules, integrity, two systems and change; a test checks them."""

from api.examples import CALENDAR, CODE, DOSSIER
from api.time_examples import ON_TIME_COUNTS

_UNIT = "UBND phường Bến Thành"
_PERIOD = {"from": "2024-12-31T17:00:00Z", "to": None, "as_of": "2025-03-31T17:00:00Z"}

RULE = {
    "code": "late_acceptance",
    "name": {
        "vi": "Tiếp nhận hồ sơ trực tuyến chậm quá 8 giờ làm việc",
        "en": "A dossier that was submitted online is answered later than 8 working hours after",
    },
    "basis": "law",
    "source": "Decree 45/2020/NĐ-CP: dossiers handed in online are accepted or answered within 8 working hours",
    "measured": "working hours from the submission to the first answer",
    "thresholds": {"acceptance_hours": 8.0},
}
RULE_BOOK = {"items": [RULE]}
RULE_SUM = {
    "rule": "late_acceptance",
    "checked": 40,
    "broken": 10,
    "kept": 30,
    "unknown": 2,
    "broken_share": 0.25,
}
RULE_FINDING = {**RULE_SUM, "procedure": CODE, "unit": _UNIT}
RULE_FINDINGS = {
    **_PERIOD,
    "calendar_versions": [CALENDAR],
    "rules": [RULE_SUM],
    "total": 1,
    "items": [RULE_FINDING],
    "next": None,
}
RULE_DOSSIER = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "unit": _UNIT,
    "verdict": "broken",
    "measured": 9.0,
}
RULE_DOSSIERS = {
    **_PERIOD,
    "rule": "late_acceptance",
    "verdict": "broken",
    "total": 1,
    "items": [RULE_DOSSIER],
    "next": None,
}

_QUESTION = {
    "vi": "Đây là câu hỏi cần làm rõ với đơn vị, không phải là kết luận: có thể có lý do chính đáng.",
    "en": "This is a question to ask the unit, not a verdict: there can be a good reason for it.",
}
_KIND = {"vi": "Đặt lại ngày hẹn trả sau khi đã quá hạn", "en": "Due date rewritten after it had passed"}
INTEGRITY_FINDING = {
    "kind": "due_rewritten",
    "name": _KIND,
    "count": 12,
    "checked": 480,
    "share": 0.025,
    "expected": 0.0,
    "p_value": None,
    "q_value": None,
    "reason": "a promise that has passed was replaced by a later one",
    "note": {
        "vi": "12 trong 480 hồ sơ được đặt lại ngày hẹn trả sau khi ngày hẹn cũ đã qua. " + _QUESTION["vi"],
        "en": "The due date of 12 of 480 dossiers was moved to a later one after it had passed. " + _QUESTION["en"],
    },
    "dossiers": [DOSSIER["dossier"]],
}
UNIT_INTEGRITY = {
    "unit": _UNIT,
    "looked_at": 480,
    "reported": ON_TIME_COUNTS,
    "log_based": ON_TIME_COUNTS,
    "share_above_log": 0.0,
    "findings": [INTEGRITY_FINDING],
}
INTEGRITY = {
    **_PERIOD,
    "note": _QUESTION,
    "calendar_versions": [CALENDAR],
    "total": 1,
    "items": [UNIT_INTEGRITY],
    "next": None,
}
INTEGRITY_DOSSIER = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "unit": _UNIT,
    "at": "2025-03-17T01:00:00Z",
    "reason": "reset-due",
    "measured": 144.0,
}
INTEGRITY_DOSSIERS = {
    **_PERIOD,
    "kind": "due_rewritten",
    "name": _KIND,
    "note": _QUESTION,
    "dossiers": 1,
    "total": 1,
    "items": [INTEGRITY_DOSSIER],
    "next": None,
}

SYSTEM_SHARE = {
    "period_start": "2024-09-01",
    "system": "cong-cu",
    "events": 500,
    "dossiers": 20,
    "event_share": 0.25,
    "dossier_share": 0.2,
}
DOUBLE_ENTRY_TOTAL = {"dossiers": 1, "steps": 2, "hours": 0.25, "timed_hours": 0.15, "assumed_hours": 0.1}
DOUBLE_ENTRY = {
    "procedure": CODE,
    "unit": _UNIT,
    **DOUBLE_ENTRY_TOTAL,
    "by_code": 2,
    "by_work": 0,
    "timed": 1,
    "assumed": 1,
}
AFTER_END = {"unit": _UNIT, "events": 12, "dossiers": 5}
SWITCH_OFF = {
    "system": "cong-cu",
    "day": "2024-09-30",
    "days_left": -183,
    "last_event_at": "2024-11-11T03:20:00Z",
    "silent_days": 140,
    "events_after": 12,
    "by_unit": [AFTER_END],
}
SYSTEMS = {
    **_PERIOD,
    "calendar_versions": [CALENDAR],
    "every": "month",
    "assumed_minutes": 5.0,
    "shares": [SYSTEM_SHARE],
    "switch_off": SWITCH_OFF,
    "double_entry": DOUBLE_ENTRY_TOTAL,
    "total": 1,
    "items": [DOUBLE_ENTRY],
    "next": None,
}
COPY = {
    "dossier": DOSSIER["dossier"],
    "twin": DOSSIER["dossier"],
    "procedure": CODE,
    "unit": _UNIT,
    "typed_by": _UNIT,
    "activity": "Thẩm định",
    "first_system": "cong-cu",
    "second_system": "cong-moi",
    "started_at": "2024-09-12T02:11:00Z",
    "completed_at": "2024-09-12T02:20:00Z",
    "linked_by": "code",
    "minutes_between": 20.0,
    "working_seconds": 540.0,
    "hours": 0.15,
}
COPIES = {**_PERIOD, "dossiers": 1, "hours": 0.15, "total": 1, "items": [COPY], "next": None}

DOSSIER_AFTER_END = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "unit": _UNIT,
    "events": 3,
    "first_event_at": "2024-10-02T02:20:00Z",
    "last_event_at": "2024-11-11T03:20:00Z",
}
AFTER_END_PAGE = {
    **_PERIOD,
    "system": "cong-cu",
    "day": "2024-09-30",
    "events": 3,
    "total": 1,
    "items": [DOSSIER_AFTER_END],
    "next": None,
}

TRANSITION_CHANGE = {
    "source": "Tiếp nhận hồ sơ",
    "target": "Thẩm định",
    "times_before": 1.0,
    "times_after": 1.0,
    "hours_before": 6.8,
    "hours_after": 14.0,
}
UNIT_CHANGE = {
    "unit": _UNIT,
    "dossiers_before": 520,
    "dossiers_after": 530,
    "hours_before": 14.1,
    "hours_after": 24.6,
    "hours": 7.35,
}
VERSION = {"version": "2", "decision": "QĐ 1234/QĐ-UBND", "effective_from": "2024-07-01"}
CHANGE = {
    "what": "time",
    "intended": True,
    "at": "2024-07-06T01:10:00Z",
    "from": "2024-07-02T03:00:00Z",
    "to": "2024-07-09T02:00:00Z",
    "dossiers_before": 745,
    "dossiers_after": 755,
    "hours_before": 12.9,
    "hours_after": 18.2,
    "p_value": 1e-12,
    "q_value": 2e-12,
    "versions": [VERSION],
    "transitions": [TRANSITION_CHANGE],
    "units": [UNIT_CHANGE],
}
CHANGES = {
    "procedure": CODE,
    "as_of": "2025-03-31T17:00:00Z",
    "calendar_versions": [CALENDAR],
    "items": [CHANGE],
}
CHANGE_OF_PROCEDURE = {**CHANGE, "procedure": CODE}
CHANGE_PAGE = {
    "as_of": "2025-03-31T17:00:00Z",
    "calendar_versions": [CALENDAR],
    "total": 1,
    "items": [CHANGE_OF_PROCEDURE],
    "next": None,
}
