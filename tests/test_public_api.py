"""What the package shows, and how lightly it is imported."""

import ast
import importlib.util
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import domroute

FOLDER = Path(domroute.__file__).parent
HEAVY = ("ortools", "pandas", "geopy", "pyarrow", "tqdm", "matplotlib")


def test_names_are_sorted_and_listed_once():
    """The list of public names reads like an index."""
    names = domroute.__all__

    assert names == sorted(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", domroute.__all__)
def test_name_can_be_imported(name):
    """Every public name is there."""
    assert getattr(domroute, name) is not None


def test_every_import_is_public():
    """What ``__init__`` imports it shows, and nothing else."""
    tree = ast.parse((FOLDER / "__init__.py").read_text("utf-8"))
    imported = {
        alias.asname or alias.name
        for part in tree.body
        if isinstance(part, ast.ImportFrom) and (part.module or "").startswith("domr")
        for alias in part.names
    }

    assert imported | {"__version__"} == set(domroute.__all__)


def test_package_is_typed():
    """The marker for type checkers is in the package."""
    assert (FOLDER / "py.typed").is_file()


def test_package_has_its_version():
    """The version is that of the installed package; none from a bare tree."""
    try:
        installed = version("domroute")
    except PackageNotFoundError:
        installed = "0"

    assert domroute.__version__ == installed


def run(code):
    """Run a line of Python in a fresh process, and return what it prints."""
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


def test_import_leaves_heavy_packages_alone():
    """Importing the package loads neither the solver nor frames nor geodesics."""
    code = f"import sys, domroute; print([n for n in {HEAVY} if n in sys.modules])"

    assert run(code) == "[]"


def test_small_order_leaves_heavy_packages_alone():
    """Routing an ordinary order does not either."""
    code = (
        "import sys; from domroute import *; "
        "here = Location(lat=0, lon=0); "
        "net = Network(nodes=[Node(id='N', location=here)], items=[Item(sku='A')]); "
        "router = Router(net, Inventory([Stock(node='N', sku='A', on_hand=1)])); "
        "line = Line(id='l', sku='A', quantity=1); "
        "print(router.route(Order(id='o', destination=here, lines=[line])).status, "
        f"[n for n in {HEAVY} if n in sys.modules])"
    )

    assert run(code) == "optimal []"


def test_import_touches_no_logging():
    """No handler is added, no level set, nothing printed."""
    code = "import logging, domroute; print(len(logging.getLogger().handlers))"

    assert run(code) == "0"


def test_modules_say_what_is_in_them():
    """Every module opens with a sentence."""
    for path in FOLDER.rglob("*.py"):
        text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert text, path
        assert text.splitlines()[0].endswith((".", ":")), path


def test_modules_are_short():
    """A file has one idea and no more than about four hundred lines."""
    for path in FOLDER.rglob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 420, path


def test_package_runs_as_a_module():
    """``python -m domroute`` is the command line."""
    assert importlib.util.find_spec("domroute.__main__") is not None
