"""Brute force: every way to fill one order, tried and priced in plain Python."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from itertools import product

from domroute.costs import Distance, Handling, Quotes, ShipmentFacts, Shipping
from domroute.costs.carriage import carries, zone_number
from domroute.costs.parcel import services_of
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.reasons import Reason
from domroute.rules import NodePriority, SafetyStock
from domroute.verify.measuring import measure_km as distance_km
from domroute.words import Measure, Objective

SLACK = 1e-9
BUILT_IN = (Distance, Handling, Shipping)


def best_plan(order, network, inventory, policy, quotes=None):
    """Return the key of the best plan and the plan; None if there is none."""
    oracle = Oracle(order, network, inventory, policy, quotes)
    plans = (oracle.plan_of(way) for way in oracle.ways() if oracle.allows(way))
    keyed = ((oracle.key_of(plan), plan) for plan in plans if plan is not None)
    return min(keyed, key=lambda pair: pair[0], default=None)


def best_key(order, network, inventory, policy, quotes=None):
    """Return the key of the best plan: its cost last; None if there is no plan."""
    found = best_plan(order, network, inventory, policy, quotes)
    return None if found is None else found[0]


class Oracle:
    """One problem; a way to fill it is the units by (line, node), zeros left out."""

    def __init__(self, order, network, inventory, policy, quotes=None):
        self.order, self.policy, self.inventory = order, policy, inventory
        self.network, self.quotes = network, quotes or Quotes()
        self.nodes = {node.id: node for node in network.nodes}
        self.items = {item.sku: item for item in network.items}
        self.lines = {line.id: line for line in sorted(order.lines, key=lambda x: x.id)}
        self.permitted = {
            (line.id, node.id)
            for line, node in product(order.lines, network.nodes)
            if self._permits(line, node)
        }
        self.divisions = cache(self._divisions)
        ladders = [
            rule
            for rule in policy.rules
            if isinstance(rule, NodePriority)
            and rule.price is None
            and rule.orders.matches(order, order.delivery)
        ]
        self.drains = any(rule.drain for rule in ladders)
        if ladders and not self.drains:  # goals say what drains: any rung may be needed
            worst = self._climb()
            worse = {x.id for x in network.nodes if x.priority > worst}
            self.permitted = {x for x in self.permitted if x[1] not in worse}

    # --- one line, one node ---------------------------------------------------

    def _distance(self, node, delivery):
        """Measure from a node to where a delivery ends."""
        return distance_km(node.location, self._end(delivery), self.policy.distance)

    def _end(self, delivery):
        """Return where a delivery ends."""
        if delivery.node is not None:
            return self.nodes[delivery.node].location
        return delivery.to or self.order.destination

    def _permits(self, line, node):
        """Tell whether a node may fill any of a line."""
        order, delivery = self.order, self.order.delivery_of(line)
        km, collected = self._distance(node, delivery), delivery.method.is_collected
        placed, start, end = order.placed_at, node.active_from, node.active_until
        reach = delivery.radius_km if collected else node.max_distance_km
        return (
            node.enabled
            and (start is None or (placed is not None and start <= placed))
            and (end is None or (placed is not None and placed < end))
            and delivery.method in node.offered_methods
            and (not collected or delivery.node in (None, node.id))
            and (reach is None or km <= reach + 1e-6)
            and line.pinned_node in (None, node.id)
            and node.id not in line.excluded_nodes
            and all(
                rule.permits(node, self.items[line.sku], km)
                for rule in self._rules(delivery, is_soft=False)
            )
            and self._takeable(line.sku, node) > 0
        )

    def _rules(self, delivery, *, is_soft):
        """List the hard, or soft, rules that concern a delivery."""
        return [
            rule
            for rule in self.policy.rules
            if not isinstance(rule, (NodePriority, SafetyStock))
            and (rule.price is not None) == is_soft
            and rule.applies(self.order, delivery)
        ]

    def _safety(self, node, *, is_soft):
        """List the hard, or soft, safety stocks that a node keeps."""
        return [
            rule
            for rule in self.policy.rules
            if isinstance(rule, SafetyStock)
            and (rule.price is not None) == is_soft
            and rule.nodes.matches(node)
            and rule.orders.matches(self.order, self.order.delivery)
        ]

    def _takeable(self, sku, node):
        """Count the units of a SKU that may leave a node."""
        kept = sum(rule.units for rule in self._safety(node, is_soft=False))
        return max(0, self.inventory.available(node.id, sku) - kept)

    def _climb(self):
        """Return the priority up to which nodes fill as much as all nodes do."""
        most = defaultdict(int)
        for way in self.ways():
            if self.allows(way) and self.plan_of(way) is not None:
                worst = max((self.nodes[n].priority for _, n in way), default=-math.inf)
                most[worst] = max(most[worst], sum(way.values()))
        most[-math.inf] += 0
        return min(worst for worst in most if most[worst] == max(most.values()))

    # --- a way to fill the order ----------------------------------------------

    def ways(self):
        """Yield every way to give units of each line to nodes, allowed or not."""
        per_line = []
        for line in self.lines.values():
            counts = product(range(line.quantity + 1), repeat=len(self.nodes))
            per_line.append(
                [
                    {(line.id, n): c for n, c in zip(self.nodes, row, strict=True) if c}
                    for row in counts
                    if sum(row) <= line.quantity
                ]
            )
        for parts in product(*per_line):
            yield {key: units for part in parts for key, units in part.items()}

    def allows(self, way):
        """Tell whether a way keeps every hard rule and limit."""
        return (
            way.keys() <= self.permitted
            and self._allows_units(way)
            and self._allows_nodes(way)
        )

    def _allows_units(self, way):
        """Tell whether every line is filled as far, and as whole, as it must be."""
        lines, limits = self.lines.values(), self.policy.splits
        left = self._left(way)
        sources = {x: {node for name, node in way if name == x} for x in self.lines}
        if any(left[x.id] and (x.must_fill or self._penalty(x) is None) for x in lines):
            return False
        # What moves together leaves one node whole, or stays whole.
        sets = [{x.id} for x in lines if not x.allow_split]
        sets += [
            {x.id for x in lines if x.ship_together == name}
            for name in {x.ship_together for x in lines} - {None}
        ]
        for names in sets:
            nodes = set().union(*(sources[name] for name in names))
            if len(nodes) > 1 or (nodes and any(left[name] for name in names)):
                return False
        is_partial = bool(way) and any(left.values())
        is_hard = limits.ship_complete and limits.incomplete_price is None
        return not (is_partial and is_hard)

    def _left(self, way):
        """Count the units of each line that a way leaves."""
        return {
            name: line.quantity - sum(n for (x, _), n in way.items() if x == name)
            for name, line in self.lines.items()
        }

    def _allows_nodes(self, way):
        """Tell whether stock, pickup and every node's own limits are kept."""
        radius_nodes = defaultdict(set)
        for name, node in way:
            delivery = self.order.delivery_of(self.lines[name])
            if delivery.radius_km is not None:
                radius_nodes[delivery].add(node)
            sku = self.lines[name].sku
            taken = sum(
                units
                for (other, where), units in way.items()
                if where == node and self.lines[other].sku == sku
            )
            if taken > self._takeable(sku, self.nodes[node]):
                return False
        return all(len(nodes) == 1 for nodes in radius_nodes.values()) and all(
            self._allows_node(
                self.nodes[node], {k: u for k, u in way.items() if k[1] == node}
            )
            for node in {node for _, node in way}
        )

    def _allows_node(self, node, way):
        """Tell whether a node's minimum order and capacity are kept."""
        worth = sum(self._price(name) * units for (name, _), units in way.items())
        if worth < node.minimum_order - SLACK:
            return False
        used = {
            Measure.ORDERS: 1,
            Measure.LINES: 0,  # a matter of shipments: a line may be in two
            Measure.UNITS: sum(way.values()),
            Measure.WORKLOAD: sum(self._load(*key) * n for key, n in way.items()),
        }
        return all(
            not used[one.measure]
            or used[one.measure]
            <= one.limit - self.inventory.load(node.id, one.measure) + SLACK
            for one in node.capacities
        )

    def allows_shipments(self, shipments):
        """Tell whether split limits are kept, and nodes have no lines too many."""
        limits = self.policy.splits
        nodes = {one.node_id for one in shipments}
        if limits.over_limit_price is None and (
            len(shipments) > (limits.max_shipments or math.inf)
            or len(nodes) > (limits.max_nodes or math.inf)
        ):
            return False
        for node in (self.nodes[name] for name in nodes):
            used = sum(len(x.contents) for x in shipments if x.node_id == node.id)
            for one in node.capacities:
                left = one.limit - self.inventory.load(node.id, Measure.LINES)
                if one.measure is Measure.LINES and used > left + SLACK:
                    return False
        worth = self.order.value
        if worth is None:
            worth = sum(self._price(x.id) * x.quantity for x in self.lines.values())
        if worth < limits.min_order_value and len(nodes) > 1:
            return False
        return len(shipments) <= 1 or all(
            self._worth(one) >= limits.min_part_value - SLACK for one in shipments
        )

    def _worth(self, shipment):
        """Return what a shipment holds is worth."""
        return sum(self._price(x.line_id) * x.quantity for x in shipment.contents)

    def _groups(self, way):
        """Gather a way into shipments: contents by (node, delivery)."""
        groups = defaultdict(tuple)
        for (name, node), units in sorted(way.items()):
            groups[node, self.order.delivery_of(self.lines[name])] += ((name, units),)
        return groups

    def _price(self, name):
        """Return what a unit of a line is worth."""
        line = self.lines[name]
        usual = self.items[line.sku].unit_price
        return usual if line.unit_price is None else line.unit_price

    def _load(self, name, node):
        """Return the workload of a unit of a line at a node."""
        return self.quotes.workload.get((self.order.id, name, node), 1.0)

    def _penalty(self, line):
        """Return the cost of leaving a unit of a line; None if it may not be left."""
        own = line.unfilled_penalty
        each = self.policy.unfilled_penalty if own is None else own
        return None if each is None else each * self.order.weight

    # --- its price -------------------------------------------------------------

    def plan_of(self, way):
        """Price a way by the services that are best; None if none keep its limits."""
        return min(self.plans_of(way), key=self.key_of, default=None)

    def plans_of(self, way):
        """List the plans by which a way may leave, those that keep to its limits."""
        groups = self._groups(way)
        each = [self.divisions(*key, contents) for key, contents in groups.items()]
        made = [sum(parts, ()) for parts in product(*each)]
        return [self._plan(way, x) for x in made if self.allows_shipments(x)]

    def any_plan_of(self, way):
        """Price a way if it breaks limits too: by one service of a node if one can."""
        found = self.plan_of(way)
        if found is not None:
            return found
        shipments = ()
        for key, contents in self._groups(way).items():
            made = self.divisions(*key, contents)
            made = [x for x in made if len(x) == 1] or made
            if not made:
                return None
            shipments += min(made, key=lambda parts: sum(x.cost for x in parts))
        return self._plan(way, shipments)

    def _plan(self, way, shipments):
        """Price a way that leaves as some shipments."""
        unfilled = tuple(
            Unfilled(
                self.order.id,
                name,
                self.lines[name].sku,
                units,
                Reason.CHEAPER_UNFILLED,
                units * (self._penalty(self.lines[name]) or 0.0),
            )
            for name, units in self._left(way).items()
            if units
        )
        limits, over = self.policy.splits, self.policy.splits.over_limit_price or 0.0
        count, nodes = len(shipments), len({one.node_id for one in shipments})
        costs = Counter()
        costs["split"] += limits.split_price * max(0, count - 1)
        costs["split"] += over * max(0, count - (limits.max_shipments or math.inf))
        costs["split"] += over * max(0, nodes - (limits.max_nodes or math.inf))
        if limits.ship_complete and unfilled and shipments:
            costs["incomplete"] += limits.incomplete_price or 0.0
        for rule, taken in self._borrowed(way):
            costs[f"rule:{rule.name}"] += rule.price * taken
        return Plan(shipments, unfilled, Costs.of(costs))

    def _borrowed(self, way):
        """Yield each soft safety stock with the units taken out of it."""
        taken = Counter()
        rules = {rule.name: rule for rule in self.policy.rules}
        for (name, node), units in way.items():
            line = self.lines[name]
            for rule in self._safety(self.nodes[node], is_soft=True):
                taken[rule.name, node, line.sku] += units
        for (rule, node, sku), units in taken.items():
            free = max(0, self.inventory.available(node, sku) - rules[rule].units)
            yield rules[rule], max(0, units - free)

    def _divisions(self, node, delivery, contents):
        """List ways to divide what a node sends among services, none of them idle."""
        node = self.nodes[node]
        services = self._services(node, delivery)
        found = {}
        for rows in product(*(self._shares(*x, len(services)) for x in contents)):
            parts = [
                tuple(
                    (x[0], r[at]) for x, r in zip(contents, rows, strict=True) if r[at]
                )
                for at in range(len(services))
            ]
            used = [(s, part) for s, part in zip(services, parts, strict=True) if part]
            if not self._keeps_together([part for _, part in used]):
                continue
            if len(used) > 1 and not self.policy.splits.several_services:
                continue
            made = [self._carried(node, delivery, part, s) for s, part in used]
            if not all(one and math.isfinite(one.cost) for one in made):
                continue
            # Of those alike in all that a limit may look at, the cheapest will do.
            worth = tuple(sorted(self._worth(one) for one in made))
            key = (len(made), sum(len(one.contents) for one in made))
            key += worth if self.policy.splits.min_part_value else ()
            cost = sum(one.cost for one in made)
            if key not in found or cost < found[key][0]:
                found[key] = (cost, tuple(made))
        return [made for _, made in found.values()]

    def _shares(self, name, units, count):
        """List ways to divide units of a line among so many services."""
        rows = product(range(units + 1), repeat=count)
        whole = not self.lines[name].allow_split
        return [
            row
            for row in rows
            if sum(row) == units and not (whole and units not in row)
        ]

    def _keeps_together(self, parts):
        """Tell whether lines of one name are in one shipment."""
        at = defaultdict(set)
        for number, part in enumerate(parts):
            for name, _ in part:
                at[self.lines[name].ship_together].add(number)
        return all(len(where) == 1 for name, where in at.items() if name is not None)

    def _services(self, node, delivery):
        """List the services to try; None stands for no service."""
        if (
            delivery.method.is_collected
            or (self.order.id, node.id) in self.quotes.shipments
            or not (
                self.network.services
                or any(isinstance(term, Shipping) for term in self.policy.costs)
            )
        ):
            return [None]
        return [
            service.id
            for service in services_of(self.network)
            if (not node.services or service.id in node.services)
            and (not delivery.services or service.id in delivery.services)
            and delivery.method in service.methods
            and self._reaches(service, node, delivery)
        ]

    def _reaches(self, service, node, delivery):
        """Tell whether a service has a zone from a node to where a delivery goes."""
        codes = node.location.postal_code, self._end(delivery).postal_code
        km = self._distance(node, delivery)
        return zone_number(service.zones, km, *codes) is not None

    def _carried(self, node, delivery, contents, service):
        """Price a shipment by one service."""
        quotes, order_id = self.quotes, self.order.id
        lines = [(self.lines[name], units) for name, units in contents]
        taker = next((s for s in services_of(self.network) if s.id == service), None)
        if taker and not carries(taker, [self.items[x.sku] for x, _ in lines]):
            return None
        quote = quotes.shipments.get((order_id, node.id))
        if quote is None and service is not None:
            quote = quotes.shipments.get((order_id, node.id, service))
        units = {x: quotes.units.get((order_id, x, node.id)) for x, _ in contents}
        facts = ShipmentFacts(
            order=self.order,
            delivery=delivery,
            node=node,
            service=service,
            contents=tuple((line, self.items[line.sku], n) for line, n in lines),
            distance_km=self._distance(node, delivery),
            postal_code=self._end(delivery).postal_code,
            network=self.network,
            inventory=self.inventory,
            shipment_quoted=quote is not None,
            is_collected=delivery.method.is_collected,
            quoted_lines=frozenset(x for x, cost in units.items() if cost is not None),
        )
        costs = {term.name: self._amount(term, facts) for term in self.policy.costs}
        quoted = sum((units[x] or 0.0) * n for x, n in contents)
        costs["quoted"] = (quote or 0.0) + quoted
        for rule in self._rules(delivery, is_soft=True):
            items, km = [item for _, item, _ in facts.contents], facts.distance_km
            if not all(rule.permits(node, item, km) for item in items):
                costs[f"rule:{rule.name}"] = rule.price
        best = min(other.priority for other in self.network.nodes)
        for rule in self.policy.rules:
            if isinstance(rule, NodePriority) and rule.price is not None:
                concerned = rule.orders.matches(self.order, delivery)
                steps = concerned * (node.priority - best)
                costs[f"rule:{rule.name}"] = rule.price * steps
        return Shipment(
            order_id,
            node.id,
            delivery.method,
            tuple(Content(line.id, line.sku, n) for line, n in lines),
            Costs.of(costs),
            service,
            facts.distance_km,
            sum(self._load(name, node.id) * n for name, n in contents),
        )

    @staticmethod
    def _amount(term, facts):
        """Price a shipment by one term; quotes replace what they cover."""
        if isinstance(term, BUILT_IN) or not term.is_quotable:
            return term.amount(facts)
        seen = replace(facts, contents=facts.unquoted, quoted_lines=frozenset())
        return 0.0 if facts.shipment_quoted else term.amount(seen)

    def key_of(self, plan):
        """Return what the policy's objective compares, the cost last."""
        cost, before = plan.costs.total, ()
        if self.drains:
            given = Counter()
            for shipment in plan.shipments:
                units = sum(content.quantity for content in shipment.contents)
                given[self.nodes[shipment.node_id].priority] += units
            rungs = sorted({node.priority for node in self.network.nodes})
            before = (-given.total(), *(-given[rung] for rung in rungs))
        if self.policy.objective is Objective.COST:
            return (*before, cost)
        unfilled = round(plan.costs["unfilled"], 6)
        return (*before, unfilled, len(plan.shipments), cost)
