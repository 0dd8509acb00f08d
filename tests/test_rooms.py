"""What is known in one room is asked by name in no other."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import domroute

FOLDER = Path(domroute.__file__).parent
DATA = ("instances/", "words.py")
"""Where scenarios are made, and words: they name everything."""
ROOMS = {
    # Who offers and who collects; and what is drawn, drawn as a picture, or changed.
    "Method": {
        *("network.py", "orders.py", "verify/", "ledger/", "plots/", "streams/"),
        *("whatif/",),
    },
    # What demands are; the ledger that counts them, its pictures, and the judge.
    "Measure": {"capacity.py", "ledger/", "verify/", "replay/loads.py"},
}
TERMS = {
    *("Carbon", "Distance", "Handling", "Shipping"),
    *("StockBalance", "StockLevel", "StockValue"),
}
CHARGES = {"AnyOf", "Curve", "Linear", "Parcels", "Steps", "Unquoted"}
STATED = {"cards", "curve", "tariff", "tariffs"}
"""What a term states that is read as a kind of charge."""
RULES = {"EligibleNodes", "ExcludedNodes", "MinAccuracy", "RequireTag"}


def _trees():
    """Yield every module by its path, parsed."""
    for path in sorted(FOLDER.rglob("*.py")):
        name = path.relative_to(FOLDER).as_posix()
        if not name.startswith(DATA):
            yield name, ast.parse(path.read_text("utf-8"))


def _asked_by_name(word):
    """Find the modules that name a member of an enumeration."""
    return {
        name
        for name, tree in _trees()
        for part in ast.walk(tree)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == word
        and part.attr.isupper()
    }


def _types_asked():
    """Find the types that each module asks objects for."""
    found = defaultdict(set)
    for name, tree in _trees():
        for part in ast.walk(tree):
            is_call = isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
            if is_call and part.func.id == "isinstance":
                words = ast.walk(part.args[1])
                found[name] |= {x.id for x in words if isinstance(x, ast.Name)}
    return found


@pytest.mark.parametrize("word", ROOMS)
def test_members_are_named_in_their_rooms_alone(word):
    """A method or measure more is known there, and nowhere else."""
    outside = {
        name for name in _asked_by_name(word) if not name.startswith((*ROOMS[word],))
    }

    assert outside == set()


def test_nobody_asks_a_term_what_it_is():
    """A term says so itself; a picture of values may ask for the values."""
    asking = {name for name, types in _types_asked().items() if types & TERMS}

    assert asking <= {"plots/heat.py"}


def test_nobody_asks_a_rule_what_it_is():
    """A rule that looks at nodes alone says so; tags are looked up where they are."""
    asking = {name for name, types in _types_asked().items() if types & RULES}

    assert asking <= {"scenario/references.py"}


def test_nobody_asks_a_charge_which_kind_it_is():
    """It is priced, bounded and written into the program by itself."""
    outside = {
        name
        for name, tree in _trees()
        if not name.startswith("costs/charges/")
        for part in ast.walk(tree)
        if isinstance(part, ast.Attribute)
        and part.attr in STATED
        and isinstance(part.ctx, ast.Load)
    }
    asking = {name for name, types in _types_asked().items() if types & CHARGES}

    assert {name for name in asking if not name.startswith("costs/charges/")} == set()
    assert outside == set()
