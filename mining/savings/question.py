"""What is asked of the account: which changes, which dossiers, and how sure a verdict must be."""

from dataclasses import dataclass
from datetime import date, datetime

from mining.savings import SavingsError
from mining.savings.effect import Bootstrap
from mining.savings.evidence import Basis
from mining.savings.judgement import VERDICTS, Thresholds, Verdict
from mining.savings.study import Comparison

_COMPARISON, _BOOTSTRAP, _THRESHOLDS = Comparison(), Bootstrap(), Thresholds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The versions that came into force in [changed_from, changed_to), by the log up to `as_of`, and filters.

    `procedure` and `field` choose procedures, `verdict` those with that verdict; `unit` and `level` choose dossiers by
    the unit that handled them, and so the procedures that have any. Filters change no estimate: what is compared with
    what is the same for all of them. Raises SavingsError for what makes no sense.
    """

    as_of: datetime
    changed_from: date | None = None
    changed_to: date | None = None
    procedure: str | None = None
    field: str | None = None
    unit: str | None = None
    level: str | None = None
    verdict: Verdict | None = None
    comparison: Comparison = _COMPARISON
    bootstrap: Bootstrap = _BOOTSTRAP
    thresholds: Thresholds = _THRESHOLDS

    def __post_init__(self) -> None:
        if self.verdict is not None and self.verdict not in VERDICTS:
            raise SavingsError(f"the verdict '{self.verdict}' is not known; write {', '.join(VERDICTS)}")
        if not 1 <= self.bootstrap.replicates <= 20_000:
            raise SavingsError(f"{self.bootstrap.replicates} replicates cannot be made; ask for 1 to 20,000")
        _ = self.basis  # which refuses a period that makes no sense

    @property
    def basis(self) -> Basis:
        """What the evidence is read for; equal for questions that differ in filters only."""
        return Basis(
            as_of=self.as_of,
            changed_from=self.changed_from,
            changed_to=self.changed_to,
            comparison=self.comparison,
        )

    @property
    def by_dossier(self) -> bool:
        """Whether dossiers are chosen by their unit."""
        return self.unit is not None or self.level is not None
