"""Examples of what the HTTP API answers about rules, integrity, two systems and change; a test checks them."""

from api.examples import CALENDAR, CODE, DOSSIER

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
