"""Units and capacity are conserved, whatever is reserved, committed, moved, counted."""

import pickle
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domroute.errors import InputError
from domroute.ledger import Inventory, Scope, Stock
from domroute.plan import Content, Plan, Shipment
from domroute.words import Measure

NODES, SKUS, ORDERS = ("N1", "N10"), ("A", "AB"), ("o1", "o2", "o3")
START = datetime(2026, 3, 2, tzinfo=UTC)
ON_HAND = 4
UNITS = st.dictionaries(
    st.tuples(st.sampled_from(NODES), st.sampled_from(SKUS)),
    st.integers(1, 3),
    min_size=1,
)
PICK = st.integers(0, 99)
SCOPE = Scope(nodes=NODES, skus=SKUS, limits={("N1", "orders"): 2.0})


@dataclass
class Held:
    """What the model knows of a reservation: units of the one line named as the SKU."""

    order: str
    node: str
    sku: str
    units: int
    work: float
    until: datetime | None
    is_current: bool = True
    begun: bool = False


class Ledger(RuleBasedStateMachine):
    """The ledger beside a model of plain counts; N1 takes two orders in a period."""

    def __init__(self):
        super().__init__()
        self.inventory = Inventory(
            Stock(node=node, sku=sku, on_hand=ON_HAND) for node in NODES for sku in SKUS
        )
        self.inventory.keep_to(SCOPE)
        self.on_hand = {(node, sku): ON_HAND for node in NODES for sku in SKUS}
        self.held = {}
        self.done = Counter()
        self.served = set()
        self.now = START

    def _free(self, key):
        """Count what is on hand and not promised; below zero after a recount."""
        promised = sum(
            one.units for one in self.held.values() if (one.node, one.sku) == key
        )
        return self.on_hand[key] - promised

    def _orders_at(self, node, more=()):
        """List the orders that count at a node in this period."""
        open_now = {
            one.order
            for one in (*self.held.values(), *more)
            if one.node == node and one.is_current
        }
        return open_now | {order for at, order in self.served if at == node}

    def _fits(self, made):
        """Tell whether stock and capacity are there for what is asked for."""
        wanted = Counter()
        for one in made:
            wanted[one.node, one.sku] += one.units
        asks = any(one.node == "N1" for one in made)
        is_new = len(self._orders_at("N1", made)) > len(self._orders_at("N1"))
        return all(units <= self._free(key) for key, units in wanted.items()) and not (
            asks and is_new and len(self._orders_at("N1", made)) > 2
        )

    def _pick(self, pick):
        """Take one of what is held, if anything is."""
        return sorted(self.held)[pick % len(self.held)] if self.held else None

    @rule(
        order=st.sampled_from(ORDERS),
        units=UNITS,
        hours=st.one_of(st.none(), st.integers(1, 3)),
        beside=st.booleans(),
    )
    def reserve(self, order, units, hours, beside):
        """Reserve; refused just when too few are there, or the lines are reserved."""
        plan = Plan(
            tuple(
                Shipment(order, node, "ship", (Content(sku, sku, count),), workload=0.5)
                for (node, sku), count in units.items()
            )
        )
        until = None if hours is None else self.now + timedelta(hours=hours)
        made = [
            Held(order, node, sku, n, 0.5, until) for (node, sku), n in units.items()
        ]
        lines = {one.sku for one in self.held.values() if one.order == order}
        is_twice = not beside and bool(lines & {one.sku for one in made})
        if is_twice or not self._fits(made):
            with pytest.raises(InputError):
                self.inventory.reserve(plan, expires_at=until, beside=beside)
            return
        found = self.inventory.reserve(plan, expires_at=until, beside=beside)
        self.held |= {one.number: mine for one, mine in zip(found, made, strict=True)}

    @rule(order=st.sampled_from(ORDERS))
    def release(self, order):
        """Give back all of an order; refused where nothing is held."""
        mine = [at for at, one in self.held.items() if one.order == order]
        if not mine:
            with pytest.raises(InputError):
                self.inventory.release(order)
            return
        self.inventory.release(order)
        for at in mine:
            del self.held[at]

    @rule(pick=PICK, units=st.integers(1, 3))
    def release_part(self, pick, units):
        """Give back some of one reservation; refused beyond what it holds."""
        at = self._pick(pick)
        if at is None:
            return
        one = self.held[at]
        if units > one.units:
            with pytest.raises(InputError):
                self.inventory.release(at, {one.sku: units})
            return
        self.inventory.release(at, {one.sku: units})
        one.work -= one.work * units / one.units
        one.units -= units
        if not one.units:
            del self.held[at]

    @rule(pick=PICK, units=st.integers(1, 3))
    def commit(self, pick, units):
        """Let some of one reservation leave; refused beyond what is there."""
        at = self._pick(pick)
        if at is None:
            return
        one = self.held[at]
        key = one.node, one.sku
        if units > one.units or units > self.on_hand[key]:
            with pytest.raises(InputError):
                self.inventory.commit(at, {one.sku: units})
            return
        self.inventory.commit(at, {one.sku: units})
        self.on_hand[key] -= units
        share = one.work * units / one.units
        if one.is_current:
            self.served.add((one.node, one.order))
            self.done[one.node, Measure.UNITS] += units
            self.done[one.node, Measure.WORKLOAD] += share
            self.done[one.node, Measure.LINES] += not one.begun
        one.begun, one.work = True, one.work - share
        one.units -= units
        if not one.units:
            del self.held[at]

    @rule(pick=PICK, node=st.sampled_from(NODES), order=st.sampled_from(ORDERS))
    def move(self, pick, node, order):
        """Promise one elsewhere, to another; refused whole if that is too much."""
        at = self._pick(pick)
        if at is None:
            return
        old = self.held.pop(at)
        new = Held(order, node, old.sku, old.units, old.work, old.until)
        if node == old.node:
            new.is_current, new.begun = old.is_current, old.begun
        stays = (node, order) == (old.node, old.order)
        if not (stays or self._fits_in_place(old, new)):
            self.held[at] = old
            with pytest.raises(InputError):
                self.inventory.move(at, node_id=node, order_id=order)
            return
        (moved,) = self.inventory.move(at, node_id=node, order_id=order)
        self.held[moved.number] = new

    def _fits_in_place(self, old, new):
        """Tell whether a node has room for a promise in the place of another."""
        if old.node == new.node:
            now = self._orders_at("N1", [new] if new.is_current else [])
            before = self._orders_at("N1", [old] if old.is_current else [])
            return new.node != "N1" or len(now) <= max(2, len(before))
        return self._fits([new])

    @rule(key=st.tuples(st.sampled_from(NODES), st.sampled_from(SKUS)), n=PICK)
    def recount(self, key, n):
        """Count a cell anew; what is promised beyond it is told, not refused."""
        columns = {"node": [key[0]], "sku": [key[1]], "on_hand": [n % 6]}
        told = self.inventory.apply(columns)
        self.on_hand[key] = n % 6
        assert [cell.units for cell in told.over_promised] == [
            -free for free in [self._free(key)] if free < 0
        ]

    @rule(hours=st.integers(0, 2))
    def expire(self, hours):
        """Let time pass: just what is over is given back."""
        self.now += timedelta(hours=hours)
        over = [
            at
            for at, one in self.held.items()
            if one.until is not None and one.until <= self.now
        ]
        names = {self.held[at].order for at in over}
        assert set(self.inventory.expire(self.now)) == names
        for at in over:
            del self.held[at]

    @rule()
    def start_period(self):
        """Forget what was done: releases give no capacity back."""
        self.inventory.start_period()
        self.done.clear()
        self.served.clear()
        for one in self.held.values():
            one.is_current = False

    @rule(by=st.sampled_from(["copy", "pickle", "promised"]))
    def put_away(self, by):
        """Put the ledger away and go on with what is taken up: the same in all."""
        old = self.inventory
        match by:
            case "copy":
                made = old.copy()
            case "pickle":
                made = pickle.loads(pickle.dumps(old))  # noqa: S301
            case _:
                made = Inventory(old)
                made.restore(old.promised(), adds=False)
                made.keep_to(SCOPE)
        assert made == old
        self.inventory = made

    @invariant()
    def units_are_conserved(self):
        """On hand is what was counted less what left; promised is what is held."""
        for row in self.inventory:
            key = (row.node, row.sku)
            assert row.on_hand == self.on_hand[key]
            assert row.on_hand - row.reserved == self._free(key)
            free = max(0, self._free(key))
            assert self.inventory.available(*key) == row.available == free

    @invariant()
    def capacity_is_what_was_done(self):
        """Loads are the work of what is held or has left in this period."""
        for node in NODES:
            here = [
                one for one in self.held.values() if one.node == node and one.is_current
            ]
            expected = {
                Measure.ORDERS: len(self._orders_at(node)),
                Measure.LINES: self.done[node, Measure.LINES]
                + sum(not one.begun for one in here),
                Measure.UNITS: self.done[node, Measure.UNITS]
                + sum(one.units for one in here),
                Measure.WORKLOAD: self.done[node, Measure.WORKLOAD]
                + sum(one.work for one in here),
            }
            for kind, amount in expected.items():
                assert self.inventory.load(node, kind) == pytest.approx(amount)

    @invariant()
    def reservations_are_held(self):
        """What is listed is what is held, in the order of its numbers."""
        listed = [
            (one.number, one.order_id, one.node_id, one.units)
            for one in self.inventory.reservations
        ]
        assert listed == [
            (at, one.order, one.node, one.units)
            for at, one in sorted(self.held.items())
        ]


TestLedger = Ledger.TestCase
TestLedger.settings = settings(stateful_step_count=20, max_examples=60)
