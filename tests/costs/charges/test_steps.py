"""Prices that rise in steps with a measure, through the router and its judge."""

import re

import numpy as np
import pytest

from builders import Insuring, item, network, node, order, stock
from costs_at_hand import charge
from domroute import Charges, InputError, Policy, Router
from domroute.costs import Quotes, Steps

NODES = [node("N1")]
ITEMS = [item("A", unit_price=4.0), item("B", unit_price=20.0)]


@pytest.mark.parametrize(
    ("wanted", "cost"),
    [({"A": 2}, 1.0), ({"A": 3}, 3.0), ({"A": 1, "B": 1}, 3.0), ({"B": 2}, 4.5)],
)
def test_the_first_step_that_holds_all_is_charged(wanted, cost):
    """Worth 8, 12, 24 and 40, where steps end at 10 and at 25."""
    assert charge(Insuring(), nodes=NODES, items=ITEMS, **wanted) == cost


def test_a_step_holds_what_ends_on_its_edge():
    """Ten lines of 0.1 beside a step of 1: sums of floats do not matter."""
    steps = Steps(np.full(10, 0.1), np.array([1.0, 2.0]), np.array([[1.0, 7.0]]))

    assert steps.price(np.ones((1, 10))).tolist() == [[1.0]]


def test_what_is_beyond_the_last_step_costs_as_the_last():
    """By both methods, whether the last edge is infinite or not."""
    assert charge(Insuring(), nodes=NODES, items=ITEMS, B=9) == 4.5
    steps = Steps(np.ones(1), np.array([1.0, 2.0]), np.array([[1.0, 7.0]]))
    assert steps.price(np.array([[50.0]])).tolist() == [[7.0]]


def test_an_order_is_divided_where_two_low_steps_cost_less():
    """Worth 8 and 4 apart, for 1 each; worth 12 together, for 3."""
    held = {"N1": {"A": 9}, "N2": {"A": 1}}
    both = [node("N1"), node("N2")]

    assert charge(Insuring(), nodes=both, items=ITEMS, held=held, A=3) == 2.0


def test_quotes_replace_steps():
    """The shipment whole; or the lines that are quoted: 3 for B alone, 2 x 2 for A."""
    term = Insuring(is_quotable=True)
    shipment = Quotes(shipments={("o1", "N1"): 8.0})
    units = Quotes(units={("o1", "A", "N1"): 2.0})

    assert charge(term, nodes=NODES, items=ITEMS, quotes=shipment, A=2, B=1) == 8.0
    assert charge(term, nodes=NODES, items=ITEMS, quotes=units, A=2, B=1) == 7.0


class Stepped(Insuring):
    """A term that answers with the steps it is given."""

    def __init__(self, steps):
        super().__init__()
        object.__setattr__(self, "steps", steps)

    def charges(self, question):  # noqa: ARG002 - it answers what it was given
        """Answer."""
        return Charges(steps=self.steps)


EDGES, RATES = np.array([1.0, 2.0]), np.array([1.0, 2.0])
FALLING, THREE = np.array([2.0, 1.0, 9.0]), np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize("method", ["auto", "mip", "greedy"])
@pytest.mark.parametrize(
    ("steps", "code", "says"),
    [
        ([Steps(np.ones(1), EDGES, RATES)], "wrong_type", "a list, not a tuple"),
        ((3,), "wrong_type", "an int should be Steps"),
        ((Steps(np.ones(2), EDGES, RATES),), "wrong_shape", "Steps.measure has"),
        ((Steps(np.ones(1), EDGES, np.ones(3)),), "wrong_shape", "Steps.rates has"),
        ((Steps(np.ones(1), EDGES, np.ones((2, 2))),), "wrong_shape", "Steps.rates"),
        ((Steps(np.full(1, np.nan), EDGES, RATES),), "not_finite", "Steps.measure"),
        ((Steps(np.full(1, -1.0), EDGES, RATES),), "out_of_range", "0 or above"),
        ((Steps(np.ones(1), FALLING, THREE),), "out_of_range", "rise"),
        ((Steps(np.ones(1), EDGES, -RATES),), "out_of_range", "0 or above"),
        ((Steps(np.ones(1), EDGES, RATES[::-1]),), "out_of_range", "never fall"),
        ((Steps(np.ones(1), EDGES, np.full(2, np.inf)),), "not_finite", "Steps.rates"),
        (None, "wrong_type", "None, not a tuple"),
        ((Steps(np.ones(1), np.empty(0), np.empty(0)),), "wrong_shape", "Steps.most"),
    ],
)
def test_wrong_steps_are_told_by_the_name_of_the_term(steps, code, says, method):
    """Which term, what, and what would be right."""
    policy = Policy(costs=[Stepped(steps)], solve={"method": method})
    router = Router(network(*NODES), stock(N1={"A": 1}), policy)

    with pytest.raises(InputError) as caught:
        router.route(order(A=1))

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == (code, "term 'insuring'")
    assert re.search(says, issue.message)
