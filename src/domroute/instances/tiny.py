"""A scenario small enough to read: six nodes, ten items, twenty orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domroute.capacity import Capacity
from domroute.costs import Handling, Shipping, parcel_service
from domroute.geography import Location
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.network import (
    DC,
    STORE,
    VENDOR,
    HandlingCost,
    Item,
    Network,
    Node,
)
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy
from domroute.rules import MaxDistance, NodeFilter
from domroute.scenario import Scenario
from domroute.split import SplitLimits
from domroute.words import Measure, Method

_PLACES: Final = {
    "newark": Location(lat=40.74, lon=-74.17, region="NJ"),
    "reno": Location(lat=39.53, lon=-119.81, region="NV"),
    "brooklyn": Location(lat=40.68, lon=-73.94, region="NY"),
    "boston": Location(lat=42.36, lon=-71.06, region="MA"),
    "los-angeles": Location(lat=34.05, lon=-118.24, region="CA"),
    "chicago": Location(lat=41.88, lon=-87.63, region="IL"),
    "denver": Location(lat=39.74, lon=-104.99, region="CO"),
}

_NODES: Final = (
    Node(
        id="dc-newark",
        kind=DC,
        location=_PLACES["newark"],
        cost=HandlingCost(per_shipment=1.5, per_line=0.25, per_unit=0.3),
    ),
    Node(
        id="dc-reno",
        kind=DC,
        location=_PLACES["reno"],
        cost=HandlingCost(per_shipment=1.4, per_line=0.25, per_unit=0.3),
    ),
    *(
        Node(
            id=f"store-{name}",
            kind=STORE,
            location=_PLACES[name],
            cost=HandlingCost(per_shipment=4.0, per_line=0.6, per_unit=0.9),
            capacity=Capacity(limit=8, measure=Measure.ORDERS),
        )
        for name in ("brooklyn", "boston", "los-angeles")
    ),
    Node(
        id="vendor-chicago",
        kind=VENDOR,
        location=_PLACES["chicago"],
        methods=(Method.SHIP,),
        cost=HandlingCost(per_shipment=2.5, per_line=0.4, per_unit=0.5),
        minimum_order=30.0,
    ),
)

# sku: weight (kg), sides (cm), price
_ITEMS: Final[dict[str, tuple[float, tuple[float, float, float], float]]] = {
    "mug": (0.4, (12, 10, 10), 12.0),
    "plate": (0.6, (27, 27, 3), 15.0),
    "kettle": (1.4, (25, 20, 24), 49.0),
    "lamp": (2.8, (60, 30, 30), 85.0),
    "rug": (7.5, (120, 25, 25), 140.0),
    "poster": (0.2, (70, 8, 8), 18.0),
    "candle": (0.5, (9, 9, 11), 16.0),
    "clock": (0.9, (32, 32, 6), 39.0),
    "chair": (9.0, (60, 55, 45), 120.0),
    "vase": (1.1, (30, 16, 16), 34.0),
}

# Units on hand. The chair is the vendor's alone, the vase is nowhere, the clock is in
# one store, and no one place has both a lamp and a rug.
_STOCK: Final[dict[str, dict[str, int]]] = {
    "dc-newark": {"mug": 30, "plate": 24, "kettle": 8, "lamp": 6, "poster": 5},
    "dc-reno": {"mug": 20, "plate": 10, "kettle": 4, "rug": 5, "candle": 12},
    "store-brooklyn": {"mug": 3, "kettle": 1, "candle": 4, "poster": 2, "clock": 2},
    "store-boston": {"mug": 4, "plate": 2, "lamp": 1, "candle": 3},
    "store-los-angeles": {"mug": 2, "rug": 1, "candle": 5, "poster": 1},
    "vendor-chicago": {"chair": 10, "candle": 20},
}
_NAMED: Final = Delivery(method=Method.PICKUP, node="store-boston")
_NEAR: Final = Delivery(method=Method.PICKUP, radius_km=25.0)
_TO_STORE: Final = Delivery(method=Method.SHIP_TO_STORE, node="store-brooklyn")

_Wishes = dict[str, int]

# Where to, what, and anything else that is said of the order.
_ORDERS: Final[tuple[tuple[str, _Wishes, dict[str, Any]], ...]] = (
    ("brooklyn", {"mug": 1}, {}),
    ("los-angeles", {"mug": 2}, {}),
    ("denver", {"kettle": 1, "plate": 2}, {}),
    ("boston", {"lamp": 1}, {"channel": "app"}),
    ("chicago", {"lamp": 1, "rug": 1}, {}),  # must split: no node has both
    ("boston", {"mug": 1, "candle": 1}, {"delivery": _NAMED}),
    ("brooklyn", {"poster": 1}, {"delivery": _NEAR}),
    ("denver", {"vase": 1}, {}),  # unfilled: no node has any
    ("chicago", {"chair": 1}, {}),  # the vendor, above its minimum
    ("boston", {"kettle": 1}, {"delivery": _NAMED}),  # unfilled: Boston has none
    ("brooklyn", {"clock": 3}, {}),  # two units ship, one stays unfilled
    ("los-angeles", {"rug": 1, "candle": 2}, {"tier": "gold"}),
    ("brooklyn", {"plate": 4}, {"delivery": _TO_STORE}),
    ("denver", {"mug": 6, "kettle": 2}, {}),
    ("chicago", {"candle": 1}, {}),  # below the vendor's minimum: comes from elsewhere
    ("boston", {"plate": 12, "mug": 12}, {"channel": "app"}),
    ("los-angeles", {"poster": 2}, {}),
    ("los-angeles", {"candle": 1}, {"delivery": _NEAR}),
    ("chicago", {"lamp": 2, "rug": 1, "chair": 1}, {}),  # three shipments
    ("brooklyn", {"kettle": 9}, {}),  # more than one node has
)


def tiny() -> Scenario:
    """
    Build the scenario; every part of it is written by hand, nothing is drawn.

    Examples
    --------
    >>> scenario = tiny()
    >>> len(scenario.network.nodes), len(scenario.network.items), len(scenario.orders)
    (6, 10, 20)
    """
    items = tuple(
        Item(
            sku=sku,
            weight_kg=weight_kg,
            length_cm=sides[0],
            width_cm=sides[1],
            height_cm=sides[2],
            unit_price=price,
            unit_cost=price / 2,
        )
        for sku, (weight_kg, sides, price) in _ITEMS.items()
    )
    opening = datetime(2026, 11, 2, 14, tzinfo=UTC)
    return Scenario(
        name="tiny",
        network=Network(nodes=_NODES, items=items, services=(parcel_service(),)),
        inventory=Inventory(
            Stock(node=node, sku=sku, on_hand=units)
            for node, shelf in _STOCK.items()
            for sku, units in shelf.items()
        ),
        orders=tuple(
            Order(
                id=f"o{number:02d}",
                lines=tuple(
                    Line(id=f"l{i}", sku=sku, quantity=quantity)
                    for i, (sku, quantity) in enumerate(wishes.items(), start=1)
                ),
                destination=_PLACES[place],
                placed_at=opening + timedelta(hours=number),
                **said,
            )
            for number, (place, wishes, said) in enumerate(_ORDERS, start=1)
        ),
        policy=Policy(
            costs=(Handling(), Shipping()),
            rules=(MaxDistance(km=1500.0, nodes=NodeFilter(kinds=(STORE,))),),
            splits=SplitLimits(max_shipments=3),
            unfilled_penalty=60.0,
        ),
    )
