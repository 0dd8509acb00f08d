"""Other sequences of turns, and who stands in the way of those without a plan."""

import math

import pytest

from builders import line, network, node, order, stock, tuned
from domroute.batch import planning, search
from domroute.batch.incumbent import Incumbent
from domroute.batch.program import solve_joint
from domroute.batch.turns import by_stake, refused_first, rivals_of_refused
from domroute.costs import Handling
from domroute.policy import Policy
from domroute.router import Router
from domroute.sourcing.choice import IS_FORBIDDEN
from waves import compiled

NODES = [node("N1", per_shipment=1.0), node("N2", per_shipment=5.0)]


def test_turns_go_by_what_is_lost_for_a_unit():
    """A unit left costs 40, times the weight; one sent costs 1 a shipment."""
    orders = [
        order("o1", A=2),
        order("o2", line("l", "A", must_fill=True)),
        order("o3", A=1, weight=0.5),
        order("o4", A=1, weight=3.0),
    ]
    wave = compiled(orders, NODES, {"N1": {"A": 9}}, unfilled_penalty=40.0)
    alone = wave.ask(wave.free_prices()).values.tolist()

    # Of o4 119 is lost, of o1 79 for two units, of o3 19; all of what must be filled.
    assert by_stake(wave, alone, range(4)) == [1, 3, 0, 2]


def refused():
    """o1 took the one A at N1, which o2 must have, for N2 may not send it any."""
    orders = [
        order("o1", A=1),
        order("o2", line("l", "A", must_fill=True, excluded_nodes=["N2"])),
        order("o3", B=1),
    ]
    wave = compiled(
        orders, NODES, {"N1": {"A": 1, "B": 9}, "N2": {"A": 1}}, unfilled_penalty=40.0
    )
    incumbent = Incumbent.of(wave)
    incumbent.settle_all((0, 1, 2), wave.free_prices())
    return incumbent


def test_who_was_refused_comes_first():
    """o2 first, and then nobody is refused any more."""
    incumbent = refused()
    turns = []
    for one in refused_first(incumbent, (0, 1, 2)):
        turns.append(one)
        incumbent.clear()
        incumbent.settle_all(one, incumbent.wave.free_prices())

    assert turns == [[1, 0, 2]]
    assert incumbent.rank() == (0, 5.0 + 1.0 + 1.0)


def test_rivals_are_those_that_hold_what_is_wanted():
    """o1 holds the A, o3 is not concerned; together the two have a plan."""
    incumbent = refused()

    assert incumbent.placed[1].cost >= IS_FORBIDDEN
    assert list(rivals_of_refused(incumbent, most=99)) == [[1, 0]]
    assert list(rivals_of_refused(incumbent, most=1)) == [[1]]
    solve_joint(incumbent, [1, 0], time_limit_s=10.0, gap=0.0)
    assert incumbent.rank() == (0, 5.0 + 1.0 + 1.0)


def test_in_a_large_wave_rivals_are_asked_together(monkeypatch):
    """Where no sequence and no bid has found o2 a place, a small program does."""
    monkeypatch.setattr(planning, "by_stake", lambda *given: list(given[-1]))
    monkeypatch.setattr(planning, "refused_first", lambda *_: iter(()))
    for stage in ("_plan_by", "_negotiate", "_improve"):
        monkeypatch.setattr(search._Search, stage, lambda *_: None)
    orders = [
        order("o1", A=1),
        order("o2", line("l", "A", must_fill=True, excluded_nodes=["N2"])),
        *(order(f"p{at}", B=1) for at in range(9)),
    ]
    plain = Policy(costs=[Handling()], unfilled_penalty=40.0)
    policy = tuned(plain, wave={"planning": {"joint": 8}})
    router = Router(network(*NODES), stock(N1={"A": 1, "B": 9}, N2={"A": 1}), policy)

    batch = router.route_batch(orders, time_limit_s=20, gap=0)

    assert batch.cost == pytest.approx(5.0 + 1.0 + 9.0)


@pytest.mark.parametrize("stages", [True, False], ids=["turns", "program"])
def test_with_fewest_shipments_first_every_order_has_a_plan_if_all_can(
    monkeypatch, stages
):
    """
    o1 would take both units from N1 in one shipment, and o2 must have one of them.

    o1 then has two shipments, 1 + 5, and o2 one; found by turns, or by the program.
    """
    if not stages:
        monkeypatch.setattr(planning, "by_stake", lambda *given: list(given[-1]))
        monkeypatch.setattr(planning, "refused_first", lambda *_: iter(()))
    orders = [
        order("o1", A=2),
        order("o2", line("l", "A", must_fill=True, excluded_nodes=["N2"])),
    ]
    policy = Policy(
        costs=[Handling()], unfilled_penalty=40.0, objective="fewest_shipments"
    )
    router = Router(network(*NODES), stock(N1={"A": 2}, N2={"A": 1}), policy)

    batch = router.route_batch(orders, time_limit_s=20, gap=0)

    assert math.isfinite(batch.cost)
    assert [len(result.plan.shipments) for result in batch] == [2, 1]
    assert batch.cost == pytest.approx(1.0 + 5.0 + 1.0)
