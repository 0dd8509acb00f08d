"""One order asked again at prices: what it is charged is what its terms say."""

import numpy as np
import pytest

from domroute.batch.repricing import reprice
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
