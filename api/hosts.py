"""Which names the service answers to: a page of somebody else must not reach it through a name of its own.

A web page whose name is made to point at the loopback address (DNS rebinding) reaches the service as if it were its
own, but must send its own name in `Host`. An address made of numbers cannot be pointed anywhere else.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

ANY = "*"
_LOOPBACK = "localhost"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that requests may be addressed to, besides those of the loopback and numeric addresses."""

    names: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Hosts":
        """Return the hosts with these names; `*` stands for all, `*.example.vn` for all below a domain."""
        return cls(frozenset(one.strip().lower().rstrip(".") for one in names if one.strip()))

    def answer_to(self, host: str) -> bool:
        """Whether a `Host` header, with or without a port, is one to answer to; an empty one comes from no browser."""
        name = _without_port(host.strip().lower()).rstrip(".")
        if not name or ANY in self.names or name in self.names or _is_address(name):
            return True
        if name == _LOOPBACK or name.endswith(f".{_LOOPBACK}"):
            return True
        return any(one.startswith("*.") and name.endswith(one[1:]) for one in self.names)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    name, _colon, _port = host.partition(":")
    return name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
