"""What was planted and came into the log, counted as it is written: by kind and unit, if wanted with its dossiers."""

from collections import Counter

from simulation.dossier import Dossier, Fact


class Ledger:
    """How many events there were of each kind in each unit, and of which dossiers, by their codes.

    Codes are kept where `names_dossiers` only, and in order; without, what is kept does not grow with the dossiers.
    """

    def __init__(self, *, names_dossiers: bool) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        self.codes: dict[tuple[str, int], dict[bytes, None]] = {}
        self.facts: dict[tuple[str, int, int, int], dict[bytes, None]] = {}
        """By kind and number of the fact, process and unit."""
        self._names_dossiers = names_dossiers

    def note(self, kind: str, unit: int, dossier: Dossier) -> None:
        """Count an event of a kind in a unit."""
        self.counts[kind, unit] += 1
        if self._names_dossiers:
            self.codes.setdefault((kind, unit), {})[dossier.code] = None

    def deviated(self, fact: Fact, dossier: Dossier) -> None:
        """Take in that a dossier of a unit has left the way that is approved for its process."""
        if self._names_dossiers:
            key = (*fact, dossier.process, dossier.unit)
            self.facts.setdefault(key, {})[dossier.code] = None
