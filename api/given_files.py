"""Files that settings name: each is read before anything is opened, and its error begins with its setting."""

from api.calendars import OfficeHours
from api.settings import Settings
from mining.clocks.due_rules import DueError, OwnedRules
from mining.clocks.due_rules_file import load_due_rules
from mining.conformance import ConformanceError
from mining.conformance.mapping_file import read_step_mapping
from mining.conformance.matching import NO_MAPPING, StepMapping
from mining.savings import SavingsError
from mining.savings.plan import Plan
from mining.savings.plan_file import load_plan
from mining.thresholds import ThresholdError, Thresholds, load_thresholds
from mining.working_time.calendar import CalendarError


def office_hours(settings: Settings) -> OfficeHours:
    """Return the calendars of the file, below which those of the catalogue and the public sector's hold."""
    try:
        return OfficeHours(settings.calendars)
    except CalendarError as error:
        raise CalendarError(f"TINHGON_CALENDARS: {error}") from error


def due_rules(settings: Settings) -> OwnedRules:
    """Return how due dates are computed, by the program's rules where the settings name no file."""
    try:
        return load_due_rules(settings.due_rules) if settings.due_rules else OwnedRules()
    except DueError as error:
        raise DueError(f"TINHGON_DUE_RULES: {error}") from error


def plan_of(settings: Settings) -> Plan:
    """Return the assumptions behind the compliance cost, those of the program where the settings name no file."""
    try:
        return load_plan(settings.compliance) if settings.compliance else Plan()
    except SavingsError as error:
        raise SavingsError(f"TINHGON_COMPLIANCE: {error}") from error


def step_mapping_of(settings: Settings) -> StepMapping:
    """Return which activities persons took for which approved steps; nothing where the settings name no file."""
    try:
        return read_step_mapping(settings.step_mapping) if settings.step_mapping else NO_MAPPING
    except ConformanceError as error:
        raise ConformanceError(f"TINHGON_STEP_MAPPING: {error}") from error


def thresholds_of(settings: Settings) -> Thresholds:
    """Return from when on something is worth telling, by the program where the settings name no file."""
    try:
        return load_thresholds(settings.thresholds) if settings.thresholds else Thresholds()
    except ThresholdError as error:
        raise ThresholdError(f"TINHGON_THRESHOLDS: {error}") from error
