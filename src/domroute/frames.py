"""Pandas in and out: a frame per table, with the columns of the column contract."""

from domroute.files.frames import (
    inventory_from_frame,
    items_from_frame,
    nodes_from_frame,
    orders_from_frame,
    quotes_from_frames,
    scenario_from_frames,
    to_frames,
)
from domroute.files.tabular import (
    COLUMNS,
    INBOUND_COLUMNS,
    ITEM_COLUMNS,
    LINE_COLUMNS,
    NODE_COLUMNS,
    ORDER_COLUMNS,
    SHIPMENT_QUOTE_COLUMNS,
    STOCK_COLUMNS,
    UNIT_QUOTE_COLUMNS,
    WORKLOAD_QUOTE_COLUMNS,
    Column,
)

__all__ = [
    "COLUMNS",
    "INBOUND_COLUMNS",
    "ITEM_COLUMNS",
    "LINE_COLUMNS",
    "NODE_COLUMNS",
    "ORDER_COLUMNS",
    "SHIPMENT_QUOTE_COLUMNS",
    "STOCK_COLUMNS",
    "UNIT_QUOTE_COLUMNS",
    "WORKLOAD_QUOTE_COLUMNS",
    "Column",
    "inventory_from_frame",
    "items_from_frame",
    "nodes_from_frame",
    "orders_from_frame",
    "quotes_from_frames",
    "scenario_from_frames",
    "to_frames",
]
