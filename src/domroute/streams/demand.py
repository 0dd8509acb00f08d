"""Demand as it is stated, and the streams of events and the stock drawn from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Final, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.events import Event, Received, in_order
from domroute.files.jsontext import parse_json
from domroute.ledger.inventory import Inventory
from domroute.network import Network
from domroute.orders import Delivery
from domroute.replay.world import Part
from domroute.streams.areas import Area, draw_places, nearest
from domroute.streams.baskets import Basket, BasketChances, draw_lines
from domroute.streams.drawing import (
    DrawnOrders,
    chances_of,
    draw_cancellations,
    draw_moments,
    make_orders,
    make_receipts,
)
from domroute.streams.fitting import is_collected_from, network_faults, stock_faults
from domroute.streams.seasons import Seasons
from domroute.streams.supply import (
    Replenishment,
    draw_receipts,
    units_between,
    units_lost,
)
from domroute.streams.weights import Shares, pick_names
from domroute.units import FloatArray, Id, Kilometers, Moment
from domroute.validation import Frozen, issues_from, join_path
from domroute.words import Method

_MOST_ORDERS: Final = 10**8
"""More orders than memory holds."""
_SHIPPED: Final = Delivery()


class Demand(Frozen):
    """
    What customers ask for: how many orders, when, from where, and what is in them.

    Examples
    --------
    >>> demand = Demand(
    ...     start="2026-11-02T00:00:00-05:00",
    ...     days=14,
    ...     orders_per_day=100,
    ...     areas=[Area(location={"lat": 40.7, "lon": -74.0}, scatter_km=20)],
    ... )
    >>> demand.expected_orders
    1400.0
    """

    start: Moment
    """When the first day begins; days and hours are read off this clock throughout."""
    days: Annotated[int, Field(ge=1, le=3660)]
    orders_per_day: Annotated[float, Field(gt=0, le=1e7)]
    """Of an average day, before peaks and trend."""
    areas: tuple[Area, ...] = Field(min_length=1)
    """Where orders go."""
    seasons: Seasons = Seasons()
    basket: Basket = Basket()
    pickup: Part = 0.0
    """Share of orders that customers collect, at a store near their home."""
    pickup_stores: Annotated[int, Field(ge=1, le=100)] = 1
    """Among how many of the nearest stores they choose, with equal chances."""
    pickup_km: Kilometers | None = None
    """How far they go: orders with a longer way are shipped. No limit when None."""
    channels: Shares = Field(default_factory=dict)
    tiers: Shares = Field(default_factory=dict)
    canceled: Part = 0.0
    """Share of orders that are canceled, whole."""
    canceled_after_h: Annotated[float, Field(gt=0, le=24 * 366)] = 6.0
    """Mean delay of a cancellation; delays are exponentially distributed."""
    replenishment: Replenishment | None = None
    """How stock comes in; None is never."""
    prefix: Annotated[Id, Field(max_length=200)] = "o"
    """What every order's id begins with, before its number."""

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if not any(area.weight for area in self.areas):
            message = "areas need a weight above 0"
            raise ValueError(message)
        if not self.expected_orders <= _MOST_ORDERS:
            message = f"would make about {self.expected_orders:.3g} orders"
            raise ValueError(message)
        return self

    def orders_per_hour(self, *, hours: int | None = None) -> FloatArray:
        """
        Return the orders expected in each hour from the start; shape ``(H,)``.

        Parameters
        ----------
        hours
            How many; those of the stream when None.
        """
        count = self.days * 24 if hours is None else hours
        return self.orders_per_day / 24 * self.seasons.factors(self.start, count)

    @property
    def expected_orders(self) -> float:
        """Orders to be expected of the whole stream."""
        return float(self.orders_per_hour().sum())

    @checked
    def expected_units(self, network: Network) -> dict[str, float]:
        """
        Return the units to be expected of the whole stream, by SKU.

        Parameters
        ----------
        network
            The items that are ordered.

        Raises
        ------
        InputError
            If the demand does not fit the network. All faults are listed.
        """
        self.check(network)
        skus = [item.sku for item in network.items]
        units = self.expected_orders * self.basket.units_per_order
        return dict(
            zip(skus, (units * self.basket.popularity(skus)).tolist(), strict=True)
        )

    @checked
    def check(self, network: Network) -> None:
        """
        Refuse a network that lacks what the demand names.

        Parameters
        ----------
        network
            The nodes and items.

        Raises
        ------
        InputError
            If it does. All faults are listed.
        """
        if faults := list(network_faults(self, network)):
            raise InputError(
                Issue(code, join_path("", path), text) for code, path, text in faults
            )

    @checked
    def draw(self, network: Network, seed: int = 0) -> tuple[Event, ...]:
        """
        Draw a stream of events: orders, cancellations and receipts.

        Parameters
        ----------
        network
            Its items are ordered, its stores collected from, its nodes filled up.
        seed
            Equal demand, network and seed give equal events.

        Returns
        -------
        tuple of Event
            By time, as :func:`~domroute.events.in_order` sorts them.

        Raises
        ------
        InputError
            If the demand does not fit the network. All faults are listed.

        Notes
        -----
        Every aspect has a stream of chance of its own: what is changed in one leaves
        the others as they are, as long as they draw for as many orders and lines.
        """
        self.check(network)
        chances = chances_of(seed)
        skus = [item.sku for item in network.items]
        moments = draw_moments(self.orders_per_hour(), chances["arrivals"])
        count = len(moments)
        area, lat, lon = draw_places(self.areas, count, chances["places"])
        lines = draw_lines(
            self.basket,
            skus,
            count,
            BasketChances(
                lines=chances["lines"],
                skus=chances["skus"],
                units=chances["units"],
                affinity=chances["affinity"],
            ),
        )
        drawn = DrawnOrders(
            moments=moments,
            area=area,
            lat=lat,
            lon=lon,
            lines=lines,
            deliveries=self._deliveries(network, lat, lon, chances["pickup"]),
            channels=pick_names(chances["channels"], self.channels, count),
            tiers=pick_names(chances["tiers"], self.tiers, count),
        )
        placed = list(make_orders(drawn, self._start, self.areas, skus, self.prefix))
        events: list[Event] = [
            *self._receipts(network, drawn, chances["receipts"]),
            *placed,
        ]
        events += draw_cancellations(
            placed, self.canceled, self.canceled_after_h, chances["cancellations"]
        )
        return in_order(events)

    @property
    def _start(self) -> datetime:
        # One offset throughout: hours that a clock skips or repeats would be no hours.
        offset = self.start.utcoffset()
        return self.start.astimezone(timezone(offset or timedelta(0)))

    def _deliveries(
        self,
        network: Network,
        lat: FloatArray,
        lon: FloatArray,
        rng: np.random.Generator,
    ) -> list[Delivery]:
        found = [_SHIPPED] * len(lat)
        collects = np.flatnonzero(rng.random(len(lat)) < self.pickup)
        rank = rng.integers(0, self.pickup_stores, len(lat))[collects]
        if not len(collects):
            return found
        stores = [node for node in network.nodes if is_collected_from(node)]
        places = [node.location for node in stores]
        at, km = nearest(lat[collects], lon[collects], places, rank)
        made = [Delivery(method=Method.PICKUP, node=node.id) for node in stores]
        limit = math.inf if self.pickup_km is None else self.pickup_km
        for order, store, way in zip(
            collects.tolist(), at.tolist(), km.tolist(), strict=True
        ):
            if way <= limit:
                found[order] = made[store]
        return found

    def _receipts(
        self, network: Network, drawn: DrawnOrders, rng: np.random.Generator
    ) -> Iterator[Received]:
        how = self.replenishment
        if how is None:
            return
        skus = [item.sku for item in network.items]
        nodes = [node.id for node in network.nodes]
        reviews = how.reviews(self.days)
        moments = drawn.moments[drawn.lines.order]
        units = units_between(reviews, moments, drawn.lines, len(skus))
        per_order = units_lost(self.basket, skus, nodes, how.node_weights)
        expected = _orders_until(self, self.days + how.stock_days)
        phase = rng.random(per_order.shape)
        for day, amounts in draw_receipts(
            how, reviews, expected, per_order=per_order, drawn=units, phase=phase
        ):
            yield from make_receipts(
                self._start + timedelta(days=day), amounts, skus, nodes
            )


def _orders_until(demand: Demand, days: float) -> Callable[[float], float]:
    """Return what tells the orders expected until so many days after the start."""
    hours = math.ceil(days * 24) + 1
    edges = np.concatenate(([0.0], np.cumsum(demand.orders_per_hour(hours=hours))))
    steps = np.arange(hours + 1)
    return lambda day: float(np.interp(day * 24, steps, edges))


@checked
def opening_stock(
    network: Network,
    demand: Demand,
    days_of_cover: float | None = None,
    node_weights: Mapping[str, float] | None = None,
    *,
    seed: int = 0,
) -> Inventory:
    """
    Draw the stock to begin with: so many days of expected demand.

    Parameters
    ----------
    network
        Its nodes hold its items, each of them a row.
    demand
        What is expected.
    days_of_cover
        From the start, with the peaks therein; when None, what the replenishment fills
        up to, its lead time and its days of cover.
    node_weights
        Each node's share of every SKU; when None, those of the replenishment, or all
        alike.
    seed
        Decides which fractions of a unit are rounded up: as often as they are large,
        so that stock is right on average however thin it is spread.

    Raises
    ------
    InputError
        If the demand does not fit the network, or a number is not one. All faults are
        listed.

    Examples
    --------
    >>> from domroute.network import Item, Node
    >>> here = {"lat": 40.7, "lon": -74.0}
    >>> network = Network(nodes=[Node(id="N", location=here)], items=[Item(sku="A")])
    >>> demand = Demand(
    ...     start="2026-11-02T00:00:00Z",
    ...     days=7,
    ...     orders_per_day=10,
    ...     areas=[Area(location=here)],
    ...     basket={"lines": [1], "units": [1]},
    ... )
    >>> opening_stock(network, demand, 5).available("N", "A")
    50
    """
    faults = list(network_faults(demand, network))
    how = demand.replenishment
    days = how.stock_days if days_of_cover is None and how else days_of_cover
    weights = how.node_weights if node_weights is None and how else node_weights or {}
    faults += stock_faults(network, days, weights)
    if faults or days is None:
        raise InputError(
            Issue(code, join_path("", path), text) for code, path, text in faults
        )
    rng = chances_of(seed)["stock"]
    skus = [item.sku for item in network.items]
    nodes = [node.id for node in network.nodes]
    exact = units_lost(demand.basket, skus, nodes, weights)
    exact *= _orders_until(demand, days)(days)
    units = np.floor(exact)
    units += rng.random(exact.shape) < exact - units
    return Inventory.from_columns(
        [node for _ in skus for node in nodes],
        [sku for sku in skus for _ in nodes],
        units.ravel(),
        velocity=exact.ravel() / days,
    )


@checked
def demand_from_json(
    data: bytes | str, network: Network, *, where: str = "input"
) -> Demand:
    """
    Read demand from a JSON object, and check it against a network.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8; ``Demand.model_dump_json()`` writes it.
    network
        The nodes and items that it may name.
    where
        What to call the text where it is no JSON at all.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed, of shape and of names alike.

    Examples
    --------
    >>> text = '{"days": 0, "basket": {"skus": {"Z": 1}}, "areas": []}'
    >>> demand_from_json(text, Network(nodes=[], items=[]))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 6 faults in the input
      start: is required [missing]
      days: should be greater than or equal to 1, got 0 [out_of_range]
      orders_per_day: is required [missing]
      areas: should have at least 1 item after validation, not 0 [out_of_range]
      basket: has nothing to hold: the network has no items [empty]
      basket.skus.Z: 'Z' is not an item of the network [unknown_id]
    """
    raw, issues = parse_json(data, where)
    made: Demand | None = None
    try:
        made = Demand.model_validate(raw)
    except ValidationError as error:
        issues += issues_from(error, "", raw)
    issues += [
        Issue(code, join_path("", path), text)
        for code, path, text in network_faults(raw if made is None else made, network)
    ]
    if issues or made is None:
        raise InputError(issues)
    return made
