"""Pandas in and out: a frame per table, with the columns of the column contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from domroute.arguments import checked
from domroute.calendars import Calendar
from domroute.costs import Quotes
from domroute.errors import InputError, Issue
from domroute.files.intake import (
    Draft,
    Rows,
    read_orders,
    read_quotes,
    read_scenario,
    read_stock,
    read_table,
)
from domroute.files.tabular import (
    COLUMNS,
    OPTIONAL_TABLES,
    Table,
    draft_of,
    orders_of,
    rows_of,
    stock_of,
    tables_of,
)
from domroute.files.tabular.framing import frame_of, read_frame
from domroute.ledger.inventory import Inventory
from domroute.names import Known
from domroute.network import Item, Node
from domroute.orders import Order
from domroute.policy import Policy
from domroute.scenario import Scenario
from domroute.scenario.tables import ENTRIES, entries_of
from domroute.services import Service
from domroute.validation import Frozen

if TYPE_CHECKING:
    import pandas as pd

M = TypeVar("M", bound=Frozen)


@checked
def nodes_from_frame(frame: pd.DataFrame) -> tuple[Node, ...]:
    """
    Read nodes from a frame with the columns of ``NODE_COLUMNS``.

    Parameters
    ----------
    frame
        One row per node; absent cells are None or NaN.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": ["N1"], "lat": [40.7], "lon": [-74.0]})
    >>> nodes_from_frame(frame)[0].id
    'N1'
    """
    return _read_rows(Node, "nodes", frame)


@checked
def items_from_frame(frame: pd.DataFrame) -> tuple[Item, ...]:
    """
    Read items from a frame with the columns of ``ITEM_COLUMNS``.

    Parameters
    ----------
    frame
        One row per item.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> items_from_frame(pd.DataFrame({"sku": [101], "weight_kg": [1.2]}))[0].sku
    '101'
    """
    return _read_rows(Item, "items", frame)


def _read_rows(model: type[M], name: str, frame: pd.DataFrame) -> tuple[M, ...]:
    issues: list[Issue] = []
    rows = rows_of(read_frame(name, frame, issues))
    made = read_table(model, rows, ENTRIES[name].key[0], issues)
    _raise_if_any(issues)
    return tuple(made)


@checked
def inventory_from_frame(
    frame: pd.DataFrame, *, inbound: pd.DataFrame | None = None
) -> Inventory:
    """
    Read stock from a frame with the columns of ``STOCK_COLUMNS``.

    Parameters
    ----------
    frame
        One row per node and SKU.
    inbound
        What arrives later, with the columns of ``INBOUND_COLUMNS``.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"node": ["N1"], "sku": ["A"], "on_hand": [5]})
    >>> inventory_from_frame(frame)
    Inventory(1 rows, 1 nodes, 1 skus)
    """
    issues: list[Issue] = []
    coming = None if inbound is None else read_frame("inbound", inbound, issues)
    columns = stock_of(read_frame("stock", frame, issues), coming)
    inventory = read_stock(columns, Known(), issues)
    if inventory is None:
        raise InputError(issues)
    _raise_if_any(issues)
    return inventory


@checked
def orders_from_frame(orders: pd.DataFrame, lines: pd.DataFrame) -> tuple[Order, ...]:
    """
    Read orders from a frame of orders and one of their lines.

    Parameters
    ----------
    orders, lines
        With the columns of ``ORDER_COLUMNS`` and ``LINE_COLUMNS``.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"id": ["o1"], "lat": [40.0], "lon": [-75.1]})
    >>> lines = pd.DataFrame(
    ...     {"order": ["o1"], "id": ["l1"], "sku": ["A"], "quantity": [2]}
    ... )
    >>> orders_from_frame(orders, lines)[0].lines[0].quantity
    2
    """
    issues: list[Issue] = []
    heads = read_frame("orders", orders, issues)
    rows = orders_of(heads, read_frame("lines", lines, issues), issues)
    made = read_orders(rows, Known(), issues)
    _raise_if_any(issues)
    return tuple(made)


@checked
def quotes_from_frames(
    *,
    shipments: pd.DataFrame | None = None,
    units: pd.DataFrame | None = None,
    workload: pd.DataFrame | None = None,
) -> Quotes:
    """
    Read quotes from frames.

    Parameters
    ----------
    shipments, units, workload
        With the columns of ``SHIPMENT_QUOTE_COLUMNS``, ``UNIT_QUOTE_COLUMNS`` and
        ``WORKLOAD_QUOTE_COLUMNS``.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"order": ["o1"], "node": ["N1"], "cost": [8.75]})
    >>> quotes_from_frames(shipments=frame).shipments
    {('o1', 'N1'): 8.75}
    """
    issues: list[Issue] = []
    given = {"shipments": shipments, "units": units, "workload": workload}
    rows: dict[str, Rows | None] = {
        entry.name: rows_of(read_frame(entry.name, frame, issues))
        for entry in entries_of("quotes")
        if (frame := given[entry.field]) is not None
    }
    quotes = read_quotes(rows, Known(), issues)
    _raise_if_any(issues)
    return quotes


@checked
def scenario_from_frames(
    frames: Mapping[str, pd.DataFrame],
    *,
    name: str = "scenario",
    services: Iterable[Service] = (),
    calendars: Iterable[Calendar] = (),
    time_zone: str | None = None,
    policy: Policy | None = None,
) -> Scenario:
    """
    Read a scenario from frames, and check the tables against each other.

    Parameters
    ----------
    frames
        By the names in ``COLUMNS``: ``nodes``, ``items``, ``stock``, ``orders`` and
        ``lines`` at least.
    name
        What to call it.
    services
        The carriers' products; none means the bundled tariff.
    calendars
        When places work and carriers run.
    time_zone
        The IANA time zone of places that name none.
    policy
        The default policy when not given.

    Raises
    ------
    InputError
        If anything is wrong. All faults of all tables are listed.

    Examples
    --------
    >>> from domroute.network import Network
    >>> empty = Scenario("empty", Network(nodes=[], items=[]), Inventory())
    >>> scenario_from_frames(to_frames(empty), name="empty") == empty
    True
    """
    issues = [
        Issue(
            "unknown_field", str(table), f"is no table; known are {', '.join(COLUMNS)}"
        )
        for table in frames
        if table not in COLUMNS
    ]
    issues += [
        Issue("missing", table, "is required, a frame")
        for table in COLUMNS
        if table not in frames and table not in OPTIONAL_TABLES
    ]
    tables: dict[str, Table | None] = {
        table: read_frame(table, frames[table], issues)
        for table in COLUMNS
        if table in frames
    }
    draft: Draft = draft_of(tables)
    draft.name = name
    draft.tables["services"] = Rows.of("services", list(services))
    draft.tables["calendars"] = Rows.of("calendars", list(calendars))
    draft.time_zone = time_zone
    draft.policy = Policy() if policy is None else policy
    draft.issues = [*issues, *draft.issues]
    return read_scenario(draft)


@checked
def to_frames(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """
    Return the tables of a scenario as frames, by name.

    Cells that hold several words are text with ``|`` between them; moments are in UTC.
    Services, calendars and policy nest too deep for a frame: they go beside the frames,
    as ``scenario.network.services`` and the like, and so does the network's time zone.

    Parameters
    ----------
    scenario
        What to write. Tables of inbound stock and quotes are left out where empty.

    Examples
    --------
    >>> from domroute.network import Network
    >>> empty = Scenario("empty", Network(nodes=[], items=[]), Inventory())
    >>> list(to_frames(empty)["stock"].columns)[:6]
    ['node', 'sku', 'on_hand', 'reserved', 'safety', 'velocity']
    """
    return {name: frame_of(table) for name, table in tables_of(scenario).items()}


def _raise_if_any(issues: list[Issue]) -> None:
    if issues:
        raise InputError(issues)
