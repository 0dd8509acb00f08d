"""Six orders, three units a day: who is packed when, as days fill and get dear."""

from domroute import (
    Calendar,
    Capacity,
    Delivery,
    Handling,
    Inventory,
    Item,
    Line,
    Load,
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

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
network = Network(
    time_zone="America/New_York",
    calendars=[
        Calendar(id="dc", hours={day: [["09:00", "17:00"]] for day in WEEKDAYS})
    ],
    nodes=[
        Node(
            id="newark",
            location=Location(lat=40.74, lon=-74.17),
            calendar="dc",
            cutoff="14:00",
            cost={"per_shipment": 2.0},
            capacity=Capacity(limit=3, measure="units", per="day"),
        )
    ],
    items=[Item(sku="lamp", weight_kg=1.0)],
    services=[
        Service(
            id="ground",
            rate_card=RateCard(weights_kg=(5.0,), rates=((6.0,),)),
            zones=DistanceZones(bands_km=()),
            calendar="dc",
            pickups=("17:00",),
            transit_days=1,
        )
    ],
)
orders = [
    Order(
        id=f"o{at}",
        placed_at="2026-12-21T10:00:00-05:00",
        destination=Location(lat=40.0, lon=-75.1),
        delivery=Delivery(need_by="2026-12-24"),
        lines=[Line(id="l1", sku="lamp", quantity=1)],
    )
    for at in range(6)
]


def tell(title: str, *terms: Load) -> None:
    """Print what is packed on each day, and what days cost."""
    inventory = Inventory([Stock(node="newark", sku="lamp", on_hand=50)])
    costs = [Handling(), Shipping(), Speed(per_line_day=1.5), *terms]
    policy = Policy(costs=costs, unfilled_penalty=90.0)
    batch = Router(network, inventory, policy).route_batch(orders)
    days: dict[str, int] = {}
    for result in batch.results:
        for part in result.plan.shipments:
            day = f"{part.works_on:%a %d}"
            days[day] = days.get(day, 0) + part.units
    paid = sum(x.plan.order_costs.to_dict().get("load", 0.0) for x in batch.results)
    packed = ", ".join(f"{units} on {day}" for day, units in sorted(days.items()))
    print(f"{title:<22}{packed}; {paid:.2f} for days, {batch.status}")


def main() -> None:
    """Fill days to the brim; make the last third of each dear; or work overtime."""
    tell("three a day")
    tell("the third costs 4", Load(free_share=2 / 3, per_unit=4.0))
    tell("overtime at 1", Load(free_share=1.0, per_unit=0.0, over_per_unit=1.0))


if __name__ == "__main__":
    main()
