"""
The best joint plan of a small wave by trying every plan of every order.

Written from the documentation alone: it shares nothing with the library but the nouns
that a wave is given in. Nodes and customers stand on one meridian, so that kilometers
need no geometry; what work at a node costs is the only term.
"""

import math
import random
from collections import Counter, defaultdict
from itertools import product
from typing import NamedTuple

from builders import item, line, node, order, place, stock
from domroute.costs import Handling, Quotes
from domroute.ledger.inventory import Inventory
from domroute.network import Capacity, Network
from domroute.orders import Delivery
from domroute.policy import Policy, SolveOptions
from domroute.rules import SafetyStock
from domroute.split import SplitLimits

KM_PER_DEGREE = 111.195
STEP = 0.2
"""Degrees between two nodes: 22 km."""
SLACK = 1e-9
WORTH = 10.0
"""What a unit is worth: the builders' items all are."""
METHODS = (
    *("auto", "subset", "mip", "greedy"),
    *("nearest_first", "most_coverage_first", "dc_store_split"),
)


class BruteWave(NamedTuple):
    """Orders, and all that they are routed with."""

    orders: tuple
    network: Network
    inventory: Inventory
    policy: Policy
    quotes: Quotes

    def __repr__(self):
        """Say what matters of it, for those who read a failure."""
        nodes = [
            (n.id, n.location.lat, n.kind, n.capacity, n.minimum_order, n.cost)
            for n in self.network.nodes
        ]
        held = [(row.node, row.sku, row.on_hand) for row in self.inventory]
        return f"{self.orders}\n{nodes}\n{held}\n{self.policy}\n{self.quotes}"


# --- a wave drawn ------------------------------------------------------------


def drawn_wave(seed):
    """Draw a wave in which any rule may hold, each now and then."""
    rng = random.Random(seed)
    scale = rng.choice((1.0, 0.01, 1000.0))

    def money(most):
        return round(scale * rng.randint(0, 4 * most) / 4, 6)

    def now_and_then(value, default=None, odds=5):
        return value() if rng.randrange(odds) == 0 else default

    skus = "AB" if rng.random() < 0.6 else "ABC"
    names = ("N1", "N10", "N2")[: rng.choice((1, 2, 2, 3))]
    nodes = [
        node(
            name,
            (40.0 + STEP * at, -75.0),
            kind=rng.choice(("store", "store", "dc")),
            per_shipment=money(6),
            per_line=now_and_then(lambda: money(2), 0.0),
            per_unit=now_and_then(lambda: money(2), 0.0),
            capacity=now_and_then(lambda: _capacity(rng), odds=4),
            minimum_order=now_and_then(lambda: 10.0 * rng.randint(1, 3), 0.0, 8),
        )
        for at, name in enumerate(names)
    ]
    held = {n: {sku: rng.choice((0, 1, 1, 2, 2, 3)) for sku in skus} for n in names}
    splits = SplitLimits(
        max_shipments=now_and_then(lambda: rng.randint(1, 2)),
        max_nodes=now_and_then(lambda: rng.randint(1, 2)),
        over_limit_price=now_and_then(lambda: money(8), odds=3),
        split_price=now_and_then(lambda: money(5), 0.0),
        ship_complete=rng.randrange(6) == 0,
        incomplete_price=now_and_then(lambda: money(9), odds=2),
        min_order_value=now_and_then(lambda: 10.0 * rng.randint(1, 5), 0.0),
        min_part_value=now_and_then(lambda: 10.0 * rng.randint(1, 3), 0.0, 3),
    )
    policy = Policy(
        costs=[Handling()] if rng.random() < 0.85 else [],
        splits=splits,
        unfilled_penalty=now_and_then(
            lambda: None, rng.choice((money(20), money(40), scale * 1000.0)), 9
        ),
        solve=SolveOptions(method=rng.choice(METHODS)),
        rules=now_and_then(lambda: [_kept(rng)], [], 6),
    )
    orders = tuple(
        _order(rng, f"o{at}", skus, names, money) for at in range(rng.randint(2, 4))
    )
    quotes = _quotes(rng, orders, names, money) if rng.random() < 0.3 else Quotes()
    network = Network(nodes=nodes, items=[item(sku) for sku in skus])
    return BruteWave(orders, network, stock(**held), policy, quotes)


def _kept(rng):
    """Draw units that orders of the web shop must leave to others."""
    return SafetyStock(units=rng.randint(1, 2), orders={"channels": ["web"]})


def _capacity(rng):
    """Draw a capacity."""
    measure = rng.choice(("orders", "lines", "units", "workload"))
    return Capacity(limit=float(rng.randint(0, 4)), measure=measure)


def _delivery(rng, names):
    """Draw how lines reach the customer."""
    roll = rng.random()
    if roll < 0.2:
        return Delivery(method="pickup", radius_km=rng.choice((10.0, 30.0, 100.0)))
    if roll < 0.3:
        return Delivery(method="pickup", node=rng.choice(names))
    if roll < 0.45:
        return Delivery(to=place((41.0, -75.0)))
    return Delivery()


def _order(rng, name, skus, names, money):
    """Draw an order."""
    lines = []
    usual = _delivery(rng, names)
    for at in range(rng.choice((1, 1, 2, 2, 3))):
        fields = {}
        if rng.randrange(4) == 0:
            fields["delivery"] = _delivery(rng, names)
        if rng.randrange(9) == 0:
            fields["must_fill"] = True
        elif rng.randrange(4) == 0:
            fields["unfilled_penalty"] = money(30)
        if rng.randrange(8) == 0:
            fields["allow_split"] = False
        if rng.randrange(12) == 0:
            fields["pinned_node"] = rng.choice(names)
        elif rng.randrange(12) == 0:
            fields["excluded_nodes"] = [rng.choice(names)]
        quantity = rng.choice((1, 1, 1, 2, 2, 3))
        lines.append(line(f"l{at}", rng.choice(skus), quantity, **fields))
    weight = rng.choice((1.0, 1.0, 1.0, 0.5, 3.0, 10.0))
    return order(
        name,
        *lines,
        at=(40.0, -75.0),
        delivery=usual,
        weight=weight,
        channel=rng.choice((None, "web")),
    )


def _quotes(rng, orders, names, money):
    """Draw what is known of some orders already."""
    shipments, units, workload = {}, {}, {}
    for one in orders:
        for name in names:
            if rng.random() < 0.5:
                shipments[one.id, name] = money(6)
            for wanted in one.lines:
                if rng.random() < 0.3:
                    units[one.id, wanted.id, name] = money(2)
                if rng.random() < 0.3:
                    workload[one.id, wanted.id, name] = rng.choice((0.0, 0.5, 2.0))
    return Quotes(shipments=shipments, units=units, workload=workload)


# --- every plan of it --------------------------------------------------------


def least_cost(wave):
    """Return the least cost of all orders together; infinite if there is no way."""
    limit_of = _limits(wave)
    so_far = {(): 0.0}
    for one in wave.orders:
        plans = plans_of(one, wave, limit_of)
        after = {}
        for (used, spent), (taken, cost) in product(so_far.items(), plans.items()):
            total = _sum(used, taken)
            if all(amount <= limit_of[key] + SLACK for key, amount in total):
                known = after.get(total, math.inf)
                after[total] = min(known, spent + cost)
        so_far = after
    return min(so_far.values(), default=math.inf)


def _limits(wave):
    """
    Say what there is of everything that plans use.

    Orders that must leave some units of a cell to others take no more of it together
    than what is left then: in some sequence none of them touches what is kept.
    """
    found = {
        (n.id, one.measure.value): one.limit
        for n in wave.network.nodes
        for one in n.capacities
    }
    kept = sum(rule.units for rule in wave.policy.rules)
    for row in wave.inventory:
        found[row.node, row.sku] = row.on_hand
        found[row.node, row.sku, "kept"] = max(0, row.on_hand - kept)
    return found


def least_alone(one, wave):
    """Return what one order costs at least with all stock and capacity to itself."""
    return least_cost(wave._replace(orders=(one,)))


def _sum(*amounts):
    """Add up what plans use; by keys in one sequence."""
    total = defaultdict(float)
    for pairs in amounts:
        for key, amount in pairs:
            total[key] += amount
    pairs = ((key, round(amount, 9)) for key, amount in total.items() if amount)
    return tuple(sorted(pairs, key=repr))


def plans_of(one, wave, limit_of):
    """Return for all that an order may take, of stock and capacity, the least cost."""
    found = {}
    nodes = {n.id: n for n in wave.network.nodes}
    options = [list(_ways(one, wanted, nodes)) for wanted in one.lines]
    for way in product(*options):
        taken = {
            (wanted, name): units
            for wanted, row in zip(one.lines, way, strict=True)
            for name, units in row.items()
        }
        cost = _cost(one, taken, wave, nodes)
        if cost is None:
            continue
        used = _used(one, taken, wave, nodes)
        if all(amount <= limit_of[key] + SLACK for key, amount in used):
            found[used] = min(cost, found.get(used, math.inf))
    return found


def _ways(one, wanted, nodes):
    """Yield the units of a line by node, in every way that the line permits."""
    open_to = [n.id for n in nodes.values() if _permits(one, wanted, n)]
    for row in product(range(wanted.quantity + 1), repeat=len(open_to)):
        filled = sum(row)
        whole = filled == 0 or max(row) == wanted.quantity
        if filled <= wanted.quantity and (wanted.allow_split or whole):
            yield {
                name: units for name, units in zip(open_to, row, strict=True) if units
            }


def _permits(one, wanted, at):
    """Tell whether a node may fill any of a line."""
    delivery = one.delivery_of(wanted)
    if wanted.pinned_node not in (None, at.id) or at.id in wanted.excluded_nodes:
        return False
    if delivery.method.value != "pickup":
        return True
    # Of the kinds drawn here, a customer may come to a store only.
    if at.kind != "store":
        return False
    if delivery.node is not None:
        return delivery.node == at.id
    km = abs(at.location.lat - one.destination.lat) * KM_PER_DEGREE
    return km <= delivery.radius_km


def _cost(one, taken, wave, nodes):
    """Price a plan; None if the order may not have it."""
    by_shipment, worth = defaultdict(dict), Counter()
    for (wanted, name), units in taken.items():
        by_shipment[name, one.delivery_of(wanted)][wanted] = units
        worth[name] += WORTH * units
    if any(amount < nodes[name].minimum_order for name, amount in worth.items()):
        return None
    if _collects_twice(by_shipment):
        return None
    left = {
        wanted: wanted.quantity
        - sum(units for (other, _), units in taken.items() if other is wanted)
        for wanted in one.lines
    }
    costs = [
        _left_cost(one, left, wave.policy),
        _complete_cost(by_shipment, left, wave.policy.splits),
        _split_cost(one, by_shipment, len(worth), wave.policy.splits),
        _work_cost(one, by_shipment, wave, nodes),
    ]
    return None if None in costs else sum(costs)


def _collects_twice(by_shipment):
    """Tell whether a customer who comes within a radius would come to two nodes."""
    comes = Counter(d for _, d in by_shipment if d.radius_km is not None)
    return any(times > 1 for times in comes.values())


def _left_cost(one, left, policy):
    """Price what is left; None where it must be filled."""
    total = 0.0
    for wanted, units in left.items():
        each = wanted.unfilled_penalty
        each = policy.unfilled_penalty if each is None else each
        if units and (wanted.must_fill or each is None):
            return None
        total += 0.0 if not units else units * each * one.weight
    return total


def _complete_cost(by_shipment, left, splits):
    """Price an order filled in part; None where it may not be."""
    if not (splits.ship_complete and by_shipment and any(left.values())):
        return 0.0
    return splits.incomplete_price


def _split_cost(one, by_shipment, node_count, splits):
    """Price the number of shipments and nodes; None where there are too many."""
    count = len(by_shipment)
    over = sum(
        max(0, number - limit)
        for limit, number in (
            (splits.max_shipments, count),
            (splits.max_nodes, node_count),
        )
        if limit is not None
    )
    value = sum(WORTH * wanted.quantity for wanted in one.lines)
    is_light = any(
        WORTH * sum(rows.values()) < splits.min_part_value
        for rows in by_shipment.values()
    )
    if (
        (over and splits.over_limit_price is None)
        or (node_count > 1 and value < splits.min_order_value)
        or (count > 1 and is_light)
    ):
        return None
    return over * (splits.over_limit_price or 0.0) + splits.split_price * max(
        0, count - 1
    )


def _work_cost(one, by_shipment, wave, nodes):
    """Price the work at the nodes, or what is quoted in its place."""
    total, quotes = 0.0, wave.quotes
    terms = {term.name: term for term in wave.policy.costs}
    is_priced = "handling" in terms
    for (name, _), rows in by_shipment.items():
        if "bonus" in terms:
            total += terms["bonus"].of(name, len(rows), sum(rows.values()))
        work = nodes[name].cost
        usual = is_priced * work.per_shipment
        total += quotes.shipments.get((one.id, name), usual)
        for wanted, units in rows.items():
            usual = is_priced * (work.per_line + work.per_unit * units)
            each = quotes.units.get((one.id, wanted.id, name))
            total += usual if each is None else each * units
    return total


def _used(one, taken, wave, nodes):
    """List the units that a plan takes of each cell, and its load on limited nodes."""
    used = defaultdict(float)
    for (wanted, name), units in taken.items():
        used[name, wanted.sku] += units
        if wave.policy.rules and one.channel == "web":
            used[name, wanted.sku, "kept"] += units
        load = {
            "orders": 0.0,
            "lines": 1.0,
            "units": float(units),
            "workload": units
            * wave.quotes.workload.get((one.id, wanted.id, name), 1.0),
        }
        for measure in (one.measure.value for one in nodes[name].capacities):
            used[name, measure] += load[measure]
            if measure == "orders":
                used[name, measure] = 1.0
    # Keys of one kind, so that they sort.
    return tuple(sorted(used.items(), key=repr))
