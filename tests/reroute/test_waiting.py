"""Orders that wait for stock, routed again: what is kept, freed, refused."""

from datetime import timedelta

import pytest

from arriving import NOW, TUE, WAITS, WED, left_by, router_of, row, wants
from builders import node
from domroute.costs import Backorder, Handling
from domroute.events import Accepted, Canceled, Rejected

HOUR = timedelta(hours=1)
POLICY = WAITS.model_copy(update={"costs": (Handling(), Backorder(per_unit=2.0))})
NODES = node("N1", per_shipment=1.0), node("N2", per_shipment=3.0)
# Of four A at N1 one is there, and three come on Tuesday; to N2 come two on Wednesday.
ROWS = (row("A", 1, (TUE, 3)), row("A", 0, (WED, 2), at="N2"))
NOW_AND_LATER = [("N1", "A1", "Mon"), ("N1", "A3", "Tue")]


def planned():
    """Route an order of four, and reserve its plan."""
    router = router_of(ROWS, *NODES, policy=POLICY)
    result = router.route(wants(A=4))
    router.inventory.reserve(result.plan)
    assert left_by(result) == NOW_AND_LATER
    return router, result


@pytest.mark.parametrize("later", [HOUR, timedelta(hours=25)])
@pytest.mark.parametrize("is_there", [False, True])
def test_no_event_is_no_change(later, is_there):
    """Before the truck is due and after, and whether or not it has been received."""
    router, result = planned()
    if is_there:
        router.inventory.receive("N1", "A", 3, inbound=TUE)

    again = router.reroute(result, [], now=NOW + later)

    assert left_by(again.result) == NOW_AND_LATER


def refused(**fields):
    """Have N1 refuse some of it an hour on; what leaves then."""
    router, result = planned()
    no = Rejected(at=NOW + HOUR, order="o1", node="N1", line="A", **fields)
    return left_by(router.reroute(result, [no], now=NOW + HOUR).result)


def test_node_gives_no_more_than_it_has_not_refused():
    """Three of four, now and later; the fourth comes from N2."""
    found = refused(quantity=1)

    assert found == [("N1", "A1", "Mon"), ("N1", "A2", "Tue"), ("N2", "A1", "Wed")]


def test_node_that_refuses_all_is_left_out():
    """What it would have on Tuesday, too: two of four come to N2."""
    assert refused() == [("N2", "A2", "Wed")]


def test_what_is_accepted_keeps_what_it_waits_for():
    """Both parts are begun: the one of Tuesday waits as before, whatever is asked."""
    router, result = planned()
    yes = Accepted(at=NOW + HOUR, order="o1", node="N1")

    again = router.reroute(result, [yes], now=NOW + HOUR)

    kept = {one.shipment.stock_at: one.shipment.units for one in again.state.kept}
    assert kept == {None: 1, TUE: 3}
    assert again.result.plan.shipments == ()


def test_what_is_canceled_is_free_again():
    """All four: what was promised of the truck is nobody's."""
    router, result = planned()
    gone = Canceled(at=NOW + HOUR, order="o1")

    again = router.reroute(result, [gone], now=NOW + HOUR)
    router.inventory.release("o1")

    assert left_by(again.result) == []
    assert router.inventory.relied == {}
    assert left_by(router.route(wants(name="o2", A=4))) == NOW_AND_LATER
