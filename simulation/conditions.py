"""What holds for a whole city, out of its scenario: the period, office hours, behaviour, delivery."""

from datetime import time

from simulation.city import Behaviour, DayOff, Delivery, Digital, OfficeHours, Peak, Period
from simulation.scenario import Scenario
from simulation.scenario_places import Calendar

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def office_hours(code: str, calendar: Calendar) -> OfficeHours:
    """Return a calendar of a scenario as office hours."""
    week = {str(day): slots for day, slots in calendar.week.items()}
    slots = tuple(
        tuple((time.fromisoformat(slot[:5]), time.fromisoformat(slot[6:])) for slot in sorted(week.get(day, ())))
        for day in _WEEKDAYS
    )
    return OfficeHours(
        code, calendar.version, slots, tuple(DayOff(one.day, one.working, one.source) for one in calendar.days)
    )


def period(scenario: Scenario) -> Period:
    """Return when dossiers arrive."""
    period = scenario.period
    return Period(
        first_day=period.first_day,
        last_day=period.last_day,
        events_until=period.events_until,
        weekdays=period.weekdays,
        off_days=period.off_days,
        hours=period.hours,
        peaks=tuple(Peak(one.name, one.first_day, one.last_day, one.factor) for one in period.peaks),
        trend=period.trend,
    )


def behaviour(scenario: Scenario) -> Behaviour:
    """Return how dossiers and citizens behave."""
    rule = scenario.behaviour
    return Behaviour(
        dossier_sigma=rule.dossier_sigma,
        channel_work=rule.channel_work.values(),
        channel_hold=rule.channel_hold.values(),
        supplement_days=rule.supplement_days,
        payment_days=rule.payment_days,
        suspension_days=rule.suspension_days,
        pickup_days=rule.pickup_days,
        citizen_sigma=rule.citizen_sigma,
        most_supplements=rule.most_supplements,
    )


def digital(scenario: Scenario) -> Digital:
    """Return the shares of dossiers with a flag."""
    rule = scenario.digital
    return Digital(
        digitised_input=rule.digitised_input.values(),
        paid_online=rule.paid_online.values(),
        e_signed=rule.e_signed,
        e_result=rule.e_result,
        apology=rule.apology,
    )


def delivery(scenario: Scenario) -> Delivery:
    """Return how events reach the topic: all of them in time and once in a clean scenario."""
    planted, on = scenario.planted, not scenario.clean
    return Delivery(
        late=planted.late_events if on else 0.0,
        late_hours=planted.late_hours,
        late_sigma=planted.late_sigma,
        repeated=planted.repeated_events if on else 0.0,
    )
