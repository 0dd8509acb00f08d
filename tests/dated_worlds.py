"""Random networks that say when they work, and orders placed in them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from domroute.calendars import WEEKDAYS, Calendar
from domroute.costs import Handling, Lateness, Shipping, Speed
from domroute.lanes import Lane
from domroute.ledger import Inventory, Stock
from domroute.network import Item, Network, Node
from domroute.orders import Delivery, Line, Order
from domroute.policy import Policy, PromiseOptions
from domroute.rules import NeedBy
from domroute.services import DistanceZones, RateCard, Service
from domroute.split import SplitLimits

ZONES = (
    *("America/New_York", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe"),
    *("America/Havana", "Asia/Kolkata", "Pacific/Apia", "UTC"),
)
"""Clocks that change at night, by half an hour, at midnight, or never."""
STARTS = (
    *(date(2026, 3, 5), date(2026, 3, 26), date(2026, 10, 1), date(2026, 10, 29)),
    *(date(2026, 12, 22), date(2027, 12, 29), date(2028, 2, 26), date(2026, 6, 10)),
)
"""Some days before clocks change, years end or February has 29 days."""
_METHODS = ("ship", "ship", "ship", "same_day", "pickup", "curbside", "ship_to_store")


class DatedWorld:
    """
    A small network, its stock, a policy and an order.

    Parameters
    ----------
    seed
        Of all draws.
    """

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._start = self._draw.choice(STARTS)
        self.calendars = self._calendars()
        names = [one.id for one in self.calendars]
        self.services = [
            self._service(f"s{at}", names) for at in range(self._few(1, 3))
        ]
        self.nodes = [self._node(f"N{at}", names) for at in range(self._few(1, 3))]
        self.items = [self._item(f"A{at}") for at in range(self._few(1, 3))]
        self._draw, drawn = random.Random(-seed), self._draw
        lanes = self._lanes(names)
        self._draw = drawn
        self.network = Network(
            nodes=self.nodes,
            lanes=lanes,
            items=self.items,
            services=self.services,
            calendars=self.calendars,
            time_zone=self._draw.choice(ZONES),
        )
        self.inventory = Inventory(
            [
                Stock(node=node.id, sku=item.sku, on_hand=self._few(0, 3))
                for node in self.nodes
                for item in self.items
            ]
        )
        self.policy = self._policy()
        self.order = self._order(names)

    def orders(self, count: int) -> list[Order]:
        """Draw more orders like the first."""
        names = [one.id for one in self.calendars]
        drawn = [self._order(names) for _ in range(count)]
        return [
            order.model_copy(update={"id": f"more{at}"})
            for at, order in enumerate(drawn)
        ]

    def _few(self, least: int, most: int) -> int:
        """Draw a whole number."""
        return self._draw.randint(least, most)

    def _is(self, chance: float) -> bool:
        """Draw whether, by a chance."""
        return self._draw.random() < chance

    def _clock(self, first: int = 0, last: int = 24) -> str:
        """Draw a local time."""
        hour = self._few(first, last)
        minute = 0 if hour == 24 else self._draw.choice((0, 0, 30, 59))
        return f"{hour:02}:{minute:02}"

    def _rows(self) -> list[tuple[str, str]]:
        """Draw the hours of a day, rarely of a night."""
        kind = self._few(0, 5)
        if kind == 0:
            return [("22:00", self._clock(2, 6))]
        if kind == 1:
            return [("08:00", "12:00"), ("12:00", "13:30"), ("14:00", "18:00")]
        if kind == 2:
            return [("00:00", "24:00")]
        return [(self._clock(0, 9), self._clock(10, 23))]

    def _calendars(self) -> list[Calendar]:
        """Draw some calendars."""
        found = []
        for at in range(self._few(1, 4)):
            days = [name for name in WEEKDAYS if self._is(0.75)] or ["wed"]
            closed = {self._start + timedelta(days=self._few(-1, 12)) for _ in range(2)}
            special = {
                self._start + timedelta(days=self._few(0, 12)): [
                    (self._clock(7, 11), self._clock(12, 24))
                ]
            }
            shape = {"days": days}
            if self._is(0.6):
                nights = self._is(0.2)
                shape = {
                    "hours": {
                        day: [("22:00", "06:00")] if nights else self._rows_of_day()
                        for day in days
                    }
                }
            found.append(
                Calendar(
                    id=f"c{at}",
                    closed=sorted(closed - special.keys()) if self._is(0.7) else (),
                    special=special if self._is(0.3) else {},
                    **shape,
                )
            )
        return found

    def _rows_of_day(self) -> list[tuple[str, str]]:
        """Draw the hours of a day."""
        # Nights that run into the next day's rows would overlap.
        rows = self._rows()
        return [("09:00", "17:00")] if rows[0][0] == "22:00" else rows

    def _maybe(self, names: list[str], chance: float = 0.6) -> str | None:
        """Draw one of some names, or none."""
        return self._draw.choice(names) if self._is(chance) else None

    def _cutoff(self) -> object:
        """Draw a time, or times by day."""
        if self._is(0.5):
            return f"{self._few(9, 21):02}:00"
        times = {"*": "14:00", "sat": "11:00"} if self._is(0.5) else {"mon": "10:00"}
        times[str(self._start + timedelta(days=self._few(0, 5)))] = "25:30"
        return times

    def _pickups(self) -> object:
        """Draw pick-ups of any kind, rarely none at all."""
        kind = self._few(0, 4)
        if kind == 0:
            return None
        if kind == 1:
            return {"*": ["10:00", "17:00"], "sat": [], "sun": ["12:00"]}
        if kind == 2 and self._is(0.1):
            return []
        return sorted({self._clock(6, 24) for _ in range(self._few(1, 3))})

    def _service(self, name: str, calendars: list[str]) -> Service:
        """Draw a service of any kind."""
        transit = {}
        kind = self._few(0, 5)
        if kind <= 2:
            transit = {"transit_days": [self._few(0, 2), self._few(0, 3), 4]}
        elif kind == 3:
            transit = {"transit_days": self._few(0, 3)}
        elif kind == 4:
            transit = {"transit_minutes": self._draw.choice((30, 95.5, 240))}
        rates = [[self._draw.choice((3.0, 4.0, 5.0))] for _ in range(3)]
        return Service(
            id=name,
            rate_card=RateCard(weights_kg=[50.0], rates=rates),
            zones=DistanceZones(bands_km=[50.0, 500.0]),
            methods=["ship", "same_day", "ship_to_store"],
            calendar=self._maybe(calendars),
            delivery_calendar=self._maybe(calendars, 0.3),
            pickups=self._pickups(),
            delivers_by=self._draw.choice(("24:00", "20:00", "12:00", "09:00")),
            **transit,
        )

    def _node(self, name: str, calendars: list[str]) -> Node:
        """Draw a node with some of its dates."""
        place = {"lat": 40.0 + self._draw.random() * 8, "lon": -75.0}
        if self._is(0.2):
            place["calendar"] = self._maybe(calendars)
        window = {}
        if self._is(0.1):
            soon = datetime.combine(self._start, datetime.min.time(), UTC)
            window["active_until"] = soon + timedelta(days=self._few(1, 6), hours=13)
        return Node(
            id=name,
            kind=self._draw.choice(("dc", "store")),
            methods=["ship", "same_day", "pickup", "curbside", "ship_to_store"],
            location=place,
            time_zone=self._draw.choice(ZONES) if self._is(0.5) else None,
            calendar=self._maybe(calendars),
            collection_calendar=self._maybe(calendars, 0.3),
            cutoff=self._cutoff() if self._is(0.6) else None,
            cutoffs={
                key: self._cutoff()
                for key in ("s0", "pickup", "same_day", "ship")
                if self._is(0.15)
            },
            processing={
                "days": self._draw.choice((0, 0, 0, 1, 2)),
                "minutes": self._draw.choice((0, 0, 60, 45.5, 700)),
            },
            pickups={"s0": self._pickups() or ["16:00"]} if self._is(0.2) else {},
            **window,
        )

    def _lanes(self, calendars: list[str]) -> list[Lane]:
        """Draw lanes in half of the worlds, and stores that take time to receive."""
        if self._is(0.5):
            return []
        self.nodes = [
            node.model_copy(update={"receiving_minutes": float(self._few(0, 2) * 240)})
            for node in self.nodes
        ]
        return [
            Lane(
                id=f"{one.id}-{other.id}",
                origin=one.id,
                destination=other.id,
                cost={"per_shipment": self._few(0, 2), "per_kg": self._few(0, 1)},
                calendar=self._maybe(calendars, 0.4),
                pickups=self._pickups(),
                transit_days=self._few(0, 3) if self._is(0.8) else None,
                delivers_by=self._draw.choice(("24:00", "08:00")),
            )
            for one in self.nodes
            for other in self.nodes
            if one is not other and self._is(0.6)
        ]

    def _item(self, sku: str) -> Item:
        """Draw an item, some released later."""
        released = None
        if self._is(0.2):
            noon = datetime.combine(self._start, datetime.min.time(), UTC)
            released = noon + timedelta(days=self._few(0, 5), hours=self._few(0, 23))
        return Item(sku=sku, weight_kg=1.0, release_at=released)

    def _policy(self) -> Policy:
        """Draw a policy, with and without prices on time."""
        costs = [Handling(), Shipping()]
        if self._is(0.4):
            ladder = [(2, 3.0)] if self._is(0.5) else []
            costs.append(
                Lateness(
                    per_line_day=self._few(0, 2),
                    per_unit_day=self._few(0, 1),
                    free_days=self._few(0, 1),
                    ladder=ladder,
                )
            )
        if self._is(0.3):
            costs.append(Speed(per_line_day=0.5, per_unit_day=0.25))
        return Policy(
            costs=costs,
            rules=[NeedBy(orders={"tiers": ["gold"]})] if self._is(0.3) else [],
            splits=SplitLimits(
                max_shipments=self._draw.choice((None, None, 1, 2)),
                several_services=self._is(0.7),
            ),
            unfilled_penalty=50.0,
            promise=PromiseOptions(horizon_days=self._draw.choice((90, 90, 30, 4))),
        )

    def _delivery(self, calendars: list[str]) -> Delivery:
        """Draw a delivery by any method."""
        method = self._draw.choice(_METHODS)
        fields: dict[str, object] = {"method": method}
        if method in ("pickup", "curbside"):
            if self._is(0.5):
                fields["node"] = self._draw.choice(self.nodes).id
            else:
                fields["radius_km"] = 2000.0
        elif method == "ship_to_store":
            fields["node"] = self._draw.choice(self.nodes).id
        elif self._is(0.5):
            fields["to"] = self._place(calendars)
        if self._is(0.5):
            day = self._start + timedelta(days=self._few(0, 8))
            moment = datetime.combine(day, datetime.min.time(), UTC)
            fields["need_by"] = (
                day if self._is(0.5) else moment + timedelta(minutes=self._few(0, 1439))
            )
        if self._is(0.3):
            fields["earliest"] = self._start + timedelta(days=self._few(-1, 3))
            if fields.get("need_by") is not None:
                fields["need_by"] = self._start + timedelta(days=self._few(4, 9))
        return Delivery(**fields)

    def _place(self, calendars: list[str]) -> dict[str, object]:
        """Draw a place with a zone and a calendar, or without."""
        place: dict[str, object] = {"lat": 40.0 + self._draw.random() * 8, "lon": -75.0}
        if self._is(0.6):
            place["time_zone"] = self._draw.choice(ZONES)
        if self._is(0.4):
            place["calendar"] = self._maybe(calendars)
        return place

    def _order(self, calendars: list[str]) -> Order:
        """Draw an order of some lines."""
        placed = datetime.combine(self._start, datetime.min.time(), UTC) + timedelta(
            days=self._few(0, 5),
            seconds=self._few(0, 86399),
            microseconds=self._draw.choice((0, 0, 1, 999_999)),
        )
        if self._is(0.5):
            placed = placed.replace(minute=0, second=0, microsecond=0)
        shared = self._delivery(calendars)
        return Order(
            id="o1",
            destination=self._place(calendars),
            placed_at=placed,
            delivery=shared,
            tier="gold" if self._is(0.3) else None,
            lines=[
                Line(
                    id=f"l{at}",
                    sku=self._draw.choice(self.items).sku,
                    quantity=self._few(1, 2),
                    delivery=self._delivery(calendars) if self._is(0.25) else None,
                )
                for at in range(self._few(1, 3))
            ],
        )
