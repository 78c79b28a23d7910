"""What lost hours can be grouped by: grains, columns and their short names. Never by officer."""

from api.waiting.kept import COLUMNS, SHORT
from mining.bottlenecks.ranking import GRAINS as _MINED_GRAINS

MINED = {"target_unit": "unit"}
"""What mining calls a column; the others have the same name there."""
_SHOWN = {mined: name for name, mined in MINED.items()}

GRAINS = {grain: tuple(_SHOWN.get(name, name) for name in columns) for grain, columns in _MINED_GRAINS.items()}
KEYS = (*COLUMNS, "hour")
NAMES = {**{name: (name,) for name in KEYS}, **{short: (name,) for short, name in SHORT.items()}, **GRAINS}
"""What may be named, and the columns of each."""
MOST = 1000
"""So many groups are ranked; the rest lost next to nothing."""


def columns_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that some of NAMES stand for, in the order of KEYS."""
    wanted = {column for name in names for column in NAMES[name]}
    return tuple(name for name in KEYS if name in wanted)
