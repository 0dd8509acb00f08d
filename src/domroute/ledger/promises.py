"""What a ledger promises: units and capacity reserved, committed, moved, given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from domroute.ledger import promising
from domroute.ledger.chain import Chain
from domroute.ledger.keeping import Promised, restored
from domroute.ledger.reading import Readable
from domroute.ledger.reservations import Reservation, Which
from domroute.ledger.snapshot import Snapshot
from domroute.plan import Plan


class Promises(Readable):
    """A chain of states, and what can be promised of the latest."""

    _chain: Chain

    def snapshot(self) -> Snapshot:
        """
        Return stock and capacity as they stand now; later changes do not reach it.

        It costs no copy: what the ledger changes later, it writes elsewhere.
        """
        return self._chain.state.stock

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """All that is reserved, in the order in which it was."""
        return tuple(self._chain.state.book)

    def reservations_of(self, order_id: str) -> tuple[Reservation, ...]:
        """Return what is reserved for an order, in the order in which it was."""
        return self._chain.state.book.of_order(order_id)

    def reservation(self, order_id: str) -> Reservation | None:
        """Return what was first reserved for an order; None if nothing is."""
        found = self.reservations_of(order_id)
        return found[0] if found else None

    def promised(self) -> Promised:
        """Return all that is promised as plain values, to be put away and taken up."""
        return Promised.of(self._chain.state)

    def restore(self, promised: Promised, *, adds: bool = True) -> None:
        """
        Take up what was promised before, in place of what is.

        Parameters
        ----------
        promised
            What :meth:`promised` returned.
        adds
            Whether its units are to be reserved now; otherwise the rows of this ledger
            say so already, as those of a scenario file do.

        Raises
        ------
        InputError
            If this ledger has reservations, or what is reserved has no row, or is more
            than its row says. All faults are listed.
        """
        self._chain.change(lambda state: (restored(state, promised, adds=adds), None))

    def reserve(
        self,
        plan: Plan,
        *,
        expires_at: datetime | None = None,
        beside: bool = False,
        replacing: Which | None = None,
    ) -> tuple[Reservation, ...]:
        """
        Take a plan's units and capacity off what may be promised.

        Parameters
        ----------
        plan
            A plan, for one order or several: each of its shipments is a reservation.
        expires_at
            When :meth:`expire` may give the units back (timezone-aware).
        beside
            Whether lines of which units are reserved already may get more: the rest of
            a line that was split, say. Otherwise that is a plan reserved twice.
        replacing
            What is released in the same step, as for :meth:`release`. If the plan is
            refused, that stands as it did.

        Returns
        -------
        tuple of Reservation
            What was made, one for each shipment.

        Raises
        ------
        InputError
            If one of its lines is reserved already, or any unit or capacity is not
            there, now or by the moment for which its shipment waits. The plan is then
            refused whole: nothing is taken. All faults are
            listed, with what is wanted and what is there now.

        Notes
        -----
        A shipment that waits for stock (``stock_at``) counts on all that arrives until
        then, and takes nothing of what others wait for. What it is promised is in
        ``Snapshot.relied``, and in no row of stock.

        Capacity is checked against the network that the ledger keeps to; see
        :meth:`keep_to`. An order counts once at a node in a period, however many
        reservations it has there.

        Examples
        --------
        >>> from domroute import Inventory, Stock
        >>> from domroute.plan import Content, Shipment
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> take = Shipment("o1", "N1", "ship", (Content("l1", "A", 2),))
        >>> (made,) = inventory.reserve(Plan((take,)))
        >>> made.units, inventory.available("N1", "A")
        (2, 3)
        """
        return self._chain.change(
            lambda state: promising.reserve(
                state, plan, expires_at=expires_at, beside=beside, replacing=replacing
            )
        )

    def exchange(
        self,
        freed: Iterable[Which | tuple[Which, Mapping[str, int]]],
        plan: Plan,
    ) -> tuple[Reservation, ...]:
        """
        Give many reservations back and promise a plan, in one step.

        So orders may take from each other what neither could before the other gives it
        back: what :meth:`.Router.rebalance` finds is booked so.

        Parameters
        ----------
        freed
            What is given back, as :meth:`release` takes each; or pairs of that and of
            units by line id, for a part.
        plan
            What is promised then, beside all that is not given back.

        Returns
        -------
        tuple of Reservation
            What was made, one for each shipment of the plan.

        Raises
        ------
        InputError
            If something is not reserved, or is given back twice, or any unit or
            capacity of the plan is not there. All stands as it did then. All faults are
            listed.

        Examples
        --------
        >>> from domroute import Inventory, Stock
        >>> from domroute.plan import Content, Shipment
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=1)])
        >>> take = Shipment("o1", "N1", "ship", (Content("l1", "A", 1),))
        >>> _ = inventory.reserve(Plan((take,)))
        >>> mine = Shipment("o2", "N1", "ship", (Content("l1", "A", 1),))
        >>> _ = inventory.exchange([take], Plan((mine,)))
        >>> [one.order_id for one in inventory.reservations]
        ['o2']
        """
        return self._chain.change(lambda state: promising.exchange(state, freed, plan))

    def release(self, which: Which, units: Mapping[str, int] | None = None) -> None:
        """
        Give units and capacity back.

        Parameters
        ----------
        which
            An order id for all of its reservations; one of them, or its number; or a
            shipment that was reserved.
        units
            Units by line id, for a part; all when None.

        Raises
        ------
        InputError
            If nothing is reserved for it, or not as much. Nothing is given back then.

        Examples
        --------
        >>> from domroute import Inventory, Stock
        >>> from domroute.plan import Content, Shipment
        >>> inventory = Inventory([Stock(node="N1", sku="A", on_hand=5)])
        >>> take = Shipment("o1", "N1", "ship", (Content("l1", "A", 4),))
        >>> _ = inventory.reserve(Plan((take,)))
        >>> inventory.release("o1", {"l1": 1})
        >>> inventory.available("N1", "A")
        2
        """
        self._chain.change(lambda state: (promising.release(state, which, units), None))

    def commit(self, which: Which, units: Mapping[str, int] | None = None) -> None:
        """
        Let units leave: on hand and reserved both fall.

        The capacity that they took stays taken until the next period.

        Parameters
        ----------
        which
            An order id for all of its reservations; one of them, or its number; or a
            shipment that was reserved.
        units
            Units by line id, for a part; all when None.

        Raises
        ------
        InputError
            If nothing is reserved for it, or not as much, or less is on hand (and free,
            if it waited for stock). Nothing leaves then.
        """
        self._chain.change(lambda state: (promising.commit(state, which, units), None))

    def move(
        self,
        which: Which,
        *,
        node_id: str | None = None,
        order_id: str | None = None,
        units: Mapping[str, int] | None = None,
    ) -> tuple[Reservation, ...]:
        """
        Promise units at another node, or to another order, in one step.

        Parameters
        ----------
        which
            An order id for all of its reservations; one of them, or its number; or a
            shipment that was reserved.
        node_id, order_id
            Where to, and whom; unchanged when None.
        units
            Units by line id, for a part; all when None.

        Returns
        -------
        tuple of Reservation
            What was moved, as it stands now.

        Raises
        ------
        InputError
            If nothing is reserved for it, or not as much, or stock or capacity is not
            there. All stands as it did then.
        """
        return self._chain.change(
            lambda state: promising.move(
                state, which, node_id=node_id, order_id=order_id, units=units
            )
        )

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Release every reservation that has expired; return their order ids."""
        return self._chain.change(lambda state: promising.expire(state, now))
