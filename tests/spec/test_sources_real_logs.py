"""Real logs read by our readers: the published counts, and what pm4py itself reads."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from ingest.sources import open_log
from real_logs import real_log

ORACLE = Path(__file__).parents[1] / "oracle" / "pm4py_read.py"


def read(name: str, batch_rows: int = 50_000) -> pa.Table:
    batches = list(open_log(real_log(name)).batches(batch_rows))
    assert [one for batch in batches for one in batch.rejected] == []
    return pa.concat_tables(batch.events for batch in batches)


@pytest.mark.parametrize(
    ("name", "dossiers", "events", "activities"),
    [
        ("receipt.xes.gz", 1_434, 8_577, 27),
        ("bpic15_1.xes.gz", 1_199, 52_217, 398),
        ("gov_agency_approval.csv.gz", 23_506, 110_659, 131),
        ("road_traffic_fines.xes.gz", 150_370, 561_470, 11),
        ("purchasing_example.csv.gz", 608, 9_119, 21),
    ],
)
def test_the_published_counts(name: str, dossiers: int, events: int, activities: int) -> None:
    log = read(name)
    assert log.num_rows == events
    assert pc.count_distinct(log["dossier"]).as_py() == dossiers
    assert pc.count_distinct(log["activity"]).as_py() == activities
    assert log["sequence"].to_pylist() == list(range(1, events + 1))


def test_variants_of_the_permit_log_by_completion_time_with_ties_in_file_order() -> None:
    table = read("receipt.xes.gz").select(["dossier", "occurred_at", "sequence", "activity"])
    paths: dict[str, tuple[str, ...]] = {}
    for row in table.sort_by([("occurred_at", "ascending"), ("sequence", "ascending")]).to_pylist():
        paths[row["dossier"]] = (*paths.get(row["dossier"], ()), row["activity"])
    assert len(set(paths.values())) == 116


def test_starts_ends_officers_channels_and_promises_are_found() -> None:
    approval, receipt = read("gov_agency_approval.csv.gz"), read("receipt.xes.gz")
    assert pc.count_distinct(approval["officer"]).as_py() == 30
    assert approval["started_at"].null_count == 0
    instant = pc.mean(pc.cast(pc.equal(approval["started_at"], approval["occurred_at"]), pa.float64())).as_py()
    assert instant == pytest.approx(0.29, abs=0.005)
    assert receipt["started_at"].null_count == receipt["started_at"].length()
    assert set(receipt["channel"].unique().to_pylist()) == {"Internet", "Desk", "e-mail", "Intern", "Post"}
    assert receipt["due_at"].null_count == 0


@pytest.mark.parametrize("batch_rows", [1, 700, 1_000_000])
def test_the_size_of_a_batch_changes_nothing(batch_rows: int) -> None:
    assert read("receipt.xes.gz", batch_rows).equals(read("receipt.xes.gz"))
    assert read("purchasing_example.csv.gz", batch_rows).equals(read("purchasing_example.csv.gz"))


@pytest.mark.parametrize("name", ["receipt.xes.gz", "bpic15_1.xes.gz"])
def test_case_activity_time_and_resource_are_what_pm4py_reads(name: str, tmp_path: Path) -> None:
    out = tmp_path / "pm4py.parquet"
    command = [sys.executable, str(ORACLE), str(real_log(name)), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    ours = read(name)
    keys = {"dossier": "case:concept:name", "activity": "concept:name", "officer": "org:resource"}
    theirs = parquet.read_table(out)
    # pm4py sorts a log by case and time as it reads, ties in file order.
    places = pa.table(
        {"case": ours["dossier"], "time": ours["occurred_at"], "place": ours["sequence"], "row": range(ours.num_rows)}
    )
    order = places.sort_by([("case", "ascending"), ("time", "ascending"), ("place", "ascending")])["row"]
    ours = ours.take(order)
    for field, column in keys.items():
        assert ours[field].to_pylist() == theirs[column].cast(pa.string()).to_pylist()
    assert ours["occurred_at"].to_pylist() == theirs["time:timestamp"].to_pylist()


def test_the_times_of_a_log_without_offsets_are_taken_in_the_chosen_zone() -> None:
    log = open_log(real_log("waiting_causes/manual_log_1.csv"), timezone="UTC")
    (batch,) = log.batches()
    assert str(batch.events["started_at"][0]) == "2022-05-16 10:00:00+00:00"
    assert "Times without an offset are read in the time zone UTC." in log.notes
