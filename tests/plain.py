"""
Every plan there is for one small order, in plain Python, from the documentation alone.

Nothing of the library is used but its nouns: distances, permissions, tariffs, limits
and prices are worked out here again, as the pages ``concepts/problem`` and
``guide/rules`` have them. It knows no rules but distances, safety stock and tags.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product
from typing import NamedTuple

from plain_parcels import price_of_breaking, price_of_parcels, tag_rules

SLACK = 1e-9


class Way(NamedTuple):
    """One plan: units by line in order of ids, what it costs, and what it uses."""

    fill: tuple[int, ...]
    penalty: float
    shipments: int
    cost: float
    nodes: frozenset[str]


def ways_of(order, network, inventory, policy, quotes=None):
    """List every plan that keeps to all that is hard."""
    return PlainWorld(order, network, inventory, policy, quotes).ways()


def rank(way, policy):
    """Say what a plan comes to by each goal of the policy."""
    if policy.objective == "fewest_shipments":
        return (round(way.penalty, 6), way.shipments, way.cost)
    return (way.cost,)


def kilometers(one, other):
    """Measure along the great circle of a sphere of 6371.0088 km."""
    a, b = math.radians(one.lat), math.radians(other.lat)
    h = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a)
        * math.cos(b)
        * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, h)))


class PlainWorld:
    """One problem, and what may be done about it."""

    def __init__(self, order, network, inventory, policy, quotes):
        self.order, self.policy, self.quotes = order, policy, quotes
        self.lines = sorted(order.lines, key=lambda line: line.id)
        self.nodes = {node.id: node for node in network.nodes}
        self.items = {item.sku: item for item in network.items}
        self.services = network.services
        self.stock = {(row.node, row.sku): row for row in inventory}
        self.prices = {}

    def ways(self):
        """Try every way to give units of each line to nodes."""
        places = [[n for n in self.nodes if self.may(x, n)] for x in self.lines]
        each = [
            list(self.shares(x, at)) for x, at in zip(self.lines, places, strict=True)
        ]
        found = []
        for shares in product(*each):
            found += self.made_of(shares)
        return found

    def shares(self, line, nodes):
        """List the ways to take a line from nodes: units by node."""
        most = [min(line.quantity, self.held(line.sku, n)) for n in nodes]
        for units in product(*(range(m + 1) for m in most)):
            total = sum(units)
            if total > line.quantity:
                continue
            used = {n: u for n, u in zip(nodes, units, strict=True) if u}
            whole = line.ship_together is not None or not line.allow_split
            if whole and used and (len(used) > 1 or total < line.quantity):
                continue
            if total < line.quantity and self.price_of_leaving(line) is None:
                continue
            yield used

    def held(self, sku, node):
        """Count what may be taken of a cell."""
        row = self.stock.get((node, sku))
        if row is None:
            return 0
        kept = sum(
            rule.units
            for rule in self.policy.rules
            if rule.rule == "safety_stock"
            and rule.price is None
            and self.selects(rule.nodes, node)
        )
        free = math.floor(row.on_hand - row.reserved - row.safety)
        return max(0, math.floor(free - kept))

    def selects(self, wanted, node):
        """Tell whether a filter by id or kind selects a node."""
        return (not wanted.ids or node in wanted.ids) and (
            not wanted.kinds or self.nodes[node].kind in wanted.kinds
        )

    def price_of_leaving(self, line):
        """Return what a unit left costs; None if none may be left."""
        own = line.unfilled_penalty
        each = self.policy.unfilled_penalty if own is None else own
        if line.must_fill or each is None:
            return None
        return each * self.order.weight

    def end_of(self, delivery):
        """Return where a delivery ends."""
        if delivery.node is not None:
            return self.nodes[delivery.node].location
        return delivery.to or self.order.destination

    def may(self, line, name):
        """Tell whether a node may fill any of a line."""
        node, delivery = self.nodes[name], line.delivery or self.order.delivery
        offered = node.methods
        if offered is None:
            offered = ["ship", "ship_to_store"]
            if node.kind == "store":
                offered += ["pickup", "curbside"]
        km = kilometers(node.location, self.end_of(delivery))
        is_collected = delivery.method in ("pickup", "curbside")
        if not node.enabled or delivery.method not in offered:
            return False
        if line.pinned_node not in (None, name) or name in line.excluded_nodes:
            return False
        tags = self.items[line.sku].tags
        for rule in tag_rules(self.policy, "nodes"):
            if rule.price is None and rule.tag in tags and rule.tag not in node.tags:
                return False
        if is_collected:
            if delivery.node is not None:
                return delivery.node == name
            return km <= delivery.radius_km + 1e-6
        reach = [node.max_distance_km] + [
            rule.km
            for rule in self.policy.rules
            if rule.rule == "max_distance" and self.selects(rule.nodes, name)
        ]
        return all(limit is None or km <= limit + 1e-6 for limit in reach)

    def lets(self, line, service):
        """Tell whether no hard rule on tags keeps a line from a service."""
        return all(
            rule.tag in service.tags or rule.tag not in self.items[line.sku].tags
            for rule in tag_rules(self.policy, "services")
            if rule.price is None
        )

    def value(self, line):
        """Return what a unit of a line is worth."""
        price = line.unit_price
        return self.items[line.sku].unit_price if price is None else price

    def made_of(self, shares):
        """List the plans by which shares may leave, those that break nothing."""
        groups, cells = defaultdict(list), defaultdict(int)
        by_node = defaultdict(list)
        for line, used in zip(self.lines, shares, strict=True):
            for node, units in used.items():
                delivery = line.delivery or self.order.delivery
                groups[node, delivery].append((line, units))
                by_node[node].append((line, units))
                cells[node, line.sku] += units
        if any(units > self.held(sku, node) for (node, sku), units in cells.items()):
            return []
        if not self.keeps_nodes(by_node):
            return []
        if not self.keeps_together(shares) or not self.keeps_radius(groups):
            return []
        fill = tuple(sum(used.values()) for used in shares)
        left = [x.quantity - n for x, n in zip(self.lines, fill, strict=True)]
        splits, is_partial = self.policy.splits, any(left) and any(fill)
        if splits.ship_complete and splits.incomplete_price is None and is_partial:
            return []
        penalty = sum(
            n * self.price_of_leaving(x)
            for x, n in zip(self.lines, left, strict=True)
            if n
        )
        besides = penalty + self.borrowing(cells)
        if splits.ship_complete and is_partial:
            besides += splits.incomplete_price
        found = []
        each = [self.divisions(*key, contents) for key, contents in groups.items()]
        for chosen in product(*each):
            parts = [part for division in chosen for part in division]
            if self.keeps_splits(parts, by_node) and self.keeps_lines(parts):
                cost = besides + sum(price for _, _, price in parts)
                cost += self.splitting(len(parts), len(by_node))
                way = Way(fill, penalty, len(parts), cost, frozenset(by_node))
                found.append(way)
        return found

    def splitting(self, shipments, nodes):
        """Price shipments beyond the first, and those beyond what is allowed."""
        splits = self.policy.splits
        over = max(0, shipments - (splits.max_shipments or shipments))
        over += max(0, nodes - (splits.max_nodes or nodes))
        each = splits.over_limit_price or 0.0
        return splits.split_price * max(0, shipments - 1) + over * each

    def borrowing(self, cells):
        """Price the units taken out of soft safety stock."""
        return sum(
            rule.price * max(0, units - max(0, self.held(sku, node) - rule.units))
            for rule in self.policy.rules
            if rule.rule == "safety_stock" and rule.price is not None
            for (node, sku), units in cells.items()
            if self.selects(rule.nodes, node)
        )

    def keeps_nodes(self, by_node):
        """Tell whether minimum orders and capacities are kept."""
        for name, contents in by_node.items():
            node = self.nodes[name]
            if sum(self.value(x) * n for x, n in contents) < node.minimum_order - SLACK:
                return False
            load = {
                "orders": 1,
                "lines": 0,  # of shipments, as ``keeps_lines`` counts them
                "units": sum(n for _, n in contents),
                "workload": sum(n for _, n in contents),
            }
            for one in node.capacities:
                if load[one.measure] > one.limit + SLACK:
                    return False
        return True

    def keeps_lines(self, parts):
        """Tell whether no node has more lines in its shipments than it can do."""
        lines = defaultdict(int)
        for node, contents, _ in parts:
            lines[node] += len(contents)
        return all(
            limit.measure != "lines" or count <= limit.limit
            for name, count in lines.items()
            for limit in self.nodes[name].capacities
        )

    def keeps_splits(self, parts, by_node):
        """Tell whether limits on splits are kept."""
        splits, count = self.policy.splits, len(parts)
        if splits.over_limit_price is None and (
            count > (splits.max_shipments or count)
            or len(by_node) > (splits.max_nodes or len(by_node))
        ):
            return False
        worth = self.order.value
        if worth is None:
            worth = sum(self.value(x) * x.quantity for x in self.lines)
        if worth < splits.min_order_value - SLACK and len(by_node) > 1:
            return False
        return count <= 1 or all(
            sum(self.value(x) * n for x, n in contents) >= splits.min_part_value - SLACK
            for _, contents, _ in parts
        )

    def keeps_together(self, shares):
        """Tell whether what ships together leaves one node, or stays."""
        homes = defaultdict(set)
        for line, used in zip(self.lines, shares, strict=True):
            if line.ship_together is not None:
                homes[line.ship_together].add(next(iter(used), None))
        return all(len(nodes) == 1 for nodes in homes.values())

    def keeps_radius(self, groups):
        """Tell whether a customer collects at one node."""
        homes = defaultdict(set)
        for node, delivery in groups:
            if delivery.radius_km is not None:
                homes[delivery].add(node)
        return all(len(nodes) == 1 for nodes in homes.values())

    def shipment(self, node, delivery, contents):
        """Price a shipment by its cheapest service; None if nobody carries it."""
        found = self.divisions(node, delivery, contents)
        alone = [parts[0][2] for parts in found if len(parts) == 1]
        return min(alone, default=None)

    def divisions(self, node, delivery, contents):
        """List how a node may send a delivery: shipments, each by another service."""
        key = (node, delivery, tuple((x.id, n) for x, n in contents))
        if key not in self.prices:
            self.prices[key] = list(self.divided(node, delivery, contents))
        return self.prices[key]

    def divided(self, node, delivery, contents):
        """Yield them: node, contents and price of each shipment."""
        services = self.carriers()
        is_carried = delivery.method not in ("pickup", "curbside")
        quotes = {} if self.quotes is None else self.quotes.shipments
        if not is_carried or (self.order.id, node) in quotes:
            services = [None]
        for homes in product(*(self.homes(x, n, services) for x, n in contents)):
            parts = defaultdict(list)
            sets = defaultdict(set)
            for (line, _), home in zip(contents, homes, strict=True):
                for service, units in home.items():
                    parts[service].append((line, units))
                    sets[line.ship_together].add(service)
            if any(name and len(used) > 1 for name, used in sets.items()):
                continue
            if len(parts) > 1 and not self.policy.splits.several_services:
                continue
            made = [
                (node, part, self.priced(self.nodes[node], delivery, part, service))
                for service, part in parts.items()
            ]
            if all(price is not None for _, _, price in made):
                yield made

    def carriers(self):
        """List the services that there are; None where shipments go by none."""
        return [service.id for service in self.services] or [None]

    def homes(self, line, units, services):
        """List ways to divide units of a line among services, whole if it must be."""
        for row in product(range(units + 1), repeat=len(services)):
            used = {s: n for s, n in zip(services, row, strict=True) if n}
            whole = not line.allow_split or line.ship_together is not None
            if sum(row) == units and not (whole and len(used) > 1):
                yield used

    def priced(self, node, delivery, contents, service):
        """Charge handling, and carriage by a service where the policy has it."""
        quote = None
        if self.quotes is not None:
            quote = self.quotes.shipments.get((self.order.id, node.id))
        policy = self.policy
        terms = {term.name for term in policy.costs}
        cost = 0.0 if quote is None else quote
        if "handling" in terms:
            if quote is None:
                cost += node.cost.per_shipment
            cost += node.cost.per_line * len(contents)
            cost += node.cost.per_unit * sum(n for _, n in contents)
        units = [n for _, n in contents]
        cost += price_of_breaking(
            self.policy,
            {tag for x, _ in contents for tag in self.items[x.sku].tags},
            node,
            next((s for s in self.services if s.id == service), None),
        )
        own = [term for term in policy.costs if term.name == "bonus"]
        cost += sum(term.of(node.id, len(units), sum(units)) for term in own)
        is_carried = delivery.method not in ("pickup", "curbside")
        if "shipping" not in terms or not is_carried or quote is not None:
            return cost
        carrier = next(s for s in self.services if s.id == service)
        if not self.carries(carrier, node, delivery, contents):
            return None
        return cost + self.rate(carrier, node, delivery, contents)

    def carries(self, service, node, delivery, contents):
        """Tell whether a service takes a shipment from a node."""
        items = [self.items[x.sku] for x, _ in contents]
        return (
            (not node.services or service.id in node.services)
            and (not delivery.services or service.id in delivery.services)
            and delivery.method in service.methods
            and all(self.lets(line, service) for line, _ in contents)
            and not any(set(item.tags) & set(service.refused_tags) for item in items)
            and all(
                service.max_weight_kg is None
                or item.weight_kg <= service.max_weight_kg + SLACK
                for item in items
            )
        )

    def rate(self, service, node, delivery, contents):
        """Read a rate card by zone and weight; what is heavier goes as several."""
        km = kilometers(node.location, self.end_of(delivery))
        bands = service.zones.bands_km
        zone = next((i for i, edge in enumerate(bands) if km <= edge), len(bands))
        edges, rates = service.rate_card.weights_kg, service.rate_card.rates[zone]
        goods = [(self.items[x.sku], n) for x, n in contents]
        return price_of_parcels(
            goods, self.policy.apart, lambda weight: rate_of(weight, edges, rates)
        )


def rate_of(weight, edges, rates):
    """Read the row of a rate card: full parcels first, then the step of the rest."""
    full = 0
    if weight > edges[-1] + SLACK:
        full = math.ceil((weight - SLACK) / edges[-1]) - 1
        weight -= full * edges[-1]
    step = next(i for i, edge in enumerate(edges) if weight <= edge + SLACK)
    return rates[step] + full * rates[-1]
