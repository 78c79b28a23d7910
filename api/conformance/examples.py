"""Examples of what the HTTP API answers about conformance; a test checks them."""

from typing import Any

from api.examples import CODE, DOSSIER, SLICE

_UNIT = "UBND phường Bến Thành"
_PROCESS = f'process:["{CODE}","","","2"]'
_PROCESS_QUOTED = "process%3A%5B%221.000494.000.00.00.H29%22%2C%22%22%2C%22%22%2C%222%22%5D"
_NAME = {"vi": "bỏ qua", "en": "skipped"}
_OVER = {"vi": "quá giờ", "en": "over time"}

FIT = {
    "dossiers": 1200,
    "conforming": 900,
    "fitting": 1020,
    "inexact": 0,
    "fitness": 0.968,
    "conforming_share": 0.75,
}
KIND = {"kind": "skipped", "name": _NAME, "dossiers": 34, "occurrences": 34, "lost_hours": 272.0}
GROUP = {"name": _UNIT, "fit": FIT, "kinds": [KIND]}
TOLD = {
    "accepted": 1210,
    "uncompared": 10,
    "complete": True,
    "compared_event_no": 8577,
    "notes": [
        {
            "vi": "10 hồ sơ đã tiếp nhận chưa đối chiếu được: không có quy trình dùng được, hoặc chưa xong bước nào",
            "en": "10 accepted dossiers could not be compared: no usable process is in force, or no step is completed",
        }
    ],
}
CITY = {
    "slice": SLICE,
    "procedure": None,
    **TOLD,
    "fit": FIT,
    "kinds": [KIND],
    "by": "unit",
    "total": 1,
    "items": [GROUP],
    "next": None,
}
_APPROVED = {
    "process": _PROCESS,
    "version": "2",
    "decision": "QĐ 1234/QĐ-UBND",
    "case_variant": None,
    "channel": None,
    "effective_from": "2024-07-01",
    "effective_to": None,
}
VERSION = {**_APPROVED, "fit": FIT}
DEVIATION = {
    "kind": "over_time",
    "name": _OVER,
    "process": _PROCESS,
    "version": "2",
    "number": "B2",
    "task": "Thẩm định hồ sơ",
    "activity": None,
    "done_by_unit": None,
    "done_by_role": None,
    "approved_unit": "H29.12.3",
    "approved_role": "Chuyên viên",
    "approved_hours": 8.0,
    "dossiers": 120,
    "occurrences": 120,
    "lost_hours": 640.5,
    "from_start": 100,
    "from_previous": 20,
    "unmeasured": 0,
}
REMARK = {
    "process": _PROCESS,
    "version": "2",
    "remark": "no event ever reports step B3 (Ký số): it counts as skipped in every dossier; map an activity to it",
    "unusable": False,
}
PROCEDURE = {
    "procedure": CODE,
    "slice": SLICE,
    **TOLD,
    "fit": FIT,
    "kinds": [KIND],
    "units": [GROUP],
    "versions": [VERSION],
    "remarks": [REMARK],
    "total": 1,
    "items": [DEVIATION],
    "next": None,
}
DEVIATING = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "unit": _UNIT,
    "opened_at": "2025-03-03T01:00:00Z",
    "occurrences": 1,
    "lost_hours": 12.5,
}
DEVIATING_PAGE = {
    "kind": "over_time",
    "name": _OVER,
    "slice": SLICE,
    "procedure": CODE,
    "total": 1,
    "occurrences": 1,
    "lost_hours": 12.5,
    "items": [DEVIATING],
    "next": None,
}
INSTANCE = {
    "kind": "over_time",
    "name": _OVER,
    "number": "B2",
    "task": "Thẩm định hồ sơ",
    "position": 2,
    "activity": "Thẩm định",
    "unit": _UNIT,
    "role": "Chuyên viên",
    "approved_unit": "H29.12.3",
    "approved_role": "Chuyên viên",
    "lost_hours": 12.5,
    "measured": "start",
}
MOVE = {
    "move": "both",
    "number": "B2",
    "task": "Thẩm định hồ sơ",
    "sign": None,
    "position": 2,
    "activity": "Thẩm định",
    "started_at": "2025-03-03T02:00:00Z",
    "completed_at": "2025-03-05T08:30:00Z",
    "unit": _UNIT,
    "role": "Chuyên viên",
}
DOSSIER_CONFORMANCE = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "process": _PROCESS,
    "version": "2",
    "cost": 0,
    "worst_cost": 8,
    "fitness": 1.0,
    "exact": True,
    "conforming": False,
    "deviations": [INSTANCE],
    "moves": [MOVE],
}
MATCH = {
    "process": _PROCESS,
    "version": "2",
    "activity": "Thẩm tra hồ sơ",
    "event_step": None,
    "number": None,
    "task": None,
    "sign": "unknown",
    "matched_by": "nothing",
}
SUGGESTION = {"activity": "Thẩm tra hồ sơ", "number": "B2", "task": "Thẩm định hồ sơ", "score": 86.0}
MAPPING = {
    "procedure": CODE,
    "unmatched": 1,
    "suggestions": [SUGGESTION],
    "total": 1,
    "items": [MATCH],
    "next": None,
}
_FOLDER = f"/v1/procedures/{CODE}/models"
APPROVED_MODEL: dict[str, Any] = {
    **_APPROVED,
    "steps": 5,
    "dossiers": 1200,
    "problem": None,
    "files": {"bpmn": f"{_FOLDER}/approved.bpmn?process={_PROCESS_QUOTED}"},
}
MODELS = {
    "procedure": CODE,
    "approved": [APPROVED_MODEL],
    "discovered": {"bpmn": f"/v1/procedures/{CODE}/model.bpmn", "quality": f"{_FOLDER}/quality"},
}
QUALITY = {
    "procedure": CODE,
    "slice": SLICE,
    "noise": 0.2,
    "fitness": 0.97,
    "precision": 0.83,
    "simplicity": 0.71,
    "dossiers": 1434,
    "inexact_dossiers": 0,
    "covered_dossiers": 1434,
    "all_dossiers": 1434,
}
