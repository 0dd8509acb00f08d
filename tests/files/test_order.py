"""One order as JSON comes back equal, follows its schema, and tells its faults."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domroute import InputError
from domroute.jsonio import order_from_json, order_schema, order_to_json
from scenario_strategies import scenarios

SCHEMA = jsonschema.Draft202012Validator(order_schema())


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_orders_come_back_and_follow_the_schema(data):
    """Any order is written as its schema says, and read as what it was."""
    scenario = data.draw(scenarios())
    for order in scenario.orders:
        text = order_to_json(order)

        assert order_from_json(text) == order
        assert not list(SCHEMA.iter_errors(json.loads(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1", ["order not_json"]),
        ("5", ["order wrong_type"]),
        (b"\xff{}", ["order wrong_encoding"]),
        ("{}", ["id missing", "lines missing"]),
        (
            '{"id": 7, "lines": [{"id": "1", "sku": "A", "quantity": "2"}], "x": 1}',
            ["id wrong_type", "lines[0].quantity wrong_type", "x unknown_field"],
        ),
    ],
)
def test_faults_of_an_order_are_told_all_at_once(text, expected):
    """Each has its path within the order and a stable code."""
    with pytest.raises(InputError) as caught:
        order_from_json(text)

    found = sorted(f"{issue.where} {issue.code}" for issue in caught.value.issues)
    assert found == expected
