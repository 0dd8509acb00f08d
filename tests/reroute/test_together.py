"""What is left of a delivery that comes on one date comes with what is kept."""

from datetime import UTC, datetime

from builders import line, network, node, order, service, stock
from domroute.costs import Shipping
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router

PLACED = datetime(2026, 12, 1, 10, tzinfo=UTC)
NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
NETWORK = network(
    node("near", services=["day"]),
    node("next", services=["dear"]),
    node("far", services=["week"]),
    services=[
        service("day", rates=[[4.0]], weights=[100.0], transit_days=1),
        service("dear", rates=[[6.0]], weights=[100.0], transit_days=1),
        service("week", rates=[[3.0]], weights=[100.0], transit_days=7),
    ],
)
POLICY = Policy(costs=[Shipping()], unfilled_penalty=100.0)


def rerouted(*, together):
    """Ship a B from afar, have the node of the A say no, and ask again."""
    held = stock(near={"A": 1}, next={"A": 1}, far={"B": 1})
    router = Router(NETWORK, held, POLICY)
    lines = line("a", "A"), line("b", "B")
    delivery = Delivery(together=together)
    result = router.route(order("o1", *lines, placed_at=PLACED, delivery=delivery))
    events = [
        {"event": "shipped", "order": "o1", "node": "far", "at": NOW},
        {"event": "rejected", "order": "o1", "node": "near", "at": NOW},
    ]
    again = router.reroute(result, events, now=NOW)
    (part,) = again.result.plan.shipments
    return part.node_id, part.delivers_on.day


def test_the_rest_comes_with_what_has_left():
    """The B is there on the 8th, and so is the A, ready sooner elsewhere."""
    assert rerouted(together=True) == ("next", 8)


def test_the_rest_comes_as_it_may_unless_asked():
    """From the 2nd one day takes it to the 3rd."""
    assert rerouted(together=False) == ("next", 3)
