"""Rules by which services must have the tags of what they carry."""

from contextlib import nullcontext

import pytest

from builders import item, line, network, node, order, pickup, service, stock
from domroute.costs import Handling, Shipping
from domroute.errors import InputError, UnmatchedWarning
from domroute.lanes import Lane
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import OrderFilter, RequireTag
from domroute.verify import verify

CHEAP = service("cheap", rates=[[4.0, 9.0]])
TRAINED = service("trained", rates=[[6.0, 12.0]], tags=["hazmat"])
ITEMS = [item("A", tags=["hazmat"]), item("B")]


def asked(wanted, *, nodes=None, services=(CHEAP, TRAINED), method="auto", **rule):
    """Route an order under a rule that asks services for a tag; judge the plan."""
    there = nodes or [node("N1")]
    made = network(*there, items=ITEMS, services=services)
    held = stock(**{each.id: {"A": 3, "B": 3} for each in there})
    rules = [RequireTag(tag="hazmat", **{"of": ["services"], **rule})]
    policy = Policy(
        costs=[Handling(), Shipping()],
        rules=rules,
        unfilled_penalty=100.0,
        solve={"method": method},
    )
    router = Router(made, held, policy)
    result = router.route(wanted)
    assert verify(result, wanted, made, held, policy) == ()
    return router, result


@pytest.mark.parametrize("method", ["auto", "mip"])
def test_what_needs_a_tag_goes_by_a_service_that_has_it(method):
    """The dearer one for A, the cheaper for B."""
    _, result = asked(order(A=1), method=method)
    assert [part.service for part in result.plan.shipments] == ["trained"]

    _, result = asked(order(B=1), method=method)
    assert [part.service for part in result.plan.shipments] == ["cheap"]


def test_a_line_that_no_service_may_carry_misses_a_capability():
    """Alone, beside one that may be carried, in a wave and in an explanation."""
    nodes = [node("N1", services=["cheap"])]
    router, result = asked(order(A=1, B=1), nodes=nodes)

    (left,) = result.plan.unfilled
    assert (left.line_id, left.reason) == ("A", "missing_capability")
    (wave,) = router.route_batch([order(A=1, B=1)])
    assert wave.plan.unfilled == result.plan.unfilled
    told = router.explain(order(A=1)).node("N1")
    assert told.reason == "missing_capability"


def test_a_service_that_comes_too_late_misses_no_capability():
    """Of a node whose only service with the tag is late, lateness is told."""
    late = TRAINED.model_copy(update={"transit_days": 9})
    soon = CHEAP.model_copy(update={"transit_days": 1})
    wanted = order(
        "o1",
        line("A", "A", delivery=Delivery(need_by="2026-12-04")),
        placed_at="2026-12-01T10:00:00Z",
    )

    _, result = asked(wanted, services=(soon, late))

    assert [left.reason for left in result.plan.unfilled] == ["too_late"]


def test_soft_it_is_paid_once_whoever_lacks_the_tag():
    """By the cheaper one for 4 and 1, where node and service both lack it."""
    _, result = asked(order(A=1, B=1), price=1.0, of=["nodes", "services"])

    assert result.costs.to_dict() == {"shipping": 9.0, "rule:require_tag": 1.0}
    _, result = asked(order(A=1), price=9.0)
    assert result.costs.to_dict() == {"shipping": 6.0}


def test_it_concerns_the_orders_that_it_names():
    """Others go by whatever is cheapest."""
    gold = OrderFilter(tiers=["gold"])

    _, result = asked(order(A=1), orders=gold)
    assert result.cost == 4.0
    _, result = asked(order("o1", line("A", "A", 1), tier="gold"), orders=gold)
    assert result.cost == 6.0


def test_what_customers_collect_goes_by_no_service():
    """Nobody needs a tag for it."""
    nodes = [node("S1", kind="store")]

    _, result = asked(order("o1", line("A", "A", delivery=pickup("S1"))), nodes=nodes)

    assert result.cost == 0.0


@pytest.mark.parametrize(("tags", "filled"), [(["hazmat"], 1), ([], 0)])
def test_lanes_need_the_tag_too(tags, filled):
    """A transfer is carried as anything else."""
    nodes = [node("N1"), node("S1", kind="store")]
    lane = Lane(id="north", origin="N1", destination="S1", tags=tags)
    made = network(*nodes, items=ITEMS, services=[CHEAP]).model_copy(
        update={"lanes": (lane,)}
    )
    made = type(made)(**made.model_dump())
    policy = Policy(rules=[RequireTag(name="r", tag="hazmat", of=["services"])])
    wanted = order(
        "o1", line("A", "A", delivery=Delivery(method="ship_to_store", node="S1"))
    )
    held = stock(N1={"A": 1})
    with nullcontext() if tags else pytest.warns(UnmatchedWarning, match="lane"):
        router = Router(made, held, policy)

    result = router.route(wanted)

    assert sum(part.units for part in result.plan.shipments) == filled
    assert verify(result, wanted, made, held, policy) == ()


def test_promises_by_speed_are_routes_by_those_services():
    """By the cheaper one alone nothing may leave, and why is told."""
    router, _ = asked(order(A=1))

    options = {option.speed: option for option in router.promise(order(A=1)).options}

    assert options["trained"].cost == options["best"].cost == 6.0
    only = order(A=1).model_copy(update={"delivery": Delivery(services=["cheap"])})
    (left,) = router.route(only).plan.unfilled
    assert left.reason == "missing_capability"
    assert options["cheap"].cost == 100.0


def test_a_decision_that_breaks_it_has_a_price_and_a_fault():
    """A by the cheaper service, which is all that node has."""
    router, _ = asked(order(A=1), nodes=[node("N1", services=["cheap"])])

    scored = router.score(order(A=1), {("A", "N1"): 1})

    assert scored.result.cost == 4.0
    assert [fault.code for fault in scored.faults] == ["rule_broken"]


@pytest.mark.parametrize("of", [[], ["nodes", "nodes"], ["carriers"]])
def test_whom_it_asks_is_said_rightly(of):
    """Nodes, services or both."""
    with pytest.raises(ValueError, match="nodes"):
        RequireTag(tag="cold", of=of)


def test_a_network_without_services_cannot_be_asked():
    """Told with the path."""
    policy = Policy(rules=[RequireTag(tag="cold", of=["services"])])

    with pytest.raises(InputError, match=r"policy.rules\[0\].of.*no_services"):
        Router(network(node("N1")), stock(), policy)


def test_a_rule_from_before_is_the_same():
    """What is usual is not written, so that versions of policies stay."""
    assert "of" not in RequireTag(tag="cold").model_dump()
    assert RequireTag(tag="cold", of=["services"]).model_dump()["of"] == ("services",)
