"""Buy online, pick up in a store or near home; stores ship what centers lack."""

from domroute import (
    Delivery,
    Handling,
    Inventory,
    Item,
    Line,
    Location,
    MaxDistance,
    Network,
    Node,
    NodeFilter,
    Order,
    Policy,
    Router,
    Shipping,
    Stock,
)

BROOKLYN = Location(lat=40.68, lon=-73.94)

network = Network(
    nodes=[
        Node(
            id="dc-newark",
            location=Location(lat=40.74, lon=-74.17),
            cost={"per_shipment": 1.5},
        ),
        Node(
            id="store-fulton",
            kind="store",
            location=Location(lat=40.69, lon=-73.98),
            cost={"per_shipment": 4.0},
        ),
        Node(
            id="store-jamaica",
            kind="store",
            location=Location(lat=40.70, lon=-73.80),
            cost={"per_shipment": 4.0},
        ),
    ],
    items=[Item(sku="boots", weight_kg=1.6), Item(sku="scarf", weight_kg=0.2)],
)
inventory = Inventory(
    [
        Stock(node="dc-newark", sku="scarf", on_hand=40),
        Stock(node="store-fulton", sku="scarf", on_hand=2),
        Stock(node="store-jamaica", sku="scarf", on_hand=3),
        Stock(node="store-jamaica", sku="boots", on_hand=2),
    ]
)
policy = Policy(
    costs=(Handling(), Shipping()),
    rules=[MaxDistance(km=300.0, nodes=NodeFilter(kinds=["store"]))],
    unfilled_penalty=60.0,
)
router = Router(network, inventory, policy)


def ask(title: str, wishes: dict[str, int], **delivery: object) -> None:
    """Route an order of someone in Brooklyn and print the plan."""
    order = Order(
        id=title,
        destination=BROOKLYN,
        lines=[
            Line(id=f"l{at}", sku=sku, quantity=quantity)
            for at, (sku, quantity) in enumerate(wishes.items(), start=1)
        ],
        delivery=Delivery.model_validate(delivery),
    )
    print(f"{title}\n{router.route(order)}\n")


def main() -> None:
    """Ask for the same goods in five ways."""
    ask("Scarf by parcel: the center is cheapest", {"scarf": 1})
    ask("Boots by parcel: only a store has them", {"boots": 1})
    ask(
        "Both, picked up at Fulton: no boots there",
        {"boots": 1, "scarf": 1},
        method="pickup",
        node="store-fulton",
    )
    ask(
        "Both, picked up within 15 km of home",
        {"boots": 1, "scarf": 1},
        method="pickup",
        radius_km=15.0,
    )
    ask(
        "Boots, shipped to the store at Fulton",
        {"boots": 1},
        method="ship_to_store",
        node="store-fulton",
    )


if __name__ == "__main__":
    main()
