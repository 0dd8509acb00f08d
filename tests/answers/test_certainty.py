"""What is sure without a search: held to the question that it saves asking."""

from random import Random

import pytest

from builders import Wrapping, line, node, service
from domroute.answers.certainty import is_sure_if_stocked, is_sure_to_fill
from domroute.answers.compiled import Compiled
from domroute.answers.facts import Question
from domroute.answers.lift import Lift
from domroute.costs import Handling, Shipping, StockLevel
from domroute.policy import Policy
from domroute.router import Router
from stages import problem_at
from worlds import world

NODES = [node("N1"), node("N2", at=(0.2, 0.0))]


def asked(router, order, quotes=None):
    """Ask about an order over the nodes at hand."""
    compiled = router._compiled
    return Question(
        compiled.offers(order, quotes),
        compiled.policy,
        compiled.arrays,
        lambda lift: compiled.lifted(order, quotes, lift),
        compiled.may_rise,
    )


def is_sure(problem, at=0):
    """Tell whether a line of a problem would surely be filled, if it were there."""
    router = Router(problem.network, problem.inventory, problem.policy)
    question = asked(router, problem.order, problem.quotes)
    return is_sure_if_stocked(question, at, saving=1e-6)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_sure_at_hand_is_sure_with_the_stock(seed):
    """What offers at hand prove, they prove of the order with plenty of the line."""
    made = world(Random(seed))
    router = Router(made.network, made.inventory, made.policy)
    question = asked(router, made.order, made.quotes)

    for at in range(len(made.order.lines)):
        if is_sure_if_stocked(question, at, saving=1e-6):
            plenty = Question(
                question.lifted(Lift(at, stock=True)),
                question.policy,
                question.arrays,
                question.lifted,
            )
            assert is_sure_to_fill(plenty, at, saving=1e-6)


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        # A shipment of both at 8 is cheaper than a unit left at 20.
        ([Shipping()], True),
        # Scarcity costs 30 a unit at hand, too dear; with plenty it would cost nothing.
        ([Shipping(), StockLevel(price=30.0, target_units=2)], False),
        ([Shipping(), StockLevel(price=1.0, target_units=2)], True),
        # A term that does not say what it depends on may be anything with more stock.
        ([Shipping(), Wrapping()], False),
    ],
    ids=["carriage", "dear", "scarce", "unknown"],
)
def test_price_at_hand_is_no_less_than_with_the_stock(costs, expected):
    """B is nowhere, A at both nodes: is a unit of B filled, had they B?"""
    policy = Policy(costs=costs, unfilled_penalty=20.0)
    held = {"N1": {"A": 1}, "N2": {"A": 1}}

    assert is_sure(problem_at(NODES, held, policy, A=1, B=1), at=1) is expected


def test_rebate_is_not_made_up_for_by_scarcity():
    """A bonus of 2 a unit beside 3 for scarcity: with plenty, more would cost less."""

    class Bonus(Wrapping):
        """Pays for each unit, whatever there is."""

        depends_on = frozenset()

        def charges(self, question):
            """Charge less than nothing."""
            made = Handling().prepare(question.arrays).charges(question)
            return type(made)(per_unit=made.per_unit - 2.0)

    costs = [Shipping(), StockLevel(price=3.0, target_units=1), Bonus()]
    policy = Policy(costs=costs, unfilled_penalty=20.0)

    assert not is_sure(problem_at(NODES, {"N1": {"A": 1}}, policy, A=1, B=1), at=1)


def test_line_that_the_service_refuses_is_not_sure():
    """The one service carries no B: plenty of it would not leave the node."""
    services = [service("slow", refused_tags=("hazmat",))]
    items = [{"sku": "A"}, {"sku": "B", "tags": ("hazmat",)}]
    policy = Policy(costs=[Shipping()], unfilled_penalty=20.0)
    problem = problem_at(
        NODES, {"N1": {"A": 1}}, policy, services=services, items=items, A=1, B=1
    )

    assert not is_sure(problem, at=1)


def test_order_short_of_stock_is_not_priced_again(monkeypatch):
    """Neither what is nowhere nor what is too little needs a look at other nodes."""
    monkeypatch.setattr(Compiled, "lifted", None)
    lines = [line("l1", "A", 3), line("l2", "B", 1)]
    policy = Policy(costs=[Shipping()], unfilled_penalty=20.0)
    problem = problem_at(NODES, {"N1": {"A": 1}}, policy, lines=lines)
    router = Router(problem.network, problem.inventory, problem.policy)

    result = router.route(problem.order)

    found = {part.line_id: str(part.reason) for part in result.plan.unfilled}
    assert found == {"l1": "not_enough_stock", "l2": "out_of_stock"}
