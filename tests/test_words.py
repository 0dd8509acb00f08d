"""The enumerations accept their plain string, and say what is collected."""

import pytest

from domroute.words import DistanceMethod, Measure, Method, Objective, Status


@pytest.mark.parametrize("kind", [DistanceMethod, Measure, Method, Objective, Status])
def test_word_is_its_plain_string(kind):
    """A word equals, and is made from, the string that stands in files."""
    for word in kind:
        assert word == word.value == word.name.lower()
        assert kind(word.value) is word


@pytest.mark.parametrize(
    ("method", "collected"),
    [
        ("ship", False),
        ("same_day", False),
        ("pickup", True),
        ("curbside", True),
        ("locker", True),
        ("ship_to_store", False),
    ],
)
def test_collected_methods(method, collected):
    """Only what the customer takes from the node's own stock is collected."""
    assert Method(method).is_collected is collected
