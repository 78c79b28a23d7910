"""Examples of what the reports say; a test checks that they are valid."""

from typing import Any

from api.examples import CALENDAR, CODE, DOSSIER

IN_WORDS = {
    "vi": "một hồ sơ mất ít hơn 2.6 giờ so với 11.2 giờ nếu không thay đổi (khoảng tin cậy 95 %: 1.9 đến 3.3 giờ)",
    "en": "a dossier takes 2.6 h less than the 11.2 h expected without the change (95 % interval 1.9 to 3.3 h)",
}
_POTENTIAL = {"estimate": 120.5, "low": 96.2, "high": 147.1}
ESTIMATE = {"estimate": 588.4, "low": 430.1, "high": 741.9}
REALISED = {
    "taken_in": 231,
    "compared": 225,
    "finished": 219,
    "before": 412,
    "expected_hours": 11.2,
    "taken_hours": 8.6,
    "per_dossier": {"estimate": 2.6, "low": 1.9, "high": 3.3},
    "hours": ESTIMATE,
    "volume_hours": 1848.0,
}
SIDE = {
    "dossiers": 412,
    "hours": 11.4,
    "citizen_hours": 3.2,
    "supplements": 0.11,
    "hands_on_hours": 1.9,
    "hands_on_dossiers": 405,
}
SAVED_BY: dict[str, Any] = {
    "procedure": CODE,
    "name": "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "field": "Hoạt động xây dựng",
    "nominal_hours": 8.0,
    "old_hours": 80.0,
    "nominal_percent": 10.0,
    "realised": REALISED,
    "before": SIDE,
    "after": SIDE,
    "verdict": "realised",
    "reason": IN_WORDS,
    "warnings": [],
}
SAVED_PROCESS = {
    **SAVED_BY,
    "process_key": 'process:["1.000494.H29","","","2"]',
    "process_version": "2",
    "previous_version": "1",
    "case_variant": None,
    "channel": None,
    "decision": "QĐ 2296/QĐ-UBND",
    "effective_from": "2024-06-05",
    "kind": "shortened",
}
SAVED_PROCEDURE = {
    **SAVED_BY,
    "reengineered": True,
    "calendar_days": 0.0,
    "changes": 1,
    "potential_hours_a_year": _POTENTIAL,
}
SAVED_SUM = {"name": "Hoạt động xây dựng", "nominal_hours": 8.0, "realised": REALISED}
_HEADLINE = {
    "vi": "925 trên 1.634 thủ tục được tái cấu trúc: giảm 3.484,0 giờ theo quy định; thực tế giảm 21.098,5 giờ (khoảng"
    " tin cậy 95 %: 19.200,3 đến 22.950,8) với 98.112 hồ sơ so sánh được, tính đến 31/12/2024",
    "en": "925 of 1,634 procedures re-engineered: 3,484.0 h nominal; 21,098.5 h realised (95 % interval 19,200.3 to"
    " 22,950.8) with 98,112 dossiers that can be compared, up to 31/12/2024",
}
ACCOUNT_HEAD = {
    "headline": _HEADLINE,
    "as_of": "2024-12-31T10:00:00Z",
    "changed_from": None,
    "changed_to": None,
    "calendar_versions": [CALENDAR],
    "seed": 20240101,
    "replicates": 1000,
}
TIME_SAVED = {
    **ACCOUNT_HEAD,
    "procedures": 1634,
    "changed": 925,
    "reengineered": 925,
    "nominal_hours": 3484.0,
    "shortened_hours": 3484.0,
    "lengthened_hours": 0.0,
    "calendar_days": 0.0,
    "mean_percent": 17.3,
    "weighted_percent": 12.9,
    "volume_hours": 412_000.0,
    "realised_hours": ESTIMATE,
    "realised": REALISED,
    "potential_hours_a_year": {"estimate": 31_204.0, "low": 28_998.1, "high": 33_410.7},
    "verdicts": {"realised": 402, "regressed": 51, "no_evidence": 210, "too_few_dossiers": 262},
    "sums": {"field": [SAVED_SUM]},
    "warnings": [],
    "total": 925,
    "per_procedure": [SAVED_PROCEDURE],
    "next": "MTAw",
}
PROCEDURE_SAVINGS = {
    **ACCOUNT_HEAD,
    "procedure": CODE,
    "potential_hours_a_year": _POTENTIAL,
    "of": SAVED_PROCEDURE,
    "processes": [SAVED_PROCESS],
    "months": [{"name": "2024-06", "nominal_hours": None, "realised": REALISED}],
}
SAVED_DOSSIER = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "process_key": 'process:["1.000494.H29","","","2"]',
    "unit": "H29.09",
    "month": "2024-06",
    "accepted_at": "2024-06-10T01:10:00Z",
    "finished_at": "2024-06-12T03:40:00Z",
    "hours": 8.6,
    "expected_hours": 11.2,
    "likely_hours": 8.6,
    "saved_hours": 2.6,
    "compared": True,
}
SAVED_DOSSIERS = {
    "side": "after",
    "as_of": "2024-12-31T10:00:00Z",
    "calendar_versions": [CALENDAR],
    "total": 1,
    "saved_hours": 2.6,
    "items": [SAVED_DOSSIER],
    "next": None,
}
