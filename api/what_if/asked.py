"""What a question on what-if means for a log: which dossiers count, which changes are made, and which cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from api.what_if.answers import WhatIfAnswer, WhatIfQuestion
from api.what_if.documents import what_if_answer
from mining.opportunities.values import Opportunity
from mining.what_if import WhatIfError
from mining.what_if.edits import Edit
from mining.what_if.from_opportunities import translated
from mining.what_if.meant import about
from mining.what_if.model import Model
from mining.what_if.stated import edit_of
from mining.what_if.trial import Progress, Settings, WhatIf


@dataclass(frozen=True, slots=True)
class Log:
    """What is asked about: the model of a log, and its opportunities, which are searched when they are needed."""

    model: Model
    opportunities: Callable[[], Sequence[Opportunity]]


def stated_edits(question: WhatIfQuestion) -> list[Edit]:
    """Return the changes that are stated; raises WhatIfError."""
    return [edit_of(one) for one in question.edits]


def answered(question: WhatIfQuestion, log: Log, what_if: WhatIf, *, progress: Progress, stop: Event) -> WhatIfAnswer:
    """Try what is asked and return the answer; raises WhatIfError, and StoppedError once `stop` is set."""
    edits = stated_edits(question)
    chosen = _chosen(question, log)
    edits += [edit for one in chosen for edit in translated(one).edits]
    not_tried = [one for one in chosen if not translated(one).edits]
    if not_tried and not edits:
        raise WhatIfError("; ".join(f"{one.id}: {translated(one).reason_en}" for one in not_tried))
    settings = Settings(replications=question.replications, seed=question.seed, mode=question.arrivals)
    model = about(log.model, question.procedures, question.units)
    found = what_if.try_out(model, edits, settings, progress=progress, stop=stop)
    return what_if_answer(found, edits, not_tried)


def _chosen(question: WhatIfQuestion, log: Log) -> list[Opportunity]:
    if not question.opportunities:
        return []
    known = {one.id: one for one in log.opportunities()}
    for wanted in question.opportunities:
        if wanted not in known:
            some = ", ".join(list(known)[:5])
            raise WhatIfError(f"there is no opportunity {wanted!r} in this log; there are {some or 'none at all'}")
    return [known[wanted] for wanted in question.opportunities]
