"""Stock: what there is of one SKU at one node, as a row and as columns."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import AwareDatetime

from domroute.units import FloatArray, Id, IntArray, Units
from domroute.validation import Frozen


class Inbound(Frozen):
    """Units that arrive later."""

    at: AwareDatetime
    quantity: Units


class Stock(Frozen):
    """
    Units of one SKU at one node.

    Whole units are promised: a fraction on hand is kept but never promised.

    Examples
    --------
    >>> Stock(node="N1", sku="A", on_hand=5, reserved=1, safety=2).available
    2
    """

    node: Id
    sku: Id
    on_hand: Units
    reserved: Units = 0.0
    """Promised already, by whoever counted ``on_hand``."""
    safety: Units = 0.0
    """Kept back from promising."""
    inbound: tuple[Inbound, ...] = ()
    velocity: Units | None = None
    """Units sold a day, where known."""

    @property
    def available(self) -> int:
        """Whole units that may be promised now."""
        return max(0, int(self.on_hand - self.reserved - self.safety))


@dataclass(frozen=True, slots=True)
class StockRows:
    """
    The ledger as columns, sorted by SKU and then node; each of shape ``(R,)``.

    Attributes
    ----------
    node, sku
        Positions in ``Inventory.node_ids`` and ``Inventory.skus``.
    on_hand, reserved, safety
        Units.
    velocity
        Units a day; NaN where not known.
    """

    node: IntArray
    sku: IntArray
    on_hand: FloatArray
    reserved: FloatArray
    safety: FloatArray
    velocity: FloatArray
