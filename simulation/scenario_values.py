"""The values that a scenario file is made of, with their limits."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from simulation.city import CHANNELS

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
RoleKey = Literal["desk", "head", "officer", "leader", "clerk", "partner"]
HandlingLevel = Literal["department", "district", "ward"]
_ROUNDING = 1e-6


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a scenario file; a key that it does not know is an error."""


class Span(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Numbers from `low` to `high`, neither below 0."""

    low: NotNegative
    high: NotNegative

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(
                f"the span [{self.low:g}, {self.high:g}] ends below its start; write the lower number first"
            )


class ByChannel(Section, frozen=True, kw_only=True):
    """A number for each channel."""

    counter: NotNegative
    online: NotNegative
    postal: NotNegative

    def values(self) -> tuple[float, float, float]:
        """Return the numbers in the order of `simulation.city.CHANNELS`."""
        return self.counter, self.online, self.postal


class ChannelShares(ByChannel, frozen=True, kw_only=True):
    """The share of each channel; together they are 1."""

    def __post_init__(self) -> None:
        sum_to_one(dict(zip(CHANNELS, self.values(), strict=True)), "the shares of the channels")


def sum_to_one(shares: dict[str, float], what: str) -> None:
    total = sum(shares.values())
    if abs(total - 1) > _ROUNDING:
        parts = " + ".join(f"{name} {share:g}" for name, share in shares.items())
        raise ValueError(f"{what} add up to {total:g} ({parts}); they must add up to 1")


def in_order(first: date, last: date, what: str) -> None:
    if last < first:
        raise ValueError(f"{what} ends ({last}) before it starts ({first}); write the earlier day first")
