"""
Every plan there is for one small dated order, from the documentation alone.

Shipments are put together step by step: loads of a service, of a delivery at a node, of
a node, of the plan. Of those that send the same units from the same nodes, and look the
same to every limit, only the cheapest is kept.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from plain_dates import local
from plain_parts import SLACK, DatedShipments, Part


class Looks(NamedTuple):
    """All that a limit on the plan looks at."""

    shipments: int = 0
    lines: int = 0
    light: bool = False
    nodes: frozenset[str] = frozenset()
    homes: frozenset[Any] = frozenset()
    sent: tuple[tuple[Any, float], ...] = ()


class Plain(NamedTuple):
    """A plan: units by line and node, what it costs, and its shipments."""

    rank: tuple[float, ...]
    cost: float
    used: tuple[tuple[str, tuple[int, ...]], ...]
    parts: tuple[Part, ...]
    left: tuple[int, ...]

    @property
    def nodes(self):
        """The nodes that send something."""
        return {node for node, _ in self.used}


def added(one, other):
    """Add units by line."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


def sent_by_date(*sent):
    """Add what leaves by date, of a node that must send enough on each."""
    found = defaultdict(float)
    for day, worth in sent:
        found[day] += worth
    return tuple(sorted(found.items()))


class DatedWorld(DatedShipments):
    """One order, and what may be done about it."""

    @cached_property
    def of_node(self):
        """What each node may send."""
        return {node: self._node_loads(node) for node in self.nodes}

    # --- loads ------------------------------------------------------------------

    def _vectors(self, of, name, delivery):
        """List what may be in one shipment: whole what must be whole."""
        ranges = []
        for line in self.lines:
            if line not in of or not self.may(line, name, delivery):
                ranges.append((0,))
                continue
            most = min(line.quantity, self.there(line, name))
            whole = not line.allow_split or line.ship_together is not None
            if whole:
                ranges.append((0, line.quantity) if most == line.quantity else (0,))
            else:
                ranges.append(tuple(range(most + 1)))
        for units in product(*ranges):
            sets = defaultdict(set)
            for line, n in zip(self.lines, units, strict=True):
                sets[line.ship_together].add(n > 0)
            if any(units) and all(len(x) == 1 for k, x in sets.items() if k):
                yield units

    def there(self, line, name):
        """Count what a node has for a line."""
        return self.stock.get((name, line.sku), 0)

    def _is_light(self, units):
        """Tell whether a shipment is worth less than parts must be."""
        worth = sum(self.worth(x) * n for x, n in zip(self.lines, units, strict=True))
        return worth < self.policy.splits.min_part_value - SLACK

    def _fits(self, units):
        """Tell whether units are no more than is asked for."""
        return all(n <= m for n, m in zip(units, self.most, strict=True))

    @staticmethod
    def _folded(one, other, fits):
        """Put loads together that fit, the cheapest of those that look the same."""
        found = {}
        for (a, x), (b, y) in product(one.items(), other.items()):
            units = added(a, b)
            if not fits(units):
                continue
            cells = found.setdefault(units, {})
            for (p, (cost, made)), (q, (more, rest)) in product(x.items(), y.items()):
                looks = Looks(
                    p.shipments + q.shipments,
                    p.lines + q.lines,
                    p.light or q.light,
                    p.nodes | q.nodes,
                    p.homes | q.homes,
                    sent_by_date(*p.sent, *q.sent),
                )
                total = cost + more
                if looks not in cells or total < cells[looks][0]:
                    cells[looks] = (total, made + rest)
        return found

    def _service_loads(self, name, delivery, service, of):
        """
        List what goes by one service: shipments of different moments.

        A shipment leaves when the last of its items may. Two that leave at once are
        one, so moments are chosen, and what leaves at each.
        """
        by_moment = defaultdict(dict)
        for units in self._vectors(of, name, delivery):
            part = self.part(name, delivery, service, units)
            if not isinstance(part, str):
                by_moment[part.dates.leaves][units] = self._cells_of(part)
        return self._by_moments(by_moment, self.zero, self._fits)

    def _cells_of(self, part):
        """Say what a shipment costs, and how it looks to limits."""
        delivery = part.delivery
        home = delivery.radius_km is not None
        looks = Looks(
            1,
            sum(n > 0 for n in part.units),
            self._is_light(part.units),
            frozenset([part.node]),
            frozenset([(delivery, part.node)] if home else ()),
            self._sent(part),
        )
        return {looks: (part.price + part.dated_price, (part,))}

    def _sent(self, part):
        """Say what a shipment is worth, and on which date at its node it leaves."""
        node = self.nodes[part.node]
        if not node.minimum_order:
            return ()
        leaves = part.dates.ships_at or part.dates.ready_at
        rows = zip(self.lines, part.units, strict=True)
        worth = sum(self.worth(line) * n for line, n in rows)
        return ((local(leaves, self.clock.zone_of(node)), worth),)

    def _sends_enough(self, name, cells):
        """Keep the loads of which enough leaves on every date; dates are done with."""
        least, found = self.nodes[name].minimum_order - SLACK, {}
        for looks, made in cells.items():
            if all(worth >= least for _, worth in looks.sent):
                same = looks._replace(sent=())
                if same not in found or made[0] < found[same][0]:
                    found[same] = made
        return found

    def _by_moments(self, by_moment, zero, fits):
        """Choose what leaves at each of some moments."""
        empty = {zero: {Looks(): (0.0, ())}}
        found = empty
        for loads in by_moment.values():
            found = self._joined(found, {**empty, **loads}, fits)
        return found

    def _node_loads(self, name):
        """List what a node may send, all its deliveries together."""
        total = self._loads_of(name, self.zero, self._fits)
        return {
            units: kept
            for units, cells in total.items()
            if (kept := self._kept(name, units, cells))
        }

    def _loads_of(self, name, zero, fits):
        """List what a node may send, whatever it can do."""
        empty = {zero: {Looks(): (0.0, ())}}
        total = empty
        for delivery in dict.fromkeys(map(self.delivery_of, self.lines)):
            of = [x for x in self.lines if self.delivery_of(x) == delivery]
            loads = empty
            for service in self.carriers(name, delivery):
                one = self._service_loads(name, delivery, service, of)
                loads = self._joined(loads, one, fits)
            total = self._folded(total, loads, fits)
        return total

    @staticmethod
    def _either(one, other):
        """Put loads beside others, of which one is taken."""
        found = {units: dict(cells) for units, cells in one.items()}
        for units, cells in other.items():
            mine = found.setdefault(units, {})
            for looks, made in cells.items():
                if looks not in mine or made[0] < mine[looks][0]:
                    mine[looks] = made
        return found

    def _kept(self, name, units, cells):
        """Return the loads that stock and capacity of a node allow."""
        taken = defaultdict(int)
        for line, n in zip(self.lines, units, strict=True):
            taken[line.sku] += n
        if any(n > self.stock.get((name, sku), 0) for sku, n in taken.items()):
            return {}
        return self._within(name, units, self._sends_enough(name, cells))

    def _within(self, name, units, cells):
        """Return the loads that the capacity of a node allows."""
        limits = {one.measure.value: one.limit for one in self.nodes[name].capacities}
        if sum(units) > limits.get("units", math.inf):
            return {}
        if any(units) and limits.get("orders", 1) < 1:
            return {}
        return {
            looks: made
            for looks, made in cells.items()
            if looks.lines <= limits.get("lines", math.inf)
        }

    def _joined(self, one, other, fits):
        """Put together what leaves by two services, or twice, if it may."""
        if self.policy.splits.several_services:
            return self._folded(one, other, fits)
        return self._either(one, other)

    # --- plans ------------------------------------------------------------------

    def plans(self, given=None):
        """Yield plans, the cheapest of those that send the same from the same nodes."""
        names = list(self.nodes)
        choices = []
        for name in names:
            loads = self._choices(name)
            if given is not None:
                wanted = given.get(name, self.zero)
                loads = [one for one in loads if one[0] == wanted]
            choices.append(loads)
        yield from self._spread(names, choices, 0, self.zero, ())

    def _choices(self, name):
        """List the loads of a node."""
        return list(self.of_node[name].items())

    def _spread(self, names, choices, at, units, chosen):
        """Give units to one node after another."""
        if at == len(names):
            yield from self._made(units, chosen)
            return
        for load, cells in choices[at]:
            total = added(units, load)
            if self._fits(total):
                more = (*chosen, (names[at], load, cells))
                yield from self._spread(names, choices, at + 1, total, more)

    def _made(self, units, chosen):
        """Yield the best plan that gives so many units to each node."""
        left = tuple(m - n for m, n in zip(self.most, units, strict=True))
        penalty = self._penalty(left)
        if penalty is None or not self._keeps_whole(units, left, chosen):
            return
        splits, is_partial = self.policy.splits, self._is_short(left) and any(units)
        if splits.ship_complete and is_partial:
            if splits.incomplete_price is None:
                return
            besides = splits.incomplete_price
        else:
            besides = 0.0
        used = tuple((name, load) for name, load, _ in chosen if any(load))
        best = None
        for picked in product(*(cells.items() for _, _, cells in chosen)):
            count = sum(looks.shipments for looks, _ in picked)
            homes = frozenset().union(*(looks.homes for looks, _ in picked))
            if len({d for d, _ in homes}) < len(homes):
                continue
            is_light = any(looks.light for looks, _ in picked)
            extra = self._splitting(count, len(used), is_light=is_light)
            if extra is None:
                continue
            cost = penalty + besides + extra + sum(made[0] for _, made in picked)
            rank = (cost,)
            if self.policy.objective == "fewest_shipments":
                rank = (round(penalty, 6), count, cost)
            if best is None or rank < best[0]:
                best = rank, cost, picked
        if best is not None:
            parts = tuple(part for _, made in best[2] for part in made[1])
            yield Plain(best[0], best[1], used, parts, left)

    @staticmethod
    def _is_short(left):
        """Tell whether something is left of what is asked for."""
        return any(left)

    def _penalty(self, left):
        """Price what is left; None if it may not be."""
        total = 0.0
        for line, units in zip(self.lines, left, strict=True):
            own = line.unfilled_penalty
            each = self.policy.unfilled_penalty if own is None else own
            if units and (line.must_fill or each is None):
                return None
            total += units * (each or 0.0) * self.order.weight
        return total

    def _keeps_whole(self, units, left, chosen):
        """Tell whether lines that are whole, or together, stay so over all nodes."""
        groups = defaultdict(set)
        for at, line in enumerate(self.lines):
            sources = [name for name, load, _ in chosen if load[at]]
            whole = not line.allow_split or line.ship_together is not None
            if whole and units[at] and (left[at] or len(sources) > 1):
                return False
            if line.ship_together is not None:
                groups[line.ship_together].add(tuple(sources))
        return all(len(homes) == 1 for homes in groups.values())

    def _splitting(self, count, nodes, *, is_light):
        """Price the splits of a plan; None if there are too many."""
        splits = self.policy.splits
        over = max(0, count - (splits.max_shipments or count))
        over += max(0, nodes - (splits.max_nodes or nodes))
        if over and splits.over_limit_price is None:
            return None
        value = self.order.value
        if value is None:
            value = sum(self.worth(x) * x.quantity for x in self.lines)
        if value < splits.min_order_value - SLACK and nodes > 1:
            return None
        if count > 1 and is_light:
            return None
        return over * (splits.over_limit_price or 0.0) + splits.split_price * max(
            0, count - 1
        )
