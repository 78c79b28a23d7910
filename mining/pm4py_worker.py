"""Runs pm4py. Nothing else imports it, and nothing imports it but worker processes: it holds the interpreter for long,
takes seconds to import, and prints.

Activities are numbers here. Numbers, unlike names, come out of sets in the same order in every process, so that the
same variants always give the same tree.
"""

from collections import Counter
from collections.abc import Sequence

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


def _coded(tree: object) -> CodedTree:
    operator, label, children = (getattr(tree, name) for name in ("operator", "label", "children"))
    if operator is None:
        return None if label is None else int(label)
    return str(operator.value), [_coded(child) for child in children]
