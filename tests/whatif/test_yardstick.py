"""One policy prices what came of all: the yardstick does not move with the tactic."""

import pytest

from builders import order
from domroute import (
    Handling,
    InputError,
    NodeFilter,
    Policy,
    Shipping,
    SolveOptions,
    SplitLimits,
    StockLevel,
)
from domroute.events import Canceled, Placed
from domroute.replay.engine import Replay
from domroute.replay.tactic import Tactic
from domroute.replay.world import Returns, World
from domroute.rules import EligibleNodes, MaxDistance
from domroute.whatif.changes import sweep
from domroute.whatif.compare import compare
from domroute.whatif.yardstick import priced_by, prices_of
from replay.streams import APART, START, drawn_orders, drawn_stream, shop

JUDGE = Policy(costs=[Handling(), Shipping()], unfilled_penalty=30.0)
BASE = Tactic(name="t", policy=JUDGE)


def test_sweep_over_a_price_has_one_yardstick():
    """What is decided moves with the price; what it is measured by does not."""
    tactics = sweep(BASE, "policy.unfilled_penalty", [2.0, 30.0, 90.0])
    scenario = shop(kept=APART, units=3)

    found = compare(scenario, tactics, range(2), stream=drawn_stream, judge=JUDGE)

    means = found.means()
    plain = compare(scenario, tactics[1:2], range(2), stream=drawn_stream).means()
    for row in means.itertuples():
        # Thirty for each unit left, whoever left it.
        assert row.penalties == pytest.approx(30.0 * row.unfilled_units)
        assert row.total_cost == pytest.approx(row.cost_to_serve + row.penalties)
    # Who decides by the judge's own prices is priced as it was.
    assert means["total_cost"].iloc[1] == pytest.approx(plain["total_cost"].iloc[0])
    # Who pays next to nothing for what is left leaves more, and that is dear.
    assert means["unfilled_units"].iloc[0] > means["unfilled_units"].iloc[1]
    assert f"All costs and penalties are by one policy, {JUDGE.version}." in str(found)


def test_moving_yardstick_is_told():
    """Without a judge, policies that price otherwise are said to."""
    scenario = shop(kept=APART, units=3)
    tactics = sweep(BASE, "policy.unfilled_penalty", [5.0, 30.0])
    found = compare(scenario, tactics, [0], stream=drawn_stream)
    same = compare(
        scenario,
        sweep(BASE, "policy.splits.max_shipments", [1, 2]),
        [0],
        stream=drawn_stream,
    )

    assert "judge= prices all by one" in str(found)
    assert "judge=" not in str(same)


def costs_of(outcome):
    """Add up costs by order and term."""
    sums = outcome.costs.groupby(["order", "term"])["amount"].sum()
    return {key: round(amount, 6) for key, amount in sums.items()}


@pytest.mark.parametrize("seed", range(3))
def test_own_policy_prices_as_it_did(seed):
    """Priced by the policy that decided it, a run costs what it cost."""
    policy = Policy(
        costs=[Handling(), Shipping()],
        unfilled_penalty=30.0,
        splits=SplitLimits(split_price=1.5),
        rules=[MaxDistance(km=200.0, nodes=NodeFilter(kinds=["store"]), price=4.0)],
    )
    scenario = shop(kept=APART, units=3)
    events = drawn_stream(scenario, seed)
    outcome = Replay(scenario, events, policy).run()

    found = priced_by(policy, outcome, scenario, [event.order for event in events])

    assert costs_of(found) == costs_of(outcome)
    assert found.cost == pytest.approx(outcome.cost)
    assert found.unfilled["cost"].tolist() == pytest.approx(
        outcome.unfilled["cost"].tolist()
    )
    # Each amount stands beside a shipment of its own order and node.
    pairs = set(zip(found.shipments["shipment"], found.shipments["order"], strict=True))
    rows = found.costs.dropna(subset="shipment")
    assert set(zip(rows["shipment"], rows["order"], strict=True)) <= pairs


def test_what_is_canceled_costs_nothing():
    """Nobody is fined for units that the customer gave up."""
    scenario = shop()
    orders = [order(name, A=2, placed_at=START) for name in ("kept", "gone")]
    events = [
        *(Placed(order=each) for each in orders),
        Canceled(at=START, order="gone"),
    ]
    outcome = Replay(scenario, events, JUDGE).run()

    found = priced_by(JUDGE, outcome, scenario, orders)

    assert set(found.costs["order"]) == {"kept"}


def test_values_are_no_cost_and_returns_stay():
    """What stock is worth is left out; what returns cost is the world's."""
    scenario = shop(units=9)
    world = World(returns=Returns(share=1.0, days=1))
    events = drawn_stream(scenario, 0)
    outcome = Replay(scenario, events, JUDGE, world=world).run()
    judge = Policy(costs=[Handling(), StockLevel(price=5.0)], unfilled_penalty=30.0)

    found = priced_by(judge, outcome, scenario, [event.order for event in events])

    assert set(found.costs["term"]) == {"handling", "returns"}
    returned = found.costs["term"] == "returns"
    was = outcome.costs["term"] == "returns"
    assert found.costs[returned]["amount"].sum() == pytest.approx(
        outcome.costs[was]["amount"].sum()
    )


def test_rules_of_the_judge_are_no_fault():
    """A judge that would have let no store ship prices what stores shipped."""
    scenario = shop(kept=("", "ABC", ""))
    events = drawn_stream(scenario, 0)
    outcome = Replay(scenario, events, JUDGE).run()
    judge = JUDGE.model_copy(
        update={"rules": (EligibleNodes(nodes=NodeFilter(kinds=["dc"])),)}
    )

    found = priced_by(judge, outcome, scenario, [event.order for event in events])

    assert found.cost == pytest.approx(outcome.cost)


def test_prices_are_told_from_permissions():
    """Limits and rules that are hard, and how plans are looked for, charge nothing."""
    plain = prices_of(JUDGE)
    rule = MaxDistance(km=9.0)

    for same in (
        {"splits": SplitLimits(max_shipments=1)},
        {"rules": (rule,)},
        {"solve": SolveOptions(method="greedy")},
        {"costs": (*JUDGE.costs, StockLevel(price=1.0))},
    ):
        assert prices_of(JUDGE.model_copy(update=same)) == plain
    for other in (
        {"unfilled_penalty": 31.0},
        {"costs": (Handling(),)},
        {"splits": SplitLimits(split_price=1.0)},
        {"splits": SplitLimits(max_shipments=1, over_limit_price=2.0)},
        {"splits": SplitLimits(ship_complete=True, incomplete_price=2.0)},
        {"rules": (rule.model_copy(update={"price": 3.0}),)},
    ):
        assert prices_of(JUDGE.model_copy(update=other)) != plain


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"judge": "mine"}, "judge: str should be a Policy"),
        ({"judge": JUDGE, "hindsight_s": 1.0}, "hindsight_s: is by each policy's own"),
    ],
)
def test_judge_that_cannot_be_is_refused(options, words):
    """A judge is a policy, and bounds in hindsight are by other prices."""
    scenario = shop(orders=drawn_orders(0))

    with pytest.raises(InputError, match=words):
        compare(scenario, BASE, [0], **options)
