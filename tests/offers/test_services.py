"""The service that a shipment takes: the cheapest over all terms that charge by it."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from builders import line, network, node, order, pickup, service, stock
from costs_at_hand import charge
from domroute.costs import Charges, Fact, Quotes, Shipping
from domroute.costs.term import Carrier, Tariff
from domroute.errors import InputError
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.router import Router

AIR = service("air", rates=[[5.0, 8.0]])
ROAD = service("road", rates=[[6.0, 9.0]])
NODES = [node("N1")]


class Program(Shipping):
    """A discount that a carrier gives back later, told apart from its list."""

    term: str = "program"
    name: str = "program"


@dataclass(frozen=True)
class Footprint:
    """A user's term: a price by service, and nothing by one it does not know."""

    prices: dict = field(default_factory=lambda: {"air": 4.0, "road": 0.5})
    name: str = "footprint"
    is_quotable: bool = False
    depends_on: frozenset = frozenset({Fact.SERVICE})

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):  # noqa: ARG002 - the protocol names it
        """Charge once per shipment, by service."""
        return Charges(
            carriers=tuple(
                Carrier(name, per_shipment=price) for name, price in self.prices.items()
            )
        )

    def amount(self, facts):
        """Price one shipment in plain Python."""
        return self.prices.get(facts.service, 0.0)


def routed(*terms, wanted=None, services=(AIR, ROAD), nodes=NODES, quotes=None):
    """Route one A, of which each node has one."""
    held = stock(**{each.id: {"A": 1} for each in nodes})
    made = network(*nodes, services=services)
    router = Router(made, held, Policy(costs=terms, unfilled_penalty=100.0))
    result = router.route(wanted or order(A=1), quotes=quotes)
    return result, [part.service for part in result.plan.shipments]


def test_two_terms_of_a_kind_charge_their_own_tariffs():
    """A list and a program beside it, each from its own rates, under its own name."""
    # 1 kg by air: 5.0 by the list, half of that by the program.
    result, services = routed(Shipping(), Program(weight=0.5))

    assert result.costs.to_dict() == {"shipping": 5.0, "program": 2.5}
    assert services == ["air"]


@pytest.mark.parametrize("weights", [(1.0, 0.5), (0.5, 1.0)])
def test_both_exact_methods_charge_both_tariffs(weights):
    """Two A weigh 2 kg, the second step: 8.0 and 4.0, whichever term comes first."""
    first, second = weights
    terms = (Shipping(weight=first), Program(weight=second))

    assert charge(*terms, nodes=NODES, services=(AIR, ROAD), A=2) == 12.0


def test_service_is_cheapest_over_all_terms():
    """By air 5.0 + 4.0, by road 6.0 + 0.5: a price by service decides."""
    result, services = routed(Shipping(), Footprint())

    assert services == ["road"]
    assert result.costs.to_dict() == {"shipping": 6.0, "footprint": 0.5}


def test_term_charges_nothing_by_a_service_that_it_does_not_know():
    """A fee of 2.0 by air alone: the road at 6.0 is cheaper than air at 7.0."""
    fee = Footprint(prices={"air": 2.0})

    result, services = routed(Shipping(), fee)

    assert services == ["road"]
    assert result.costs.to_dict() == {"shipping": 6.0}
    assert routed(Shipping(), Footprint(prices={"air": 0.5}))[1] == ["air"]


def test_price_may_differ_by_node_and_line():
    """By unit 1.0 from N1 and 0.25 from N2, and once 0.0 and 0.5: 1.0 against 0.75."""

    @dataclass(frozen=True)
    class Toll(Footprint):
        """A price by service, node and unit."""

        def charges(self, question):
            """Say it as arrays."""
            at = question.nodes
            once, each = np.array([0.0, 0.5])[at], np.array([1.0, 0.25])[at]
            each = np.broadcast_to(each, (len(question.lines), len(at)))
            return Charges(carriers=(Carrier("air", per_shipment=once, per_unit=each),))

        def amount(self, facts):
            """Price one shipment in plain Python."""
            return {"N1": 1.0, "N2": 0.75}[facts.node.id]

    nodes = [node("N1"), node("N2")]
    result, services = routed(Toll(), services=(AIR,), nodes=nodes)

    assert (result.plan.node_ids, result.cost, services) == (("N2",), 0.75, ["air"])


@pytest.mark.parametrize(
    "kept",
    ["serves", "carries"],
)
def test_what_one_term_keeps_from_a_service_no_other_gives(kept):
    """Air is not taken where a term says that it does not serve or carry."""

    @dataclass(frozen=True)
    class Embargo(Footprint):
        """A term that keeps air from what it ships."""

        def charges(self, question):
            """Say it as arrays."""
            size = len(question.nodes if kept == "serves" else question.lines)
            none = np.zeros(size, bool)
            return Charges(carriers=(Carrier("air", **{kept: none}),))

        def amount(self, facts):  # noqa: ARG002 - the protocol names it
            """Price one shipment in plain Python."""
            return 0.0

    assert routed(Shipping(), Embargo())[1] == ["road"]


def test_network_says_what_serves_whom():
    """A term need not look at nodes, deliveries and methods: the network is asked."""
    # By price it would be the road at 0.5 every time.
    term = Footprint()
    by_air = order("o1", line("A", "A"), delivery=Delivery(services=["air"]))
    slow = service("road", methods=["same_day"])

    assert routed(term)[1] == ["road"]
    assert routed(term, wanted=by_air)[1] == ["air"]
    assert routed(term, nodes=[node("N1", services=["air"])])[1] == ["air"]
    assert routed(term, services=(AIR, slow))[1] == ["air"]


def test_unknown_service_names_its_term():
    """A term that charges by a service nobody has is told so."""
    with pytest.raises(InputError, match="'rail' is not a service of the network") as e:
        routed(Footprint(prices={"rail": 1.0}))

    assert e.value.issues[0].where == "term 'footprint'"


def test_nothing_carries_what_is_collected():
    """A price by service is not asked where the customer comes."""
    wanted = order("o1", line("A", "A", delivery=pickup("S1")))

    result, services = routed(
        Shipping(), Footprint(), wanted=wanted, nodes=[node("S1", kind="store")]
    )

    assert (result.cost, services) == (0.0, [None])


@pytest.mark.parametrize(
    ("key", "costs"),
    [
        # Every service: no service is named, and what is charged by one is not asked.
        (("o1", "N1"), {"quoted": 1.0}),
        # By air: the quote replaces the list; the footprint stands beside it.
        (("o1", "N1", "air"), {"quoted": 1.0, "footprint": 4.0}),
    ],
    ids=["any", "air"],
)
def test_quotes_beside_prices_by_service(key, costs):
    """A quote for a shipment replaces the terms that it covers, by its service."""
    result, _ = routed(Shipping(), Footprint(), quotes=Quotes(shipments={key: 1.0}))

    assert result.costs.to_dict() == costs


def test_tariff_of_a_users_term():
    """A tariff of one step at 3.0, by the only service that the term prices."""

    @dataclass(frozen=True)
    class Booking(Footprint):
        """A fee as a tariff of one step, by air."""

        def charges(self, question):
            """Say it as arrays."""
            zone = np.zeros(len(question.nodes), np.int64)
            tariff = Tariff(
                np.array([1e6]),
                np.array([np.inf]),
                1e6,
                np.inf,
                np.array([[3.0]]),
                zone,
            )
            return Charges(carriers=(Carrier("air", tariff),))

        def amount(self, facts):
            """Price one shipment in plain Python."""
            return 3.0 if facts.service == "air" else 0.0

    # By air alone at 3.0; by road, which it does not price, for nothing; with the list
    # by road at 6.0, not by air at 5.0 + 3.0.
    assert routed(Booking(), services=(AIR,))[0].costs.to_dict() == {"footprint": 3.0}
    assert routed(Booking())[1] == ["road"]
    assert routed(Shipping(), Booking())[0].costs.to_dict() == {"shipping": 6.0}
