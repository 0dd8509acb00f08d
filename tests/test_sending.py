"""Minimum orders by the date of shipment: found, judged, and by brute force."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest

import beside_stocked
from beside_stocked import best_of, stocked_beside, stocked_wave_beside
from daily_worlds import drawn_daily
from domroute.ledger import Inventory, Stock
from domroute.network import Item, Network, Node
from domroute.orders import Line, Order
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.services import Service
from domroute.verify import verify
from plain_daily import DailyWorld
from plain_dated_worlds import drawn
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked
from sending_worlds import sending

MON, TUE = date(2026, 6, 1), date(2026, 6, 2)
PLACE = {"lat": 40.0, "lon": -75.0}

pytestmark = pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")


def vendor(least, **fields):
    """Make a vendor that fills from some worth on."""
    return Node(
        id="vendor",
        kind="vendor",
        location=PLACE,
        minimum_order=least,
        cost={"per_shipment": 1.0},
        **fields,
    )


def network_of(node):
    """Make a network of a book, a poster that is out on Tuesday, and a truck."""
    return Network(
        nodes=[node],
        items=[
            Item(sku="book", unit_price=20.0),
            Item(sku="poster", unit_price=10.0, release_at="2026-06-02T09:00:00-04:00"),
        ],
        services=[
            Service(
                id="truck",
                pickups=["17:00"],
                transit_days=1,
                rate_card={"weights_kg": [9.0], "rates": [[0.0]]},
                zones={"kind": "distance", "bands_km": []},
            )
        ],
        time_zone="America/New_York",
    )


def asked(**units):
    """Ask on Monday at noon for books and posters, whatever date they come."""
    lines = [Line(id=sku, sku=sku, quantity=n) for sku, n in units.items()]
    at = datetime.fromisoformat("2026-06-01T12:00:00-04:00")
    return Order(id="o1", lines=lines, destination=PLACE, placed_at=at)


def to_two_places():
    """Ask for a book at home and a poster elsewhere."""
    elsewhere = {"to": {"lat": 40.1, "lon": -75.0}}
    lines = (
        Line(id="l1", sku="book", quantity=1),
        Line(id="l2", sku="poster", quantity=1, delivery=elsewhere),
    )
    return asked(book=1).model_copy(update={"lines": lines})


STOCK = Inventory(
    [Stock(node="vendor", sku=sku, on_hand=9) for sku in ("book", "poster")]
)


def routed(network, order, method="auto", **fields):
    """Route an order, units left at 1,000 each."""
    policy = Policy(unfilled_penalty=1000.0, solve={"method": method}, **fields)
    router = Router(network, STOCK, policy)
    return router, policy, router.route(order)


def sent(result):
    """List when what leaves, by the clock of New York."""
    return [
        (part.ships_at.isoformat()[:10], {c.sku: c.quantity for c in part.contents})
        for part in result.plan.shipments
    ]


@pytest.mark.parametrize("method", ["auto", "subset", "mip"])
def test_what_leaves_on_one_date_is_worth_enough(method):
    """A book today and a poster tomorrow are each too little: both go tomorrow."""
    dear = {"costs": [{"term": "handling"}, {"term": "speed", "per_unit_day": 5.0}]}
    order = asked(book=1, poster=1)

    apart = routed(network_of(vendor(10.0)), order, method, **dear)[2]
    as_one = routed(network_of(vendor(15.0)), order, method, **dear)[2]

    assert sent(apart) == [("2026-06-01", {"book": 1}), ("2026-06-02", {"poster": 1})]
    assert sent(as_one) == [("2026-06-02", {"book": 1, "poster": 1})]
    # One start and a day more for the book, in place of two starts.
    assert as_one.cost == pytest.approx(apart.cost - 1.0 + 5.0)
    assert as_one.is_optimal


@pytest.mark.parametrize("method", ["auto", "subset", "mip"])
def test_two_services_are_two_dates_where_they_leave_on_two(method):
    """What a node gives in all is enough; what it sends on each date is not."""
    order = asked(book=1, poster=1)
    limits = {"splits": {"max_shipments": 2}}

    result = routed(network_of(vendor(30.0)), order, method, **limits)[2]
    too_dear = routed(network_of(vendor(31.0)), order, method, **limits)[2]

    assert sent(result) == [("2026-06-02", {"book": 1, "poster": 1})]
    assert not too_dear.plan.shipments
    assert {part.reason for part in too_dear.plan.unfilled} == {
        Reason.BELOW_MINIMUM_ORDER
    }


def test_several_shipments_of_one_date_count_together():
    """Home and elsewhere on one day: 20 and 10 are the 30 that the vendor asks for."""
    late = to_two_places().model_copy(
        update={"placed_at": datetime.fromisoformat("2026-06-02T10:00:00-04:00")}
    )
    network = network_of(vendor(30.0))

    result = routed(network, late)[2]

    assert len(result.plan.shipments) == 2
    assert {part.ships_at.date() for part in result.plan.shipments} == {TUE}


def test_judge_looks_at_every_date():
    """A plan that is right for a lower minimum is below a higher one on one date."""
    dear = {"costs": [{"term": "handling"}, {"term": "speed", "per_unit_day": 5.0}]}
    order = asked(book=1, poster=1)
    network = network_of(vendor(10.0))
    _, policy, apart = routed(network, order, **dear)

    strict = network_of(vendor(15.0))
    faults = verify(replace(apart, bound=0.0), order, strict, STOCK, policy)

    assert [fault.code for fault in faults if fault.code == "minimum_order"] == [
        "minimum_order"
    ]
    (fault,) = [fault for fault in faults if fault.code == "minimum_order"]
    assert "10 on 2026-06-02; it fills from 15" in fault.message


def test_dates_are_those_of_the_node():
    """At 23:00 in New York it is tomorrow in UTC: both leave on Monday there."""
    network = network_of(vendor(30.0))
    services = (network.services[0].model_copy(update={"pickups": ("17:00", "23:00")}),)
    evening = datetime.fromisoformat("2026-06-01T20:00:00-04:00")
    book, poster = network.items
    late = network.model_copy(
        update={
            "services": services,
            "items": (book, poster.model_copy(update={"release_at": evening})),
        }
    )
    costs = [{"term": "handling"}, {"term": "speed", "per_unit_day": 5.0}]

    result = routed(late, to_two_places(), costs=costs)[2]

    assert not result.plan.unfilled
    assert {part.ships_at.date() for part in result.plan.shipments} <= {MON, TUE}
    assert (
        verify(
            result,
            to_two_places(),
            late,
            STOCK,
            Policy(unfilled_penalty=1000.0, costs=costs),
        )
        == ()
    )


def test_undated_orders_count_all_that_a_node_gives():
    """Without dates nothing says on which a shipment leaves."""
    network = Network(
        nodes=[vendor(30.0)],
        items=[Item(sku="book", unit_price=20.0), Item(sku="poster", unit_price=10.0)],
    )
    order = asked(book=1, poster=1).model_copy(update={"placed_at": None})

    result = routed(network, order)[2]

    assert not result.plan.unfilled


# --- every plan there is ------------------------------------------------------------

KINDS = {
    "dated": (drawn, StockedWorld),
    "stocked": (drawn_stocked, StockedWorld),
    "daily": (drawn_daily, DailyWorld),
}


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        *(("dated", seed) for seed in range(12)),
        *(("stocked", seed) for seed in range(12)),
        *(("daily", seed) for seed in range(4)),
    ],
)
def test_router_is_beside_every_plan_there_is(kind, seed):
    """The least of all plans there are by every exact method; the judge is silent."""
    draw, world_of = KINDS[kind]
    made = sending(draw(seed), seed)
    best = best_of(world_of(made.order, *made[1:]))
    cost = float("inf") if best is None else best.cost

    for method in ("auto", "subset", "mip"):
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        router = Router(made.network, made.inventory, policy)
        result = router.route(made.order, quotes=made.quotes)
        rest = made.network, made.inventory, policy

        assert result.cost == pytest.approx(cost)
        assert not verify(result, made.order, *rest, quotes=made.quotes)


@pytest.mark.parametrize("beside", [stocked_beside, stocked_wave_beside])
@pytest.mark.parametrize("seed", range(6))
def test_explanations_and_waves_are_beside_every_plan(seed, beside, monkeypatch):
    """Every node beside the plan, and orders that share stock, keep to them too."""

    def draw(name, count=1):
        return sending(drawn_stocked(name, count), name)

    monkeypatch.setattr(beside_stocked, "drawn_stocked", draw)

    assert not list(beside(seed, Counter()))
