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
    # Who offers, carries, collects; what is drawn, drawn as a picture, or changed;
    # and what is promised by a method that the order does not name.
    "Method": {
        *(
            "network.py",
            "services.py",
            "lanes.py",
            "orders.py",
            "verify/",
            "ledger/",
            "plots/",
            "streams/",
        ),
        *("whatif/", "answers/promising.py"),
    },
    # What demands are; the ledger that counts them, its pictures, and the judge; and
    # what a working day has left, by measure.
    "Measure": {
        *("capacity.py", "ledger/", "verify/", "replay/loads.py"),
        *("offers/workdays.py", "batch/days.py"),
    },
}
TERMS = {
    *("Carbon", "Distance", "Handling", "Shipping"),
    *("StockBalance", "StockLevel", "StockValue"),
}
CHARGES = {"AnyOf", "Apart", "Curve", "Linear", "Parcels", "Steps", "Unquoted"}
STATED = {"cards", "curve", "tariff", "tariffs"}
"""What a term states that is read as a kind of charge."""
RULES = {"EligibleNodes", "ExcludedNodes", "MinAccuracy", "RequireTag"}

SUMS = "sums of the same floats in another order, and no more"
SOLVERS = "what solvers leave open"
NONE = "a mark that no number is"
READING = "what a number of the input may be at most"
MEMORY = "memory taken at once, whoever's policy it is"
CONSTANTS = {
    "answers/alternatives.py": {"_ROUNDING": SUMS, "_PLACES": SUMS},
    "answers/explanation.py": {"_SHOWN": "rows of a table printed"},
    "answers/routing.py": {"MAX_SECONDS": READING},
    "answers/shortfall.py": {"_HAIR": "a tie, in a penalty", "_MITE": SOLVERS},
    "batch/beginning.py": {"_LEAST": SUMS},
    "batch/book.py": {"NO_AXES": NONE},
    "batch/cells.py": {"NO_CELL": NONE, "UNITS_SLACK": SUMS},
    "batch/crowding.py": {"_NEVER": NONE},
    "batch/days.py": {"_ENDLESS": NONE},
    "batch/incumbent.py": {"_LEAST": SUMS, "_ROUNDING": SUMS},
    "batch/numba/choosing.py": {"_NEAR": SUMS},
    "batch/program.py": {"_SLACK": SUMS},
    "batch/routing.py": {"_LONGEST_S": READING},
    "batch/tables.py": {"_AT_ONCE": MEMORY},
    "batch/spread.py": {"_KEPT": MEMORY},
    "batch/state.py": {"_SLACK": SUMS},
    "offers/pricetable.py": {"SINGLE_THREAD": "products that no thread is started for"},
    "offers/laid.py": {"NO_SERVICE": NONE},
    "offers/merging.py": {"_MOST_BUNDLES": MEMORY},
    "online/fluid.py": {"_GAP": SOLVERS, "_SAME": SOLVERS},
    "online/saving.py": {"_LEAST": SOLVERS, "_LITTLE": SOLVERS, "_OPEN": SOLVERS},
    "online/valuing.py": {"_LEAST": SUMS, "_DAY_S": "seconds of a day"},
    "offers/daysleft.py": {"SLACK": SUMS},
    "sourcing/choice.py": {"FORBIDDEN": NONE, "IS_FORBIDDEN": NONE},
    "sourcing/claims.py": {"_SLACK": SOLVERS, "_SAME": SOLVERS},
    "sourcing/filling.py": {"_AT_ONCE": MEMORY},
    "sourcing/goals.py": {"_SLACK": SOLVERS, "_RANGE": SOLVERS, "_FINEST": SOLVERS},
    "sourcing/halves.py": {"_WHOLE": SOLVERS},
    "sourcing/lattice.py": {"_COMMON": MEMORY},
    "sourcing/linebound.py": {"_SAFE": SUMS},
    "sourcing/mip.py": {"TOLERANCE": SOLVERS},
    "sourcing/merging.py": {"_SAME": SUMS},
    "sourcing/onedate.py": {"_SAME": SUMS},
    "sourcing/proof.py": {"_TOLERANCE": SOLVERS, "_ROUNDING": SUMS},
    "sourcing/loaded.py": {"_SAME": SUMS},
    "sourcing/settling.py": {"_SAME": SUMS},
    "sourcing/subset.py": {"_NEAR": SUMS},
    "sourcing/several.py": {"_SLACK": SUMS},
    "sourcing/comparing.py": {"ROUNDING": SUMS},
    "sourcing/preferring.py": {"_SAME": SUMS},
    "sourcing/totals.py": {"ENDLESS": NONE, "_SAME": SUMS},
    "sourcing/together.py": {"_SAME": SUMS},
    "sourcing/walk/takers.py": {"WORST": NONE},
}
"""Numbers that stand in modules, and why they are no matter of tuning."""


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


SOLVING = ("answers/", "batch/", "offers/", "online/", "sourcing/")
ARITHMETIC = (
    ast.Constant,
    ast.UnaryOp,
    ast.BinOp,
    ast.Tuple,
    ast.unaryop,
    ast.operator,
)


def _is_number(value):
    """Tell whether an expression is numbers, and nothing else."""
    parts = [part for part in ast.walk(value) if not isinstance(part, ast.expr_context)]
    constants = [part.value for part in parts if isinstance(part, ast.Constant)]
    return all(isinstance(part, ARITHMETIC) for part in parts) and all(
        type(constant) in (int, float) for constant in constants
    )


def _constants(tree):
    """List the names of numbers that stand in a module, or in a class of one."""
    bodies = [tree, *(part for part in tree.body if isinstance(part, ast.ClassDef))]
    found = set()
    for made in (part for body in bodies for part in body.body):
        if not isinstance(made, (ast.Assign, ast.AnnAssign)):
            continue
        targets = made.targets if isinstance(made, ast.Assign) else [made.target]
        words = [part for one in targets for part in ast.walk(one)]
        if made.value is not None and _is_number(made.value):
            found |= {x.id for x in words if isinstance(x, ast.Name) and x.id.isupper()}
    return found


def test_tuned_numbers_are_data():
    """What stands in a module is a slack or a mark; the rest is ``domroute.tuning``."""
    found = {
        name: constants
        for name, tree in _trees()
        if name.startswith(SOLVING) and (constants := _constants(tree))
    }

    assert found == {name: set(known) for name, known in CONSTANTS.items()}


def test_constants_are_found_wherever_they_stand():
    """Several at once, sums of them, and those of a class."""
    text = "A: Final = 1 << 3\n_B, C = 0.4, -1\nD = (1.0, 2)\nE = 'x'\nF = g(1)\n"
    text += "class G:\n    H: ClassVar[int] = 8\n    small: int = 9\n"

    assert _constants(ast.parse(text)) == {"A", "_B", "C", "D", "H"}
