"""The improvement where orders stand on no sheet; others are tried beside Numba."""

from builders import item, network, node, order, stock
from domroute.costs import Handling
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router
from domroute.sourcing.batch.desk import Desk
from domroute.sourcing.batch.ruin import Ruin
from domroute.sourcing.batch.wave import compile_wave


def test_an_order_on_no_sheet_gives_back_what_it_was_given():
    """It has the one near unit, loses it while worse is allowed, and has it again."""
    near = Delivery(method="pickup", radius_km=500.0)
    policy = Policy(costs=[Handling()], unfilled_penalty=40.0)
    made = network(
        node("N1", kind="store", per_shipment=1.0),
        node("N2", (-40.0, 100.0), kind="store", per_shipment=9.0),
        items=[item("A")],
    )
    orders = [order("o1", A=1), order("o2", A=1, delivery=near)]
    router = Router(made, stock(N1={"A": 1}, N2={"A": 1}), policy)
    wave = compile_wave(
        orders,
        lambda one: router._compiled.candidates(one, None),
        policy,
        router._compiled.arrays,
    )
    prices = wave.free_prices()
    desk = Desk.of(wave)
    desk.settle_all((1, 0), prices)
    ruin = Ruin(desk, prices, wave.ask(prices), seed=1)
    ruin.turns(300, 60.0)
    ruin.turns(100, 0.0)

    assert len(wave.loners) == 1
    assert desk.rank() == (0, 9.0 + 1.0)
