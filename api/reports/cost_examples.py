"""Examples of what the report on compliance cost says; a test checks that they are valid."""

from typing import Any

from api.examples import DOSSIER

RUN = {"before": 874_000, "after": 685_000, "saved": 189_000, "percent": 21.62}
ANNUAL = {"runs": 320, "before": 279_680_000, "after": 219_200_000, "saved": 60_480_000, "percent": 21.62}
INTAKES = {
    "first_day": "2023-01-03",
    "last_day": "2023-12-29",
    "days": 361,
    "dossiers": 297,
    "channels": {"counter": 161, "online": 120, "postal": 16},
    "ended": 290,
    "supplements": 41,
    "runs_a_year": 300.29,
}
COST_SUM = {
    "procedures": 7,
    "runs": 4050,
    "before": 3_330_220_000,
    "after": 2_736_680_000,
    "saved": 593_540_000,
    "percent": 17.82,
}
PLANNED_RUN = {"hours": 8, "travel": 60_000, "copies": 30_000, "consultant": 0, "fees": 400_000}
PLANNED_PROCEDURE = {
    "procedure": "2.000620.H13",
    "runs_a_year": 320,
    "subjects_a_year": 1,
    "before": PLANNED_RUN,
    "after": {"hours": 5, "travel": 30_000, "copies": 15_000, "consultant": 0, "fees": 400_000},
}
PER_DOSSIER = {
    "preparing_hours": 2,
    "visits": {"counter": 2, "online": 0, "postal": 1},
    "visit_hours": 2,
    "travel_cost": 30_000,
    "supplement_hours": 1,
    "copies_cost": 20_000,
    "fees": 0,
}
ASSUMED = {
    "source": "Kế hoạch đơn giản hóa thủ tục hành chính năm 2023",
    "given": True,
    "income_per_hour": {"2023": 48_000},
    "income_year": None,
    "dossier": PER_DOSSIER,
    "procedures": [PLANNED_PROCEDURE],
}
REMARK = {
    "vi": "kế hoạch dự kiến 320 lượt mỗi năm, nhật ký cho thấy 47,53 lượt",
    "en": "the plan counts on 320 runs a year, the log shows 47.53",
}
COST_PROCEDURE: dict[str, Any] = {
    "procedure": "2.000620.H13",
    "name": "Cấp Giấy phép bán lẻ rượu",
    "field": "Lưu thông hàng hóa trong nước",
    "changed_from": "2023-05-15",
    "changed_to": "2023-05-15",
    "income_year": 2023,
    "income_per_hour": 48_000,
    "run": RUN,
    "run_basis": "plan",
    "by_plan": ANNUAL,
    "by_log": {"runs": 300.29, "before": 262_453_460, "after": 205_698_650, "saved": 56_754_810, "percent": 21.62},
    "before": INTAKES,
    "after": INTAKES,
    "counted": INTAKES,
    "warnings": [],
}
COMPLIANCE_COST = {
    "headline": {
        "vi": "7 thủ tục được đơn giản hóa: tiết kiệm 593,5 triệu đồng mỗi năm (17,8 %) theo số lượt của kế hoạch",
        "en": "7 procedures simplified: 593.5 million VND a year saved (17.8 %) by the runs of the plan",
    },
    "basis": "plan",
    "as_of": "2023-12-29T09:59:00Z",
    "changed_from": None,
    "changed_to": None,
    "log_from": "2023-01-03",
    "log_to": "2023-12-29",
    "by_plan": COST_SUM,
    "by_log": COST_SUM,
    "assumptions": ASSUMED,
    "warnings": [REMARK],
    "total": 7,
    "per_procedure": [COST_PROCEDURE],
    "next": None,
}
COST_DOSSIER = {
    "dossier": DOSSIER["dossier"],
    "procedure": "2.000620.H13",
    "channel": "online",
    "unit": "H13.31",
    "accepted_at": "2023-06-10T01:10:00Z",
    "finished_at": "2023-06-12T03:40:00Z",
    "finish_kind": "finished",
    "supplements": 1,
}
COST_DOSSIERS = {
    "procedure": "2.000620.H13",
    "side": "counted",
    "as_of": "2023-12-29T09:59:00Z",
    "first_day": "2023-01-03",
    "last_day": "2023-12-29",
    "total": 1,
    "items": [COST_DOSSIER],
    "next": None,
}
