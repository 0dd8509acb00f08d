"""Whoever calls with something else is told which argument should be what."""

import importlib
import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest
from pydantic import BaseModel

from builders import network, node, order, stock
from domroute import InputError, Location, Policy, Router, Scenario
from domroute.arguments import checked, wanted_by
from domroute.errors import Issue, UnmatchedWarning
from domroute.replay import Tactic
from domroute.rules import MaxDistance, NodeFilter

PAGES = Path(__file__).parents[1] / "docs" / "reference"
_ENTRY = re.compile(r"autofunction:: (domroute\.\S+)")
OWN_WORDS = {
    "domroute.cli.main",  # says it to a terminal
    "domroute.costs.registry.register",
    "domroute.costs.nature.nature_of",
    "domroute.replay.kpis.kpis_of",  # of whatever has the frames of a run
    "domroute.replay.kpis.kpis_by",
}
"""Documented functions that check what they are given by themselves."""


class Stranger:
    """What nobody asks for."""


def documented():
    """List the functions that the reference shows, by name."""
    found = {}
    for page in sorted(PAGES.glob("*.md")):
        for path in _ENTRY.findall(page.read_text("utf-8")):
            module, _, name = path.rpartition(".")
            entry = getattr(importlib.import_module(module), name)
            inner = entry.__module__.split(".")[1]
            if path not in OWN_WORDS and inner not in ("plots", "demo"):
                found[path] = entry
    return found


METHODS = {
    f"{entry.__qualname__}": entry
    for entry in (
        Router.__init__,
        Router.with_inventory,
        Router.route,
        Router.route_batch,
        Router.value_stock,
        Router.explain,
        Router.score,
        Scenario.__init__,
    )
}


def told(call, *args, **kwargs):
    """Call, and say which arguments are refused, and how."""
    with pytest.raises(InputError) as caught:
        call(*args, **kwargs)
    return [(issue.where, issue.code, issue.message) for issue in caught.value.issues]


@pytest.mark.parametrize(
    "entry",
    [pytest.param(entry, id=name) for name, entry in (documented() | METHODS).items()],
)
def test_every_entry_refuses_a_stranger_by_name(entry):
    """Each argument of which a type is asked is named, by the entry or by its type."""
    for argument, wanted in wanted_by(entry):
        if argument != "self" and wanted.words:
            with pytest.raises(InputError, match=argument.rstrip("s")):
                entry(**{argument: Stranger()})


def test_all_wrong_arguments_are_told_at_once():
    """By position and by name."""
    found = told(Router, Policy(), {}, policy="cheap")

    assert found == [
        ("network", "wrong_type", "should be a Network, got a Policy"),
        ("inventory", "wrong_type", "should be an Inventory or a Snapshot, got a dict"),
        ("policy", "wrong_type", "should be a Policy, got a str"),
    ]


def test_a_class_and_nothing_are_named_as_what_they_are():
    """A class in the place of its object is the commonest slip."""
    router = Router(network(node("N1")), stock(N1={"A": 1}))

    assert told(router.route, None)[0][2] == "should be an Order, got None"
    assert told(router.route, type(order("o1", A=1)))[0][2] == (
        "should be an Order, got the class Order"
    )


class Way(StrEnum):
    """A word."""

    FAST = "fast"


@checked
def ask(
    number: float = 0.0,
    many: "list[int] | None" = None,
    way: Way = Way.FAST,
    *rest: int,
    word: Literal["a"] = "a",
    frame: "pd.DataFrame | None" = None,
    lost: "NoSuchName | None" = None,  # noqa: F821 - a name that only checkers know
    anything: Any = None,
    **more: str,
):
    """Take many things, and stumble over anything strange."""
    for strange in (number, frame, *(many or ())):
        if isinstance(strange, (Stranger, list)):
            strange.lacks  # noqa: B018 - it is an error
    return number, many, way, word, frame, lost, anything, rest, more


@pytest.mark.parametrize(
    "given",
    [
        {"number": 1},
        {"number": pd.Series([1], dtype="int32").iloc[0]},
        {"many": (1, 2)},
        {"many": range(3)},
        {"way": "fast"},
        {"word": 5},
        {"lost": 5},
        {"anything": Stranger()},
        {"more": 5},
    ],
    ids=list,
)
def test_what_will_do_is_taken(given):
    """Whole numbers for numbers, any list for a list, a word for a member."""
    ((name, value),) = given.items()

    made = ask(**given)

    assert value in made[:-1] or made[-1] == {name: value}


def test_frames_are_told_apart_though_pandas_is_loaded_late():
    """A hint that only type checkers read is read all the same."""
    assert told(ask, frame=[1]) == [
        ("frame", "wrong_type", "should be a DataFrame, got a list")
    ]
    assert ask(1.0, None, "fast", "seven")[7] == ("seven",)


def test_what_a_function_says_itself_comes_first():
    """Its own words know more than the type of an argument."""

    @checked
    def refuse(number: float):
        raise InputError([Issue("out_of_range", "number", f"{number} is odd")])

    assert told(refuse, Stranger())[0][1] == "out_of_range"


def test_a_bug_stays_a_bug():
    """Where every argument is what it should be, an error is not the caller's."""

    @checked
    def stumble(number: float):
        raise KeyError(number)

    with pytest.raises(KeyError):
        stumble(1.0)


def test_missing_and_unknown_arguments_stay_those_of_python():
    """Python names them already."""
    with pytest.raises(TypeError, match="inventory"):
        Router(network(node("N1")))
    with pytest.raises(TypeError, match="inventry"):
        Router(network(node("N1")), inventry=None)


def test_an_entry_keeps_its_name_and_signature():
    """Help, pickles and documentation find what they found before."""
    assert Router.route.__qualname__ == "Router.route"
    assert list(inspect.signature(Router.route).parameters)[:2] == ["self", "order"]


@pytest.mark.parametrize(
    ("model", "given", "name"),
    [(Tactic, Policy(), "policy="), (Location, 40.0, "lat="), (Policy, {}, "costs=")],
)
def test_models_say_that_their_fields_are_named(model, given, name):
    """A model called by position lists its fields."""
    ((where, code, message),) = told(model, given)

    assert (where, code) == (model.__name__, "wrong_type")
    assert name in message


def test_models_are_made_as_before():
    """By name, from raw values and as a plain class of pydantic's."""
    assert issubclass(Tactic, BaseModel)
    assert Tactic(name="a") == Tactic.model_validate({"name": "a"})


@pytest.mark.filterwarnings("error::domroute.errors.UnmatchedWarning")
def test_warnings_point_at_the_caller():
    """Checking arguments puts no other file into the place of a warning."""
    policy = Policy(rules=[MaxDistance(km=1.0, nodes=NodeFilter(kinds=["nowhere"]))])
    parts = network(node("N1")), stock(N1={"A": 1})

    with pytest.warns(UnmatchedWarning) as router:
        Router(*parts, policy)
    with pytest.warns(UnmatchedWarning) as scenario:
        Scenario("s", *parts, policy=policy)

    assert router[0].filename == scenario[0].filename == __file__
