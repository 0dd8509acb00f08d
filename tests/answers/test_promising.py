"""What an order could be promised, speed by speed, through the face."""

import random
from datetime import timedelta

import pytest

from builders import line, node, order, place, service, stock
from dated import at, dated_network
from domroute.costs import Backorder, Handling, Quotes, Shipping, Speed
from domroute.errors import InputError
from domroute.ledger import Inbound, Inventory, Stock
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.promises import BEST
from domroute.router import Router
from domroute.rules import NodePriority
from domroute.words import Method

WEDNESDAY = at("2026-11-18T10:00")


def ride(name, days, price, **fields):
    """Make a service."""
    rates = [[price, price]]
    return service(
        name, rates, pickups=["17:00"], transit_days=days, delivers_by="20:00", **fields
    )


SERVICES = [
    ride("air", 1, 9.0, speed="fast"),
    ride("ground", 3, 4.0, speed="slow"),
    ride("rail", 4, 3.0, speed="slow"),
    service("rider", [[20.0, 20.0]], transit_minutes=60, methods=["same_day"]),
]
NODES = (
    node("N1", kind="store", methods=["ship", "pickup", "same_day"]),
    node("N2", (0.5, 0.0), kind="store", methods=["ship", "pickup", "ship_to_store"]),
)


def router_of(*, policy=None, held=None, nodes=NODES):
    """Make a router with the four services."""
    held = held or {"N1": {"A": 5, "B": 5}, "N2": {"A": 5}}
    policy = policy or Policy(costs=[Shipping()], unfilled_penalty=70.0)
    made = dated_network(nodes, SERVICES)
    items = (*made.items, made.items[0].model_copy(update={"sku": "B"}))
    return Router(made.model_copy(update={"items": items}), stock(**held), policy)


def ask(**fields):
    """Order one A on Wednesday."""
    return order(**{"A": 1, "placed_at": WEDNESDAY, **fields})


def told(promise):
    """List method, speed, day, cost of each option."""
    return [
        (
            str(option.method),
            option.speed,
            option.delivers_on and option.delivers_on.day,
            option.cost,
        )
        for option in promise
    ]


def test_options_are_the_best_and_each_speed():
    """By rail on Sun 22, by air on Thu 19; the slower of the slow is cheaper."""
    assert told(router_of().promise(ask())) == [
        ("ship", "best", 22, 3.0),
        ("ship", "fast", 19, 9.0),
        ("ship", "slow", 22, 3.0),
    ]


@pytest.mark.parametrize(
    ("wanted", "policy"),
    [
        (ask(), None),
        (ask(A=3), None),
        (ask(A=9), None),
        (ask(A=1, B=1), None),
        (ask(delivery=Delivery(need_by="2026-11-20")), None),
        (ask(), Policy(costs=[Handling(), Shipping()], rules=[NodePriority()])),
    ],
    ids=["one", "some", "many", "two", "soon", "ladder"],
)
def test_option_is_the_plan_by_its_services(wanted, policy):
    """The same call: whole results are equal."""
    router = router_of(policy=policy)
    by_speed = {"best": (), "fast": ("air",), "slow": ("ground", "rail")}

    for option in router.promise(wanted):
        services = {"services": by_speed[option.speed]}
        delivery = wanted.delivery.model_copy(update=services)
        alone = wanted.model_copy(update={"delivery": delivery})
        assert option.result == router.route(alone)


def test_services_of_the_order_are_kept_to():
    """Only what it allows is looked at."""
    wanted = ask(delivery=Delivery(services=("air", "ground")))

    assert told(router_of().promise(wanted)) == [
        ("ship", "best", 21, 4.0),
        ("ship", "fast", 19, 9.0),
        ("ship", "slow", 21, 4.0),
    ]


def test_line_with_its_own_delivery_goes_by_what_it_says():
    """B goes by air to a place of its own whatever the speed; A is asked about."""
    own = line("B", "B", delivery=Delivery(services=("air",), to=place((0.1, 0.0))))
    wanted = order("o1", own, A=1, placed_at=WEDNESDAY)

    costs = {option.speed: option.cost for option in router_of().promise(wanted)}

    # By air each has a parcel of its own: 9 + 9, or 3 + 9.
    assert costs == {"best": 12.0, "fast": 18.0, "slow": 12.0}


def test_all_methods_the_delivery_says_enough_for():
    """Without a node or a radius nothing is collected; ship_to_store needs a node."""
    found = router_of().promise(ask(), methods="any")

    assert {option.method for option in found} == {Method.SHIP, Method.SAME_DAY}
    assert found.option(BEST, "same_day").cost == 20.0


def test_radius_is_how_far_the_customer_comes():
    """55 km to the second node: the first, at once, is nearer."""
    promise = router_of().promise(ask(), methods="any", radius_km=10.0)

    pickup = promise.option(method=Method.PICKUP)
    assert pickup.delivers_on.day == 18
    assert pickup.result.plan.node_ids == ("N1",)
    assert [option.speed for option in promise if option.method == "pickup"] == [BEST]


def test_radius_of_the_order_is_its_own():
    """What the delivery says stands."""
    wanted = ask(delivery=Delivery(method="pickup", radius_km=5.0))
    far = at_second(wanted)

    assert router_of().promise(far, radius_km=900.0).option().unfilled
    assert not router_of().promise(wanted).option().unfilled


def at_second(wanted):
    """Have the customer live 20 degrees away from all nodes."""
    return wanted.model_copy(update={"destination": place((20.0, 0.0))})


def test_node_of_the_order_is_kept_where_it_is_meant():
    """Collected there, or sent there; shipped home it is not asked for."""
    wanted = ask(delivery=Delivery(method="pickup", node="N2"))

    promise = router_of().promise(wanted, methods="any")

    assert {option.method for option in promise} == {
        *(Method.SHIP, Method.PICKUP, Method.SAME_DAY, Method.SHIP_TO_STORE),
    }
    assert promise.option(method="pickup").result.plan.node_ids == ("N2",)
    assert promise.option(method="ship").cost == 3.0


@pytest.mark.parametrize("methods", ["pickup", ["pickup"], [Method.PICKUP] * 2])
def test_methods_are_asked_for_by_name(methods):
    """One, or some, and each once."""
    found = router_of().promise(ask(), methods=methods, radius_km=10.0)

    assert told(found) == [("pickup", "best", 18, 0.0)]


@pytest.mark.parametrize("methods", ["sled", ["ship", "sled"], [7]])
def test_unknown_method_is_told(methods):
    """With those there are."""
    with pytest.raises(InputError) as told_:
        router_of().promise(ask(), methods=methods)

    (issue,) = told_.value.issues
    assert (issue.code, issue.where) == ("unknown_value", "methods")
    assert "ship_to_store" in issue.message


def test_quotes_hold_for_all_options():
    """What is quoted for air costs that."""
    quotes = Quotes(shipments={("o1", "N1", "air"): 1.0, ("o1", "N2", "air"): 50.0})

    found = router_of().promise(ask(), quotes=quotes)

    assert [option.cost for option in found] == [1.0, 1.0, 3.0]


def test_speed_that_no_service_can_keep():
    """By rail it is too late: it is an option that leaves the line, and says so."""
    wanted = ask(delivery=Delivery(need_by="2026-11-19"))

    found = router_of().promise(wanted)

    assert [len(option.unfilled) for option in found] == [0, 0, 1]
    assert found.option("slow").unfilled[0].reason == "too_late"
    assert found.option("slow").delivers_on is None


def test_asking_reserves_nothing():
    """Stock is what it was."""
    router = router_of(held={"N1": {"A": 1}})
    first = router.promise(ask())

    assert told(router.promise(ask())) == told(first)
    assert router.inventory.available("N1", "A") == 1


def test_moment_may_be_given():
    """If the order does not say when; else it stands."""
    wanted = order(A=1)

    assert told(router_of().promise(wanted, now=WEDNESDAY)) == told(
        router_of().promise(ask())
    )
    with pytest.raises(InputError, match="placed_at"):
        router_of().promise(wanted)


def test_services_that_no_line_can_go_by_at_any_node():
    """A node that lists its services leaves the others out."""
    alone = node("N1", services=["air"])

    found = router_of(nodes=[alone], held={"N1": {"A": 1}}).promise(ask())

    assert [(option.speed, len(option.unfilled)) for option in found] == [
        *(("best", 0), ("fast", 0), ("slow", 1)),
    ]


# --- stock still to come --------------------------------------------------------------


def drawn(seed):
    """Draw two stores of little stock and up to two trucks each, and an order."""
    rng = random.Random(seed)
    rows = [
        Stock(
            node=name,
            sku=sku,
            on_hand=rng.choice((0, 0, 1, 2)),
            inbound=[
                Inbound(at=WEDNESDAY + timedelta(days=days), quantity=rng.randint(1, 2))
                for days in (1, 5)
                if rng.random() < 0.6
            ],
        )
        for name in ("N1", "N2")
        for sku in "AB"
    ]
    costs = [Shipping(), Backorder(per_unit=rng.choice((0.5, 3.0)))]
    costs += [Speed(per_unit_day=rng.choice((0.2, 2.0)))] if rng.random() < 0.5 else []
    policy = Policy(costs=costs, unfilled_penalty=40.0, allow_backorder=True)
    wanted = {"A": rng.randint(1, 3), "B": rng.randint(1, 2)}
    made = router_of(policy=policy)
    return made.with_inventory(Inventory(rows)), ask(**wanted)


@pytest.mark.parametrize("seed", range(98_200_000, 98_200_008))
def test_options_that_wait_are_routes_by_those_services(seed):
    """What they wait for, when they come, what is left and what they cost."""
    router, wanted = drawn(seed)
    by_speed = {}
    for one in SERVICES:
        by_speed.setdefault(one.speed or one.id, []).append(one.id)

    for option in router.promise(wanted).options:
        asked = wanted
        if option.speed != BEST:
            ways = wanted.delivery.model_copy(
                update={"services": tuple(by_speed[option.speed])}
            )
            asked = wanted.model_copy(update={"delivery": ways})
        routed = router.route(asked)
        assert option.cost == pytest.approx(routed.cost)
        assert option.result.plan == routed.plan


def test_some_options_wait():
    """A generator without trucks would show nothing."""
    waits = 0
    for seed in range(98_200_000, 98_200_008):
        router, wanted = drawn(seed)
        parts = router.promise(wanted).option(BEST).result.plan.shipments
        waits += any(part.stock_at is not None for part in parts)

    assert waits >= 4
