"""Three lamps, one of them there: wait for the truck, send now and later, or leave."""

from domroute import (
    Backorder,
    Handling,
    Inbound,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Router,
    Stock,
)

TRUCK = Inbound(at="2026-12-08T08:00:00Z", quantity=4)
network = Network(
    nodes=[
        Node(
            id="newark",
            location=Location(lat=40.74, lon=-74.17),
            cost={"per_shipment": 9.0},
        )
    ],
    items=[Item(sku="lamp", weight_kg=3.0)],
)
inventory = Inventory([Stock(node="newark", sku="lamp", on_hand=1, inbound=[TRUCK])])
order = Order(
    id="o1",
    placed_at="2026-12-02T10:00:00Z",
    destination=Location(lat=42.36, lon=-71.06),
    lines=[Line(id="l1", sku="lamp", quantity=3)],
)


def tell(title: str, policy: Policy) -> None:
    """Print what leaves when, and what is left, under a policy."""
    result = Router(network, inventory, policy).route(order)
    parts = []
    for part in result.plan.shipments:
        when = "now" if part.stock_at is None else f"on {part.stock_at:%d %b}"
        parts.append(f"{part.units} {when}")
    parts += [f"{left.quantity} {left.reason.value}" for left in result.plan.unfilled]
    print(f"{title:<17}{result.cost:>7.2f}  {', '.join(parts)}")


def main() -> None:
    """Forbid waiting, and price it: cheap, dear, and dearer than to leave a lamp."""
    tell("forbidden", Policy(costs=[Handling()], unfilled_penalty=40.0))
    for price in (1.0, 12.0, 60.0):
        costs = [Handling(), Backorder(per_unit=price)]
        policy = Policy(costs=costs, allow_backorder=True, unfilled_penalty=40.0)
        tell(f"{price:.0f} for each unit", policy)


if __name__ == "__main__":
    main()
