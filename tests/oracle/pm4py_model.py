"""What pm4py makes of a model that we wrote: JSON in on standard input, JSON out.

In: `bpmn` and `pnml` (texts), `tree` (text), `variants` ([activities, ...]) that should fit. Out: the activities of
both files, how many elements the BPMN file has, whether the Petri net fits each variant, the footprints of the tree.
"""

import contextlib
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

CASE = "case:concept:name"
VISIBLE = 10_000  # what one activity that does not fit costs; silent steps cost 1


def judged(asked: dict) -> dict:
    """Read both files with pm4py and replay the variants on them."""
    import pm4py
    from pm4py.objects.process_tree.utils.generic import parse

    with tempfile.TemporaryDirectory() as folder:
        bpmn_file, pnml_file = Path(folder) / "model.bpmn", Path(folder) / "model.pnml"
        bpmn_file.write_text(asked["bpmn"], encoding="utf-8")
        pnml_file.write_text(asked["pnml"], encoding="utf-8")
        bpmn, net = pm4py.read_bpmn(str(bpmn_file)), pm4py.read_pnml(str(pnml_file))
    footprints = pm4py.discover_footprints(parse(asked["tree"]))
    return {
        "pnml_activities": sorted({one.label for one in net[0].transitions if one.label}),
        "fits": fits(net, asked["variants"]) if asked["variants"] else [],
        "bpmn_activities": sorted({node.get_name() for node in bpmn.get_nodes() if type(node).__name__ == "Task"}),
        "bpmn_shapes": len(bpmn.get_nodes()),
        "follows": sorted([*pair] for pair in {*footprints["sequence"], *footprints["parallel"]}),
        "start": sorted(footprints["start_activities"]),
        "end": sorted(footprints["end_activities"]),
    }


def fits(net: tuple, variants: list) -> list[bool]:
    """Replay each variant token by token; where that fails, which is a guess, ask for an optimal alignment."""
    import pandas
    import pm4py

    rows = [
        (f"{number:06d}", activity, pandas.Timestamp("2025-01-01", tz="UTC") + pandas.Timedelta(minutes=position))
        for number, activities in enumerate(variants)
        for position, activity in enumerate(activities)
    ]
    frame = pandas.DataFrame(rows, columns=[CASE, "concept:name", "time:timestamp"])
    found = [bool(one["trace_is_fit"]) for one in pm4py.conformance_diagnostics_token_based_replay(frame, *net)]
    for number in [number for number, fit in enumerate(found) if not fit]:
        one = frame[frame[CASE] == f"{number:06d}"]
        found[number] = pm4py.conformance_diagnostics_alignments(one, *net)[0]["cost"] < VISIBLE
    return found


def main() -> None:
    """Print the judgement alone: what pm4py prints goes nowhere."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        found = judged(asked)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
