"""Chains of troubles, booked as they go: what has left stays, and it ends."""

import random
from collections import Counter
from datetime import timedelta

from dated_troubles import troubles
from dated_worlds import DatedWorld
from domroute import Router, Stability
from domroute.events import Accepted, Rejected, Shipped
from domroute.plan import Plan
from domroute.reroute.state import OrderStatus

ROUNDS = 5
PRICE = 0.75
NEAR = 1e-6


def reroute_beside(seed, counts):
    """Let troubles befall an order, round after round; yield what should not be."""
    chain = Chain(seed, counts)
    counts["sequences"] += 1
    for _ in range(chain.draw.randint(1, ROUNDS)):
        chain.when += timedelta(hours=chain.draw.choice((1, 7, 30)))
        result = chain.answer.result if chain.has_begun else chain.answer
        events = troubles(chain.draw, chain.world, result, chain.when)
        yield from chain.go_on(chain.begun(result) + events)
    yield from chain.refuse_to_the_end()


class Chain:
    """An order, its plan, and a ledger in which all of it is booked."""

    def __init__(self, seed, counts):
        self.world, self.draw = DatedWorld(seed), random.Random(seed)
        costs = (*self.world.policy.costs, Stability(per_line=PRICE))
        policy = self.world.policy.model_copy(update={"costs": costs})
        self.ledger, self.order = self.world.inventory, self.world.order
        self.router = Router(self.world.network, self.ledger, policy)
        self.answer = self.router.route(self.order)
        self.ledger.reserve(self.answer.plan)
        self.had = self.on_hand()
        self.counts, self.when, self.has_begun = counts, self.order.placed_at, False

    def begun(self, result):
        """Let one planned shipment in three leave, and another be accepted."""
        found = []
        for part in result.plan.shipments:
            kind = self.draw.choice((Shipped, Accepted, None))
            if kind is not None:
                found.append(kind(at=self.when, order=self.order.id, node=part.node_id))
        return found

    def on_hand(self):
        """Count what is there of each SKU at each node."""
        return Counter(
            {
                (node, sku): round(counts[0])
                for node in self.ledger.node_ids
                for sku in self.ledger.skus
                if (counts := self.ledger.counts(node, sku)) is not None
            }
        )

    def go_on(self, events):
        """Route again, book it, and yield what does not hold."""
        before = self.answer
        kept = before.kept if self.has_begun else ()
        result = before.result if self.has_begun else before
        again = self.router.reroute(before, events)
        self.counts["re-routings"] += 1
        if self.router.reroute(before, list(events)) != again:
            yield "the same events give another answer"
        now = max(event.at for event in events)
        still = self.router.reroute(again, [], now=now)
        if still.result != again.result or still.has_changed:
            yield "no event, and yet something changes"
        yield from self.what_stays(kept, again)
        yield from self.where_units_are(again)
        self.book(kept, again)
        yield from self.what_is_booked(again)
        if again.result is not result and again.changes:
            yield from self.from_scratch(result, again)
        self.answer, self.has_begun = again, True

    def what_stays(self, kept, again):
        """What has left is the very same."""
        for one in kept:
            if one.has_left:
                self.counts["shipments that had left"] += 1
                if not any(
                    other.has_left and other.shipment == one.shipment
                    for other in again.kept
                ):
                    yield f"{one.shipment.node_id} had shipped, and is touched"

    def where_units_are(self, again):
        """Each unit is kept, planned, left or canceled."""
        units = Counter()
        for part in again.plan.shipments:
            for content in part.contents:
                units[content.line_id] += content.quantity
        for left in again.plan.unfilled:
            units[left.line_id] += left.quantity
        for name, count in again.state.canceled:
            units[name] += count
        for line in self.order.lines:
            if units[line.id] != line.quantity:
                yield f"{units[line.id]} of {line.quantity} of {line.id!r} are there"

    def book(self, kept, again):
        """Release, reserve, let leave and write off."""
        gone = [one.shipment for one in kept if one.has_left]
        self.ledger.exchange(again.freed, Plan(again.added))
        for one in again.kept:
            if one.has_left and one.shipment not in gone:
                self.ledger.commit(one.shipment)
                for content in one.shipment.contents:
                    self.had[one.shipment.node_id, content.sku] -= content.quantity
        for (node, sku), units in again.lost:
            count = min(units, self.ledger.available(node, sku))
            if count:
                self.ledger.adjust(node, sku, -count)
                self.had[node, sku] -= count

    def what_is_booked(self, again):
        """The ledger holds the plan and what has not left; nothing is gone besides."""
        held = Counter(
            (part.node_id, content.line_id, content.quantity)
            for part in self.ledger.reservations_of(self.order.id)
            for content in part.contents
        )
        waiting = [one.shipment for one in again.kept if not one.has_left]
        planned = Counter(
            (part.node_id, content.line_id, content.quantity)
            for part in (*waiting, *again.result.plan.shipments)
            for content in part.contents
        )
        if held != planned:
            yield f"booked are {held - planned} too many, {planned - held} too few"
        if +self.on_hand() != +self.had:
            yield "units on hand are other than what has left and was lost"

    def from_scratch(self, before, again):
        """The rest costs no more than from scratch, and what then would have moved."""
        result, policy = again.result, again.policy
        lines = {line.id: line.quantity for line in result.order.lines}
        has_limit = policy.splits.max_nodes is not None and again.kept
        if lines != again.state.wanted or has_limit:
            return
        priced = [term for term in policy.costs if term.name == "stability"]
        places = dict(priced[0].places) if hasattr(priced[0], "places") else {}
        free = tuple(term for term in policy.costs if term.name != "stability")
        alone = Router(
            self.world.network,
            self.stock_without(again),
            policy.model_copy(update={"costs": free}),
        ).route(result.order)
        was = {
            (content.line_id, part.node_id, part.service, part.delivers_on)
            for part in before.plan.shipments
            for content in part.contents
        }
        moved = sum(
            content.line_id in places
            and (content.line_id, part.node_id, part.service, part.delivers_on)
            not in was
            for part in alone.plan.shipments
            for content in part.contents
        )
        self.counts["from scratch"] += 1
        if not result.cost <= alone.cost + PRICE * moved + NEAR:
            yield f"{result.cost:g}, from scratch {alone.cost:g} and {moved} moves"

    def stock_without(self, again):
        """Copy the ledger, with what is planned given back, and short nodes short."""
        copied = self.ledger.copy()
        for part in again.result.plan.shipments:
            copied.release(part)
        skus = {line.id: line.sku for line in self.order.lines}
        for one in again.state.refusals:
            if one.most:
                there = copied.available(one.node_id, skus[one.line_id])
                if there:
                    copied.adjust(one.node_id, skus[one.line_id], -there)
        return copied

    def refuse_to_the_end(self):
        """All that is planned is refused, day after day: it ends by itself."""
        # A line may wait until another is given up: each has all of its attempts.
        most = self.router.policy.reroute.max_attempts * len(self.order.lines)
        rounds = 0
        while self.answer.status is OrderStatus.OPEN:
            parts = [one.shipment for one in self.answer.kept if not one.has_left]
            parts += self.answer.result.plan.shipments
            nodes = sorted({part.node_id for part in parts})
            self.when += timedelta(hours=25)
            events = [
                Rejected(at=self.when, order=self.order.id, node=name) for name in nodes
            ]
            yield from self.go_on(events)
            rounds += 1
            if rounds > most:
                yield f"still open after {rounds} refusals of everything"
                return
        self.counts["refused to the end"] += bool(rounds)
