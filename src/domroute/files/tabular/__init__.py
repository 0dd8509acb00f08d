"""Scenarios and histories as tables: the columns, and the way there and back."""

from domroute.files.tabular.cells import read_cells, read_text_cells, write_text_cell
from domroute.files.tabular.columns import (
    COLUMNS,
    HISTORY_COLUMNS,
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
    columns_of,
)
from domroute.files.tabular.reading import (
    Table,
    check_header,
    draft_of,
    orders_of,
    rows_of,
    stock_of,
)
from domroute.files.tabular.writing import (
    table_of,
    table_of_rows,
    tables_of,
    tables_of_orders,
)

__all__ = [
    "COLUMNS",
    "HISTORY_COLUMNS",
    "INBOUND_COLUMNS",
    "ITEM_COLUMNS",
    "LINE_COLUMNS",
    "NODE_COLUMNS",
    "OPTIONAL_TABLES",
    "ORDER_COLUMNS",
    "SHIPMENT_QUOTE_COLUMNS",
    "STOCK_COLUMNS",
    "UNIT_QUOTE_COLUMNS",
    "WORKLOAD_QUOTE_COLUMNS",
    "Column",
    "Table",
    "check_header",
    "columns_of",
    "draft_of",
    "orders_of",
    "read_cells",
    "read_text_cells",
    "rows_of",
    "stock_of",
    "table_of",
    "table_of_rows",
    "tables_of",
    "tables_of_orders",
    "write_text_cell",
]
