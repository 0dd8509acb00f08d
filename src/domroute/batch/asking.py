"""What the orders of a batch are asked of: one network and policy, or their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domroute.answers.compiled import Compiled
from domroute.costs.quotes import Quotes
from domroute.offers.priced import Offers, Rung
from domroute.orders import Order
from domroute.policy import Policy


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """
    What a batch is asked of, and the quotes that it is asked with.

    Attributes
    ----------
    compiled
        The network and policy, and the stock that all share.
    quotes
        Costs and workloads already known.
    own
        By order id, the same under the order's own terms and limits.
    rungs
        How far down a ladder each order goes, once that is found.
    is_alone
        Whether it is one order, whose stock and days no other wants.
    """

    compiled: Compiled
    quotes: Quotes | None
    own: Mapping[str, Compiled] = field(default_factory=dict)
    rungs: dict[str, Rung] = field(default_factory=dict)
    is_alone: bool = False

    def of(self, order: Order) -> Compiled:
        """Return what an order is asked of."""
        return self.own.get(order.id, self.compiled)

    def policy_of(self, order: Order) -> Policy:
        """Return the terms and limits of an order."""
        return self.of(order).policy

    def within(self, seconds: float) -> Asked:
        """Ask every order within a time limit."""
        own = {name: one.within(seconds) for name, one in self.own.items()}
        return replace(self, compiled=self.compiled.within(seconds), own=own)

    def price(self, order: Order) -> Offers:
        """Find what may be shipped for an order; by the same rung of a ladder again."""
        rung = self.rungs.get(order.id)
        found = self.of(order).offers(
            order, self.quotes, rung=rung, is_alone=self.is_alone
        )
        if found.has_ladder:
            self.rungs[order.id] = found.rung
        return found
