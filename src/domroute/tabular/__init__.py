"""Scenarios as tables: the column contract, and the way there and back."""

from domroute.tabular.cells import read_cells, read_text_cells, write_text_cell
from domroute.tabular.columns import (
    COLUMNS,
    INBOUND_COLUMNS,
    ITEM_COLUMNS,
    LINE_COLUMNS,
    NODE_COLUMNS,
    OPTIONAL_TABLES,
    ORDER_COLUMNS,
    SHIPMENT_QUOTE_COLUMNS,
    STOCK_COLUMNS,
    UNIT_QUOTE_COLUMNS,
    WORKLOAD_QUOTE_COLUMNS,
    Column,
)
from domroute.tabular.reading import (
    QUOTE_TABLES,
    Table,
    check_header,
    draft_of,
    orders_of,
    rows_of,
    stock_of,
)
from domroute.tabular.writing import tables_of

__all__ = [
    "COLUMNS",
    "INBOUND_COLUMNS",
    "ITEM_COLUMNS",
    "LINE_COLUMNS",
    "NODE_COLUMNS",
    "OPTIONAL_TABLES",
    "ORDER_COLUMNS",
    "QUOTE_TABLES",
    "SHIPMENT_QUOTE_COLUMNS",
    "STOCK_COLUMNS",
    "UNIT_QUOTE_COLUMNS",
    "WORKLOAD_QUOTE_COLUMNS",
    "Column",
    "Table",
    "check_header",
    "draft_of",
    "orders_of",
    "read_cells",
    "read_text_cells",
    "rows_of",
    "stock_of",
    "tables_of",
    "write_text_cell",
]
