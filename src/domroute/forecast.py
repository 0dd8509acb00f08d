"""What is expected: kinds of orders, and how many of each are to come."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Self

from pydantic import model_validator

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.geography import Location
from domroute.orders import Delivery, Order
from domroute.units import Units
from domroute.validation import Frozen

Key = tuple[object, ...]


class ExpectedOrders(Frozen):
    """
    One kind of order, by an example, and how many of it are expected.

    Examples
    --------
    >>> from domroute.orders import Line
    >>> example = Order(
    ...     id="gloves to Boston",
    ...     destination=Location(lat=42.36, lon=-71.06),
    ...     lines=[Line(id="l1", sku="gloves", quantity=1)],
    ... )
    >>> ExpectedOrders(order=example, number=12.5).number
    12.5
    """

    order: Order
    """When it was placed does not matter: orders of its kind are to come."""
    number: Units
    """Orders of this kind that are expected; need not be whole."""


class Forecast(Frozen):
    """
    The orders expected until some moment: kinds of orders, and their numbers.

    Examples
    --------
    Two orders of a past week that differ in nothing but their ids, and in where they
    go by less than half a degree, are of one kind; half as many are expected:

    >>> from domroute.orders import Line
    >>> def order(name, lat):
    ...     return Order(
    ...         id=name,
    ...         destination=Location(lat=lat, lon=-71.06),
    ...         lines=[Line(id="l1", sku="gloves", quantity=1)],
    ...     )
    >>> past = [order("o1", 42.36), order("o2", 42.38), order("o3", 40.71)]
    >>> forecast = Forecast.from_orders(past, scale=0.5)
    >>> [(row.order.id, row.number) for row in forecast.rows]
    [('o1', 1.0), ('o3', 0.5)]
    >>> forecast.number
    1.5
    """

    rows: tuple[ExpectedOrders, ...] = ()

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        counts = Counter(row.order.id for row in self.rows)
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            message = f"example orders with an id given more than once: {twice}"
            raise ValueError(message)
        return self

    @property
    def number(self) -> float:
        """How many orders are expected in all."""
        return sum(row.number for row in self.rows)

    @classmethod
    @checked
    def from_orders(
        cls, orders: Iterable[Order], *, scale: float = 1.0, degrees: float = 0.5
    ) -> Self:
        """
        Expect what came before: equal orders of a past window are counted as one kind.

        Orders are equal if they ask for the same and go about to the same place, that
        is into the same square of a grid; what they are called and when they were
        placed does not matter. The one with the first id is the example.

        Parameters
        ----------
        orders
            The orders of the window.
        scale
            How many orders are expected for each of them: days until the horizon,
            divided by days of the window.
        degrees
            Width of a square of the grid, of latitude and longitude; zero tells any
            two places apart.

        Raises
        ------
        InputError
            If one of the two is no number from zero up.
        """
        issues = [
            Issue("out_of_range", name, f"{value!r} should be a number, 0 or above")
            for name, value in (("scale", scale), ("degrees", degrees))
            if not 0 <= value < math.inf
        ]
        if issues:
            raise InputError(issues)
        kinds: dict[Key, list[Order]] = {}
        for order in sorted(orders, key=lambda order: order.id):
            kinds.setdefault(_kind_of(order, degrees), []).append(order)
        return cls(
            rows=tuple(
                ExpectedOrders(order=alike[0], number=len(alike) * scale)
                for alike in kinds.values()
            )
        )


def _kind_of(order: Order, degrees: float) -> Key:
    """Say all of an order that decides how it may be routed."""

    def way_of(delivery: Delivery | None) -> Key | None:
        if delivery is None:
            return None
        to = _square(delivery.to, degrees)
        rest = (delivery.method, delivery.node, delivery.radius_km, delivery.services)
        return to, *rest

    lines = []
    for line in order.lines:
        delivery = way_of(line.delivery)
        plain = line.model_copy(update={"id": "-", "delivery": None})
        lines.append((plain, delivery))
    lines.sort(key=lambda pair: (pair[0].sku, pair[0].quantity, repr(pair)))
    rest = (
        order.channel,
        order.tier,
        order.value,
        order.priority,
        order.weight,
        order.tags,
    )
    place = _square(order.destination, degrees)
    return tuple(lines), place, way_of(order.delivery), rest


def _square(place: Location | None, degrees: float) -> Key | None:
    """Find the square of the grid that a place is in."""
    if place is None:
        return None
    if degrees <= 0:
        return place.country, place.lat, place.lon
    return place.country, place.lat // degrees, place.lon // degrees
