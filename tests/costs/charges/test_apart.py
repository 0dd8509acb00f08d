"""Several parcels in one shipment: priced, bounded and written into the program."""

import numpy as np
import pytest

from builders import item, line, network, node, order, service, stock
from domroute.costs import Handling, Quotes, Shipping
from domroute.errors import InputError
from domroute.policy import Policy
from domroute.router import Router
from domroute.verify import verify

CARD = service("g", rates=[[5.0, 6.0, 9.0]], weights=[1.0, 2.0, 4.0])
HAZMAT, FOOD = {"tags": ["hazmat"]}, {"tags": ["food"]}
PAIR = (("hazmat", "food"),)
METHODS = ("auto", "subset", "mip")


def routed(items, *, method="auto", apart=(), quotes=None, services=(CARD,), **units):
    """Route an order of SKUs from one node, whose handling costs one a shipment."""
    made = network(node("N1", per_shipment=1.0), items=items, services=services)
    held = stock(N1=dict.fromkeys(units, 9))
    policy = Policy(
        costs=[Handling(), Shipping()], apart=apart, solve={"method": method}
    )
    wanted = order(**units)
    result = Router(made, held, policy).route(wanted, quotes=quotes)
    assert verify(result, wanted, made, held, policy, quotes=quotes) == ()
    return result


@pytest.mark.parametrize("method", METHODS)
def test_each_unit_of_what_ships_alone_is_a_parcel(method):
    """Two bulky units at 5, two others as one of 2 kg at 6, handled once."""
    items = [item("A", ships_alone=True), item("B")]

    result = routed(items, method=method, A=2, B=2)

    assert len(result.plan.shipments) == 1
    assert result.costs.to_dict() == {"handling": 1.0, "shipping": 16.0}


@pytest.mark.parametrize("method", METHODS)
def test_alone_there_is_no_parcel_of_the_rest(method):
    """Nothing is charged for a parcel that holds nothing."""
    result = routed([item("A", ships_alone=True), "B"], method=method, A=2)

    assert result.costs["shipping"] == 10.0


@pytest.mark.parametrize("method", METHODS)
def test_what_is_apart_goes_in_two_parcels(method):
    """1 kg of each: 5 and 5, where together they would be 6."""
    items = [item("A", **HAZMAT), item("B", **FOOD)]

    assert routed(items, method=method, A=1, B=1).costs["shipping"] == 6.0
    assert routed(items, method=method, apart=PAIR, A=1, B=1).costs["shipping"] == 10.0


@pytest.mark.parametrize("method", METHODS)
def test_what_may_be_with_either_goes_where_it_is_cheapest(method):
    """
    1 kg hazmat, 2 kg food, 1 kg of neither.

    With hazmat it makes 2 kg at 6, beside 2 kg of food at 6; with food 3 kg at 9,
    beside 5; by itself 5, beside 5 and 6.
    """
    items = [item("A", **HAZMAT), item("B", **FOOD), item("C")]

    result = routed(items, method=method, apart=PAIR, A=1, B=2, C=1)

    assert result.costs["shipping"] == 12.0


@pytest.mark.parametrize("method", METHODS)
def test_kinds_part_where_that_is_cheaper(method):
    """Goods that may share go by themselves for 1 each, where 2 kg cost 9."""
    steep = service("g", rates=[[1.0, 9.0]], weights=[1.0, 2.0])
    items = [item("A", **HAZMAT), item("B")]

    result = routed(items, method=method, apart=PAIR, services=(steep,), A=1, B=1)

    assert result.costs["shipping"] == 2.0


@pytest.mark.parametrize("method", METHODS)
def test_a_kind_stays_in_one_parcel(method):
    """Two units of food are 2 kg, at 9; apart they would be 1 each."""
    steep = service("g", rates=[[1.0, 9.0]], weights=[1.0, 2.0])
    items = [item("A", **HAZMAT), item("B", **FOOD)]

    result = routed(items, method=method, apart=PAIR, services=(steep,), A=1, B=2)

    assert result.costs["shipping"] == 10.0


@pytest.mark.parametrize("method", METHODS)
def test_what_is_too_heavy_for_a_card_goes_as_several_as_ever(method):
    """A unit of 5 kg by a card of 4: a full one at 9, and 1 kg at 5."""
    result = routed([item("A", weight_kg=5.0, ships_alone=True)], method=method, A=1)

    assert result.costs["shipping"] == 14.0


@pytest.mark.parametrize("quotes", [{"shipments": {("o1", "N1"): 3.0}}])
def test_a_quote_for_a_shipment_stands_for_all_its_parcels(quotes):
    """3, whatever it is made of."""
    items = [item("A", ships_alone=True), item("B", **HAZMAT), item("C", **FOOD)]

    result = routed(items, apart=PAIR, quotes=Quotes(**quotes), A=2, B=1, C=1)

    assert result.cost == 3.0


def test_surcharges_per_shipment_come_once_and_percentages_of_all_parcels():
    """Ten percent of 5 and 5, and 2 once."""
    extra = [{"name": "fuel", "percent": 10.0}, {"name": "stop", "amount": 2.0}]
    dear = CARD.model_copy(update={"surcharges": ()})
    dear = type(dear)(**{**dear.model_dump(), "surcharges": extra})

    result = routed([item("A", ships_alone=True)], services=(dear,), A=2)

    assert result.costs["shipping"] == pytest.approx(13.0)


def test_more_kinds_than_can_be_parted_are_refused():
    """Nine tags, each on an item of its own."""
    tags = [f"t{at}" for at in range(9)]
    items = [item(f"S{at}", tags=[tag]) for at, tag in enumerate(tags)]
    apart = tuple((tag, "t0") for tag in tags[1:])

    with pytest.raises(InputError, match=r"9 kinds of goods .*too_many_kinds"):
        routed(items, apart=apart, **{one.sku: 1 for one in items})


def test_lines_below_are_below():
    """Of every bundle of up to two units a line, at any slope, whatever is alone."""
    random = np.random.default_rng(5)
    for alone in (True, False):
        items = [
            item("A", weight_kg=0.4, ships_alone=alone),
            item("B", weight_kg=1.5, **HAZMAT),
            item("C", weight_kg=2.6, **FOOD),
        ]
        made = network(node("N1"), items=items, services=[CARD])
        wanted = order("o1", *(line(x.sku, x.sku, 3) for x in items))
        held = stock(N1=dict.fromkeys("ABC", 9))
        router = Router(made, held, Policy(costs=[Shipping()], apart=PAIR))
        block = router._compiled.offers(wanted, None).blocks[0]
        units = random.integers(0, 3, (200, 3)).astype(float)
        units = units[units.any(axis=1)]
        price = sum(charge.price(units) for charge in block.stepped)
        price = price + units @ block.per_unit
        for most, slope in ((None, 1.0), (np.full(3, 2.0), 0.5), (np.full(3, 2.0), 1)):
            below = sum(
                each.start + (units @ each.measure)[:, None] * each.rise
                for each in block.below(most, slope)
            )
            assert (below <= price + 1e-9).all()
