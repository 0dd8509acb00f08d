"""One history made into many: a bootstrap of whole blocks of days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from domroute.arguments import kept
from domroute.errors import InputError, Issue
from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
    in_order,
)
from domroute.orders import Order
from domroute.replay.placing import placed
from domroute.scenario import Scenario
from domroute.wording import shorten

_A_DAY: Final = timedelta(days=1)
_LEAST: Final = 2
"""Blocks of which a bootstrap can be made at all."""
_STAYS: Final = (Received, Closed, Reopened)
"""What happens to nodes, whatever customers do."""
_FOLLOWS: Final = (Rejected, Canceled, Returned)
"""What befalls an order, and comes with it."""
_EVENTS: Final = (Placed, *_STAYS, *_FOLLOWS)


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """
    A stream for every seed, put together from whole blocks of days of one history.

    Made by :func:`resampled`; call it with a scenario and a seed.

    Attributes
    ----------
    days
        In a block.
    blocks
        Whole blocks of the history; each stream has as many.
    left_out
        Orders of the last days, which make no whole block.
    start
        The midnight that blocks are counted from, by the clock of the first order.
    """

    days: int
    blocks: int
    left_out: int
    start: datetime
    _orders: tuple[tuple[Placed, ...], ...]
    _follows: dict[str, tuple[Event, ...]]
    _stays: tuple[Event, ...]

    def __call__(self, scenario: Scenario, seed: int) -> tuple[Event, ...]:
        """
        Draw a stream: as many blocks as history has, one after another.

        Parameters
        ----------
        scenario
            It may have no quotes: they are by order, and drawn orders are new ones.
        seed
            Whole number, 0 or above; equal seeds give equal streams.

        Raises
        ------
        InputError
            If the scenario has quotes.
        """
        quotes = scenario.quotes
        if any((quotes.shipments, quotes.units, quotes.workload)):
            text = "are by order, and drawn orders are new ones: leave them out"
            raise InputError([Issue("contradictory", "quotes", text)])
        drawn = np.random.default_rng(seed).integers(self.blocks, size=self.blocks)
        events: list[Event] = list(self._stays)
        for place, block in enumerate(drawn.tolist()):
            later = (place - block) * self.days * _A_DAY
            for event in self._orders[block]:
                name = f"{event.order.id}@{place + 1}"
                events.append(Placed(order=_moved(event.order, name, later)))
                for more in self._follows.get(event.order.id, ()):
                    update = {"order": name, "at": more.at + later}
                    events.append(more.model_copy(update=update))
        return in_order(events)


@kept
def resampled(history: Scenario | Iterable[Event], *, days: int = 7) -> Resampled:
    r"""
    Make a stream out of one history: whole blocks of its days, drawn again and again.

    A history happened once, and how it would differ next time it does not say. This
    takes its blocks for what trade is like, draws as many of them as it has, with
    replacement, and sets them one after another: the block bootstrap [1]_. The spread
    of KPIs over such streams is about that of histories as long as this one, so
    :func:`.compare` and :func:`.benefits` make intervals of it that get no narrower
    however many seeds there are.

    Parameters
    ----------
    history
        What happened, as :func:`.history_from_frames` reads it; or a scenario, whose
        own orders are taken.
    days
        In a block; 7 keep weekdays where they are, as do multiples of it.

    Returns
    -------
    Resampled
        The stream: a function of a scenario and a seed.

    Raises
    ------
    InputError
        If there are no events, an order has no block, ``days`` is no whole number above
        0, or the history has fewer than two whole blocks.

    Notes
    -----
    What it assumes:

    * Blocks are draws of the same trade, independent of each other. A trend, a season
      longer than a block, or a promotion that is to come, is in no stream as such; what
      hangs together within a block (weekdays, a rush and its aftermath) is.
    * Orders bring with them what befell them: refusals, cancellations and returns, as
      long after as they came. What happens to nodes (receipts, closures) stays at its
      own time: a block that is drawn twice brings twice the orders and not twice the
      stock, as with a forecast that was wrong.
    * Two weeks are two blocks, of which four streams can be made. Ten blocks and more
      are worth trusting.

    Days are of 24 hours, counted from the midnight before the first order, by its
    clock. Orders of the last days that make no whole block are left out, and counted.

    References
    ----------
    .. [1] Carlstein, E. (1986). The use of subseries values for estimating the variance
       of a general statistic from a stationary sequence. *Annals of Statistics* 14(3).

    Examples
    --------
    >>> from domroute.instances import load
    >>> retailer = load("us_retail", size="small")
    >>> stream = resampled(retailer)
    >>> stream.blocks, stream.left_out
    (2, 1)

    By the clock of the first order, the last one is placed on the fifteenth day.

    >>> events = stream(retailer, 1)
    >>> events == stream(retailer, 1), events == stream(retailer, 2)
    (True, False)
    """
    happened = _read(history)
    length: object = days
    issues = []
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        text = f"{shorten(days)} should be a whole number of days, 1 or above"
        issues.append(Issue("out_of_range", "days", text))
    orders = [event for event in happened if isinstance(event, Placed)]
    if not orders:
        issues.append(Issue("empty", "history", "nothing is ordered in it"))
    if issues:
        raise InputError(issues)
    first, last = orders[0].at, orders[-1].at
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    whole = (last - start) // _A_DAY + 1
    count = whole // days
    if count < _LEAST:
        text = f"{whole} days make no two blocks of {days}: give a longer one, or days="
        raise InputError([Issue("out_of_range", "history", text)])
    blocks: list[list[Placed]] = [[] for _ in range(count)]
    left_out = 0
    for event in orders:
        at = (event.at - start) // (days * _A_DAY)
        if at < count:
            blocks[at].append(event)
        else:
            left_out += 1
    return Resampled(
        days=days,
        blocks=count,
        left_out=left_out,
        start=start,
        _orders=tuple(map(tuple, blocks)),
        _follows=_by_order(happened),
        _stays=tuple(event for event in happened if isinstance(event, _STAYS)),
    )


def _read(history: object) -> tuple[Event, ...]:
    if isinstance(history, Scenario):
        return in_order(placed(history))
    events = tuple(history) if isinstance(history, Iterable) else (history,)
    for at, event in enumerate(events):
        if not isinstance(event, _EVENTS):
            text = f"{shorten(event)} should be an event of domroute.events"
            raise InputError([Issue("wrong_type", f"history[{at}]", text)])
    return in_order(events)


def _by_order(events: Sequence[Event]) -> dict[str, tuple[Event, ...]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        if isinstance(event, _FOLLOWS):
            found.setdefault(event.order, []).append(event)
    return {name: tuple(mine) for name, mine in found.items()}


def _moved(order: Order, name: str, later: timedelta) -> Order:
    at = order.placed_at
    update = {"id": name, "placed_at": None if at is None else at + later}
    return order.model_copy(update=update)
