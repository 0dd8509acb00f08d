"""The shortest way to say what is still to come, and orders that may wait for it."""

import warnings
from datetime import UTC, datetime, timedelta

from builders import network, node, order
from domroute.errors import BackorderWarning
from domroute.ledger import Inbound, Inventory, Stock
from domroute.policy import Policy
from domroute.promise.window import tick_of
from domroute.router import Router
from domroute.sourcing.offers import tabulate
from domroute.split.atoms import atoms_of

# A node without a calendar works always and does nothing to an order: what waits for
# stock leaves at the moment from which that may be used.
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TUE, WED, THU = (NOW + timedelta(days=days) for days in (1, 2, 3))
PLACED, AT_TUE, AT_WED, AT_THU = (tick_of(when) for when in (NOW, TUE, WED, THU))
WAITS = Policy(costs=[], unfilled_penalty=50.0, allow_backorder=True)


def row(sku, on_hand, *parts, at="N1", **fields):
    """Make a row of stock: ``row("A", 1, (TUE, 5))``."""
    inbound = [Inbound(at=when, quantity=units) for when, units in parts]
    return Stock(node=at, sku=sku, on_hand=on_hand, inbound=inbound, **fields)


def wants(*lines, name="o1", placed=NOW, **fields):
    """Order at a moment; whole numbers are lines."""
    return order(name, *lines, placed_at=placed, **fields)


def router_of(rows, *nodes, policy=WAITS, items="AB", services=(), **fields):
    """Make a router over rows of stock, or a ledger; a node N1 unless told."""
    made = network(*(nodes or (node("N1"),)), items=items, services=services)
    held = rows if isinstance(rows, Inventory) else Inventory(rows)
    with warnings.catch_warnings():
        # Most of these tests wait for nothing, so that one cost at a time is looked at.
        warnings.simplefilter("ignore", BackorderWarning)
        return Router(made, held, policy.model_copy(update=fields))


def offers_of(router, wanted, *, is_alone=True):
    """Lay out what may be done for an order, alone or beside others."""
    compiled = router._compiled.at(router.inventory.snapshot())
    return compiled.offers(wanted, None, is_alone=is_alone)


def table_of(offers):
    """See offers side by side, over the parts of the order."""
    return tabulate(offers, atoms_of(offers.problem))


def left_by(result):
    """List the shipments of a plan: from where, what, and when it could leave."""
    return sorted(
        (
            part.node_id,
            "".join(f"{one.sku}{one.quantity}" for one in part.contents),
            (part.stock_at or NOW).strftime("%a"),
        )
        for part in result.plan.shipments
    )
