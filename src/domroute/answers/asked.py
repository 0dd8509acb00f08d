"""What is asked: a network and policy compiled once, stock read at each question."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Self

from domroute.answers.compiled import Compiled
from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.ledger import Inventory, Snapshot
from domroute.network import Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.scenario.references import check_parts, skus_of
from domroute.wording import name_kind


@checked
class Asked:
    """
    A network and a policy, compiled, and the stock that questions are answered from.

    Parameters
    ----------
    network, inventory, policy
        As a router takes them.
    """

    def __init__(
        self,
        network: Network,
        inventory: Inventory | Snapshot,
        policy: Policy | None = None,
    ) -> None:
        policy = Policy() if policy is None else policy
        check_parts(network, policy)
        self.network = network
        self.inventory = inventory
        self.policy = policy
        self._compiled = Compiled.of(network, inventory, policy)
        self._compiled.bind(inventory)

    def with_inventory(self, inventory: Inventory | Snapshot) -> Self:
        """
        Return a router of the same network and policy on other stock.

        Nothing is compiled again, so that a slice of stock, such as what a query
        returns for one order, costs next to nothing.

        Parameters
        ----------
        inventory
            Another ledger, or a snapshot.

        Raises
        ------
        InputError
            If stock names a node or item that the network does not have. All are
            listed.

        Examples
        --------
        >>> from domroute import Inventory, Router, Stock
        >>> from domroute.instances import load
        >>> tiny = load("tiny")
        >>> router = Router(tiny.network, Inventory())
        >>> there = Inventory([Stock(node="dc-reno", sku="mug", on_hand=5)])
        >>> router.with_inventory(there).route(tiny.orders[0]).plan.node_ids
        ('dc-reno',)
        """
        other = copy(self)
        other.inventory = inventory
        self._compiled.bind(inventory)
        other._compiled = self._compiled.at(inventory.snapshot())  # noqa: SLF001
        return other

    def _reading(
        self, orders: Iterable[Order] | None = None, *, of: str = ""
    ) -> Compiled:
        """Read stock once, that of orders or all, as others leave it to one of them."""
        stock = self.inventory.snapshot()
        compiled = self._compiled
        if stock.layout is not compiled.inventory.layout:
            # Rows have come in since: look their names up once, not at every question.
            compiled = self._compiled = compiled.at(stock)
        if orders is not None:
            kits = compiled.arrays.known.kits
            stock = stock.for_order(of).of(skus_of(orders, kits))
        return compiled.at(stock)


def placed(order: Order, now: datetime | None) -> Order:
    """
    Say of an order when it was placed, if it does not say so itself.

    Raises
    ------
    InputError
        Code ``naive_datetime`` or ``wrong_type``, if that is no moment.
    """
    given: object = now
    if given is None:
        return order
    if not isinstance(given, datetime):
        text = f"should be a moment, got {name_kind(given)}"
        raise InputError([Issue("wrong_type", "now", text)])
    if given.tzinfo is None:
        text = "needs its offset from UTC, as in 2026-01-31T12:00:00Z"
        raise InputError([Issue("naive_datetime", "now", text)])
    thing: object = order
    if not isinstance(thing, Order) or order.placed_at is not None:
        return order  # what is no order is told where it is read
    return order.model_copy(update={"placed_at": given})
