"""A term that is another for each of many orders."""

from builders import node, order, stock
from domroute import Network, Policy, Router, Stability
from domroute.costs.nature import Cover, Fact
from domroute.costs.stability import Place
from domroute.network import Item
from domroute.reroute.each import Each

USUAL = Stability(per_line=3.0)
THERE = USUAL.beside({"A": [Place("N2", None, None)]})


def costs_of(term, name):
    """Route an order of one A by a term alone; return what it is charged."""
    network = Network(nodes=[node("N1"), node("N2")], items=[Item(sku="A")])
    router = Router(
        network, stock(N1={"A": 1}), Policy(costs=[term], unfilled_penalty=9.0)
    )
    return router.route(order(name, A=1)).cost


def test_each_order_has_its_own():
    """The order that was at N2 pays for N1; another, of which nothing is known, not."""
    term = Each(USUAL, {"o1": THERE})

    assert (costs_of(term, "o1"), costs_of(term, "o2")) == (3.0, 0.0)


def test_it_is_what_its_terms_are():
    """Named as they are, beside quotes, no cash; it depends on dates."""
    by_service = USUAL.beside({"A": [Place("N2", "ground", None)]})
    term = Each(USUAL, {"o1": THERE, "o2": by_service})

    assert term.name == "stability"
    assert term.covered_by is Cover.NOTHING
    assert not term.is_cash
    assert term.never_pays
    assert term.depends_on == {Fact.ARRIVAL, Fact.SERVICE}


def test_it_is_told_apart_by_what_it_charges():
    """The same terms make the same, in whatever order; others another."""
    one = Each(USUAL, {"o1": THERE, "o2": THERE})
    same = Each(USUAL, {"o2": THERE, "o1": THERE})

    assert repr(one) == repr(same)
    assert repr(one) != repr(Each(USUAL, {"o1": THERE}))
