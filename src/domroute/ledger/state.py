"""All that a ledger holds at one moment, and how the next moment is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domroute.errors import InputError, Issue
from domroute.ledger.needs import Need, Reservation, needs_of
from domroute.ledger.snapshot import Loads, Snapshot
from domroute.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """
    All that a ledger holds at one moment; never changed, only followed by another.

    Attributes
    ----------
    stock
        Stock and the capacity that is taken.
    reservations
        What is promised, by order id.
    period
        The number of the period that capacity is counted in.
    """

    stock: Snapshot
    reservations: Mapping[str, Reservation] = field(default_factory=dict)
    period: int = 0

    def reserve(self, plan: Plan, expires_at: datetime | None) -> State:
        """Take a plan's units and capacity off what may be promised."""
        needs, issues = needs_of(plan, self.stock.layout.row)
        if expires_at is not None and expires_at.utcoffset() is None:
            text = "has no offset from UTC; give a timezone-aware moment"
            issues.append(Issue("naive_datetime", "expires_at", text))
        issues += [
            Issue(
                "already_reserved",
                f"order {name!r}",
                "release it before reserving again",
            )
            for name in needs
            if name in self.reservations
        ]
        issues += self._shortages(needs.values())
        if issues:
            raise InputError(issues)
        made = {
            name: Reservation(
                order_id=name,
                rows=tuple(need.rows),
                quantities=tuple(need.rows.values()),
                loads=tuple((*key, amount) for key, amount in need.loads.items()),
                expires_at=expires_at,
                period=self.period,
            )
            for name, need in needs.items()
        }
        return replace(
            self,
            stock=self._moved(made.values(), on_hand=0, reserved=1, loads=1),
            reservations={**self.reservations, **made},
        )

    def _shortages(self, needs: Iterable[Need]) -> list[Issue]:
        total: dict[int, int] = {}
        for need in needs:
            for row, quantity in need.rows.items():
                total[row] = total.get(row, 0) + quantity
        issues = []
        for row, quantity in total.items():
            node, sku = self.stock.layout.name(row)
            there = self.stock.available(node, sku)
            if quantity > there:
                where = f"stock of {sku!r} at {node!r}"
                text = f"{quantity} units wanted, {there} available"
                issues.append(Issue("oversold", where, text))
        return issues

    def _moved(
        self, made: Iterable[Reservation], *, on_hand: int, reserved: int, loads: int
    ) -> Snapshot:
        """Add what is promised to stock and capacity, or take it off."""
        changes: dict[int, tuple[float, float]] = {}
        taken = dict(self.stock.loads)
        for one in made:
            for row, quantity in zip(one.rows, one.quantities, strict=True):
                there, kept = changes.get(row, (0.0, 0.0))
                change = there + on_hand * quantity, kept + reserved * quantity
                changes[row] = change
            if one.period == self.period and loads:
                for node, measure, amount in one.loads:
                    key = (node, measure)
                    taken[key] = taken.get(key, 0.0) + loads * amount
        return self.stock.changed(changes, taken)

    def _without(self, names: Iterable[str]) -> dict[str, Reservation]:
        kept = dict(self.reservations)
        for name in names:
            del kept[name]
        return kept

    def _reserved(self, order_id: str) -> Reservation:
        found = self.reservations.get(order_id)
        if found is None:
            where = f"order {order_id!r}"
            raise InputError(
                [Issue("not_reserved", where, "nothing is reserved for it")]
            )
        return found

    def release(self, order_id: str) -> State:
        """Give the units and capacity of an order back."""
        back = [self._reserved(order_id)]
        return replace(
            self,
            stock=self._moved(back, on_hand=0, reserved=-1, loads=-1),
            reservations=self._without([order_id]),
        )

    def commit(self, order_id: str) -> State:
        """Let the units of an order leave."""
        gone = [self._reserved(order_id)]
        return replace(
            self,
            stock=self._moved(gone, on_hand=-1, reserved=-1, loads=0),
            reservations=self._without([order_id]),
        )

    def adjust(self, node: str, sku: str, units: int) -> State:
        """Count units that have come in, or write off units that are gone."""
        row, where = self.stock.layout.row(node, sku), f"stock of {sku!r} at {node!r}"
        counts = self.stock.counts(node, sku)
        if row is None or counts is None:
            raise InputError([Issue("unknown_stock", where, "there is no such row")])
        on_hand, reserved, _ = counts
        if on_hand + units < reserved:
            free = on_hand - reserved
            text = f"{-units} units are to go, and {free:g} are not reserved"
            raise InputError([Issue("oversold", where, text)])
        stock = self.stock.changed({row: (float(units), 0.0)}, self.stock.loads)
        return replace(self, stock=stock)

    def expire(self, now: datetime) -> tuple[State, tuple[str, ...]]:
        """Release every reservation that has expired; return their order ids too."""
        over = tuple(
            name
            for name, made in self.reservations.items()
            if made.expires_at is not None and made.expires_at <= now
        )
        if not over:
            return self, over
        back = [self.reservations[name] for name in over]
        state = replace(
            self,
            stock=self._moved(back, on_hand=0, reserved=-1, loads=-1),
            reservations=self._without(over),
        )
        return state, over

    def start_period(self, loads: Loads | None) -> State:
        """Forget the capacity taken so far."""
        stock = self.stock.changed({}, dict(loads or {}))
        return replace(self, stock=stock, period=self.period + 1)


class Link:
    """
    A state, and the one that followed it: the only thing in a ledger that is written.

    Attributes
    ----------
    after
        Empty until a state follows; ``dict.setdefault`` puts the first one in, whole or
        not at all, whatever threads and interruptions there are.
    """

    __slots__ = ("after", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.after: dict[int, Link] = {}
