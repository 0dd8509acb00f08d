"""History as tables: orders and what befell them, read into events, checked whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.events import (
    Canceled,
    Closed,
    Event,
    Placed,
    Rejected,
    Reopened,
    Returned,
    in_order,
)
from domroute.files.folder import read_tables
from domroute.files.intake import Rows, capped, lines_of, read_orders, read_rows
from domroute.files.tabular import Table, orders_of, rows_of
from domroute.files.tabular.framing import read_frame
from domroute.names import Known, reference_faults
from domroute.network import Network
from domroute.orders import Order
from domroute.scenario.naming import known_of
from domroute.scenario.rows import Closure
from domroute.scenario.tables import ENTRIES, Entry, entries_of
from domroute.validation import Fault
from domroute.wording import shorten

if TYPE_CHECKING:
    import pandas as pd

_ABOUT_ORDERS: Final = (Rejected, Canceled, Returned)


@checked
def history_from_frames(
    network: Network,
    *,
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    receipts: pd.DataFrame | None = None,
    rejections: pd.DataFrame | None = None,
    closures: pd.DataFrame | None = None,
    cancellations: pd.DataFrame | None = None,
    returns: pd.DataFrame | None = None,
) -> tuple[Event, ...]:
    """
    Read a history from frames, and check its tables against each other.

    Parameters
    ----------
    network
        The nodes and items that history may name.
    orders, lines
        As those of a scenario, but every order needs ``placed_at``.
    receipts, rejections, closures, cancellations, returns
        With the columns of ``domroute.files.tabular.HISTORY_COLUMNS``; None is none.

    Returns
    -------
    tuple of Event
        By time, as :func:`~domroute.events.in_order` sorts them.

    Raises
    ------
    InputError
        If anything is wrong. All faults of all tables are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> from domroute.network import Item, Node
    >>> network = Network(
    ...     nodes=[Node(id="N1", location={"lat": 40.7, "lon": -74.0})],
    ...     items=[Item(sku="A")],
    ... )
    >>> orders = pd.DataFrame(
    ...     {
    ...         "id": ["o1"],
    ...         "lat": [40.0],
    ...         "lon": [-75.1],
    ...         "placed_at": ["2026-01-31T12:00:00Z"],
    ...     }
    ... )
    >>> lines = pd.DataFrame(
    ...     {"order": ["o1"], "id": ["l1"], "sku": ["A"], "quantity": [2]}
    ... )
    >>> noon = {"at": ["2026-01-31T12:00:00Z"], "node": ["N1"]}
    >>> receipts = pd.DataFrame({**noon, "sku": ["A"], "quantity": [5]})
    >>> found = history_from_frames(
    ...     network, orders=orders, lines=lines, receipts=receipts
    ... )
    >>> [event.event for event in found]
    ['received', 'placed']
    """
    given: dict[str, Any] = {
        "orders": orders,
        "lines": lines,
        "receipts": receipts,
        "rejections": rejections,
        "closures": closures,
        "cancellations": cancellations,
        "returns": returns,
    }
    issues: list[Issue] = []
    tables: dict[str, Table | None] = {}
    for name, frame in given.items():
        if frame is None and ENTRIES[name].is_optional:
            continue
        found: list[Issue] = []
        with suppress(InputError):  # no frame at all: that is found as well
            tables[name] = read_frame(name, frame, found)
        issues += found
    return _history_of(tables, network, issues)


@checked
def history_from_folder(path: Path | str, network: Network) -> tuple[Event, ...]:
    """
    Read a history from a folder of CSV or Parquet tables.

    Parameters
    ----------
    path
        The folder. It holds ``orders`` and ``lines`` as ``.csv`` or ``.parquet``, and
        may hold ``receipts``, ``rejections``, ``closures``, ``cancellations`` and
        ``returns``. It may be the folder of a scenario: other files are left alone.
    network
        The nodes and items that history may name.

    Raises
    ------
    InputError
        If anything is wrong. All faults of all tables are listed.

    Examples
    --------
    >>> history_from_folder("no/such/folder", Network(nodes=[], items=[]))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 2 faults in the input
      orders: is required: orders.csv or orders.parquet [missing]
      lines: is required: lines.csv or lines.parquet [missing]
    """
    issues: list[Issue] = []
    tables = read_tables(Path(path), entries_of("orders", "history"), issues)
    return _history_of(tables, network, issues)


@dataclass(frozen=True, slots=True)
class _Past:
    """The orders of a history: those that could be read, and the names of all."""

    orders: Mapping[str, Order]
    known: Known


def _history_of(
    tables: Mapping[str, Table | None], network: Network, issues: list[Issue]
) -> tuple[Event, ...]:
    past = _read_orders(tables, known_of(network), issues)
    events: list[Event] = [
        Placed(order=order)
        for order in past.orders.values()
        if order.placed_at is not None
    ]
    for entry in entries_of("history"):
        if (table := tables.get(entry.name)) is not None:
            events += _read_events(entry, table, past, issues)
    if issues:
        raise InputError(issues)
    return in_order(events)


def _read_orders(
    tables: Mapping[str, Table | None], known: Known, issues: list[Issue]
) -> _Past:
    heads, lines = tables.get("orders"), tables.get("lines")
    if heads is None or lines is None:
        return _Past({}, known)
    rows = orders_of(heads, lines, issues)
    made = read_orders(rows, known, issues)
    text = "is required: when it was placed"
    if "placed_at" not in heads.cells:
        issues.append(Issue("missing", "orders.placed_at", text))
    else:
        fault: Fault = ("missing", ("placed_at",), text)
        absent = [at for at, x in enumerate(heads.cells["placed_at"]) if x is None]
        found = [issue for at in absent for issue in rows.issues(at, [fault])]
        issues += capped(found, rows.name)
    if "id" in heads.cells and {"order", "id"} <= lines.cells.keys():
        # Nothing is said of orders that cannot be known: that is one fault already.
        known = Known(known.ids, lines_of(rows), "history")
    return _Past({order.id: order for order in made}, known)


def _read_events(
    entry: Entry, table: Table, past: _Past, issues: list[Issue]
) -> list[Event]:
    rows = rows_of(table)
    made = read_rows(entry.row, rows, issues)
    found: list[Issue] = []
    returned: Counter[tuple[str, str]] = Counter()
    closures: list[tuple[int, Closure]] = []
    events: list[Event] = []
    for at, (record, row) in enumerate(zip(rows.records, made, strict=False)):
        found += rows.issues(at, reference_faults(entry.row, record, past.known))
        if isinstance(row, _ABOUT_ORDERS):
            found += rows.issues(at, _order_faults(row, past.orders, returned))
        if isinstance(row, Closure):
            closures.append((at, row))
            events += _events_of(row)
        elif row is not None:
            events.append(cast("Event", row))
    found += _closure_issues(rows, closures)
    issues += capped(found, rows.name)
    return events


def _order_faults(
    event: Rejected | Canceled | Returned,
    orders: Mapping[str, Order],
    returned: Counter[tuple[str, str]],
) -> Iterator[Fault]:
    """List what cannot be, given the order that an event is about."""
    order = orders.get(event.order)
    if order is None:
        return
    if order.placed_at is not None and event.at < order.placed_at:
        text = f"is before its order was placed, at {order.placed_at.isoformat()}"
        yield "too_early", ("at",), text
    line = next((line for line in order.lines if line.id == event.line), None)
    if line is None or isinstance(event, Canceled) or event.quantity is None:
        return
    units, so_far = event.quantity, ""
    if isinstance(event, Returned):
        returned[order.id, line.id] += event.quantity
        units = returned[order.id, line.id]
        so_far = "" if units == event.quantity else ", with the rows before it"
    if units > line.quantity:
        text = f"makes {units} units{so_far}, more than the {line.quantity} ordered"
        yield "out_of_range", ("quantity",), text


def _closure_issues(rows: Rows, there: list[tuple[int, Closure]]) -> Iterator[Issue]:
    last: dict[str, Closure] = {}
    for at, now in sorted(there, key=lambda pair: pair[1].closed_at):
        if now.reopened_at is not None and now.reopened_at <= now.closed_at:
            text = f"is not after it was closed, at {now.closed_at.isoformat()}"
            yield from rows.issues(at, [("too_early", ("reopened_at",), text)])
            continue
        before = last.get(now.node)
        until = None if before is None else before.reopened_at
        if before is not None and (until is None or until > now.closed_at):
            since = before.closed_at.isoformat()
            text = f"{shorten(now.node)} is closed by then, since {since}"
            yield from rows.issues(at, [("contradictory", ("closed_at",), text)])
        last[now.node] = now


def _events_of(closure: Closure) -> Iterator[Event]:
    yield Closed(at=closure.closed_at, node=closure.node)
    if closure.reopened_at is not None:
        yield Reopened(at=closure.reopened_at, node=closure.node)
