"""Discovers process models in worker processes, within a time limit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mining import MiningError
from mining.models.bpmn import Diagram, diagram
from mining.models.bpmn_xml import bpmn_xml
from mining.models.caption import model_caption
from mining.models.pm4py_worker import CodedTree, discover, quality, start_worker
from mining.models.pnml import pnml
from mining.models.tree import SILENT, Node, Operator, activities, folded, text
from mining.paths.variants import Variant, Variants
from mining.workers import Failures, Workers, WorkersError, WorkersTimeoutError

MAX_VARIANTS = 1000
MAX_ACTIVITIES = 80
"""Beyond these a model takes minutes to discover and nobody can read it."""


class DiscoveryError(MiningError):
    """A model could not be discovered."""


@dataclass(frozen=True, slots=True)
class Model:
    """A discovered model: a BPMN 2.0 file, a PNML file, the process tree as text, and the diagram to draw.

    It describes the `covered_dossiers` of `dossiers` that take the `covered_variants` most frequent of `variants`.
    """

    bpmn: bytes
    pnml: bytes
    tree: str
    drawing: Diagram
    noise: float
    dossiers: int
    covered_dossiers: int
    variants: int
    covered_variants: int
    root: Node = SILENT


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a discovered model is, each from 0 to 1; `mining.models.pm4py_worker.quality` says by which formulas.

    Fitness: how much of what was done the model allows. Precision: how much of what it allows was done. Simplicity:
    how few arcs its Petri net has. Of the `dossiers` it was measured on, `inexact_dossiers` took too long to align and
    count as if nothing of them fitted: the fitness is then a lower bound.
    """

    fitness: float
    precision: float
    simplicity: float
    dossiers: int
    inexact_dossiers: int


class Discovery:
    """Discovers models in worker processes; safe to use from several threads.

    A worker starts with the first model, or with `warm()`. It ends with `close()`, and by itself when this process
    is gone, however that came about.
    """

    def __init__(self, *, timeout_seconds: float = 60.0, workers: int = 1) -> None:
        self._timeout_seconds = timeout_seconds
        self._workers = Workers(start_worker, workers=workers)

    @property
    def failures(self) -> Failures:
        """What the workers failed at since the start."""
        return self._workers.failures

    def warm(self) -> None:
        """Start a worker in the background, so that the first model need not wait for it."""
        self._workers.warm()

    def model(self, variants: Variants, *, noise: float = 0.2) -> Model:
        """Discover a model from the most frequent variants, as many as MAX_VARIANTS and MAX_ACTIVITIES allow.

        `noise` from 0 to 1: 0 keeps all behaviour, higher values leave out what is rare beside its alternatives. Raises
        DiscoveryError when there is nothing to discover from, when it takes too long, and when the worker fails.
        """
        if not 0 <= noise <= 1:
            raise DiscoveryError(f"noise is {noise}; it must be from 0 to 1")
        if not variants.variants:
            raise DiscoveryError("no dossier has a completed step yet: there is nothing to discover a model from")
        chosen = readable(variants.variants)
        names = sorted({activity for variant in chosen for activity in variant.activities})
        codes = {name: code for code, name in enumerate(names)}
        coded = [(tuple(codes[name] for name in one.activities), one.frequency) for one in chosen]
        found = self._asked("discovered", discover, (coded, noise))
        return _model(folded(_named(found, names)), variants, chosen, noise)

    def quality(self, model: Model, variants: Variants) -> Quality:
        """Measure a model on the most frequent variants, as many as `model` would take.

        Raises DiscoveryError as `model` does; half of the time limit is for the alignments.
        """
        chosen = readable(variants.variants)
        if not chosen:
            raise DiscoveryError("no dossier has a completed step yet: there is nothing to measure the model on")
        names = sorted(activities(model.root).union(*(one.activities for one in chosen)))
        codes = {name: code for code, name in enumerate(names)}
        coded = [(tuple(codes[name] for name in one.activities), one.frequency) for one in chosen]
        asked = (coded, _coded(model.root, codes), self._timeout_seconds / 2)
        fitness, precision, simplicity, inexact = self._asked("measured", quality, asked)
        return Quality(fitness, precision, simplicity, sum(one.frequency for one in chosen), inexact)

    def close(self, timeout_seconds: float = 5.0) -> None:
        """End the workers at once; models in hand fail with DiscoveryError. Returns within `timeout_seconds`."""
        self._workers.close(timeout_seconds)

    def _asked(self, what: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            return self._workers.run(work, arguments, timeout_seconds=self._timeout_seconds)
        except WorkersTimeoutError as error:
            raise DiscoveryError(
                f"the model could not be {what}: it took more than {self._timeout_seconds:g} s;"
                " choose a smaller slice or more noise, or allow more time"
            ) from error
        except WorkersError as error:
            raise DiscoveryError(f"the model could not be {what}: {error}") from error
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError, MemoryError) as error:
            raise DiscoveryError(
                f"the model could not be {what}: pm4py says {type(error).__name__}: {error}"
            ) from error


def readable(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Return the most frequent variants, at most MAX_VARIANTS with MAX_ACTIVITIES together, but at least one."""
    chosen: list[Variant] = []
    seen: set[str] = set()
    for variant in variants[:MAX_VARIANTS]:
        seen.update(variant.activities)
        if chosen and len(seen) > MAX_ACTIVITIES:
            break
        chosen.append(variant)
    return tuple(chosen)


def _named(tree: CodedTree, names: Sequence[str]) -> Node:
    if tree is None:
        return SILENT
    if isinstance(tree, int):
        return Node(activity=names[tree])
    operator, children = tree
    return Node(Operator(operator), children=tuple(_named(child, names) for child in children))


def _coded(tree: Node, codes: Mapping[str, int]) -> CodedTree:
    if tree.operator is not None:
        return tree.operator.value, [_coded(child, codes) for child in tree.children]
    return None if tree.activity is None else codes[tree.activity]


def _model(tree: Node, variants: Variants, chosen: Sequence[Variant], noise: float) -> Model:
    covered = sum(one.frequency for one in chosen)
    drawing = diagram(tree)
    note = model_caption(len(chosen), variants.total, covered, variants.dossiers)
    return Model(
        bpmn=bpmn_xml(drawing, note=note).encode(),
        pnml=pnml(tree).encode(),
        tree=text(tree),
        drawing=drawing,
        noise=noise,
        dossiers=variants.dossiers,
        covered_dossiers=covered,
        variants=variants.total,
        covered_variants=len(chosen),
        root=tree,
    )
