"""From drawn arrays to orders and events; a stream of chance for every aspect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from domroute.errors import InputError, Issue
from domroute.events import Canceled, Placed, Received
from domroute.geography import Location
from domroute.orders import Delivery, Line, Order
from domroute.streams.areas import Area
from domroute.streams.baskets import DrawnLines
from domroute.units import FloatArray, IntArray
from domroute.wording import shorten

# New aspects go to the end: those before keep their streams, and so what was drawn.
_ASPECTS: Final = (
    *("arrivals", "places", "lines", "skus", "units", "affinity", "pickup"),
    *("channels", "tiers", "cancellations", "stock", "receipts"),
)
_HOUR: Final = 3600 * 10**6
"""Microseconds."""
_MAX_SEED: Final = 2**128


def chances_of(seed: int) -> dict[str, np.random.Generator]:
    """
    Give every aspect of a stream a generator of its own.

    What one aspect draws does not move what another does: other baskets come at the
    same moments.

    Parameters
    ----------
    seed
        A whole number, not negative.

    Raises
    ------
    InputError
        If it is none.

    Notes
    -----
    Independent streams by ``numpy.random.SeedSequence.spawn`` [1]_.

    References
    ----------
    .. [1] O'Neill, M. E. (2015). Developing a seed_seq alternative. *pcg-random.org*.

    Examples
    --------
    >>> chances_of(7)["arrivals"].random() == chances_of(7)["arrivals"].random()
    True
    """
    if not 0 <= seed < _MAX_SEED:
        text = f"should be a whole number that is not negative, got {shorten(seed)}"
        raise InputError([Issue("out_of_range", "seed", text)])
    parts = np.random.SeedSequence(seed).spawn(len(_ASPECTS))
    return {
        name: np.random.default_rng(part)
        for name, part in zip(_ASPECTS, parts, strict=True)
    }


def draw_moments(per_hour: FloatArray, rng: np.random.Generator) -> IntArray:
    """
    Draw when orders come: a Poisson process whose rate changes every hour.

    Parameters
    ----------
    per_hour
        Orders expected in each hour; shape ``(H,)``.
    rng
        Where chance comes from.

    Returns
    -------
    IntArray
        Microseconds from the start, ascending; shape ``(O,)``.

    Notes
    -----
    Given how many come in an hour, a Poisson number, they come at moments uniform in
    it.

    Examples
    --------
    >>> draw_moments(np.zeros(24), np.random.default_rng(0)).shape
    (0,)
    """
    counts = rng.poisson(per_hour)
    hours = np.repeat(np.arange(len(per_hour)), counts)
    within = rng.integers(0, _HOUR, len(hours))
    return np.sort(hours * _HOUR + within)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnOrders:
    """
    Orders as columns, by the moment they are placed; each of length ``O``.

    Attributes
    ----------
    moments
        Microseconds from the start; shape ``(O,)``.
    area, lat, lon
        The position of the area, and degrees; shape ``(O,)``.
    """

    moments: IntArray
    area: IntArray
    lat: FloatArray
    lon: FloatArray
    lines: DrawnLines
    deliveries: Sequence[Delivery]
    channels: Sequence[str | None]
    tiers: Sequence[str | None]


def make_orders(
    drawn: DrawnOrders,
    start: datetime,
    areas: Sequence[Area],
    skus: Sequence[str],
    prefix: str,
) -> Iterator[Placed]:
    """
    Turn columns into orders, numbered from one.

    Parameters
    ----------
    drawn
        The columns.
    start
        From which moments count.
    areas, skus
        What positions stand for.
    prefix
        What every id begins with.

    Examples
    --------
    >>> import inspect
    >>> inspect.isgeneratorfunction(make_orders)
    True
    """
    # Nothing is validated here: all of it was made from fields that were. A test
    # holds what comes out against the validation.
    count = len(drawn.moments)
    digits = len(str(count))
    edges = np.searchsorted(drawn.lines.order, np.arange(count + 1)).tolist()
    sku, units = drawn.lines.sku.tolist(), drawn.lines.units.tolist()
    made: dict[tuple[int, int, int], Line] = {}  # most lines are like others

    def line(key: tuple[int, int, int]) -> Line:
        if key not in made:
            at, which, quantity = key
            made[key] = Line.model_construct(
                id=f"l{at}", sku=skus[which], quantity=quantity
            )
        return made[key]

    columns = zip(
        drawn.moments.tolist(),
        drawn.area.tolist(),
        drawn.lat.tolist(),
        drawn.lon.tolist(),
        drawn.deliveries,
        drawn.channels,
        drawn.tiers,
        strict=True,
    )
    for at, (moment, area, lat, lon, delivery, channel, tier) in enumerate(columns):
        middle = areas[area].location
        low, high = edges[at], edges[at + 1]
        order = Order.model_construct(
            id=f"{prefix}{at + 1:0{digits}d}",
            lines=tuple(
                line((rank, sku[i], units[i]))
                for rank, i in enumerate(range(low, high), start=1)
            ),
            destination=Location.model_construct(
                lat=lat,
                lon=lon,
                postal_code=middle.postal_code,
                region=middle.region,
                country=middle.country,
            ),
            placed_at=start + timedelta(microseconds=moment),
            delivery=delivery,
            channel=channel,
            tier=tier,
        )
        yield Placed.model_construct(event="placed", order=order)


def draw_cancellations(
    placed: Sequence[Placed],
    share: float,
    mean_hours: float,
    rng: np.random.Generator,
) -> list[Canceled]:
    """
    Draw which orders are canceled, after delays that are exponentially distributed.

    Parameters
    ----------
    placed
        The orders.
    share
        Of orders that are canceled.
    mean_hours
        From order to cancellation.
    rng
        Where chance comes from.

    Examples
    --------
    >>> draw_cancellations([], 0.5, 1.0, np.random.default_rng(0))
    []
    """
    is_canceled = rng.random(len(placed)) < share
    delays = np.ceil(rng.exponential(mean_hours * _HOUR, len(placed)))
    return [
        Canceled.model_construct(
            event="canceled",
            at=event.at + timedelta(microseconds=delay),
            order=event.order.id,
        )
        for event, delay, is_it in zip(
            placed, delays.tolist(), is_canceled.tolist(), strict=True
        )
        if is_it
    ]


def make_receipts(
    at: datetime, units: IntArray, skus: Sequence[str], nodes: Sequence[str]
) -> Iterator[Received]:
    """
    Turn units into receipts, where there are any.

    Parameters
    ----------
    at
        When they come in.
    units
        Shape ``(K, N)``.
    skus, nodes
        What positions stand for; of length ``K`` and ``N``.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    >>> [r.quantity for r in make_receipts(noon, np.array([[3, 0]]), "A", ["N1", "S"])]
    [3]
    """
    rows, columns = np.nonzero(units)
    amounts = units[rows, columns].tolist()
    for row, column, units_in in zip(
        rows.tolist(), columns.tolist(), amounts, strict=True
    ):
        yield Received.model_construct(
            event="received",
            at=at,
            node=nodes[column],
            sku=skus[row],
            quantity=units_in,
        )
