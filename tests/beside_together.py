"""
What a router says of deliveries that come on one date, beside every plan there is.

As ``beside``: each function takes a seed and yields what is not as brute force has it.
"""

from __future__ import annotations

import math
import warnings

from beside_alike import is_near
from daily_worlds import drawn_daily
from domroute.errors import BackorderWarning
from domroute.router import Router
from domroute.verify import verify
from plain_daily import DailyWorld
from plain_dated import DatedWorld
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked
from plain_together import best_of
from together_worlds import drawn_together, having

METHODS = ("auto", "subset", "mip")


def come_together(made):
    """Have every delivery of a world come on one date."""
    orders = having(made.orders, lambda own: own.model_copy(update={"together": True}))
    return made._replace(orders=orders)


def together_beside(seed, counts):
    """Route one order by each exact method, of three kinds of world in turn."""
    name, made, kind = _WORLDS[seed % len(_WORLDS)](seed)
    best = best_of(made, kind)
    cost = math.inf if best is None else best.cost
    wanted = "infeasible" if best is None else "optimal"
    counts[f"together {name} {wanted}"] += 1
    for method in METHODS:
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BackorderWarning)
            router = Router(made.network, made.inventory, policy)
        result = router.route(made.order, quotes=made.quotes)
        if not is_near(result.cost, cost):
            yield f"costs {result.cost}, not {cost}, by {method}"
        if result.status != wanted:
            yield f"{result.status}, not {wanted}, by {method}"
        asked = result, made.order, made.network, made.inventory, policy
        for fault in verify(*asked, quotes=made.quotes):
            yield f"the judge says {fault}, by {method}"


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
