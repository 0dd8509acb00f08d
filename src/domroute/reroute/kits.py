"""Kits seen as units of the lines that they fill, and as what leaves for them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from domroute.errors import InputError, Issue
from domroute.goods import Goods
from domroute.network import Item
from domroute.plan import Content, Shipment
from domroute.reroute.state import Kept, OrderState
from domroute.result import RoutingResult


@dataclass(frozen=True, slots=True)
class Kits:
    """
    What is kept, refused or canceled of an order is counted in units of its lines.

    So a kit stands in shipments as its own SKU while events are gone through; what has
    no kits stands as it is.

    Attributes
    ----------
    goods
        Reads what leaves for the lines of the order.
    items
        Of the network, by SKU.
    """

    goods: Goods
    items: Mapping[str, Item]

    def packed(self, part: Shipment) -> Shipment:
        """
        See a shipment with kits in place of their components.

        Raises
        ------
        InputError
            Code ``kit_in_parts``, if the components of a kit are in several shipments.
        """
        if self.goods.is_plain:
            return part
        held = self.goods.held(part.contents)
        for one in held:
            if not one.is_whole:
                text = f"kit {one.sku!r} is in several shipments, line {one.line_id!r}"
                where = f"order {part.order_id!r}"
                raise InputError([Issue("kit_in_parts", where, text)])
        contents = tuple(Content(one.line_id, one.sku, one.units) for one in held)
        return replace(part, contents=contents)

    def unpacked(self, part: Shipment) -> Shipment:
        """See a shipment with what leaves for its kits."""
        if self.goods.is_plain:
            return part
        contents = [
            Content(x.line_id, sku, units)
            for x in part.contents
            for sku, units in self.inside(x.sku, x.quantity)
        ]
        return replace(part, contents=tuple(contents))

    def inside(self, sku: str, units: int) -> list[tuple[str, int]]:
        """Say what leaves for so many units of a SKU."""
        parts = self.items[sku].components
        return [(x.sku, x.quantity * units) for x in parts] or [(sku, units)]

    def skus_in(self, sku: str) -> tuple[str, ...]:
        """Name what leaves for a SKU."""
        return tuple(name for name, _ in self.inside(sku, 1))

    def packed_state(self, state: OrderState) -> OrderState:
        """See what is kept so."""
        return replace(state, kept=_each(state.kept, self.packed))

    def unpacked_state(self, state: OrderState) -> OrderState:
        """See it as it leaves."""
        return replace(state, kept=_each(state.kept, self.unpacked))

    def packed_result(self, result: RoutingResult) -> RoutingResult:
        """See a plan so."""
        if self.goods.is_plain:
            return result
        parts = tuple(self.packed(part) for part in result.plan.shipments)
        return replace(result, plan=replace(result.plan, shipments=parts))

    def lost(self, lost: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        """Say what is lost of what kits are made of, by node and SKU."""
        found: dict[tuple[str, str], int] = {}
        for (node, sku), units in lost.items():
            for inside, count in self.inside(sku, units):
                found[node, inside] = found.get((node, inside), 0) + count
        return found


def _each(
    kept: Iterable[Kept], change: Callable[[Shipment], Shipment]
) -> tuple[Kept, ...]:
    return tuple(replace(one, shipment=change(one.shipment)) for one in kept)
