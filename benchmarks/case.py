"""One problem to route: what every family makes and every table takes."""

from __future__ import annotations

from dataclasses import dataclass

from domroute import (
    Inventory,
    Line,
    Location,
    Network,
    Order,
    Policy,
    Quotes,
    Router,
    RoutingResult,
)

HERE = Location(lat=0.0, lon=0.0)
"""Where everything stands in instances that know no geography."""


@dataclass(frozen=True, slots=True)
class Case:
    """One order, what it is routed with, and the cost it must come to, where known."""

    name: str
    order: Order
    network: Network
    inventory: Inventory
    policy: Policy
    quotes: Quotes | None = None
    optimum: float | None = None

    def route(self, time_limit_s: float | None = None) -> RoutingResult:
        """Compile a router and route the order."""
        router = Router(self.network, self.inventory, self.policy)
        return router.route(self.order, quotes=self.quotes, time_limit_s=time_limit_s)


@dataclass(frozen=True, slots=True)
class Stream:
    """Many orders over one network and inventory, none of which is used up."""

    name: str
    orders: tuple[Order, ...]
    network: Network
    inventory: Inventory
    policy: Policy

    def router(self, policy: Policy | None = None) -> Router:
        """Compile a router, for another policy if one is given."""
        return Router(
            self.network, self.inventory, self.policy if policy is None else policy
        )


def order_of(name: str, quantities: dict[str, int]) -> Order:
    """Make an order with one line per SKU, the line named as the SKU."""
    return Order(
        id=name,
        destination=HERE,
        lines=[
            Line(id=sku, sku=sku, quantity=units) for sku, units in quantities.items()
        ],
    )
