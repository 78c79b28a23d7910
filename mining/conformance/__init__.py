"""What really happens against what was approved: approved processes as models, alignments, deviations, hours."""

from mining import MiningError


class ConformanceError(MiningError):
    """Something cannot be compared with the approved process; the message says why and what to do."""
