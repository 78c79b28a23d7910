"""Examples of what is said of waiting; a test checks that they are valid."""

from typing import Any

from api.examples import CALENDAR, CODE, DOSSIER
from mining.waiting.causes import CAUSES

_HELD = {"elapsed_seconds": 95400.0, "working_seconds": 30600.0}
_NOTHING: dict[str, Any] = {"elapsed_seconds": 0.0, "working_seconds": 0.0}
_BY_CAUSE = {cause: _NOTHING for cause in CAUSES} | {
    "contention": {"elapsed_seconds": 30600.0, "working_seconds": 30600.0},
    "unavailability": {"elapsed_seconds": 64800.0, "working_seconds": 0.0},
}
FIGURES: dict[str, Any] = {
    "steps": 3,
    "dossiers": 3,
    "estimated_share": 0.0,
    "processing": {"elapsed_seconds": 10600.0, "working_seconds": 10600.0},
    "waiting": _HELD,
    "by_cause": _BY_CAUSE,
    "cte": 0.1,
    "working_cte": 0.257,
    "gain": {cause: 0.0 for cause in CAUSES} | {"contention": 0.041, "unavailability": 0.157},
}
ROW = {
    **FIGURES,
    "key": {
        "source_activity": "Tiếp nhận hồ sơ",
        "source_role": "Bộ phận một cửa",
        "target_activity": "Thẩm định hồ sơ",
        "target_role": "Chuyên viên",
    },
}
REASON = {
    "code": "estimated_starts",
    "rows": 1,
    "of": 4,
    "text": {
        "vi": "1 trên 4 bước có thời điểm bắt đầu ước tính: thời gian chờ của các bước này cũng là ước tính",
        "en": "1 of 4 steps have an estimated start: their waits are estimates too",
    },
}
PAGE = {
    "rule": "strict",
    "by": ["source_activity", "source_role", "target_activity", "target_role"],
    "as_of": "2025-03-31T10:00:00Z",
    "calendar_versions": [CALENDAR],
    "whole": FIGURES,
    "reasons": [REASON],
    "total": 1,
    "items": [ROW],
    "next": None,
}
STEP = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "activity": "Thẩm định hồ sơ",
    "unit": "UBND phường Bến Thành",
    "role": "Chuyên viên",
    "source_activity": "Tiếp nhận hồ sơ",
    "enabled_at": "2025-01-02T01:10:00Z",
    "started_at": "2025-01-03T03:40:00Z",
    "completed_at": "2025-01-03T04:10:00Z",
    "estimated": False,
    "batched": False,
    "waiting": _HELD,
    "by_cause": _BY_CAUSE,
}
STEPS = {
    "as_of": "2025-03-31T10:00:00Z",
    "calendar_versions": [CALENDAR],
    "cause": "contention",
    "items": [STEP],
    "next": "MTAw",
}
