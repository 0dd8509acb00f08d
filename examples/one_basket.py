"""A grill, bleach, coffee and a gift card: parcels, who may carry them, and no node."""

from domroute import (
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    RateCard,
    RequireTag,
    Router,
    Service,
    Stock,
)
from domroute.services import DistanceZones


def carrier(name: str, rates: tuple[float, ...], *tags: str) -> Service:
    """Make a service by a card of three weights."""
    card = RateCard(weights_kg=(2.0, 5.0, 20.0), rates=(rates,))
    zones = DistanceZones(bands_km=())
    return Service(id=name, rate_card=card, zones=zones, tags=tags)


network = Network(
    nodes=[
        Node(
            id="reno",
            location=Location(lat=39.53, lon=-119.81),
            cost={"per_shipment": 1.5},
        )
    ],
    items=[
        Item(sku="grill", weight_kg=12.0, ships_alone=True),
        Item(sku="bleach", weight_kg=1.0, tags=["chemical"]),
        Item(sku="coffee", weight_kg=0.5, tags=["food"]),
        Item(sku="gift-card", unit_price=25.0, digital=True),
    ],
    services=[
        carrier("ground", (5.0, 7.0, 15.0)),
        carrier("trained", (6.0, 9.0, 17.0), "chemical"),
    ],
)
goods = ("grill", "bleach", "coffee")
stock = [Stock(node="reno", sku=sku, on_hand=9) for sku in goods]
order = Order(
    id="o1",
    destination=Location(lat=37.77, lon=-122.42),
    lines=[Line(id=sku, sku=sku, quantity=1) for sku in (*goods, "gift-card")],
)


def tell(title: str, policy: Policy) -> None:
    """Print the shipments under a policy, and what needs none."""
    result = Router(network, Inventory(stock), policy).route(order)
    print(f"{title}: {result.cost:.2f}")
    for part in result.plan.shipments:
        held = ", ".join(content.sku for content in part.contents)
        print(f"  {held} by {part.service}: {part.costs.total:.2f}")
    for one in result.plan.digital:
        print(f"  {one.sku} from nowhere")


def main() -> None:
    """Share parcels, then keep chemicals from food, then ask for who may take them."""
    apart = [("chemical", "food")]
    trained = RequireTag(tag="chemical", of=["services"])
    tell("bleach beside coffee", Policy())
    tell("apart", Policy(apart=apart))
    tell("apart, and by the trained", Policy(apart=apart, rules=[trained]))


if __name__ == "__main__":
    main()
