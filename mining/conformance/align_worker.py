"""Aligns many traces at a time, in a worker process or in this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from mining.conformance.alignment import Aligner, Alignment
from mining.conformance.approved import Shape
from mining.conformance.rules import Sign


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
        aligners: dict[bool, Aligner] = {}
        for one in own:
            ends = Sign.END in one.symbols
            if ends not in aligners:
                aligners[ends] = Aligner(shape.automaton(ends=ends))
            found.append(aligners[ends].align(one.symbols, complete=one.complete, limit_seconds=limit_seconds))
    return found
