"""Forecasts: kinds of orders, and how many of each are expected."""

import math
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from builders import line, order, pickup, place
from domroute.errors import InputError
from domroute.forecast import ExpectedOrders, Forecast
from domroute.orders import Delivery

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def kinds(*orders, **options):
    """List the examples and the numbers expected."""
    forecast = Forecast.from_orders(orders, **options)
    return [(row.order.id, row.number) for row in forecast.rows]


def test_equal_orders_are_one_kind():
    """Ids, moments and the ids and sequence of lines do not matter."""
    first = order("o1", line("l1", "A"), line("l2", "B", 2), at=(1.0, 2.0))
    again = order(
        "o2", line("x", "B", 2), line("y", "A"), at=(1.2, 2.3), placed_at=NOON
    )

    assert kinds(again, first) == [("o1", 2.0)]


@pytest.mark.parametrize(
    "other",
    [
        order("o2", A=2, at=(1.0, 2.0)),
        order("o2", B=1, at=(1.0, 2.0)),
        order("o2", A=1, B=1, at=(1.0, 2.0)),
        order("o2", A=1, at=(3.0, 2.0)),
        order("o2", A=1, at=(1.0, 2.0), delivery=pickup("N1")),
        order("o2", A=1, at=(1.0, 2.0), delivery=Delivery(to=place((9.0, 9.0)))),
        order("o2", A=1, at=(1.0, 2.0), tier="gold"),
        order("o2", A=1, at=(1.0, 2.0), weight=2.0),
        order("o2", line("A", "A", pinned_node="N1"), at=(1.0, 2.0)),
        order("o2", line("A", "A", delivery=pickup("N1")), at=(1.0, 2.0)),
        order("o2", A=1, at=None, delivery=pickup("N1")),
    ],
)
def test_what_may_be_routed_otherwise_is_another_kind(other):
    """Whatever decides where an order may be filled from sets kinds apart."""
    assert kinds(order("o1", A=1, at=(1.0, 2.0)), other) == [("o1", 1.0), ("o2", 1.0)]


def test_scale_is_what_one_order_stands_for():
    """A week of the past, a day to come: a seventh of each."""
    past = [order(f"o{i}", A=1) for i in range(14)]

    assert kinds(*past, scale=1 / 7) == [("o0", pytest.approx(2.0))]


def test_no_degrees_tell_any_two_places_apart():
    """Places that are equal are one even then."""
    near = [order("o1", A=1), order("o2", A=1, at=(0.0, 1e-6)), order("o3", A=1)]

    assert kinds(*near, degrees=0.0) == [("o1", 2.0), ("o2", 1.0)]


def test_forecast_survives_json():
    """What is written is read as the same."""
    forecast = Forecast.from_orders([order("o1", A=1), order("o2", B=2)], scale=0.3)

    assert Forecast.model_validate_json(forecast.model_dump_json()) == forecast


@pytest.mark.parametrize(
    "options", [{"scale": -1.0}, {"scale": math.nan}, {"degrees": math.inf}]
)
def test_bad_scales_are_refused(options):
    """A number from zero up is asked for."""
    with pytest.raises(InputError) as caught:
        Forecast.from_orders([order(A=1)], **options)

    assert [issue.code for issue in caught.value.issues] == ["out_of_range"]


def test_numbers_and_ids_are_checked():
    """No number is negative, and no two examples share an id."""
    with pytest.raises(ValidationError):
        ExpectedOrders(order=order(A=1), number=-1.0)
    row = ExpectedOrders(order=order(A=1), number=1.0)
    with pytest.raises(ValidationError, match="more than once"):
        Forecast(rows=[row, row])
