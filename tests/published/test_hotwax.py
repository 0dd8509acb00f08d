"""200 orders over ten centers that a public order-routing engine has routed."""

import pytest
from benchmarks.published import DATA, NO_DATA, NOBODY, routed_cases

from domroute import Status

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=NO_DATA)


@pytest.fixture(scope="module")
def routed():
    """Route every order once: pairs of the recorded case and our result."""
    return [(told, told.case.route()) for told in routed_cases()]


def test_all_are_read(routed):
    """The file has 200 orders, and every one has lines."""
    assert len(routed) == 200
    assert all(told.case.order.lines for told, _ in routed)


def test_every_order_at_its_proven_optimum(routed):
    """Every order costs what the file says has been proven, and we prove it too."""
    for told, result in routed:
        assert result.status is Status.OPTIMAL, told.case.name
        # The file rounds to six decimals.
        assert result.cost == pytest.approx(told.costs["optimum"], abs=2e-6)


def test_nothing_is_left(routed):
    """No order is cheaper with units left, at the price the file sets for them."""
    assert all(NOBODY not in result.plan.node_ids for _, result in routed)


@pytest.mark.parametrize(
    "chain", ["hotwax", "magento_distance", "spree_minsplit_nearest"]
)
def test_rule_chains_never_cost_less(routed, chain):
    """No recorded rule chain beats us on any order, and each loses on some."""
    losses = [told.costs[chain] - result.cost for told, result in routed]

    assert min(losses) >= -2e-6
    assert max(losses) > 0.01
