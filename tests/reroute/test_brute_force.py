"""Small orders routed again, beside a count of all that may be done with the rest."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from builders import line, node, order, stock
from domroute import Network, Policy, RerouteOptions, Router, SplitLimits, Stability
from domroute.costs import Handling
from domroute.events import Canceled, Closed, Rejected, Shipped
from domroute.network import Item
from domroute.verify.dividing import split_cost

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NODES = ("N1", "N2", "N3", "N4")
PENALTY = 40.0


class Small:
    """A network of four nodes, an order of up to three lines, and what happens."""

    def __init__(self, seed):
        draw = self.draw = random.Random(seed)
        self.per_shipment = {name: draw.choice((1, 2, 3, 5)) for name in NODES}
        self.per_unit = {name: draw.choice((0, 1, 1.5)) for name in NODES}
        self.held = {
            name: {sku: draw.choice((0, 1, 1, 2)) for sku in "AB"} for name in NODES
        }
        has_price = draw.random() < 0.2
        self.splits = SplitLimits(
            max_shipments=draw.choice((None, 1, 2, 2, 3)),
            max_nodes=draw.choice((None, 1, 2, 3)),
            over_limit_price=draw.choice((1.0, 4.0)) if has_price else None,
            split_price=draw.choice((0, 0, 1.5)),
            ship_complete=draw.random() < 0.25,
            incomplete_price=draw.choice((None, 3.0, 30.0)),
            min_order_value=draw.choice((0, 0, 0, 25.0)),
        )
        self.price = draw.choice((0.0, 1.0, 4.0))
        network = Network(
            nodes=[
                node(
                    name,
                    at=(at / 9, 0),
                    per_shipment=self.per_shipment[name],
                    per_unit=self.per_unit[name],
                )
                for at, name in enumerate(NODES)
            ],
            items=[Item(sku=sku, unit_price=5.0) for sku in "AB"],
        )
        policy = Policy(
            costs=[Handling(), Stability(per_line=self.price)],
            splits=self.splits,
            unfilled_penalty=PENALTY,
            reroute=RerouteOptions(max_attempts=9),
        )
        self.router = Router(network, stock(**self.held), policy)
        lines = [
            line(f"l{at}", draw.choice("AB"), draw.choice((1, 2)))
            for at in range(draw.randint(1, 3))
        ]
        self.order = order("o1", *lines, at=(0, 0)).model_copy(
            update={"placed_at": NOON}
        )

    def events(self, result, at):
        """Draw what happens to a plan: something leaves, something is refused."""
        draw, found = self.draw, []
        when = NOON + timedelta(minutes=at)
        parts = list(result.plan.shipments)
        draw.shuffle(parts)
        for part in parts:
            kind = draw.choice(("ship", "no", "no", "line", "stay", "close"))
            if kind == "ship":
                found.append(Shipped(at=when, order="o1", node=part.node_id))
            elif kind == "no":
                found.append(Rejected(at=when, order="o1", node=part.node_id))
            elif kind == "line":
                name = part.contents[0].line_id
                found.append(
                    Rejected(at=when, order="o1", node=part.node_id, line=name)
                )
            elif kind == "close":
                found.append(Closed(at=when, node=part.node_id))
        if draw.random() < 0.15:
            name = draw.choice(self.order.lines).id
            found.append(Canceled(at=when, order="o1", line=name))
        return found

    def best(self, answer, held, places):
        """Find the least that what is left may cost, by looking at all ways."""
        state, splits = answer.state, self.splits
        kept = [one.shipment for one in state.kept]
        had = {part.node_id for part in kept}
        refused = {(one.line_id, one.node_id) for one in state.refusals}
        lines = {one.id: one for one in self.order.lines}
        worth = sum(5.0 * one.quantity for one in self.order.lines)
        units = [name for name, count in state.wanted.items() for _ in range(count)]
        ways = [
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
        least = float("inf")
        for way in product(*ways):
            taken, contents = defaultdict(int), defaultdict(set)
            for unit, name in zip(units, way, strict=True):
                if name is not None:
                    taken[name, lines[unit].sku] += 1
                    contents[name].add(unit)
            if any(count > held.get(cell, 0) for cell, count in taken.items()):
                continue
            left = way.count(None)
            shipments = len(kept) + len(contents)
            nodes = had | set(contents)
            is_over = splits.min_order_value > worth and len(nodes) > max(1, len(had))
            if contents and (is_over or not self.may_be(shipments, len(nodes), left)):
                continue
            cost = PENALTY * left
            cost += sum(self.per_shipment[name] for name in contents)
            cost += sum(self.per_unit[name] for name in way if name is not None)
            cost += sum(
                self.price
                for name, those in contents.items()
                for unit in those
                if unit in places and name not in places[unit]
            )
            cost += split_cost(splits, shipments, len(nodes))
            cost -= split_cost(splits, len(kept), len(had))
            if splits.ship_complete and splits.incomplete_price is not None:
                partly = left and (contents or kept)
                cost += splits.incomplete_price if partly else 0.0
            least = min(least, cost)
        return least

    def may_be(self, shipments, nodes, left):
        """Tell whether the limits let a way be that ships something, with the kept."""
        splits = self.splits
        if splits.ship_complete and splits.incomplete_price is None and left:
            return False
        if splits.over_limit_price is not None:
            return True
        few = splits.max_shipments is None or shipments <= splits.max_shipments
        return few and (splits.max_nodes is None or nodes <= splits.max_nodes)


@pytest.mark.parametrize("first", range(0, 480, 40))
def test_rest_costs_what_the_best_of_all_ways_does(first):
    """Forty worlds, two rounds each: the cost is that of the count, to a hair."""
    routed = 0
    for seed in range(first, first + 40):
        small = Small(seed)
        answer = small.router.route(small.order)
        held = {
            (name, sku): count
            for name, row in small.held.items()
            for sku, count in row.items()
        }
        state = None
        for at in (10, 20):
            result = answer if state is None else answer.result
            events = small.events(result, at)
            before = {} if state is None else {one.shipment for one in state.kept}
            again = small.router.reroute(answer, events)
            for one in again.kept:
                if one.shipment not in before:
                    gone = [(one.shipment.node_id, c) for c in one.shipment.contents]
                    for name, content in gone:
                        held[name, content.sku] -= content.quantity
            answer, state = again, again.state
            open_ = [p for p in result.plan.shipments if not is_kept(p, again)]
            if not again.state.wanted or again.result.plan.shipments == tuple(open_):
                continue
            places = stable(open_, events)
            least = small.best(again, held, places)
            assert again.result.cost == pytest.approx(least), seed
            assert again.result.is_optimal, seed
            routed += 1
    assert routed > 10


def is_kept(part, answer):
    """Tell whether a shipment is kept."""
    return any(one.shipment == part for one in answer.kept)


def stable(parts, events):
    """Return where lines were that no event has touched."""
    touched, places = set(), defaultdict(set)
    for part in parts:
        for content in part.contents:
            for event in events:
                node_id = getattr(event, "node", None)
                if isinstance(event, Canceled):
                    if event.line == content.line_id:
                        touched.add(content.line_id)
                elif (
                    node_id == part.node_id
                    and not isinstance(event, Shipped)
                    and getattr(event, "line", None) in (None, content.line_id)
                ):
                    touched.add(content.line_id)
            places[content.line_id].add(part.node_id)
    return {name: where for name, where in places.items() if name not in touched}
