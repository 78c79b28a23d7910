"""Examples of what the HTTP API answers about being on time and about changed dates; a test checks them."""

from api.examples import CALENDAR, CODE, DOSSIER

ON_TIME_COUNTS = {
    "finished": 10,
    "early": 6,
    "on_time": 3,
    "late": 1,
    "running": 4,
    "within": 3,
    "overdue": 1,
    "due_soon": 2,
    "without_due": 1,
    "late_with_apology": 1,
    "on_time_share": 0.9,
    "apology_share": 0.5,
}
ON_TIME_ROW = {"group": {"procedure": CODE}, "reported": ON_TIME_COUNTS, "log_based": ON_TIME_COUNTS, "computed": None}
ON_TIME = {
    "convention": "A",
    "by": ["procedure"],
    "from": "2024-12-31T17:00:00Z",
    "as_of": "2025-03-31T17:00:00Z",
    "calendar_versions": [CALENDAR],
    "computed_problem": None,
    "total": 1,
    "items": [ON_TIME_ROW],
    "next": None,
}
ON_TIME_DOSSIER = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "field": "Hộ tịch",
    "unit": "UBND phường Bến Thành",
    "channel": "online",
    "month": "2025-01",
    "verdict": "early",
    "due_at": "2025-01-09T01:10:00Z",
    "finished_at": "2025-01-03T03:40:00Z",
    "due_soon": False,
    "without_due": False,
    "apologised": False,
}
ON_TIME_DOSSIERS = {
    "convention": "A",
    "basis": "log_based",
    "from": "2024-12-31T17:00:00Z",
    "as_of": "2025-03-31T17:00:00Z",
    "total": 1,
    "items": [ON_TIME_DOSSIER],
    "next": None,
}
DUE_SOON_DOSSIER = {
    "dossier": DOSSIER["dossier"],
    "procedure": CODE,
    "field": "Hộ tịch",
    "unit": "UBND phường Bến Thành",
    "channel": "online",
    "due_at": "2025-01-09T01:10:00Z",
    "remaining_seconds": 57000.0,
    "remaining_working_seconds": 15000.0,
}
DUE_SOON = {
    "basis": "log_based",
    "as_of": "2025-01-08T09:20:00Z",
    "calendar_versions": [CALENDAR],
    "total": 1,
    "items": [DUE_SOON_DOSSIER],
    "next": None,
}
UNIT_RESETS = {"unit": "UBND phường Bến Thành", "reset_due": 12, "reset_finish": 3, "changed": 5, "dossiers": 14}
RESETS = {"from": "2024-12-31T17:00:00Z", "to": None, "total": 1, "items": [UNIT_RESETS], "next": None}
CHANGED_DATE = {
    "dossier": DOSSIER["dossier"],
    "kind": "reset-due",
    "said_at": "2025-01-09T00:30:00Z",
    "unit": "UBND phường Bến Thành",
    "due_at": "2025-01-16T01:10:00Z",
    "previous_due_at": "2025-01-09T01:10:00Z",
}
CHANGED_DATES = {"from": "2024-12-31T17:00:00Z", "to": None, "total": 1, "items": [CHANGED_DATE], "next": None}
