"""Counting one cell: received, expected, adjusted, and every number checked."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from domroute import Inventory, Stock
from domroute.errors import InputError
from domroute.ledger import Inbound, Scope

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
NAN, INF = float("nan"), float("inf")


def expecting(*parts):
    """Make a ledger that expects units of A at N1: (moment, quantity)."""
    inbound = [Inbound(at=at, quantity=quantity) for at, quantity in parts]
    return Inventory([Stock(node="N1", sku="A", on_hand=1, inbound=inbound)])


def due(inventory):
    """Return what still arrives at N1: (moment, quantity)."""
    coming = inventory.inbound.get(("N1", "A"), ())
    return [(part.at, part.quantity) for part in coming]


def codes(call, *args, **more):
    """Return the codes of the faults that a call raises."""
    with pytest.raises(InputError) as caught:
        call(*args, **more)
    return [issue.code for issue in caught.value.issues]


def test_what_is_received_is_no_longer_inbound():
    """Ten units are promised once: by the date before, and at once afterwards."""
    inventory = expecting((NOON, 10))
    before = inventory.available("N1", "A", by=LATER)

    unexpected = inventory.receive("N1", "A", 10)

    assert (before, unexpected) == (11, 0)
    assert inventory.available("N1", "A") == 11
    assert inventory.available("N1", "A", by=LATER) == 11
    assert inventory.inbound == {}


def test_what_was_due_first_came_first():
    """Five units: all that was due first, and one of the rest."""
    inventory = expecting((LATER, 3), (NOON, 4))

    inventory.receive("N1", "A", 5)

    assert due(inventory) == [(LATER, 2.0)]


def test_units_are_received_of_one_delivery():
    """By its moment; more than was due is on hand, and told."""
    inventory = expecting((NOON, 4), (LATER, 3))

    unexpected = inventory.receive("N1", "A", 5, due=LATER)

    assert unexpected == 2
    assert due(inventory) == [(NOON, 4.0)]
    assert inventory.available("N1", "A") == 6
    assert codes(inventory.receive, "N1", "A", 1, due=LATER) == ["unknown_value"]


def test_units_that_were_not_inbound_leave_it_alone():
    """A return comes in; the truck is still under way."""
    inventory = expecting((NOON, 4))

    assert inventory.receive("N1", "A", 2, is_expected=False) == 2
    assert due(inventory) == [(NOON, 4.0)]
    assert inventory.available("N1", "A") == 3


def test_what_arrives_later_is_said_anew():
    """A truck that is late, or comes no more."""
    inventory = expecting((NOON, 4))

    inventory.expect("N1", "A", [Inbound(at=LATER, quantity=6)])
    assert due(inventory) == [(LATER, 6.0)]
    inventory.expect("N1", "A")
    assert due(inventory) == []
    inventory.expect("N2", "B", [Inbound(at=LATER, quantity=1)])
    assert inventory.available("N2", "B", by=LATER) == 1
    assert codes(inventory.expect, "N1", "A", [(LATER, 6)]) == ["wrong_type"]


def test_the_first_units_of_a_cell_make_its_row():
    """Goods at a new node are taken in; of a node that does not exist they are not."""
    inventory = expecting()
    inventory.keep_to(Scope(["N1", "N2"], "AB"))

    inventory.adjust("N2", "B", 3)
    inventory.receive("N2", "A", 2)

    assert (inventory.available("N2", "B"), inventory.available("N2", "A")) == (3, 2)
    assert codes(inventory.adjust, "N9", "Z", 3) == ["unknown_id", "unknown_id"]
    assert codes(inventory.adjust, "N1", "B", -1) == ["unknown_stock"]
    assert len(inventory) == 3


@pytest.mark.parametrize(
    ("units", "code"),
    [
        (NAN, "not_finite"),
        (INF, "not_finite"),
        (10**400, "not_finite"),
        (1.5, "wrong_type"),
        (True, "wrong_type"),
        ("3", "wrong_type"),
        (None, "wrong_type"),
        (10**13, "out_of_range"),
        (-(10**13), "out_of_range"),
    ],
)
@pytest.mark.parametrize("verb", ["adjust", "receive"])
def test_units_that_are_none_are_refused(verb, units, code):
    """What is no whole number of units never reaches a row."""
    inventory = expecting((NOON, 4))
    before = inventory.copy()

    assert codes(getattr(inventory, verb), "N1", "A", units) == [code]
    assert inventory == before


@pytest.mark.parametrize("units", [3, 3.0, np.int64(3), np.float32(3)])
def test_whole_numbers_of_any_type_are_counted(units):
    """Three units are three."""
    inventory = expecting()

    inventory.adjust("N1", "A", units)

    assert inventory.available("N1", "A") == 4


@pytest.mark.parametrize(
    ("loads", "code"),
    [
        ({("N1", "units"): NAN}, "out_of_range"),
        ({("N1", "units"): -1}, "out_of_range"),
        ({("N1", "units"): "3"}, "out_of_range"),
        ({("N1", "boxes"): 3}, "unknown_value"),
    ],
)
def test_a_period_starts_with_sensible_loads(loads, code):
    """Loads are numbers from 0 in measures that exist."""
    assert codes(expecting().start_period, loads) == [code]


@pytest.mark.parametrize(
    ("on_hand", "reserved", "safety", "units"),
    [
        # Each difference is a whole number but for the rounding of floats.
        (3.3, 1.1, 1.2, 1),
        (3140 - 3106.4, 0.0, 0.6, 33),
        (4.35 * 100, 0.0, 0.0, 435),
        (1e9 + 0.3, 0.1, 0.2, 10**9),
        # And these lack a part of a unit.
        (0.999, 0.0, 0.0, 0),
        (5.0, 0.0, 1e-6, 4),
    ],
)
def test_a_whole_unit_is_not_lost_to_rounding(on_hand, reserved, safety, units):
    """One row, many rows, one cell and by a date: the same count."""
    row = Stock(node="N1", sku="A", on_hand=on_hand, reserved=reserved, safety=safety)
    inventory = Inventory([row])

    assert row.available == units
    assert inventory.available("N1", "A") == units
    assert inventory.available("N1", "A", by=NOON) == units
    assert inventory.available_rows.tolist() == [units]
    inventory.adjust("N1", "A", 1)
    assert inventory.available("N1", "A") == units + 1


def test_parts_that_arrive_make_a_whole():
    """Ten tenths of a unit are one."""
    tenths = [Inbound(at=NOON, quantity=0.1)] * 10
    inventory = Inventory([Stock(node="N1", sku="A", on_hand=0, inbound=tenths)])

    assert inventory.available("N1", "A", by=NOON) == 1


def test_a_ledger_of_odd_columns_is_refused_whole():
    """Every fault of every column is listed."""
    with pytest.raises(InputError) as caught:
        Inventory.from_columns(
            ["N1", "", "N2"],
            ["A", "B"],
            [1, None, NAN],
            reserved=[0, -1, 0],
            velocity=[NAN, None, INF],
        )

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        ("out_of_range", "node[1]"),
        ("wrong_type", "on_hand[1]"),
        ("not_finite", "on_hand[2]"),
        ("out_of_range", "reserved[1]"),
        ("not_finite", "velocity[2]"),
        ("wrong_shape", "sku"),
    ]


def test_what_arrives_needs_a_row():
    """Inbound of a pair without a row would never be seen."""
    with pytest.raises(InputError, match="there is no such row"):
        Inventory.from_columns(
            ["N1"], ["A"], [1.0], inbound={("N2", "A"): (Inbound(at=NOON, quantity=1),)}
        )


def test_a_copy_goes_its_own_way():
    """Reservations, inbound and capacity are there; writing to it is seen by no one."""
    inventory = expecting((NOON, 4))
    inventory.start_period({("N1", "units"): 2.0})
    before = inventory.copy()

    made = inventory.copy()
    made.adjust("N1", "A", 1)
    made.receive("N1", "A", 4)
    made.start_period()

    assert inventory == before
    assert made != before
    assert inventory.load("N1", "units") == 2.0


@pytest.mark.parametrize("how", ["adjust", "receive"])
def test_more_than_anything_holds_is_refused(how):
    """A trillion units are there; one more is a mistake, and could not be saved."""
    inventory = Inventory([Stock(node="N1", sku="A", on_hand=10**12)])

    with pytest.raises(InputError) as caught:
        getattr(inventory, how)("N1", "A", 1)

    assert [issue.code for issue in caught.value.issues] == ["out_of_range"]
    assert inventory.available("N1", "A") == 10**12
