"""Products: what a unit is like, and what a kit is made of."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from domroute.errors import InputError, Issue
from domroute.pairs import Paired
from domroute.units import (
    Centimeters,
    Count,
    Flag,
    Id,
    Kilograms,
    Life,
    Moment,
    Money,
    Sku,
)
from domroute.validation import Frozen
from domroute.words import KitForm


class Component(Paired):
    """
    What a kit is made of: a SKU, and the units of it in each kit.

    A pair will do where one is read: ``("A", 2)``.

    Examples
    --------
    >>> Item(sku="SET", components=[("A", 2), ("B", 1)]).components[0]
    Component(sku='A', quantity=2)
    """

    sku: Sku
    """What is in it; no kit."""
    quantity: Count = 1
    """Units in each kit."""


class Item(Frozen):
    """
    A product in the catalog.

    Examples
    --------
    >>> Item(sku="A", length_cm=10, width_cm=20, height_cm=30).volume_cm3
    6000.0
    """

    sku: Id
    """Name of the item."""
    weight_kg: Kilograms = 0.0
    """Weight of a unit (kilograms)."""
    length_cm: Centimeters = 0.0
    """Longest side, or any (centimeters)."""
    width_cm: Centimeters = 0.0
    """Side (centimeters)."""
    height_cm: Centimeters = 0.0
    """Side (centimeters)."""
    unit_price: Money = 0.0
    """What a customer pays for a unit."""
    unit_cost: Money = 0.0
    """What a unit cost to buy."""
    tags: tuple[Id, ...] = ()
    """Kinds of handling it needs, such as ``"hazmat"`` or ``"cold"``."""
    ships_alone: Flag = False
    """Whether each unit is a parcel of its own, which it shares with nothing."""
    release_at: Moment | None = None
    """No unit of it leaves before."""
    minimum_life_days: Life = 0
    """Days that a unit is still good for when it comes, at least, where it expires."""
    components: tuple[Component, ...] = ()
    """
    What leaves in its place, if it is a kit: stock, weight, size, tags and release are
    theirs. Of its own row the price counts.
    """
    kit: KitForm = KitForm.TOGETHER
    """
    Whether each kit leaves one node in one shipment, or its parts may come from
    several; never a part of a kit alone.
    """
    digital: Flag = False
    """
    Whether it comes from no node: a gift card, a license, a download, a warranty. What
    is asked of it is delivered whole, as soon as the order is placed, or when it is
    released; it needs no stock, no shipment and no capacity, and costs nothing to send.
    Stock of it, its weight, sizes and tags are of no matter.
    """

    @model_validator(mode="after")
    def _check_components(self) -> Self:
        issues, seen = [], set[str]()
        if self.components and self.ships_alone:
            text = f"kit {self.sku!r} leaves as its components: say it of those"
            issues.append(Issue("kit_ships_alone", "ships_alone", text))
        for at, part in enumerate(self.components):
            where = f"components[{at}].sku"
            if part.sku == self.sku:
                text = f"kit {self.sku!r} is a component of itself"
                issues.append(Issue("kit_of_kits", where, text))
            elif part.sku in seen:
                text = f"{part.sku!r} appears more than once in kit {self.sku!r}"
                issues.append(Issue("repeated_component", where, text))
            seen.add(part.sku)
        if self.digital and self.components:
            text = f"{self.sku!r} is digital: a kit leaves as what it is made of"
            issues.append(Issue("digital_kit", "components", text))
        if issues:
            raise InputError(issues)
        return self

    @property
    def volume_cm3(self) -> float:
        """Volume of a unit (cubic centimeters)."""
        return self.length_cm * self.width_cm * self.height_cm

    @property
    def longest_cm(self) -> float:
        """The longest side of a unit (centimeters)."""
        return max(self.length_cm, self.width_cm, self.height_cm)
