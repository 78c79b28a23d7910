"""Examples of what is said of bottlenecks, units and opportunities; a test checks that they are valid."""

from typing import Any

from api.examples import CALENDAR, CODE, DOSSIER
from api.waiting.examples import REASON

_UNIT, _NAME = "H29.26", "Đăng ký khai sinh"
PERIOD = {"from": "2025-01-02T01:10:00Z", "to": "2025-06-30T09:42:00Z", "times_a_year": 2.04}
RESTS_ON: dict[str, Any] = {
    "as_of": "2025-06-30T09:42:00Z",
    "calendar_versions": [CALENDAR],
    "period": PERIOD,
    "reasons": [REASON],
}
_ESTIMATE = {"estimate": 588.4, "low": 430.1, "high": 741.9}

MONTH = {"month": "2025-01-01", "steps": 212, "mean_lost_hours": 1.4}
BOTTLENECK = {
    "key": {"procedure": CODE, "target_activity": "Thẩm định hồ sơ"},
    "procedure_name": _NAME,
    "steps": 1434,
    "dossiers": 1402,
    "lost_hours": 288.4,
    "hours_a_year": _ESTIMATE,
    "share": 0.31,
    "by_cause": {
        "batching": 0.0,
        "contention": 0.82,
        "prioritization": 0.06,
        "unavailability": 0.0,
        "extraneous": 0.12,
    },
    "top_cause": "contention",
    "months": [MONTH],
    "slope": {"estimate": 0.08, "low": -0.02, "high": 0.18},
    "estimated_share": 0.0,
}
BOTTLENECKS = {
    **RESTS_ON,
    "by": ["procedure", "target_activity"],
    "lost_hours_a_year": {"estimate": 1898.0, "low": 1711.3, "high": 2090.6},
    "groups": 27,
    "total": 27,
    "items": [BOTTLENECK],
    "next": "MTAw",
}
DOSSIER_HOURS = {"dossier": DOSSIER["dossier"], "procedure": CODE, "unit": _UNIT, "hours": 12.5}
HOURS_PAGE = {**RESTS_ON, "hours": 288.4, "total": 1402, "items": [DOSSIER_HOURS], "next": "MTAw"}
WORKLOAD_ROW = {
    "key": {"target_unit": _UNIT, "target_role": "Chuyên viên"},
    "period_start": "2025-02-03",
    "arrivals": 61,
    "starts": 58,
    "completions": 57,
    "queue": 14,
    "in_work": 3,
}
WORKLOAD = {
    **RESTS_ON,
    "by": ["target_unit", "target_role"],
    "every": "week",
    "total": 26,
    "items": [WORKLOAD_ROW],
    "next": None,
}
HAND_OVER = {
    "source": "Bộ phận một cửa",
    "target": "Chuyên viên",
    "steps": 1434,
    "dossiers": 1402,
    "waiting_hours": 402.0,
    "elapsed_waiting_hours": 1611.5,
    "lost_hours_a_year": 588.4,
}
HAND_OVERS = {**RESTS_ON, "between": "role", "total": 1, "items": [HAND_OVER], "next": None}

DISTRIBUTION = {"mean": 5.2, "p25": 3.1, "median": 4.4, "p75": 6.3, "p90": 9.0}
UNIT = {
    "procedure": CODE,
    "procedure_name": _NAME,
    "unit": _UNIT,
    "dossiers": 231,
    "hours": DISTRIBUTION,
    "ratio": 1.42,
    "shrunk": {"estimate": 1.38, "low": 1.24, "high": 1.53},
    "standard_error": 0.06,
    "limits_95": [0.89, 1.12],
    "limits_998": [0.83, 1.2],
    "p_value": 0.00001,
    "q_value": 0.0002,
    "verdict": "slower",
    "gap_hours_a_year": {"estimate": 310.2, "low": 214.8, "high": 402.3},
    "estimated_share": 0.0,
}
UNITS = {
    **RESTS_ON,
    "measure": "work",
    "least_dossiers": 5,
    "overdispersion": 1.3,
    "dossiers": 1322,
    "left_out": 8,
    "total": 12,
    "items": [UNIT],
    "next": None,
}

PROPOSED = {"unit": "working_days", "limit": 10.0, "proposed": 6.5, "kept": 0.971}
OPPORTUNITY: dict[str, Any] = {
    "id": "contention-1f0c3a9be2d4",
    "kind": "contention",
    "name": {"vi": "quá tải cán bộ", "en": "contention"},
    "key": {"unit": _UNIT, "roles": "Chuyên viên"},
    "procedure_name": None,
    "heuristic": {
        "vi": "thêm nguồn lực: tăng người ở nhóm có hàng chờ dài",
        "en": "extra resources: increase the number of resources in a class whose queue is long",
    },
    "evidence": {
        "vi": "2 cán bộ bận 92% thời gian (bình thường tới 65%); mỗi bước chờ tới lượt 3,1 giờ",
        "en": "2 officers are busy 92% of their time (usual: up to 65%); a step queues 3.1 h",
    },
    "facts": {"officers": 2.0, "load": 0.92, "norm": 0.65, "mean_hours": 3.1},
    "hours_a_year": _ESTIMATE,
    "wait_hours_a_year": 588.4,
    "net_hours_a_year": 588.4,
    "proposed": None,
    "steps": 1434,
    "dossiers": 1402,
    "p_value": 0.00001,
    "q_value": 0.0004,
    "test": "compound Poisson: load above contention_load",
    "estimated_share": 0.0,
}
_SOURCE = "Reijers and Liman Mansar, Best practices in business process redesign, Omega 33 (2005)"
OPPORTUNITIES = {
    **RESTS_ON,
    "potential": {"estimate": 1204.0, "low": 998.1, "high": 1410.7},
    "waiting_hours_a_year": 1898.0,
    "processing_hours_a_year": 4120.5,
    "looked_at": 812,
    "within_noise": 31,
    "limits": 11,
    "thresholds": {"contention_load": 0.65},
    "source": _SOURCE,
    "total": 6,
    "items": [OPPORTUNITY],
    "next": None,
}
FOUND = {**RESTS_ON, "source": _SOURCE, "of": OPPORTUNITY}
