"""Aligns many traces at a time, in a worker process or in this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from mining.conformance.alignment import Aligner, Alignment
from mining.conformance.approved import Shape


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen, as symbols, and whether it is complete: see `Aligner.align`."""

    shape: Shape
    symbols: tuple[int, ...]
    complete: bool


def align_traces(traces: Sequence[Trace], limit_seconds: float) -> list[Alignment]:
    """Align each trace within the time limit; the traces of a shape stand together, similar ones beside each other."""
    found: list[Alignment] = []
    for shape, own in groupby(traces, key=lambda trace: trace.shape):
        aligner = Aligner(shape.automaton())
        found += [aligner.align(one.symbols, complete=one.complete, limit_seconds=limit_seconds) for one in own]
    return found
