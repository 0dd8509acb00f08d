"""Orders that negotiate: what they end with, and what is lifted if it is over."""

import numpy as np
import pytest

from builders import item, line, network, node, order, place, stock
from domroute.batch.incumbent import Incumbent
from domroute.batch.negotiation import Negotiation
from domroute.batch.prices import Ascent
from domroute.batch.wave import compile_wave
from domroute.costs import Handling
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from waves import compiled, drawn

KINDS = [
    ({}, None),
    ({"splits": {"max_shipments": 2}}, "orders"),
    ({"splits": {"ship_complete": True}}, "workload"),
    ({"splits": {"max_nodes": 1, "over_limit_price": 2.5}}, "units"),
    ({}, ("orders", "lines", "units")),
]


def rivals(*units):
    """Orders of one SKU that all want the dear node's neighbor, and prices of none."""
    policy = Policy(costs=[Handling()], unfilled_penalty=40.0)
    made = network(
        node("N1", per_shipment=1.0), node("N2", per_shipment=9.0), items=[item("A")]
    )
    orders = [order(f"o{i}", A=count) for i, count in enumerate(units)]
    held = stock(N1={"A": units[0]}, N2={"A": sum(units[1:])})
    router = Router(made, held, policy)
    return compile_wave(
        orders,
        lambda one: router._compiled.offers(one, None),
        policy,
        router._compiled.arrays,
    )


def negotiation_of(wave, steps=0, seed=0):
    """Let nobody have anything, and begin at the prices after some steps."""
    ascent = Ascent.start(wave)
    ascent.climb(lambda: ascent.steps >= steps)
    return Negotiation(Incumbent.of(wave), ascent.prices, ascent.answer, seed)


def rounds(count):
    """Say how far a number of rounds has come, one after another."""
    made = iter(range(count + 1))
    return lambda: next(made) / count


def test_rivals_part_by_themselves():
    """Of three orders that want the near unit, two learn to go to the far node."""
    wave = rivals(1, 1, 1)
    negotiation = negotiation_of(wave, steps=100)
    negotiation.run(rounds(60))

    assert negotiation.excess == 0
    assert negotiation.publish() == []
    assert negotiation.hands.rank() == (0, 1.0 + 9.0 + 9.0)
    assert negotiation.prices.units.max() > 0


def test_an_order_in_no_table_is_asked_too():
    """
    One order in each round: of two that want the near A one learns to go elsewhere.

    Two deliveries and two counts keep o2 out of tables. B is at N1 for 1; of the two A
    one is at N1 for 1, the other at N2 for 9.
    """
    away = Delivery(to=place((1.0, 1.0)))
    wave = compiled(
        [order("o1", A=1), order("o2", line("a", "A"), line("b", "B", delivery=away))],
        [node("N1", per_shipment=1.0), node("N2", per_shipment=9.0)],
        {"N1": {"A": 1, "B": 1}, "N2": {"A": 1, "B": 0}},
        unfilled_penalty=40.0,
        splits={"max_shipments": 2, "max_nodes": 2},
    )
    negotiation = negotiation_of(wave, steps=100)
    negotiation.run(rounds(60))

    assert [loner.at for loner in wave.loners] == [1]
    assert negotiation.excess == 0
    assert negotiation.publish() == []
    assert negotiation.hands.rank() == (0, 1.0 + 1.0 + 9.0)


def test_all_want_the_near_unit_at_first():
    """While the penalty is mild, more is taken than there is: that is the point."""
    negotiation = negotiation_of(rivals(1, 1, 1))
    for _ in range(3):  # of those that meet at a cell one moves at a time
        negotiation.round(0.0)

    assert negotiation.excess > 0


def test_what_is_over_is_lifted():
    """No more than is needed; what is left on the incumbent is there."""
    wave = rivals(1, 1, 1)
    negotiation = negotiation_of(wave)
    for _ in range(3):
        negotiation.round(0.0)
    over = negotiation.excess
    lifted = negotiation.publish()
    incumbent = negotiation.hands

    assert len(lifted) == over
    assert incumbent.is_sound
    assert [incumbent.placed[at] for at in lifted] == [None] * len(lifted)


def test_it_ends_when_nothing_happens():
    """Long before the rounds are over."""
    asked = []
    negotiation = negotiation_of(rivals(1, 1), steps=100)
    negotiation.run(lambda: asked.append(0) or 0.0)

    assert negotiation.moved == 0
    assert len(asked) < 200


@pytest.mark.parametrize(("policy", "measure"), KINDS, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_what_is_left_is_what_there_was_less_what_is_held(seed, policy, measure):
    """After rounds at every penalty, and after what is over is placed again."""
    wave, *_ = drawn(seed, count=50, measure=measure, **policy)
    ascent = Ascent.start(wave)
    ascent.climb(lambda: ascent.steps >= 40)
    incumbent = Incumbent.of(wave)
    incumbent.settle_all(range(wave.count), wave.free_prices())
    negotiation = Negotiation(incumbent, ascent.prices, ascent.answer, seed)
    negotiation.run(rounds(12))
    lifted = negotiation.publish()
    incumbent.settle_all(lifted, negotiation.prices)
    again = Incumbent.of(wave)
    again.restore(incumbent.copy())

    assert incumbent.is_sound
    assert np.array_equal(incumbent.left, again.left)
    limited = wave.is_limited
    assert np.allclose(incumbent.room[limited], again.room[limited], rtol=0, atol=1e-9)
    assert None not in incumbent.placed
    known = [
        incumbent.placed_as(seat.table, seat.place, placed.picks).cost
        for seat, placed in zip(incumbent.seats, incumbent.placed, strict=True)
    ]
    assert [placed.cost for placed in incumbent.placed] == known
