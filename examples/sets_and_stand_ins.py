"""Sell what nobody has packed, and send something else where that is cheaper."""

from domroute import (
    Handling,
    HandlingCost,
    Inventory,
    Item,
    KitForm,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Router,
    Stock,
)

here = Location(lat=40.7, lon=-74.0)
network = Network(
    nodes=[
        Node(id="newark", location=here, cost=HandlingCost(per_shipment=4.0)),
        Node(id="reno", location=here, cost=HandlingCost(per_shipment=6.0)),
    ],
    items=[
        Item(sku="mug"),
        Item(sku="pot-blue"),
        Item(sku="pot-white"),
        Item(
            sku="set",
            unit_price=35.0,
            components=[("mug", 2), ("pot-blue", 1)],
            kit=KitForm.PARTS,
        ),
    ],
)
inventory = Inventory(
    [
        Stock(node="newark", sku="mug", on_hand=4),
        Stock(node="newark", sku="pot-white", on_hand=5),
        Stock(node="reno", sku="pot-blue", on_hand=3),
    ]
)
router = Router(network, inventory, Policy(costs=[Handling()], unfilled_penalty=30.0))


def show(title: str, name: str, line: Line) -> None:
    """Route an order of one line, reserve what leaves, and say what that is."""
    order = Order(id=name, destination=here, lines=[line])
    result = router.route(order)
    inventory.reserve(result.plan)
    print(f"{title}: {result.status} at {result.cost:.2f}")
    for part in result.plan.shipments:
        goods = ", ".join(f"{c.quantity} x {c.sku}" for c in part.contents)
        print(f"  {part.node_id}: {goods} ({dict(part.costs)})")
    for left in result.plan.unfilled:
        print(f"  left: {left.quantity} x {left.sku}, {left.reason.sentence}")


show("one set", "o1", Line(id="l1", sku="set", quantity=1))
for penalty in (1.0, 5.0):
    show(
        f"two blue pots, or white at {penalty:g}",
        f"o-{penalty:g}",
        Line(id="l1", sku="pot-blue", quantity=2, substitutes=[("pot-white", penalty)]),
    )
print("left at newark:", inventory.available("newark", "mug"), "mugs")
