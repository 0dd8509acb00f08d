"""What the tables of a scenario name in vain, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domroute.costs import Quotes
from domroute.digital import digital_faults, digital_of
from domroute.errors import Issue
from domroute.kits import kits_of, substitute_faults
from domroute.ledger import Inventory
from domroute.names import (
    Known,
    is_unknown,
    reference_faults,
    references_of,
    unknown,
)
from domroute.network import Network
from domroute.orders import Order
from domroute.scenario.kits import kit_faults
from domroute.scenario.tables import ENTRIES, Entry, entries_of
from domroute.scenario.times import time_faults
from domroute.scenario.transfers import lane_faults
from domroute.validation import join_path


def known_of(network: Network, orders: Iterable[Order] | None = None) -> Known:
    """
    Gather the names that the tables of a scenario may use.

    Examples
    --------
    >>> known_of(Network(nodes=[], items=[])).services  # the bundled tariff
    frozenset({'parcel'})
    """
    ids = {
        entry.name: frozenset(
            getattr(row, entry.key[0]) for row in getattr(network, entry.name)
        )
        for entry in entries_of("network")
    }
    ids["services"] = frozenset(network.carrier_ids)
    kits, digital = kits_of(network.items), digital_of(network.items)
    if orders is None:
        return Known(ids, kits=kits, digital=digital)
    lines = {each.id: {line.id for line in each.lines} for each in orders}
    return Known(ids, lines, kits=kits, digital=digital)


def network_issues(network: Network, known: Known) -> Iterator[Issue]:
    """List what the rows of a network name in vain, and times that say too little."""
    for entry in entries_of("network"):
        if references_of(entry.row):
            for at, row in enumerate(getattr(network, entry.name)):
                yield from _issues_of(entry, at, row, known)
    for at, (code, path, sentence) in time_faults(
        network.nodes,
        (*network.services, *network.calendars, *network.lanes),
        has_zone=network.time_zone is not None,
    ):
        yield Issue(code, join_path(f"nodes[{at}]", path), sentence)
    for at, (code, path, sentence) in kit_faults(network.items):
        yield Issue(code, join_path(f"items[{at}]", path), sentence)
    for at, (code, path, sentence) in lane_faults(network.lanes, network.service_ids):
        yield Issue(code, join_path(f"lanes[{at}]", path), sentence)


def stock_issues(inventory: Inventory, known: Known) -> Iterator[Issue]:
    """List what stock names in vain, each name once."""
    entry = ENTRIES["stock"]
    ids = {"node": inventory.node_ids, "sku": inventory.skus}
    for ref in references_of(entry.row):
        if ref.names is not None:
            there = known.of(ref.names)
            for name in ids[ref.field]:
                if is_unknown(name, there):
                    path = (entry.name, ref.field)
                    code, path_in, text = unknown(path, name, ref.names.what)
                    yield Issue(code, join_path("", path_in), text)


def order_issues(orders: Iterable[Order], known: Known) -> Iterator[Issue]:
    """List what orders name in vain."""
    entry = ENTRIES["orders"]
    for at, order in enumerate(orders):
        yield from _issues_of(entry, at, order, known)
        faults = substitute_faults(order, known.kits)
        faults += digital_faults(order, known.digital)
        for code, path, sentence in faults:
            yield Issue(code, join_path(f"orders[{at}]", path), sentence)


def quote_issues(quotes: Quotes, known: Known) -> Iterator[Issue]:
    """List what quotes name in vain, by their table and place."""
    for entry in entries_of("quotes"):
        for at, key in enumerate(getattr(quotes, entry.field)):
            row = dict(zip(entry.key, key, strict=False))
            yield from _issues_of(entry, at, row, known)


def _issues_of(entry: Entry, at: int, row: object, known: Known) -> Iterator[Issue]:
    where = f"{'.'.join(entry.place)}[{at}]"
    for code, path, sentence in reference_faults(entry.row, row, known):
        yield Issue(code, join_path(where, path), sentence)
