"""What pm4py's alignments cost: JSON in on standard input, JSON out.

In: [{"pnml": text, "traces": [[name, ...], ...]}, ...]. Out: for each model the cost of an optimal alignment of each
trace, in visible moves of the log alone or of the model alone.
"""

import contextlib
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

VISIBLE = 10_000  # what one move of the log or of the model alone costs; silent steps cost 1


def costs(pnml: str, traces: list[list[str]]) -> list[int]:
    """Align each trace with a net."""
    import pm4py
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Event, Trace

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.pnml"
        file.write_text(pnml, encoding="utf-8")
        net = pm4py.read_pnml(str(file))
    found = []
    for names in traces:
        trace = Trace([Event({"concept:name": name}) for name in names])
        variant = (
            algorithm.Variants.VERSION_DIJKSTRA_NO_HEURISTICS
        )  # "less memory" is not optimal where nets have loops
        found.append(algorithm.apply_trace(trace, *net, variant=variant)["cost"] // VISIBLE)
    return found


def main() -> None:
    """Print the costs alone: what pm4py prints goes nowhere."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        found = [costs(one["pnml"], one["traces"]) for one in asked]
    json.dump({"costs": found}, sys.stdout)


if __name__ == "__main__":
    main()
