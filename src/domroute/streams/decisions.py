"""Past decisions, to be scored: which node filled which units of which line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.files.intake import Rows, capped, read_rows
from domroute.files.tabular import rows_of
from domroute.files.tabular.framing import read_frame
from domroute.names import Known, reference_faults
from domroute.network import Network
from domroute.orders import Order
from domroute.scenario.naming import known_of
from domroute.scenario.rows import DecisionRow
from domroute.validation import Fault

if TYPE_CHECKING:
    import pandas as pd


@checked
def decisions_from_frame(
    orders: Iterable[Order], frame: pd.DataFrame, *, network: Network | None = None
) -> dict[str, dict[tuple[str, str], int]]:
    """
    Read past decisions from a frame.

    Parameters
    ----------
    orders
        The orders that were decided.
    frame
        Columns ``order``, ``line``, ``node`` and ``quantity`` (whole units); one row
        per line and node. Units that no row names were left unfilled.
    network
        Where given, nodes must be of it.

    Returns
    -------
    dict
        By order id, in the order of ``orders``, units by (line id, node id); of an
        order without rows an empty one.

    Raises
    ------
    InputError
        If anything is wrong. All faults are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> order = Order(
    ...     id="o1",
    ...     destination={"lat": 40.0, "lon": -75.1},
    ...     lines=[{"id": "l1", "sku": "A", "quantity": 3}],
    ... )
    >>> rows = [("o1", "l1", "N1", 2), ("o1", "l1", "S7", 1)]
    >>> frame = pd.DataFrame(rows, columns=["order", "line", "node", "quantity"])
    >>> decisions_from_frame([order], frame)
    {'o1': {('l1', 'N1'): 2, ('l1', 'S7'): 1}}
    """
    wanted = {order.id: {ln.id: ln.quantity for ln in order.lines} for order in orders}
    known = Known(
        {} if network is None else known_of(network).ids,
        {name: lines.keys() for name, lines in wanted.items()},
        "history",
    )
    issues: list[Issue] = []
    rows = rows_of(read_frame("decisions", frame, issues))
    made = read_rows(DecisionRow, rows, issues)
    found: list[Issue] = []
    for at, record in enumerate(rows.records[: len(made)]):
        found += rows.issues(at, reference_faults(DecisionRow, record, known))
    found += _count_issues(rows, made, wanted)
    issues += capped(found, rows.name)
    if issues:
        raise InputError(issues)
    decided: dict[str, dict[tuple[str, str], int]] = {name: {} for name in wanted}
    for row in made:
        if row is not None:
            decided[row.order][row.line, row.node] = row.quantity
    return decided


def _count_issues(
    rows: Rows, made: list[DecisionRow | None], wanted: dict[str, dict[str, int]]
) -> Iterator[Issue]:
    seen: set[tuple[str, str, str]] = set()
    units: Counter[tuple[str, str]] = Counter()
    for at, row in enumerate(made):
        if row is None:
            continue
        key = (row.order, row.line, row.node)
        faults: list[Fault] = []
        if key in seen:
            text = "this line at this node appears more than once; add its rows up"
            faults.append(("duplicate_id", (), text))
        seen.add(key)
        units[key[:2]] += row.quantity
        most = wanted.get(row.order, {}).get(row.line)
        total = units[key[:2]]
        if most is not None and total > most:
            text = f"makes {total} units of the line, more than the {most} ordered"
            faults.append(("out_of_range", ("quantity",), text))
        yield from rows.issues(at, faults)
