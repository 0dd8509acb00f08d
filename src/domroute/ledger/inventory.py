"""The ledger of stock: what is there, what is promised, and what may still be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from datetime import date, datetime
from typing import Literal, Self

import numpy as np

from domroute.ledger import counting
from domroute.ledger.applying import Applied, apply
from domroute.ledger.chain import Chain
from domroute.ledger.drawers import Drawers
from domroute.ledger.feed import Feed, Frame
from domroute.ledger.given import check_kind
from domroute.ledger.later import Later
from domroute.ledger.layout import Layout
from domroute.ledger.opening import checked, coming_of, restricted_of
from domroute.ledger.pages import cut
from domroute.ledger.periods import Periods
from domroute.ledger.promises import Promises
from domroute.ledger.scope import Scope
from domroute.ledger.shelf import Cell
from domroute.ledger.snapshot import Snapshot
from domroute.ledger.state import State, is_equal
from domroute.ledger.stock import Inbound, Numbers, Restriction, Stock, StockColumns
from domroute.network import Network

_READABLE = (Promises, Snapshot)


class Inventory(Periods):
    """
    Stock by node and SKU, less what has been reserved.

    Routing reads it and changes nothing; ``reserve`` takes a plan's units and capacity
    off, ``release`` gives them back, ``commit`` makes them leave for good.

    Whatever is done to it is done whole or not at all, under any number of threads and
    whenever it is interrupted; what is read is read of one moment.

    Parameters
    ----------
    stock
        One row per (node, SKU), as objects or as columns; a pair given twice is a
        fault. Of another ledger, its rows and what is promised of what arrives.

    Raises
    ------
    InputError
        If a pair appears twice, or a column holds what is no id or no number of units.
        All faults are listed.

    Examples
    --------
    >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5, safety=1)])
    >>> inventory.available("N1", "A"), inventory.available("N1", "B")
    (4, 0)
    """

    def __init__(self, stock: Iterable[Stock] | StockColumns = ()) -> None:
        if isinstance(stock, StockColumns):
            columns = checked(stock)
        else:
            check_kind("stock", stock, Iterable, "rows or columns of stock")
            columns = StockColumns.of(stock)
        layout, order = Layout.of(columns.node, columns.sku)
        figures = np.array(
            [columns.on_hand, columns.reserved, columns.safety, columns.velocity], float
        )[:, order]
        coming = coming_of(columns.inbound, layout)
        relied = stock.snapshot().relied if isinstance(stock, _READABLE) else None
        restricted = Drawers(restricted_of(columns.restricted, layout))
        opened = Snapshot(
            layout,
            cut(figures, layout),
            {},
            Later.of(coming, relied),
            restricted=restricted,
        )
        self._chain = Chain(State(opened))

    @classmethod
    def from_columns(
        cls,
        node: Sequence[str],
        sku: Sequence[str],
        on_hand: Numbers,
        *,
        reserved: Numbers | None = None,
        safety: Numbers | None = None,
        velocity: Numbers | None = None,
        inbound: Mapping[Cell, tuple[Inbound, ...]] | None = None,
        restricted: Mapping[Cell, Restriction] | None = None,
    ) -> Self:
        """
        Build the ledger from columns, without an object per row.

        Parameters
        ----------
        node, sku
            Ids; length ``R``.
        on_hand, reserved, safety
            Units, finite and not negative; shape ``(R,)``.
        velocity
            Units a day, NaN where not known; shape ``(R,)``.
        inbound
            What arrives later, by (node, SKU).
        restricted
            When units on hand expire and for which channels some are, by (node, SKU).

        Raises
        ------
        InputError
            If a pair appears twice, columns are not of one length, or hold what is no
            id or no number of units. All faults are listed.

        Examples
        --------
        >>> Inventory.from_columns(["N1"], ["A"], np.array([3.0])).available("N1", "A")
        3
        """
        given: object = node
        count = len(given) if isinstance(given, Sized) else 0
        nothing, not_known = np.zeros(count), np.full(count, np.nan)
        return cls(
            StockColumns(
                node=node,
                sku=sku,
                on_hand=on_hand,
                reserved=nothing if reserved is None else reserved,
                safety=nothing if safety is None else safety,
                velocity=not_known if velocity is None else velocity,
                inbound=inbound or {},
                restricted=restricted or {},
            )
        )

    # --- reading ----------------------------------------------------------------------

    def __repr__(self) -> str:
        nodes, skus = len(self.node_ids), len(self.skus)
        return f"Inventory({len(self)} rows, {nodes} nodes, {skus} skus)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Inventory):
            return NotImplemented
        return is_equal(self.__getstate__(), other.__getstate__())

    __hash__ = None  # type: ignore[assignment]  # it may change

    # --- counting ---------------------------------------------------------------------

    def adjust(self, node: str, sku: str, units: int) -> None:
        """
        Count units that have come in, or write off units that are gone.

        Parameters
        ----------
        node, sku
            Where and what; the first units of a pair make its row.
        units
            Whole units, negative for those that are gone.

        Raises
        ------
        InputError
            If units are no whole number, or gone where there is no row, or what is
            reserved would no longer be there, or the row would be new and the network
            has no such node or item.

        Examples
        --------
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> inventory.adjust("N1", "A", 3)
        >>> inventory.available("N1", "A")
        8
        """
        self._chain.change(
            lambda state: (counting.adjust(state, node, sku, units), None)
        )

    def receive(
        self,
        node: str,
        sku: str,
        units: int,
        *,
        due: datetime | None = None,
        is_expected: bool = True,
        inbound: datetime | Inbound | None = None,
    ) -> int:
        """
        Take in units: what was inbound is on hand now, and no longer inbound.

        What is promised of it stays promised, of what is on hand then.

        Parameters
        ----------
        node, sku
            Where and what; the first units of a pair make its row.
        units
            Whole units.
        due
            The moment for which they were due; when None, what is due first came first.
        is_expected
            False for units that were not inbound, such as a return.
        inbound
            The same as ``due``: that moment, or the inbound units that were due then.

        Returns
        -------
        int
            How many of them were not expected; they are on hand like the others.

        Raises
        ------
        InputError
            If units are no whole number from 1, or nothing is due then, or the row
            would be new and the network has no such node or item.

        Examples
        --------
        >>> coming = Inbound(at="2026-05-01T08:00:00Z", quantity=10)
        >>> inventory = Inventory(
        ...     [Stock(node="N1", sku="A", on_hand=0, inbound=[coming])]
        ... )
        >>> inventory.receive("N1", "A", 8), inventory.available("N1", "A")
        (0, 8)
        >>> inventory.inbound["N1", "A"][0].quantity
        2.0
        """
        return self._chain.change(
            lambda state: counting.receive(
                state,
                node,
                sku,
                units,
                due=due,
                is_expected=is_expected,
                inbound=inbound,
            )
        )

    def expect(self, node: str, sku: str, inbound: Iterable[Inbound] = ()) -> None:
        """
        Say anew what arrives later at a node; nothing when not given.

        Raises
        ------
        InputError
            If that is not inbound units, or the row would be new and the network has no
            such node or item.
        """
        check_kind("inbound", inbound, Iterable, "Inbound units")
        parts = tuple(inbound)
        self._chain.change(
            lambda state: (counting.expect(state, node, sku, parts), None)
        )

    def restrict(
        self,
        node: str,
        sku: str,
        *,
        expires_on: date | None = None,
        allocated: Mapping[str, float] | None = None,
    ) -> None:
        """
        Say anew when units on hand expire, and for which channels some are.

        Parameters
        ----------
        node, sku
            Where and what; a pair without a row gets one.
        expires_on
            Their last date; None if they keep.
        allocated
            Units that only orders of a channel may take, by channel.

        Raises
        ------
        InputError
            If these are no date and no units, or the row would be new and the network
            has no such node or item.

        Examples
        --------
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> inventory.restrict("N1", "A", allocated={"web": 2})
        >>> inventory.restrictions["N1", "A"].kept_from("store")
        2.0
        """
        units = {} if allocated is None else allocated
        check_kind("allocated", units, Mapping, "units by channel")
        one = Restriction.of(expires_on, units)
        self._chain.change(
            lambda state: (counting.restrict(state, node, sku, one), None)
        )

    def apply(
        self,
        columns: Mapping[str, object] | Frame,
        mode: Literal["set", "add"] = "set",
    ) -> Applied:
        """
        Count many cells at once: a feed of stock, or a recount.

        Parameters
        ----------
        columns
            ``node`` and ``sku``, and what is counted: ``on_hand``, and where the mode
            is to set also ``reserved``, ``safety`` or ``velocity``; a frame, or a
            mapping of columns. Pairs that have no row get one.
        mode
            Whether figures are set, or units on hand added, negative for those that
            are gone. ``reserved`` is what others have promised: what this ledger has
            comes on top.

        Returns
        -------
        Applied
            Cells of which more is reserved now than is on hand, which is no reason to
            refuse a count; and rows that could not be applied: of nodes or items that
            the network does not have, or with more units gone than there are.

        Raises
        ------
        InputError
            If columns are not of one length, or hold what is no id or no number of
            units, or set a cell twice. All faults are listed, and nothing is done.

        Examples
        --------
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> inventory.apply({"node": ["N1"], "sku": ["B"], "on_hand": [2]}).made
        1
        >>> inventory.available("N1", "A"), inventory.available("N1", "B")
        (5, 2)
        """
        feed = Feed.read(columns, mode)
        return self._chain.change(lambda state: apply(state, feed))

    def keep_to(self, network: Network | Scope) -> None:
        """
        Keep to the limits and names of a network.

        A :class:`.Router` that is made for the ledger does this, so that of several the
        last one counts; compile what is only tried out over :meth:`snapshot`.
        """
        if not isinstance(network, Scope):
            check_kind("network", network, Network, "a Network")
        scope = network if isinstance(network, Scope) else Scope.of(network)
        if self._chain.state.scope is not scope:
            self._chain.change(lambda state: (state.keeping_to(scope), None))

    # --- as a whole -------------------------------------------------------------------

    def copy(self) -> Inventory:
        """Return another ledger that goes its own way from where this one stands."""
        made = Inventory()
        made.__setstate__(self.__getstate__())
        return made

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> Inventory:
        """Copy it: what two ledgers share is never written."""
        return self.copy()

    def __getstate__(self) -> State:
        return self._chain.state

    def __setstate__(self, state: State) -> None:
        self._chain = Chain(state)
