"""Examples of what the HTTP API answers, and of what it takes; a test checks that they are valid."""

from typing import Any

CODE = "1.000494.000.00.00.H29"
PERIOD = {"from": "2025-01-02T01:10:00Z", "to": "2025-03-31T09:42:00Z"}
REFUSAL = {"index": 2, "reason": "missing_time", "detail": "Object missing required field `time`"}
INGEST = {
    "state": "running",
    "reason": "reading dossier-events and procedure-catalogue",
    "since": "2025-03-31T01:00:00Z",
    "lag": 0,
}
MINING = {"refreshes": 12, "last_refresh_seconds": 0.021, "behind_since": None}
COMPARING = {
    "state": "current",
    "reason": "every dossier that is derived was compared",
    "since": "2025-03-03T01:00:00Z",
    "compared_event_no": 8577,
    "failures": 0,
    "last_seconds": 0.31,
}
ABOUT = {"name": "Tinh Gọn", "version": "0.1.0", "license": "AGPL-3.0-or-later", "source": "/v1/source"}
STATUS = {
    "version": "0.1.0",
    "ready": True,
    "not_ready": [],
    "events": 8577,
    "mined_events": 8577,
    "rejected": 0,
    "duplicates": 0,
    "ingest": INGEST,
    "mining": MINING,
    "conformance": COMPARING,
    "alarms": {"offsets_deleted": 0},
    "last_alarm": None,
}
IN_NUMBERS = {
    "code": CODE,
    "name": "Đăng ký khai sinh",
    "field": "Hộ tịch",
    "dossiers": 1434,
    "open_dossiers": 12,
    "events": 8577,
    "activities": 27,
    "variants": 116,
    **PERIOD,
}
COUNT = {"activity": "Tiếp nhận hồ sơ", "frequency": 1434}
END = {"activity": "Trả kết quả", "frequency": 1422}
REWORK = {"activity": "Yêu cầu bổ sung", "dossiers": 85, "repetitions": 97}
HELD = {"elapsed_seconds": 95400.0, "working_seconds": 30600.0}
_NOTHING_HELD = {"elapsed_seconds": 0.0, "working_seconds": 0.0}
HELD_BY = {"agency": HELD, "citizen": _NOTHING_HELD, "suspended": _NOTHING_HELD}
CALENDAR = "public-sector/VN-holidays-0.109/9d917efdc1a4533f"
TIME_SPLIT = {
    **HELD_BY,
    "as_of": "2025-03-31T10:00:00Z",
    "calendar_versions": [CALENDAR],
    "dossiers": 1434,
    "total": HELD,
    "taken_in": 0,
    "intake": _NOTHING_HELD,
    "picked_up": 0,
    "pickup": _NOTHING_HELD,
}
APPROVED_STEP = {
    "number": "B2",
    "task": "Thẩm định và ký số",
    "unit": "H29.99.2",
    "role": "Công chức tư pháp",
    "hours": 4.0,
    "result": "Giấy khai sinh",
}
APPROVED = {
    "process_version": "2",
    "procedure": "1.000494.H29",
    "case_variant": None,
    "channel": None,
    "decision": "QĐ 02/QĐ-UBND",
    "effective_from": "2025-01-01",
    "effective_to": None,
    "limit_amount": 0.5,
    "limit_unit": "working_days",
    "limit_hours": 4.0,
    "step_hours": 4.0,
    "warnings": [],
    "steps": [APPROVED_STEP],
}
CATALOGUE_EVENT = {
    "specversion": "1.0",
    "id": "7f3c1a52-1f6e-4f43-9a53-0a4f2f6d1c11",
    "source": "/so-noi-vu/danh-muc",
    "type": "vn.tinhgon.catalogue.procedure.v1",
    "time": "2025-01-02T08:00:00+07:00",
    "data": {"code": "1.000494.H29", "name": "Đăng ký khai sinh", "field": "Hộ tịch"},
}
CATALOGUE_WARNING = {
    "key": 'process:["1.000494.H29","","","2"]',
    "text": "the steps take 4 h together, the limit is 8 h; both are kept as approved",
}
CATALOGUE_TAKEN = {
    "accepted": 3,
    "added": ["procedure:1.000494.H29"],
    "corrected": ['process:["1.000494.H29","","","2"]'],
    "unchanged": 1,
    "warnings": [CATALOGUE_WARNING],
}
CATALOGUE_PROCEDURE: dict[str, Any] = {
    "code": "1.000494.H29",
    "name": "Đăng ký khai sinh",
    "field": "Hộ tịch",
    "owner": None,
    "online_only": False,
    "processes": 2,
    "warnings": [],
}
CATALOGUE_UNIT = {
    "code": "H29.99.2",
    "name": "UBND phường A",
    "parent": "H29",
    "valid_from": "2025-07-01",
    "valid_to": None,
    "successor": None,
    "former_codes": ["H29.12.3"],
    "calendar": "phuong",
    "warnings": [],
}
CATALOGUE_ENTRY = {
    "entry_no": 41,
    "kind": "procedure",
    "key": "procedure:1.000494.H29",
    "content": CATALOGUE_EVENT["data"],
    "source": "http/0 /so-noi-vu/danh-muc",
    "warnings": [],
    "recorded_at": "2025-01-02T01:00:00Z",
}
PROCEDURE = {
    **IN_NUMBERS,
    "start": [COUNT],
    "end": [END],
    "rework": [REWORK],
    "approved": [APPROVED],
    "time": TIME_SPLIT,
}
ELAPSED = {"mean": 95400.0, "median": 86400.0, "p90": 259200.0}
EDGE = {"source": "Tiếp nhận hồ sơ", "target": "Thẩm định", "frequency": 1209, "elapsed_seconds": ELAPSED}
SLICE = {"case_variant": None, "process_version": None, "channel": "online", "unit": None, "from": None, "to": None}
MAP = {
    "procedure": CODE,
    "slice": SLICE,
    "dossiers": 1434,
    "activities": [COUNT],
    "start": [COUNT],
    "end": [END],
    "edges": [EDGE],
}
VARIANT = {"activities": ["Tiếp nhận hồ sơ", "Thẩm định", "Trả kết quả"], "frequency": 713, "share": 0.4972}
VARIANTS = {
    "procedure": CODE,
    "slice": SLICE,
    "dossiers": 1434,
    "total": 116,
    "items": [VARIANT],
    "next": "eyJvZmZzZXQiOjF9",
}
STEP = {
    "position": 2,
    "activity": "Thẩm định",
    "step": "B2",
    "started_at": None,
    "completed_at": "2025-01-03T03:40:00Z",
    "since_previous_seconds": 95400.0,
    "unit": "Phòng Quản lý đô thị",
    "role": "Chuyên viên",
}
NATIONAL = {"code": 4, "vi": "Đang xử lý", "en": "In process"}
SPAN = {**HELD, "holder": "agency", "state": "handling", "from": "2025-01-02T01:10:00Z", "to": "2025-01-03T03:40:00Z"}
PROMISE = {
    "kind": "first",
    "said_at": "2025-01-02T01:10:00Z",
    "unit": "UBND phường Bến Thành",
    "due_at": "2025-01-09T01:10:00Z",
    "previous_due_at": None,
}
DUE_RULES = {"policy": "extend", "cutoff": None, "calendar_days": "civil_code"}
COMPUTED_DUE = {
    "due_at": "2025-01-09T01:10:00Z",
    "problem": None,
    "limit_amount": 5.0,
    "limit_unit": "working_days",
    "process_version": "2",
    "decision": "QĐ 02/QĐ-UBND (ví dụ)",
    "owner": "H29",
    "rules": DUE_RULES,
    "calendar_version": CALENDAR,
}
CLOCK = {
    "as_of": "2025-01-10T02:00:00Z",
    "calendar_version": CALENDAR,
    "submitted_at": "2025-01-02T01:00:00Z",
    "accepted_at": "2025-01-02T01:10:00Z",
    "finished_at": "2025-01-03T03:40:00Z",
    "returned_at": None,
    "finish_kind": "finished",
    "status_known": True,
    "supplements": 0,
    "reopenings": 0,
    "promised_due_at": "2025-01-09T01:10:00Z",
    "reported_due_at": "2025-01-09T01:10:00Z",
    "reported_finished_at": "2025-01-03T03:40:00Z",
    "apologised_at": None,
    "held": HELD_BY,
    "computed": COMPUTED_DUE,
    "spans": [SPAN],
    "promises": [PROMISE],
}
DOSSIER = {
    "dossier": "3f2b8c1e-94d0-5a7e-8c6b-0d1e2f3a4b5c",
    "procedure": CODE,
    "case_variant": None,
    "process_version": "2",
    "channel": "online",
    "unit": "UBND phường Bến Thành",
    "status": NATIONAL,
    "opened_at": "2025-01-02T01:10:00Z",
    "last_at": "2025-01-03T03:40:00Z",
    "elapsed_seconds": 95400.0,
    "events": 2,
    "steps": [STEP],
    "clock": CLOCK,
}
REJECT = {
    "number": 17,
    "origin": "dossier-events",
    "partition": 0,
    "position": 48211,
    "reason": "time_in_future",
    "detail": "time is more than a day after 2025-03-31T09:42:00+00:00",
    "received_at": "2025-03-31T09:42:01Z",
}
PROBLEM = {
    "type": "/problems/unknown-procedure",
    "title": "The procedure is unknown",
    "status": 404,
    "detail": f"no event of a procedure with the code {CODE} was taken in yet; /v1/procedures lists the known ones",
}
KIND: dict[str, Any] = {
    "type": "/problems/unknown-procedure",
    "status": 404,
    "title": {"vi": "Không có thủ tục này", "en": "The procedure is unknown"},
    "detail": {"vi": "chưa nhận được sự kiện nào ...", "en": "no event of a procedure ..."},
}
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "2025-0001-3",
    "source": "/mot-cua/h29",
    "type": "vn.tinhgon.dossier.step.v1",
    "subject": "000.00.53.H29-250102-0099",
    "time": "2025-01-03T10:40:00+07:00",
    "data": {
        "procedure": CODE,
        "step": "B2",
        "activity": "Thẩm định",
        "unit": "Phòng Quản lý đô thị",
        "role": "Chuyên viên",
        "channel": "online",
    },
}
