"""A sofa and a lamp on one date: by two trucks, or put together at a hub."""

from domroute import (
    Delivery,
    Handling,
    Inventory,
    Item,
    Lane,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    RateCard,
    Router,
    Service,
    Shipping,
    Speed,
    Stock,
)
from domroute.services import DistanceZones

CARD = RateCard(weights_kg=(5.0, 50.0), rates=((12.0, 38.0),))


def lane_from(origin: str) -> Lane:
    """Make a lane to the hub: there on the next morning, for little."""
    return Lane(
        id=f"{origin}-columbus",
        origin=origin,
        destination="columbus",
        cost={"per_shipment": 2.0, "per_kg": 0.1},
        pickups=["19:00"],
        transit_days=1,
        delivers_by="06:00",
    )


network = Network(
    time_zone="America/New_York",
    nodes=[
        Node(id="newark", location=Location(lat=40.7, lon=-74.2)),
        Node(id="chicago", location=Location(lat=41.9, lon=-87.6)),
        Node(
            id="columbus",
            location=Location(lat=40.0, lon=-83.0),
            methods=["merge"],
            receiving_minutes=90,
            cost={"per_shipment": 3.0},
        ),
    ],
    items=[Item(sku="sofa", weight_kg=40.0), Item(sku="lamp", weight_kg=3.0)],
    services=[
        Service(
            id="ground",
            rate_card=CARD,
            zones=DistanceZones(bands_km=()),
            pickups=("17:00",),
            transit_days=2,
        )
    ],
    lanes=[lane_from("newark"), lane_from("chicago")],
)
stock = [
    Stock(node="newark", sku="sofa", on_hand=4),
    Stock(node="chicago", sku="lamp", on_hand=9),
]
order = Order(
    id="o1",
    placed_at="2026-12-01T10:00:00-05:00",
    destination=Location(lat=39.95, lon=-75.16),
    delivery=Delivery(together=True),
    lines=[
        Line(id="l1", sku="sofa", quantity=1),
        Line(id="l2", sku="lamp", quantity=1),
    ],
)


def main() -> None:
    """Price a day of waiting from nothing up, and say what leaves from where."""
    for price in (0.0, 2.0, 5.0):
        costs = [Handling(), Shipping(), Speed(per_line_day=price)]
        policy = Policy(costs=costs, unfilled_penalty=500.0)
        result = Router(network, Inventory(stock), policy).route(order)
        hub = result.plan.merged_at
        where = "apart" if hub is None else f"put together at {hub}"
        (day,) = {part.delivers_on for part in result.plan.shipments}
        print(f"a day at {price:.2f}: {where}, there {day:%d %b}, {result.cost:.2f}")
        for part in result.plan.shipments:
            goods = ", ".join(content.sku for content in part.contents) or "the whole"
            print(f"  {part.node_id}: {goods} by {part.service}")


if __name__ == "__main__":
    main()
