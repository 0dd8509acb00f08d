"""
What a router says of a small order or wave, beside every plan there is.

Each function takes what was drawn and returns sentences: what is not as brute force has
it. What was looked at is counted. ``python -m benchmarks.beside`` runs many.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from random import Random
from unittest.mock import patch

from changes import PATIENCE_S
from domroute.answers import concluding
from domroute.ledger import Inventory, Stock
from domroute.router import Router
from plain import PlainWorld, rank, ways_of
from plain_lifted import Carried, Handled, Open
from wave_brute_force import drawn_wave, least_alone, least_cost
from worlds import limited, paid, world

NEUTRAL = "no_plan_fills_more"
"""The reason that names no cause."""
CAUSES = (
    *("out_of_stock", "allocated"),
    *("pinned_node_short", "pickup_node_short", "no_eligible_node"),
    *(
        "not_enough_stock",
        "expired",
        "too_late",
        "after_cutoff",
        "not_active",
        "no_date",
    ),
    *(
        "missing_capability",
        "no_service",
        "no_capacity",
        "line_not_splittable",
        "ship_together",
    ),
    *("not_together", "ship_complete", "below_minimum_order", "split_limit"),
)
"""In the order in which the guide asks them: the first that is proven is told."""


def order_beside(seed, counts, *, words=True, draw=world):
    """
    Route one order of a world, and hold what is said of it to all its plans.

    Cost and status; and, unless told, the cost with every node and all reasons. Without
    words no reasons are looked for, which takes most of the time and changes no plan.
    """
    made = _patient(draw(Random(seed)))
    ways = ways_of(*made)
    router = Router(made.network, made.inventory, made.policy)
    with nullcontext() if words else patch.object(concluding, "find_reasons", _no):
        result = router.route(made.order, quotes=made.quotes)
    counts["orders"] += 1
    counts[f"orders {result.status}"] += 1
    yield from _cost_beside(made, ways, result)
    if words:
        told = router.explain(made.order, result=result, quotes=made.quotes)
        yield from _nodes_beside(made, ways, told, counts)
        yield from _reasons_beside(made, ways, result, counts)


def _patient(made):
    """Let no clock end a search: a machine may be busy."""
    solve = made.policy.solve.model_copy(update={"time_limit_s": PATIENCE_S})
    return made._replace(policy=made.policy.model_copy(update={"solve": solve}))


def _no(*_, **__):
    """Look for no reasons."""
    return {}


def wave_beside(seed, counts, *, draw=drawn_wave):
    """Route a wave together, and hold cost, bounds and status to all joint plans."""
    made = draw(seed)
    least = least_cost(made)
    router = Router(made.network, made.inventory, made.policy)
    wave = router.route_batch(
        made.orders, quotes=made.quotes, time_limit_s=PATIENCE_S, gap=0.0
    )
    counts["waves"] += 1
    counts[f"waves {wave.status}"] += 1
    counts["waves with orders of no table"] += wave.statistics.tabled < len(made.orders)
    wanted = "optimal" if math.isfinite(least) else "infeasible"
    if not _is_near(wave.cost, least):
        yield f"wave costs {wave.cost}, not {least}"
    if not _is_near(wave.bound, least):
        yield f"wave is bounded by {wave.bound}, not {least}"
    if wave.status != wanted:
        yield f"wave {wave.status}, not {wanted}: {wave.bound} to {wave.cost}"
    for one, result in zip(made.orders, wave, strict=True):
        alone = least_alone(one, made)
        if not _is_near(result.bound, alone):
            yield f"bound {result.bound} of {one.id}, not {alone}"


def limited_wave(seed):
    """Draw a wave in which nodes may have several capacities."""
    return limited(drawn_wave(seed), Random(seed))


def paid_wave(seed):
    """Draw a wave in which a term pays for some of what is shipped."""
    return paid(drawn_wave(seed), Random(seed))


def _slack(amount):
    """Say by how much two costs may differ."""
    return 1e-6 * max(1e-3, abs(amount)) if math.isfinite(amount) else 0.0


def _is_near(one, other):
    """Tell whether two costs are one, infinite ones too."""
    return one == other or abs(one - other) <= _slack(other)


def _cost_beside(made, ways, result):
    """Hold cost and status to the best plan there is."""
    best = min((rank(way, made.policy) for way in ways), default=(math.inf,))
    wanted = "optimal" if ways else "infeasible"
    if result.status != wanted:
        yield f"{result.status}, not {wanted}"
    if not _is_near(result.cost, best[-1]):
        yield f"costs {result.cost}, not {best[-1]}, by {result.method}"


def _nodes_beside(made, ways, told, counts):
    """Hold the cost with each node to the best plan that uses it."""
    best = min((rank(way, made.policy) for way in ways), default=None)
    for part in told.nodes:
        mine = min(
            (rank(way, made.policy) for way in ways if part.node_id in way.nodes),
            default=None,
        )
        counts["nodes"] += 1
        counts["nodes in no plan"] += mine is None
        cost = math.inf if mine is None else mine[-1]
        if not _is_near(part.cost_with, cost):
            yield f"with {part.node_id} {part.cost_with}, not {cost}"
        if (part.reason is None) != (mine is not None):
            yield f"{part.node_id} has {part.reason} at {cost}"
        if "a tie" in part.sentence and _is_less(best, mine):
            yield f"{part.node_id} is no tie: {mine} and {best}"


def _is_less(one, other):
    """Tell whether a plan is better by its goals, more than by rounding."""
    for a, b in zip(one, other, strict=True):
        if abs(a - b) > 1e-7 * max(1.0, abs(b)):
            return a < b
    return False


# --- reasons ------------------------------------------------------------------------


def _reasons_beside(made, ways, result, counts):
    """
    Hold each reason to what happens once a cause is cleared.

    Told is the first cause, as the guide lists them, of which it is so that clearing it
    alone fills more of the line.
    """
    lines = sorted(made.order.lines, key=lambda line: line.id)
    left = {part.line_id: part.quantity for part in result.plan.unfilled}
    fill = [line.quantity - left.get(line.id, 0) for line in lines]
    for part in result.plan.unfilled:
        at = next(at for at, line in enumerate(lines) if line.id == part.line_id)
        reason = str(part.reason)
        counts["reasons"] += 1
        counts[f"reasons {reason}"] += 1
        more = any(
            way.fill[at] > fill[at]
            and all(x >= y for x, y in zip(way.fill, fill, strict=True))
            for way in ways
        )
        if more is not (reason == "cheaper_unfilled"):
            yield f"{part.line_id} {reason}, though a plan fills more: {more}"
        elif reason != "cheaper_unfilled":
            counts["reasons by clearing"] += reason != NEUTRAL
            sources = {
                shipment.node_id
                for shipment in result.plan.shipments
                if made.order.delivery_of(lines[at]) == _delivery(made, shipment)
            }
            asked = Asked(made, lines[at], sources)
            first = asked.first(at, fill[at], ways)
            if first != reason:
                yield f"{part.line_id} {reason}, the first of {asked.causes} is {first}"


def _cost_of_best(made, ways):
    """Return what the best of some plans costs; zero where there is none."""
    return min((rank(way, made.policy) for way in ways), default=(0.0,))[-1]


def _delivery(made, shipment):
    """Return the delivery that a shipment is of."""
    mine = {content.line_id for content in shipment.contents}
    line = next(line for line in made.order.lines if line.id in mine)
    return made.order.delivery_of(line)


class Asked:
    """The causes of which what they say is so of one line."""

    def __init__(self, made, line, sources):
        self.made, plain = made, PlainWorld(*made)
        self.plain, self.line, self.sources = plain, line, sources
        self.delivery = line.delivery or made.order.delivery
        self.may = [name for name in plain.nodes if plain.may(line, name)]
        self.usable = {name: plain.held(line.sku, name) for name in self.may}
        self.units = sum(x.quantity for x in plain.lines if x.sku == line.sku)
        having = [plain.nodes[name] for name, units in self.usable.items() if units]
        splits = plain.policy.splits
        counts = (splits.max_shipments, splits.max_nodes)
        is_short = bool(self.may) and sum(self.usable.values()) < self.units
        is_anywhere = any(
            row.on_hand - row.reserved - row.safety >= 1
            for (_, sku), row in plain.stock.items()
            if sku == line.sku
        )
        so = {
            "out_of_stock": not is_anywhere,
            "pinned_node_short": line.pinned_node is not None and is_short,
            "pickup_node_short": self.is_pickup_short(is_short=is_short),
            "no_eligible_node": is_anywhere and not having,
            "not_enough_stock": is_short,
            "missing_capability": any(self.is_unhandled(node) for node in having),
            "no_service": any(
                not self.is_carried(node) and not self.is_unhandled(node)
                for node in having
            ),
            "no_capacity": any(node.capacities for node in having),
            "line_not_splittable": not line.allow_split,
            "ship_together": line.ship_together is not None,
            "ship_complete": splits.ship_complete and splits.incomplete_price is None,
            "below_minimum_order": any(node.minimum_order for node in having),
            "split_limit": (counts != (None, None) and splits.over_limit_price is None)
            or splits.min_order_value > 0
            or splits.min_part_value > 0,
        }
        # These worlds are without dates, whose causes are never so.
        self.causes = [reason for reason in CAUSES if so.get(reason)]

    def first(self, at, filled, ways):
        """Find the first that fills more once cleared, or lets the line be filled."""
        cost = _cost_of_best(self.made, ways)
        for reason in self.causes:
            if Lifted(self.made, self.line).fills_more(reason, at, filled, cost):
                return reason
        splits = self.plain.policy.splits
        if ways and not (splits.ship_complete and splits.incomplete_price is None):
            return NEUTRAL
        for reason in self.causes:
            if Lifted(self.made, self.line).is_in_the_way(reason, at):
                return reason
        return NEUTRAL

    def is_pickup_short(self, *, is_short):
        """Tell whether the node used, or of a radius every node, has too few."""
        if self.delivery.method not in ("pickup", "curbside"):
            return False
        if self.delivery.node is not None:
            return is_short
        used = self.sources or self.usable
        return all(self.usable.get(name, 0) < self.units for name in used)

    def is_unhandled(self, node):
        """Tell whether services would send it from a node, and none has its tags."""
        handled, one = Handled(*self.made, line=self.line), [(self.line, 1)]
        sent = handled.shipment(node.id, self.delivery, one)
        return sent is not None and not self.is_carried(node)

    def is_carried(self, node):
        """Tell whether a node can send a unit of the line."""
        return self.plain.shipment(node.id, self.delivery, [(self.line, 1)]) is not None


class Lifted:
    """A world with the cause that a reason names cleared, as the guide says."""

    def __init__(self, made, line):
        self.made, self.line = made, line

    def fills_more(self, reason, at, filled, cost):
        """Tell whether filling more of the line pays, where a cause is cleared."""
        price = PlainWorld(*self.made).price_of_leaving(self.line) or 0.0
        ways = self.without(reason)
        cost = max(1.0, cost, _cost_of_best(self.made, ways))
        hair = max(1e-5 * price, 2e-6 * cost)
        more, no_more = [], []
        for way in ways:
            # A tie is no proof: what pays does so if leaving a unit is a hair cheaper.
            off = hair * way.fill[at]
            paid = way._replace(penalty=way.penalty + off, cost=way.cost + off)
            (more if way.fill[at] > filled else no_more).append(
                rank(paid, self.made.policy)
            )
        return bool(more) and (not no_more or _is_less(min(more), min(no_more)))

    def is_in_the_way(self, reason, at):
        """Tell whether the cause keeps the line from being filled by itself."""
        self.made = self.alone()
        whole = self.line.quantity
        return not any(way.fill[at] == whole for way in ways_of(*self.made)) and any(
            way.fill[at] == whole for way in self.without(reason)
        )

    def alone(self):
        """Let the other lines go: nothing must be filled but this one."""
        free = {"must_fill": False, "unfilled_penalty": 0.0}
        made = self.every_line(
            lambda x: x if x.id == self.line.id else x.model_copy(update=free)
        )
        return made._replace(policy=self.splits(ship_complete=False).policy)

    def without(self, reason):
        """List the plans of the world without what a reason names."""
        if reason == "no_eligible_node":
            return Open(*self.made, line=self.line).ways()
        if reason == "missing_capability":
            return Handled(*self.made, line=self.line).ways()
        if reason == "no_service":
            return Carried(*self.made).ways()
        together = self.line.ship_together
        return ways_of(
            *{
                "out_of_stock": self.plenty,
                "not_enough_stock": self.plenty,
                "pinned_node_short": self.plenty,
                "pickup_node_short": self.plenty,
                "no_capacity": lambda: self.nodes(capacity=None),
                "below_minimum_order": lambda: self.nodes(minimum_order=0.0),
                "line_not_splittable": lambda: self.every_line(
                    lambda x: (
                        x.model_copy(update={"allow_split": True})
                        if x.id == self.line.id
                        else x
                    )
                ),
                "ship_together": lambda: self.every_line(
                    lambda x: (
                        x.model_copy(update={"ship_together": None})
                        if x.ship_together == together
                        else x
                    )
                ),
                "ship_complete": lambda: self.splits(ship_complete=False),
                "split_limit": lambda: self.splits(
                    max_shipments=None,
                    max_nodes=None,
                    min_order_value=0.0,
                    min_part_value=0.0,
                ),
            }[reason]()
        )

    def nodes(self, **fields):
        """Change every node."""
        changed = [one.model_copy(update=fields) for one in self.made.network.nodes]
        network = self.made.network.model_copy(update={"nodes": tuple(changed)})
        return self.made._replace(network=network)

    def every_line(self, change):
        """Change lines."""
        lines = tuple(change(line) for line in self.made.order.lines)
        order = self.made.order.model_copy(update={"lines": lines})
        return self.made._replace(order=order)

    def splits(self, **fields):
        """Change limits on splits."""
        policy = self.made.policy
        splits = policy.splits.model_copy(update=fields)
        return self.made._replace(policy=policy.model_copy(update={"splits": splits}))

    def plenty(self):
        """Let every node that may fill the line have as much as is asked for."""
        rows = {(row.node, row.sku): row for row in self.made.inventory}
        plain = PlainWorld(*self.made)
        for name in plain.nodes:
            if plain.may(self.line, name):
                key = (name, self.line.sku)
                row = rows.get(key) or Stock(node=name, sku=key[1], on_hand=0)
                more = {"on_hand": row.on_hand + 20}
                rows[key] = row.model_copy(update=more)
        return self.made._replace(inventory=Inventory(rows.values()))
