"""
State a year of demand, draw its events, write them as tables and read them back.

A small shop sells a tenth more by the end of the year, and three times as much in the
week before Christmas. Its center and its two stores are filled up every week.
"""

import tempfile
from collections import Counter
from pathlib import Path

from domroute import Item, Location, Network, Node
from domroute.events import Placed, Received
from domroute.streams.areas import Area
from domroute.streams.baskets import Basket
from domroute.streams.demand import Demand, opening_stock
from domroute.streams.history import history_from_folder
from domroute.streams.records import events_to_frames
from domroute.streams.seasons import Peak, Seasons
from domroute.streams.supply import Replenishment

HARRISBURG = Location(lat=40.27, lon=-76.88)
NEW_YORK = Location(lat=40.71, lon=-74.01)
BOSTON = Location(lat=42.36, lon=-71.06)

network = Network(
    nodes=[
        Node(id="harrisburg", location=HARRISBURG),
        Node(id="soho", kind="store", location=NEW_YORK),
        Node(id="back-bay", kind="store", location=BOSTON),
    ],
    items=[Item(sku=f"item-{rank:02d}", weight_kg=0.5) for rank in range(1, 21)],
)
demand = Demand(
    start="2026-01-05T00:00:00-05:00",  # a Monday
    days=364,
    orders_per_day=20,
    areas=[
        Area(location=NEW_YORK, weight=4, scatter_km=30),
        Area(location=BOSTON, weight=1, scatter_km=20),
    ],
    seasons=Seasons(
        weekdays=(1, 1, 1, 1, 1, 1.5, 1.5),
        hours=(*[0] * 7, *[1] * 17),
        peaks=[Peak(first="2026-12-18", last="2026-12-24", factor=3)],
        trend=0.1,
    ),
    basket=Basket(lines=(0.7, 0.2, 0.1), zipf=1.0),
    pickup=0.25,
    canceled=0.03,
    replenishment=Replenishment(
        every_days=7,
        cover_days=14,
        lead_days=2,
        node_weights={"harrisburg": 8, "soho": 1, "back-bay": 1},
        follows="orders",
    ),
)


def main() -> None:
    """Draw the year, say what is in it, and take it through a folder of tables."""
    events = demand.draw(network, seed=7)
    stock = opening_stock(network, demand, seed=7)
    orders = [event.order for event in events if isinstance(event, Placed)]
    print(f"{len(orders):,} orders ({demand.expected_orders:,.0f} expected)")
    print("events:", dict(Counter(event.event for event in events)))

    received = sum(event.quantity for event in events if isinstance(event, Received))
    ordered = sum(line.quantity for order in orders for line in order.lines)
    opening = sum(row.on_hand for row in stock)
    print(f"units: {opening:,.0f} at first + {received:,} in, {ordered:,} ordered")

    days = Counter((order.placed_at - demand.start).days for order in orders)
    peak = sum(days[day] for day in range(347, 354))
    before = sum(days[day] for day in range(340, 347))
    print(f"the week before Christmas: {peak} orders, the one before that: {before}")

    with tempfile.TemporaryDirectory() as folder:
        for name, frame in events_to_frames(events).items():
            frame.to_csv(Path(folder) / f"{name}.csv", index=False)
        again = history_from_folder(folder, network)
    print("read back from tables:", again == events)


if __name__ == "__main__":
    main()
