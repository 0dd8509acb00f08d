"""Policies: defaults, names, versions that follow from every part."""

import re
import subprocess
import sys

import pytest
from pydantic import ValidationError

from builders import Crowding, network, node, stock
from domroute.costs import Distance, Handling, Shipping, StockLevel
from domroute.errors import InputError, UnmatchedWarning
from domroute.network import Item
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.rules import EligibleNodes, NodeFilter, NodePriority, SafetyStock
from domroute.split import SplitLimits


def test_policy_is_sensible_as_it_stands():
    """Handling and parcels are priced, splits allowed, units not left lightly."""
    policy = Policy()

    assert [term.name for term in policy.costs] == ["handling", "shipping"]
    assert policy.rules == ()
    assert policy.splits == SplitLimits()
    assert policy.unfilled_penalty >= 100
    assert policy.solve.method == "auto"


def test_terms_and_rules_may_be_said_in_plain_values():
    """What JSON holds makes the same policy."""
    said = Policy(
        costs=[{"term": "handling", "weight": 2.0}, {"term": "distance"}],
        rules=[
            {"rule": "eligible_nodes", "nodes": {"kinds": ["dc"]}},
            {"rule": "safety_stock", "units": 2, "price": 1.0},
        ],
    )

    assert said == Policy(
        costs=[Handling(weight=2.0), Distance()],
        rules=[
            EligibleNodes(nodes=NodeFilter(kinds=["dc"])),
            SafetyStock(units=2, price=1.0),
        ],
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"costs": [{"term": "magic"}]}, "unknown cost term 'magic'"),
        ({"costs": [{}]}, "unknown cost term None"),
        ({"costs": ["handling"]}, "should be a cost term"),
        ({"costs": [Handling(), Handling(weight=2.0)]}, "'handling' given more than"),
        ({"rules": [{"rule": "magic"}]}, "magic"),
        ({"rules": [NodePriority(), NodePriority(price=1)]}, "'rule:node_priority'"),
        ({"costs": [Crowding(name="unfilled")]}, "names the library reports under"),
        ({"costs": [Crowding(name="quoted")]}, "names the library reports under"),
        ({"costs": [Crowding(name="split")]}, "names the library reports under"),
        ({"costs": [Crowding(name="incomplete")]}, "names the library reports under"),
        ({"unfilled_penalty": -1}, "greater than or equal to 0"),
        ({"solve": {"time_limit_s": 0}}, "greater than 0"),
        ({"solve": {"method": "magic"}}, "method"),
        ({"objective": "profit"}, "objective"),
    ],
    ids=str,
)
def test_policy_that_cannot_be_is_refused(fields, words):
    """Unknown words, names given twice or reserved, and senseless numbers."""
    with pytest.raises(ValidationError, match=words):
        Policy(**fields)


def test_two_rules_of_a_kind_need_two_names():
    """A rule is told apart by its name."""
    policy = Policy(rules=[SafetyStock(units=1), SafetyStock(units=2, name="more")])

    assert [rule.name for rule in policy.rules] == ["safety_stock", "more"]


@pytest.mark.parametrize(
    "fields",
    [
        {"costs": []},
        {"costs": [Handling(), Shipping(weight=2.0)]},
        {"costs": [Shipping(), Handling()]},
        {"costs": [Handling(), Shipping(), StockLevel(price=1.0)]},
        {"costs": [Handling(), Shipping(), Crowding()]},
        {"rules": [NodePriority()]},
        {"splits": SplitLimits(max_shipments=1)},
        {"unfilled_penalty": None},
        {"objective": "fewest_shipments"},
        {"distance": "geodesic"},
        {"solve": SolveOptions(gap=0.01)},
        {"allow_backorder": True},
        {"promise": {"overdue_days": 1}},
    ],
    ids=str,
)
def test_version_follows_from_every_part(fields):
    """A policy that differs in anything has another version."""
    assert Policy(**fields).version != Policy().version
    assert Policy(**fields).version == Policy(**fields).version


def test_waiting_that_is_not_asked_for_is_no_part_of_a_version():
    """A policy without it has the version, and the JSON, that it had before."""
    said = Policy(allow_backorder=False, promise={"overdue_days": None})

    assert said.version == Policy().version
    assert "allow_backorder" not in said.model_dump(mode="json")
    assert "overdue_days" not in str(said.model_dump(mode="json"))


@pytest.mark.parametrize("days", [0, -1, 367, 1.5])
def test_what_is_overdue_comes_in_a_day_at_the_soonest(days):
    """Whole days, from one on, and no more than a year."""
    with pytest.raises(ValidationError, match="overdue_days"):
        Policy(promise={"overdue_days": days})


def test_version_is_the_same_in_another_process():
    """The version is a hash of content: no memory addresses, no seeds."""
    code = "from domroute import Policy; print(Policy().version)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == Policy().version


def test_version_of_a_changed_copy_is_its_own():
    """A copy with another penalty does not carry the old version."""
    policy = Policy()
    assert policy.version

    changed = policy.model_copy(update={"unfilled_penalty": 1.0})

    assert changed.version == Policy(unfilled_penalty=1.0).version


def test_version_of_a_users_term_is_its_content():
    """Two equal terms of your own make one version, another price another."""
    first, second = (Policy(costs=[Crowding(price=1.0)]).version for _ in range(2))

    assert first == second
    assert Policy(costs=[Crowding(price=2.0)]).version != first


def test_policy_with_a_term_of_your_own_cannot_be_saved_unregistered():
    """A term that is no pydantic model has no JSON form, and says so."""
    with pytest.raises(Exception, match="Crowding is not a pydantic model"):
        Policy(costs=[Crowding()]).model_dump(mode="json")


def test_policy_is_frozen():
    """A policy does not change after its version was told."""
    with pytest.raises(ValidationError):
        Policy().unfilled_penalty = 1.0


@pytest.mark.parametrize(
    ("apart", "code", "where"),
    [
        ([("hazmat", "hazmat")], "apart_itself", "apart[0]"),
        ([("a", "b"), ("b", "a")], "repeated_pair", "apart[1]"),
    ],
)
def test_pairs_that_say_nothing_are_refused(apart, code, where):
    """A tag beside itself, which ``ships_alone`` is for, and a pair given twice."""
    with pytest.raises(ValueError, match=rf"{re.escape(where)}: .* \[{code}\]"):
        Policy(apart=apart)


def test_pairs_count_for_the_version_and_nothing_does_where_there_are_none():
    """Policies from before there were any keep theirs."""
    assert "apart" not in Policy().model_dump()
    assert Policy(apart=[("a", "b")]).version != Policy().version
    assert Policy.model_validate({"apart": [["a", "b"]]}).apart == (("a", "b"),)


def test_an_item_with_both_tags_of_a_pair_is_refused():
    """No two units of it could share a parcel: that is said by ``ships_alone``."""
    torn = {"sku": "A", "tags": ["hazmat", "food"]}
    policy = Policy(apart=[("hazmat", "food")])

    with pytest.raises(InputError, match=r"policy.apart\[0\]: item 'A'.*apart_in_item"):
        Router(network(node("N1"), items=[Item(**torn)]), stock(), policy)
    Router(network(node("N1"), items=[Item(**torn, ships_alone=True)]), stock(), policy)


def test_a_tag_of_a_pair_that_no_item_has_is_told():
    """It may be meant, where one policy serves several networks."""
    with pytest.warns(UnmatchedWarning) as caught:
        Router(network(node("N1")), stock(), Policy(apart=[("hazmat", "food")]))

    assert [str(each.message) for each in caught] == [
        "policy.apart[0][0]: no item of the network has the tag 'hazmat'",
        "policy.apart[0][1]: no item of the network has the tag 'food'",
    ]


def test_a_kit_that_ships_alone_is_refused():
    """It leaves as its components, which say so themselves."""
    with pytest.raises(ValueError, match=r"ships_alone: kit 'K'.*kit_ships_alone"):
        Item(sku="K", components=[("A", 1)], ships_alone=True)
