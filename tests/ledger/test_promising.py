"""Reservations by shipment: parts, moves, replacements, and capacity beside stock."""

from dataclasses import replace

import pytest

from builders import stock
from domroute.errors import InputError
from domroute.ledger import Scope
from domroute.plan import Content, Plan, Shipment
from domroute.words import Measure


def ship(order, node, workload=0.0, **lines):
    """Make a shipment: ``ship("o1", "N1", l1=("A", 2))``."""
    contents = tuple(Content(line, sku, n) for line, (sku, n) in lines.items())
    return Shipment(order, node, "ship", contents, workload=workload)


def keeping(inventory, **limits):
    """Keep to limits: ``keeping(inventory, N1=("orders", 1))``."""
    by_measure = {(name, kind): most for name, (kind, most) in limits.items()}
    inventory.keep_to(Scope([f"N{n}" for n in range(9)], "ABC", by_measure))
    return inventory


def refused(call, *args, **more):
    """Return the faults that a call raises, as (code, message)."""
    with pytest.raises(InputError) as caught:
        call(*args, **more)
    return [(issue.code, issue.message) for issue in caught.value.issues]


def loads(inventory, node="N1"):
    """Return what is taken of a node's capacity: orders, lines, units, workload."""
    return tuple(inventory.load(node, kind) for kind in Measure)


# --- several reservations of an order -------------------------------------------------


def test_each_shipment_is_a_reservation():
    """They are listed in the order they were made, and act one by one."""
    inventory = stock(N1={"A": 5}, N2={"B": 5})
    one, two = ship("o1", "N1", l1=("A", 2)), ship("o1", "N2", l2=("B", 1))
    first, second = inventory.reserve(Plan((one, two)))

    inventory.commit(one)
    inventory.release(second)

    assert (first.number, second.number) == (1, 2)
    assert inventory.reservations == ()
    assert inventory.counts("N1", "A") == (3.0, 0.0, 0.0)
    assert inventory.counts("N2", "B") == (5.0, 0.0, 0.0)


def test_the_rest_of_an_order_is_reserved_later():
    """A line that is not reserved may join; the order is released as one."""
    inventory = stock(N1={"A": 5}, N2={"B": 5})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    inventory.reserve(Plan((ship("o1", "N2", l2=("B", 1)),)))

    assert [one.node_id for one in inventory.reservations_of("o1")] == ["N1", "N2"]
    assert inventory.reservation("o1").node_id == "N1"
    inventory.release("o1")
    assert inventory.reservations_of("o1") == ()
    assert inventory.reservation("o1") is None


def test_a_line_is_reserved_twice_only_when_told():
    """A plan that comes again is refused; more of a line is asked for by name."""
    inventory = stock(N1={"A": 5}, N2={"A": 5})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    more = Plan((ship("o1", "N2", l1=("A", 1)),))

    assert [code for code, _ in refused(inventory.reserve, more)] == [
        "already_reserved"
    ]
    assert inventory.available("N2", "A") == 5
    inventory.reserve(more, beside=True)
    assert inventory.available("N2", "A") == 4


# --- parts ----------------------------------------------------------------------------


def test_a_part_leaves_and_the_rest_is_given_back():
    """Of five units three leave and two are canceled: 97 of 100 are available."""
    inventory = stock(N1={"A": 100})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 5)),)))

    inventory.commit("o1", {"l1": 3})
    held = inventory.reservation("o1").units
    inventory.release("o1")

    assert held == 2
    assert inventory.available("N1", "A") == 97
    assert inventory.counts("N1", "A") == (97.0, 0.0, 0.0)


def test_a_part_is_taken_from_the_first_that_hold_it():
    """N1 and N2 hold two of a line each; three are N1's two and one of N2's."""
    inventory = stock(N1={"A": 5}, N2={"A": 5})
    parts = ship("o1", "N1", l1=("A", 2)), ship("o1", "N2", l1=("A", 2))
    inventory.reserve(Plan(parts))

    inventory.release("o1", {"l1": 3})

    assert [(r.node_id, r.units) for r in inventory.reservations] == [("N2", 1)]


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ({"l1": 3}, "not_reserved"),
        ({"l9": 1}, "not_reserved"),
        ({"l1": 0}, "out_of_range"),
        ({"l1": 1.5}, "out_of_range"),
        ({"l1": True}, "out_of_range"),
        ({}, "empty"),
    ],
)
@pytest.mark.parametrize("verb", ["release", "commit", "move"])
def test_no_more_than_is_reserved_is_taken(verb, units, code):
    """Parts that are not there, or no whole units, are refused; nothing changes."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    before = inventory.copy()

    found = refused(getattr(inventory, verb), "o1", units=units)

    assert [name for name, _ in found] == [code]
    assert inventory == before


@pytest.mark.parametrize(
    "which", ["o9", 7, ship("o1", "N1", l1=("A", 1)), 1.5, None, "gone"]
)
def test_what_is_not_reserved_is_refused(which):
    """An order, number or shipment that nothing is reserved for; or none of these."""
    inventory = stock(N1={"A": 5})
    (gone,) = inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    if which == "gone":
        inventory.release(gone)
        which = gone

    (found,) = refused(inventory.release, which)

    expected = "wrong_type" if which in (1.5, None) else "not_reserved"
    assert found[0] == expected


def test_what_is_short_on_hand_cannot_leave():
    """A recount that left one unit of two lets one leave, and no more."""
    inventory = stock(N1={"A": 5})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    inventory.apply({"node": ["N1"], "sku": ["A"], "on_hand": [1]})

    found = refused(inventory.commit, "o1")
    inventory.commit("o1", {"l1": 1})

    assert found == [("oversold", "2 units are to leave, 1 are on hand")]
    assert inventory.counts("N1", "A") == (0.0, 1.0, 0.0)


# --- moves and replacements -----------------------------------------------------------


def test_a_move_that_does_not_fit_leaves_all_as_it_was():
    """Five units cannot move to a node of two: the old reservation stands."""
    inventory = stock(N1={"A": 5}, N2={"A": 2})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 5)),)))

    found = refused(inventory.move, "o1", node_id="N2")
    (moved,) = inventory.move("o1", node_id="N2", units={"l1": 2})

    assert found == [("oversold", "5 units wanted, 2 available")]
    assert (moved.number, moved.node_id, moved.units) == (2, "N2", 2)
    assert [(r.number, r.node_id, r.units) for r in inventory.reservations] == [
        (1, "N1", 3),
        (2, "N2", 2),
    ]
    assert loads(inventory, "N1")[:3] == (1.0, 1.0, 3.0)
    assert loads(inventory, "N2")[:3] == (1.0, 1.0, 2.0)


def test_a_move_to_another_order_keeps_units_and_number():
    """The units are held for another order; none is free in between."""
    inventory = stock(N1={"A": 2})
    (made,) = inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))

    (moved,) = inventory.move(made, order_id="o2")

    assert (moved.number, moved.order_id) == (1, "o2")
    assert inventory.reservation("o1") is None
    assert inventory.reservations_of("o2") == (moved,)
    assert loads(inventory)[:3] == (1.0, 1.0, 2.0)


def test_a_plan_takes_the_place_of_another():
    """Three of five stay at N1 and two come from N2: whole, or not at all."""
    inventory = stock(N1={"A": 5}, N2={"A": 2})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 5)),)))

    def split(there):
        return Plan((ship("o1", "N1", l1=("A", 3)), ship("o1", "N2", l1=("A", there))))

    found = refused(inventory.reserve, split(3), replacing="o1")
    stood = inventory.reservation("o1").units
    inventory.reserve(split(2), replacing="o1")

    assert found == [("oversold", "3 units wanted, 2 available")]
    assert stood == 5
    assert [(r.node_id, r.units) for r in inventory.reservations] == [
        ("N1", 3),
        ("N2", 2),
    ]
    assert inventory.available("N1", "A") == 2


# --- capacity -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (("orders", 1), "1 orders wanted, 0 of 1 left"),
        (("lines", 3), "2 lines wanted, 1 of 3 left"),
        (("units", 5), "3 units wanted, 2 of 5 left"),
        (("workload", 7.5), "4 workload wanted, 3.5 of 7.5 left"),
    ],
)
def test_capacity_is_checked_as_well_as_stock(limit, text):
    """The second order finds too little left; what it finds is said."""
    inventory = keeping(stock(N1={"A": 9, "B": 9}), N1=limit)
    both = {"l1": ("A", 2), "l2": ("B", 1)}
    inventory.reserve(Plan((ship("o1", "N1", workload=4.0, **both),)))
    again = Plan((ship("o2", "N1", workload=4.0, **both),))
    before = inventory.copy()

    found = refused(inventory.reserve, again)

    assert found == [("capacity", text)]
    assert inventory == before
    inventory.start_period()
    inventory.reserve(again)


def test_capacity_of_millions_is_kept_to_the_unit():
    """A node that does five million units does not do one more."""
    many = 5_000_000
    inventory = keeping(stock(N1={"A": 2 * many}), N1=("units", many))
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", many - 1)),)))

    found = refused(inventory.reserve, Plan((ship("o2", "N1", l1=("A", 2)),)))

    assert [code for code, _ in found] == ["capacity"]
    inventory.reserve(Plan((ship("o3", "N1", l1=("A", 1)),)))


def test_stock_and_capacity_are_both_told():
    """A plan that misses both hears of both."""
    inventory = keeping(stock(N1={"A": 1}), N1=("units", 2))

    found = refused(inventory.reserve, Plan((ship("o1", "N1", l1=("A", 3)),)))

    assert [code for code, _ in found] == ["oversold", "capacity"]


def test_an_order_counts_once():
    """Two shipments at once, a third later, and after one has left: one order."""
    inventory = keeping(stock(N1={"A": 9, "B": 9}), N1=("orders", 1))
    parts = ship("o1", "N1", l1=("A", 1)), ship("o1", "N1", l2=("B", 1))
    inventory.reserve(Plan(parts))
    inventory.commit(parts[0])

    inventory.reserve(Plan((ship("o1", "N1", l3=("A", 1)),)))

    assert loads(inventory)[0] == 1.0
    # The first has left, so that the order counts also when the rest is given back.
    inventory.release("o1")
    assert loads(inventory)[:3] == (1.0, 1.0, 1.0)


def test_an_order_counts_no_more_when_all_is_given_back():
    """Of two reservations the first to go changes nothing, the last frees its place."""
    inventory = stock(N1={"A": 9, "B": 9})
    parts = ship("o1", "N1", l1=("A", 1)), ship("o1", "N1", l2=("B", 1))
    inventory.reserve(Plan(parts))

    inventory.release(parts[0])
    after_one = loads(inventory)
    inventory.release(parts[1])

    assert after_one == (1.0, 1.0, 1.0, 0.0)
    assert inventory.loads == {}


def test_a_line_that_has_begun_to_leave_is_not_given_back():
    """One of three units leaves: the line counts; the rest gives back units alone."""
    inventory = stock(N1={"A": 9})
    inventory.reserve(Plan((ship("o1", "N1", workload=6.0, l1=("A", 3)),)))

    inventory.commit("o1", {"l1": 1})
    inventory.release("o1")

    # A third of the workload is done.
    assert loads(inventory) == (1.0, 1.0, 1.0, 2.0)


def test_goods_given_back_are_given_back_once():
    """A second release finds nothing, and stock and capacity stay as they are."""
    inventory = stock(N1={"A": 5})
    (made,) = inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    inventory.release(made)

    for which in ("o1", made, made.number, ship("o1", "N1", l1=("A", 2))):
        assert [code for code, _ in refused(inventory.release, which)] == [
            "not_reserved"
        ]

    assert inventory.counts("N1", "A") == (5.0, 0.0, 0.0)
    assert inventory.loads == {}


def test_what_is_reserved_of_a_period_before_takes_nothing_of_this_one():
    """It gives nothing back either; a new shipment of the order counts anew."""
    inventory = stock(N1={"A": 9})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    inventory.start_period()

    inventory.reserve(Plan((ship("o1", "N1", l2=("A", 1)),)))
    both = loads(inventory)
    inventory.release("o1")

    assert both == (1.0, 1.0, 1.0, 0.0)
    assert inventory.loads == {}


def test_a_shipment_of_no_sensible_workload_is_refused():
    """NaN would make every sum of capacity NaN."""
    inventory = stock(N1={"A": 9})
    odd = replace(ship("o1", "N1", l1=("A", 1)), workload=float("nan"))

    assert [code for code, _ in refused(inventory.reserve, Plan((odd,)))] == [
        "out_of_range"
    ]


# --- many at once ---------------------------------------------------------------------


def test_orders_take_what_others_give_back_in_one_step():
    """Neither A could be reserved before the other order has left its node."""
    inventory = stock(N1={"A": 1}, N2={"A": 1})
    one, two = ship("o1", "N1", l1=("A", 1)), ship("o2", "N2", l1=("A", 1))
    inventory.reserve(Plan((one, two)))
    swapped = ship("o1", "N2", l1=("A", 1)), ship("o2", "N1", l1=("A", 1))

    made = inventory.exchange([one, "o2"], Plan(swapped))

    assert [(held.order_id, held.node_id) for held in made] == [
        ("o1", "N2"),
        ("o2", "N1"),
    ]
    assert inventory.reservations == made


def test_shipments_that_are_alike_are_given_back_one_by_one():
    """Each is a reservation: two go back, and a third is not there."""
    inventory = stock(N1={"A": 2})
    part = ship("o1", "N1", l1=("A", 1))
    inventory.reserve(Plan((part,)))
    inventory.reserve(Plan((part,)), beside=True)

    assert refused(inventory.exchange, [part] * 3, Plan())[0][0] == "duplicate_id"
    inventory.exchange([part, part], Plan())

    assert inventory.reservations == ()


def test_parts_are_given_back_by_their_lines():
    """Two of three go back, and one of another order takes their place."""
    inventory = stock(N1={"A": 3})
    (held,) = inventory.reserve(Plan((ship("o1", "N1", l1=("A", 3)),)))

    inventory.exchange(
        [(held.number, {"l1": 2})], Plan((ship("o2", "N1", l1=("A", 2)),))
    )

    assert [(r.order_id, r.units) for r in inventory.reservations] == [
        ("o1", 1),
        ("o2", 2),
    ]


def test_capacity_is_exchanged_too():
    """N1 takes one order: the new one takes the place of the old."""
    inventory = keeping(stock(N1={"A": 2}), N1=("orders", 1))
    old = ship("o1", "N1", l1=("A", 1))
    inventory.reserve(Plan((old,)))

    inventory.exchange([old], Plan((ship("o2", "N1", l1=("A", 1)),)))

    assert loads(inventory)[0] == 1.0


@pytest.mark.parametrize(
    ("freed", "plan", "code"),
    [
        (["o9"], (), "not_reserved"),
        (["o1", 1], (), "duplicate_id"),
        ([("o1", {"l1": 9})], (), "not_reserved"),
        (["o1"], (ship("o2", "N1", l1=("A", 4)),), "oversold"),
        ([], (ship("o2", "N9", l1=("A", 1)),), "unknown_stock"),
    ],
)
def test_exchange_is_whole_or_not_at_all(freed, plan, code):
    """What cannot be leaves everything as it was."""
    inventory = stock(N1={"A": 3})
    inventory.reserve(Plan((ship("o1", "N1", l1=("A", 2)),)))
    before = inventory.copy()

    assert code in {code for code, _ in refused(inventory.exchange, freed, Plan(plan))}
    assert inventory == before


def test_exchange_is_given_lists_and_plans():
    """Anything else is refused."""
    inventory = stock(N1={"A": 3})

    assert refused(inventory.exchange, 3, Plan())[0][0] == "wrong_type"
    assert refused(inventory.exchange, [], 3)[0][0] == "wrong_type"
