"""Say at checkout when an order can be there, what faster costs, and until when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domroute import (
    Calendar,
    DistanceZones,
    Handling,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Processing,
    RateCard,
    Router,
    Service,
    Shipping,
    Stock,
)

NEW_YORK = ZoneInfo("America/New_York")
BROOKLYN = Location(lat=40.68, lon=-73.94)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
THANKSGIVING = "2026-11-26"


def service(name: str, price: float, days: int) -> Service:
    """Make a service that comes at five and moves on weekdays."""
    return Service(
        id=name,
        calendar="carrier",
        pickups=["17:00"],
        transit_days=days,
        delivers_by="20:00",
        rate_card=RateCard(weights_kg=[1, 5], rates=[[price, 1.5 * price]]),
        zones=DistanceZones(bands_km=[]),
    )


network = Network(
    time_zone="America/New_York",
    calendars=[
        Calendar(
            id="dc",
            hours={day: [["08:00", "18:00"]] for day in WEEKDAYS},
            closed=[THANKSGIVING],
        ),
        Calendar(
            id="shop",
            hours={day: [["10:00", "20:00"]] for day in (*WEEKDAYS, "sat", "sun")},
            closed=[THANKSGIVING],
        ),
        Calendar(id="carrier", days=WEEKDAYS, closed=[THANKSGIVING]),
    ],
    nodes=[
        Node(
            id="dc-newark",
            location=Location(lat=40.74, lon=-74.17),
            cost={"per_shipment": 1.5},
            calendar="dc",
            cutoff="14:00",
            processing=Processing(minutes=90),
        ),
        Node(
            id="store-fulton",
            kind="store",
            location=Location(lat=40.69, lon=-73.98),
            cost={"per_shipment": 4.0},
            calendar="shop",
            processing=Processing(minutes=30),
        ),
    ],
    services=[
        service("ground", 7.0, 3),
        service("two-day", 12.0, 2),
        service("overnight", 24.0, 1),
    ],
    items=[Item(sku="boots", weight_kg=1.6), Item(sku="scarf", weight_kg=0.2)],
)
inventory = Inventory(
    [
        Stock(node="dc-newark", sku="scarf", on_hand=40),
        Stock(node="dc-newark", sku="boots", on_hand=9),
        Stock(node="store-fulton", sku="scarf", on_hand=2),
    ]
)
policy = Policy(costs=(Handling(), Shipping()), unfilled_penalty=60.0)
router = Router(network, inventory, policy)
cart = Order(
    id="cart",
    destination=BROOKLYN,
    lines=[Line(id="l1", sku="scarf", quantity=1)],
)


def ask(
    title: str, clock: str, methods: str | None = None, radius_km: float | None = None
) -> None:
    """Print what may be promised on the day before Thanksgiving."""
    now = datetime.fromisoformat(f"2026-11-25T{clock}").replace(tzinfo=NEW_YORK)
    promise = router.promise(cart, now=now, methods=methods, radius_km=radius_km)
    print(f"{title}\n{promise}\n")


def main() -> None:
    """Ask before and after the cut-off, and for the store around the corner."""
    ask("At the center's cut-off, 14:00", "14:00:00")
    ask("A second later it is the work of Friday", "14:00:01")
    ask("To ship, or to collect within 10 km", "14:00", methods="any", radius_km=10.0)

    now = datetime(2026, 11, 25, 13, 55, tzinfo=NEW_YORK)
    option = router.promise(cart, now=now).option("overnight")
    if option.valid_until is not None:
        until = option.valid_until.astimezone(NEW_YORK)
        print(f"Overnight, told at 13:55, holds until {until:%H:%M}.")
    inventory.reserve(option.result.plan)  # a promise alone takes nothing
    print(f"Bought: {inventory.available('dc-newark', 'scarf')} left at dc-newark.")


if __name__ == "__main__":
    main()
