"""The account in one sentence, as a leader reads it."""

from api.wording import Wording
from mining.savings.figures import Account


def headline(account: Account, wording: Wording) -> str:
    """Return the headline of an account in the language of `wording`; days are those of Viet Nam."""
    nominal, found = account.nominal, account.realised
    as_of = wording.day(account.question.as_of)
    promised = wording.say(
        "saved_nominal",
        reengineered=wording.number(nominal.reengineered),
        procedures=wording.number(nominal.procedures),
        nominal=wording.number(float(nominal.cuts.hours), 1),
    )
    if not found.compared:
        return promised + wording.say("saved_nothing", as_of=as_of)
    low, high, interval = found.hours.low, found.hours.high, ""
    if low is not None and high is not None:
        interval = wording.say("saved_interval", low=wording.number(low, 1), high=wording.number(high, 1))
    return promised + wording.say(
        "saved_realised",
        realised=wording.number(found.hours.estimate, 1),
        interval=interval,
        dossiers=wording.number(found.compared),
        as_of=as_of,
    )
