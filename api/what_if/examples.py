"""Examples of what is asked and answered about what-if."""

from typing import Any

from api.examples import CODE
from api.reports.examples import ESTIMATE

EDITS: list[dict[str, Any]] = [
    {"edit": "officers", "unit": "H29.01", "role": "Chuyên viên thụ lý", "more": 1},
    {"edit": "sittings", "unit": "H29.01", "role": "Lãnh đạo Sở", "times": ["08:00", "10:00", "14:00", "16:00"]},
]
QUESTION: dict[str, Any] = {
    "edits": EDITS,
    "opportunities": [],
    "procedures": [CODE],
    "units": [],
    "replications": 20,
    "seed": 1,
    "arrivals": "drawn",
}
RANGE = ESTIMATE
HISTOGRAM = {"edges_hours": [0.0, 24.0, 48.0, 400.0], "shares": [0.2, 0.5, 0.3]}
CYCLE_TIME = {"mean": RANGE, "median": RANGE, "p90": RANGE, "histogram": HISTOGRAM}
SITUATION = {
    "dossiers": RANGE,
    "elapsed": CYCLE_TIME,
    "working": CYCLE_TIME,
    "hands_on_mean": RANGE,
    "on_time": RANGE,
}
SAVED = {
    "elapsed_hours": RANGE,
    "working_hours": RANGE,
    "median_elapsed_hours": RANGE,
    "p90_elapsed_hours": RANGE,
    "hands_on_hours": RANGE,
    "working_hours_a_year": RANGE,
    "hands_on_hours_a_year": RANGE,
    "on_time": RANGE,
}
TEXT = {
    "vi": "tốt: phân bố thời gian mô phỏng lệch 6 % so với các tuần đối chứng",
    "en": "good: the simulated times are 6 % off those of the held-out weeks",
}
VALIDATION = {
    "grade": "good",
    "text": TEXT,
    "held_out_from": "2025-03-09T17:00:00Z",
    "dossiers": 212,
    "mean_hours": 86.0,
    "simulated_mean_hours": 88.1,
    "distance_hours": 5.2,
    "relative": 0.06,
    "working_mean_hours": 17.0,
    "simulated_working_mean_hours": 17.4,
    "working_distance_hours": 0.9,
    "working_relative": 0.053,
    "log_distance_hours": 4.1,
}
NOT_TRIED = {
    "id": "limit-1f0c3a9be2d4",
    "kind": "limit",
    "reason": {"vi": "rút ngắn thời hạn là lời hứa", "en": "a shorter limit is a promise"},
}
ANSWER = {
    "arrivals": "drawn",
    "replications": 20,
    "seed": 1,
    "edits": EDITS,
    "not_tried": [NOT_TRIED],
    "baseline": SITUATION,
    "changed": SITUATION,
    "saved": SAVED,
    "validation": VALIDATION,
    "logged_dossiers": 702,
    "logged_mean_hours": 86.3,
    "logged_working_mean_hours": 17.0,
    "desks": 12,
    "officers": 31,
    "estimated_share": 0.0,
    "times_a_year": 4.1,
    "calendar_versions": ["public-sector/2024/3f6d1c0a9be24d11"],
}
RUN = {
    "id": "b1946ac92492d2347c6235b4d2611184",
    "status": "done",
    "progress": 1.0,
    "asked_at": "2025-03-31T01:00:00Z",
    "ended_at": "2025-03-31T01:00:21Z",
    "problem": None,
    "answer": ANSWER,
}
