"""Stock still to come, in a wave: which cells takes are drawn on, and what they pay."""

import numpy as np
import pytest

from arriving import TUE, WED, offers_of, router_of, row, wants
from builders import line
from domroute.batch.cells import NO_CELL, Prices
from domroute.batch.drawn import as_drawn, draw, prices_by_class, rows_of
from domroute.sourcing.choice import Take

# One A now in cell 0, three more on Tuesday in cell 1, two on Wednesday in cell 2.
ROWS = (row("A", 1, (TUE, 3), (WED, 2)),)
CELLS = np.array([[0]]), np.array([[[1]], [[2]]])
LEFT = np.array([1.0, 3.0, 2.0])


def drawn(*rows, wanted=None, left=LEFT, cells=CELLS):
    """Draw takes, (offer, units, ...); return the units by cell."""
    offers = offers_of(router_of(ROWS), wanted or wants(A=6))
    (block,) = offers.blocks
    takes = [Take(block, at, np.array(units)) for at, *units in rows]
    cell, units = draw(offers, cells, takes, np.asarray(left, float))
    return dict(zip(cell.tolist(), units.tolist(), strict=True))


@pytest.mark.parametrize(
    ("takes", "units"),
    [
        ([(0, 1)], {0: 1}),
        # By Tuesday: what comes then, before what is there.
        ([(1, 2)], {1: 2}),
        ([(1, 4)], {1: 3, 0: 1}),
        # By Wednesday: the last first.
        ([(2, 6)], {2: 2, 1: 3, 0: 1}),
        ([(2, 1), (1, 3), (0, 1)], {2: 1, 1: 3, 0: 1}),
    ],
)
def test_what_comes_last_is_drawn_first(takes, units):
    """Sooner cells are left to who cannot wait."""
    assert drawn(*takes) == units


def test_sequence_of_takes_is_no_matter():
    """Two on Wednesday and three on Tuesday, either way."""
    assert drawn((2, 2), (1, 3)) == drawn((1, 3), (2, 2)) == {2: 2, 1: 3}


def test_takes_of_an_order_draw_on_what_it_has_left():
    """Two takes of Tuesday: the second finds one there, and takes one of now."""
    assert drawn((1, 2), (1, 2)) == {1: 3, 0: 1}


def test_what_others_have_taken_is_not_drawn():
    """One of Tuesday's is left, none of Wednesday's; bids may overdraw a cell."""
    assert drawn((2, 2), left=[1, 1, 0]) == {1: 1, 0: 1}
    assert drawn((2, 2), left=[1, -1, 0]) == {0: 2}


def test_what_does_not_wait_draws_on_what_is_there():
    """Though it leaves on Tuesday with the rest."""
    wanted = wants(line("l1", "A", 2), line("l2", "A", 1, allow_backorder=False))

    assert drawn((1, 2, 1), wanted=wanted) == {1: 2, 0: 1}


def test_nothing_is_drawn_where_nothing_comes():
    """A class of another SKU's: what leaves by it is what is there."""
    cells = np.array([[0]]), np.array([[[NO_CELL]], [[2]]])

    assert drawn((1, 1), cells=cells) == {0: 1}


def test_capacity_is_used_as_it_is():
    """Of what takes use the cells are replaced, and the rows stay."""
    used = [(np.array([7]), np.array([2]), np.array([3]), np.array([2.0]))]
    cells = np.array([1, 0]), np.array([3.0, 1.0])

    by_cell = np.zeros(8)
    by_row = np.zeros(8)
    for cell, units, rows, load in as_drawn(cells, used):
        np.add.at(by_cell, cell, units)
        np.add.at(by_row, rows, load)

    assert by_cell.tolist() == [1, 3, 0, 0, 0, 0, 0, 0]
    assert by_row.tolist() == [0, 0, 0, 2, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("prices", "paid", "at"),
    [
        # Cheaper later: by each class at its own cell.
        ([3, 2, 1], [3, 2, 1], [0, 1, 2]),
        # Dearer later: at what was cheapest before.
        ([1, 2, 3], [1, 1, 1], [0, 0, 0]),
        # Of those that cost the same the last.
        ([2, 2, 2], [2, 2, 2], [0, 1, 2]),
        ([3, 1, 2], [3, 1, 1], [0, 1, 1]),
    ],
)
def test_a_class_pays_the_cheapest_of_its_cells(prices, paid, at):
    """A unit may be drawn on any cell that is there by then."""
    made = Prices.of(np.array(prices, float), np.empty(0))

    price, cell = prices_by_class(CELLS, made)

    assert price.ravel().tolist() == paid
    assert cell.ravel().tolist() == at


def test_no_cell_has_no_price():
    """Where a class brings nothing, what is there before it is drawn on."""
    cells = np.array([[0]]), np.array([[[NO_CELL]], [[2]]])
    made = Prices.of(np.array([5.0, 1.0, 2.0]), np.empty(0))

    price, cell = prices_by_class(cells, made)

    assert price.ravel().tolist() == [5, 5, 2]
    assert cell.ravel().tolist() == [0, 0, 2]


def test_lines_stand_at_their_class_sku_and_node():
    """A line that does not wait at the first class, whatever offer it rides in."""
    wanted = wants(line("l1", "A", 4), line("l2", "A", 1, allow_backorder=False))
    offers = offers_of(router_of(ROWS), wanted)
    (block,) = offers.blocks

    on, sku, at = rows_of(offers, block)

    assert on.tolist() == [[0, 1, 2], [0, 0, 0]]
    assert sku.tolist() == [[0], [0]]
    assert at.tolist() == [[0, 0, 0]]


def test_all_is_of_the_first_class_without_stock_by_date():
    """Nothing comes."""
    offers = offers_of(router_of([row("A", 1)]), wants(A=1))
    (block,) = offers.blocks

    on, _, _ = rows_of(offers, block)

    assert on.tolist() == [[0]]
