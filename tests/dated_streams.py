"""Streams of events where nodes have hours: by hand, and drawn."""

from __future__ import annotations

import random
from datetime import timedelta

from builders import node, stock
from dated import NEW_YORK, WEEK, at, dated_network
from dated_worlds import DatedWorld
from domroute.calendars import Calendar
from domroute.events import Canceled, Closed, Placed, Rejected, Reopened
from domroute.geography import Location
from domroute.network import Processing
from domroute.orders import Line, Order
from domroute.policy import Policy
from domroute.replay import Tactic, World
from domroute.scenario import Scenario
from domroute.services import DistanceZones, RateCard, Service

CHEAPEST = Policy(costs=[{"term": "shipping"}], unfilled_penalty=60.0)
HOME = Location(lat=40.7, lon=-74.1)


def two_centers(policy=CHEAPEST, *, units=5, **late):
    """
    Make a center near the customer, one day away, and one three days away.

    Both open on weekdays from nine to five, with a cut-off at two and an hour of work;
    the truck of ground comes at five and delivers by eight in the evening.
    """
    fields = {
        "calendar": "week",
        "cutoff": "14:00",
        "processing": Processing(minutes=60),
    }
    ground = Service(
        id="ground",
        calendar="trucks",
        pickups=["17:00"],
        transit_days=[1, 2, 3],
        delivers_by="20:00",
        rate_card=RateCard(weights_kg=[5], rates=[[7], [8], [9]]),
        zones=DistanceZones(bands_km=[250, 900]),
    )
    made = dated_network(
        [
            node("near", (40.7, -74.0), kind="dc", **fields),
            node("far", (34.0, -84.0), kind="store", **fields),
        ],
        [ground.model_copy(update=late)],
        [Calendar(id="week", hours=WEEK), Calendar(id="trucks", days=tuple(WEEK))],
    )
    held = stock(near={"A": units}, far={"A": units})
    return Scenario(name="two centers", network=made, inventory=held, policy=policy)


def asked(when, name="o1", quantity=1, **fields):
    """Place an order for the A, at a local time of New York."""
    lines = [Line(id="l1", sku="A", quantity=quantity)]
    order = Order(
        id=name, placed_at=at(when, NEW_YORK), destination=HOME, lines=lines, **fields
    )
    return Placed(order=order)


class DatedStream:
    """
    A random network with hours, orders placed in it, and what befalls them.

    Parameters
    ----------
    seed
        Of all draws.
    is_calm
        Whether nothing befalls them.
    """

    def __init__(self, seed: int, *, is_calm: bool = False) -> None:
        made, draw = DatedWorld(seed), random.Random(seed)
        orders = [made.order, *made.orders(draw.randint(1, 4))]
        self.scenario = Scenario(
            name=f"stream {seed}",
            network=made.network,
            inventory=made.inventory,
            policy=made.policy,
        )
        self.events = [Placed(order=order) for order in orders]
        hold_h, waves = draw.choice(
            ((0, "interval"), (0, "interval"), (7, "interval"), (0, "departure"))
        )
        if not self.scenario.network.is_dated:
            waves = "interval"
        self.tactic = Tactic(
            name="drawn", policy=made.policy, hold_h=hold_h, waves=waves
        )
        self.world = World()
        if not is_calm:
            self._befall(orders, draw)

    def _befall(self, orders: list[Order], draw: random.Random) -> None:
        """Draw refusals, closures and cancellations."""
        nodes = [node.id for node in self.scenario.network.nodes]
        for _ in range(draw.randint(0, 6)):
            order, node = draw.choice(orders), draw.choice(nodes)
            line = draw.choice([None, *(line.id for line in order.lines)])
            when = order.placed_at + timedelta(hours=draw.choice((0.5, 5, 20, 60)))
            kind = draw.randint(0, 3)
            if kind == 0:
                self.events.append(Canceled(at=when, order=order.id, line=line))
            elif kind == 1:
                back = when + timedelta(hours=draw.choice((3, 50)))
                self.events.append(Closed(at=when, node=node))
                self.events.append(Reopened(at=back, node=node))
            else:
                units = None if line is None else draw.choice((None, 1))
                refused = {
                    "line": line,
                    "quantity": units,
                    "is_lost": draw.random() < 0.5,
                }
                self.events.append(
                    Rejected(at=when, order=order.id, node=node, **refused)
                )
        kinds = {node.kind for node in self.scenario.network.nodes}
        self.world = World(
            rejects=dict.fromkeys(kinds, draw.choice((0.0, 0.3))),
            short_picks=dict.fromkeys(kinds, draw.choice((0.0, 0.3))),
            late={
                service.id: draw.choice((0.0, 0.4))
                for service in self.scenario.network.services
            },
            late_days=draw.randint(1, 3),
        )
