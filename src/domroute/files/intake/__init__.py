"""Raw tables in, checked objects out, or every fault that stands in the way."""

from domroute.files.intake.draft import (
    Draft,
    lines_of,
    read_network,
    read_orders,
    read_quotes,
    read_scenario,
    read_table,
)
from domroute.files.intake.rows import MAX_FAULTS, Rows, capped, plain_locate, read_rows
from domroute.files.intake.stock import StockColumns, read_stock, stock_of_records

__all__ = [
    "MAX_FAULTS",
    "Draft",
    "Rows",
    "StockColumns",
    "capped",
    "lines_of",
    "plain_locate",
    "read_network",
    "read_orders",
    "read_quotes",
    "read_rows",
    "read_scenario",
    "read_stock",
    "read_table",
    "stock_of_records",
]
