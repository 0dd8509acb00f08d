"""The raw parts of a scenario, read together so that every fault is listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from domroute.calendars import TimeZone
from domroute.costs import Quotes
from domroute.digital import digital_faults, digital_of
from domroute.errors import InputError, Issue
from domroute.files.intake.rows import Rows, capped, oversized_lists, read_rows
from domroute.files.intake.stock import StockColumns, read_stock
from domroute.kits import kits_of, substitute_faults
from domroute.lanes import Lane
from domroute.ledger import Inventory
from domroute.ledger.keeping import Promised
from domroute.names import (
    Known,
    reference_faults,
    references_of,
)
from domroute.network import Item, Network, Node
from domroute.orders import Order
from domroute.policy import Policy
from domroute.raw import member
from domroute.scenario.bundle import MAX_NAME, Scenario, repeated_at
from domroute.scenario.kits import kit_faults
from domroute.scenario.references import policy_faults
from domroute.scenario.tables import ENTRIES, Entry, entries_of
from domroute.scenario.times import time_faults
from domroute.scenario.transfers import lane_faults
from domroute.services import BUNDLED_SERVICE, Service
from domroute.validation import Fault, Frozen, issues_from, join_path
from domroute.wording import is_text, shorten

M = TypeVar("M", bound=Frozen)
_ORDERS: Final = ENTRIES["orders"]
_ZONE: Final[TypeAdapter[str | None]] = TypeAdapter(TimeZone | None)


@dataclass(slots=True)
class Draft:
    """
    The raw parts of a scenario; a part that could not be read at all is None.

    Attributes
    ----------
    tables
        By name, but for stock. Those of a part that need not be there may be left out.
    promised
        What the ledger has promised, as :class:`.Promised` has it.
    time_zone
        Of places that name none; None where none is given.
    issues
        Faults found so far, to be listed before all others.
    """

    name: object = "scenario"
    tables: dict[str, Rows | None] = field(default_factory=dict)
    stock: StockColumns | None = None
    policy: object = field(default_factory=dict)
    promised: object = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    time_zone: object = None


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
    >>> read_scenario(Draft(name=" ", tables={"nodes": rows}))
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
    network, known = read_network(draft.tables, issues, draft.time_zone)
    inventory = None
    if draft.stock is not None:
        inventory = read_stock(draft.stock, known, issues)
    orders: list[Order] = []
    if (rows := draft.tables.get(_ORDERS.name)) is not None:
        orders = read_orders(rows, known, issues)
        known = replace(known, orders=lines_of(rows))
    policy = _read_policy(draft.policy, network, issues)
    quotes = read_quotes(draft.tables, known, issues)
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
    tables: Mapping[str, Rows | None], issues: list[Issue], time_zone: object = None
) -> tuple[Network | None, Known]:
    """
    Read the tables of a network; it is None if they have faults.

    Parameters
    ----------
    tables
        By name.
    issues
        Where faults go.
    time_zone
        Of places that name none.

    Returns
    -------
    Network and Known
        The names are known even of rows with other faults, which so cause no more.
    """
    before = len(issues)
    made: dict[str, Sequence[Frozen | None]] = {}
    ids: dict[str, frozenset[str]] = {}
    there: dict[Entry, Rows] = {}
    for entry in entries_of("network"):
        rows = tables.get(entry.name)
        if entry.name not in tables and entry.is_optional:
            rows = Rows.of(entry.name, [])
        if rows is not None:
            there[entry] = rows
            made[entry.name] = _read_places(entry.row, rows, entry.key[0], issues)
            ids[entry.name] = _ids(rows, entry.key[0])
    if ids.get("services") == frozenset():
        ids["services"] = frozenset((BUNDLED_SERVICE,))
    services = ids.get("services")
    if services is not None:
        ids["services"] = services | ids.get("lanes", frozenset())
    items = [rows.records for entry, rows in there.items() if entry.row is Item]
    rows_of_items = list(chain.from_iterable(items))
    known = Known(ids, kits=kits_of(rows_of_items), digital=digital_of(rows_of_items))
    for entry, rows in there.items():
        _refuse_unknown(entry, rows, known, issues)
    zone = _read_zone(time_zone, issues)
    issues += _between_rows(tables, made, has_zone=time_zone is not None)
    lacks = any(not (e.is_optional or e in there) for e in entries_of("network"))
    if len(issues) > before or lacks:
        return None, known
    kept = {
        name: [row for row in rows if row is not None] for name, rows in made.items()
    }
    if any(len(kept[entry.name]) < len(rows.records) for entry, rows in there.items()):
        return None, known  # without a word: it was said of their column
    return Network.model_validate({**kept, "time_zone": zone}), known


def _refuse_unknown(
    entry: Entry, rows: Rows, known: Known, issues: list[Issue]
) -> None:
    """Refuse what rows name and is not there."""
    if references_of(entry.row):
        for at, row in enumerate(rows.records):
            issues += rows.issues(at, reference_faults(entry.row, row, known))


def _read_zone(raw: object, issues: list[Issue]) -> str | None:
    try:
        return _ZONE.validate_python(raw)
    except ValidationError as error:
        issues += issues_from(error, "time_zone")
        return None


def _between_rows(
    tables: Mapping[str, Rows | None],
    made: Mapping[str, Sequence[Frozen | None]],
    *,
    has_zone: bool,
) -> Iterator[Issue]:
    """List what rows of a network that are fine by themselves are not together."""
    every = list(chain.from_iterable(made.values()))
    services = [row.id for row in every if isinstance(row, Service)]
    for entry in entries_of("network"):
        rows = tables.get(entry.name)
        if rows is None:
            continue
        mine = made[entry.name]
        if entry.row is Node:
            nodes = [row if isinstance(row, Node) else None for row in mine]
            yield from _placed(rows, time_faults(nodes, every, has_zone=has_zone))
        elif entry.row is Item:
            items = [row if isinstance(row, Item) else None for row in mine]
            yield from _placed(rows, kit_faults(items))
        elif entry.row is Lane:
            lanes = [row if isinstance(row, Lane) else None for row in mine]
            yield from _placed(rows, lane_faults(lanes, services))


def _placed(rows: Rows, faults: Iterable[tuple[int, Fault]]) -> list[Issue]:
    """Say where in a table faults are."""
    found = [issue for at, fault in faults for issue in rows.issues(at, [fault])]
    return capped(found, rows.name)


def read_orders(rows: Rows, known: Known, issues: list[Issue]) -> list[Order]:
    """Read the orders, and check what they name; the good ones are returned."""
    made = read_rows(Order, rows, issues)
    _refuse_repeated(rows, _ORDERS.key[0], len(made), issues)
    found: list[Issue] = []
    for at, (record, order) in enumerate(zip(rows.records, made, strict=False)):
        if order is not None or not oversized_lists(record):
            thing = record if order is None else order
            faults = reference_faults(Order, thing, known)
            if order is not None:
                faults += substitute_faults(order, known.kits)
                faults += digital_faults(order, known.digital)
            found += rows.issues(at, faults)
    issues += capped(found, rows.name)
    return [order for order in made if order is not None]


def read_quotes(
    tables: Mapping[str, Rows | None], known: Known, issues: list[Issue]
) -> Quotes:
    """Read those tables that are of quotes."""
    before = len(issues)
    quotes: dict[str, dict[tuple[str, ...], float]] = {}
    for entry in entries_of("quotes"):
        rows = tables.get(entry.name)
        if rows is None:
            continue
        quotes[entry.field], count = _read_quote_table(entry, rows, issues)
        if not entry.row.model_fields[entry.key[-1]].is_required():
            _refuse_covered(entry, quotes[entry.field], rows, issues)
        found: list[Issue] = []
        for at, record in enumerate(rows.records[:count]):
            found += rows.issues(at, reference_faults(entry.row, record, known))
        issues += capped(found, rows.name)
    if len(issues) > before:
        return Quotes()
    return Quotes.model_validate(quotes)


def _read_quote_table(
    entry: Entry, rows: Rows, issues: list[Issue]
) -> tuple[dict[tuple[str, ...], float], int]:
    quotes: dict[tuple[str, ...], float] = {}
    made = read_rows(entry.row, rows, issues)
    (amount,) = (name for name in entry.row.model_fields if name not in entry.key)
    for at, row in enumerate(made):
        if row is None:
            continue
        ids = (getattr(row, part) for part in entry.key)
        key = tuple(part for part in ids if part is not None)
        if key in quotes:
            text = f"the quote for {', '.join(map(repr, key))} is given more than once"
            issues += rows.issues(at, [("duplicate_id", (), text)])
        quotes[key] = getattr(row, amount)
    return quotes, len(made)


def _refuse_covered(
    entry: Entry,
    quotes: Mapping[tuple[str, ...], float],
    rows: Rows,
    issues: list[Issue],
) -> None:
    """Refuse a quote for one where there is one for all."""
    last = entry.key[-1]
    for at, record in enumerate(rows.records):
        names = [member(record, part) for part in entry.key]
        # What is no text is no name, and may not even be hashable.
        if all(isinstance(x, str) for x in names) and tuple(names[:-1]) in quotes:
            text = f"is quoted for every {last} too; give one or the other"
            issues += rows.issues(at, [("contradictory", (last,), text)])


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
            for code, path, text in policy_faults(policy, network)
        ]
    return policy


def read_table(model: type[M], rows: Rows, key: str, issues: list[Issue]) -> list[M]:
    """Read a table whose ids are in a column; the good rows are returned."""
    made = _read_places(model, rows, key, issues)
    return [row for row in made if row is not None]


def _read_places(
    model: type[M], rows: Rows, key: str, issues: list[Issue]
) -> list[M | None]:
    """Read such a table; None stands in the place of a row with faults."""
    made = read_rows(model, rows, issues)
    _refuse_repeated(rows, key, len(made), issues)
    return made


def _refuse_repeated(rows: Rows, key: str, count: int, issues: list[Issue]) -> None:
    found: list[Issue] = []
    for at in repeated_at(member(record, key) for record in rows.records[:count]):
        text = f"{shorten(member(rows.records[at], key))} appears more than once"
        fault: Fault = ("duplicate_id", (key,), text)
        found += rows.issues(at, [fault])
    issues += capped(found, rows.name)


def _ids(rows: Rows, key: str) -> frozenset[str]:
    return frozenset(_strings(member(record, key) for record in rows.records))


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
