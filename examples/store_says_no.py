"""Route an order again when a store says no: what stays, what moves, how it ends."""

from domroute import (
    Handling,
    HandlingCost,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    RerouteOptions,
    Router,
    SplitLimits,
    Stability,
    Stock,
)
from domroute.events import Accepted, Rejected, Shipped
from domroute.plan import Plan
from domroute.reroute.answer import Rerouted


def node(name: str, cost: float) -> Node:
    """Make a node that ships at a cost; all are in one place."""
    here = Location(lat=40.7, lon=-74.0)
    return Node(id=name, location=here, cost=HandlingCost(per_shipment=cost))


network = Network(
    nodes=[node("fulton", 2.0), node("jamaica", 3.0), node("dc", 6.0)],
    items=[Item(sku=sku) for sku in ("boots", "scarf", "hat")],
)
inventory = Inventory(
    [
        Stock(node="fulton", sku="boots", on_hand=1),
        Stock(node="fulton", sku="scarf", on_hand=1),
        Stock(node="jamaica", sku="hat", on_hand=1),
        Stock(node="dc", sku="boots", on_hand=5),
        Stock(node="dc", sku="scarf", on_hand=5),
        Stock(node="dc", sku="hat", on_hand=5),
    ]
)
policy = Policy(
    costs=[Handling(), Stability(per_line=1.5)],
    splits=SplitLimits(max_shipments=2),
    reroute=RerouteOptions(exclusion_hours=48, max_attempts=2),
)
order = Order(
    id="o1",
    placed_at="2026-11-23T10:00:00-05:00",
    destination=Location(lat=40.68, lon=-73.94),
    lines=[Line(id=sku, sku=sku, quantity=1) for sku in ("boots", "scarf", "hat")],
)

router = Router(network, inventory, policy)
result = router.route(order)
inventory.reserve(result.plan)
print("planned:", ", ".join(result.plan.node_ids), f"for {result.cost:.2f}")


def show(title: str, answer: Rerouted) -> None:
    """Say what came of it, and book it."""
    for part in answer.freed:
        inventory.release(part)
    inventory.reserve(Plan(answer.added), beside=True)
    print(f"\n{title}: {answer.status}, the rest costs {answer.result.cost:.2f}")
    for line, units in answer.result.costs:
        print(f"  {line} {units:.2f}")
    for change in answer.changes:
        before = ", ".join(at.node_id for at in change.before) or "nowhere"
        after = ", ".join(at.node_id for at in change.after) or "nowhere"
        print(f"  {change.line_id}: {before} -> {after}")
    for left in answer.plan.unfilled:
        print(f"  {left.sku} is left: {left.reason.sentence}")


answer = router.reroute(
    result,
    [
        Accepted(at="2026-11-23T11:00:00-05:00", order="o1", node="jamaica"),
        Rejected(
            at="2026-11-23T11:05:00-05:00", order="o1", node="fulton", line="boots"
        ),
    ],
)
show("Fulton has no boots", answer)

answer = router.reroute(
    answer,
    [
        Shipped(at="2026-11-23T12:00:00-05:00", order="o1", node="jamaica"),
        Rejected(at="2026-11-23T12:05:00-05:00", order="o1", node="dc", line="boots"),
    ],
)
show("Nor has the center", answer)
