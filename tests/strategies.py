"""
Hypothesis: problems with every feature, each rarely, small enough to enumerate.

A problem takes some four hundred draws. Strategies are therefore made once, here or by
a cached function, and what depends on what was drawn before is plain code that draws:
making strategies anew for every problem took longer than routing it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from math import comb, prod

from hypothesis import strategies as st

from builders import Crowding, Insuring, Problem, Wrapping, place
from domroute.costs import Distance, Handling, Quotes, Shipping, StockLevel
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.plan import Content, Plan, Shipment
from domroute.policy import Policy
from domroute.rules import (
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    NodeFilter,
    NodePriority,
    OrderFilter,
    RequireTag,
    SafetyStock,
)
from domroute.services import DistanceZones, LookupZones, RateCard, Service
from domroute.split import SplitLimits
from domroute.words import Method

# Ids that are prefixes of each other, and do not sort as numbers do.
NODE_IDS = ("N1", "N10", "N2", "S")
LINE_IDS = ("l1", "l10", "l2")
SKUS = ("A", "AB", "C")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONEY = st.integers(0, 24).map(lambda quarters: quarters / 4)
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
    lambda at: place((40 + at[0] / 10, -75 + at[1] / 10))
)


@lru_cache(maxsize=None, typed=True)
def _one_of(*choices):
    """Make a strategy of some choices, once."""
    return st.sampled_from(choices)


@lru_cache(maxsize=None, typed=True)
def _some(*choices, least=1):
    """Make a strategy of a few of them, once."""
    return st.lists(_one_of(*choices), min_size=least, unique=True).map(tuple)


@cache
def _up_to(most, least=1):
    """Make a strategy of whole numbers, once."""
    return st.integers(least, most)


def pick(draw, *choices):
    """Draw one of some choices; shrinks to the first."""
    return draw(_one_of(*choices))


def some(draw, choices, *, least=1):
    """Draw a few of some choices, in any order."""
    return draw(_some(*choices, least=least))


def is_rare(draw, odds=8):
    """Draw whether: once in so many times; shrinks to no."""
    return draw(_up_to(odds)) == odds


def rarely(draw, *choices, default=None, odds=8):
    """Draw one of some choices once in so many times; shrinks to the default."""
    return pick(draw, *choices) if is_rare(draw, odds) else default


@st.composite
def problems(draw, most_ways=2000, curves=True):
    """Draw an order and everything it is routed with."""
    services = draw(_SERVICES)
    size = pick(draw, 3, 2, 4, 3, 2, 4, 1)
    network = Network(
        nodes=[_node(draw, name, services) for name in NODE_IDS[:size]],
        items=[_item(draw, sku) for sku in SKUS],
        services=services,
    )
    order = _order(draw, network, most_ways)
    inventory = _inventory(draw, network)
    policy = _policy(draw, network, curves=curves)
    quotes = _quotes(draw, order, network) if is_rare(draw, 3) else Quotes()
    return Problem(order, network, inventory, policy, quotes)


# --- the network --------------------------------------------------------------


_ZONE_ROWS = (("1", "1", 1), ("1", "2", 2), ("2", "", 2))
_SURCHARGES = (
    {"name": "fuel", "percent": 10.0},
    {"name": "fixed", "amount": 1.5},
    {"name": "cold", "amount": 0.75, "item_tag": "cold"},
)


@cache
def _row(width):
    """Make a strategy of rates that rise, once for each number of them."""
    return st.lists(MONEY, min_size=width, max_size=width).map(sorted)


@st.composite
def _service(draw):
    """Draw a service with any kind of zones and surcharges."""
    weights = sorted(some(draw, (0.5, 1.0, 2.0, 3.5)))
    bands = tuple(sorted(some(draw, (60.0, 150.0, 250.0), least=0)))
    zones = DistanceZones(bands_km=bands)
    if is_rare(draw):
        rows = some(draw, _ZONE_ROWS)
        zones = LookupZones(
            rows=[
                {"origin_prefix": a, "destination_prefix": b, "zone": zone}
                for a, b, zone in rows
            ],
            zone_count=2,
            default_zone=pick(draw, None, 1),
        )
    row = _row(len(weights))
    every = (Method.SHIP, Method.SHIP_TO_STORE, Method.SAME_DAY)
    return Service(
        id=pick(draw, "air", "ground"),
        rate_card=RateCard(
            weights_kg=weights, rates=[draw(row) for _ in range(zones.zone_count)]
        ),
        zones=zones,
        dim_divisor_cm3_per_kg=rarely(draw, 2000.0, 5000.0),
        dim_threshold_cm3=rarely(draw, 3000.0, default=0.0),
        round_up_kg=rarely(draw, 0.5),
        surcharges=[extra for extra in _SURCHARGES if is_rare(draw)],
        max_weight_kg=rarely(draw, 2.0),
        max_length_cm=rarely(draw, 20.0),
        refused_tags=("hazmat",) if is_rare(draw) else (),
        methods=some(draw, every) if is_rare(draw) else every,
    )


_SERVICES = st.lists(_service(), max_size=2, unique_by=lambda service: service.id)


def _item(draw, sku):
    """Draw an item, some weightless and some large."""
    return Item(
        sku=sku,
        weight_kg=pick(draw, 1.0, 0.0, 0.4, 3.0),
        length_cm=pick(draw, 0.0, 10.0, 25.0),
        width_cm=20.0,
        height_cm=15.0,
        unit_price=pick(draw, 10.0, 5.0, 20.0),
        tags=_tags(draw),
    )


def _tags(draw):
    """Draw tags, rarely any."""
    return some(draw, ("cold", "hazmat")) if is_rare(draw) else ()


def _node(draw, name, services):
    """Draw a node with any of its limits."""
    names = [service.id for service in services]
    spot = draw(PLACES)
    code = pick(draw, None, "100", "200")
    day = timedelta(days=1)
    begins = rarely(draw, NOON, NOON - day, NOON + day)
    return Node(
        id=name,
        location=spot.model_copy(update={"postal_code": code}),
        kind=pick(draw, "store", "dc", "store", "vendor"),
        methods=some(draw, Method) if is_rare(draw) else None,
        services=some(draw, names) if names and is_rare(draw) else (),
        tags=_tags(draw),
        cost={
            "per_shipment": draw(MONEY),
            "per_line": draw(MONEY) if is_rare(draw) else 0.0,
            "per_unit": draw(MONEY) if is_rare(draw) else 0.0,
        },
        capacity=_capacity(draw) if is_rare(draw) else None,
        priority=draw(_up_to(3)),
        max_distance_km=rarely(draw, 0.0, 100.0, 200.0),
        minimum_order=rarely(draw, 10.0, 15.0, 30.0, default=0.0),
        enabled=not is_rare(draw, 15),
        active_from=begins,
        active_until=None if begins is None else begins + timedelta(hours=6),
    )


def _capacity(draw):
    """Draw a capacity in any measure, or in several."""
    measures = ["orders", "lines", "units", "workload"]
    chosen = draw(st.lists(st.sampled_from(measures), min_size=1, unique=True))
    return [
        {"limit": float(draw(_up_to(4, 0))), "measure": measure} for measure in chosen
    ]


@st.composite
def node_beside(draw, network):
    """Draw one more node, of no better priority than the others, and its stock."""
    worst = max(node.priority for node in network.nodes)
    made = _node(draw, "N11", network.services)
    stock = [Stock(node=made.id, sku=sku, on_hand=draw(_up_to(3, 0))) for sku in SKUS]
    return made.model_copy(update={"priority": worst}), stock


def _inventory(draw, network):
    """Draw stock of a few units, some of it reserved."""
    inventory = Inventory(
        Stock(
            node=node.id,
            sku=sku,
            on_hand=pick(draw, 2, 1, 3, 1, 2, 4, 0),
            reserved=int(is_rare(draw)),
            safety=int(is_rare(draw)),
            velocity=rarely(draw, 0.0, 0.5, 2.0),
        )
        for node in network.nodes
        for sku in SKUS
        if not is_rare(draw, 10)
    )
    node = network.nodes[0].id
    if inventory.available(node, "A") and is_rare(draw):
        taken = Shipment(
            "before", node, Method.SHIP, (Content("l1", "A", 1),), workload=1.5
        )
        inventory.reserve(Plan((taken,)))
    return inventory


# --- the order ----------------------------------------------------------------


@st.composite
def orders_of(draw, network, most_ways):
    """Draw one more order of a network."""
    return _order(draw, network, most_ways)


def _order(draw, network, most_ways):
    """Draw an order that can be filled in not too many ways."""
    names = [node.id for node in network.nodes]
    services = [service.id for service in network.services]
    base = _delivery(draw, names, services) if is_rare(draw, 4) else Delivery()
    ids = draw(_LINES)[: pick(draw, 2, 3, 2, 3, 1)]
    lines = [_line(draw, name, names, services) for name in ids]
    quantities = [draw(_up_to(3)) for _ in lines]
    while prod(comb(q + len(names), q) for q in quantities) > most_ways:
        quantities[quantities.index(max(quantities))] -= 1
    first = {}
    for at, quantity in enumerate(quantities):
        name, delivery = lines[at].ship_together, lines[at].delivery or base
        # Lines of one such group must agree on their delivery.
        joins = name if first.setdefault(name, delivery) == delivery else None
        lines[at] = lines[at].model_copy(
            update={"quantity": quantity, "ship_together": joins}
        )
    code = pick(draw, None, "100", "200")
    return Order(
        id=pick(draw, "o1", "o"),
        lines=lines,
        destination=draw(PLACES).model_copy(update={"postal_code": code}),
        placed_at=rarely(draw, NOON, NOON + timedelta(hours=6)),
        delivery=base,
        channel=pick(draw, None, "web"),
        value=rarely(draw, 10.0, 40.0),
        priority=rarely(draw, 1, -1, 2, default=0, odds=4),
        weight=rarely(draw, 2.0, 0.5, 10.0, 0.1, default=1.0, odds=4),
    )


_LINES = st.permutations(LINE_IDS)


def _delivery(draw, names, services):
    """Draw a delivery by any method, and some of the services."""
    method = pick(draw, *(word for word in Method if word.is_delivery))
    node = pick(draw, *names)
    radius = pick(draw, None, 100.0, 200.0, 400.0)
    if method.is_collected and radius is not None:
        return Delivery(method=method, radius_km=radius, to=_rare_place(draw))
    if method.is_collected or method is Method.SHIP_TO_STORE:
        return Delivery(method=method, node=node)
    allowed = some(draw, services) if services and is_rare(draw) else ()
    return Delivery(method=method, to=_rare_place(draw), services=allowed)


def _rare_place(draw):
    """Draw a place of its own, rarely."""
    return draw(PLACES) if is_rare(draw) else None


def _line(draw, name, names, services):
    """Draw a line with any of its wishes."""
    pin = rarely(draw, *names)
    must = is_rare(draw)
    return Line(
        id=name,
        sku=pick(draw, *SKUS),
        quantity=1,
        delivery=_delivery(draw, names, services) if is_rare(draw, 6) else None,
        unit_price=rarely(draw, 0.0, 4.0, 30.0),
        allow_split=not is_rare(draw),
        ship_together=rarely(draw, "set", odds=6),
        pinned_node=pin,
        excluded_nodes=some(draw, names[:2]) if not pin and is_rare(draw) else (),
        unfilled_penalty=draw(MONEY) if not must and is_rare(draw) else None,
        must_fill=must,
    )


# --- the policy and the quotes --------------------------------------------------

_TERMS = (
    Handling(),
    Handling(weight=0.5),
    Shipping(),
    Shipping(weight=2.0),
    Distance(per_shipment_km=0.02, per_unit_km=0.01),
    StockLevel(price=3.0, target_units=4.0, target_days=3.0),
    Wrapping(),
    Insuring(),
    Insuring(is_quotable=True),
)
_CURVES = (Crowding(), Crowding(is_quotable=True))


@cache
def _terms(*, curves):
    """Make a strategy of terms, with and without curves."""
    choices = st.sampled_from(_TERMS + _CURVES if curves else _TERMS)
    return st.lists(choices, unique_by=lambda term: term.name)


def _policy(draw, network, *, curves):
    """Draw costs, rules, limits and an objective."""
    chosen = draw(_terms(curves=curves))
    rules = {}
    if is_rare(draw, 3):
        for _ in range(draw(_up_to(3))):
            rule = _rule(draw, network)
            rules.setdefault(rule.name, rule)
    return Policy(
        costs=chosen or (Handling(), Shipping()),
        rules=tuple(rules.values()),
        splits=_splits(draw) if is_rare(draw, 3) else SplitLimits(),
        unfilled_penalty=pick(draw, 100.0, 400.0, 30.0, 6.0, 90.0, 200.0, None),
        objective=rarely(draw, "fewest_shipments", default="cost"),
        distance=rarely(draw, "geodesic", default="great_circle", odds=20),
    )


def _splits(draw):
    """Draw split limits, hard or soft."""

    def money():
        return draw(MONEY) if is_rare(draw, 3) else None

    return SplitLimits(
        max_shipments=draw(_up_to(2)) if is_rare(draw, 2) else None,
        max_nodes=draw(_up_to(2)) if is_rare(draw, 3) else None,
        over_limit_price=money(),
        split_price=money() or 0.0,
        ship_complete=is_rare(draw, 3),
        incomplete_price=money(),
        min_order_value=rarely(draw, 20.0, 40.0, default=0.0, odds=3),
        min_part_value=rarely(draw, 10.0, 20.0, default=0.0, odds=3),
    )


@st.composite
def _split_limits(draw):
    """Draw split limits by themselves."""
    return _splits(draw)


SPLIT_LIMITS = _split_limits()


@st.composite
def any_rules(draw, network):
    """Draw a rule over the nodes of a network."""
    return _rule(draw, network)


def _rule(draw, network):
    """Draw a rule, hard or soft."""
    if draw(st.booleans()):
        nodes = NodeFilter(kinds=some(draw, ("dc", "store")))
    else:
        nodes = NodeFilter(ids=some(draw, [node.id for node in network.nodes]))
    price = pick(draw, 2.0, None, 0.5)
    # Of the whole order only, where a rule does not look at single deliveries.
    whole = {"price": price, "orders": _WEB if is_rare(draw, 4) else OrderFilter()}
    common = whole
    if is_rare(draw, 4):
        methods = some(draw, (Method.SHIP, Method.PICKUP))
        common = {"price": price, "orders": OrderFilter(methods=methods)}
    units = draw(_up_to(3))
    makers = (
        lambda: EligibleNodes(nodes=nodes, **common),
        lambda: ExcludedNodes(nodes=nodes, **common),
        lambda: MaxDistance(km=120.0, nodes=nodes, **common),
        lambda: RequireTag(tag="cold", **common),
        lambda: NodePriority(**whole),
        lambda: SafetyStock(units=units, nodes=nodes, **whole),
        lambda: SafetyStock(units=1, name="reserve", **whole),
    )
    return makers[draw(_up_to(len(makers) - 1, 0))]()


_WEB = OrderFilter(channels=("web",))


def _quotes(draw, order, network):
    """Draw quotes for some shipments and units."""
    shipments, units, workload = {}, {}, {}
    names = (None, *(service.id for service in network.services))
    for node in network.nodes:
        if is_rare(draw, 3):
            name = pick(draw, *names)
            key = (order.id, node.id) if name is None else (order.id, node.id, name)
            shipments[key] = draw(MONEY)
        for line in order.lines:
            key = (order.id, line.id, node.id)
            if is_rare(draw, 3):
                units[key] = draw(MONEY)
            if is_rare(draw, 3):
                workload[key] = pick(draw, 0.5, 2.0, 0.0)
    return Quotes(shipments=shipments, units=units, workload=workload)
