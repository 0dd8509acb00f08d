"""A term of your own beside quotes: dropped for what is quoted, charged on the rest."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from builders import Crowding, Insuring, Wrapping, network, node, order, stock
from costs_at_hand import charge
from domroute import Policy, Router, SolveOptions, Status
from domroute.costs import Charges, CostTerm, Quotes
from domroute.costs.term import Carrier, Tariff

NODES = [node("N1")]


SHIPMENT = Quotes(shipments={("o1", "N1"): 8.0})
UNITS = Quotes(units={("o1", "A", "N1"): 3.0})
OTHER = Quotes(shipments={("o9", "N1"): 8.0}, units={("o9", "A", "N1"): 3.0})


@pytest.mark.parametrize(
    ("quotes", "quotable", "cost"),
    [
        # 4 + 2 lines x 2 + 3 units x 0.5.
        (None, True, 9.5),
        (OTHER, True, 9.5),
        # The quote alone; or both, where quotes do not replace the term.
        (SHIPMENT, True, 8.0),
        (SHIPMENT, False, 17.5),
        # 2 x 3 for A, and 4 + 2 + 0.5 for B; or everything.
        (UNITS, True, 12.5),
        (UNITS, False, 15.5),
    ],
    ids=["none", "elsewhere", "shipment", "kept", "units", "kept_units"],
)
def test_quotes_replace_a_quotable_term(quotes, quotable, cost):
    """Two A and one B from N1: what is quoted is not charged by the term."""
    term = Wrapping(is_quotable=quotable)

    assert charge(term, nodes=NODES, quotes=quotes, A=2, B=1) == cost


def test_what_is_per_shipment_stays_where_every_line_is_quoted():
    """Quotes for units cover lines and units: 2 x 3 + 1, and the 4 a shipment."""
    quotes = Quotes(units={("o1", "A", "N1"): 3.0, ("o1", "B", "N1"): 1.0})

    assert charge(Wrapping(), nodes=NODES, quotes=quotes, A=2, B=1) == 11.0
    assert charge(Crowding(is_quotable=True), nodes=NODES, quotes=quotes, A=2, B=1) == (
        7.0
    )


def test_curve_is_charged_on_what_is_not_quoted():
    """0.25 x 1 unit squared for B beside 2 x 3 for A; nothing beside a shipment's."""
    term = Crowding(is_quotable=True)

    assert charge(term, nodes=NODES, A=2, B=1) == pytest.approx(2.25)
    assert charge(term, nodes=NODES, quotes=UNITS, A=2, B=1) == pytest.approx(6.25)
    assert charge(term, nodes=NODES, quotes=SHIPMENT, A=2, B=1) == pytest.approx(8.0)


@dataclass(frozen=True)
class Weighing(Wrapping):
    """A user's term with a rate card of its own: 3 up to 2 kg, 8 up to 5."""

    name: str = "weighing"

    def charges(self, question):
        """Charge by the card, whatever the service."""
        caps = np.array([2.0, 5.0])
        card = Tariff(
            caps_kg=caps,
            caps_cm3=np.full(2, np.inf),
            parcel_kg=5.0,
            parcel_cm3=np.inf,
            rates=np.array([[3.0, 8.0]]),
            zone=np.zeros(len(question.nodes), np.int64),
        )
        return Charges(carriers=(Carrier("parcel", tariff=card),))

    def amount(self, facts):
        """Price one shipment in plain Python."""
        weight_kg = sum(item.weight_kg * units for _, item, units in facts.contents)
        return 3.0 if weight_kg <= 2.0 else 8.0


def test_a_rate_card_weighs_what_is_not_quoted():
    """Two A of 1 kg are quoted: 3 for the kilogram of B, beside 2 x 3."""
    assert charge(Weighing(), nodes=NODES, A=2, B=1) == 8.0
    assert charge(Weighing(), nodes=NODES, quotes=UNITS, A=2, B=1) == 9.0


@dataclass(frozen=True)
class Refusing(Wrapping):
    """A user's term that refuses to carry A, and charges nothing."""

    name: str = "refusing"

    def charges(self, question):
        """Refuse A by the bundled service."""
        carries = np.array([line.sku != "A" for line in question.lines])
        return Charges(carriers=(Carrier("parcel", carries=carries),))

    def amount(self, facts):
        """Refuse it in plain Python, where it is seen."""
        return math.inf if any(i.sku == "A" for _, i, _ in facts.contents) else 0.0


def test_a_term_does_not_refuse_what_quotes_replace():
    """A is left where nothing is quoted; quoted by shipment or unit, it ships."""
    held = {"N1": {"A": 9, "B": 9}}
    policy = Policy(costs=[Refusing()], unfilled_penalty=50.0)
    router = Router(network(*NODES), stock(**held), policy)

    for quotes, cost in ((None, 100.0), (SHIPMENT, 8.0), (UNITS, 6.0)):
        for method in ("auto", "mip"):
            asked = policy.model_copy(update={"solve": SolveOptions(method=method)})
            router = Router(network(*NODES), stock(**held), asked)
            result = router.route(order(A=2, B=1), quotes=quotes)
            assert (result.cost, result.status) == (cost, Status.OPTIMAL)


@pytest.mark.parametrize(
    "term", [Wrapping(), Crowding(), Insuring()], ids=lambda t: t.name
)
def test_any_object_with_the_members_is_a_term(term):
    """A term needs no base class."""
    assert isinstance(term, CostTerm)
    assert not isinstance(object(), CostTerm)
