"""
The best joint plan of a small wave that may wait for stock, by trying every plan.

Written from the documentation alone: it shares nothing with the library but the nouns
that a wave is given in. Two nodes, two SKUs, and up to two trucks a node; a shipment
has a price at its node, and a unit that waits has one.
"""

import math
import random
from collections import Counter
from itertools import combinations_with_replacement, product
from typing import NamedTuple

from arriving import NOW, TUE, WED, row, wants
from builders import line, network, node
from domroute.costs import Backorder, Handling
from domroute.ledger.inventory import Inventory
from domroute.policy import Policy

NAMES, SKUS, MOMENTS = ("N1", "N2"), "AB", (None, TUE, WED)
"""Shipments leave at once, or with a truck."""


class WaitingWave(NamedTuple):
    """Orders, and all that they are routed with."""

    orders: tuple
    network: object
    rows: tuple
    policy: Policy
    per_shipment: dict
    per_unit: float

    @property
    def inventory(self):
        """A ledger over the rows."""
        return Inventory(self.rows)


def drawn_wave(seed):
    """Draw a wave: one order in three has a line that may not wait."""
    rng = random.Random(seed)
    per_shipment = {name: float(rng.choice((0, 1, 3, 6))) for name in NAMES}
    per_unit = rng.choice((0.0, 0.5, 2.0, 7.0))
    rows = tuple(
        row(
            sku,
            rng.choice((0, 0, 1, 1, 2)),
            *((day, rng.randint(1, 2)) for day in (TUE, WED) if rng.random() < 0.5),
            at=name,
        )
        for name in NAMES
        for sku in SKUS
    )
    policy = Policy(
        allow_backorder=rng.random() < 0.7,
        costs=[Handling(), Backorder(per_unit=per_unit)],
        unfilled_penalty=rng.choice((5.0, 30.0)),
    )
    orders = tuple(_order(rng, f"o{at}") for at in range(rng.choice((2, 2, 3))))
    nodes = [node(name, per_shipment=per_shipment[name]) for name in NAMES]
    made = network(*nodes, items=SKUS)
    return WaitingWave(orders, made, rows, policy, per_shipment, per_unit)


def _order(rng, name):
    """Draw an order of one line or two."""
    skus = rng.choice(("A", "AB", "AB", "AA", "B"))
    lines = [
        line(
            f"l{at}",
            sku,
            rng.choice((1, 1, 2)),
            allow_backorder=rng.choice((None, None, True, False)),
        )
        for at, sku in enumerate(skus)
    ]
    return wants(*lines, name=name, placed=NOW)


def least_cost(wave):
    """Return the least cost of all orders together, and whether it waits anywhere."""
    so_far = {(): (0.0, 0)}
    for one in wave.orders:
        plans, after = _plans(one, wave), {}
        for (used, (spent, waited)), (taken, (cost, waits)) in product(
            so_far.items(), plans.items()
        ):
            total = _sum(used, taken)
            best = spent + cost, waited + waits
            if best < after.get(total, (math.inf,)) and _is_there(total, wave):
                after[total] = best
        so_far = after
    return min(so_far.values())


def _plans(one, wave):
    """Return for all that an order may draw on the least cost, and what waits then."""
    ways = [list(_ways(wanted)) for wanted in one.lines]
    found = {}
    for way in product(*ways):
        used, ships = Counter(), Counter()
        left = 0
        for wanted, places in zip(one.lines, way, strict=True):
            may = wanted.allow_backorder
            may = wave.policy.allow_backorder if may is None else may
            for place in places:
                if place is None:
                    left += 1
                    continue
                name, at = place
                ships[place] += 1
                used[name, wanted.sku, at if may else 0] += 1
        waits = sum(units for (_, at), units in ships.items() if at)
        cost = (
            left * wave.policy.unfilled_penalty
            + sum(wave.per_shipment[name] for name, _ in ships)
            + waits * wave.per_unit
        )
        key = tuple(sorted(used.items()))
        if (cost, waits) < found.get(key, (math.inf,)) and _is_there(key, wave):
            found[key] = cost, waits
    # What costs as much as to leave all is no better beside any others.
    nothing = found[()]
    return {key: plan for key, plan in found.items() if not key or plan < nothing}


def _ways(wanted):
    """Yield for each unit of a line the node and moment it leaves by; None: left."""
    places = [None, *product(NAMES, range(len(MOMENTS)))]
    yield from combinations_with_replacement(places, wanted.quantity)


def _sum(*amounts):
    """Add up what plans draw on."""
    total = Counter()
    for pairs in amounts:
        for key, units in pairs:
            total[key] += units
    return tuple(sorted(total.items()))


def _is_there(used, wave):
    """Tell whether what leaves by each moment is there by then."""
    taken = dict(used)
    for held in wave.rows:
        there = by_now = 0
        for at, moment in enumerate(MOMENTS):
            there += held.on_hand if at == 0 else 0
            there += sum(part.quantity for part in held.inbound if part.at == moment)
            by_now += taken.get((held.node, held.sku, at), 0)
            if by_now > there:
                return False
    return True
