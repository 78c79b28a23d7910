"""What pm4py finds in a log file, as JSON: run as `python pm4py_dfg.py FILE`.

The log is sorted by dossier and completion time, ties in file order: pm4py is wrong on unsorted frames.
"""

import contextlib
import json
import os
import sys
import warnings
from pathlib import Path

COLUMNS = {
    "gov_agency_approval.csv.gz": ("case_id", "Activity", "end_time"),
    "purchasing_example.csv.gz": ("case:concept:name", "concept:name", "time:timestamp"),
}
CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"


def read(path: Path):
    """Read the log as a frame with the columns that pm4py expects, sorted."""
    import pandas
    import pm4py

    if path.name in COLUMNS:
        frame = pandas.read_csv(path, dtype=str)[list(COLUMNS[path.name])]
        frame.columns = [CASE, ACTIVITY, TIME]
        frame[TIME] = pandas.to_datetime(frame[TIME], utc=True, format="ISO8601")
    else:
        frame = pm4py.read_xes(str(path))
    return frame.sort_values([CASE, TIME], kind="stable").reset_index(drop=True)


def findings(path: Path) -> dict:
    """Discover what our graph is compared with."""
    import pm4py

    frame = read(path)
    dfg, start, end = pm4py.discover_dfg(frame)
    return {
        "dfg": [[source, target, int(frequency)] for (source, target), frequency in dfg.items()],
        "start": {activity: int(frequency) for activity, frequency in start.items()},
        "end": {activity: int(frequency) for activity, frequency in end.items()},
        "variants": [[list(activities), int(frequency)] for activities, frequency in pm4py.get_variants(frame).items()],
    }


def main() -> None:
    """Print the findings alone: what pm4py prints goes nowhere."""
    warnings.simplefilter("ignore")
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        found = findings(Path(sys.argv[1]))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
