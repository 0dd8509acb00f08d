"""What a replay is run with, and does not change while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domroute.goods import Goods
from domroute.network import Item
from domroute.orders import Order
from domroute.replay.tactic import Tactic
from domroute.replay.world import World, chance
from domroute.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """
    The network, how it is routed, what is assumed, and the luck.

    Attributes
    ----------
    orders
        As they were placed, by id.
    items
        By SKU.
    may_wait
        Whether some line may wait for stock still to come.
    kind
        Of each node, by id.
    """

    scenario: Scenario
    tactic: Tactic
    world: World
    seed: int
    orders: Mapping[str, Order]
    items: dict[str, Item] = field(init=False)
    kind: dict[str, str] = field(init=False)
    may_wait: bool = field(init=False)

    def __post_init__(self) -> None:
        network = self.scenario.network
        object.__setattr__(self, "items", {item.sku: item for item in network.items})
        object.__setattr__(self, "kind", {node.id: node.kind for node in network.nodes})
        usual = self.tactic.policy.allow_backorder
        said = {
            line.allow_backorder for one in self.orders.values() for line in one.lines
        }
        may_wait = True in said or (usual and None in said)
        object.__setattr__(self, "may_wait", may_wait)

    @property
    def is_dated(self) -> bool:
        """Whether shipments have dates, which the replay then goes by."""
        return self.scenario.network.is_dated or self.may_wait

    def goods(self, order_id: str) -> Goods:
        """Read what leaves for an order."""
        return Goods(self.orders[order_id], self.items)

    def happens(self, share: float, *about: object) -> bool:
        """Draw whether something happens that happens in a share of all cases."""
        return share > 0 and chance(self.seed, *about) < share
