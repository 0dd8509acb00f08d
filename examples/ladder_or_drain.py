"""Say which nodes fill first: by what work costs, by a ladder, or one after another."""

from domroute import (
    Handling,
    HandlingCost,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    NodePriority,
    Order,
    Policy,
    Router,
    Stock,
)

HERE = Location(lat=40.7, lon=-74.0)
# Priority, and what a shipment costs: the cheapest should be the last to be asked.
NODES = ("dc", 1, 5.0), ("outlet", 1, 9.0), ("store", 2, 2.0)
network = Network(
    nodes=[
        Node(
            id=name,
            location=HERE,
            priority=priority,
            cost=HandlingCost(per_shipment=cost),
        )
        for name, priority, cost in NODES
    ],
    items=[Item(sku="mug", weight_kg=0.5)],
)
inventory = Inventory(
    Stock(node=name, sku="mug", on_hand=units)
    for name, units in (("dc", 3), ("outlet", 2), ("store", 9))
)
RULES = {
    "by cost": [],
    "a ladder": [NodePriority()],
    "drained": [NodePriority(drain=True)],
}

for units in (4, 7):
    order = Order(
        id="o1",
        destination=HERE,
        lines=[Line(id="l1", sku="mug", quantity=units)],
    )
    for name, rules in RULES.items():
        policy = Policy(costs=[Handling()], rules=rules, unfilled_penalty=50.0)
        result = Router(network, inventory, policy).route(order)
        sent = ", ".join(
            f"{content.quantity} from {shipment.node_id}"
            for shipment in result.plan.shipments
            for content in shipment.contents
        )
        print(f"{units} mugs {name}: {sent} for {result.cost:.2f}, {result.status}")
