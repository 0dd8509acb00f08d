"""One named bundle of input: network, inventory, orders, policy and quotes, checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from domroute.arguments import checked
from domroute.costs import Quotes
from domroute.errors import InputError, Issue
from domroute.ledger.inventory import Inventory
from domroute.ledger.stock import Inbound
from domroute.network import Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.scenario.naming import (
    known_of,
    network_issues,
    order_issues,
    quote_issues,
    stock_issues,
)
from domroute.scenario.references import policy_faults, tell_doubts
from domroute.scenario.tables import entries_of
from domroute.scenario.times import tell_deadlines
from domroute.tables import html_pairs, text_pairs
from domroute.validation import join_path
from domroute.wording import is_text, shorten

_POLICY: Final = Policy()
_QUOTES: Final = Quotes()
_NEAR: Final = 0.75
"""How alike two ids are, from 0 to 1, for one to be meant by the other."""
MAX_NAME: Final = 256
"""Characters in the name of a scenario, at most."""


@checked
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scenario:
    """
    A named bundle of everything a router needs, in which all names are known.

    Two scenarios are equal if all their parts are; inventories are compared by their
    rows, by what is reserved and by the capacity taken. All of these are saved and
    loaded with the scenario.

    Parameters
    ----------
    name
        What it is called.
    network, inventory, orders, policy, quotes
        Its parts.

    Raises
    ------
    InputError
        If an order is given twice, a part names what another does not have, or the hard
        rules leave no node at all. All such faults are listed.

    Warns
    -----
    UnmatchedWarning
        If a filter of the policy asks for a kind, group or tag that no node has.
    BackorderWarning
        If lines may wait for stock, and no term of the policy prices that.
    DeadlineWarning
        If an order is needed before it was placed.

    Examples
    --------
    >>> from domroute.network import Node
    >>> scenario = Scenario(
    ...     name="smallest",
    ...     network=Network(
    ...         nodes=[Node(id="N1", location={"lat": 40.7, "lon": -74.0})], items=[]
    ...     ),
    ...     inventory=Inventory(),
    ... )
    >>> scenario
    Scenario('smallest', 1 nodes, 0 items, 0 stock rows, 0 orders)
    """

    name: str
    network: Network
    inventory: Inventory
    orders: tuple[Order, ...] = ()
    policy: Policy = _POLICY
    quotes: Quotes = _QUOTES

    def __post_init__(self) -> None:
        object.__setattr__(self, "orders", tuple(self.orders))
        if issues := list(_issues_of(self)):
            raise InputError(issues)
        tell_doubts(self.policy, self.network, stacklevel=5)
        tell_deadlines(self.orders, self.network, stacklevel=5)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return (
            self.name == other.name
            and self.network == other.network
            and self.orders == other.orders
            and self.policy == other.policy
            and self.quotes == other.quotes
            and self.inventory == other.inventory
        )

    __hash__ = None  # type: ignore[assignment]  # the ledger inside may change

    def order(self, order_id: str) -> Order:
        """
        Return an order by its id.

        Raises
        ------
        InputError
            If there is none; an id is text, also where it is made of digits.
        """
        for order in self.orders:
            if order.id == order_id:
                return order
        text = f"{shorten(order_id)} is not an order of {shorten(self.name)}"
        ids = [each.id for each in self.orders]
        near = get_close_matches(str(order_id), ids, n=1, cutoff=_NEAR)
        if not isinstance(order_id, str) and str(order_id) in ids:
            text += "; ids are text"
        if near:
            text += f"; did you mean {shorten(near[0])}?"
        elif ids:
            text += f"; its ids are text, such as {shorten(ids[0])}"
        raise InputError([Issue("unknown_id", "order_id", text)])

    def summary(self) -> list[tuple[str, str]]:
        """Return labels and values that say what is in it."""
        quotes = [getattr(self.quotes, entry.field) for entry in entries_of("quotes")]
        counts = [
            (entry, len(getattr(self.network, entry.name)))
            for entry in entries_of("network")
        ]
        return [
            ("scenario", self.name),
            *(
                (e.name, f"{count:,}")
                for e, count in counts
                if not e.is_left_out(count)
            ),
            ("stock rows", f"{len(self.inventory):,}"),
            ("orders", f"{len(self.orders):,}"),
            ("lines", f"{sum(len(order.lines) for order in self.orders):,}"),
            ("quotes", f"{sum(map(len, quotes)):,}"),
            ("policy", self.policy.version),
        ]

    def __repr__(self) -> str:
        network = self.network
        counts = f"{len(network.nodes)} nodes, {len(network.items)} items"
        stock = f"{len(self.inventory)} stock rows"
        return f"Scenario({self.name!r}, {counts}, {stock}, {len(self.orders)} orders)"

    def __str__(self) -> str:
        return text_pairs(self.summary())

    def _repr_html_(self) -> str:
        return html_pairs(self.summary())


def _issues_of(scenario: Scenario) -> Iterator[Issue]:
    network = scenario.network
    known = known_of(network, scenario.orders)
    if not (scenario.name.strip() and len(scenario.name) <= MAX_NAME):
        text = f"should be a name, got {shorten(scenario.name)}"
        yield Issue("out_of_range", "name", text)
    if not is_text(scenario.name):
        text = f"is not valid Unicode, got {shorten(scenario.name)}"
        yield Issue("wrong_type", "name", text)
    yield from network_issues(network, known)
    yield from stock_issues(scenario.inventory, known)
    for at in repeated_at(order.id for order in scenario.orders):
        sentence = f"{scenario.orders[at].id!r} appears more than once"
        yield Issue("duplicate_id", f"orders[{at}].id", sentence)
    yield from order_issues(scenario.orders, known)
    for code, path, sentence in policy_faults(scenario.policy, network):
        yield Issue(code, join_path("policy", path), sentence)
    yield from quote_issues(scenario.quotes, known)


def repeated_at(names: Iterable[object]) -> list[int]:
    """
    Return the positions at which a name is not new.

    Examples
    --------
    >>> repeated_at(["a", "b", "a", None, None])
    [2]
    """
    seen: set[str] = set()
    again: list[int] = []
    for at, name in enumerate(names):
        if isinstance(name, str):
            if name in seen:
                again.append(at)
            seen.add(name)
    return again


def inbound_of(inventory: Inventory) -> dict[tuple[str, str], tuple[Inbound, ...]]:
    """
    Return what arrives later, by (node, SKU), where anything does.

    Examples
    --------
    >>> inbound_of(Inventory())
    {}
    """
    return {(row.node, row.sku): row.inbound for row in inventory if row.inbound}
