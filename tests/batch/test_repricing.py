"""One order asked again at prices: what it is charged is what its terms say."""

import numpy as np
import pytest

from arriving import TUE, WED, offers_of, router_of, row, wants
from builders import line
from domroute.batch.cells import Prices
from domroute.batch.repricing import reprice, restrict
from waves import drawn, random_prices


@pytest.mark.parametrize("measure", [None, "orders", "lines", "units", "workload"])
@pytest.mark.parametrize("seed", range(3))
def test_prices_are_a_term_beside_the_others(seed, measure):
    """A shipment costs what all of its terms come to, that of the prices among them."""
    wave, router, orders = drawn(seed, measure=measure)
    prices = random_prices(wave, seed)

    for one in orders:
        offers = router._compiled.offers(one, None)
        priced = reprice(offers, wave.cells.of(offers), prices, wave.arrays)
        for before, block in zip(offers.blocks, priced.blocks, strict=True):
            units = np.ones((1, len(block.lines)))
            cost, was = block.price(units)[0], before.price(units)[0]
            for offer in range(len(block.nodes)):
                terms = dict(block.price_terms(offer, units[0]))
                assert sum(terms.values()) == pytest.approx(cost[offer])
                assert terms["price"] == pytest.approx(cost[offer] - was[offer])


# One A now in cell 0, three more on Tuesday in cell 1, two on Wednesday in cell 2.
ARRIVING = (row("A", 1, (TUE, 3), (WED, 2)),)
CELL, LATER = np.array([[0]]), np.array([[[1]], [[2]]])


def test_each_class_is_charged_for_the_cheapest_cell_by_then():
    """At 4 now, 1 of Tuesday's, 2 of Wednesday's: 4, 1 and 1 a unit, and 4 if now."""
    wanted = wants(line("l1", "A", 4), line("l2", "A", 1, allow_backorder=False))
    router = router_of(ARRIVING)
    offers, arrays = offers_of(router, wanted), router._compiled.arrays
    free = np.zeros(len(arrays.capacity.limit))
    prices = Prices.of(np.array([4.0, 1.0, 2.0]), free)

    (block,) = reprice(offers, CELL, prices, arrays, later=LATER).blocks

    assert block.per_unit.tolist() == [[4, 1, 1], [4, 4, 4]]


@pytest.mark.parametrize(
    ("now", "later", "left"),
    [
        (0, (0, 0), [1, 4, 6]),
        (1, (0, 0), [0, 3, 5]),
        (0, (2, 0), [1, 2, 4]),
        # Three of Tuesday's and one of Wednesday's: one now and by Tuesday, two later.
        (0, (3, 1), [1, 1, 2]),
        # More than there is is taken while others bid: nothing is left, and no less.
        (0, (9, 0), [0, 0, 0]),
    ],
)
def test_others_leave_what_they_do_not_take(now, later, left):
    """Of what is there and of what comes, by each class."""
    router = router_of(ARRIVING)
    taken = np.array(later, float).reshape(2, 1, 1)

    found = restrict(
        offers_of(router, wants(A=9)),
        np.array([[now]]),
        np.zeros((0, 1)),
        router._compiled.arrays,
        taken,
    )

    (block,) = found.blocks
    assert block.limit.tolist() == [left]
    assert found.eligibility.by_date.stock.ravel().tolist() == left
    assert found.eligibility.stock.tolist() == [left[-1:]]


def test_others_leave_lines_that_do_not_wait_what_is_there():
    """One is there, and nobody takes it."""
    wanted = wants(line("l1", "A", 4), line("l2", "A", 1, allow_backorder=False))
    router = router_of(ARRIVING)

    found = restrict(
        offers_of(router, wanted),
        np.array([[0]]),
        np.zeros((0, 1)),
        router._compiled.arrays,
        np.array([[[3.0]], [[0.0]]]),
    )

    (block,) = found.blocks
    assert block.limit.tolist() == [[1, 1, 3], [1, 1, 1]]
