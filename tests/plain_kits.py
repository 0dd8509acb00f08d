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


def _is_before(one: Found, other: Found) -> bool:
    for a, b in zip(one.goals, other.goals, strict=True):
        if abs(a - b) > 1e-9 * max(1.0, abs(b)):
            return a < b
    return one.ranks < other.ranks


class _World:
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
        for name, goods in gifts.items():
            taken = Counter()
            for (_, _, sku), units in goods.items():
                taken[sku] += units
            if any(n > self.there.get((name, sku), 0) for sku, n in taken.items()):
                return False
        return True

    def may(self, line, name):
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
        options = self.options(line)
        skus = [line.sku, *(other.sku for other in line.substitutes)]
        for mixture in self.mixtures(line):
            shares = []
            for at, units in enumerate(mixture):
                parts, item = options[at], self.items[skus[at]]
                if item.components and item.kit == "parts":
                    shares += [
                        [
                            {n: {(line.id, at, sku): k} for n, k in share.items()}
                            for share in _shared(
                                units * each, names, whole=not line.allow_split
                            )
                        ]
                        for sku, each in parts
                    ]
                else:
                    shares.append(
                        [
                            {
                                n: {(line.id, at, sku): k * each for sku, each in parts}
                                for n, k in share.items()
                            }
                            for share in _shared(
                                units, names, whole=not line.allow_split
                            )
                        ]
                    )
            for picked in product(*shares):
                gifts = {name: Counter() for name in names}
                for share in picked:
                    for name, goods in share.items():
                        gifts[name].update(goods)
                yield gifts, {line.id: mixture}

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
        splits = self.policy.splits
        left = {i: lines[i].quantity - sum(m) for i, m in filled.items()}
        if splits.ship_complete and any(left.values()) and used:
            return None
        if splits.max_shipments is not None and len(used) > splits.max_shipments:
            return None
        penalty = 0.0
        for name, units in left.items():
            line = lines[name]
            if units and line.must_fill:
                return None
            each = line.unfilled_penalty
            each = self.policy.unfilled_penalty if each is None else each
            penalty += units * each * self.order.weight
        cost = splits.split_price * max(0, len(used) - 1)
        for name, goods in used.items():
            node = self.nodes[name]
            values = [
                n * self.price_of(lines[i], at, sku)
                for (i, at, sku), n in goods.items()
            ]
            if math.fsum(values) < node.minimum_order * (1 - 1e-12):
                return None
            least = splits.min_part_value * (1 - 1e-12)
            if len(used) > 1 and math.fsum(values) < least:
                return None
            price = self.shipment(node, goods, lines)
            if price is None:
                return None
            cost += price
        most = max(len(line.substitutes) for line in lines.values())
        ranks = tuple(
            sum(sum(m[r:]) for m in filled.values()) for r in range(1, most + 1)
        )
        if self.policy.objective == "fewest_shipments":
            return Found((penalty, float(len(used)), cost), ranks)
        # Of plans that cost the same, that which leaves the least comes first.
        return Found((penalty + cost, penalty), ranks)

    def shipment(self, node: Node, goods, lines):
        units = sum(goods.values())
        for limit in node.capacities:
            if limit.measure == "units" and units > limit.limit:
                return None
            if limit.measure == "lines" and len(goods) > limit.limit:
                return None
        cost = node.cost.per_shipment + node.cost.per_line * len(goods)
        cost += node.cost.per_unit * units
        cost += sum(n * self.charge(lines[i], at) for (i, at, _), n in goods.items())
        if self.service is not None:
            taboo = set(self.service.refused_tags)
            if any(taboo & set(self.items[sku].tags) for _, _, sku in goods):
                return None
            kg = sum(n * self.items[sku].weight_kg for (_, _, sku), n in goods.items())
            card = self.service.rate_card
            cost += next(
                rate
                for most, rate in zip(card.weights_kg, card.rates[0], strict=True)
                if kg <= most + 1e-9
            )
        return cost


def _shared(units, names, *, whole):
    """Yield every way to share units among nodes."""
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
