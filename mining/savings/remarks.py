"""What a person should look at before relying on a figure of the account."""

import numpy as np

from mining.savings.evidence import Evidence
from mining.savings.figures import Realised
from mining.savings.groups import Groups

_LEAST_UNCHANGED = 100


def process_warnings(known: Evidence, number: int, realised: Realised) -> tuple[str, ...]:
    """Return the warnings on one change: of the catalogue, on its limits, and on its dossiers."""
    change = known.changes[number]
    found = list(change.new.warnings)
    if change.kind == "first":
        found.append("no earlier version applied to these dossiers: there is no old limit, and nothing to compare with")
    if change.kind == "incomparable" and change.old:
        found.append(
            f"the limit of version {change.old.version} is in {_unit(change.old.limit.unit)}, that of version"
            f" {change.new.version} in {_unit(change.new.limit.unit)}: no hours can be counted between them"
        )
    if change.cut_calendar_days is not None:
        found.append("the limits are in calendar days: the cut is counted in days, not in working hours")
    study = known.effect.study
    forgotten = int((study.forgotten & (study.change == number)).sum())
    if forgotten:
        found.append(
            f"{forgotten} dossiers are open for more than twice as long as any finished one took: they are left out as"
            " forgotten; if their end was not recorded, correct the log"
        )
    left = int(((study.change == number) & ~study.comparable & ~study.forgotten).sum())
    if left:
        found.append(
            f"{left} of {realised.taken_in} dossiers are not compared: before the change their unit handled none that"
            " they could be compared with"
        )
    return tuple(found)


def account_warnings(known: Evidence, groups: Groups) -> tuple[str, ...]:
    """Return the warnings on the account as a whole."""
    study, found = known.effect.study, []
    since = _unchanged_since(known)
    if since:
        found.append(since)
    if not len(study.change):
        found.append("no dossier was accepted before the end of the data: nothing realised can be shown")
    units = set(known.handled.units.names)
    for code, successor in sorted(known.handled.units.merged.items()):
        if successor in units:
            found.append(f"unit {code} was taken over by {successor}: its dossiers count with those of {successor}")
    first = sum(known.changes[number].old is None for number in groups.chosen)
    if first:
        found.append(
            f"{first} new versions have no earlier one: they are counted as neither changed nor re-engineered; if they"
            " replaced something, add the old version to the catalogue"
        )
    return tuple(found)


def _unchanged_since(known: Evidence) -> str | None:
    """Warn where nothing tells the trend: no dossier without a change was taken in during the weeks after them."""
    study = known.effect.study
    treated = study.change >= 0
    if not treated.any():
        return None
    after = int((~treated & (study.week >= int(np.median(study.week[treated])))).sum())
    if after >= _LEAST_UNCHANGED:
        return None
    return (
        f"only {after} dossiers without a change were taken in while most of those under a change were: the trend since"
        " then is not known, and is in the estimates"
    )


def _unit(unit: str) -> str:
    return unit.replace("_", " ")
