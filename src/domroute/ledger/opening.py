"""What a ledger is opened with, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from domroute.errors import Issue
from domroute.ledger.columns import check_lengths, read_ids, read_numbers, refuse
from domroute.ledger.given import check_kind, is_id
from domroute.ledger.layout import Layout
from domroute.ledger.shelf import Cell
from domroute.ledger.stock import Inbound, Restriction, StockColumns
from domroute.validation import wrong_type


def checked(columns: StockColumns) -> StockColumns:
    """
    Check columns of stock, and return them as arrays.

    Raises
    ------
    InputError
        With every fault of every column.
    """
    issues: list[Issue] = []
    read = StockColumns(
        node=read_ids("node", columns.node, issues),
        sku=read_ids("sku", columns.sku, issues),
        on_hand=read_numbers("on_hand", columns.on_hand, issues),
        reserved=read_numbers("reserved", columns.reserved, issues),
        safety=read_numbers("safety", columns.safety, issues),
        velocity=read_numbers(
            "velocity", columns.velocity, issues, may_be_unknown=True
        ),
        inbound=columns.inbound,
        restricted=columns.restricted,
    )
    issues += check_lengths(
        {
            "node": read.node,
            "sku": read.sku,
            "on_hand": read.on_hand,
            "reserved": read.reserved,
            "safety": read.safety,
            "velocity": read.velocity,
        }
    )
    refuse(issues)
    return read


def coming_of(
    inbound: Mapping[Cell, tuple[Inbound, ...]], layout: Layout
) -> dict[str, dict[str, tuple[Inbound, ...]]]:
    """
    Sort what arrives later by SKU and then node.

    Raises
    ------
    InputError
        If some of it has no row, or is not inbound units. All faults are listed.
    """
    check_kind("inbound", inbound, Mapping, "units by (node, SKU)")
    found: dict[str, dict[str, tuple[Inbound, ...]]] = {}
    issues = []
    for (node, sku), parts in inbound.items():
        where = f"inbound of {sku!r} at {node!r}"
        if layout.row(node, sku) is None:
            issues.append(Issue("unknown_stock", where, "there is no such row"))
        given: tuple[object, ...] = tuple(parts)
        wrong = [part for part in given if not isinstance(part, Inbound)]
        issues += [
            Issue("wrong_type", where, f"should be an Inbound, got {part!r:.60}")
            for part in wrong
        ]
        if parts:
            found.setdefault(sku, {})[node] = tuple(parts)
    refuse(issues)
    return found


def restricted_of(
    given: Mapping[Cell, Restriction], layout: Layout
) -> dict[str, dict[str, Restriction]]:
    """
    Sort what restricts units on hand by SKU and then node.

    Raises
    ------
    InputError
        If some of it has no row, or is none. All faults are listed.
    """
    check_kind("restricted", given, Mapping, "restrictions by (node, SKU)")
    found: dict[str, dict[str, Restriction]] = {}
    issues = []
    for (node, sku), one in given.items():
        where = f"restriction of {sku!r} at {node!r}"
        if layout.row(node, sku) is None:
            issues.append(Issue("unknown_stock", where, "there is no such row"))
        read = read_restriction(where, one, issues)
        if read is not None:
            found.setdefault(sku, {})[node] = read
    refuse(issues)
    return found


def read_restriction(
    where: str, given: object, issues: list[Issue]
) -> Restriction | None:
    """
    Check what should restrict units on hand; None if nothing does.

    Parameters
    ----------
    where
        Of what it is said.
    given
        The restriction.
    issues
        Where faults go.

    Examples
    --------
    >>> issues = []
    >>> read = read_restriction("stock", Restriction("soon", {"web": -1.0}), issues)
    >>> for issue in issues:
    ...     print(issue)
    stock.expires_on: should be a date, got a str [wrong_type]
    stock.allocated.web[0]: should be from 0 to 1e+12, got -1.0 [out_of_range]
    """
    if not isinstance(given, Restriction):
        issues.append(wrong_type(where, given, "a Restriction"))
        return None
    last: object = given.expires_on
    if last is not None and (not isinstance(last, date) or isinstance(last, datetime)):
        issues.append(wrong_type(f"{where}.expires_on", last, "a date"))
    units = {}
    for name, value in given.allocated.items():
        if is_id(name):
            read = read_numbers(f"{where}.allocated.{name}", [value], issues)
            units[name] = float(read[0])
        else:
            text = f"should be a channel, got {name!r:.60}"
            issues.append(Issue("wrong_type", f"{where}.allocated", text))
    return Restriction.of(given.expires_on, units)
