"""Route one order for two units over two nodes, with quotes the caller knows."""

from domroute import (
    Capacity,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Quotes,
    Router,
    SplitLimits,
    Stock,
)

network = Network(
    nodes=[
        Node(id="N1", kind="dc", location=Location(lat=40.7, lon=-74.0)),
        Node(
            id="S7",
            kind="store",
            location=Location(lat=39.9, lon=-75.2),
            capacity=Capacity(limit=120, measure="units"),  # or orders, lines, workload
        ),
    ],
    items=[Item(sku="A", weight_kg=1.2)],
)
inventory = Inventory(
    [Stock(node="N1", sku="A", on_hand=5), Stock(node="S7", sku="A", on_hand=1)]
)
policy = Policy(splits=SplitLimits(max_shipments=3), unfilled_penalty=50.0)
router = Router(network, inventory, policy)

order = Order(
    id="o1",
    destination=Location(lat=40.0, lon=-75.1),
    lines=[Line(id="l1", sku="A", quantity=2)],
)
quotes = Quotes(
    shipments={("o1", "N1"): 8.75},  # (order, node): cost once per shipment
    units={("o1", "l1", "N1"): 0.43},  # (order, line, node): cost per unit
    workload={("o1", "l1", "N1"): 2.5},  # (order, line, node): capacity used per unit
)
result = router.route(order, quotes=quotes)

print(f"{result.status}: cost {result.cost:.2f}, bound {result.bound:.2f}")
for shipment in result.plan.shipments:
    contents = [(part.line_id, part.sku, part.quantity) for part in shipment.contents]
    print(f"ship from {shipment.node_id}: {contents} for {shipment.cost:.2f}")
for part in result.plan.unfilled:
    print(f"unfilled {part.line_id}: {part.quantity}, {part.reason.sentence}")

inventory.reserve(result.plan)  # routing itself takes nothing
print(f"left at N1: {inventory.available('N1', 'A')}")
