"""A procedure over HTTP: its approved processes from the catalogue, and who held its dossiers for how long."""

from pathlib import Path
from urllib.parse import quote

from api.answers import Procedure
from ingest.catalogue_file import read_catalogue

HOUR = 3600.0
PROCESSES = Path(__file__).parents[3] / "docs" / "templates" / "processes.csv"
CODE = "1.009901.000.00.00.H29"


def handled(served, dossier: str) -> list:
    """Submitted on Thursday 06:00, accepted 10:00, waiting for papers from 16:00, back Friday 08:00, done 10:00."""
    hours = ((6, 1), (10, 2), (16, 5), (32, 4), (34, 9), (38, 10))
    return [served.event(dossier, hour, status=status, procedure=CODE) for hour, status in hours]


def procedure(served, code: str) -> dict:
    found = served.client.get(f"/v1/procedures/{quote(code, safe='')}").json()
    Procedure.model_validate(found)
    return found


def test_the_approved_processes_of_a_procedure(empty):
    empty.service.intake.state(read_catalogue(PROCESSES).statements())
    empty.take(handled(empty, "H1"))
    first, second, online = procedure(empty, CODE)["approved"]
    assert [one["process_version"] for one in (first, second, online)] == ["1", "2", "1"]
    assert (first["decision"], first["procedure"]) == ("QĐ 01/QĐ-UBND (ví dụ)", "1.009901.H29")
    assert (first["effective_from"], first["effective_to"]) == ("2024-01-01", "2024-12-31")
    assert (first["limit_amount"], first["limit_unit"], first["limit_hours"]) == (3, "working_days", 24)
    assert (first["step_hours"], [one["number"] for one in first["steps"]]) == (24, ["B1", "B2", "B3", "B4", "B5"])
    assert (second["effective_to"], second["channel"], online["channel"]) == (None, None, "online")
    assert online["steps"][1] == {
        "number": "B2",
        "task": "Thẩm định và ký số",
        "unit": "H29.99.2",
        "role": "Công chức tư pháp",
        "hours": 3,
        "result": "Giấy khai sinh điện tử",
    }


def test_a_process_whose_steps_differ_from_its_limit_keeps_the_warning(empty):
    empty.service.intake.state(read_catalogue(PROCESSES).statements())
    empty.take([empty.event("H1", 0, procedure="1.009902.H29")])
    (found,) = procedure(empty, "1.009902.H29")["approved"]
    assert (found["case_variant"], found["limit_hours"], found["step_hours"]) == ("Hộ gia đình và cá nhân", 80, 104)
    assert len(found["warnings"]) == 1


def test_who_held_the_dossiers_of_a_procedure(empty):
    empty.take(handled(empty, "H1") + handled(empty, "H2"))
    found = procedure(empty, CODE)
    time = found["time"]
    assert found["approved"] == []
    assert (time["dossiers"], time["taken_in"], time["picked_up"]) == (2, 2, 2)
    assert time["agency"] == {"elapsed_seconds": 16 * HOUR, "working_seconds": 12 * HOUR}
    assert time["citizen"] == {"elapsed_seconds": 32 * HOUR, "working_seconds": 4 * HOUR}
    assert time["suspended"] == {"elapsed_seconds": 0, "working_seconds": 0}
    assert time["total"] == {"elapsed_seconds": 48 * HOUR, "working_seconds": 16 * HOUR}
    assert time["intake"] == {"elapsed_seconds": 8 * HOUR, "working_seconds": 6 * HOUR}
    assert time["pickup"] == {"elapsed_seconds": 8 * HOUR, "working_seconds": 4 * HOUR}
    assert time["calendar_versions"][0].startswith("public-sector/")
    assert time["as_of"].endswith(":00Z")
