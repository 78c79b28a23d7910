"""Runs pm4py. Nothing else imports it, and nothing imports it but worker processes: it holds the interpreter for long,
takes seconds to import, and prints.

Activities are numbers here. Numbers, unlike names, come out of sets in the same order in every process, so that the
same variants always give the same tree.
"""

import time
from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Any

from mining.workers import start_quiet_worker

CodedVariant = tuple[tuple[int, ...], int]
CodedTree = tuple[str, list["CodedTree"]] | int | None
"""An operator with its children, an activity, or nothing: a silent step."""


def start_worker() -> None:
    """Silence this process, tie its life to that of its parent, and import pm4py."""
    start_quiet_worker()
    import pm4py  # noqa: F401


def discover(variants: Sequence[CodedVariant], noise: float) -> CodedTree:
    """Discover a process tree from variants and their frequencies.

    The inductive miner without noise (every variant fits), else its infrequent form with `noise` (0 to 1) as threshold
    (Leemans, Fahland, van der Aalst: "Discovering Block-Structured Process Models from Event Logs Containing
    Infrequent Behaviour", 2013).
    """
    from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL
    from pm4py.algo.discovery.inductive.variants.im import IMUVCL
    from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL

    parameters = {"noise_threshold": noise}
    miner = IMFUVCL(parameters) if noise else IMUVCL(parameters)
    return _coded(miner.apply(IMDataStructureUVCL(Counter(dict(variants))), parameters))


def quality(
    variants: Sequence[CodedVariant], tree: CodedTree, budget_seconds: float
) -> tuple[float, float, float, int]:
    """Return fitness, precision and simplicity of a process tree, and how many dossiers were not aligned in time.

    Fitness from optimal alignments, 1 - cost / worst cost over all dossiers (van der Aalst, Adriansyah, van Dongen
    2012); past the budget a variant counts with its worst cost. Precision by escaping edges (Muñoz-Gama, Carmona: "A
    Fresh Look at Precision in Process Conformance", 2010). Simplicity by the arc degree (Vázquez-Barreiros, Mucientes,
    Lama: "ProDiGen", 2015).
    """
    import pm4py
    from pm4py.algo.evaluation.precision.variants import etconformance_token
    from pm4py.algo.evaluation.simplicity.variants import arc_degree
    from pm4py.objects.log.obj import Event, EventLog, Trace

    net = pm4py.convert_to_petri_net(_process_tree(tree))
    traces = [Trace([Event({"concept:name": str(one)}) for one in activities]) for activities, _ in variants]
    frequencies = [frequency for _, frequency in variants]
    fitness, inexact = _fitness(net, traces, frequencies, budget_seconds)
    scale = max(1.0, sum(frequencies) / _MOST_TRACES)
    log = EventLog(trace for trace, often in zip(traces, frequencies, strict=True) for _ in range(ceil(often / scale)))
    parameters = {etconformance_token.Parameters.SHOW_PROGRESS_BAR: False}
    precision = etconformance_token.apply(log, *net, parameters=parameters)
    return fitness, float(precision), float(arc_degree.apply(net[0])), inexact


_MOST_TRACES = 5_000
"""Precision walks through every dossier: more are scaled down, each variant keeping its share and at least one."""

_VISIBLE = 10_000
"""What pm4py takes for a move of the log or of the model alone; a silent step costs it 1."""


def _fitness(
    net: tuple[Any, Any, Any], traces: Sequence[Any], frequencies: Sequence[int], budget_seconds: float
) -> tuple[float, int]:
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Trace

    limit = algorithm.Parameters.PARAM_MAX_ALIGN_TIME_TRACE
    variant = algorithm.Variants.VERSION_STATE_EQUATION_A_STAR
    deadline = time.monotonic() + budget_seconds
    shortest = algorithm.apply_trace(Trace(), *net, variant=variant)["cost"] // _VISIBLE
    cost = worst = inexact = 0
    for trace, frequency in zip(traces, frequencies, strict=True):
        left = deadline - time.monotonic()
        found = algorithm.apply_trace(trace, *net, variant=variant, parameters={limit: left}) if left > 0 else None
        alone = len(trace) + shortest
        cost += frequency * (alone if found is None else found["cost"] // _VISIBLE)
        worst += frequency * alone
        inexact += frequency * (found is None)
    return (1 - cost / worst if worst else 1.0), inexact


def _process_tree(tree: CodedTree) -> Any:
    from pm4py.objects.process_tree.obj import Operator, ProcessTree

    if tree is None or isinstance(tree, int):
        return ProcessTree(label=None if tree is None else str(tree))
    node = ProcessTree(operator=next(one for one in Operator if one.value == tree[0]))
    node.children = [_process_tree(child) for child in tree[1]]
    for child in node.children:
        child.parent = node
    return node


def _coded(tree: object) -> CodedTree:
    operator, label, children = (getattr(tree, name) for name in ("operator", "label", "children"))
    if operator is None:
        return None if label is None else int(label)
    return str(operator.value), [_coded(child) for child in children]
