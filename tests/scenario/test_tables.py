"""Each table is said once, and all that is said of it holds."""

import ast
from pathlib import Path

import pytest

import domroute
from domroute.files.tabular.columns import COLUMNS, HISTORY_COLUMNS
from domroute.names import references_of
from domroute.network import Network
from domroute.scenario import Scenario
from domroute.scenario.tables import ENTRIES, HISTORY, SCENARIO, entries_of

FOLDER = Path(domroute.__file__).parent
READERS = (
    *("files", "scenario", "cli", "streams/history.py", "streams/records.py"),
    *("streams/decisions.py", "names.py", "network.py", "frames.py", "jsonio.py"),
)
"""Whoever reads, writes, checks or shows tables."""
FEW = 2
"""A table is read beside another here and there; three by name are a list of them."""


def _statements(tree):
    """Yield what stands by itself: functions, methods and assignments."""
    for part in tree.body:
        if isinstance(part, ast.ClassDef):
            yield from _statements(part)
        elif not isinstance(part, (ast.Import, ast.ImportFrom)):
            yield part


def _tables_named(statement):
    """Find the tables that a statement names, as texts or as arguments."""
    found = set()
    for part in ast.walk(statement):
        if isinstance(part, ast.Constant):
            found.add(part.value)
        elif isinstance(part, ast.keyword):
            found.add(part.arg)
    return {name for name in found if isinstance(name, str)} & ENTRIES.keys()


def lists_of_tables(source):
    """Return what each statement of a module names that lists tables."""
    named = map(_tables_named, _statements(ast.parse(source)))
    return [sorted(names) for names in named if len(names) > FEW]


def test_tables_are_listed_in_one_place():
    """A second list is where the next table would be forgotten."""
    listing = set()
    for name in READERS:
        path = FOLDER / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if lists_of_tables(file.read_text("utf-8")):
                listing.add(file.relative_to(FOLDER).as_posix())

    # The arguments of `history_from_frames` are what users call it by.
    assert listing == {"scenario/tables.py", "streams/history.py"}


@pytest.mark.parametrize(
    "source",
    [
        'REQUIRED = ("nodes", "items", "stock")',
        'FILES = {"nodes": 1, "items": {"stock": 2}}',
        "def read(rows):\n    return Draft(nodes=rows, items=rows, orders=rows)",
        'class A:\n    def f(t):\n        return [t["nodes"]], t["items"], t["lines"]',
    ],
)
def test_a_list_of_tables_is_seen(source):
    """However it is written."""
    assert len(lists_of_tables(source)) == 1


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_what_is_said_of_a_table_holds(entry):
    """Its key is of columns, its references and owner are tables, it has its place."""
    assert set(entry.key) <= entry.row.model_fields.keys()
    assert entry.within in {"", *ENTRIES}
    for ref in references_of(entry.row):
        assert ref.names is None or ref.names.table in ENTRIES
    columns = {**COLUMNS, **HISTORY_COLUMNS}
    assert (entry.name in columns) == entry.is_flat
    if entry.is_flat:
        assert set(entry.key) <= {column.name for column in columns[entry.name]}


def test_a_network_is_its_tables():
    """A field that no entry reads and writes would be lost."""
    entries = entries_of("network")

    # Of what is no table there is the time zone, which stands beside them.
    names = [*(entry.name for entry in entries), "time_zone"]
    assert names == list(Network.model_fields)
    for entry in entries:
        # A network made in Python tells its rows apart by the first field, too.
        assert entry.key == (next(iter(entry.row.model_fields)),)
        field = Network.model_fields[entry.name]
        assert field.annotation == tuple[entry.row, ...]
        assert field.is_required() == (not entry.is_optional)


def test_tables_are_of_a_scenario_or_of_a_history():
    """No table stands outside; those of a scenario are of parts that it has."""
    assert {*SCENARIO, *HISTORY} == set(ENTRIES.values())
    parts = {entry.part for entry in SCENARIO}
    assert parts <= set(Scenario.__dataclass_fields__)
    assert not parts & {entry.part for entry in HISTORY}


def test_only_empty_tables_that_may_be_absent_are_left_out():
    """A required table is there without rows; services say by none what they are."""
    left_out = {entry.name for entry in SCENARIO if entry.is_left_out(0)}

    assert left_out == {entry.name for entry in SCENARIO if entry.is_optional} - {
        "services"
    }
    assert not any(entry.is_left_out(1) for entry in SCENARIO)
