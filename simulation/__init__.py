"""A queueing simulator of offices and dossiers: the city with planted truth, and the engine behind what-if.

It knows no other package: what it needs (office hours, a scenario) it is given, and what it makes are values and bytes.
"""


class SimulationError(Exception):
    """Base of every error that this package raises on purpose."""
