"""The raw parts of a scenario, read together so that every fault is listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import ValidationError

from domroute.costs import Quotes
from domroute.costs.parcel import parcel_service
from domroute.errors import InputError, Issue
from domroute.files.intake.rows import Rows, capped, oversized_lists, read_rows
from domroute.files.intake.stock import StockColumns, read_stock
from domroute.ledger import Inventory
from domroute.ledger.keeping import Promised
from domroute.names import (
    Known,
    member,
    order_faults,
    quote_faults,
    service_faults,
)
from domroute.network import Item, Network, Node, Service
from domroute.orders import Order
from domroute.policy import Policy
from domroute.scenario.bundle import MAX_NAME, Scenario, repeated_at
from domroute.scenario.references import policy_faults
from domroute.units import Id, Money
from domroute.validation import Fault, Frozen, is_text, issues_from, join_path, shorten

M = TypeVar("M", bound=Frozen)


class ShipmentQuote(Frozen):
    """Cost once per shipment of an order from a node, by one service or by any."""

    order: Id
    """Which order."""
    node: Id
    """From which node."""
    service: Id | None = None
    """By which service; any when absent."""
    cost: Money
    """Cost once per shipment."""


class UnitQuote(Frozen):
    """Cost of each unit of a line from a node."""

    order: Id
    """Which order."""
    line: Id
    """Which of its lines."""
    node: Id
    """From which node."""
    cost: Money
    """Cost per unit."""


class WorkloadQuote(Frozen):
    """Capacity that each unit of a line uses at a node."""

    order: Id
    """Which order."""
    line: Id
    """Which of its lines."""
    node: Id
    """From which node."""
    workload: Money
    """Capacity used per unit."""


@dataclass(slots=True)
class Draft:
    """
    The raw parts of a scenario; a part that could not be read at all is None.

    Attributes
    ----------
    promised
        What the ledger has promised, as :class:`.Promised` has it.
    issues
        Faults found so far, to be listed before all others.
    """

    name: object = "scenario"
    nodes: Rows | None = None
    items: Rows | None = None
    services: Rows | None = None
    stock: StockColumns | None = None
    orders: Rows | None = None
    policy: object = field(default_factory=dict)
    quotes: dict[str, Rows] = field(default_factory=dict)
    promised: object = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def read_scenario(draft: Draft) -> Scenario:
    """
    Turn raw parts into a scenario.

    Parameters
    ----------
    draft
        The raw parts.

    Raises
    ------
    InputError
        If anything is wrong. All faults of all parts are listed.

    Examples
    --------
    >>> rows = Rows.of("nodes", [{"id": "N1", "location": {"lat": 95, "lon": 0}}])
    >>> read_scenario(Draft(name=" ", nodes=rows))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 2 faults in the input
      name: should be a name, got ' ' [out_of_range]
      nodes[0].location.lat: should be less than or equal to 90, got 95.0 [out_of_range]
    """
    issues = list(draft.issues)
    if not isinstance(draft.name, str):
        text = f"should be a string, got {shorten(draft.name)}"
        issues.append(Issue("wrong_type", "name", text))
    elif not (draft.name.strip() and len(draft.name) <= MAX_NAME):
        text = f"should be a name, got {shorten(draft.name)}"
        issues.append(Issue("out_of_range", "name", text))
    elif not is_text(draft.name):
        text = f"is not valid Unicode, got {shorten(draft.name)}"
        issues.append(Issue("wrong_type", "name", text))
    network, known = read_network(draft.nodes, draft.items, draft.services, issues)
    inventory = None
    if draft.stock is not None:
        inventory = read_stock(draft.stock, known, issues)
    orders: list[Order] = []
    if draft.orders is not None:
        orders = read_orders(draft.orders, known, issues)
        known = Known(known.nodes, known.skus, known.services, lines_of(draft.orders))
    policy = _read_policy(draft.policy, network, issues)
    quotes = read_quotes(draft.quotes, known, issues)
    _take_up(draft.promised, inventory, issues)
    if issues or network is None or inventory is None or policy is None:
        raise InputError(issues)
    return Scenario(str(draft.name), network, inventory, tuple(orders), policy, quotes)


def _take_up(raw: object, inventory: Inventory | None, issues: list[Issue]) -> None:
    """Have the ledger take up what it had promised."""
    where = "promised"
    try:
        promised = Promised.model_validate(raw)
    except ValidationError as error:
        issues += capped(issues_from(error, where, raw), where)
        return
    if inventory is None or promised.is_empty:
        return
    try:
        inventory.restore(promised, adds=False)
    except InputError as error:
        issues += [
            Issue(issue.code, f"{where}.{issue.where}", issue.message)
            for issue in error.issues
        ]


def read_network(
    nodes: Rows | None, items: Rows | None, services: Rows | None, issues: list[Issue]
) -> tuple[Network | None, Known]:
    """
    Read the tables of a network; it is None if they have faults.

    Returns
    -------
    Network and Known
        The names are known even of rows with other faults, which so cause no more.
    """
    before = len(issues)
    made_nodes = read_table(Node, nodes, "id", issues)
    made_items = read_table(Item, items, "sku", issues)
    made_services = read_table(Service, services, "id", issues)
    known = Known(_ids(nodes, "id"), _ids(items, "sku"), _services(services))
    for at, node in enumerate(() if nodes is None else nodes.records):
        issues += [] if nodes is None else nodes.issues(at, service_faults(node, known))
    if len(issues) > before or nodes is None or items is None:
        return None, known
    if len(made_nodes) < len(nodes.records) or len(made_items) < len(items.records):
        return None, known  # without a word: it was said of their column
    return Network(nodes=made_nodes, items=made_items, services=made_services), known


def read_orders(rows: Rows, known: Known, issues: list[Issue]) -> list[Order]:
    """Read the orders, and check what they name; the good ones are returned."""
    made = read_rows(Order, rows, issues)
    _refuse_repeated(rows, "id", len(made), issues)
    found: list[Issue] = []
    for at, (record, order) in enumerate(zip(rows.records, made, strict=False)):
        if order is not None or not oversized_lists(record):
            faults = order_faults(record if order is None else order, known)
            found += rows.issues(at, faults)
    issues += capped(found, rows.name)
    return [order for order in made if order is not None]


def read_quotes(
    tables: Mapping[str, Rows], known: Known, issues: list[Issue]
) -> Quotes:
    """Read the tables of quotes: ``shipments``, ``units`` and ``workload``."""
    before = len(issues)
    quotes: dict[str, dict[tuple[str, ...], float]] = {}
    for name, rows in tables.items():
        quotes[name], count = _read_quote_table(name, rows, issues)
        if name == "shipments":
            _refuse_covered(quotes[name], rows, issues)
        found: list[Issue] = []
        for at, record in enumerate(rows.records[:count]):
            names = {part: member(record, part) for part in _QUOTE_NAMES}
            found += rows.issues(at, quote_faults(names, known))
        issues += capped(found, rows.name)
    if len(issues) > before:
        return Quotes()
    return Quotes.model_validate(quotes)


_QUOTE_NAMES: Final = ("order", "line", "node", "service")
_QUOTE_MODELS: Final[dict[str, type[Frozen]]] = {
    "shipments": ShipmentQuote,
    "units": UnitQuote,
    "workload": WorkloadQuote,
}


def _read_quote_table(
    name: str, rows: Rows, issues: list[Issue]
) -> tuple[dict[tuple[str, ...], float], int]:
    quotes: dict[tuple[str, ...], float] = {}
    made = read_rows(_QUOTE_MODELS[name], rows, issues)
    for at, row in enumerate(made):
        if row is None:
            continue
        ids = (getattr(row, part, None) for part in _QUOTE_NAMES)
        key = tuple(part for part in ids if part is not None)
        if key in quotes:
            text = f"the quote for {', '.join(map(repr, key))} is given more than once"
            issues += rows.issues(at, [("duplicate_id", (), text)])
        quotes[key] = getattr(row, "workload" if name == "workload" else "cost")
    return quotes, len(made)


def _refuse_covered(
    shipments: Mapping[tuple[str, ...], float], rows: Rows, issues: list[Issue]
) -> None:
    for at, record in enumerate(rows.records):
        order, node = member(record, "order"), member(record, "node")
        is_for_one = isinstance(member(record, "service"), str)
        if is_for_one and (order, node) in shipments:
            text = "is quoted for every service too; give one or the other"
            issues += rows.issues(at, [("contradictory", ("service",), text)])


def _read_policy(
    raw: object, network: Network | None, issues: list[Issue]
) -> Policy | None:
    if faults := oversized_lists(raw):
        issues += [
            Issue(c, join_path("policy", path), text) for c, path, text in faults
        ]
        return None
    try:
        policy = Policy.model_validate(raw)
    except ValidationError as error:
        issues += issues_from(error, "policy", raw)
        return None
    if network is not None:
        issues += [
            Issue(code, join_path("policy", path), text)
            for code, path, text in policy_faults(policy, network.nodes)
        ]
    return policy


def read_table(
    model: type[M], rows: Rows | None, key: str, issues: list[Issue]
) -> list[M]:
    """Read a table whose ids are in a column; the good rows are returned."""
    if rows is None:
        return []
    made = read_rows(model, rows, issues)
    _refuse_repeated(rows, key, len(made), issues)
    return [row for row in made if row is not None]


def _refuse_repeated(rows: Rows, key: str, count: int, issues: list[Issue]) -> None:
    found: list[Issue] = []
    for at in repeated_at(member(record, key) for record in rows.records[:count]):
        text = f"{shorten(member(rows.records[at], key))} appears more than once"
        fault: Fault = ("duplicate_id", (key,), text)
        found += rows.issues(at, [fault])
    issues += capped(found, rows.name)


def _ids(rows: Rows | None, key: str) -> frozenset[str] | None:
    if rows is None:
        return None
    return frozenset(_strings(member(record, key) for record in rows.records))


def _services(rows: Rows | None) -> frozenset[str] | None:
    if rows is None:
        return None
    return _ids(rows, "id") or frozenset((parcel_service().id,))


def lines_of(rows: Rows) -> dict[str, frozenset[str]]:
    """
    List the names of the lines of each raw order, whatever else is wrong with it.

    Examples
    --------
    >>> lines_of(Rows.of("orders", [{"id": "o1", "lines": [{"id": "l1"}]}]))
    {'o1': frozenset({'l1'})}
    """
    found: dict[str, frozenset[str]] = {}
    for record in rows.records:
        order, lines = member(record, "id"), member(record, "lines")
        if isinstance(order, str) and not oversized_lists(record):
            many: Sequence[object] = lines if isinstance(lines, list) else ()
            ids = frozenset(_strings(member(line, "id") for line in many))
            found[order] = found.get(order, frozenset()) | ids  # it may come twice
    return found


def _strings(values: Iterable[object]) -> Iterable[str]:
    return (value for value in values if isinstance(value, str))
