"""The orders of the real run, day by day, with stock that each week is short of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from examples.real_run import SEED, TABLES, build_scenario

from benchmarks.published import DATA
from domroute import Inventory, Order, Router, Scenario

RATIO = 1.1
"""Stock of every product at the start of a week, beside what the week wants of it."""
HAS_DATA = (DATA / TABLES).is_dir()


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """
    The days of a week that have orders, and the stock that the week begins with.

    Attributes
    ----------
    days
        Each with its orders, as they were placed.
    """

    scenario: Scenario
    stock: Inventory
    days: tuple[tuple[date, tuple[Order, ...]], ...]

    def open(self) -> tuple[Router, Inventory]:
        """Begin the week: a router, and the ledger that it reads."""
        ledger = Inventory(self.stock)
        return Router(self.scenario.network, ledger, self.scenario.policy), ledger


def weeks(*, ratio: float = RATIO, latest: int | None = None) -> Iterator[Week]:
    """
    Cut the real run into weeks, Monday to Sunday (UTC), and stock each of them anew.

    The example's stock lasts for all of its years, so that no day would compete for
    it. Here a week has that many times what it wants of each product, at least one unit
    more than that, drawn without return from the units of the example: they lie where
    the example has put them, only fewer.

    Parameters
    ----------
    ratio
        Stock beside demand.
    latest
        How many weeks, counted from the end; all if not given.
    """
    scenario = build_scenario(DATA)
    placed = sorted(scenario.orders, key=lambda order: (order.placed_at, order.id))
    found = [list(some) for _, some in groupby(placed, key=_week_of)]
    for orders in found[-latest:] if latest else found:
        days = groupby(orders, key=_day_of)
        yield Week(
            scenario,
            _thinned(scenario.inventory, orders, ratio),
            tuple((day, tuple(some)) for day, some in days),
        )


def _day_of(order: Order) -> date:
    assert order.placed_at is not None
    return order.placed_at.date()


def _week_of(order: Order) -> tuple[int, int]:
    return _day_of(order).isocalendar()[:2]


def _thinned(inventory: Inventory, orders: list[Order], ratio: float) -> Inventory:
    """Keep about as many units of each product as are wanted."""
    rng = np.random.default_rng([SEED, *_week_of(orders[0])])
    wanted: Counter[str] = Counter()
    for order in orders:
        for line in order.lines:
            wanted[line.sku] += line.quantity
    nodes: list[str] = []
    skus: list[str] = []
    units: list[int] = []
    for sku in sorted(wanted):
        segment = inventory.segment(sku)
        assert segment is not None
        held = inventory.available_rows[segment]
        count = min(int(held.sum()), math.ceil(ratio * wanted[sku]))
        kept = rng.multivariate_hypergeometric(held, count)
        for row in np.flatnonzero(kept).tolist():
            nodes.append(inventory.node_ids[inventory.rows.node[segment][row]])
            skus.append(sku)
            units.append(int(kept[row]))
    return Inventory.from_columns(nodes, skus, np.array(units, float))
