"""What of stock by date a plan takes: by class, and whether there is so much."""

from dataclasses import replace

import numpy as np
import pytest

from arriving import (
    AT_TUE,
    AT_WED,
    TUE,
    WED,
    offers_of,
    router_of,
    row,
    table_of,
    wants,
)
from builders import line, service
from domroute.policy import SolveOptions
from domroute.sourcing.bydate import (
    class_of,
    class_of_offers,
    is_there,
    is_too_much,
    room_of,
    rows_by_class,
    runs_by_class,
    shares_by_date,
    taken_by_class,
    waits_until,
)
from domroute.sourcing.choice import Take

# One A now, three more on Tuesday, two more on Wednesday: 1, 4 and 6.
ROWS = (row("A", 1, (TUE, 3), (WED, 2)),)


def laid(wanted=None, rows=ROWS, **more):
    """Lay out an order; return its offers, its stock by date and its only delivery."""
    offers = offers_of(router_of(rows, **more), wanted or wants(A=6))
    (block,) = offers.blocks
    return offers, offers.eligibility.by_date, block


def takes(block, *rows):
    """Take units of each line by offers: (offer, units, ...)."""
    return [Take(block, at, np.array(units)) for at, *units in rows]


def test_offers_know_their_class():
    """One for each class, of a service or of none; all of now where nothing waits."""
    offers, _, block = laid()

    assert class_of_offers(block).tolist() == [0, 1, 2]
    assert class_of(table_of(offers)).tolist() == [0, 1, 2]
    _, none, plain = laid(wants(A=1))
    assert none is not None
    assert class_of_offers(plain).tolist() == [0]


def test_offers_know_until_when_they_wait():
    """Nothing now, then Tuesday and Wednesday; nothing where nothing comes."""
    offers, _, _ = laid()
    plain, _, _ = laid(wants(A=1), [row("A", 1)])

    assert waits_until(offers, table_of(offers)) == [None, AT_TUE, AT_WED]
    assert waits_until(plain, table_of(plain)) == [None]


def test_an_order_without_offers_has_no_classes():
    """Nobody has any."""
    offers = offers_of(router_of([row("A", 0)]), wants(A=1))

    assert class_of(table_of(offers)).tolist() == []


def test_what_leaves_by_a_class_counts_against_all_later_ones():
    """One now, two on Tuesday, one on Wednesday: 1, 3 and 4."""
    offers, by_date, block = laid()

    found = taken_by_class(offers, by_date, takes(block, (0, 1), (1, 2), (2, 1)))

    assert found.ravel().tolist() == [1, 3, 4]


def test_what_may_not_wait_is_taken_of_what_is_there():
    """Whenever it leaves: one of the second line rides with Tuesday's."""
    wanted = wants(line("l1", "A", 2), line("l2", "A", 1, allow_backorder=False))
    offers, by_date, block = laid(wanted)

    found = taken_by_class(offers, by_date, takes(block, (1, 2, 1)))

    assert found.ravel().tolist() == [1, 3, 3]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [1, 4, 6]),
        ([(0, 1)], [0, 3, 5]),
        # Four on Tuesday leave none for now, though one is there.
        ([(1, 4)], [0, 0, 2]),
        ([(2, 5)], [1, 1, 1]),
    ],
)
def test_room_is_what_is_left_by_then(taken, left):
    """And what leaves sooner must leave what is taken for later."""
    offers, by_date, block = laid()

    found = room_of(offers, by_date, table_of(offers), takes(block, *taken))

    assert found.tolist() == [left]


def test_room_of_lines_that_do_not_wait_is_what_is_there():
    """By offers of any class: of a SKU of which some line does not wait."""
    wanted = wants(line("l1", "A", 2), line("l2", "A", 1, allow_backorder=False))
    offers, by_date, _ = laid(wanted)

    assert room_of(offers, by_date, table_of(offers), []).tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("taken", "fits"),
    [
        ([(0, 1), (1, 3), (2, 2)], True),
        ([(0, 2)], False),
        ([(0, 1), (1, 4)], False),
        ([(2, 6)], True),
        ([(1, 4), (2, 2)], True),
        ([(0, 1), (1, 3), (2, 3)], False),
    ],
)
def test_what_is_taken_is_there(taken, fits):
    """One now, four by Tuesday, six by Wednesday."""
    offers, _, block = laid()

    assert is_there(offers, takes(block, *taken)) is fits


def test_what_others_leave_is_there():
    """Others take two of Tuesday's: one of now and two by Tuesday are left."""
    offers, _, block = laid()
    kept = offers.eligibility.without(np.array([[0]]), np.array([[[2]], [[0]]]))
    left = replace(offers, eligibility=kept)

    two, three = takes(block, (1, 2)), takes(block, (1, 3))

    assert is_there(offers, three)
    assert (is_there(offers, two, left), is_there(offers, three, left)) == (True, False)


def test_all_is_there_without_stock_by_date():
    """Nothing comes: limits of offers say it all."""
    offers, by_date, block = laid(wants(A=1), [row("A", 1)])

    assert by_date is None
    assert is_there(offers, takes(block, (0, 1)))
    assert rows_by_class(offers, table_of(offers), 0) == []
    assert is_too_much(offers, block, np.ones((1, 1)), 0, np.array([0])) is None
    assert runs_by_class(block) == [(0, [0])]
    assert not shares_by_date(offers, block)


def test_runs_are_listed_by_what_leaves_first():
    """Two services by two classes."""
    rides = [service("a"), service("b")]
    _, _, block = laid(wants(A=4), services=rides)

    # Of each service what leaves now and what leaves on Tuesday.
    assert runs_by_class(block) == [(0, [0, 2]), (1, [1, 3])]


@pytest.mark.parametrize(
    ("lines", "shares"),
    [
        ([line("l1", "A", 2), line("l2", "A")], True),
        ([line("l1", "A", 2), line("l2", "B")], False),
    ],
)
def test_lines_share_what_arrives(lines, shares):
    """Two of one SKU, beside two of two."""
    offers, _, block = laid(wants(*lines), [*ROWS, row("B", 3)])

    assert shares_by_date(offers, block) is shares


def test_bundles_beyond_a_class_are_too_much():
    """By Tuesday 4 of A and 1 of B; lines of one SKU are added up."""
    wanted = wants(line("l1", "A", 3), line("l2", "A", 3), line("l3", "B", 2))
    offers, _, block = laid(wanted, [*ROWS, row("B", 0, (TUE, 1))])
    bundles = np.array([[2, 2, 1], [3, 2, 0], [0, 0, 2]], float)

    found = is_too_much(offers, block, bundles, 1, np.array([0]))

    assert found.ravel().tolist() == [False, True, True]


def test_rows_draw_on_each_class_by_what_leaves_until_then():
    """A line that waits draws on its class and later ones; another on all."""
    wanted = wants(line("l1", "A", 2), line("l2", "A", 1, allow_backorder=False))
    offers, _, _ = laid(wanted)

    found = rows_by_class(offers, table_of(offers), 0)

    # Offers: now, and Tuesday, which brings all that is wanted.
    waits, other = 0, 1
    assert [at for at, _ in found] == [0, 1, 2]
    assert [units[waits].tolist() for _, units in found] == [[1, 0], [1, 1], [1, 1]]
    assert [units[other].tolist() for _, units in found] == [[1, 1]] * 3


@pytest.mark.parametrize("method", ["subset", "mip", "greedy"])
def test_methods_take_what_there_is_by_each_moment(method):
    """Six of one node in shipments at no price, and the seventh is left."""
    made = router_of(ROWS, solve=SolveOptions(method=method))

    plan = made.route(wants(A=7)).plan

    assert sum(part.units for part in plan.shipments) == 6
    assert [left.quantity for left in plan.unfilled] == [1]
