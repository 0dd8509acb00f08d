"""Two replays of one history differ by as much as an order does, give or take."""

import math
import random

import pandas as pd
import pytest

from domroute import InputError, Policy, SplitLimits
from domroute.replay.engine import Replay
from domroute.replay.world import Returns, World
from domroute.whatif.blocks import difference_per_order
from replay.runs_at_hand import run
from replay.streams import APART, drawn_stream, shop

WORLD = World(returns=Returns(share=0.3, days=0.1, parcel_days=0.1))


def outcome_of(policy, seed=0):
    """Replay a stream by a policy."""
    scenario = shop(kept=APART)
    events = drawn_stream(scenario, seed)
    return Replay(scenario, events, policy, world=WORLD).run()


@pytest.fixture(scope="module")
def pair():
    """Replay a stream with splits and without."""
    return outcome_of(Policy()), outcome_of(Policy(splits=SplitLimits(max_shipments=1)))


@pytest.mark.parametrize(
    ("what", "kpi"),
    [
        ("cost", "total_cost"),
        ("margin", "contribution_margin"),
        ("shipments", "shipments"),
    ],
)
def test_mean_is_the_difference_of_the_kpi(pair, what, kpi):
    """However blocks are cut, an order differs by the run's difference over orders."""
    one, other = pair

    for days in (0.1, 0.25, 100):
        found = difference_per_order(one, other, what, days=days)
        expected = (one.kpis()[kpi] - other.kpis()[kpi]) / 12
        assert found.mean == pytest.approx(expected)


def test_lead_time_is_of_orders_that_have_both(pair):
    """Orders that one of the two did not deliver are not compared."""
    one, other = pair
    hours = [o.orders.set_index("order")["lead_h"] for o in pair]

    found = difference_per_order(one, other, "lead_h", days=0.25)

    assert found.mean == pytest.approx((hours[0] - hours[1]).dropna().mean())


def made(costs, days):
    """Make a run in which each order costs so much, on so manieth a day."""
    rows = [(f"o{at}", cost) for at, cost in enumerate(costs)]
    outcome = run(
        orders=[(name, 1, None, None, 1, 1, 0, 0, 1.0) for name, _ in rows],
        costs=[(name, None, "shipping", cost, "cash") for name, cost in rows],
    )
    start = pd.Timestamp("2026-03-01", tz="UTC")
    times = [start + pd.Timedelta(days=day) for day in days]
    outcome.tables["orders"]["placed_at"] = times
    return outcome


def test_interval_by_hand():
    """Three blocks of 2, 1 and 1 orders, with sums of differences 2, 4 and 0."""
    days = [0, 0.5, 1, 2]
    found = difference_per_order(
        made([3, 1, 5, 1], days), made([1, 1, 1, 1], days), days=1
    )

    # r = 6 / 4; residuals 2 - 3, 4 - 1.5 and 0 - 1.5; t of two degrees is 4.3027.
    error = math.sqrt(3 / 2 * (1 + 2.5**2 + 1.5**2)) / 4
    assert (found.mean, found.count) == (1.5, 3)
    assert found.high - found.mean == pytest.approx(4.302653 * error, rel=1e-5)
    assert found.mean - found.low == pytest.approx(4.302653 * error, rel=1e-5)


def test_one_block_has_no_interval():
    """A single week says nothing of how weeks differ."""
    found = difference_per_order(made([3, 1], [0, 1]), made([1, 1], [0, 1]))

    assert (found.mean, found.count) == (1.0, 1)
    assert math.isnan(found.low)


def test_intervals_hold_the_truth_about_as_often_as_promised():
    """Of 300 histories of ten days, about 95 % of the intervals hold the difference."""
    draw = random.Random(0)
    held = 0
    for _ in range(300):
        days = [day + 0.5 for day in range(10) for _ in range(draw.randint(1, 6))]
        ones = [draw.gauss(5.5, 1) for _ in days]
        others = [draw.gauss(5.0, 1) for _ in days]
        found = difference_per_order(made(ones, days), made(others, days), days=1)
        held += found.low <= 0.5 <= found.high

    # 285 on average with a deviation of 3.8: within four, for a ratio is a bit off.
    assert 270 <= held <= 300


def test_bad_question_is_refused(pair):
    """Other orders, figures that do not exist and blocks of no length are refused."""
    one, other = pair
    fewer = made([1.0], [0])

    for against, what, days, words in (
        (fewer, "cost", 7, "not of the same orders"),
        (other, "price", 7, "'price' should be one of cost"),
        (other, "cost", 0, "0 should be a number of days"),
        (other, "cost", "week", "'week' should be a number of days"),
    ):
        with pytest.raises(InputError, match=words):
            difference_per_order(one, against, what, days=days)
