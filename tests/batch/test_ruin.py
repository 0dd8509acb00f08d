"""The improvement where orders are asked one by one; others are tried beside Numba."""

import pytest

from builders import line, node, order, place
from domroute.batch.incumbent import Incumbent
from domroute.batch.placed import Placed
from domroute.batch.ruin import Ruin, _is_same, roaming
from domroute.orders import Delivery
from domroute.tuning import RuinTuning
from waves import compiled

NEAR = Delivery(method="pickup", radius_km=500.0)
BOTH = {"max_shipments": 5, "max_nodes": 5}


@pytest.mark.parametrize(
    ("other", "splits", "loners", "cost"),
    [
        (order("o2", line("l1", "A", delivery=NEAR)), {}, 0, 9.0 + 1.0),
        (
            order(
                "o2",
                line("l1", "A", excluded_nodes=["N2"]),
                line("l2", "B", delivery=Delivery(to=place((1.0, 1.0)))),
            ),
            BOTH,
            1,
            9.0 + 1.0 + 1.0,
        ),
    ],
    ids=["a table to itself", "no table"],
)
@pytest.mark.parametrize("turns", [(0, 1), (1, 0)])
def test_who_has_one_place_only_is_given_what_another_gave_back(
    other, splits, loners, cost, turns
):
    """The near unit of A is o2's, for o1 can have the far one, whoever comes first."""
    wave = compiled(
        [order("o1", A=1), other],
        [
            node("N1", kind="store", per_shipment=1.0),
            node("N2", (-40.0, 100.0), kind="store", per_shipment=9.0),
        ],
        {"N1": {"A": 1, "B": 5}, "N2": {"A": 1}},
        unfilled_penalty=40.0,
        splits=splits,
    )
    prices = wave.free_prices()
    incumbent = Incumbent.of(wave)
    incumbent.settle_all(turns, prices)
    ruin = Ruin(incumbent, prices, wave.ask(prices), seed=1)
    ruin.turns(300, 60.0)
    ruin.turns(100, 0.0)

    assert len(wave.loners) == loners
    assert incumbent.rank() == (0, cost)


def test_any_order_is_freed_more_often_late():
    """Of 0.3 of the turns at first, of 0.8 in the end; halfway at five an order."""
    assert roaming(0, 4, RuinTuning()) == 0.3
    assert roaming(5 * 4, 4, RuinTuning()) == pytest.approx(0.55)
    assert 0.79 < roaming(100_000, 4, RuinTuning()) < 0.8


def test_takes_in_no_table_are_never_the_same():
    """Picks tell plans in a table apart; takes are made anew, and are not compared."""
    one, other = Placed(1.0, picks=((1, 0),)), Placed(1.0, picks=((1, 1),))
    loner = Placed(1.0, takes=(object(),))

    assert _is_same(one, Placed(1.0, picks=((1, 0),)))
    assert not _is_same(one, other)
    assert not _is_same(one, None)
    assert not _is_same(loner, Placed(0.0))
    assert not _is_same(Placed(0.0), loner)
    assert not _is_same(loner, loner)
