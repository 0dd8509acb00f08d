"""
Orders with kits and substitutes, plan by plan: the words of the documentation, run.

Nothing here knows how the library counts: every mixture of goods is tried, every way to
share it among nodes, and each plan is priced from the data.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import product

from domroute import Line, Network, Node, Order, Policy
from plain_parcels import price_of_parcels

Goods = tuple[str, int, str]
"""A line's id, which of the SKUs that may leave for it, and the SKU that leaves."""
Gifts = dict[str, Counter]
"""Units of goods by node."""


@dataclass(frozen=True)
class Found:
    """The best there is: by goals, and the least of what is liked less."""

    goals: tuple[float, ...]
    ranks: tuple[int, ...]


def best_plan(order: Order, network: Network, there, policy: Policy) -> Found | None:
    """Find the best plan of all; None if there is none."""
    world = _World(order, network, there, policy)
    best: Found | None = None
    for gifts, filled in world.plans():
        found = world.judge(gifts, filled)
        if found is None:
            continue
        if best is None or _is_before(found, best):
            best = found
    return best


def usages(order: Order, network: Network, there, policy: Policy):
    """Say for all that plans may take, units by (node, SKU), what the best costs."""
    world = _World(order, network, there, policy)
    found = {}
    for gifts, filled in world.plans():
        made = world.judge(gifts, filled)
        if made is None:
            continue
        taken = Counter()
        for name, goods in gifts.items():
            for (_, _, sku), units in goods.items():
                taken[name, sku] += units
        cells = tuple(sorted((+taken).items()))
        found[cells] = min(found.get(cells, math.inf), made.goals[0])
    return found


def _is_before(one: Found, other: Found) -> bool:
    """Return whether one plan is better by the goals in their order."""
    for a, b in zip(one.goals, other.goals, strict=True):
        if abs(a - b) > 1e-9 * max(1.0, abs(b)):
            return a < b
    return one.ranks < other.ranks


class _World:
    """The data of one order as plain dictionaries."""

    def __init__(self, order, network, there, policy):
        self.order, self.policy, self.there = order, policy, there
        self.items = {item.sku: item for item in network.items}
        self.nodes = {node.id: node for node in network.nodes}
        self.service = network.services[0] if network.services else None

    def options(self, line: Line):
        """List SKUs that may leave, and what each is made of."""
        skus = [line.sku, *(other.sku for other in line.substitutes)]
        return [
            [(part.sku, part.quantity) for part in self.items[sku].components]
            or [(sku, 1)]
            for sku in skus
        ]

    def plans(self):
        """Yield what every node gives, and the units of each line by option."""
        sets: dict[str, list[Line]] = {}
        for line in self.order.lines:
            sets.setdefault(line.ship_together or f"alone {line.id}", []).append(line)
        choices = [
            list(self.alone(lines[0]))
            if lines[0].ship_together is None
            else list(self.together(lines))
            for lines in sets.values()
        ]
        for picked in product(*choices):
            gifts = {name: Counter() for name in self.nodes}
            filled: dict[str, tuple[int, ...]] = {}
            for mine, mixture in picked:
                filled |= mixture
                for name, goods in mine.items():
                    gifts[name] += goods
            if self.has_stock(gifts):
                yield gifts, filled

    def has_stock(self, gifts):
        """Tell whether nodes have what they give."""
        for name, goods in gifts.items():
            taken = Counter()
            for (_, _, sku), units in goods.items():
                taken[sku] += units
            if any(n > self.there.get((name, sku), 0) for sku, n in taken.items()):
                return False
        return True

    def may(self, line, name):
        """Tell whether a node may fill a line."""
        pinned = line.pinned_node in (None, name)
        return pinned and name not in line.excluded_nodes

    def mixtures(self, line):
        """Yield units of the line by option."""
        count = len(line.substitutes) + 1
        if not line.allow_split:
            yield (0,) * count
            for at in range(count):
                yield tuple(line.quantity * (n == at) for n in range(count))
            return
        for units in product(range(line.quantity + 1), repeat=count):
            if sum(units) <= line.quantity:
                yield units

    def alone(self, line):
        """Yield ways to fill a line by itself."""
        names = [name for name in self.nodes if self.may(line, name)]
        for mixture in self.mixtures(line):
            shares = [
                share
                for at, units in enumerate(mixture)
                for share in self.shares(line, at, units, names)
            ]
            for picked in product(*shares):
                gifts = {name: Counter() for name in names}
                for share in picked:
                    for name, goods in share.items():
                        gifts[name].update(goods)
                yield gifts, {line.id: mixture}

    def shares(self, line, at, units, names):
        """List, for all that may leave by itself, every way to share it."""
        sku = line.sku if at == 0 else line.substitutes[at - 1].sku
        parts, item = self.options(line)[at], self.items[sku]
        is_apart = bool(item.components) and item.kit == "parts"
        moved = [[part] for part in parts] if is_apart else [parts]
        found = []
        for together in moved:
            times = together[0][1] if is_apart else 1
            each = [(s, 1)] if (s := together[0][0]) and is_apart else together
            ways = _shared(units * times, names, whole=not line.allow_split)
            found.append(
                [
                    {
                        n: {(line.id, at, s): k * m for s, m in each}
                        for n, k in w.items()
                    }
                    for w in ways
                ]
            )
        return found

    def together(self, lines):
        """Yield ways to fill lines that leave one node at once, or not at all."""
        nothing = {line.id: (0,) * (len(line.substitutes) + 1) for line in lines}
        yield {}, nothing
        whole = [
            [m for m in self.mixtures(line) if sum(m) == line.quantity]
            for line in lines
        ]
        for name in self.nodes:
            if not all(self.may(line, name) for line in lines):
                continue
            for picked in product(*whole):
                goods = Counter()
                for line, mixture in zip(lines, picked, strict=True):
                    for at, units in enumerate(mixture):
                        for sku, each in self.options(line)[at]:
                            if units:
                                goods[line.id, at, sku] += units * each
                ids = [line.id for line in lines]
                yield {name: goods}, dict(zip(ids, picked, strict=True))

    def price_of(self, line, at, sku):
        """Say what the customer pays for a unit of goods: a share of the line's."""
        own = self.items[line.sku].unit_price
        price = own if line.unit_price is None else line.unit_price
        parts = self.options(line)[at]
        total = sum(self.items[s].unit_price * n for s, n in parts)
        if total > 0:
            return price * self.items[sku].unit_price / total
        return price / sum(n for _, n in parts)

    def charge(self, line, at):
        """Say what a unit of goods costs besides, where they are a substitute."""
        if at == 0:
            return 0.0
        units = sum(n for _, n in self.options(line)[at])
        return line.substitutes[at - 1].penalty / units

    def judge(self, gifts, filled):
        """Price a plan; None if it may not be."""
        lines = {line.id: line for line in self.order.lines}
        used = {name: +goods for name, goods in gifts.items() if +goods}
        left = {i: lines[i].quantity - sum(m) for i, m in filled.items()}
        if not self.may_be(used, left, lines):
            return None
        penalty = sum(units * self.penalty(lines[name]) for name, units in left.items())
        cost = self.policy.splits.split_price * max(0, len(used) - 1)
        cost += sum(
            self.shipment(self.nodes[name], goods, lines)
            for name, goods in used.items()
        )
        if math.isinf(cost):
            return None
        most = max(len(line.substitutes) for line in lines.values())
        ranks = tuple(
            sum(sum(m[r:]) for m in filled.values()) for r in range(1, most + 1)
        )
        if self.policy.objective == "fewest_shipments":
            return Found((penalty, float(len(used)), cost), ranks)
        # Of plans that cost the same, that which leaves the least comes first.
        return Found((penalty + cost, penalty), ranks)

    def penalty(self, line):
        """Say what leaving a unit costs."""
        each = line.unfilled_penalty
        each = self.policy.unfilled_penalty if each is None else each
        return each * self.order.weight

    def may_be(self, used, left, lines):
        """Tell whether a plan keeps to what is asked of the whole order."""
        splits = self.policy.splits
        if splits.ship_complete and any(left.values()) and used:
            return False
        if splits.max_shipments is not None and len(used) > splits.max_shipments:
            return False
        if any(units and lines[name].must_fill for name, units in left.items()):
            return False
        for name, goods in used.items():
            value = math.fsum(
                n * self.price_of(lines[i], at, sku)
                for (i, at, sku), n in goods.items()
            )
            least = splits.min_part_value if len(used) > 1 else 0.0
            least = max(least, self.nodes[name].minimum_order)
            if value < least * (1 - 1e-12):
                return False
        return True

    def shipment(self, node: Node, goods, lines):
        """Price what a node sends; infinite if it may not."""
        units = sum(goods.values())
        for limit in node.capacities:
            load = units if limit.measure == "units" else len(goods)
            if load > limit.limit:
                return math.inf
        cost = node.cost.per_shipment + node.cost.per_line * len(goods)
        cost += node.cost.per_unit * units
        cost += sum(n * self.charge(lines[i], at) for (i, at, _), n in goods.items())
        return cost if self.service is None else cost + self.carriage(goods)

    def carriage(self, goods):
        """Price what the service asks: the first step of its card that holds it."""
        taboo = set(self.service.refused_tags)
        if any(taboo & set(self.items[sku].tags) for _, _, sku in goods):
            return math.inf
        card = self.service.rate_card
        return price_of_parcels(
            [(self.items[sku], n) for (_, _, sku), n in goods.items()],
            self.policy.apart,
            lambda kg: next(
                rate
                for most, rate in zip(card.weights_kg, card.rates[0], strict=True)
                if kg <= most + 1e-9
            ),
        )


def _shared(units, names, *, whole):
    """Yield every way to share units among nodes; with ``whole`` one has them all."""
    if not units:
        yield {}
        return
    if whole:
        yield from ({name: units} for name in names)
        return
    if len(names) == 1:
        yield {names[0]: units}
        return
    if not names:
        return
    for mine in range(units + 1):
        for rest in _shared(units - mine, names[1:], whole=False):
            yield {names[0]: mine, **rest} if mine else rest
