"""Frames of a run small enough to add up by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

FRAMES = {
    "orders": "order attempts channel tier units filled unfilled canceled lead_h",
    "shipments": "shipment order node kind service method distance_km units status",
    "contents": "shipment order line sku quantity unit_price unit_cost",
    "costs": "order shipment term amount nature",
    "unfilled": "order line sku quantity reason cost unit_price unit_cost",
    "returns": "order line sku quantity node way to_stock cost",
    "rejections": "order node kind units is_lost cause",
    "stock": "at node kind units",
    "decisions": "orders seconds is_wave attempt",
}


@dataclass
class Run:
    """What a replay gives, as far as KPIs look at it."""

    tables: dict[str, pd.DataFrame]
    start: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    end: datetime = datetime(2026, 3, 5, tzinfo=UTC)


def run(**rows):
    """Make a run from rows, a list of tuples per frame; without rows, no rows."""
    return Run(
        {
            name: pd.DataFrame(rows.get(name, []), columns=columns.split())
            for name, columns in FRAMES.items()
        }
    )


def four_orders():
    """
    Four orders, of which one was split and routed again, one left, one canceled.

    o1: 3 units, from d1 and, after s1 refused it, from s2. o2: 2 units collected at s1,
    one comes back. o3: 2 units wanted, none there. o4: canceled before it left.
    """
    return run(
        orders=[
            ("o1", 2, "web", "gold", 3, 3, 0, 0, 30.0),
            ("o2", 1, "app", None, 2, 2, 0, 0, 10.0),
            ("o3", 1, "web", None, 2, 0, 2, 0, float("nan")),
            ("o4", 1, "web", None, 1, 0, 0, 1, float("nan")),
        ],
        shipments=[
            ("1", "o1", "d1", "dc", "parcel", "ship", 100.0, 2, "delivered"),
            ("2", "o1", "s1", "store", "parcel", "ship", 10.0, 1, "rejected"),
            ("3", "o1", "s2", "store", "parcel", "ship", 50.0, 1, "in_transit"),
            ("4", "o2", "s1", "store", None, "pickup", 5.0, 2, "delivered"),
            ("5", "o4", "d1", "dc", "parcel", "ship", 70.0, 1, "canceled"),
        ],
        contents=[
            ("1", "o1", "a", "A", 2, 10.0, 6.0),
            ("2", "o1", "b", "B", 1, 20.0, 11.0),
            ("3", "o1", "b", "B", 1, 20.0, 11.0),
            ("4", "o2", "a", "A", 2, 10.0, 6.0),
            ("5", "o4", "a", "A", 1, 10.0, 6.0),
        ],
        costs=[
            ("o1", "1", "shipping", 7.0, "cash"),
            ("o1", "1", "stock_value", 3.0, "value"),
            ("o1", "3", "shipping", 5.0, "cash"),
            ("o1", None, "rule:near", 2.0, "penalty"),
            ("o2", "4", "handling", 1.0, "cash"),
            ("o2", None, "returns", 2.0, "cash"),
            ("o3", None, "unfilled", 100.0, "penalty"),
        ],
        unfilled=[
            ("o3", "a", "A", 1, "not_enough_stock", 50.0, 10.0, 6.0),
            ("o3", "b", "B", 1, "split_limit", 50.0, 20.0, 11.0),
        ],
        returns=[("o2", "a", "A", 1, "s2", "store", True, 2.0)],
        rejections=[("o1", "s1", "store", 1, False, "chance")],
        stock=[
            ("2026-03-01", "d1", "dc", 8),
            ("2026-03-01", "s1", "store", 4),
            ("2026-03-01", "s2", "store", 0),
            ("2026-03-02", "d1", "dc", 6),
            ("2026-03-02", "s1", "store", 2),
            ("2026-03-02", "s2", "store", 0),
        ],
        decisions=[(1, 0.002, False, 1), (3, 0.003, True, 1), (1, 0.001, False, 2)],
    )
