"""Carbon: priced by service, weight and distance, by solver and judge alike."""

import pytest

from builders import item, line, network, node, order, pickup, service, stock
from costs_at_hand import charge
from domroute.costs import Carbon, Quotes, Shipping, nature_of
from domroute.errors import InputError
from domroute.geography import great_circle_km, unit_vectors
from domroute.policy import Policy
from domroute.router import Router

AIR = service("air", rates=[[5.0]], weights=[30.0])
ROAD = service("road", rates=[[6.0]], weights=[30.0])
FACTORS = {"air": 1000.0, "road": 100.0}
# One degree of latitude, in kilometers, as the library measures it.
KM = float(great_circle_km(unit_vectors([1.0], [0.0]), 0.0, 0.0)[0])


def routed(price, *, factors=FACTORS, wanted=None, quotes=None, **fields):
    """Route 2 kg over a degree of latitude; return services and costs by term."""
    made = network(node("N1", (1.0, 0.0), **fields), services=[AIR, ROAD])
    term = Carbon(price_per_kg=price, g_per_tkm=factors)
    policy = Policy(costs=[Shipping(), term], unfilled_penalty=99.0)
    router = Router(made, stock(N1={"A": 2}), policy)
    result = router.route(wanted or order(A=2), quotes=quotes)
    names = [part.service for part in result.plan.shipments]
    return names, result.costs.to_dict()


def test_price_by_service_decides():
    """By air 1,000 g x 0.002 t x km: dear enough, and the road at 6.0 wins."""
    kg_by_air = 1000.0 * 0.002 * KM / 1000

    names, costs = routed(price=1.2 / kg_by_air)

    # 5.0 + 1.2 by air; 6.0 + 0.12 by road.
    assert names == ["road"]
    assert costs == pytest.approx({"shipping": 6.0, "carbon": 0.12})
    names, costs = routed(price=1.0 / kg_by_air)
    assert names == ["air"]
    assert costs == pytest.approx({"shipping": 5.0, "carbon": 1.0})


@pytest.mark.parametrize("far", [1.0, 3.0])
def test_both_exact_methods_charge_it(far):
    """Alone, over two nodes and services: the near node, by road."""
    nodes = [node("N1", (far, 0.0)), node("N2", (5.0, 0.0))]
    term = Carbon(price_per_kg=1000.0, g_per_tkm=FACTORS)

    cost = charge(term, nodes=nodes, services=[AIR, ROAD], A=2)

    assert cost == pytest.approx(1000.0 * 100.0 * 0.002 * far * KM / 1000)


def test_nothing_is_charged_where_nothing_is_carried():
    """Not for what is collected, nor for what is quoted whatever it goes by."""
    wanted = order("o1", line("A", "A", delivery=pickup("N1")))
    quotes = Quotes(shipments={("o1", "N1"): 3.0})

    assert routed(9.0, wanted=wanted, kind="store") == ([None], {})
    assert routed(9.0, quotes=quotes) == ([None], {"quoted": 3.0})


def test_factors_are_those_of_the_services():
    """A service without one, and one without a service, are told by name."""
    with pytest.raises(InputError) as caught:
        routed(1.0, factors={"air": 1.0, "sea": 1.0})

    assert [str(issue) for issue in caught.value.issues] == [
        "carbon.g_per_tkm: 'road' has no factor [missing]",
        "carbon.g_per_tkm: 'sea' is not a service of the network [unknown_id]",
    ]


def test_bundled_service_needs_a_factor_too():
    """A network without services ships by the bundled one."""
    made = network(node("N1"), items=[item("A")])
    policy = Policy.model_validate(
        {"costs": [{"term": "carbon", "price_per_kg": 1, "g_per_tkm": {"parcel": 80}}]}
    )

    result = Router(made, stock(N1={"A": 1}), policy).route(order(A=1))

    assert [part.service for part in result.plan.shipments] == ["parcel"]
    assert not nature_of(policy.costs[0]).is_cash
