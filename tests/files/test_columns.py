"""Columns are the fields of what stands in the rows; none can be forgotten."""

from typing import Literal

import pytest

from domroute.events import Canceled, Received, Rejected, Returned
from domroute.files.tabular.columns import COLUMNS, columns_from, columns_of
from domroute.ledger.stock import Inbound, Stock
from domroute.network import Item, Node
from domroute.orders import Line, Order
from domroute.scenario.rows import Closure, DecisionRow
from domroute.units import Centimeters, Id
from domroute.validation import Frozen

MODELS = {
    "nodes": Node,
    "items": Item,
    "stock": Stock,
    "inbound": Inbound,
    "orders": Order,
    "lines": Line,
    "receipts": Received,
    "rejections": Rejected,
    "closures": Closure,
    "cancellations": Canceled,
    "returns": Returned,
    "decisions": DecisionRow,
}


@pytest.mark.parametrize("table", MODELS)
def test_every_field_has_a_column(table):
    """At its place; but for rows of other tables, and what the table's name says."""
    places = {column.place[0] for column in columns_of(table)}

    assert set(MODELS[table].model_fields) - places <= {"lines", "inbound", "event"}


def test_names_are_those_of_the_contract():
    """Nested fields are spread out, and none takes the name of another."""
    names = [column.name for column in COLUMNS["orders"]]

    assert len(set(names)) == len(names)
    assert {"lat", "to_lat", "method", "delivery_node", "delivery_services"} <= {*names}
    assert "cost_per_line" in {column.name for column in COLUMNS["nodes"]}


def test_column_says_what_a_field_says():
    """What it holds, whether it must be there, and what it is when absent."""
    column = {column.name: column for column in COLUMNS["nodes"]}

    assert column["lat"].required
    assert not column["capacity_limit"].required
    assert column["enabled"].dtype == "flag"
    assert column["enabled"].meaning == "whether it is switched on; true when absent"
    assert column["active_until"].dtype == "time"
    assert column["tags"].dtype == "words"
    lines = {column.name: column for column in COLUMNS["lines"]}
    # Without a delivery a line has the order's, not the default of one.
    assert "absent" not in lines["method"].meaning


class Sized(Frozen):
    """One with several numbers in a field."""

    sides: tuple[Centimeters, Centimeters]
    more: tuple[Centimeters, ...] | None = None


def test_several_numbers_have_a_column():
    """Words and numbers are two kinds; whether none is absence, the default says."""
    sides, more = columns_from(Sized)

    assert (sides.dtype, sides.required, sides.tells_empty) == ("numbers", True, False)
    assert (more.dtype, more.required, more.tells_empty) == ("numbers", False, True)


class Shelf(Frozen):
    """An object that no table nests."""

    id: Id


class Room(Frozen):
    """One with such an object in it."""

    id: Id
    shelf: Shelf


class Odd(Frozen):
    """One with a field that no cell holds."""

    sizes: dict[str, bytes]


class Split(Frozen):
    """One with numbers by name."""

    shares: dict[str, float]


class Hung(Frozen):
    """One with texts that nest."""

    hooks: dict[Id, dict[Id, tuple[Id, ...]] | Id]
    rail: dict[Id, Id] | Id | None = None


def test_texts_that_nest_have_a_column():
    """They are JSON in a cell; whether none is absence, the default says."""
    hooks, rail = columns_from(Hung)

    assert (hooks.dtype, hooks.required, hooks.tells_empty) == ("object", True, False)
    assert (rail.dtype, rail.required, rail.tells_empty) == ("object", False, True)


class Drawer(Frozen):
    """One with rows in it that no table holds, under the name of a table."""

    id: Id
    lines: tuple[Shelf, ...]


class Kinds(Frozen):
    """One that is of one of two kinds, which no table's name says."""

    kind: Literal["wide", "deep"]


def test_numbers_that_nest_have_a_column():
    """They are JSON in a cell, by their names."""
    (shares,) = columns_from(Split)

    assert (shares.dtype, shares.required) == ("object", True)


def test_field_without_a_column_is_impossible():
    """It is refused where the table is made, not lost where it is saved."""
    with pytest.raises(TypeError, match=r"Drawer\.lines: there is no column for sev"):
        columns_from(Drawer)
    with pytest.raises(TypeError, match=r"Kinds\.kind: there is no column for"):
        columns_from(Kinds)
    with pytest.raises(TypeError, match=r"Room\.shelf: Shelf has no columns"):
        columns_from(Room)
    with pytest.raises(TypeError, match=r"Odd\.sizes: there is no column for dict"):
        columns_from(Odd)
