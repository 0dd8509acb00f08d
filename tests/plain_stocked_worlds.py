"""
Small random worlds in which stock is still to come, and waiting for it often pays.

Drawn on top of the dated ones: rows of stock that come before and after the cut-offs,
too late, at once, or should have come already; units kept back; parts of units.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from domroute.calendars import Processing
from domroute.costs import Backorder, Speed
from domroute.ledger import Inbound, Stock
from domroute.network import Network
from domroute.rules import SafetyStock
from domroute.split import SplitLimits
from drawn_times import is_so
from paying import bonus
from plain_dated_worlds import Drawing, drawn_by

MOST = 4
"""Units of an order, at most."""


def drawn_stocked(seed, count=1):
    """Draw a world with stock by date, and so many orders."""
    return drawn_by(StockedDrawing, f"stocked {seed}", count)


def revised(made, **fields):
    """Change fields of a model, held to its own rules."""
    return type(made).model_validate({**made.model_dump(), **fields})


class StockedDrawing(Drawing):
    """Draws worlds in which some stock is still to come."""

    def world(self):
        """Draw all of it; some worlds have no calendars at all."""
        rng = self.rng
        # What counts as now is the same for all that are routed together.
        self.is_bare = self.count == 1 and is_so(rng, 0.08)
        # Dear to wait, and something is there: what is sent now, and the rest later.
        self.is_hurried = is_so(rng, 0.35)
        made = super().world()
        return bared(made) if self.is_bare else made

    def moment(self):
        """Draw a moment; orders that are routed together come at once."""
        if self.count > 1 and getattr(self, "first", None) is not None:
            return self.first
        self.first = super().moment()
        return self.first

    def services(self):
        """Draw services; some charge less for more, some more for more together."""
        rng, made = self.rng, []
        for one in super().services():
            card = one.rate_card
            kind = rng.random()
            if kind < 0.2:
                # At most twice the least: two shipments are never cheaper than one.
                least = card.rates[0][0]
                steps = (1.0, 1.0, 1.25, 1.5, 2.0)
                rates = [
                    sorted(least * rng.choice(steps) for _ in row) for row in card.rates
                ]
            elif kind < 0.27:
                rates = [[row[0], 3 * row[0], 7 * row[0]] for row in card.rates]
            else:
                made.append(one)
                continue
            made.append(revised(one, rate_card=revised(card, rates=rates)))
        return made

    def node(self, name, services):
        """Draw a node; some take time to receive, or do little for little."""
        rng, more = self.rng, {}
        if is_so(rng, 0.4):
            more["receiving_minutes"] = rng.choice((30, 240.5, 480, 600))
        if is_so(rng, 0.06):
            more["minimum_order"] = rng.choice((6.0, 10.0, 15.0))
        return revised(super().node(name, services), **more)

    # --- stock ------------------------------------------------------------------

    def stock(self, nodes, items):
        """Draw what is on hand and what comes, little of either; or at one node."""
        self.names = [node.id for node in nodes]
        if not self.is_hurried and is_so(self.rng, 0.7):
            return [self.row(name, item.sku) for name in self.names for item in items]
        only = self.rng.choice(self.names)
        return [
            revised(
                self.row(only, item.sku),
                on_hand=self.rng.choice((1, 1, 2)),
                inbound=[self.coming(), self.inbound()],
            )
            for item in items
        ]

    def items(self):
        """Draw items, some of which are out only later."""
        return [
            item if is_so(self.rng, 0.5) else revised(item, release_at=None)
            for item in super().items()
        ]

    def row(self, node, sku):
        """Draw a row of stock."""
        rng, more = self.rng, {}
        on_hand = 0 if is_so(rng, 0.3) else rng.choice((1, 1, 1, 2, 3, 0.5, 1.5))
        if is_so(rng, 0.15):
            on_hand += 1
            more = {rng.choice(("reserved", "safety")): rng.choice((1, 1, 0.7))}
        count = 0 if is_so(rng, 0.15) else rng.choice((1, 1, 2, 2, 2))
        inbound = [self.inbound() for _ in range(count)]
        if inbound and is_so(rng, 0.1):
            inbound.append(Inbound(at=inbound[0].at, quantity=0.5))
        return Stock(node=node, sku=sku, on_hand=on_hand, inbound=inbound, **more)

    def inbound(self):
        """Draw what comes: soon, later, at a turn of the clock, or overdue."""
        rng, kind = self.rng, self.rng.random()
        quantity = rng.choice((1, 1, 1, 2, 3, 0.5, 1.5))
        if kind < 0.15:
            late = rng.choice((0, 0, 1e-6, 3600, 90_000, 9 * 86_400))
            return Inbound(
                at=self.placed[0] - timedelta(seconds=late), quantity=quantity
            )
        if kind < 0.35:
            clock = time(rng.choice((0, 2, 8, 12, 16, 17)), rng.choice((0, 30)))
            at = self.instant(datetime.combine(self.near(0, 5), clock))
        else:
            return self.coming(quantity)
        return Inbound(at=at, quantity=quantity)

    def coming(self, quantity=1):
        """Draw what comes within a few days."""
        hours = self.rng.choice((0, 1, 4, 9, 15, 22, 28, 28, 46, 46, 71, 100, 150))
        if self.is_hurried:
            hours = self.rng.choice((28, 46, 71, 100))
        at = self.placed[0] + timedelta(hours=hours, microseconds=1)
        return Inbound(at=at, quantity=quantity)

    # --- orders -----------------------------------------------------------------

    def delivery(self, stores):
        """Draw a delivery, in a hurry one that is shipped."""
        made = super().delivery(stores)
        while self.is_hurried and made.method != "ship":
            made = super().delivery(stores)
        return made

    def order(self, name, items, nodes, stores, placed):
        """Draw an order of a few units, whose lines may or may not wait."""
        rng = self.rng
        made = super().order(name, items, nodes, stores, placed)
        most = MOST if self.count == 1 else MOST - 1
        is_one_sku, may_be_late = is_so(rng, 0.15), is_so(rng, 0.5)
        may_be_late |= self.is_hurried
        lines, units = [], 0
        for line in made.lines:
            quantity = line.quantity + is_so(rng, 0.7 if self.is_hurried else 0.4)
            quantity = min(quantity, most - units)
            if not quantity:
                break
            units += quantity
            more = {"quantity": quantity}
            if self.is_hurried:
                more |= {"allow_split": True, "allow_backorder": None}
            elif is_so(rng, 0.25):
                more["allow_backorder"] = is_so(rng, 0.5)
            if is_one_sku:
                more["sku"] = made.lines[0].sku
            if may_be_late and line.delivery is not None:
                more["delivery"] = {**line.delivery.model_dump(), "need_by": None}
            lines.append(revised(line, **more))
        fields = {"lines": lines}
        if may_be_late:
            fields["delivery"] = {**made.delivery.model_dump(), "need_by": None}
        return revised(made, **fields)

    def policy(self):
        """Draw a policy; most let lines wait."""
        rng = self.rng
        made = super().policy()
        costs, rules = list(made.costs), list(made.rules)
        if self.is_hurried or is_so(rng, 0.1):
            costs = [one for one in costs if one.name != "speed"]
            costs.append(Speed(per_unit_day=rng.choice((1.0, 3.0, 6.0))))
        if is_so(rng, 0.06):
            costs.append(bonus(rng, self.names))
        if is_so(rng, 0.4):
            weight = rng.choice((1.0, 1.0, 0.5))
            each = rng.choice((0.25, 0.25, 1.0, 3.0))
            costs.append(Backorder(per_unit=each, weight=weight))
        if is_so(rng, 0.1):
            ids = rng.choice(({}, {"ids": [rng.choice(self.names)]}))
            units = rng.choice((1, 1, 0.5))
            rules.append(SafetyStock(units=units, nodes=ids, name="kept"))
        if self.count == 1 and is_so(rng, 0.12):
            price = rng.choice((0.5, 2.0))
            units = rng.choice((1, 2))
            rules.append(SafetyStock(units=units, price=price, name="touched"))
        can_wait = self.is_bare or self.is_hurried or is_so(rng, 0.75)
        splits = made.splits
        if self.is_hurried and is_so(rng, 0.7):
            splits = SplitLimits()
        elif is_so(rng, 0.4):
            splits = splits.model_copy(update={"several_services": True})
        penalty = made.unfilled_penalty
        if self.is_hurried:
            penalty = 200.0
        elif penalty in {None, 9.0, 15.0} and is_so(rng, 0.6):
            penalty = 60.0
        options = made.promise.model_copy(
            update={"overdue_days": rng.choice((None, None, 1, 1, 3))}
        )
        return made.model_copy(
            update={
                "costs": tuple(costs),
                "rules": tuple(rules),
                "splits": splits,
                "unfilled_penalty": penalty,
                "allow_backorder": can_wait,
                "promise": options,
            }
        )


def bared(made):
    """Take everything away that says when a network works."""
    nodes = [
        one.model_copy(
            update={
                "calendar": None,
                "collection_calendar": None,
                "cutoff": None,
                "cutoffs": {},
                "processing": Processing(),
                "pickups": {},
                "time_zone": None,
            }
        )
        for one in made.network.nodes
    ]
    services = [
        one.model_copy(
            update={
                "calendar": None,
                "delivery_calendar": None,
                "pickups": None,
                "transit_days": None,
                "transit_minutes": None,
                "delivers_by": "24:00",
            }
        )
        for one in made.network.services
    ]
    items = [one.model_copy(update={"release_at": None}) for one in made.network.items]
    network = Network(
        nodes=nodes,
        services=services,
        items=items,
        calendars=made.network.calendars,
        time_zone=made.network.time_zone,
    )
    orders = []
    for one in made.orders:
        lines = [
            line.model_copy(
                update={
                    "allow_backorder": None,
                    "delivery": line.delivery and _whenever(line.delivery),
                }
            )
            for line in one.lines
        ]
        fields = {"lines": tuple(lines), "delivery": _whenever(one.delivery)}
        orders.append(one.model_copy(update=fields))
    return made._replace(network=network, orders=tuple(orders))


def _whenever(delivery):
    """Ask for no date."""
    return delivery.model_copy(update={"need_by": None, "earliest": None})
