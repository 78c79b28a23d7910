"""Ports of this machine."""

import socket
from contextlib import suppress


def unless_taken(port: int) -> int | None:
    """The port itself when nothing listens on it (0 becomes any free port), else None.

    Nothing is reserved: another program may still take it before whoever asked does.
    """
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just left is free
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])
    return None


def usual_or_free(port: int) -> int:
    """The port itself, or any free one when it is taken."""
    found = unless_taken(port) or unless_taken(0)
    if found is None:
        raise OSError("this machine has no free port left")
    return found
