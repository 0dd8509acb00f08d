"""The hard node priority, as the judge sees it."""

from builders import (
    line,
    node,
    order,
    service,
)
from domroute.costs import Quotes, Shipping
from domroute.policy import Policy
from domroute.rules import NodePriority, OrderFilter
from plans import RIGHT, codes, plan, ship


def test_ladder_lets_in_who_is_needed():
    """A node of worse priority fills what better ones have too little of."""
    nodes = [node("N1"), node("N2", priority=2), node("N3", priority=3)]
    held = {"N1": {"A": 2}, "N2": {"A": 2, "B": 1}, "N3": {"B": 1}}
    policy = Policy(costs=[], rules=[NodePriority()])
    worse = plan(ship("N1", "A2"), ship("N3", "B1"))

    assert codes(RIGHT, nodes=nodes, held=held, policy=policy) == []
    assert codes(worse, nodes=nodes, held=held, policy=policy) == ["rule_broken"]


def test_ladder_sees_each_line_by_itself():
    """A line pinned to a node of worse priority is not left without it."""
    nodes = [node("N1"), node("N2", priority=2)]
    wanted = order("o1", line("B", "B", 1, pinned_node="N2"), A=2)

    found = codes(
        RIGHT, wanted, nodes=nodes, policy=Policy(rules=[NodePriority()], costs=[])
    )

    assert found == []


def test_ladder_goes_on_where_no_service_carries():
    """What no service carries from a better node is filled from a worse one."""
    nodes = [node("N1", services=["rush"]), node("N2", priority=2)]
    carriers = [
        service("ground", rates=[[0.0]], weights=[9.0]),
        service("rush", rates=[[0.0]], weights=[9.0], methods=["same_day"]),
    ]
    policy = Policy(costs=[Shipping()], rules=[NodePriority()])
    made = plan(ship("N2", "A2", "B1", service="ground"))

    found = codes(made, nodes=nodes, services=carriers, policy=policy)

    assert found == []


def test_each_node_is_asked_what_its_services_carry():
    """N1 has no service for it, but N2 beside it has: N3 below them is not needed."""
    nodes = [node("N1", services=["rush"]), node("N2"), node("N3", priority=2)]
    held = {name: {"A": 2, "B": 1} for name in ("N1", "N2", "N3")}
    carriers = [
        service("ground", rates=[[0.0]], weights=[9.0]),
        service("rush", rates=[[0.0]], weights=[9.0], methods=["same_day"]),
    ]
    policy = Policy(costs=[Shipping()], rules=[NodePriority()])

    found = [
        codes(
            plan(ship(name, "A2", "B1", service="ground")),
            nodes=nodes,
            services=carriers,
            held=held,
            policy=policy,
        )
        for name in ("N2", "N3")
    ]

    assert found == [[], ["rule_broken"]]


def test_ladder_concerns_orders_that_match():
    """A ladder for orders of the web leaves others alone."""
    nodes = [node("N1"), node("N2", priority=2)]
    rule = NodePriority(orders=OrderFilter(channels=["web"]))
    policy = Policy(costs=[], rules=[rule])

    found = [
        codes(RIGHT, order(A=2, B=1, channel=name), nodes=nodes, policy=policy)
        for name in ("web", "phone")
    ]

    assert found == [["rule_broken"], []]


def test_rungs_are_drained_of_the_work_that_is_known():
    """A unit is two units of work, as the caller knows: N1 can do one and no more."""
    nodes = [node("N1", capacity={"workload": 3}), node("N2", priority=2)]
    held = {"N1": {"A": 2}, "N2": {"A": 9}}
    policy = Policy(costs=[], rules=[NodePriority(drain=True)])
    made = plan(ship("N1", "A1", workload=2.0), ship("N2", "A2"))
    known = Quotes(workload={("o1", "A", "N1"): 2.0})

    found = codes(
        made, order("o1", A=3), nodes=nodes, held=held, policy=policy, quotes=known
    )

    assert found == []


def test_first_rung_is_drained_before_the_next():
    """Two A are at N1: a plan that takes one of them, or none, does not drain it."""
    nodes = [node("N1"), node("N2", priority=2)]
    held = {"N1": {"A": 2}, "N2": {"A": 9}}
    policy = Policy(costs=[], rules=[NodePriority(drain=True)])
    wanted = order("o1", A=3)
    drained = plan(ship("N1", "A2"), ship("N2", "A1"))
    halfway = plan(ship("N1", "A1"), ship("N2", "A2"))
    at_once = plan(ship("N2", "A3"))

    found = [
        codes(made, wanted, nodes=nodes, held=held, policy=policy)
        for made in (drained, halfway, at_once)
    ]

    assert found == [[], ["rule_broken"], ["rule_broken"]]
