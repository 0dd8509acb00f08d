"""Pydantic's faults in our words: stable codes, paths of the input, short values."""

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from builders import order
from domroute.errors import InputError, Issue
from domroute.network import Network
from domroute.orders import Order
from domroute.policy import Policy
from domroute.services import Service
from domroute.validation import Frozen, issues_from, join_path, path_in
from domroute.wording import shorten


def faults(kind, value):
    """Return the code and path of each fault of a value."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return [(i.code, i.where) for i in issues_from(caught.value, "x", value)]


GOOD = {
    "id": "o1",
    "destination": {"lat": 0, "lon": 0},
    "lines": [{"id": "l1", "sku": "A", "quantity": 1}],
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": None}, ("wrong_type", "x.id")),
        ({"id": ""}, ("out_of_range", "x.id")),
        ({"id": " "}, ("out_of_range", "x.id")),
        ({"colour": "red"}, ("unknown_field", "x.colour")),
        ({"value": float("nan")}, ("not_finite", "x.value")),
        ({"value": -1}, ("out_of_range", "x.value")),
        ({"value": "9"}, ("wrong_type", "x.value")),
        ({"lines": []}, ("out_of_range", "x.lines")),
        ({"lines": [{}]}, ("missing", "x.lines[0].id")),
        ({"delivery": {"method": "drone"}}, ("unknown_value", "x.delivery.method")),
        ({"delivery": {"method": "pickup"}}, ("contradictory", "x.delivery")),
        ({"placed_at": "2026-01-01T00:00:00"}, ("naive_datetime", "x.placed_at")),
        ({"placed_at": "2026-13-01T00:00:00Z"}, ("impossible_date", "x.placed_at")),
        ({"placed_at": []}, ("wrong_type", "x.placed_at")),
        ({"lines": GOOD["lines"] * 2}, ("duplicate_id", "x")),
        ({"destination": 5}, ("wrong_type", "x.destination")),
    ],
    ids=str,
)
def test_fault_has_a_code_and_a_path(change, expected):
    """Each kind of fault has its stable code, and the path to it."""
    assert faults(Order, {**GOOD, **change})[0] == expected


def test_all_faults_are_told():
    """One look at the input tells everything that is wrong with it."""
    bad = {"id": "", "destination": {"lat": 91, "lon": "x"}, "lines": [{"sku": 1}]}

    assert len(faults(Order, bad)) == 6


def test_names_of_alternatives_are_not_in_the_path():
    """A path holds what the input holds: not the kind of zones that was tried."""
    bad = {
        "id": "g",
        "rate_card": {"weights_kg": [1], "rates": [[1]]},
        "zones": {"kind": "distance", "bands_km": ["far"]},
    }

    assert faults(Service, bad) == [("wrong_type", "x.zones.bands_km[0]")]


def test_unknown_kind_is_an_unknown_value():
    """A word that names no alternative is told with its place."""
    bad = {"rules": [{"rule": "magic"}], "costs": [{"term": "magic"}]}

    codes = {code for code, _ in faults(Policy, bad)}

    assert codes == {"unknown_value"}


def test_faulty_list_is_not_also_too_short():
    """A list whose only member is faulty is reported once."""
    assert faults(Order, {**GOOD, "lines": [5]}) == [("wrong_type", "x.lines[0]")]


def test_issues_within_a_validator_keep_their_paths():
    """A validator that knows its faults by place is heard."""

    class Picky(BaseModel):
        """A model that finds its faults by itself."""

        value: int

        def model_post_init(self, context):  # noqa: ARG002 - pydantic names it
            """Find one."""
            raise InputError([Issue("odd", "value", "is odd")])

    assert faults(Picky, {"value": 1}) == [("odd", "x.value")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("N1", "'N1'"),
        ("x" * 99, "'" + "x" * 56 + "..."),
        # 10 to the 99 has 329 bits, of 0.301 digits each.
        (10**99, "a whole number of about 99 digits"),
        (12, "12"),
        (
            list(range(99)),
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...",
        ),
    ],
    ids=["short", "long", "huge", "number", "list"],
)
def test_values_are_shown_short(value, text):
    """A message repeats no megabytes."""
    assert shorten(value) == text


def test_paths_are_joined():
    """Fields by dots, rows by brackets, nothing is the input itself."""
    assert join_path("", ["a", 0, "b"]) == "a[0].b"
    assert join_path("x", [""]) == "x"
    assert join_path("", []) == "input"


@pytest.mark.parametrize(
    ("raw", "loc", "path"),
    [
        ({"a": [{"b": 1}]}, ("a", 0, "b"), ("a", 0, "b")),
        ({"a": [1]}, ("a", 3, "kind"), ("a", 3, "kind")),
        ("text", ("a",), ("a",)),
        ({"a": {}}, ("a", "tag", "b"), ("a",)),
    ],
    ids=str,
)
def test_path_follows_the_input(raw, loc, path):
    """What is not in the input is no part of its path."""
    assert path_in(raw, loc) == path


def nested(depth):
    """Make a list in a list in a list."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10**6,
        b"x" * 10**6,
        10**400,
        list(range(10**6)),
        nested(10**5),
        {"k": "x" * 999},
    ],
    ids=["text", "bytes", "number", "list", "nest", "object"],
)
def test_a_message_quotes_the_beginning_of_a_value(value):
    """However long or deep it is; repr() of such a nest would end the recursion."""
    assert len(shorten(value)) <= 60


def test_a_path_quotes_the_beginning_of_a_key():
    """A key may be megabytes, as a value may."""
    path = join_path("policy", ["k" * 10**6, 3, "costs"])

    assert path == f"policy.{'k' * 57}...[3].costs"


def test_missing_field_is_named():
    """A field that is not there is still told by its name."""
    assert path_in({"a": {}}, ("a", "b"), "missing") == ("a", "b")


def test_names_of_a_network_are_checked_at_once():
    """Codes follow from the sentence of a validator of the whole."""
    where = {"lat": 0, "lon": 0}
    node = {"id": "N1", "location": where, "services": ["air"]}
    ground = {
        "id": "g",
        "rate_card": {"weights_kg": [1], "rates": [[1]]},
        "zones": {"kind": "distance", "bands_km": []},
    }

    twice = {"nodes": [node] * 2, "items": []}
    strange = {"nodes": [node], "items": [], "services": [ground]}

    assert faults(Network, twice) == [("duplicate_id", "x")]
    assert faults(Network, strange) == [("unknown_id", "x")]


def test_frozen_models_compare_by_value_and_hash():
    """Nouns are values."""

    class Point(Frozen):
        """A place."""

        x: float

    assert len({Point(x=1), Point(x=1.0)}) == 1
    assert order(A=1) == order(A=1)
