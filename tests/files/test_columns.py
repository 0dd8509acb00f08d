"""Columns are the fields of what stands in the rows; none can be forgotten."""

import pytest

from domroute.files.tabular.columns import COLUMNS, columns_from
from domroute.ledger.stock import Inbound, Stock
from domroute.network import Item, Node
from domroute.orders import Line, Order
from domroute.units import Id
from domroute.validation import Frozen

MODELS = {
    "nodes": Node,
    "items": Item,
    "stock": Stock,
    "inbound": Inbound,
    "orders": Order,
    "lines": Line,
}


@pytest.mark.parametrize("table", MODELS)
def test_every_field_has_a_column(table):
    """Each at its place; but for what stands in tables of its own."""
    places = {column.place[0] for column in COLUMNS[table]}

    assert set(MODELS[table].model_fields) - places <= {"lines", "inbound"}


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


class Shelf(Frozen):
    """An object that no table nests."""

    id: Id


class Room(Frozen):
    """One with such an object in it."""

    id: Id
    shelf: Shelf


class Odd(Frozen):
    """One with a field that no cell holds."""

    sizes: dict[str, float]


def test_field_without_a_column_is_impossible():
    """It is refused where the table is made, not lost where it is saved."""
    with pytest.raises(TypeError, match=r"Room\.shelf: Shelf has no columns"):
        columns_from(Room)
    with pytest.raises(TypeError, match=r"Odd\.sizes: there is no column for dict"):
        columns_from(Odd)
