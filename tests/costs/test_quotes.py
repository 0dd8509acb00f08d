"""Quotes by themselves: what is refused, and whose they are."""

import pytest
from pydantic import ValidationError

from domroute.costs import Quotes
from domroute.costs.quotes import NO_QUOTES, OrderQuotes


def test_quotes_are_told_apart_by_order():
    """An order sees its own quotes, and no others; ids are whole words."""
    quotes = Quotes(
        shipments={("o1", "N1"): 1.0, ("o1", "N2", "air"): 2.0, ("o10", "N1"): 3.0},
        units={("o1", "l1", "N1"): 4.0},
        workload={("o2", "l1", "N1"): 5.0},
    )

    assert quotes.of("o1") == OrderQuotes(
        {("N1", None): 1.0, ("N2", "air"): 2.0}, {("l1", "N1"): 4.0}, {}, {"l1"}
    )
    assert quotes.of("o10") == OrderQuotes({("N1", None): 3.0})
    assert quotes.of("o2") == OrderQuotes({}, {}, {("l1", "N1"): 5.0}, {"l1"})
    assert quotes.of("o") is NO_QUOTES


def test_quoted_with_and_without_a_service_contradict():
    """A shipment has one price, or one for each service."""
    with pytest.raises(ValidationError, match="both with and without"):
        Quotes(shipments={("o1", "N1"): 1.0, ("o1", "N1", "air"): 2.0})


@pytest.mark.parametrize("field", ["shipments", "units", "workload"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "1"], ids=repr)
def test_quotes_are_amounts(field, value):
    """A quote is a finite number, not negative."""
    key = ("o1", "N1") if field == "shipments" else ("o1", "l1", "N1")

    with pytest.raises(ValidationError):
        Quotes(**{field: {key: value}})


@pytest.mark.parametrize("key", [("o1",), ("o1", "a", "b", "c"), "o1"], ids=str)
def test_keys_name_what_is_quoted(key):
    """A shipment is quoted by order and node, and perhaps a service."""
    with pytest.raises(ValidationError):
        Quotes(shipments={key: 1.0})


def test_changed_copy_quotes_what_it_says():
    """A copy with other amounts does not remember the old ones."""
    quotes = Quotes(shipments={("o1", "N1"): 1.0})
    assert quotes.of("o1").shipments == {("N1", None): 1.0}

    again = quotes.model_copy(update={"shipments": {("o1", "N1"): 2.0}})

    assert again.of("o1").shipments == {("N1", None): 2.0}
