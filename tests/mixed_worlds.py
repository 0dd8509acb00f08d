"""
Orders of all kinds of lines at once, small enough that every plan is gone through.

Two addresses, a curbside line, one for the store, a kit, a line that something else may
fill, and one that may wait. There is little of anything, and some SKUs are asked for by
several lines, so that what one takes another lacks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from builders import item, line, node
from domroute.costs import Backorder, Handling, Lateness, Shipping, Speed
from domroute.ledger import Inbound, Inventory, Stock
from domroute.network import Network
from domroute.orders import Delivery, Order
from domroute.policy import Policy
from domroute.split import SplitLimits
from drawn_times import is_so

WEEK = ("mon", "tue", "wed", "thu", "fri")
MOST = 7
"""Units that leave, at most: those of components, not of kits."""
ORDERED = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
"""A Monday, 10:30 in New York."""


class MixedMade(NamedTuple):
    """What was drawn."""

    order: Order
    network: Network
    inventory: Inventory
    policy: Policy


def drawn_mixed(seed):
    """Draw an order and what it is routed with."""
    rng = Random(f"mixed {seed}")
    placed = ORDERED + timedelta(
        days=rng.randrange(5), minutes=rng.choice((0, 0, 75, 209, 210, 211, 330, 480))
    )
    mugs = rng.choice((1, 1, 1, 2))
    return MixedMade(
        order_of(rng, placed, mugs),
        network_of(rng, mugs),
        stock_of(rng, placed),
        policy_of(rng),
    )


# --- network ------------------------------------------------------------------------


def network_of(rng, mugs):
    """Draw a center, a store and a vendor, a lane, and two or three services."""
    hours = {"dc": ("09:00", "17:00"), "shop": ("10:00", "19:00")}
    calendars = [
        {"id": name, "hours": {day: [row] for day in WEEK}}
        for name, row in hours.items()
    ]
    closed = [(ORDERED + timedelta(days=rng.choice((1, 2, 3, 9)))).date()]
    calendars.append({"id": "carrier", "days": WEEK, "closed": closed})
    return Network(
        time_zone="America/New_York",
        calendars=calendars,
        nodes=nodes_of(rng),
        items=items_of(rng, mugs),
        services=services_of(rng),
        lanes=[
            {
                "id": "truck",
                "origin": "dc",
                "destination": "shop",
                "cost": {
                    "per_shipment": rng.choice((0.5, 2.0, 6.0)),
                    "per_unit": rng.choice((0.0, 0.5)),
                    "per_kg": rng.choice((0.0, 0.25)),
                },
                "calendar": rng.choice(("carrier", None)),
                "pickups": ["18:00"],
                "transit_days": rng.choice((1, 1, 2)),
                "delivers_by": rng.choice(("08:00", "18:30")),
            }
        ],
    )


def nodes_of(rng):
    """Draw the nodes."""
    more = {}
    if is_so(rng, 0.25):
        measure, limit = rng.choice((("units", 3), ("units", 2), ("lines", 2)))
        more["capacity"] = {"measure": measure, "limit": limit}
    if is_so(rng, 0.15):
        more["minimum_order"] = rng.choice((12.0, 25.0))
    center = {
        "kind": "dc",
        "calendar": "dc",
        "cutoff": "14:00",
        "cutoffs": {"fast": "12:00"},
        "methods": ["ship", STORE],
        "processing": {"minutes": rng.choice((0, 60, 240))},
    }
    store = {
        "kind": "store",
        "calendar": "shop",
        "methods": ["ship", "curbside", STORE],
        "receiving_minutes": rng.choice((0, 45, 90)),
        "processing": {"minutes": 30},
    }
    vendor = {
        "kind": "vendor",
        "calendar": "dc",
        "methods": ["ship"] if is_so(rng, 0.7) else ["ship", STORE],
        "processing": {"days": 1},
    }
    rows = [("dc", 0.0, center), ("shop", 0.4, store), ("vendor", 1.5, vendor)]
    extra = rng.choice(rows)[0]
    return [
        node(
            name,
            (40.0 + north, -75.0),
            per_shipment=rng.choice((0.5, 1.0, 2.5)),
            per_line=rng.choice((0.0, 0.25)),
            per_unit=rng.choice((0.0, 0.5, 1.0)),
            **fields,
            **(more if name == extra else {}),
        )
        for name, north, fields in rows
    ]


def items_of(rng, mugs):
    """Draw the items: those of one's own, and a set of mugs and a pot."""
    prices = {sku: rng.choice((0.0, 6.0, 10.0)) for sku in SKUS}
    made = [
        item(sku, weight_kg=rng.choice((0.4, 1.0)), unit_price=price)
        for sku, price in prices.items()
    ]
    form = rng.choice(("together", "parts", "parts"))
    parts = [("mug", mugs), ("pot", 1)]
    return [*made, item("set", components=parts, kit=form, unit_price=25.0)]


def services_of(rng):
    """Draw services: a slow one, a fast one, and sometimes one for stores too."""
    made = []
    for name, base, days in (("slow", 3.0, 3), ("fast", 6.0, 1), ("other", 4.5, 2)):
        if name == "other" and is_so(rng, 0.6):
            continue
        step = rng.choice((0.5, 1.0, 2.0))
        rates = [[base + z + step * w for w in range(3)] for z in range(2)]
        made.append(
            {
                "id": name,
                "rate_card": {"weights_kg": (1.0, 2.0, 5.0), "rates": rates},
                "zones": {"kind": "distance", "bands_km": [100.0]},
                "methods": ["ship", STORE] if name == "other" else ["ship"],
                "calendar": "carrier",
                "pickups": ["17:00"],
                "transit_days": [days, days + rng.choice((0, 1))],
                "delivers_by": rng.choice(("12:00", "20:00")),
            }
        )
    return made


# --- stock --------------------------------------------------------------------------


def stock_of(rng, placed):
    """Draw little stock, some of it still to come."""
    rows = []
    for name in ("dc", "shop", "vendor"):
        for sku in SKUS:
            there = rng.choice((0, 0, 1, 1, 2))
            comes = is_so(rng, 0.7 if sku == "lamp" else 0.15)
            if sku in {"lamp", "blue"} and is_so(rng, 0.5):
                there = 0
            hours = rng.choice((2, 20, 26, 50, 75, 120))
            at = placed + timedelta(hours=hours)
            inbound = [Inbound(at=at, quantity=rng.choice((1, 2)))] if comes else []
            more = {"safety": 1} if there == 2 and is_so(rng, 0.2) else {}
            rows.append(
                Stock(node=name, sku=sku, on_hand=there, inbound=inbound, **more)
            )
    return Inventory(rows)


# --- order --------------------------------------------------------------------------


def order_of(rng, placed, mugs):
    """Draw an order of a line of every kind."""
    home, away = deliveries_of(rng, placed)
    store = Delivery(method=STORE, node="shop")
    car = {"radius_km": 80.0} if is_so(rng, 0.5) else {"node": "shop"}
    curb = Delivery(method="curbside", **car)
    rows = [
        ("kit", "set", {"delivery": rng.choice((None, None, away))}),
        ("stand-in", "blue", {"substitutes": stand_ins_of(rng)}),
        ("wait", "lamp", {"delivery": away, "allow_backorder": True}),
        ("curb", rng.choice(("boots", "mug", "white")), {"delivery": curb}),
        ("store", rng.choice(("boots", "boots", "pot", "blue")), {"delivery": store}),
    ]
    # A second mug of the set, or a second unit of one line.
    twice = rng.choice(("stand-in", "stand-in", "wait", "store")) if mugs == 1 else None
    lines = []
    for name, sku, fields in rows:
        if name != "wait" and is_so(rng, 0.15):
            fields["allow_backorder"] = True
        if is_so(rng, 0.1):
            fields["allow_split"] = False
        if is_so(rng, 0.25):
            fields["unfilled_penalty"] = rng.choice((4.0, 9.0, 60.0))
        if is_so(rng, 0.08):
            fields["excluded_nodes"] = [rng.choice(("dc", "shop", "vendor"))]
        lines.append(line(name, sku, 2 if name == twice else 1, **fields))
    rng.shuffle(lines)
    return Order(
        id="o1",
        placed_at=placed,
        destination={"lat": 40.2, "lon": -75.0},
        delivery=home,
        lines=lines,
        weight=rng.choice((1.0, 1.0, 1.5)),
    )


def deliveries_of(rng, placed):
    """Draw the two that are shipped, to one's own place and to another."""
    made = []
    for more in ({}, {"to": {"lat": 41.3, "lon": -75.0}}):
        if is_so(rng, 0.5):
            days = timedelta(days=rng.choice((2, 3, 4, 6)))
            more["need_by"] = (placed + days).date()
        made.append(Delivery(**more))
    return made


def stand_ins_of(rng):
    """Draw what may leave in place of the blue one."""
    others = rng.choice((["white"], ["white"], ["white", "lamp"], ["pot", "white"]))
    return [(sku, rng.choice((0.0, 0.5, 1.5, 4.0))) for sku in others]


def policy_of(rng):
    """Draw a policy; what waits has a price, what is late may have."""
    costs = [Handling(), Shipping()]
    costs.append(Backorder(per_unit=rng.choice((0.25, 1.0, 3.0))))
    if is_so(rng, 0.7):
        costs.append(Lateness(per_line_day=rng.choice((0.5, 1.0, 2.0))))
    if is_so(rng, 0.3):
        costs.append(Speed(per_unit_day=rng.choice((0.2, 0.75))))
    limits = rng.choice(LIMITS)
    return Policy(
        costs=costs,
        splits=SplitLimits(**limits, several_services=is_so(rng, 0.7)),
        unfilled_penalty=rng.choice((8.0, 15.0, 15.0, 40.0, 200.0)),
    )


STORE = "ship_to_store"
SKUS = ("mug", "pot", "blue", "white", "lamp", "boots")
LIMITS = (
    *({}, {}, {}, {"split_price": 1.5}, {"max_shipments": 3}, {"max_nodes": 2}),
    *({"max_shipments": 3, "over_limit_price": 2.5}, {"min_part_value": 7.0}),
    {"ship_complete": True, "incomplete_price": 6.0},
)
"""What the whole order is held to."""
