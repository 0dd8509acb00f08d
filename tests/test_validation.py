"""Pydantic's faults in the words of this library."""

from __future__ import annotations

import pytest
from pydantic import ValidationError, model_validator

from domroute.errors import InputError, Issue
from domroute.orders import Order
from domroute.validation import Frozen, issues_from, path_in, shorten


class Pair(Frozen):
    """A model whose validator names the place of each fault itself."""

    one: int
    two: int

    @model_validator(mode="after")
    def check_order(self):
        """Refuse pairs that fall."""
        if self.two < self.one:
            raise InputError([Issue("falling", "two", f"{self.two} < {self.one}")])
        return self


class Pairs(Frozen):
    """A list of pairs."""

    pairs: tuple[Pair, ...]


def issues_of(model, raw):
    """Return the issues of raw input that a model refuses."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(raw)
    return issues_from(caught.value, "input", raw)


def test_a_validator_may_raise_issues_of_its_own():
    """They keep their code and message, and are placed where the validator stands."""
    raw = {"pairs": [{"one": 1, "two": 2}, {"one": 2, "two": 1}]}

    assert issues_of(Pairs, raw) == [Issue("falling", "input.pairs[1].two", "1 < 2")]


def test_sentences_of_validators_have_codes():
    """A line id given twice is told apart from a contradiction."""
    line = {"id": "l1", "sku": "A", "quantity": 1}
    place = {"lat": 0, "lon": 0}

    twice = issues_of(Order, {"id": "o1", "lines": [line, line], "destination": place})
    nowhere = issues_of(Order, {"id": "o1", "lines": [line]})

    assert [(issue.code, issue.where) for issue in twice] == [("duplicate_id", "input")]
    assert [issue.code for issue in nowhere] == ["contradictory"]


def test_values_in_messages_are_short():
    """However long a value is, its message is a line."""
    assert shorten("x" * 10**6) == "'" + "x" * 56 + "..."  # 60 characters in all
    assert shorten(10**400) == "a whole number of about 400 digits"
    assert shorten(10**50) == "1" + "0" * 50


def test_what_is_no_object_is_called_so():
    """Classes of this library are not named to those who write JSON."""
    (fault,) = issues_of(Pairs, {"pairs": [5]})
    (list_fault,) = issues_of(Pairs, {"pairs": [[5]]})

    assert fault.message == "should be an object, got 5"
    assert list_fault.message == "should be an object, got a list"


def test_paths_beyond_the_input_are_kept():
    """A place that is not in the input, such as a missing field, is still named."""
    assert path_in({"a": [1]}, ("a", 3, "b")) == ("a", 3, "b")
    assert path_in("text", ("a",)) == ("a",)
