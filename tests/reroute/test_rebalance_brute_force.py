"""Small backlogs routed again together, beside a count of all that may be done."""

from collections import Counter

import pytest

from backlogs import TIERS, backlog_beside


@pytest.mark.parametrize("first", range(0, 60, 15))
@pytest.mark.parametrize("names", [(), TIERS, ("silver",)])
def test_tiers_cost_what_the_best_of_all_ways_does(first, names):
    """Fifteen backlogs: by tier, first things first, to a hair; and so it is proven."""
    counts = Counter()

    found = [
        (seed, text)
        for seed in range(first, first + 15)
        for text in backlog_beside(seed, counts, names)
    ]

    assert found == []
    assert counts["orders moved"] > 5


def test_precedence_is_seen():
    """Some tiers are best only at a cost to the others: it is not a plain batch."""
    counts = Counter()

    for seed in range(60, 80):
        assert list(backlog_beside(seed, counts, TIERS)) == []

    assert counts["backlogs that precedence makes dearer"] > 0
