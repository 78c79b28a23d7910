"""Which changes an opportunity comes to; some come to none, and the reason is said."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mining.opportunities.values import Opportunity
from mining.what_if.edits import Duration, Edit, Officers, Parallel, RemoveStep, Share, Sittings

_ALL_ONLINE = 0.95
"""Not every citizen can apply online: so many do if the others are helped to."""


@dataclass(frozen=True, slots=True)
class Translated:
    """The changes that an opportunity comes to; where it comes to none, why, in English and Vietnamese."""

    edits: tuple[Edit, ...]
    reason_en: str | None = None
    reason_vi: str | None = None


def translated(found: Opportunity) -> Translated:
    """Return the changes that an opportunity comes to."""
    if found.kind in _NOT_POSSIBLE:
        return Translated((), *_NOT_POSSIBLE[found.kind])
    return Translated(_POSSIBLE[found.kind](found))


def _text(found: Opportunity, name: str) -> str | None:
    return found.key.get(name)


def _to_norm(found: Opportunity) -> float:
    mean, norm = found.facts["mean_hours"], found.facts["norm"]
    return min(norm / mean, 1.0) if mean > 0 else 1.0


def _batching(found: Opportunity) -> tuple[Edit, ...]:
    return (Sittings(unit=_text(found, "unit"), role=_text(found, "role") or ""),)


def _contention(found: Opportunity) -> tuple[Edit, ...]:
    load, officers, norm = (found.facts[name] for name in ("load", "officers", "norm"))
    more = max(1, math.ceil(load * officers / norm - officers))
    return (Officers(unit=_text(found, "unit") or "", role=_text(found, "roles") or "", more=more),)


def _agency(found: Opportunity) -> tuple[Edit, ...]:
    return (
        Duration(
            factor=_to_norm(found),
            of="outside",
            activity=_text(found, "activity"),
            procedure=_text(found, "procedure"),
        ),
    )


def _idle_return(found: Opportunity) -> tuple[Edit, ...]:
    return (
        Duration(factor=_to_norm(found), of="outside", activity=_text(found, "activity"), unit=_text(found, "unit")),
    )


def _supplements(found: Opportunity) -> tuple[Edit, ...]:
    return (Share(trait="supplements", share=found.facts["norm"], procedure=_text(found, "procedure")),)


def _approval(found: Opportunity) -> tuple[Edit, ...]:
    return (RemoveStep(activity=_text(found, "activity") or "", procedure=_text(found, "procedure")),)


def _sequential(found: Opportunity) -> tuple[Edit, ...]:
    first, second = (_text(found, name) or "" for name in ("first", "second"))
    return (Parallel(first=first, second=second, procedure=_text(found, "procedure")),)


def _unit_gap(found: Opportunity) -> tuple[Edit, ...]:
    factor = 1 / max(found.facts["ratio"], 1.0)
    where = {"procedure": _text(found, "procedure"), "dossier_unit": _text(found, "dossier_unit")}
    return (Duration(factor=factor, of="both", **where),)


def _channel(found: Opportunity) -> tuple[Edit, ...]:
    return (Share(trait="online", share=_ALL_ONLINE, procedure=_text(found, "procedure")),)


_POSSIBLE: Mapping[str, Callable[[Opportunity], tuple[Edit, ...]]] = {
    "batching": _batching,
    "signing": _batching,
    "contention": _contention,
    "agency": _agency,
    "idle_return": _idle_return,
    "supplements": _supplements,
    "approval": _approval,
    "sequential": _sequential,
    "unit_gap": _unit_gap,
    "channel": _channel,
}
_NOT_POSSIBLE: Mapping[str, tuple[str, str]] = {
    "limit": (
        "a shorter limit is a promise: it changes nobody's work, so there is nothing to simulate",
        "rút ngắn thời hạn là lời hứa, không làm thay đổi công việc của ai nên không có gì để mô phỏng",
    ),
    "prioritization": (
        "another order of the same work takes from some dossiers what it gives to others; the mean stays",
        "đổi thứ tự xử lý chỉ chuyển thời gian chờ từ hồ sơ này sang hồ sơ khác; trung bình không đổi",
    ),
    "unavailability": (
        "the officers of a desk share its hours in the simulation, so that one who is absent cannot be stood in for",
        "trong mô phỏng, cán bộ cùng bộ phận có chung giờ làm nên không mô phỏng được việc thay người vắng",
    ),
    "ping_pong": (
        "why a step is done again is not in the log, so that nobody knows how dossiers would go without it",
        "nhật ký không cho biết vì sao một bước phải làm lại nên không biết hồ sơ sẽ đi thế nào nếu không làm lại",
    ),
    "knock_out": (
        "what an earlier check would have refused is not in the log of dossiers that were refused later",
        "nhật ký không cho biết kiểm tra sớm hơn sẽ từ chối những hồ sơ nào",
    ),
    "two_systems": (
        "work typed a second time takes no time of its own in the log, so there is nothing to simulate without it",
        "việc nhập lần hai không có thời gian riêng trong nhật ký nên không mô phỏng được khi bỏ đi",
    ),
}
KINDS = (*_POSSIBLE, *_NOT_POSSIBLE)
"""All kinds of opportunities that are known here."""
