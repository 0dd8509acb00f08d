"""How many ways an order may be split, and what each part must be worth."""

from __future__ import annotations

from pydantic import Field

from domroute.units import Flag, Money
from domroute.validation import Frozen


class SplitLimits(Frozen):
    """
    Limits on dividing an order; each is hard, or soft at the price beside it.

    Examples
    --------
    >>> SplitLimits(max_shipments=1).max_shipments  # no split at all
    1
    """

    max_shipments: int | None = Field(default=None, ge=1, le=10**6)
    """The most shipments an order may take, all of them counted: 1 means no split."""
    max_nodes: int | None = Field(default=None, ge=1, le=10**6)
    """The most nodes an order may take, all of them counted: 1 means a single node."""
    over_limit_price: Money | None = None
    """Price of each shipment beyond ``max_shipments`` and of each node beyond
    ``max_nodes``; None forbids them."""
    split_price: Money = 0.0
    """A price for each shipment beyond the first, besides what it costs anyway."""
    ship_complete: Flag = False
    """Whether an order is filled completely or not at all."""
    incomplete_price: Money | None = None
    """With ``ship_complete``: price of a partly filled order; None forbids it."""
    several_services: Flag = True
    """Whether a node may send one delivery by several services at once, a shipment by
    each: all of them count. Otherwise it sends it in one, which waits for all of it."""
    min_order_value: Money = 0.0
    """Orders worth less than this are not split over nodes."""
    min_part_value: Money = 0.0
    """No shipment of a split order may be worth less than this: every part is checked,
    the last one too."""
