"""Boxes: what parcels may be packed into."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from domroute.units import Grams, Id, Kilograms, Money, ServiceId, Side
from domroute.validation import Frozen


class Box(Frozen):
    """
    A box that parcels may be packed into.

    Examples
    --------
    >>> box = Box(id="M", inner_cm=(30, 22, 15), outer_cm=(31, 23, 16), tare_kg=0.18)
    >>> box.outer_cm
    (31.0, 23.0, 16.0)
    """

    id: Id
    """Name of the box."""
    inner_cm: tuple[Side, Side, Side]
    """Its sides inside: length, width and height (centimeters)."""
    outer_cm: tuple[Side, Side, Side] | None = None
    """Its sides outside, in the same order (centimeters); as inside when absent."""
    tare_kg: Kilograms = 0.0
    """Weight of the empty box (kilograms)."""
    max_net_kg: Kilograms | None = None
    """The most that may be put into it (kilograms); no limit when absent."""
    price: Money = 0.0
    """What the box costs."""
    carbon_g: Grams = 0.0
    """What making it emits (grams of carbon dioxide or its equivalent)."""
    services: tuple[ServiceId, ...] = ()
    """The services it is for, such as its carrier's own; empty means all."""
    refused_tags: tuple[Id, ...] = ()
    """Items with one of these tags do not go into it."""

    @model_validator(mode="after")
    def _check_sides(self) -> Self:
        outer = self.outer_cm or self.inner_cm
        if any(o < i for o, i in zip(outer, self.inner_cm, strict=True)):
            message = f"outer_cm {outer} is smaller than inner_cm {self.inner_cm}"
            raise ValueError(message)
        return self
