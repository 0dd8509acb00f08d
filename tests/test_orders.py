"""Orders, lines and deliveries: what is refused, and what is meant by silence."""

import math

import pytest
from pydantic import ValidationError

from builders import line, order, pickup, place
from domroute.orders import Delivery, Line, Order
from domroute.validation import issues_from
from domroute.words import Method


def test_smallest_order():
    """An id, a destination and a line make an order that ships."""
    made = Order(
        id="o1",
        destination=place(),
        lines=[{"id": "l1", "sku": "A", "quantity": 1}],
    )

    assert made.delivery == Delivery()
    assert made.delivery.method is Method.SHIP
    assert made.lines[0].allow_split


def test_order_without_lines_is_refused():
    """An order asks for something."""
    with pytest.raises(ValidationError):
        Order(id="o1", destination=place(), lines=[])


@pytest.mark.parametrize("quantity", [0, -1, 1.5])
def test_line_asks_for_whole_units(quantity):
    """A line asks for at least one whole unit."""
    with pytest.raises(ValidationError):
        line("l1", "A", quantity)


def test_line_id_is_unique_in_its_order():
    """Two lines of one id are told apart by nobody; every such id is named."""
    lines = [line(name, "A") for name in ("l1", "l2", "l1", "l2")]

    with pytest.raises(ValidationError, match=r"'l1' appears .*'l2' appears"):
        order("o1", *lines)


def test_same_sku_on_several_lines_is_legal():
    """A SKU may stand on as many lines as the customer likes."""
    made = order("o1", line("l1", "A"), line("l2", "A"))

    assert [part.sku for part in made.lines] == ["A", "A"]


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "pickup"},
        {"method": "curbside"},
        {"method": "pickup", "node": "S1", "radius_km": 5},
        {"method": "ship_to_store"},
        {"method": "ship_to_store", "node": "S1", "radius_km": 5},
        {"method": "ship", "radius_km": 5},
        {"method": "ship", "node": "S1"},
        {"method": "same_day", "node": "S1"},
        {"method": "drone"},
        {"radius_km": -1},
    ],
    ids=str,
)
def test_delivery_that_contradicts_itself_is_refused(fields):
    """A place to collect at is named once, and only where there is one."""
    with pytest.raises(ValidationError):
        Delivery(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "pickup", "node": "S1"},
        {"method": "curbside", "radius_km": 0},
        {"method": "ship_to_store", "node": "S1"},
        {"method": "same_day"},
    ],
    ids=str,
)
def test_delivery_may_be(fields):
    """Each method has what it needs."""
    assert Delivery(**fields).method == fields["method"]


def test_shipped_lines_need_a_destination():
    """Every line without a place to go is named."""
    with pytest.raises(ValidationError, match=r"'A' has no destination .*'B' has"):
        order("o1", A=1, B=1, at=None)


def test_destination_may_be_that_of_the_line():
    """A line that says where it goes needs no destination of its order."""
    away = Delivery(to=place((1.0, 2.0)))
    made = order("o1", line("l1", "A", delivery=away), at=None)

    assert made.destination_of(made.delivery_of(made.lines[0])) == place((1.0, 2.0))


def test_radius_needs_a_center():
    """A radius is around something."""
    with pytest.raises(ValidationError, match="no destination to be pickup"):
        order("o1", A=1, at=None, delivery=pickup(radius_km=5))


def test_named_pickup_needs_no_destination():
    """Who comes to a named store need not say where he lives."""
    made = order("o1", A=1, at=None, delivery=pickup("S1"))

    assert made.destination_of(made.delivery) is None


def test_pin_and_exclusion_contradict():
    """A line cannot come from the one node it excludes."""
    with pytest.raises(ValidationError, match="'N1' is also in excluded_nodes"):
        line("l1", "A", pinned_node="N1", excluded_nodes=["N1"])


def test_must_fill_has_no_penalty():
    """What must be filled is never left at a price."""
    with pytest.raises(ValidationError, match="leaves no use"):
        line("l1", "A", must_fill=True, unfilled_penalty=1.0)


def test_lines_together_share_a_delivery():
    """Lines that leave in one shipment go one way."""
    lines = [
        line("l1", "A", ship_together="set"),
        line("l2", "B", ship_together="set", delivery=Delivery(to=place((1, 1)))),
    ]

    with pytest.raises(ValidationError, match="'set' have different deliveries"):
        order("o1", *lines)


def test_deliveries_are_distinct_and_sorted_by_line():
    """Equal deliveries are one; the first line by id comes first."""
    away = Delivery(to=place((1.0, 1.0)))
    again = Delivery(to=place((1.0, 1.0)))
    made = order(
        "o1",
        line("l3", "C", delivery=again),
        line("l2", "B"),
        line("l1", "A", delivery=away),
    )

    assert made.deliveries == (away, Delivery())


def test_delivery_of_a_line_overrides_that_of_the_order():
    """What a line says of itself goes before what the order says of all."""
    rush = Delivery(method="same_day")
    made = order("o1", line("l1", "A", delivery=rush), line("l2", "B"))

    assert [made.delivery_of(part) for part in made.lines] == [rush, Delivery()]


@pytest.mark.parametrize("field", ["quantity", "sku", "id", "unit_price"])
def test_lines_are_frozen(field):
    """What came in stays as it came."""
    made = line("l1", "A")

    with pytest.raises(ValidationError):
        setattr(made, field, 1)


def test_unknown_fields_are_refused():
    """A misspelled field is a fault, not a default."""
    with pytest.raises(ValidationError, match="qty"):
        Line(id="l1", sku="A", quantity=1, qty=1)


def test_all_orders_are_alike_unless_told():
    """No order goes before another, and none counts for more."""
    made = order("o1", A=1)

    assert (made.priority, made.weight) == (0, 1.0)


@pytest.mark.parametrize("weight", [1e-9, 1, 1e6])
def test_weight_may_be(weight):
    """Anything above nothing, up to a million; a whole number is one."""
    assert order("o1", A=1, weight=weight).weight == weight


@pytest.mark.parametrize(
    "weight", [0, -0.0, -1, 1e6 + 1, math.nan, math.inf, True, "2", None, [2]], ids=str
)
@pytest.mark.parametrize(
    "priority", [0.5, 10**6 + 1, -(10**7), math.nan, math.inf, True, "1", None], ids=str
)
def test_weights_and_priorities_that_mean_nothing(weight, priority):
    """Both are refused, at once."""
    with pytest.raises(ValidationError) as caught:
        order("o1", A=1, weight=weight, priority=priority)

    found = sorted(issue.where for issue in issues_from(caught.value))
    assert found == ["priority", "weight"]


@pytest.mark.parametrize("value", ["2026-03-02T12:00:00", "2026-03-32T12:00:00Z"])
def test_placed_at_is_a_moment(value):
    """A time without its offset, or a date there is not, is refused."""
    with pytest.raises(ValidationError):
        order("o1", A=1, placed_at=value)


def test_delivery_that_comes_together_asks_for_dates():
    """Nothing is asked unless it is said; then it is a matter of dates."""
    assert not Delivery().is_dated
    assert Delivery(together=True).is_dated


@pytest.mark.parametrize("value", ["friday", 2, None])
def test_together_is_yes_or_no(value):
    """Anything else is refused, and named."""
    with pytest.raises(ValidationError) as caught:
        Delivery(together=value)

    (issue,) = issues_from(caught.value, "delivery")
    assert issue.where == "delivery.together"
