"""Units are conserved: whatever is reserved, released, committed or expires."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domroute.errors import InputError
from domroute.ledger.inventory import Inventory, Stock
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


class Ledger(RuleBasedStateMachine):
    """The ledger beside a model of dictionaries."""

    def __init__(self):
        super().__init__()
        self.inventory = Inventory(
            Stock(node=node, sku=sku, on_hand=ON_HAND) for node in NODES for sku in SKUS
        )
        self.held = {}
        self.gone = Counter()
        self.work = Counter()
        self.now = START

    def _free(self, key):
        """Count what is on hand and not promised."""
        promised = sum(units[key] for units, _, _ in self.held.values())
        return ON_HAND - promised - self.gone[key]

    @rule(
        order=st.sampled_from(ORDERS),
        units=UNITS,
        hours=st.one_of(st.none(), st.integers(1, 3)),
    )
    def reserve(self, order, units, hours):
        """Reserve; refused just when the model has too few, or has the order."""
        plan = Plan(
            tuple(
                Shipment(order, node, "ship", (Content(sku, sku, count),), workload=0.5)
                for (node, sku), count in units.items()
            )
        )
        until = None if hours is None else self.now + timedelta(hours=hours)
        fits = all(count <= self._free(key) for key, count in units.items())
        if order in self.held or not fits:
            with pytest.raises(InputError):
                self.inventory.reserve(plan, expires_at=until)
            return
        self.inventory.reserve(plan, expires_at=until)
        work = Counter()
        for (node, _), count in units.items():
            work[node, Measure.LINES] += 1
            work[node, Measure.UNITS] += count
            work[node, Measure.WORKLOAD] += 0.5
            work[node, Measure.ORDERS] = 1
        self.held[order] = (Counter(units), until, work)
        self.work.update(work)

    @rule(order=st.sampled_from(ORDERS))
    def release(self, order):
        """Give back what is held; refused where nothing is."""
        if order not in self.held:
            with pytest.raises(InputError):
                self.inventory.release(order)
            return
        self.inventory.release(order)
        self.work.subtract(self.held.pop(order)[2])

    @rule(order=st.sampled_from(ORDERS))
    def commit(self, order):
        """Let leave what is held; refused where nothing is."""
        if order not in self.held:
            with pytest.raises(InputError):
                self.inventory.commit(order)
            return
        self.inventory.commit(order)
        self.gone.update(self.held.pop(order)[0])

    @rule(hours=st.integers(0, 2))
    def expire(self, hours):
        """Let time pass: just what is over is given back."""
        self.now += timedelta(hours=hours)
        over = {
            name
            for name, (_, until, _) in self.held.items()
            if until is not None and until <= self.now
        }
        assert set(self.inventory.expire(self.now)) == over
        for name in over:
            self.work.subtract(self.held.pop(name)[2])

    @rule()
    def start_period(self):
        """Forget what was done: releases give no capacity back."""
        self.inventory.start_period()
        self.work.clear()
        for _, _, work in self.held.values():
            work.clear()

    @invariant()
    def units_are_conserved(self):
        """On hand is what came less what left; promised is what is held."""
        for row in self.inventory:
            key = (row.node, row.sku)
            held = sum(units[key] for units, _, _ in self.held.values())
            assert row.on_hand == ON_HAND - self.gone[key]
            assert row.reserved == held
            free = self._free(key)
            assert self.inventory.available(*key) == row.available == free >= 0

    @invariant()
    def capacity_is_what_was_done(self):
        """Loads are the work of what is held or has left in this period."""
        for node in NODES:
            for kind in Measure:
                assert self.inventory.load(node, kind) == self.work[node, kind]

    @invariant()
    def reservations_are_held(self):
        """An order has a reservation just when it holds something."""
        for name in ORDERS:
            assert (self.inventory.reservation(name) is not None) == (name in self.held)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(stateful_step_count=20)
