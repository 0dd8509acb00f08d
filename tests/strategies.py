"""Hypothesis: problems with every feature, each rarely, small enough to enumerate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import comb, prod

from hypothesis import strategies as st

from builders import Crowding, Problem, Wrapping, place
from domroute.costs import Distance, Handling, Quotes, Shipping, StockLevel
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Stock
from domroute.network import (
    DistanceZones,
    Item,
    LookupZones,
    Network,
    Node,
    RateCard,
    Service,
)
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


def rarely(strategy, default=None, *, odds=8):
    """Draw from a strategy once in so many times; shrinks to the default."""
    return st.integers(1, odds).flatmap(
        lambda roll: strategy if roll == odds else st.just(default)
    )


def some(choices, *, least=1):
    """Draw a few of some choices, in any order."""
    return st.lists(st.sampled_from(choices), min_size=least, unique=True).map(tuple)


@st.composite
def problems(draw, most_ways=2000, curves=True):
    """Draw an order and everything it is routed with."""
    services = draw(st.lists(_services(), max_size=2, unique_by=lambda s: s.id))
    size = draw(st.sampled_from((3, 2, 4, 3, 2, 4, 1)))
    network = Network(
        nodes=[draw(_nodes(name, services)) for name in NODE_IDS[:size]],
        items=[draw(_items(sku)) for sku in SKUS],
        services=services,
    )
    order = draw(_orders(network, most_ways))
    inventory = draw(_inventories(network))
    policy = draw(_policies(network, curves=curves))
    quotes = draw(rarely(_quotes(order, network), Quotes(), odds=3))
    return Problem(order, network, inventory, policy, quotes)


# --- the network --------------------------------------------------------------


@st.composite
def _services(draw):
    """Draw a service with any kind of zones and surcharges."""
    weights = sorted(draw(some((0.5, 1.0, 2.0, 3.5))))
    bands = tuple(sorted(draw(some((60.0, 150.0, 250.0), least=0))))
    zones = DistanceZones(bands_km=bands)
    if draw(rarely(st.just(value=True), default=False)):
        rows = draw(some([("1", "1", 1), ("1", "2", 2), ("2", "", 2)]))
        zones = LookupZones(
            rows=[
                {"origin_prefix": a, "destination_prefix": b, "zone": zone}
                for a, b, zone in rows
            ],
            zone_count=2,
            default_zone=draw(st.sampled_from((None, 1))),
        )
    row = st.lists(MONEY, min_size=len(weights), max_size=len(weights)).map(sorted)
    surcharges = [
        {"name": "fuel", "percent": 10.0},
        {"name": "fixed", "amount": 1.5},
        {"name": "cold", "amount": 0.75, "item_tag": "cold"},
    ]
    return Service(
        id=draw(st.sampled_from(("air", "ground"))),
        rate_card=RateCard(
            weights_kg=weights, rates=[draw(row) for _ in range(zones.zone_count)]
        ),
        zones=zones,
        dim_divisor_cm3_per_kg=draw(rarely(st.sampled_from((2000.0, 5000.0)))),
        dim_threshold_cm3=draw(rarely(st.just(3000.0), 0.0)),
        round_up_kg=draw(rarely(st.just(0.5))),
        surcharges=[extra for extra in surcharges if draw(rarely(st.just(extra)))],
        max_weight_kg=draw(rarely(st.just(2.0))),
        max_length_cm=draw(rarely(st.just(20.0))),
        refused_tags=draw(rarely(st.just(("hazmat",)), ())),
        methods=draw(
            rarely(
                some([Method.SHIP, Method.SAME_DAY, Method.SHIP_TO_STORE]),
                (Method.SHIP, Method.SHIP_TO_STORE, Method.SAME_DAY),
            )
        ),
    )


@st.composite
def _items(draw, sku):
    """Draw an item, some weightless and some large."""
    return Item(
        sku=sku,
        weight_kg=draw(st.sampled_from((1.0, 0.0, 0.4, 3.0))),
        length_cm=draw(st.sampled_from((0.0, 10.0, 25.0))),
        width_cm=20.0,
        height_cm=15.0,
        unit_price=draw(st.sampled_from((10.0, 5.0, 20.0))),
        tags=draw(rarely(some(("cold", "hazmat")), ())),
    )


@st.composite
def _nodes(draw, name, services):
    """Draw a node with any of its limits."""
    names = [service.id for service in services]
    spot = draw(PLACES)
    code = draw(st.sampled_from((None, "100", "200")))
    start = st.sampled_from((NOON, NOON - timedelta(days=1), NOON + timedelta(days=1)))
    capacity = st.fixed_dictionaries(
        {
            "limit": st.integers(0, 4).map(float),
            "measure": st.sampled_from(("orders", "lines", "units", "workload")),
        }
    )
    begins = draw(rarely(start))
    return Node(
        id=name,
        location=spot.model_copy(update={"postal_code": code}),
        kind=draw(st.sampled_from(("store", "dc", "store", "vendor"))),
        methods=draw(rarely(some(list(Method)))),
        services=draw(rarely(some(names), ())) if names else (),
        tags=draw(rarely(some(("cold", "hazmat")), ())),
        cost={
            "per_shipment": draw(MONEY),
            "per_line": draw(rarely(MONEY, 0.0)),
            "per_unit": draw(rarely(MONEY, 0.0)),
        },
        capacity=draw(rarely(capacity)),
        priority=draw(st.integers(1, 3)),
        max_distance_km=draw(rarely(st.sampled_from((0.0, 100.0, 200.0)))),
        minimum_order=draw(rarely(st.sampled_from((10.0, 15.0, 30.0)), 0.0)),
        enabled=draw(rarely(st.just(value=False), default=True, odds=15)),
        active_from=begins,
        active_until=None if begins is None else begins + timedelta(hours=6),
    )


@st.composite
def node_beside(draw, network):
    """Draw one more node, of no better priority than the others, and its stock."""
    worst = max(node.priority for node in network.nodes)
    made = draw(_nodes("N11", network.services))
    stock = [
        Stock(node=made.id, sku=sku, on_hand=draw(st.integers(0, 3))) for sku in SKUS
    ]
    return made.model_copy(update={"priority": worst}), stock


@st.composite
def _inventories(draw, network):
    """Draw stock of a few units, some of it reserved."""
    units = st.sampled_from((2, 1, 3, 1, 2, 4, 0))
    inventory = Inventory(
        Stock(
            node=node.id,
            sku=sku,
            on_hand=draw(units),
            reserved=draw(rarely(st.just(1), 0)),
            safety=draw(rarely(st.just(1), 0)),
            velocity=draw(rarely(st.sampled_from((0.0, 0.5, 2.0)))),
        )
        for node in network.nodes
        for sku in SKUS
        if draw(rarely(st.just(value=False), default=True, odds=10))
    )
    node = network.nodes[0].id
    if inventory.available(node, "A") and draw(rarely(st.just(value=True))):
        taken = Shipment(
            "before", node, Method.SHIP, (Content("l1", "A", 1),), workload=1.5
        )
        inventory.reserve(Plan((taken,)))
    return inventory


# --- the order ----------------------------------------------------------------


@st.composite
def _orders(draw, network, most_ways):
    """Draw an order that can be filled in not too many ways."""
    names = [node.id for node in network.nodes]
    services = [service.id for service in network.services]
    base = draw(rarely(_deliveries(names, services), Delivery(), odds=4))
    ids = draw(st.permutations(LINE_IDS))[: draw(st.sampled_from((2, 3, 2, 3, 1)))]
    lines = [draw(_lines(name, names, services)) for name in ids]
    quantities = [draw(st.integers(1, 3)) for _ in lines]
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
    code = draw(st.sampled_from((None, "100", "200")))
    return Order(
        id=draw(st.sampled_from(("o1", "o"))),
        lines=lines,
        destination=draw(PLACES).model_copy(update={"postal_code": code}),
        placed_at=draw(rarely(st.sampled_from((NOON, NOON + timedelta(hours=6))))),
        delivery=base,
        channel=draw(st.sampled_from((None, "web"))),
        value=draw(rarely(st.sampled_from((10.0, 40.0)))),
        priority=draw(rarely(st.sampled_from((1, -1, 2)), 0, odds=4)),
        weight=draw(rarely(st.sampled_from((2.0, 0.5, 10.0, 0.1)), 1.0, odds=4)),
    )


@st.composite
def _deliveries(draw, names, services):
    """Draw a delivery by any method, and some of the services."""
    method = draw(st.sampled_from(list(Method)))
    node = draw(st.sampled_from(names))
    radius = draw(st.sampled_from((None, 100.0, 200.0, 400.0)))
    if method.is_collected and radius is not None:
        return Delivery(method=method, radius_km=radius, to=draw(rarely(PLACES)))
    if method.is_collected or method is Method.SHIP_TO_STORE:
        return Delivery(method=method, node=node)
    allowed = draw(rarely(some(services), ())) if services else ()
    return Delivery(method=method, to=draw(rarely(PLACES)), services=allowed)


@st.composite
def _lines(draw, name, names, services):
    """Draw a line with any of its wishes."""
    pin = draw(rarely(st.sampled_from(names)))
    must = draw(rarely(st.just(value=True), default=False, odds=8))
    return Line(
        id=name,
        sku=draw(st.sampled_from(SKUS)),
        quantity=1,
        delivery=draw(rarely(_deliveries(names, services), odds=6)),
        unit_price=draw(rarely(st.sampled_from((0.0, 4.0, 30.0)))),
        allow_split=draw(rarely(st.just(value=False), default=True)),
        ship_together=draw(rarely(st.just("set"), odds=6)),
        pinned_node=pin,
        excluded_nodes=() if pin else draw(rarely(some(names[:2]), ())),
        unfilled_penalty=None if must else draw(rarely(MONEY)),
        must_fill=must,
    )


# --- the policy and the quotes --------------------------------------------------


@st.composite
def _policies(draw, network, *, curves):
    """Draw costs, rules, limits and an objective."""
    terms = [
        Handling(),
        Handling(weight=0.5),
        Shipping(),
        Shipping(weight=2.0),
        Distance(per_shipment_km=0.02, per_unit_km=0.01),
        StockLevel(price=3.0, target_units=4.0, target_days=3.0),
        Wrapping(),
        *([Crowding(), Crowding(is_quotable=True)] if curves else []),
    ]
    chosen = draw(st.lists(st.sampled_from(terms), unique_by=lambda term: term.name))
    rules = draw(
        rarely(
            st.lists(
                any_rules(network), min_size=1, max_size=3, unique_by=lambda r: r.name
            ),
            (),
            odds=3,
        )
    )
    return Policy(
        costs=chosen or (Handling(), Shipping()),
        rules=rules,
        splits=draw(rarely(_splits(), SplitLimits(), odds=3)),
        unfilled_penalty=draw(
            st.sampled_from((100.0, 400.0, 30.0, 6.0, 90.0, 200.0, None))
        ),
        objective=draw(rarely(st.just("fewest_shipments"), "cost")),
        distance=draw(rarely(st.just("geodesic"), "great_circle", odds=20)),
    )


@st.composite
def _splits(draw):
    """Draw split limits, hard or soft."""
    return SplitLimits(
        max_shipments=draw(rarely(st.integers(1, 2), odds=2)),
        max_nodes=draw(rarely(st.integers(1, 2), odds=3)),
        over_limit_price=draw(rarely(MONEY, odds=3)),
        split_price=draw(rarely(MONEY, 0.0, odds=3)),
        ship_complete=draw(rarely(st.just(value=True), default=False, odds=3)),
        incomplete_price=draw(rarely(MONEY, odds=3)),
        min_order_value=draw(rarely(st.sampled_from((20.0, 40.0)), 0.0, odds=3)),
        min_part_value=draw(rarely(st.sampled_from((10.0, 20.0)), 0.0, odds=3)),
    )


SPLIT_LIMITS = _splits()


@st.composite
def any_rules(draw, network):
    """Draw a rule over the nodes of a network."""
    """Draw a rule, hard or soft."""
    nodes = draw(
        st.one_of(
            some([node.id for node in network.nodes]).map(lambda x: NodeFilter(ids=x)),
            some(("dc", "store")).map(lambda x: NodeFilter(kinds=x)),
        )
    )
    methods = some([Method.SHIP, Method.PICKUP]).map(lambda x: OrderFilter(methods=x))
    web = st.just(OrderFilter(channels=("web",)))
    common = {
        "price": draw(st.sampled_from((2.0, None, 0.5))),
        "orders": draw(rarely(st.one_of(methods, web), OrderFilter(), odds=4)),
    }
    whole = {**common, "orders": draw(rarely(web, OrderFilter(), odds=4))}
    units = draw(st.integers(1, 3))
    return draw(
        st.sampled_from(
            (
                EligibleNodes(nodes=nodes, **common),
                ExcludedNodes(nodes=nodes, **common),
                MaxDistance(km=120.0, nodes=nodes, **common),
                RequireTag(tag="cold", **common),
                NodePriority(**whole),
                SafetyStock(units=units, nodes=nodes, **whole),
                SafetyStock(units=1, name="reserve", **whole),
            )
        )
    )


@st.composite
def _quotes(draw, order, network):
    """Draw quotes for some shipments and units."""
    shipments, units, workload = {}, {}, {}
    names = (None, *(service.id for service in network.services))
    for node in network.nodes:
        if draw(rarely(st.just(value=True), odds=3)):
            name = draw(st.sampled_from(names))
            key = (order.id, node.id) if name is None else (order.id, node.id, name)
            shipments[key] = draw(MONEY)
        for line in order.lines:
            key = (order.id, line.id, node.id)
            if draw(rarely(st.just(value=True), odds=3)):
                units[key] = draw(MONEY)
            if draw(rarely(st.just(value=True), odds=3)):
                workload[key] = draw(st.sampled_from((0.5, 2.0, 0.0)))
    return Quotes(shipments=shipments, units=units, workload=workload)
