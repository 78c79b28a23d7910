"""What pm4py's alignments cost: JSON in on standard input, JSON out.

In: [{"pnml": text, "never": [name, ...], "traces": [[name, ...], ...]}, ...]. Out: for each model the cost of an
optimal alignment of each trace, in visible moves of the log alone or of the model alone. The model alone never does
what is named in `never`.
"""

import contextlib
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

VISIBLE = 10_000  # what one move of the log or of the model alone costs; silent steps cost 1
NEVER = 10_000 * VISIBLE


def costs(pnml: str, never: list[str], traces: list[list[str]]) -> list[int]:
    """Align each trace with a net."""
    import pm4py
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Event, Trace

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.pnml"
        file.write_text(pnml, encoding="utf-8")
        net = pm4py.read_pnml(str(file))
    parameters = algorithm.Parameters
    alone = {one: (NEVER if one.label in never else VISIBLE) if one.label else 1 for one in net[0].transitions}
    both = {one: 0 for one in net[0].transitions if one.label}
    found = []
    for names in traces:
        trace = Trace([Event({"concept:name": name}) for name in names])
        variant = (
            algorithm.Variants.VERSION_DIJKSTRA_NO_HEURISTICS
        )  # "less memory" is not optimal where nets have loops
        asked = {
            parameters.PARAM_MODEL_COST_FUNCTION: alone,
            parameters.PARAM_SYNC_COST_FUNCTION: both,
            parameters.PARAM_TRACE_COST_FUNCTION: [VISIBLE] * len(names),
        }
        found.append(algorithm.apply_trace(trace, *net, variant=variant, parameters=asked)["cost"] // VISIBLE)
    return found


def main() -> None:
    """Print the costs alone: what pm4py prints goes nowhere."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        found = [costs(one["pnml"], one["never"], one["traces"]) for one in asked]
    json.dump({"costs": found}, sys.stdout)


if __name__ == "__main__":
    main()
