"""Small backlogs routed again, and the best of all that may be done with them."""

import math
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product

from builders import line, node, order, stock
from domroute import Capacity, Network, Policy, RerouteOptions, Router, SplitLimits
from domroute.costs import Handling, Stability
from domroute.events import Accepted, Canceled, Closed, Rejected, Shipped
from domroute.network import Item
from domroute.plan import Plan
from domroute.verify import check_together
from domroute.verify.dividing import split_cost

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NODES = ("N1", "N2", "N3")
TIERS = ("gold", "silver")
PENALTY = 30.0
NEAR = 1e-5


class Backlog:
    """Three nodes, a few orders planned together, and what happens to some of them."""

    def __init__(self, seed):
        draw = self.draw = random.Random(seed)
        self.per_shipment = {name: draw.choice((1, 2, 3, 5)) for name in NODES}
        self.per_unit = {name: draw.choice((0, 1, 1.5)) for name in NODES}
        self.held = {
            name: {sku: draw.choice((0, 1, 1, 2)) for sku in "AB"} for name in NODES
        }
        self.room = {
            name: draw.choice((1, 2, 3)) if draw.random() < 0.3 else None
            for name in NODES
        }
        self.splits = SplitLimits(
            max_shipments=draw.choice((None, None, 1, 2)),
            split_price=draw.choice((0, 0, 1.5)),
            ship_complete=draw.random() < 0.15,
        )
        self.price = draw.choice((0.0, 0.5, 1.0, 4.0))
        nodes = []
        for at, name in enumerate(NODES):
            made = node(
                name,
                at=(at / 9, 0),
                per_shipment=self.per_shipment[name],
                per_unit=self.per_unit[name],
            )
            if self.room[name] is not None:
                limit = Capacity(limit=self.room[name], measure="units")
                made = made.model_copy(update={"capacity": limit})
            nodes.append(made)
        network = Network(
            nodes=nodes, items=[Item(sku=sku, unit_price=5.0) for sku in "AB"]
        )
        policy = Policy(
            costs=[Handling(), Stability(per_line=self.price)],
            splits=self.splits,
            unfilled_penalty=PENALTY,
            reroute=RerouteOptions(max_attempts=9),
        )
        self.inventory = stock(**self.held)
        self.router = Router(network, self.inventory, policy)
        self.orders = [self.an_order(f"o{at}") for at in range(draw.randint(2, 4))]

    def an_order(self, name):
        """Draw an order of one line or two, of up to three units in all."""
        draw = self.draw
        quantities = draw.choice(((1,), (2,), (1, 1), (1, 2)))
        lines = [
            line(f"l{at}", draw.choice("AB"), count)
            for at, count in enumerate(quantities)
        ]
        update = {
            "placed_at": NOON,
            "tier": draw.choice((*TIERS, None)),
            "priority": draw.choice((0, 1)),
        }
        return order(name, *lines, at=(0, 0)).model_copy(update=update)

    def events(self, results):
        """Draw what happens: a node closes, something leaves, something is refused."""
        draw, found, when = self.draw, [], NOON + timedelta(hours=1)
        if draw.random() < 0.7:
            found.append(Closed(at=when, node=draw.choice(NODES)))
        for result in results:
            for part in result.plan.shipments:
                of = {"order": part.order_id, "node": part.node_id, "at": when}
                kind = draw.choice(("ship", "accept", "no", "stay", "stay", "stay"))
                if kind == "ship":
                    found.append(Shipped(**of))
                elif kind == "accept":
                    found.append(Accepted(**of))
                elif kind == "no":
                    found.append(Rejected(**of))
            if draw.random() < 0.1:
                name = draw.choice(self.orders).id
                found.append(Canceled(at=when, order=name))
        return found

    def ways(self, one, answer, before, events):
        """List what an order may do: what it takes, by cell, and the least it costs."""
        state, splits = answer.state, self.splits
        kept = [part.shipment for part in state.kept]
        refused = {(r.line_id, r.node_id) for r in state.refusals}
        places = standing_places(one, before, state, events)
        skus = {x.id: x.sku for x in one.lines}
        units = [name for name, count in state.wanted.items() for _ in range(count)]
        choices = [
            [
                None,
                *(
                    name
                    for name in NODES
                    if (unit, name) not in refused and name not in state.closed
                ),
            ]
            for unit in units
        ]
        found = {}
        had = {part.node_id for part in kept}
        for way in product(*choices):
            taken, contents = Counter(), defaultdict(set)
            for unit, name in zip(units, way, strict=True):
                if name is not None:
                    taken[name, skus[unit]] += 1
                    contents[name].add(unit)
            left, shipments = way.count(None), len(kept) + len(contents)
            most = splits.max_shipments
            if contents and splits.ship_complete and left:
                continue
            if contents and most is not None and shipments > most:
                continue
            cost = PENALTY * left + sum(self.per_shipment[name] for name in contents)
            cost += sum(self.per_unit[name] for name in way if name is not None)
            cost += sum(
                self.price
                for name, those in contents.items()
                for unit in those
                if unit in places and name not in places[unit]
            )
            cost += split_cost(splits, shipments, len(had | set(contents)))
            cost -= split_cost(splits, len(kept), len(had))
            key = frozenset(taken.items())
            if cost < found.get(key, (math.inf,))[0]:
                found[key] = cost, taken
        return list(found.values())

    def booked(self, again):
        """Book it; yield what the ledger does not hold then."""
        self.inventory.exchange(again.freed, again.added)
        held = Counter(
            (part.order_id, part.node_id, content.line_id, content.quantity)
            for part in self.inventory.reservations
            for content in part.contents
        )
        planned = Counter(
            (part.order_id, part.node_id, content.line_id, content.quantity)
            for one in again
            for part in one.plan.shipments
            for content in part.contents
        )
        if held != planned:
            yield f"booked are {held - planned} too many, {planned - held} too few"

    def left_by(self, answers):
        """Count the units and the room that what is kept leaves."""
        held = {
            (name, sku): count
            for name, row in self.held.items()
            for sku, count in row.items()
        }
        room = {
            name: math.inf if most is None else most for name, most in self.room.items()
        }
        for answer in answers:
            for one in answer.state.kept:
                name = one.shipment.node_id
                for content in one.shipment.contents:
                    held[name, content.sku] -= content.quantity
                    room[name] -= content.quantity
        return held, room

    def best(self, answers, befores, events, tiers):
        """Find the least cost by tier, first things first, by looking at everything."""
        held, room = self.left_by(answers)
        names = {name: at for at, name in enumerate(tiers)}
        every, tier_of = [], []
        for one, answer, before in zip(self.orders, answers, befores, strict=True):
            every.append(self.ways(one, answer, before, events))
            tier_of.append(names.get(one.tier, len(tiers)))
        best, together = None, math.inf
        for plans in product(*every):
            if not fits([some for _, some in plans], held, room):
                continue
            costs = [0.0] * (len(tiers) + 1)
            for at, (cost, _) in zip(tier_of, plans, strict=True):
                costs[at] += cost
            rounded = tuple(round(cost, 6) for cost in costs)
            best = rounded if best is None else min(best, rounded)
            together = min(together, sum(costs))
        return best, together


def fits(plans, held, room):
    """Tell whether plans take no more together than there is."""
    taken, at_node = Counter(), Counter()
    for some in plans:
        taken.update(some)
    for (name, _), count in taken.items():
        at_node[name] += count
    return all(count <= held[cell] for cell, count in taken.items()) and all(
        count <= room[name] for name, count in at_node.items()
    )


def standing_places(one, before, state, events):
    """Return where lines of an order were that no event has touched."""
    touched, places = set(), defaultdict(set)
    gone = {
        (part.shipment.node_id, c.line_id)
        for part in state.kept
        for c in part.shipment.contents
    }
    for part in before.plan.shipments:
        for content in part.contents:
            for event in events:
                if getattr(event, "order", one.id) != one.id:
                    continue
                if isinstance(event, Canceled):
                    touched |= {line.id for line in one.lines}
                elif (
                    getattr(event, "node", None) == part.node_id
                    and isinstance(event, (Closed, Rejected))
                    and (part.node_id, content.line_id) not in gone
                ):
                    touched.add(content.line_id)
            if (part.node_id, content.line_id) not in gone:
                places[content.line_id].add(part.node_id)
    return {name: where for name, where in places.items() if name not in touched}


def tiers_of(result, names):
    """Return the cost of every tier, in order; nothing costs nothing."""
    found = {tier.name: tier.cost for tier in result.tiers}
    return tuple(round(found.get(name, 0.0), 6) for name in (*names, None))


def backlog_beside(seed, counts, names=None):
    """Route a backlog again together; yield what differs from the best of all ways."""
    small = Backlog(seed)
    names = ((), TIERS, TIERS[1:])[seed % 3] if names is None else names
    befores = small.router.route_batch(small.orders, gap=0.0).results
    small.inventory.exchange(
        [], Plan(tuple(part for one in befores for part in one.plan.shipments))
    )
    events = small.events(befores)
    again = small.router.rebalance(befores, events, tiers=names, time_limit_s=20)
    best, together = small.best(again.results, befores, events, names)
    counts["backlogs"] += 1
    counts["orders moved"] += len(again.moved)
    counts["backlogs that precedence makes dearer"] += sum(best) > together + NEAR
    if any(
        abs(x - y) > NEAR for x, y in zip(tiers_of(again, names), best, strict=True)
    ):
        yield f"tiers cost {tiers_of(again, names)}, {best} is possible"
    if not again.bound <= together + NEAR:
        yield f"the bound {again.bound} is above {together}"
    if not again.is_optimal:
        yield f"is {again.status}, and nothing is better"
    plans = [one.result.plan for one in again]
    network = small.router.network
    yield from map(str, check_together(plans, network, again.snapshot))
    yield from small.booked(again)
