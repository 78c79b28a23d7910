"""How fast is a XES log read into events, beside pm4py's read_xes, and does memory stay constant?

    python bench/xes_import.py LOG.xes.gz [--rounds 3] [--times 4]

Each reading runs in a process of its own, ours and pm4py's in turns; the figure that counts is the ratio within one
run. Then the log is repeated a number of times in one file, to see that the peak of memory does not follow.
"""

import argparse
import gzip
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ORACLE = Path(__file__).parents[1] / "tests" / "oracle" / "pm4py_read.py"
GOAL = 10
_RESULT = re.compile(r"seconds=([0-9.]+) events=(\d+)(?: peak_mib=(\d+))?")


def read(log: Path) -> None:
    """Read the log to its end, in this process, and print what it took."""
    from ingest.sources import open_log

    started = time.perf_counter()
    events = sum(batch.events.num_rows for batch in open_log(log).batches())
    seconds = time.perf_counter() - started
    # Not ru_maxrss: a new process inherits that of the one that started it.
    peak = int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0]) // 1024
    print(f"seconds={seconds:.3f} events={events} peak_mib={peak}")


def in_a_process(*command: str | Path) -> tuple[float, int, int]:
    """Run one reading; return its seconds, its events and its peak of memory in MiB (0 where it tells none)."""
    done = subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True, text=True)
    found = _RESULT.search(done.stdout)
    if found is None:
        raise SystemExit(f"no result in: {done.stdout}")
    return float(found[1]), int(found[2]), int(found[3] or 0)


def repeated(log: Path, times: int, out: Path) -> Path:
    """Write a log with the traces of `log` many times over."""
    opener = gzip.open if log.name.endswith(".gz") else open
    with opener(log, "rb") as file:
        text = file.read()
    first, last = text.find(b"<trace"), text.rfind(b"</log>")
    with gzip.open(out, "wb", compresslevel=1) as file:
        file.write(text[:first])
        for _ in range(times):
            file.write(text[first:last])
        file.write(text[last:])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read(arguments.log)
        return
    ours, theirs = [], []
    for _ in range(arguments.rounds):
        ours.append(in_a_process(__file__, arguments.log, "--read"))
        theirs.append(in_a_process(ORACLE, arguments.log))
        print(f"tinhgon {ours[-1][0]:.2f} s, pm4py {theirs[-1][0]:.2f} s")
    if ours[0][1] != theirs[0][1]:
        raise SystemExit(f"tinhgon reads {ours[0][1]} events, pm4py {theirs[0][1]}")
    seconds, peak = statistics.median(one[0] for one in ours), ours[0][2]
    ratio = statistics.median(one[0] for one in theirs) / seconds
    print(f"{ours[0][1]} events, {ours[0][1] / seconds:,.0f} events/s, {ratio:.1f} times pm4py (goal {GOAL})")
    with tempfile.TemporaryDirectory() as folder:
        many = repeated(arguments.log, arguments.times, Path(folder) / "many.xes.gz")
        seconds, events, more = in_a_process(__file__, many, "--read")
    print(f"{events} events: {seconds:.2f} s, peak {more} MiB (the log alone: {peak} MiB)")


if __name__ == "__main__":
    main()
