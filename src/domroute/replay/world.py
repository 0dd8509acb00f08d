"""What is assumed of the world once orders are routed: pace, refusals, returns."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from domroute.units import Id, Money, Number
from domroute.validation import Frozen

Part = Annotated[Number, Field(ge=0, le=1)]
"""A share, from 0 to 1."""
_Hours = Annotated[Number, Field(ge=0, le=24 * 366)]
_Days = Annotated[Number, Field(ge=0, le=366)]


class Returns(Frozen):
    """How much of what is delivered comes back, how, and what that costs."""

    share: Part
    """Of delivered units."""
    in_store: Part = 0.0
    """Of returned units, those brought to the nearest store that is open."""
    days: _Days = 10.0
    """From delivery until the customer brings or sends it."""
    parcel_days: _Days = 5.0
    """That a parcel takes to come back."""
    resalable: Part = 0.9
    """Of returned units, those that go back to stock."""
    parcel_cost: Money = 8.0
    """Of a unit that is sent back."""
    store_cost: Money = 2.0
    """Of a unit that is brought to a store."""


class World(Frozen):
    """
    What happens to a plan once it is made.

    Chances are drawn for each order, node and line by themselves, from the seed alone:
    they are the same under every policy that is compared (common random numbers).

    Examples
    --------
    >>> World().transit(1600.0)
    datetime.timedelta(days=2)
    >>> World(pick_h=0).pick
    datetime.timedelta(0)
    """

    pick_h: _Hours = 4.0
    """
    From routing until a shipment leaves; until then it can be refused. Where shipments
    have dates, they are ready and leave by those.
    """
    km_per_day: Annotated[Number, Field(ge=1, le=1e6)] = 800.0
    least_transit_h: _Hours = 12.0
    inspection_h: _Hours = 24.0
    """From the arrival of a return until it may be sold again."""
    rejects: dict[Id, Part] = Field(default_factory=dict)
    """By kind of node, the share of shipments that it refuses when it should pick."""
    short_picks: dict[Id, Part] = Field(default_factory=dict)
    """By kind of node, the share of lines of which it finds nothing: they are lost."""
    late: dict[Id, Part] = Field(default_factory=dict)
    """By service, the share of shipments that it brings late."""
    late_days: Annotated[int, Field(ge=1, le=366)] = 1
    """How late those are."""
    returns: Returns | None = None

    @property
    def pick(self) -> timedelta:
        """How long picking takes."""
        return timedelta(hours=self.pick_h)

    @property
    def inspection(self) -> timedelta:
        """How long inspection takes."""
        return timedelta(hours=self.inspection_h)

    def transit(self, distance_km: float) -> timedelta:
        """Say how long a shipment is under way."""
        hours = distance_km / self.km_per_day * 24
        return timedelta(hours=max(self.least_transit_h, hours))


def chance(seed: int, *about: object) -> float:
    r"""
    Draw a number in :math:`[0, 1)` that depends on what it is about alone.

    The order in which chances are drawn does not matter, so two policies meet the same
    luck wherever they do the same.

    Examples
    --------
    >>> chance(0, "rejects", "o1", "N1") == chance(0, "rejects", "o1", "N1")
    True
    >>> 0 <= chance(1, "rejects", "o1", "N1") < 1
    True
    """
    text = "\x1f".join(map(str, (seed, *about)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
