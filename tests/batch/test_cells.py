"""What orders compete for: cells of what is there, and of what arrives later."""

from datetime import timedelta

import numpy as np

from arriving import NOW, TUE, WAITS, WED, offers_of, router_of, row, wants
from builders import line, node
from domroute.batch.cells import NO_CELL, Cells

BOTH = node("N1"), node("N2")


def entered(rows, *orders, nodes=BOTH, **fields):
    """Enter orders; return the cells, closed, their stock and wants, and the offers."""
    router = router_of(rows, *nodes, **fields)
    cells = Cells(len(nodes))
    laid = [offers_of(router, one, is_alone=False) for one in orders]
    for offers in laid:
        cells.enter(offers)
    return cells, *cells.close(), laid


def later(cells, offers):
    """Return the cells of what arrives later, as lists; None for no cell."""
    found = cells.later_of(offers)
    return [None if cell == NO_CELL else cell for cell in found.ravel().tolist()]


def test_what_arrives_is_a_cell_of_its_own():
    """One there, and two on Tuesday: five are wanted of each."""
    rows = [row("A", 1, (TUE, 2))]
    cells, stock, wanted, (offers,) = entered(rows, wants(A=5), nodes=[node("N1")])

    assert cells.of(offers).tolist() == [[0]]
    assert later(cells, offers) == [1]
    assert (stock.tolist(), wanted.tolist()) == ([1, 2], [1, 2])
    assert cells.beside("A") == [1]


def test_orders_share_what_arrives_for_both():
    """Two orders of Monday, at different hours."""
    rows = [row("A", 1, (TUE, 2))]
    orders = [wants(A=2), wants(name="o2", A=3, placed=NOW + timedelta(hours=3))]
    cells, stock, wanted, laid = entered(rows, *orders, nodes=[node("N1")])

    assert [later(cells, offers) for offers in laid] == [[1], [1]]
    # Of what arrives each might take two; of what is there one.
    assert (stock.tolist(), wanted.tolist()) == ([1, 2], [2, 4])


def test_orders_share_what_is_overdue_by_when_it_was_due():
    """They expect it a day from each: one supply all the same."""
    promise = WAITS.promise.model_copy(update={"overdue_days": 1})
    rows = [row("A", 0, (NOW - timedelta(days=2), 2))]
    orders = [wants(A=2), wants(name="o2", A=3, placed=NOW + timedelta(hours=3))]
    cells, stock, wanted, laid = entered(
        rows, *orders, nodes=[node("N1")], promise=promise
    )

    first, second = (offers.problem.by_date.since[1, 0] for offers in laid)
    assert first != second
    assert later(cells, laid[0]) == later(cells, laid[1]) == [1]
    assert (stock.tolist(), wanted.tolist()) == ([0, 2], [0, 4])


def test_each_moment_of_a_node_is_a_row_of_cells():
    """N1 has trucks on Tuesday and Wednesday, N2 one on Wednesday: two rows of two."""
    rows = [row("A", 0, (TUE, 1), (WED, 2)), row("A", 1, (WED, 4), at="N2")]
    cells, stock, _, (offers,) = entered(rows, wants(A=9))

    # Rows: now; the first moment of N1, and N2's only one; the second of N1.
    assert cells.beside("A") == [1, 2]
    assert stock.reshape(3, 2).tolist() == [[0, 1], [1, 4], [2, 0]]
    # Classes of N1 and N2 side by side: Tuesday and Wednesday; Wednesday and none.
    assert later(cells, offers) == [2, 3, 4, None]


def test_skus_have_rows_of_their_own():
    """Of B nothing comes."""
    rows = [row("A", 0, (TUE, 1)), row("B", 3)]
    cells, stock, _, (offers,) = entered(rows, wants(A=1, B=1), nodes=[node("N1")])

    assert cells.of(offers).tolist() == [[0], [1]]
    assert later(cells, offers) == [2, None]
    assert stock.tolist() == [0, 3, 1]
    assert (cells.beside("B"), cells.beside("C")) == ([], [])


def test_whole_is_what_there_is_in_the_end():
    """One and two and four; nothing is said of what nobody may wait for."""
    rows = [row("A", 1, (TUE, 2), (WED, 4)), row("B", 3, (TUE, 1))]
    wanted = wants(line("A", "A"), line("B", "B", allow_backorder=False))
    cells, *_ = entered(rows, wanted)

    assert cells.whole("A", 0) == 7
    assert cells.whole("B", 0) == 3
    assert cells.whole("C", 0) == 0


def test_orders_that_wait_for_nothing_have_no_later_cells():
    """Even where stock to come is counted for others."""
    rows = [row("A", 1, (TUE, 2))]
    no = line("A", "A", allow_backorder=False)
    cells, _, _, laid = entered(rows, wants(A=2), wants(no, name="o2"))

    assert cells.later_of(laid[1]) is None
    assert np.array_equal(cells.of(laid[0]), cells.of(laid[1]))
