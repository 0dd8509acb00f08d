"""
The real data's orders with what befell them, as events.

Facts, from the tables of thelook: when each order was placed, what was canceled, when
each unit came in, and what was returned when. Illustrative: a canceled order is
canceled an hour after it was placed, before anything leaves; where a unit came in is
drawn from where the example has put all units of its product (`examples/real_run.py`);
and of the units that were never sold only every fifth comes in, so that stock is scarce
enough for decisions to matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from examples.real_run import SEED, TABLES, build_scenario, sku_of

from benchmarks.published import DATA
from domroute import Inventory, Scenario
from domroute.replay import Canceled, Event, Placed, Received, Returned

UNSOLD = 5
"""Of the units that nobody bought, one in so many comes in."""
HAS_DATA = (DATA / TABLES).is_dir()


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A scenario that opens without stock, and all that happens."""

    scenario: Scenario
    events: tuple[Event, ...]


def read_history(*, limit: int | None = None) -> History:
    """
    Read the real run as it happened.

    Parameters
    ----------
    limit
        Only the first orders, and what comes in until the last of them; all if not
        given.
    """
    scenario = build_scenario(DATA, limit)
    last = max(order.placed_at for order in scenario.orders)
    events: list[Event] = [Placed(order=order) for order in scenario.orders]
    events += _canceled(scenario)
    events += _returned(scenario)
    events += [event for event in _received(scenario) if event.at <= last]
    empty = Scenario(
        name=scenario.name,
        network=scenario.network,
        inventory=Inventory(),
        policy=scenario.policy,
    )
    return History(empty, tuple(events))


def _orders() -> pd.DataFrame:
    return pd.read_csv(DATA / TABLES / "orders.csv.gz")


def _canceled(scenario: Scenario) -> list[Event]:
    table = _orders()
    names = {f"o{row:05d}" for row in table[table["status"] == "Cancelled"]["order_id"]}
    return [
        Canceled(at=order.placed_at + timedelta(hours=1), order=order.id)
        for order in scenario.orders
        if order.id in names
    ]


def _returned(scenario: Scenario) -> list[Event]:
    table = pd.read_csv(DATA / TABLES / "order_items.csv.gz").dropna(
        subset=["returned_at"]
    )
    table["at"] = pd.to_datetime(table["returned_at"], format="mixed", utc=True)
    lines = {
        (order.id, line.sku): line.id
        for order in scenario.orders
        for line in order.lines
    }
    events: list[Event] = []
    for row in table.itertuples():
        name = f"o{row.order_id:05d}"
        line = lines.get((name, sku_of(row.product_id)))
        if line is not None:
            events.append(
                Returned(at=row.at.to_pydatetime(), order=name, line=line, quantity=1)
            )
    return events


def _received(scenario: Scenario) -> list[Event]:
    table = pd.read_csv(
        DATA / TABLES / "inventory_items.csv.gz",
        usecols=["id", "product_id", "created_at", "sold_at"],
    )
    is_kept = table["sold_at"].notna() | (table["id"] % UNSOLD == 0)
    table = table[is_kept].sort_values("id")
    at = pd.to_datetime(table["created_at"], format="mixed", utc=True)
    rng = np.random.default_rng([SEED, 1])
    nodes = {
        sku: rng.permutation(_places(scenario.inventory, sku))
        for sku in scenario.inventory.skus
    }
    count = dict.fromkeys(nodes, 0)
    events: list[Event] = []
    for product, moment in zip(table["product_id"], at, strict=True):
        sku = sku_of(product)
        node = str(nodes[sku][count[sku] % len(nodes[sku])])
        count[sku] += 1
        events.append(
            Received(at=moment.to_pydatetime(), node=node, sku=sku, quantity=1)
        )
    return events


def _places(inventory: Inventory, sku: str) -> list[str]:
    """Name the node of every unit that the example has of a product."""
    segment = inventory.segment(sku)
    assert segment is not None
    rows = zip(
        inventory.rows.node[segment], inventory.available_rows[segment], strict=True
    )
    return [inventory.node_ids[node] for node, units in rows for _ in range(units)]
