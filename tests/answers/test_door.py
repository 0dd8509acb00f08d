"""The second door: an algorithm of one's own among the offers of an order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arriving import TUE, WED, row, wants
from arriving import router_of as waiting_router
from builders import line, network, node, order, service, stock
from changes import route
from domroute import (
    InputError,
    NodePriority,
    Policy,
    Router,
    SolverError,
    SplitLimits,
    Status,
    solve,
)
from domroute.costs import Backorder, Charges, Handling, Quotes
from strategies import problems

NODES = [node("N1", per_shipment=2.0), node("N2", per_shipment=5.0)]
HELD = {"N1": {"A": 2}, "N2": {"A": 9, "B": 9}}


def router_of(*nodes, held=None, **policy):
    """Make a router of handling alone, that leaves a unit for 50."""
    made = {"costs": [{"term": "handling"}], "unfilled_penalty": 50.0, **policy}
    return Router(network(*(nodes or NODES)), stock(**(held or HELD)), Policy(**made))


class TwoFaced:
    """A term that pays for shipments, and says that it does not."""

    name = "two-faced"
    is_quotable = False
    depends_on = ()

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):
        """Pay 1 for each shipment."""
        return Charges(per_shipment=np.full(len(question.nodes), -1.0))

    def amount(self, facts):  # noqa: ARG002 - likewise
        """Say 0."""
        return 0.0


def nothing(offers):
    """Take nothing."""
    return np.zeros_like(offers.limit)


def test_what_there_is_to_choose_among():
    """Three A and a B at two nodes: two offers, and what each can take."""
    offers = router_of().offers_of(order(A=3, B=1))

    assert offers.line_ids == ("A", "B")
    assert offers.node_ids == ("N1", "N2")
    assert offers.services == (None, None)
    assert offers.steps.tolist() == [3, 1]
    assert offers.units.tolist() == [[1, 0], [0, 1]]
    assert offers.limit.tolist() == [[2, 3], [0, 1]]
    assert offers.delivery.tolist() == [0, 0]
    assert offers.penalty.tolist() == [50.0, 50.0]
    assert offers.price(np.array([[1, 1], [2, 0]])).tolist() == [[2.0, 5.0]] * 2
    assert offers.price_at(np.array([[1, 1]]), np.array([1])).tolist() == [5.0]
    frame = offers.to_frame()
    assert frame["node"].tolist() == ["N1", "N2"]
    assert frame["units"].tolist() == [2, 4]


def test_a_line_that_may_not_be_divided_is_one_atom():
    """A step of it is all its units."""
    whole = order("o1", line("l1", "A", 3, allow_split=False))
    offers = router_of().offers_of(whole)

    assert offers.steps.tolist() == [1]
    assert offers.units.tolist() == [[3]]
    assert offers.limit.tolist() == [[0, 1]]


def test_a_choice_of_ones_own_is_written_bounded_and_judged():
    """All from N2 for 5: its cost, its name, what any plan costs at least."""

    def all_from_the_second(offers):
        taken = nothing(offers)
        taken[:, 1] = offers.limit[:, 1]
        return taken

    offers = router_of().offers_of(order(A=3, B=1))
    result = solve(offers, all_from_the_second)

    assert (result.cost, result.method) == (5.0, "all_from_the_second")
    assert result.plan.node_ids == ("N2",)
    assert result.bound <= solve(offers).cost <= result.cost
    assert offers.cost(all_from_the_second(offers)) == 5.0


def test_what_is_left_costs_and_has_a_reason():
    """Nothing taken: four units for 50 each."""
    offers = router_of().offers_of(order(A=3, B=1))

    result = solve(offers, nothing)

    assert result.cost == 200.0
    assert result.status is Status.FEASIBLE
    assert [u.quantity for u in result.plan.unfilled] == [3, 1]
    assert all(u.reason for u in result.plan.unfilled)


def test_a_choice_as_good_as_its_bound_is_proven():
    """One unit from the only node: nothing can cost less."""
    one = router_of(NODES[0], held={"N1": {"A": 1}}).offers_of(order(A=1))

    assert solve(one, lambda offers: offers.limit).status is Status.OPTIMAL


@pytest.mark.parametrize(
    "goal",
    [{"objective": "fewest_shipments"}, {"rules": [NodePriority(drain=True)]}],
    ids=["fewest", "drained"],
)
def test_a_bound_on_cost_proves_no_goal_before_it(goal):
    """Leaving the unit for 25 is cheaper than to ship it for 30, and not the best."""
    dear = [node("N1", per_shipment=30.0), node("N2", per_shipment=90.0, priority=2)]
    held = {"N1": {"A": 1}, "N2": {"A": 1}}
    router = router_of(*dear, held=held, unfilled_penalty=25.0, **goal)
    offers = router.offers_of(order(A=1))

    def first(offers):
        return offers.limit * np.array([[1, 0]])[:, : offers.limit.shape[1]]

    assert offers.bound() <= 25.0
    assert solve(offers, first).status is Status.FEASIBLE
    assert solve(offers).status is Status.OPTIMAL
    if "objective" in goal:
        assert solve(offers, nothing).status is Status.FEASIBLE


@pytest.mark.parametrize("algorithm", [None, nothing], ids=["library", "own"])
def test_a_term_that_contradicts_itself_is_no_fault_of_who_chooses(algorithm):
    """What it charges for shipments it does not say of a plan, whoever made that."""
    router = router_of(costs=[TwoFaced()], unfilled_penalty=0.5)
    offers = router.offers_of(order(A=1))
    takes_first = algorithm and (lambda _: np.array([[1, 0]]))

    with pytest.raises(SolverError, match="wrong_cost"):
        solve(offers, takes_first)
    with pytest.raises(SolverError, match="wrong_cost"):
        router.route(order(A=1))


def test_the_judge_refuses_what_breaks_a_limit():
    """Two shipments where one is allowed: told as a fault, before and after."""
    router = router_of(splits=SplitLimits(max_shipments=1))
    offers = router.offers_of(order(A=3, B=1))

    def both(offers):
        taken = offers.limit.copy()
        taken[0, 1] = 1
        return taken

    with pytest.raises(InputError, match="split_limit"):
        solve(offers, both)
    assert [fault.code for fault in offers.faults(both(offers))] == ["split_limit"]
    assert offers.faults(nothing(offers)) == ()


@pytest.mark.parametrize(
    ("taken", "faults"),
    [
        ([[0, 0], [0, 0]], [("wrong_type", "taken")]),
        (np.zeros((2, 2)), [("wrong_type", "taken")]),
        (np.zeros((2, 3), int), [("wrong_shape", "taken")]),
        (
            np.array([[3, 0], [0, -1]]),
            [("out_of_range", "taken[0, 0]"), ("out_of_range", "taken[1, 1]")],
        ),
        (np.array([[2, 3], [0, 0]]), [("out_of_range", "taken[0]")]),
        (
            np.array([[2**63 + 5, 0], [0, 0]], np.uint64),
            [("out_of_range", "taken[0, 0]"), ("out_of_range", "taken[0]")],
        ),
    ],
)
def test_what_is_no_choice_is_refused(taken, faults):
    """Its type, its shape, more than there is, less than nothing, more than wanted."""
    offers = router_of().offers_of(order(A=3, B=1))

    with pytest.raises(InputError) as caught:
        solve(offers, lambda _: taken)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == faults


def test_what_must_be_filled_may_not_be_left():
    """A line that must be filled, and nothing taken."""
    must = order("o1", line("l1", "A", 1, must_fill=True))

    with pytest.raises(InputError, match=r"1 must be filled \[must_fill\]"):
        solve(router_of().offers_of(must), nothing)


def test_what_must_be_filled_is_told_beforehand():
    """Nothing taken of it: a fault, and endless cost."""
    must = order("o1", line("l1", "A", 1, must_fill=True))
    offers = router_of().offers_of(must)

    assert [fault.code for fault in offers.faults(nothing(offers))] == ["must_fill"]
    assert offers.cost(nothing(offers)) == np.inf


@pytest.mark.parametrize("name", ["steps", "units", "limit", "penalty", "delivery"])
def test_what_all_read_nobody_writes(name):
    """An algorithm that uses limits up as it goes must take a copy."""
    array = getattr(router_of().offers_of(order(A=3, B=1)), name)

    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0


@pytest.mark.parametrize(
    ("steps", "offers", "code"),
    [
        (np.zeros((2, 3), int), [0, 0], "wrong_shape"),
        (np.zeros((1, 2)), [0], "wrong_type"),
        (np.array([[-1, 0]]), [0], "out_of_range"),
        (np.array([[1, 0]]), [2], "out_of_range"),
        (np.array([[1, 0]]), [-1], "out_of_range"),
        (np.array([[1, 0]]), [0, 1], "wrong_shape"),
        (None, [0], "wrong_type"),
    ],
)
def test_what_cannot_be_priced_is_refused(steps, offers, code):
    """Bundles of another shape or below zero, offers that are not there."""
    made = router_of().offers_of(order(A=3, B=1))

    with pytest.raises(InputError) as caught:
        made.price_at(steps, np.array(offers))

    assert [issue.code for issue in caught.value.issues] == [code]


def test_services_are_offers():
    """A node comes once for each service that it may ship by."""
    made = network(NODES[0], services=[service("air"), service("road")])
    router = Router(made, stock(N1={"A": 1}), Policy())

    offers = router.offers_of(order(A=1))

    assert offers.node_ids == ("N1", "N1")
    assert offers.services == ("air", "road")


def test_quotes_are_in_the_prices():
    """A shipment from N1 quoted for 9."""
    quotes = Quotes(shipments={("o1", "N1"): 9.0})

    offers = router_of().offers_of(order(A=1), quotes=quotes)

    assert offers.price(np.array([[1]])).tolist() == [[9.0, 5.0]]


@given(problems(curves=False), st.integers(0, 2**32 - 1))
def test_no_choice_beats_what_is_proven(problem, seed):
    """The library's own is what routing answers; one at random costs no less."""
    router = Router(problem.network, problem.inventory, problem.policy)
    best = route(problem)

    offers = router.offers_of(problem.order, quotes=problem.quotes)

    own = solve(offers)
    assert (own.cost, own.status, own.plan) == (best.cost, best.status, best.plan)

    def at_random(offers):
        rng, taken = np.random.default_rng(seed), nothing(offers)
        for offer in rng.permutation(taken.shape[1]).tolist():
            left = offers.steps - taken.sum(axis=1)
            most = np.minimum(offers.limit[:, offer], left)
            taken[:, offer] = rng.integers(0, most + 1)
        return taken

    try:
        found = solve(offers, at_random)
    except InputError:  # as one at random may
        return
    slack = 1e-6 * max(1.0, abs(found.cost))
    assert found.bound <= best.cost + slack
    assert found.bound <= found.cost
    if problem.policy.objective == "cost":
        assert found.cost >= best.cost - slack


def test_offers_that_wait_say_until_when():
    """What is there and what comes to N1 on Tuesday, and to N2 on Wednesday."""
    rows = [row("A", 1, (TUE, 3)), row("A", 0, (WED, 2), at="N2")]
    router = waiting_router(rows, *NODES, costs=[Handling(), Backorder(per_unit=1.0)])

    offers = router.offers_of(wants(A=4))

    frame = offers.to_frame()
    assert offers.node_ids == ("N1", "N1", "N2")
    assert offers.stock_at == (None, TUE, WED)
    assert frame["stock_at"].tolist()[1:] == [TUE, WED]
    assert frame["stock_at"].isna().tolist() == [True, False, False]
    assert frame["units"].tolist() == [1, 4, 2]


def test_offers_that_wait_for_nothing_say_so():
    """No line may wait."""
    offers = router_of().offers_of(order(A=3, B=1))

    assert offers.stock_at == (None, None)
    assert offers.to_frame()["stock_at"].isna().all()


def test_who_takes_now_what_is_promised_for_later_is_refused():
    """One now and four on Tuesday are five, of four that there will be."""
    rows = [row("A", 1, (TUE, 3))]
    router = waiting_router(rows, costs=[Backorder(per_unit=1.0)])
    offers = router.offers_of(wants(A=5))

    too_many, fine = np.array([[1, 4]]), np.array([[1, 3]])

    assert [fault.code for fault in offers.faults(too_many)] == ["oversold"]
    assert offers.faults(fine) == ()
    assert offers.cost(fine) == 3.0 + 50.0
