"""Orders that are put together at a node, worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from domroute import (
    InputError,
    Inventory,
    Lateness,
    Policy,
    Router,
    Speed,
    SplitLimits,
    Stock,
    verify,
)
from domroute.jsonio import results_from_json, results_to_json
from domroute.ledger.keeping import Promised
from domroute.orders import Delivery
from domroute.words import Status
from hubs import inventory, network, order, policy


def routed(asked=None, *, made=None, by=None, stock=None):
    """Route an order in the small world."""
    router = Router(made or network(), stock or inventory(), by or policy())
    return router.route(asked or order())


def test_parts_go_by_lanes_and_the_whole_in_one_shipment():
    """Two direct shipments would cost 30 + 2 and 20: 52."""
    result = routed()
    lamp, sofa, whole = result.plan.shipments

    # Lanes 1 + 0.5 + 0.1 a kilogram; 12 kg in one parcel; per shipment at the hub.
    assert (lamp.node_id, lamp.service, lamp.cost) == ("east", "east-hub", 1.7)
    assert (sofa.node_id, sofa.service) == ("west", "west-hub")
    assert sofa.costs.to_dict() == {"handling": 2.0, "shipping": 2.5}
    assert (whole.node_id, whole.service, whole.contents) == ("hub", "ground", ())
    assert whole.costs.to_dict() == {"handling": 2.0, "shipping": 30.0}
    assert result.cost == pytest.approx(38.2)
    assert result.status is Status.OPTIMAL


def test_parts_say_where_they_are_put_together():
    """And when they are with the customer, all on one date."""
    result = routed()
    *parts, whole = result.plan.shipments

    assert [part.merge_at for part in parts] == ["hub", "hub"]
    assert whole.merge_at is None
    assert result.plan.merged_at == "hub"
    assert result.plan.arriving == (whole,)
    assert result.plan.split_count == 0
    # Handed over at once, there the next day by 06:00, on at once, two days on.
    assert whole.ships_at == datetime(2026, 12, 2, 6, tzinfo=UTC)
    assert {x.delivers_on for x in result.plan.shipments} == {date(2026, 12, 4)}


def test_node_gives_its_own_without_a_lane():
    """Per line and unit it charges for that alone; the whole is 17 kg."""
    whole = routed(order("sofa", "lamp", "rug")).plan.shipments[-1]

    assert [content.sku for content in whole.contents] == ["rug"]
    assert whole.costs.to_dict() == {"handling": 2.75, "shipping": 36.0}


def test_receiving_begins_with_the_last_arrival():
    """Half a day of work, and then a day more on the way."""
    hub = {"receiving_minutes": 720.0, "processing": {"minutes": 360.0}}

    whole = routed(made=network(hub=hub)).plan.shipments[-1]

    assert whole.ready_at == datetime(2026, 12, 3, 0, tzinfo=UTC)
    assert whole.delivers_on == date(2026, 12, 5)


def test_whole_holds_as_long_as_its_parts():
    """They may be ordered until they leave, at once."""
    result = routed(made=network(lane={"pickups": ["18:00"]}))

    ends = {part.valid_until for part in result.plan.shipments}
    assert ends == {datetime(2026, 12, 1, 18, tzinfo=UTC)}


def test_days_are_charged_once_for_the_whole():
    """Three days of two lines, at 0.5 each."""
    costs = (*policy().costs, Speed(per_line_day=0.5))

    result = routed(by=policy().model_copy(update={"costs": costs}))

    assert result.plan.merged_at == "hub"
    assert result.plan.shipments[-1].costs["speed"] == pytest.approx(3.0)
    assert result.costs["speed"] == pytest.approx(3.0)


def test_late_whole_is_no_plan():
    """Direct shipments are there on the third; the whole is not."""
    result = routed(order(need_by=date(2026, 12, 3)))

    assert result.plan.merged_at is None
    assert result.cost == pytest.approx(52.0)


def test_late_whole_may_be_paid_for():
    """A day late at 1 for each of two lines."""
    costs = (*policy().costs, Lateness(per_line_day=1.0))

    result = routed(
        order(need_by=date(2026, 12, 3)),
        by=policy().model_copy(update={"costs": costs}),
    )

    assert result.plan.merged_at == "hub"
    assert result.cost == pytest.approx(40.2)


def test_customer_gets_one_shipment():
    """No split is counted, and none is paid for."""
    limits = SplitLimits(max_shipments=1, split_price=99.0)

    result = routed(by=policy(splits=limits))

    assert result.cost == pytest.approx(38.2)
    assert len(result.plan.arriving) == 1


@pytest.mark.parametrize(("most", "hub"), [(3, "hub"), (2, None)])
def test_node_counts_among_nodes(most, hub):
    """It is one more than those that send to it."""
    result = routed(by=policy(splits=SplitLimits(max_nodes=most)))

    assert result.plan.merged_at == hub


def test_node_counts_among_nodes_with_what_it_gives():
    """Three nodes may send three SKUs, of which one is the hub's own."""
    limits = SplitLimits(max_nodes=3)

    result = routed(order("sofa", "lamp", "rug"), by=policy(splits=limits))

    assert result.plan.merged_at == "hub"
    assert not result.plan.unfilled


@pytest.mark.parametrize(
    "hub",
    [
        {"methods": ("ship",)},
        {"enabled": False},
        {"capacity": {"orders": 0}},
        {"active_until": datetime(2026, 12, 2, tzinfo=UTC)},
        {"max_distance_km": 5.0},
    ],
)
def test_node_must_be_able_to_merge(hub):
    """Else parts go as they are."""
    result = routed(made=network(hub=hub))

    assert result.plan.merged_at is None
    assert result.cost == pytest.approx(52.0)


def test_node_need_not_ship_by_itself():
    """One that only merges gives nothing of its own."""
    result = routed(
        order("sofa", "lamp", "rug"), made=network(hub={"methods": ["merge"]})
    )

    assert result.plan.merged_at == "hub"
    assert [left.sku for left in result.plan.unfilled] == ["rug"]


def test_lane_must_promise_a_date():
    """Nobody knows when parts by another would be there."""
    assert routed(made=network(lane={"transit_days": None})).plan.merged_at is None


def test_services_are_those_to_the_customer():
    """Lanes need not be among those that a delivery allows."""
    assert routed(order(services=("ground",))).plan.merged_at == "hub"


def test_who_does_not_ask_gets_parts():
    """Merging is for deliveries that come together."""
    assert routed(order(together=False)).plan.merged_at is None


def test_excluded_node_gives_nothing_but_merges():
    """A line says who may not fill it, not where it may go through."""
    asked = order("sofa", "lamp", line={"excluded_nodes": ("hub",)})

    assert routed(asked).plan.merged_at == "hub"


def test_what_is_left_is_told_without_a_cause():
    """What nobody has is plain."""
    stock = Inventory(
        [
            Stock(node="west", sku="sofa", on_hand=1),
            Stock(node="east", sku="lamp", on_hand=1),
            Stock(node="hub", sku="rug", on_hand=0),
        ]
    )

    result = routed(order("sofa", "lamp", "rug"), stock=stock)

    assert result.plan.merged_at == "hub"
    assert [str(left.reason) for left in result.plan.unfilled] == ["out_of_stock"]


def test_each_source_gives_its_stock():
    """The ledger takes from each what it sends, and gives it back."""
    result, ledger = routed(), inventory()

    ledger.reserve(result.plan)
    taken = [ledger.available(n, k) for n, k in (("west", "sofa"), ("east", "lamp"))]
    rugs = ledger.available("hub", "rug")
    ledger.release("o1")

    assert (taken, rugs) == ([8, 8], 9)
    assert ledger.available("west", "sofa") == 9


def test_capacity_counts_the_order_where_it_is_put_together():
    """Once at each source, and once at the hub."""
    made = network(hub={"capacity": {"orders": 1}})
    ledger = inventory()
    router = Router(made, ledger, policy())
    first = router.route(order())

    ledger.reserve(first.plan)
    second = router.route(order(name="o2"))

    assert first.plan.merged_at == "hub"
    assert second.plan.merged_at is None


def test_plan_comes_back_from_json():
    """With where its parts are put together."""
    result = routed()

    (again,) = results_from_json(results_to_json([result]))

    assert again.plan == result.plan
    assert verify(again.plan, order(), network(), inventory(), policy()) == ()


def test_promise_offers_the_whole():
    """One date, by the service that brings it."""
    router = Router(network(), inventory(), policy())

    promise = router.promise(order(), methods="any")

    assert [(one.method, one.speed) for one in promise.options] == [
        ("ship", "best"),
        ("ship", "ground"),
    ]
    assert all(one.cost == pytest.approx(38.2) for one in promise.options)
    assert promise.options[0].delivers == (date(2026, 12, 4),)


def test_wave_sends_parts_as_they_are():
    """Several orders together are not put together."""
    router = Router(network(), inventory(), policy())

    wave = router.route_batch([order(), order(name="o2")])

    assert all(one.plan.merged_at is None for one in wave)
    assert wave.cost == pytest.approx(104.0)


@pytest.mark.parametrize("again", ["reroute", "rebalance", "explain"])
def test_what_cannot_be_done_yet_is_refused(again):
    """With one fault, that says where it is put together."""
    router, asked = Router(network(), inventory(), policy()), order()
    result = router.route(asked)
    ask = {
        "reroute": lambda: router.reroute(result, []),
        "rebalance": lambda: router.rebalance([result]),
        "explain": lambda: router.explain(asked, result=result),
    }

    with pytest.raises(InputError) as caught:
        ask[again]()

    assert [issue.code for issue in caught.value.issues] == ["merged_plan"]


def test_merge_is_no_delivery():
    """A customer asks for what comes together; nodes merge."""
    with pytest.raises(ValueError, match="should be one of"):
        Delivery(method="merge")


def test_merge_is_not_promised():
    """Nor may it be asked for."""
    router = Router(network(), inventory(), policy())

    with pytest.raises(InputError) as caught:
        router.promise(order(), methods=["merge"])

    assert caught.value.issues[0].code == "unknown_value"


@pytest.mark.parametrize(
    "fields",
    [
        {"objective": "fewest_shipments"},
        {"solve": {"method": "greedy"}},
        {"splits": {"max_nodes": 3, "over_limit_price": 1.0}},
        {"allow_backorder": True},
    ],
)
@pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning")
def test_some_policies_send_parts_as_they_are(fields):
    """What they ask of a plan is not asked of parts yet."""
    by = Policy(**{**policy().model_dump(), **fields})

    assert routed(by=by).plan.merged_at is None


def test_ledger_keeps_a_shipment_that_holds_nothing():
    """The hub has an order to work on, though it gives nothing."""
    ledger, other = inventory(), inventory()
    ledger.reserve(routed().plan)

    kept = Promised.model_validate_json(ledger.promised().model_dump_json())
    other.restore(kept)

    assert other.reservations == ledger.reservations
    assert other.load("hub", "orders") == 1.0


def test_time_that_is_over_leaves_a_bound():
    """What was found without the hub stands, and nothing false is claimed."""
    router = Router(network(), inventory(), policy())

    result = router.route(order(), time_limit_s=1e-6)

    assert result.bound <= 38.2 + 1e-9
    assert result.cost <= 52.0 + 1e-9
