"""Reads a XES log with pm4py and writes four of its columns to a Parquet file; run as a program of its own.

pm4py prints and warns when it is imported, so tests never import it: `python pm4py_read.py LOG.xes.gz OUT.parquet`.
"""

import sys
import time
import warnings

COLUMNS = ["case:concept:name", "concept:name", "time:timestamp", "org:resource"]


def main(log: str, out: str) -> None:
    """Write the columns of `log` to `out`, in the order of pm4py's table; print the seconds that reading took."""
    warnings.simplefilter("ignore")
    import pm4py

    started = time.perf_counter()
    table = pm4py.read_xes(log)
    seconds = time.perf_counter() - started
    if out:
        table[COLUMNS].to_parquet(out)
    print(f"seconds={seconds:.3f} events={len(table)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
