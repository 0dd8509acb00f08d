"""The hard node priority in too little time: what is legal, proven and told then."""

import math
from dataclasses import replace

import numpy as np
import pytest

from builders import item, line, node, order
from changes import route
from domroute import NodePriority, Policy, Reason, Router, Status
from domroute.batch import incumbent
from domroute.costs import Handling
from domroute.sourcing import kernel, ladder
from stages import problem_at, stages_of

LADDER = Policy(costs=[Handling()], rules=[NodePriority()])
DRAIN = Policy(costs=[Handling()], rules=[NodePriority(drain=True)])
ONE_UNIT = {"limit": 1, "measure": "units"}


def rungs(first=None, policy=LADDER, **wanted):
    """Make an order over N1 of priority 1 and a cheaper N2 of priority 2."""
    nodes = [
        node("N1", priority=1, per_shipment=5.0, **(first or {})),
        node("N2", priority=2),
    ]
    held = {"N1": {"A": 9, "B": 9}, "N2": {"A": 9, "B": 9}}
    return problem_at(nodes, held, policy, **wanted)


def leaving(policy, penalty=50.0):
    """Let a unit be left for a penalty."""
    return policy.model_copy(update={"unfilled_penalty": penalty})


def test_rung_that_is_not_proven_proves_no_plan(monkeypatch):
    """Where the kernel has no time to say what a rung fills, nothing is optimal."""
    problem = rungs({"capacity": ONE_UNIT}, A=2, B=1)
    monkeypatch.setattr(
        ladder._Asked, "fill", lambda *_: ladder._Filled(known=1.0, bound=3.0)
    )

    assert route(problem).status is Status.FEASIBLE


def test_bound_holds_for_the_rung_that_may_be_needed(monkeypatch):
    """
    Cut short at N1, an order leaves a unit for 50; both from N2 cost nothing.

    Alone and in a wave: what is proven of the nodes up to N1 is proven of no more.
    """
    problem = rungs({"capacity": ONE_UNIT}, A=2, policy=leaving(LADDER))
    router = Router(problem.network, problem.inventory, problem.policy)
    best = router.route(problem.order)
    monkeypatch.setattr(ladder._Asked, "find", lambda *_: (0, False))

    alone = router.route(problem.order)
    batch = router.route_batch([problem.order], time_limit_s=1.0)

    assert alone.cost == batch.cost == 5.0 + 50.0
    for cut in (alone, batch, *batch.results):
        assert cut.status is Status.FEASIBLE
        assert cut.bound <= best.cost < cut.cost
    assert batch.statistics.price_bound <= best.cost
    assert all(bound <= best.cost for _, bound, _ in batch.history_points)


def test_a_wave_keeps_the_rung_it_has_found(monkeypatch):
    """Asked again when results are written, another rung would be another order."""
    problem = rungs({"capacity": ONE_UNIT}, A=2, policy=leaving(LADDER))
    router = Router(problem.network, problem.inventory, problem.policy)
    found = iter([(1, False), (0, False), (0, False)])
    monkeypatch.setattr(ladder._Asked, "find", lambda *_: next(found))

    batch = router.route_batch([problem.order], time_limit_s=1.0)

    assert not batch.results[0].plan.unfilled


@pytest.mark.parametrize(
    ("by_rung", "expected"),
    [
        ([(1, 1), (2, 2), (3, 3)], (2, True)),
        # What nodes up to the second rung fill is open: it is not known to be too low.
        ([(1, 1), (2, 3), (3, 3)], (1, False)),
        ([(-1, 3), (-1, 3), (-1, 3)], (0, False)),
        ([(1, 3), (1, 3), (3, 3)], (0, False)),
        # More may be filled by all: no lower rung is known to fill as much.
        ([(1, 1), (2, 2), (2, 3)], (1, False)),
    ],
)
def test_rung_that_is_cut_short_is_one_that_is_needed(monkeypatch, by_rung, expected):
    """Nodes up to it are permitted, whatever a longer search would find."""
    offers = stages_of(rungs(A=3)).offers
    asked = ladder._Asked(
        offers,
        LADDER,
        None,
        np.array([1, 2]),
        np.array([1, 2, 3]),
        limit_s=1.0,
    )
    monkeypatch.setattr(asked, "fill", lambda at: ladder._Filled(*by_rung[at]))

    assert asked.find(np.array([3, 3, 3])) == expected


def large(problem):
    """Add a line of more units than can be listed, which nobody has."""
    wanted = problem.order.model_copy(
        update={"lines": (*problem.order.lines, line("P", "P", 9_000))}
    )
    made = problem.network.model_copy(
        update={"items": (*problem.network.items, item("P"))}
    )
    return problem._replace(order=wanted, network=made)


def cut_short():
    """
    Make an order that fills five units from N1, six from both, and has no time.

    N2 is dear to go to for one unit; N3 would do as well, two rungs farther down.
    """
    nodes = [
        node("N1", priority=1),
        node("N2", priority=2, minimum_order=20.0),
        node("N3", priority=3),
    ]
    held = {"N1": {"A": 3, "B": 2}, "N2": {"A": 2, "B": 3}, "N3": {"B": 1}}
    return large(problem_at(nodes, held, leaving(LADDER), A=3, B=3))


def test_plan_of_an_order_that_is_cut_short_keeps_to_the_ladder():
    """Alone and in a wave, also beside another order; the bound holds."""
    problem = cut_short()
    router = Router(problem.network, problem.inventory, problem.policy)
    best = router.route(problem.order)
    other = order("other", A=1)

    cut = router.route(problem.order, time_limit_s=1e-9)
    wave = router.route_batch([problem.order, other], time_limit_s=0.0)

    assert best.plan.node_ids == ("N1", "N2")
    for result in (cut, wave.results[0]):
        assert result.plan.node_ids == ("N1",)
        assert result.status is Status.FEASIBLE
        assert result.bound <= best.cost < result.cost


def test_nodes_beyond_a_rung_that_is_cut_short_are_not_called_needless():
    """The best plan uses N2: it is not that better nodes can fill as much."""
    problem = cut_short()
    router = Router(problem.network, problem.inventory, problem.policy)

    told = router.explain(problem.order, time_limit_s=1e-9)

    for name in ("N2", "N3"):
        assert told.node(name).reason is None
        assert told.node(name).cost_with is None
        assert told.node(name).sentence == (
            "not chosen: no plan with it was found in the time given"
        )
    assert {part.reason for part in told.result.plan.unfilled} == {Reason.LIMIT_REACHED}


def test_order_without_time_for_a_plan_is_not_called_impossible():
    """That hard rules leave no plan is said only of an order that has none."""
    problem = drain_over_a_limit(penalty=1.0)
    problem = large(problem)
    router = Router(problem.network, problem.inventory, problem.policy)

    told = router.explain(problem.order, time_limit_s=1e-9)

    assert told.result.status is Status.FEASIBLE
    assert told.sentences[0] == "No plan was found in the time given."


def test_a_wave_refuses_what_may_drain_too_little(monkeypatch):
    """Cut short with nothing filled, one order has no plan; the others keep theirs."""
    problem = large(drain_over_a_limit())
    router = Router(problem.network, problem.inventory, problem.policy)
    ask = incumbent.decide

    def cut(offers, *args, **kwargs):
        choice = ask(offers, *args, **kwargs)
        if offers.problem.order.id != problem.order.id:
            return choice
        return replace(choice, takes=(), proves_goals=False)

    monkeypatch.setattr(incumbent, "decide", cut)
    wave = router.route_batch([problem.order, order("other", A=1)], time_limit_s=1.0)

    assert [bool(result.plan.shipments) for result in wave] == [False, True]
    assert wave.status is wave.results[0].status is Status.FEASIBLE
    assert wave.cost == wave.results[0].cost == math.inf
    assert all(cost == math.inf for _, _, cost in wave.history_points)


def test_what_a_refused_order_took_is_left_to_those_that_drain(monkeypatch):
    """The first takes the unit at N1 and nothing from N2; the other then has it."""
    nodes = [node("N1", priority=1), node("N2", priority=2)]
    held = {"N1": {"A": 1}, "N2": {"A": 9}}
    problem = large(problem_at(nodes, held, leaving(DRAIN), A=2))
    router = Router(problem.network, problem.inventory, problem.policy)
    ask = incumbent.decide

    def cut(offers, *args, **kwargs):
        choice = ask(offers, *args, **kwargs)
        if offers.problem.order.id != problem.order.id:
            return choice
        first = tuple(take for take in choice.takes if take.node == 0)
        return replace(choice, takes=first, proves_goals=False)

    monkeypatch.setattr(incumbent, "decide", cut)
    wave = router.route_batch(
        [problem.order, order("other", A=1, priority=-1)], time_limit_s=1.0
    )

    assert [result.plan.node_ids for result in wave] == [(), ("N1",)]


def test_progress_is_told_what_holds_for_every_rung(monkeypatch):
    """As the result is: cut short at N1, a wave proves nothing of plans with N2."""
    problem = rungs({"capacity": ONE_UNIT}, A=2, policy=leaving(LADDER))
    router = Router(problem.network, problem.inventory, problem.policy)
    best = router.route(problem.order).cost
    monkeypatch.setattr(ladder._Asked, "find", lambda *_: (0, False))
    told = []

    router.route_batch(
        [problem.order],
        time_limit_s=1.0,
        progress=lambda bound, cost: told.append((bound, cost)),
    )

    assert told
    assert all(bound <= best for bound, _ in told)


def test_an_order_that_drains_alone_may_be_cheaper_in_a_wave():
    """
    What it costs alone, where it must go to dear N1 first, is no bound for the wave.

    The first order takes the unit at N1; the other drains N2, for nothing.
    """
    nodes = [node("N1", priority=1, per_shipment=20.0), node("N2", priority=2)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}
    policy = leaving(DRAIN)
    made = problem_at(nodes, held, policy, A=1)
    both = [
        large(made._replace(order=order(name, A=1, priority=place)))
        for name, place in (("first", 1), ("second", 0))
    ]
    router = Router(both[0].network, made.inventory, policy)

    wave = router.route_batch([one.order for one in both], time_limit_s=20.0)

    assert wave.results[1].plan.node_ids == ("N2",)
    assert wave.bound <= wave.cost
    assert wave.results[1].bound <= wave.results[1].cost


def drain_over_a_limit(penalty=50.0):
    """Make an order of which N1, dearer, is to give the one unit that it can."""
    return rungs({"capacity": ONE_UNIT}, A=2, policy=leaving(DRAIN, penalty))


def route_at_once(problem, **solve):
    """Route an order without any time for a search."""
    solve = problem.policy.solve.model_copy(update=solve)
    policy = problem.policy.model_copy(update={"solve": solve})
    router = Router(problem.network, problem.inventory, policy)
    return router.route(problem.order, time_limit_s=1e-9)


def test_a_ladder_is_drained_however_little_time_there_is():
    """The integer program has none at all: the parts are listed instead."""
    result = route_at_once(drain_over_a_limit(), method="mip")

    assert [part.node_id for part in result.plan.shipments] == ["N1", "N2"]
    assert result.status is Status.OPTIMAL


def test_no_plan_is_given_that_may_drain_too_little(monkeypatch):
    """Where parts are too many to list, and time is over: none is known that drains."""
    monkeypatch.setattr(kernel, "is_small", lambda *_: False)

    result = route_at_once(drain_over_a_limit())

    assert not result.plan.shipments
    assert result.status is Status.FEASIBLE
    assert {part.reason for part in result.plan.unfilled} == {Reason.LIMIT_REACHED}
