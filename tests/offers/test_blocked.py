"""What blocks: read off the marks that were made as offers were laid out."""

from dataclasses import dataclass
from random import Random

import numpy as np
import pytest

from builders import item, node, service
from domroute.answers.lift import Lift
from domroute.costs import Shipping
from domroute.offers.blocked import blocked_of, offered_units
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.rules import ExcludedNodes, NodeFilter
from stages import one_node, problem_at, stages_of, why_not
from worlds import served_world, world

HELD = {"N1": {"A": 5}, "N2": {"A": 5}}


@dataclass(frozen=True)
class Unserved:
    """A user's rule that leaves N2 out, for want of a service as it says."""

    price: float | None = None
    name: str = "unserved"
    reason: Reason = Reason.NO_SERVICE

    def applies(self, order, delivery):  # noqa: ARG002 - the protocol names them
        """Concern everything."""
        return True

    def permits(self, node, item, distance_km):  # noqa: ARG002 - likewise
        """Let all but N2."""
        return node.id != "N2"


def blocked_at(nodes, policy, held=HELD, **wanted):
    """Lay out an order over two nodes, and read off what blocks them."""
    stages = stages_of(problem_at(nodes, held, policy, **wanted), all_nodes=True)
    return blocked_of(stages.offers, stages.arrays)


@pytest.mark.parametrize("draw", [world, served_world])
@pytest.mark.parametrize("seed", range(40))
def test_every_line_is_offered_or_blocked(seed, draw):
    """Where nothing is offered something blocks, and a rule or stock where it may."""
    made = draw(Random(seed))
    router = Router(made.network, made.inventory, made.policy)
    question = router._compiled.everywhere(made.order, made.quotes)
    offers = question.offers
    problem, eligibility = offers.problem, offers.eligibility

    blocked = blocked_of(offers, question.arrays)

    assert ((blocked.first < 0) == (offered_units(offers) > 0)).all()
    may = eligibility.allowed & (eligibility.stock[problem.sku_of] > 0)
    if offers.rung.is_proven:
        assert (blocked.is_out == ~may).all()


def test_more_rules_than_a_word_has_bits():
    """Of seventy rules the last leaves N2 out, and is told."""
    names = ["N1"] * 69 + ["N2"]
    rules = [
        ExcludedNodes(nodes=NodeFilter(ids=[name]), name=f"no {at}")
        for at, name in enumerate(names)
    ]
    blocked = blocked_at(one_node(), Policy(costs=[], rules=rules), A=1)

    assert blocked.reason(0, 1) is Reason.NOT_ELIGIBLE
    assert blocked.first[0, 1] - blocked.first[0, 0] == 69


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"capacity": {"limit": 0, "measure": "units"}}, Reason.NO_CAPACITY),
        ({"services": ["rush"]}, Reason.NO_SERVICE),
    ],
    ids=["capacity", "service"],
)
def test_node_that_may_and_offers_nothing(fields, reason):
    """No rule leaves it out: what keeps it from every offer is told beside."""
    carriers = [
        service("g", weights=(9.0,), rates=((1.0,),)),
        service("rush", weights=(9.0,), rates=((1.0,),), methods=["same_day"]),
    ]
    blocked = blocked_at(
        one_node(**fields), Policy(costs=[Shipping()]), services=carriers, A=1
    )

    assert blocked.reason(0, 1) is None
    assert blocked.keeps_out(1) is reason
    assert blocked.lacks(reason).tolist() == [[False, True]]


def test_reason_of_a_rule_is_no_lack_of_a_service():
    """A rule of one's own may say that there is no service: it is asked as a rule."""
    policy = Policy(costs=[], rules=[Unserved()])
    blocked = blocked_at(one_node(), policy, A=1)

    assert blocked.reason(0, 1) is Reason.NO_SERVICE
    assert not blocked.lacks(Reason.NO_SERVICE).any()


def test_line_that_might_be_offered_says_what_keeps_a_node_out():
    """N2 has no B; A is too heavy for every service: that is what is told."""
    blocked = blocked_at(
        one_node(),
        Policy(costs=[Shipping()]),
        items=[item("A", weight_kg=99.0), item("B")],
        A=1,
        B=1,
    )

    assert blocked.reason(1, 1) is Reason.NO_STOCK
    assert blocked.keeps_out(1) is Reason.NO_SERVICE


def test_who_was_let_in_is_not_blocked():
    """With the rules lifted off a line, they block it no more."""
    policy = Policy(costs=[], rules=[ExcludedNodes(nodes=NodeFilter(ids=["N2"]))])
    problem = problem_at(one_node(), HELD, policy, A=1)
    assert why_not(problem) == {("A", "N2"): "not_eligible"}
    router = Router(problem.network, problem.inventory, problem.policy)
    compiled = router._compiled

    free = compiled.lifted(problem.order, None, Lift(0, rules=True))

    assert (blocked_of(free, compiled.arrays).first == -1).all()


def test_marks_are_those_that_made_the_mask():
    """All marks together allow what is allowed."""
    nodes = [node("N1", methods=["pickup"]), node("N2"), node("N3", enabled=False)]
    offers = stages_of(problem_at(nodes, HELD, A=1, B=1), all_nodes=True).offers
    eligibility = offers.eligibility

    together = np.logical_and.reduce([mark.allows for mark in eligibility.marks])

    assert [mark.reason for mark in eligibility.marks] == [
        Reason.DISABLED,
        Reason.METHOD_NOT_OFFERED,
    ]
    assert (eligibility.allowed == together).all()
