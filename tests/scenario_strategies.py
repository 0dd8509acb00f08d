"""Random scenarios with every field in use, under the nastiest of names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from domroute.boxes import Box
from domroute.calendars import WEEKDAYS, Calendar, Processing
from domroute.costs import Distance, Handling, Quotes, Shipping, StockLevel
from domroute.geography import Location
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound, Stock
from domroute.network import Capacity, HandlingCost, Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy, SolveOptions
from domroute.rules import (
    EligibleNodes,
    MaxDistance,
    NodeFilter,
    NodePriority,
    OrderFilter,
    RequireTag,
    SafetyStock,
)
from domroute.scenario import Scenario
from domroute.services import (
    DistanceZones,
    LookupZones,
    RateCard,
    Service,
    Surcharge,
    ZoneRow,
)
from domroute.split import SplitLimits
from domroute.words import Measure, Method

NASTY = [
    "007",
    "NA",
    "null",
    "nan",
    "1e5",
    "a|b",
    "[x",
    " pad ",
    'q"t',
    "a,b",
    "é",
    "True",
]
"""Names that careless readers of tables change."""

names = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6),
).filter(lambda name: name.strip())
amounts = st.floats(0, 1e9) | st.integers(0, 1000).map(float)
moments = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]),
)
words = st.lists(names, max_size=3, unique=True).map(tuple)
maybe_names = st.none() | names
locations = st.builds(
    Location,
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    postal_code=maybe_names,
    region=maybe_names,
    country=st.just("US") | names,
)


zones = st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Asia/Tokyo"])
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
clocks = st.integers(0, 24 * 60).map(lambda m: f"{m // 60:02}:{m % 60:02}")
any_days = st.sampled_from([*WEEKDAYS, "*"]) | days.map(str)
# After noon no hours of ours pass midnight, and no cut-off is ambiguous.
cutoffs = st.integers(12 * 60, 48 * 60 - 1).map(lambda m: f"{m // 60:02}:{m % 60:02}")
cutoffs = cutoffs | st.dictionaries(any_days, cutoffs, max_size=2)
times = st.lists(clocks, max_size=2).map(tuple)
pickups = times | st.dictionaries(any_days, times, max_size=2)
needed = st.dates(date(2200, 1, 1), date(2201, 1, 1)) | st.datetimes(
    datetime(2200, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2201, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]),
)
"""After all orders were placed."""


@st.composite
def _calendars(draw, name):
    """Draw a calendar of hours, of days, or of neither."""
    rows = [("09:00", "12:00"), ("12:00", "17:30"), ("22:00", "06:00"), ("08:00",) * 2]
    hours = st.dictionaries(
        st.sampled_from(WEEKDAYS), st.lists(st.sampled_from(rows), unique=True)
    )
    closed = draw(st.lists(days, max_size=2, unique=True))
    special = draw(st.dictionaries(days, st.just(()) | st.just(rows[:1]), max_size=2))
    known = draw(
        st.sampled_from(["hours", "days", ""]).flatmap(
            lambda kind: st.fixed_dictionaries(
                {
                    "hours": {"hours": hours},
                    "days": {"days": st.lists(st.sampled_from(WEEKDAYS), unique=True)},
                    "": {},
                }[kind]
            )
        )
    )
    special = {day: rows for day, rows in special.items() if day not in closed}
    return Calendar(id=name, closed=closed, special=special, **known)


def _places(calendars):
    """Draw a location that says when it is open, and in which zone."""
    return st.builds(
        lambda place, zone, calendar: place.model_copy(
            update={"time_zone": zone, "calendar": calendar}
        ),
        locations,
        st.none() | zones,
        calendars,
    )


def _unique(values, *, least=1, most=3):
    """Draw a list without repetition."""
    return st.lists(values, min_size=least, max_size=most, unique=True)


@st.composite
def _services(draw, name, calendars):
    """Draw a service by distance or by chart."""
    zones = DistanceZones(bands_km=[80.0])
    if draw(st.booleans()):
        row = ZoneRow(origin_prefix="1", destination_prefix="9", zone=2)
        zones = LookupZones(rows=[row], zone_count=2, default_zone=1)
    return Service(
        id=name,
        rate_card=RateCard(weights_kg=[1.0, 2.5], rates=[[5.0, 6.0], [7.0, 7.0]]),
        zones=zones,
        dim_divisor_cm3_per_kg=draw(st.none() | st.just(5000.0)),
        surcharges=draw(st.sampled_from([(), (Surcharge(name="fuel", percent=8.0),)])),
        refused_tags=draw(words),
        tags=draw(words),
        calendar=draw(calendars),
        delivery_calendar=draw(calendars),
        pickups=draw(st.none() | pickups),
        delivers_by=draw(st.just("24:00") | clocks),
        speed=draw(maybe_names),
        **draw(
            st.sampled_from(
                [
                    {},
                    {"transit_days": 3},
                    {"transit_days": [1, 2]},
                    {"transit_minutes": 45.5},
                ]
            )
        ),
    )


@st.composite
def _boxes(draw, name, services):
    """Draw a box, of some carriers or of all, thick or thin."""
    inner = draw(st.tuples(*[st.floats(0, 1e5, exclude_min=True)] * 3))
    return Box(
        id=name,
        inner_cm=inner,
        outer_cm=draw(st.none() | st.just(tuple(min(2 * x, 1e5) for x in inner))),
        tare_kg=draw(st.floats(0, 99)),
        max_net_kg=draw(st.none() | st.floats(0, 99)),
        price=draw(amounts),
        carbon_g=draw(st.floats(0, 1e9)),
        services=draw(st.lists(st.sampled_from(services), unique=True)),
        refused_tags=draw(words),
    )


@st.composite
def _nodes(draw, name, services, calendars):
    """Draw a node, with or without limits."""
    start = draw(st.none() | moments)
    return Node(
        id=name,
        location=draw(_places(calendars)),
        kind=draw(st.sampled_from(["dc", "store", "vendor"]) | names),
        methods=draw(
            st.none() | st.lists(st.sampled_from(Method), max_size=2, unique=True)
        ),
        services=draw(st.lists(st.sampled_from(services), unique=True)),
        groups=draw(words),
        tags=draw(words),
        cost=draw(st.builds(HandlingCost, per_shipment=amounts, per_unit=amounts)),
        capacity=draw(
            st.none()
            | st.lists(
                st.builds(Capacity, limit=amounts, measure=st.sampled_from(Measure)),
                unique_by=lambda one: one.measure,
            )
        ),
        priority=draw(st.integers(-5, 5)),
        max_distance_km=draw(st.none() | st.floats(0, 1e5)),
        minimum_order=draw(amounts),
        enabled=draw(st.booleans()),
        active_from=start,
        active_until=None if start is None else start + timedelta(days=1),
        time_zone=draw(st.none() | zones),
        calendar=draw(calendars),
        collection_calendar=draw(calendars),
        cutoff=draw(st.none() | cutoffs),
        cutoffs=draw(
            st.dictionaries(st.sampled_from([*services, "pickup"]), cutoffs, max_size=2)
        ),
        processing=draw(
            st.builds(Processing, days=st.integers(0, 9), minutes=st.floats(0, 1e6))
        ),
        pickups=draw(st.dictionaries(st.sampled_from(services), pickups, max_size=2)),
    )


def _deliveries(nodes, services, calendars):
    """Draw a delivery that is shipped or collected, by a date or at any time."""
    dates = {
        "need_by": st.none() | needed,
        "together": st.booleans(),
        "earliest": st.none() | st.dates(date(2026, 1, 1), date(2199, 1, 1)),
    }
    allowed = st.lists(st.sampled_from(services), unique=True)
    shipped = st.builds(
        Delivery,
        method=st.just("ship"),
        to=st.none() | _places(calendars),
        services=allowed,
        **dates,
    )
    return st.one_of(
        shipped,
        st.builds(
            Delivery, method=st.just("pickup"), node=st.sampled_from(nodes), **dates
        ),
        st.builds(
            Delivery,
            method=st.just("curbside"),
            to=locations,
            radius_km=st.floats(0, 1e5),
        ),
    )


@st.composite
def _orders(draw, name, known, calendars):
    """Draw an order of a few lines."""
    nodes, skus, services = known
    deliveries = _deliveries(nodes, services, calendars)
    lines = []
    for line in draw(_unique(names)):
        pin = draw(st.none() | st.sampled_from(nodes))
        must = draw(st.booleans())
        lines.append(
            Line(
                id=line,
                sku=draw(st.sampled_from(skus)),
                quantity=draw(st.integers(1, 10**6)),
                delivery=draw(st.none() | deliveries),
                unit_price=draw(st.none() | amounts),
                allow_split=draw(st.booleans()),
                pinned_node=pin,
                excluded_nodes=[node for node in nodes if node != pin][:1],
                unfilled_penalty=None if must else draw(st.none() | amounts),
                must_fill=must,
            )
        )
    return Order(
        id=name,
        lines=lines,
        destination=draw(_places(calendars)),
        placed_at=draw(st.none() | moments),
        delivery=draw(deliveries),
        channel=draw(maybe_names),
        tier=draw(maybe_names),
        value=draw(st.none() | amounts),
        priority=draw(st.just(0) | st.integers(-(10**6), 10**6)),
        weight=draw(st.just(1.0) | st.floats(0, 1e6, exclude_min=True)),
        tags=draw(words),
    )


@st.composite
def _inventories(draw, nodes, skus):
    """Draw stock of some pairs, some of it inbound."""
    pairs = st.tuples(st.sampled_from(nodes), st.sampled_from(skus))
    inbound = st.lists(st.builds(Inbound, at=moments, quantity=amounts), max_size=2)
    return Inventory(
        Stock(
            node=node,
            sku=sku,
            on_hand=draw(amounts),
            reserved=draw(amounts),
            safety=draw(amounts),
            inbound=draw(inbound),
            velocity=draw(st.none() | amounts),
            expires_on=draw(st.none() | st.dates()),
            allocated=draw(st.dictionaries(names, amounts, max_size=2)),
        )
        for node, sku in draw(_unique(pairs, least=0, most=4))
    )


@st.composite
def _policies(draw, nodes, asked):
    """Draw terms, soft rules and limits."""
    rules = [
        EligibleNodes(price=draw(amounts), nodes=NodeFilter(ids=nodes[:1])),
        MaxDistance(km=draw(st.floats(0, 1e5)), orders=OrderFilter(tiers=["gold"])),
        RequireTag(tag=draw(names)),
        RequireTag(name="of carriers", tag=draw(names), of=asked),
        NodePriority(price=draw(st.none() | amounts)),
        SafetyStock(units=draw(amounts), nodes=NodeFilter(kinds=["store"])),
    ]
    terms = [Handling(weight=0.5), Shipping(), Distance(), StockLevel(price=2.0)]
    return Policy(
        costs=draw(st.lists(st.sampled_from(terms), unique_by=lambda t: t.name)),
        rules=draw(st.lists(st.sampled_from(rules), unique_by=lambda r: r.name)),
        splits=SplitLimits(
            max_shipments=draw(st.none() | st.integers(1, 9)),
            split_price=draw(amounts),
        ),
        apart=draw(st.sampled_from([(), (("hazmat", "food"),)])),
        unfilled_penalty=draw(st.none() | amounts),
        objective=draw(st.sampled_from(["cost", "fewest_shipments"])),
        solve=SolveOptions(time_limit_s=draw(st.floats(0.1, 100))),
    )


@st.composite
def scenarios(draw):
    """Draw a small scenario in which any field may be set."""
    nodes, skus = draw(_unique(names)), draw(_unique(names))
    services = draw(_unique(names, least=0, most=2))
    known = services or ["parcel"]
    asked = ["services", "nodes"] if services else ["nodes"]
    named = draw(_unique(names, least=0, most=2))
    calendars = st.none() | st.sampled_from(named) if named else st.none()
    orders = [
        draw(_orders(name, (nodes, skus, known), calendars))
        for name in draw(_unique(names, least=0))
    ]
    shipments, units = {}, {}
    for order in orders:
        service = draw(st.none() | st.sampled_from(known))
        key = (order.id, nodes[0], *([] if service is None else [service]))
        shipments[key] = draw(amounts)
        units[order.id, order.lines[0].id, nodes[-1]] = draw(amounts)
    return Scenario(
        name=draw(names),
        network=Network(
            nodes=[draw(_nodes(name, known, calendars)) for name in nodes],
            items=[
                Item(
                    sku=sku,
                    weight_kg=draw(st.floats(0, 99)),
                    tags=draw(words),
                    ships_alone=draw(st.booleans()),
                    release_at=draw(st.none() | moments),
                    minimum_life_days=draw(st.integers(0, 36_525)),
                )
                for sku in skus
            ],
            services=[draw(_services(name, calendars)) for name in services],
            boxes=[draw(_boxes(name, known)) for name in draw(_unique(names, least=0))],
            calendars=[draw(_calendars(name)) for name in named],
            time_zone=draw(zones),
        ),
        inventory=draw(_inventories(nodes, skus)),
        orders=orders,
        policy=draw(_policies(nodes, asked)),
        quotes=draw(
            st.sampled_from(
                [Quotes(), Quotes(shipments=shipments, units=units, workload=units)]
            )
        ),
    )
