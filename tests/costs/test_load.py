"""Load: what is added to a day's work costs more, the fuller the day."""

import pytest
from pydantic import ValidationError

from domroute import Policy
from domroute.costs import DayPrice, Load, nature_of
from domroute.errors import InputError
from domroute.words import Measure


@pytest.mark.parametrize(
    ("taken", "more", "cost"),
    [
        (0, 5, 0.0),  # up to half of ten is free
        (0, 7, 4.0),  # two beyond, at 2
        (4, 3, 4.0),
        (6, 2, 4.0),  # all beyond
        (9, 3, 2.0 + 2 * 5.0),  # one to the limit, two over it
        (12, 1, 5.0),
    ],
)
def test_work_costs_by_how_full_the_day_is(taken, more, cost):
    """What the ledger says is taken counts; beyond the limit the other price holds."""
    term = Load(free_share=0.5, per_unit=2.0, over_per_unit=5.0)

    assert term.day_amount(limit=10.0, taken=taken, more=more) == pytest.approx(cost)


@pytest.mark.parametrize("over", [None, 3.0])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("taken", [0.0, 3.0, 11.0])
def test_it_is_said_the_same_twice(share, over, taken):
    """As rises, for methods, and as an amount, for the judge."""
    term = Load(free_share=share, per_unit=1.5, over_per_unit=over, weight=2.0)

    for more in range(15):
        rises = term.day_price.rises(limit=10.0, taken=taken)
        risen = sum(rise.price * max(0.0, more - rise.free) for rise in rises)
        assert risen == pytest.approx(term.day_amount(10.0, taken, more))


def test_limits_of_one_measure():
    """Others are not looked at."""
    price = Load(per_unit=1.0, over_per_unit=2.0, measure="orders").day_price

    assert price.concerns(Measure.ORDERS)
    assert not price.concerns(Measure.UNITS)
    assert price.softens(Measure.ORDERS)
    assert not price.softens(Measure.LINES)
    assert not Load(per_unit=1.0).day_price.softens(Measure.ORDERS)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"per_unit": -1.0},
        {"per_unit": 1.0, "free_share": 1.5},
        {"per_unit": 2.0, "over_per_unit": 1.0},
        {"per_unit": 1.0, "measure": "pallets"},
    ],
)
def test_what_cannot_be(given):
    """Prices are there, not negative, and rise; shares are shares."""
    with pytest.raises(ValidationError):
        Load(**given)


def test_prices_of_a_day_rise():
    """What is no convex price would make bounds false."""
    with pytest.raises(ValueError, match="must rise"):
        DayPrice(steps=((0.5, 2.0), (0.4, 3.0)))


def test_it_is_named_in_json():
    """By its word, and comes back."""
    policy = Policy(costs=[Load(free_share=0.5, per_unit=1.0, measure="units")])

    again = Policy.model_validate_json(policy.model_dump_json())

    assert again == policy
    assert again.costs[0].name == "load"


def test_term_of_ones_own_says_both():
    """A price of days without an amount, or of another type, is refused by name."""

    class Half:
        name, is_quotable = "half", False
        day_price = DayPrice(steps=((0.5, 1.0),))

    class Other(Half):
        day_price = 1.0

    for term in (Half(), Other()):
        with pytest.raises(InputError) as refused:
            nature_of(term)
        assert [issue.where for issue in refused.value.issues] == ["term 'half'"]
