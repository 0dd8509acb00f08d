"""Two weeks of baskets: what customers order, from where, when and how delivered."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from domroute.instances.catalog import Catalog
from domroute.instances.metros import BY_NAME, METROS, Metro, people_shares, scatter
from domroute.network import DC, STORE, Node
from domroute.orders import Delivery, Line, Order
from domroute.units import IntArray
from domroute.words import Method

_FIRST_DAY: Final = datetime(2026, 11, 2)  # noqa: DTZ001 - each metro adds its clock
"""A Monday after the clocks went back, so that standard time holds throughout."""

# Most web baskets hold one or two lines of a single unit.
_MORE_LINES: Final = (0.62, 0.84, 0.93, 0.97, 0.99)
"""Cumulative shares of baskets of one line, of up to two, and so on to six."""
_MORE_UNITS: Final = (0.86, 0.96, 0.99)
"""Cumulative shares of lines of one unit, of up to two, and so on to four."""
_KINDS: Final = {  # shares of orders, here and below
    "ship": 0.85,
    "pickup_at": 0.08,
    "pickup_near": 0.04,
    "ship_to_store": 0.015,
    "mixed": 0.015,
}
_CHANNELS: Final = {"web": 0.6, "app": 0.35, "store": 0.05}
_TIERS: Final = {None: 0.7, "silver": 0.2, "gold": 0.1}
_HOURS: Final = (
    *(1, 1, 1, 1, 1, 2, 3, 4, 6, 8, 9, 10),
    *(10, 9, 8, 8, 8, 8, 9, 10, 11, 10, 7, 4),
)
"""Relative demand of the hours of a day: it peaks at noon and again in the evening."""
_WEEKDAYS: Final = (1.1, 1.0, 1.0, 1.0, 0.95, 1.05, 1.2)
_SUBURBS_KM: Final = 28.0
_NEARBY_KM: Final = 8.0
_PICKUP_RADIUS_KM: Final = 40.0
_SEEN: Final = 2
"""Units on a shelf from which customers count on finding one."""
_PINNED, _EXCLUDED, _TOGETHER, _WHOLE = 0.005, 0.005, 0.015, 0.2
"""Shares of lines that are pinned, exclude a node, ship together, come whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelves:
    """Nodes and the units on hand at each; shape ``(N, K)``; -1 where not carried."""

    nodes: tuple[Node, ...]
    stock: IntArray


def draw_orders(
    rng: np.random.Generator, catalog: Catalog, shelves: Shelves, count: int, days: int
) -> tuple[Order, ...]:
    """
    Draw orders, sorted and numbered by the moment they were placed.

    Parameters
    ----------
    rng
        Where chance comes from.
    catalog
        What may be ordered, and how often.
    shelves
        What nodes hold: customers who collect look before they choose.
    count, days
        How many orders, over how many days.
    """
    shop = _Shop(rng, catalog, shelves)
    kinds = _draw_words(rng, _KINDS, count)
    channels = _draw_words(rng, _CHANNELS, count)
    tiers = _draw_words(rng, _TIERS, count)
    seconds = _draw_seconds(rng, count, days)
    metros = rng.choice(len(METROS), count, p=people_shares()).tolist()
    baskets = [
        {
            **shop.fill_basket(kind, METROS[metro], second),
            "channel": channel,
            "tier": tier,
        }
        for kind, metro, second, channel, tier in zip(
            kinds, metros, seconds, channels, tiers, strict=True
        )
    ]
    baskets.sort(key=lambda basket: basket["placed_at"])
    digits = len(str(count))
    return tuple(
        Order(id=f"o{number:0{digits}d}", **basket)
        for number, basket in enumerate(baskets, start=1)
    )


def _draw_words(
    rng: np.random.Generator, shares: dict[Any, float], count: int
) -> list[Any]:
    words = list(shares)
    return [words[at] for at in rng.choice(len(words), count, p=list(shares.values()))]


def _draw_seconds(rng: np.random.Generator, count: int, days: int) -> list[int]:
    """Draw local times of orders (seconds after midnight of the first day)."""
    of_day = np.array([_WEEKDAYS[day % 7] for day in range(days)])
    of_hour = np.array(_HOURS, float)
    day = rng.choice(days, count, p=of_day / of_day.sum())
    hour = rng.choice(24, count, p=of_hour / of_hour.sum())
    seconds: list[int] = (
        day * 86_400 + hour * 3600 + rng.integers(0, 3600, count)
    ).tolist()
    return seconds


class _Shop:
    """The shop as customers see it: every SKU, and what each store has."""

    def __init__(
        self, rng: np.random.Generator, catalog: Catalog, shelves: Shelves
    ) -> None:
        self._rng = rng
        self._skus = catalog.skus
        self._nodes = shelves.nodes
        self._stock = shelves.stock
        self._popularity = catalog.popularity
        self._demand = np.cumsum(catalog.popularity)
        self._stores = [n for n, node in enumerate(shelves.nodes) if node.kind == STORE]
        self._dcs = [n for n, node in enumerate(shelves.nodes) if node.kind == DC]

    def fill_basket(self, kind: str, metro: Metro, second: int) -> dict[str, Any]:
        """Draw where one order goes, what is in it and how it is delivered."""
        if kind == "ship":
            home = scatter(self._rng, metro.lat, metro.lon, _SUBURBS_KM, metro.state)
            delivery, lines = Delivery(), self._draw_lines()
        else:
            at = self._stores[int(self._rng.integers(len(self._stores)))]
            store, shelf = self._nodes[at], self._stock[at]
            metro, place = BY_NAME[store.groups[0]], store.location
            home = scatter(self._rng, place.lat, place.lon, _NEARBY_KM, metro.state)
            delivery = _delivery_of(kind, store.id)
            if kind == "mixed":
                # One thing today from around the corner, the rest by parcel.
                today = {**self._draw_lines(shelf)[0], "delivery": delivery}
                delivery, lines = Delivery(), [today, *self._draw_lines()]
            else:
                looks = delivery.method.is_collected
                lines = self._draw_lines(shelf if looks else None)
        moment = _FIRST_DAY + timedelta(seconds=second)
        return {
            "lines": tuple(Line(id=f"l{i}", **line) for i, line in enumerate(lines, 1)),
            "destination": home,
            "placed_at": moment.replace(tzinfo=metro.clock),
            "delivery": delivery,
        }

    def _draw_lines(self, shelf: IntArray | None = None) -> list[dict[str, Any]]:
        """Draw a basket; from a shelf, only what stands there at least twice."""
        rng = self._rng
        count = 1 + _draw_step(rng, _MORE_LINES)
        wanted = self._demand
        if shelf is not None and (shelf >= _SEEN).any():
            wanted = np.cumsum(np.where(shelf >= _SEEN, self._popularity, 0.0))
        picks = wanted.searchsorted(rng.random(count) * wanted[-1], side="right")
        lines = [self._draw_line(pick, shelf) for pick in picks.tolist()]
        if count > 1 and rng.random() < _TOGETHER:
            for line in lines:
                line["ship_together"] = "set"
        return lines

    def _draw_line(self, pick: int, shelf: IntArray | None) -> dict[str, Any]:
        rng = self._rng
        quantity = 1 + _draw_step(rng, _MORE_UNITS)
        line: dict[str, Any] = {"sku": self._skus[pick], "quantity": quantity}
        if quantity > 1 and rng.random() < _WHOLE:
            line["allow_split"] = False
        mark = rng.random()
        holders = [at for at in self._dcs if self._stock[at, pick] > 0]
        if shelf is None and holders and mark < _PINNED + _EXCLUDED:
            chosen = self._nodes[holders[int(rng.integers(len(holders)))]].id
            line |= (
                {"pinned_node": chosen}
                if mark < _PINNED
                else {"excluded_nodes": (chosen,)}
            )
        return line


def _delivery_of(kind: str, store: str) -> Delivery:
    match kind:
        case "pickup_near":
            return Delivery(method=Method.PICKUP, radius_km=_PICKUP_RADIUS_KM)
        case "ship_to_store":
            return Delivery(method=Method.SHIP_TO_STORE, node=store)
        case _:
            return Delivery(method=Method.PICKUP, node=store)


def _draw_step(rng: np.random.Generator, edges: tuple[float, ...]) -> int:
    """Draw how many edges chance clears."""
    return bisect_right(edges, rng.random())
