"""What a check found, how bad it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from api.settings import Language


class Outcome(StrEnum):
    """How bad it is: `failed` keeps the service from working or makes figures wrong, `warning` may do so later."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Return it in one of them."""
        return self.vi if language is Language.VI else self.en


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and what to do unless all is well."""

    outcome: Outcome
    found: Words
    todo: Words | None = None


def ok(vi: str, en: str) -> Verdict:
    """Return that all is well."""
    return Verdict(Outcome.OK, Words(vi, en))


def warning(found: tuple[str, str], todo: tuple[str, str]) -> Verdict:
    """Return something to look at; both texts in Vietnamese and English."""
    return Verdict(Outcome.WARNING, Words(*found), Words(*todo))


def failed(found: tuple[str, str], todo: tuple[str, str]) -> Verdict:
    """Return something to mend; both texts in Vietnamese and English."""
    return Verdict(Outcome.FAILED, Words(*found), Words(*todo))
