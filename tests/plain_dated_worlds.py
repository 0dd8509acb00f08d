"""
Small random dated worlds, in which waiting, splitting and paying for speed often pay.

Drawn around the moments at which clocks and calendars turn: both changes of the clock,
a year's end, 29 February; and around the very cut-offs, closings and pick-ups.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple

from domroute.calendars import Processing
from domroute.capacity import Capacity
from domroute.costs import Handling, Lateness, Quotes, Shipping, Speed
from domroute.errors import InputError
from domroute.ledger import Inventory, Stock
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy, PromiseOptions, SolveOptions
from domroute.rules import NeedBy
from domroute.scenario.references import check_parts
from domroute.services import Service
from domroute.split import SplitLimits
from drawn_times import DAY, ZONES, DrawnTimes, is_so

LIMITS = (
    *({"max_shipments": 1}, {"max_shipments": 2}, {"max_nodes": 1}),
    *({"max_shipments": 1, "over_limit_price": 1.5}, {"split_price": 1.0}),
    *({"ship_complete": True}, {"ship_complete": True, "incomplete_price": 4.0}),
    *({"min_part_value": 8.0}, {"min_order_value": 25.0}),
)


class DatedMade(NamedTuple):
    """What was drawn."""

    orders: tuple[Order, ...]
    network: Network
    inventory: Inventory
    policy: Policy
    quotes: Quotes | None

    @property
    def order(self):
        """The order, where there is one."""
        return self.orders[0]


def drawn(seed, count=1):
    """Draw a world, and so many orders."""
    return drawn_by(Drawing, f"dated {seed}", count)


def drawn_by(drawing, seed, count):
    """Draw a world; another where a cut-off may mean two things."""
    for attempt in range(100):
        made = drawing(Random(f"{seed} {attempt}"), count).world()
        try:
            check_parts(made.network, made.policy)
        except InputError as error:
            if {issue.code for issue in error.issues} != {"ambiguous_cutoff"}:
                raise
        else:
            return made
    raise AssertionError(seed)


class Drawing(DrawnTimes):
    """Draws one world after another from a seed."""

    def world(self):
        """Draw all of it."""
        rng = self.rng
        calendars = [self.calendar(f"c{k}") for k in range(rng.choice((2, 3, 4)))]
        self.calendars = [one.id for one in calendars]
        self.placed = [self.moment() for _ in range(self.count)]
        services = self.services()
        nodes = [self.node(f"N{k}", services) for k in range(rng.choice((2, 2, 3)))]
        stores = [one.id for one in nodes if one.kind == "store"]
        items = self.items()
        orders = tuple(
            self.order(f"o{k}", items, nodes, stores, self.placed[k])
            for k in range(self.count)
        )
        stock = self.stock(nodes, items)
        quotes = None
        if is_so(rng, 0.06):
            pairs = ((o.id, rng.choice(nodes).id) for o in orders)
            quotes = Quotes(
                shipments={pair: float(rng.randint(2, 9)) for pair in pairs}
            )
        network = Network(
            nodes=nodes,
            items=items,
            services=services,
            calendars=calendars,
            time_zone=self.zone,
        )
        return DatedMade(orders, network, Inventory(stock), self.policy(), quotes)

    # --- network ----------------------------------------------------------------

    def stock(self, nodes, items):
        """Draw what is on hand."""
        rng, scarce = self.rng, 0.45 if self.count > 1 else 0.2
        return [
            Stock(
                node=n.id,
                sku=i.sku,
                on_hand=0 if is_so(rng, scarce) else rng.choice((1, 1, 2, 3)),
            )
            for n in nodes
            for i in items
        ]

    def services(self):
        """Draw one to three services: slow and cheap, fast and dear, by the hour."""
        rng = self.rng
        made = []
        ranks = sorted(rng.sample(range(3), rng.choice((1, 2, 2, 3, 3))))
        for rank in ranks:
            name = ("ground", "express", "bike")[rank]
            base = (3.0, 6.0, 9.0)[rank] + rng.choice((0.0, 0.5, 1.25))
            step = rng.choice((0.5, 1.0, 2.5))
            bands = rng.choice(((), (60.0,)))
            rates = [
                [base + z + step * w for w in range(3)] for z in range(len(bands) + 1)
            ]
            more = {}
            if rank == 2 and is_so(rng, 0.9):
                more["transit_minutes"] = rng.choice((30, 45, 90, 180, 600))
            elif is_so(rng, 0.94):
                days = ((2, 3, 4, 5), (0, 1, 1, 2))[rank > 0]
                each = [rng.choice(days) for _ in rates]
                more["transit_days"] = each if is_so(rng, 0.5) else each[0]
            methods = ["ship", "ship_to_store"]
            if rank == 2 or is_so(rng, 0.1):
                methods.append("same_day")
            if is_so(rng, 0.4):
                more["pickups"] = self.by_day(self.pickups)
            if is_so(rng, 0.3):
                more["delivers_by"] = rng.choice(
                    ("09:00", "12:00", "20:00", "00:00", "02:30")
                )
            if is_so(rng, 0.15):
                more["speed"] = rng.choice(("fast", "slow"))
            made.append(
                Service(
                    id=name,
                    rate_card={"weights_kg": (1.0, 2.0, 4.0), "rates": rates},
                    zones={"kind": "distance", "bands_km": bands},
                    methods=methods,
                    calendar=self.calendar_or_none(0.5),
                    delivery_calendar=self.calendar_or_none(0.2),
                    **more,
                )
            )
        return made

    def place(self):
        """Draw a place."""
        rng = self.rng
        more = {}
        if is_so(rng, 0.3):
            more["time_zone"] = rng.choice(ZONES)
        return {
            "lat": 40.0 + rng.choice((0.0, 0.1, 0.4, 0.9, 1.3)),
            "lon": -75.0,
            **more,
        }

    def node(self, name, services):
        """Draw a node."""
        rng = self.rng
        kind = rng.choice(("dc", "store", "store"))
        more = {}
        ids = [one.id for one in services]
        if kind == "store" and is_so(rng, 0.6):
            more["methods"] = [
                "ship",
                "same_day",
                "pickup",
                "curbside",
                "ship_to_store",
            ]
        elif kind == "dc" and is_so(rng, 0.5):
            more["methods"] = ["ship", "same_day", "ship_to_store"]
        if is_so(rng, 0.15):
            more["services"] = rng.sample(ids, rng.randint(1, len(ids)))
        more |= self.work_of(ids)
        more |= self.limits()
        return Node(
            id=name,
            kind=kind,
            location=self.place(),
            calendar=self.calendar_or_none(0.5),
            collection_calendar=self.calendar_or_none(0.3),
            cost={
                "per_shipment": rng.choice((0.5, 1.0, 2.0)),
                "per_line": rng.choice((0.0, 0.25)),
                "per_unit": rng.choice((0.0, 0.125, 1.0)),
            },
            **more,
        )

    def limits(self):
        """Draw when a node is active, and how much it may do."""
        rng, more = self.rng, {}
        if is_so(rng, 0.08):
            more["active_until"] = self.placed[0] + rng.choice((-1, 1, 2, 4)) * DAY
        if is_so(rng, 0.05):
            more["active_from"] = self.placed[0] + rng.choice((-DAY, timedelta(0), DAY))
            if (
                more.get("active_until", more["active_from"] + DAY)
                <= more["active_from"]
            ):
                del more["active_from"]
        if is_so(rng, 0.08):
            measure = rng.choice(
                ("units", "lines", "orders") if self.count == 1 else ("units", "orders")
            )
            more["capacity"] = Capacity(limit=rng.choice((1, 2)), measure=measure)
        return more

    def work_of(self, ids):
        """Draw how a node works."""
        rng, more = self.rng, {}
        if is_so(rng, 0.5):
            more["cutoff"] = self.by_day(self.cutoff)
        if is_so(rng, 0.3):
            keys = rng.sample([*ids, "ship", "pickup", "same_day"], rng.choice((1, 2)))
            more["cutoffs"] = {key: self.by_day(self.cutoff) for key in keys}
        if is_so(rng, 0.5):
            more["processing"] = Processing(
                days=rng.choice((0, 0, 0, 1, 2)),
                minutes=rng.choice((0, 30, 61.5, 480, 900)),
            )
        if is_so(rng, 0.25):
            more["pickups"] = {rng.choice(ids): self.by_day(self.pickups)}
        if is_so(rng, 0.2):
            more["time_zone"] = rng.choice(ZONES)
        return more

    def items(self):
        """Draw two items, one of which may not be out yet."""
        rng = self.rng
        made = []
        for name in ("A", "B", "C")[: rng.choice((2, 2, 3))]:
            more = {}
            if is_so(rng, 0.4):
                hours = rng.choice((-5, 3, 20, 20, 30, 40, 40, 70))
                more["release_at"] = rng.choice(self.placed) + timedelta(hours=hours)
            made.append(
                Item(
                    sku=name,
                    weight_kg=rng.choice((0.4, 0.9, 1.0)),
                    unit_price=rng.choice((5.0, 10.0)),
                    **more,
                )
            )
        return made

    # --- orders -----------------------------------------------------------------

    def delivery(self, stores):
        """Draw a delivery."""
        rng = self.rng
        more = {}
        method = rng.choice(("ship",) * 8 + ("pickup", "curbside", "same_day"))
        if method in {"pickup", "curbside"}:
            if stores and is_so(rng, 0.5):
                more["node"] = rng.choice(stores)
            else:
                more["radius_km"] = rng.choice((50.0, 200.0))
        if is_so(rng, 0.2):
            more["earliest"] = self.near(0, 5)
        if is_so(rng, 0.7):
            soonest = more.get("earliest", self.turn)
            by = soonest + rng.choice((1, 1, 1, 2, 2, 2, 3, 4)) * DAY
            if is_so(rng, 0.4):
                clock = time(rng.choice((2, 9, 12, 20)), rng.choice((0, 30)))
                by = self.instant(datetime.combine(by, clock), (0, 1))
                if more.get("earliest", by.date()) > by.date():
                    del more["earliest"]
            more["need_by"] = by
        if method in {"ship", "same_day"} and is_so(rng, 0.1):
            more["to"] = {**self.place(), "calendar": rng.choice(self.calendars)}
        return Delivery(method=method, **more)

    def order(self, name, items, nodes, stores, placed):
        """Draw an order."""
        rng = self.rng
        deliveries = [self.delivery(stores)]
        if is_so(rng, 0.3):
            deliveries.append(self.delivery(stores))
        together = "set" if len(deliveries) == 1 and is_so(rng, 0.06) else None
        sizes = (1, 2, 2, 3, 3) if self.count == 1 else (1, 1, 2)
        lines = []
        for k in range(rng.choice(sizes)):
            more = {}
            if len(deliveries) > 1 and is_so(rng, 0.5):
                more["delivery"] = deliveries[1]
            if is_so(rng, 0.1):
                more["allow_split"] = False
            if is_so(rng, 0.15):
                more["unfilled_penalty"] = rng.choice((4.0, 8.0, 100.0))
            elif is_so(rng, 0.05):
                more["must_fill"] = True
            if is_so(rng, 0.03):
                more["pinned_node"] = rng.choice(nodes).id
            lines.append(
                Line(
                    id=f"l{k}",
                    sku=(
                        items[k % len(items)] if is_so(rng, 0.7) else rng.choice(items)
                    ).sku,
                    quantity=rng.choice((1, 1, 2)),
                    ship_together=together,
                    **more,
                )
            )
        place = self.place()
        if is_so(rng, 0.25):
            place["calendar"] = rng.choice(self.calendars)
        return Order(
            id=name,
            destination=place,
            placed_at=placed,
            lines=lines,
            delivery=deliveries[0],
            tier=rng.choice(("gold", None)),
        )

    def policy(self):
        """Draw a policy."""
        rng = self.rng
        costs = [Handling(), Shipping()]
        if is_so(rng, 0.75):
            each = rng.choice((0.3, 1.0, 1.0, 2.0, 4.0))
            more = {"per_line_day": each} if is_so(rng, 0.6) else {"per_unit_day": each}
            if is_so(rng, 0.25):
                more["ladder"] = [(1, 0.5), (3, 4.0)]
            if is_so(rng, 0.2):
                more["free_days"] = 1
            weight = 0.0 if is_so(rng, 0.04) else rng.choice((1.0, 1.0, 0.5))
            costs.append(Lateness(weight=weight, **more))
        if is_so(rng, 0.35):
            each = rng.choice((0.2, 0.75, 2.0))
            more = {"per_line_day": each} if is_so(rng, 0.6) else {"per_unit_day": each}
            costs.append(Speed(**more))
        rules = [NeedBy(orders={"tiers": ["gold"]})] if is_so(rng, 0.15) else []
        limits = dict(rng.choice(LIMITS)) if is_so(rng, 0.35) else {}
        if is_so(rng, 0.25):
            limits["several_services"] = False
        return Policy(
            costs=costs,
            rules=rules,
            splits=SplitLimits(**limits),
            unfilled_penalty=rng.choice((9.0, 15.0, 40.0, 40.0, 1000.0, None)),
            objective="fewest_shipments" if is_so(rng, 0.08) else "cost",
            solve=SolveOptions(
                method=rng.choice(("auto",) * 6 + ("mip", "subset")),
                time_limit_s=3600.0,
            ),
            promise=PromiseOptions(
                horizon_days=self.horizon,
                lifetime_minutes=rng.choice((15.0, 600.0, 1e5)),
            ),
        )
