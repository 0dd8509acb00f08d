"""Stock still to come: units by when they leave."""

import numpy as np
import pytest

from domroute.promise.later import NEVER
from domroute.supply import StockByDate


def by_date(due=None):
    """Two classes of one SKU at two nodes: 1 and 4 at the first, 2 at the second."""
    return StockByDate(
        since=np.array([[5, 5], [9, NEVER]]),
        stock=np.array([[[1, 2]], [[4, 2]]]),
        waits=np.array([True]),
        comes=np.array([[[0.0, 0.0]], [[3.0, 0.0]]]),
        due=due,
    )


def test_all_there_is_is_there_by_the_last_class():
    """Four at the first node; the second has no more than at first."""
    assert by_date().all.tolist() == [[4, 2]]


def test_some_nodes_keep_their_classes():
    """Looked at in another sequence, and what was due goes with them."""
    due = np.array([[[5, 6]], [[7, 8]]])

    found = by_date(due).at(np.array([1, 0]))

    assert found.since.tolist() == [[5, 5], [NEVER, 9]]
    assert found.stock.tolist() == [[[2, 1]], [[2, 4]]]
    assert found.coming.tolist() == [[[0, 0]], [[0, 3]]]
    assert found.due is not None
    assert found.due.tolist() == [[[6, 5]], [[8, 7]]]
    assert by_date().at(np.array([1])).due is None


def test_what_is_not_overdue_was_due_when_it_comes():
    """Where nothing is overdue that is when its class begins."""
    due = np.array([[[5, 5]], [[3, NEVER]]])

    assert by_date().due_of(1, 0).tolist() == [9, NEVER]
    assert by_date(due).due_of(1, 0).tolist() == [3, NEVER]


@pytest.mark.parametrize(
    ("kept", "left"),
    [(0.0, [[[1, 2]], [[4, 2]]]), (1.5, [[[0, 2]], [[2, 2]]])],
)
def test_units_are_kept_back_whenever_they_leave(kept, left):
    """At the first node alone: 1 - 1.5 is none, 4 - 1.5 are two whole units."""
    found = by_date().kept_back(np.array([kept, 0.0]))

    assert found.stock.tolist() == left


def test_more_at_hand_is_there_by_every_class():
    """Two more at the first node; three fewer at the second, of two."""
    found = by_date().more(np.array([[2, -3]]))

    assert found.stock.tolist() == [[[3, 0]], [[6, 0]]]
