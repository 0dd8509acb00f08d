"""What terms say of themselves, and what is taken where they do not."""

from dataclasses import dataclass

import pytest

from builders import Wrapping, node
from costs_at_hand import PLENTY, charge
from domroute.costs import (
    Cover,
    Distance,
    Fact,
    Handling,
    Quotes,
    Shipping,
    StockBalance,
    StockLevel,
    StockValue,
    nature_of,
)
from domroute.errors import InputError
from domroute.policy import Policy

ALL = (
    Handling(),
    Distance(),
    Shipping(),
    StockLevel(price=1.0),
    StockValue(),
    StockBalance(price=1.0),
)


@pytest.mark.parametrize("term", ALL, ids=lambda term: term.name)
def test_terms_of_the_library_say_all_of_themselves(term):
    """Nothing about them is left to be guessed; what quotes cover is paid in cash."""
    nature = nature_of(term)

    assert nature.depends_on is not None
    assert term.is_quotable == (nature.covered_by is not Cover.NOTHING)
    assert term.is_quotable == nature.is_cash
    assert nature.may_depend_on(Fact.SERVICE) == (term.name == "shipping")


@pytest.mark.parametrize(
    "term",
    [
        Handling(),
        Distance(per_shipment_km=0.02, per_unit_km=0.005),
        Shipping(),
        StockLevel(price=3.0, target_units=200),
        StockValue(values=[{"node": "N1", "sku": "A", "value": 2.0, "planned": 9}]),
        StockBalance(price=4.0, full=[{"node": "N1", "sku": "B", "units": 2 * PLENTY}]),
    ],
    ids=lambda term: term.name,
)
def test_two_of_a_kind_stand_under_two_names(term):
    """A third and two thirds of a term, side by side, are the term: by all methods."""
    nodes = [node("N1", (0.0, 3.0), per_shipment=4.0, per_unit=0.5)]
    third = term.model_copy(update={"weight": 1 / 3})
    rest = term.model_copy(update={"weight": 2 / 3, "name": "rest"})

    whole = charge(term, nodes=nodes, A=2, B=1)
    parts = charge(third, rest, nodes=nodes, A=2, B=1)
    policy = Policy(costs=[third, rest])

    assert whole > 0
    assert parts == pytest.approx(whole)
    assert [each.name for each in policy.costs] == [term.name, "rest"]
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy
    assert nature_of(rest) == nature_of(term)


@dataclass(frozen=True)
class Idle(Wrapping):
    """A term that must not be asked."""

    is_idle: bool = True

    def prepare(self, _):
        """Fail."""
        raise AssertionError

    amount = prepare


def test_term_that_charges_nothing_is_not_asked():
    """Neither the solver nor the judge asks it; weight 0 says the same."""
    quiet = [
        Idle(),
        StockValue(values=[{"node": "?", "sku": "?", "value": 1}], weight=0),
    ]
    nodes = [node("N1", per_shipment=4.0)]

    assert charge(Handling(), *quiet, nodes=nodes, A=1) == 4.0
    with pytest.raises(InputError):
        charge(StockValue(values=quiet[1].values), nodes=nodes, A=1)


def test_term_of_the_usual_name_is_saved_as_ever():
    """The name is written only where it is not the word: versions stay as they were."""
    assert Handling().model_dump() == {"term": "handling", "weight": 1.0}
    assert Policy(costs=[Handling(name="handling")]) == Policy(costs=[Handling()])


def test_term_that_says_nothing_may_be_anything():
    """A user's term is cash, replaced whole if quotable, and may depend on all."""
    plain, kept = nature_of(Wrapping()), nature_of(Wrapping(is_quotable=False))

    assert (plain.covered_by, kept.covered_by) == (Cover.WHOLE, Cover.NOTHING)
    assert plain.is_cash
    assert all(plain.may_depend_on(fact) for fact in Fact)


@dataclass(frozen=True)
class Told(Wrapping):
    """A user's term that tells its parts apart as those of the library do."""

    covered_by: Cover = Cover.PARTS

    def amount(self, facts):
        """Drop what a quote is about, and no more."""
        units = sum(quantity for _, _, quantity in facts.unquoted)
        once = 0.0 if facts.shipment_quoted else 4.0
        return self.price * (once + 2.0 * len(facts.unquoted) + 0.5 * units)


@pytest.mark.parametrize(
    ("cover", "cost"),
    [
        # The quote of 8 replaces the 4 a shipment, and 2 x 2 + 3 x 0.5 stay: 13.5.
        (Cover.PARTS, 13.5),
        # It replaces all of it, or nothing: 8 + 4 + 4 + 1.5.
        (Cover.WHOLE, 8.0),
        (Cover.NOTHING, 17.5),
    ],
)
def test_quote_replaces_what_a_term_says(cover, cost):
    """Two A and one B with a quote for the shipment, by what the term declares."""
    term = Told(covered_by=cover) if cover is Cover.PARTS else Said(covered_by=cover)
    quotes = Quotes(shipments={("o1", "N1"): 8.0})

    assert charge(term, nodes=[node("N1")], quotes=quotes, A=2, B=1) == cost


@dataclass(frozen=True)
class Said(Wrapping):
    """A user's term that declares what covers it, whatever ``is_quotable`` says."""

    covered_by: Cover = Cover.WHOLE
    is_quotable: bool = True


@pytest.mark.parametrize(
    ("field", "value"), [("covered_by", "most"), ("depends_on", ["weather"])]
)
def test_unknown_word_names_the_term(field, value):
    """What no term can be is a fault that names the term and the word."""

    @dataclass(frozen=True)
    class Odd(Wrapping):
        """A term that says what no term can be."""

    setattr(Odd, field, value)

    with pytest.raises(InputError, match="should be one of") as error:
        nature_of(Odd())

    assert error.value.issues[0].where == f"term 'wrapping' {field}"
