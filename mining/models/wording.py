"""How names and figures are written in pictures and in XML."""

import re
import textwrap

# What XML 1.0 cannot hold: control characters other than tab and line breaks, lone surrogates, two non-characters.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_UNITS = (("s", 1, 59.5), ("min", 60, 3570), ("h", 3600, 172800))


def printable(name: str) -> str:
    """Return a name with what XML cannot hold replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", name)


def wrapped(name: str, width: int, lines: int) -> list[str]:
    """Break a name into at most so many lines of at most `width` characters; an ellipsis says that it went on."""
    return textwrap.wrap(printable(name), width, max_lines=lines, placeholder=" …") or [""]


def duration(seconds: float) -> str:
    """Write seconds for a person, in s, min, h or d of 24 hours, with two or three digits."""
    unit, size = next(((unit, size) for unit, size, limit in _UNITS if abs(seconds) < limit), ("d", 86400))
    value = seconds / size
    return f"{value:.0f} {unit}" if unit in ("s", "min") or abs(value) >= 99.95 else f"{value:.1f} {unit}"
