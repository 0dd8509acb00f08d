"""
What a router says of deliveries that come on one date, beside every plan there is.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math

from beside_alike import best_beside
from daily_worlds import drawn_daily
from plain_daily import DailyWorld
from plain_dated import DatedWorld
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked
from plain_together import best_of
from together_worlds import drawn_together, having


def come_together(made):
    """Have every delivery of a world come on one date."""
    orders = having(made.orders, lambda own: own.model_copy(update={"together": True}))
    return made._replace(orders=orders)


def together_beside(seed, counts):
    """Route one order by each exact method, of three kinds of world in turn."""
    name, made, kind = _WORLDS[seed % len(_WORLDS)](seed)
    best = best_of(made, kind)
    counts[f"together {name} {'infeasible' if best is None else 'optimal'}"] += 1
    yield from best_beside(made, math.inf if best is None else best.cost)


def _dated(seed):
    """Draw what only has dates."""
    return "dated", drawn_together(seed), DatedWorld


def _stocked(seed):
    """Draw what may wait for stock."""
    return "stocked", come_together(drawn_stocked(f"together {seed}")), StockedWorld


def _daily(seed):
    """Draw what meets limits by the day."""
    return "daily", come_together(drawn_daily(seed)), DailyWorld


_WORLDS = (_dated, _stocked, _daily)
"""Makers of worlds: what has dates, may wait for stock, or meets limits by the day."""
