"""Time limits: every search that a call makes is held to the limit it came with."""

import pytest

from builders import network, node, order, stock
from domroute import Policy, Router
from domroute.answers import counterfactual, shortfall
from domroute.batch import incumbent
from domroute.costs import Handling
from domroute.rules import NodePriority
from domroute.sourcing import ladder
from domroute.split import SplitLimits
from domroute.tuning import Tuning

TUNED = Tuning()
LIMIT_S = 0.2
"""Of a call; the policy's is ten seconds."""

LONG = [f"S{at}" for at in range(20)]
"""The SKUs of an order whose parts are too many to be listed."""


@pytest.fixture
def seen(monkeypatch):
    """Note the seconds that each search is given, by who asks for it."""
    noted = {}

    def note(module):
        decide, name = module.decide, module.__name__.rpartition(".")[2]

        def noting(*args, time_limit_s, **kwargs):
            noted.setdefault(name, []).append(time_limit_s)
            return decide(*args, time_limit_s=time_limit_s, **kwargs)

        monkeypatch.setattr(module, "decide", noting)

    for module in (counterfactual, incumbent, ladder, shortfall):
        note(module)
    return noted


def short_router():
    """Make a router whose ladder is searched, and whose stock is short."""
    nodes = [node(f"N{at}", priority=at, per_shipment=5.0) for at in range(1, 4)]
    held = {"N1": {"A": 1}, "N2": {"A": 1, "B": 1}, "N3": {"B": 1}}
    policy = Policy(
        costs=[Handling()],
        rules=[NodePriority()],
        splits=SplitLimits(max_shipments=2),
        unfilled_penalty=50.0,
    )
    return Router(network(*nodes), stock(**held), policy)


def test_reasons_and_rungs_are_looked_for_within_the_limit_of_the_call(seen):
    """Not within the policy's: a checkout that gives 50 ms waits for no more."""
    short_router().route(order(A=3, B=3), time_limit_s=LIMIT_S)

    assert max(seen["ladder"]) <= TUNED.ladder.share * LIMIT_S
    assert max(seen["shortfall"]) <= TUNED.reasons.share * LIMIT_S


def test_alternatives_are_looked_for_within_the_limit_of_the_call(seen):
    """All of them together, and what keeps a node out."""
    router = short_router()

    router.explain(order(A=1, B=1), time_limit_s=LIMIT_S)

    assert all(max(seconds) <= LIMIT_S for seconds in seen.values())


def test_the_policy_limits_what_comes_without_a_limit(seen):
    """A quarter of it, for reasons."""
    router = short_router()

    router.route(order(A=3, B=3))

    limit = router.policy.solve.time_limit_s
    assert LIMIT_S < max(seen["shortfall"]) <= TUNED.reasons.share * limit


def test_rungs_for_reasons_are_looked_for_within_their_time(seen):
    """Not anew for each line and cause: twenty lines that are short have one limit."""
    nodes = [node(f"N{at}", priority=at, per_shipment=5.0) for at in range(1, 4)]
    held = {f"N{at}": dict.fromkeys(LONG[at::3], 1) for at in range(1, 4)}
    policy = short_router().policy
    router = Router(network(*nodes, items=LONG), stock(**held), policy)

    router.route(order(**dict.fromkeys(LONG, 2)), time_limit_s=LIMIT_S)

    usual = [
        s
        for s in seen["ladder"]
        if s > TUNED.reasons.share * TUNED.ladder.share * LIMIT_S
    ]
    assert len(usual) <= 3, "of the order itself: its rung is one of three"


def test_orders_of_a_wave_share_the_time_for_reasons(seen):
    """A quarter of the wave's, however many are short."""
    orders = [order(f"o{at}", A=3, B=3) for at in range(6)]

    short_router().route_batch(orders, time_limit_s=LIMIT_S)

    given = seen["shortfall"]
    assert max(given) <= TUNED.reasons.share * LIMIT_S
    assert min(given) < max(given)


def test_orders_of_a_wave_that_the_kernel_places_share_its_limit(seen):
    """However many they are, a turn of all of them takes no more than its share."""
    skus = dict.fromkeys(LONG, 1)
    nodes = [node(f"N{at}", per_shipment=5.0) for at in range(3)]
    router = Router(network(*nodes, items=LONG), stock(N0=skus, N1=skus, N2=skus))
    orders = [order(f"o{at}", **skus) for at in range(6)]

    router.route_batch(orders, time_limit_s=LIMIT_S)

    assert len(seen["incumbent"]) >= len(orders)
    assert max(seen["incumbent"]) <= TUNED.wave.search.turn_share * LIMIT_S / len(
        orders
    )
