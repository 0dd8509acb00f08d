"""Cells that hold several numbers: one text, or whatever a frame has for a list."""

import json
import math
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.files.tabular.cells import (
    read_cells,
    read_text_cells,
    write_cell,
    write_text_cell,
)
from domroute.files.tabular.columns import Column

SIDES = Column("sides", "numbers", "three of them")


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=4))
def test_numbers_come_back_as_they_were(numbers):
    """To the last bit, below zero too, from a frame and from a file of text."""
    cell = write_cell(tuple(numbers))

    assert read_cells(SIDES, [cell]) == [numbers]
    assert read_text_cells(SIDES, [write_text_cell(cell)]) == [numbers]


@pytest.mark.parametrize(
    "cell",
    [
        "30|22.5|15",
        " 30 | 22.5 | 15 ",
        "[30, 22.5, 15]",
        (30, 22.5, 15),
        [30.0, 22.5, 15.0],
        np.array([30.0, 22.5, 15.0]),
    ],
)
def test_a_cell_of_a_frame_may_hold_several_numbers(cell):
    """Text with bars, JSON, or any list of Python's."""
    assert read_cells(SIDES, [cell]) == [[30, 22.5, 15]]


def test_no_numbers_are_an_absent_cell_or_an_empty_list():
    """As it is of words."""
    assert read_text_cells(SIDES, ["", "[]"]) == [None, []]
    assert read_cells(SIDES, [None, math.nan, "[]"]) == [None, None, []]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("30|wide|15", [30, "wide", 15]),
        ("30||15", [30, "", 15]),
        ("1_0|2", ["1_0", 2]),
        (10**400, [math.inf]),
        (7, [7]),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_what_is_no_number_is_kept_to_be_told(cell, kept):
    """The validation names its place; nothing is guessed."""
    assert read_cells(SIDES, [cell]) == [kept]


DAY = Column("need_by", "date", "a date or a moment")
NESTED = Column("cutoff", "object", "a time, or times by day")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-12-01", "2026-12-01"),
        (date(2026, 12, 1), date(2026, 12, 1)),
        (pd.Timestamp("2026-12-01"), date(2026, 12, 1)),
        (datetime(2026, 12, 1), date(2026, 12, 1)),  # noqa: DTZ001 - as frames have it
        (pd.Timestamp("2026-12-01T12:00Z"), datetime(2026, 12, 1, 12, tzinfo=UTC)),
        (pd.NaT, None),
        (None, None),
    ],
)
def test_dates_of_frames_are_dates(cell, value):
    """A moment at midnight without an offset is how a frame holds a date."""
    (read,) = read_cells(DAY, [cell])

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        {"*": "14:00", "2026-12-24": "10:00"},
        {},
        {"ground": ("17:00",), "air": {"sat": ()}, 'é|,"': ()},
    ],
)
def test_what_nests_deeper_is_json_in_its_cell(value):
    """From a frame and from a file of text; a frame may hold the object itself."""
    cell = write_cell(value)
    plain = json.loads(json.dumps(value))

    assert read_cells(NESTED, [cell]) == [plain]
    assert read_text_cells(NESTED, [write_text_cell(cell)]) == [plain]
    assert read_cells(NESTED, [plain]) == [plain]


@pytest.mark.parametrize("cell", ["14:00", "{", "[1", "{'a': 1}", "[" * 10**5])
def test_what_is_no_json_stands_for_itself(cell):
    """The validation names it."""
    assert read_text_cells(NESTED, [cell]) == [cell]
    assert read_cells(NESTED, [cell]) == [cell]


@pytest.mark.parametrize(
    ("cell", "flag"),
    [(True, True), ("TRUE", True), ("no", False), (1.0, True), (0, False), ("?", "?")],
    ids=repr,
)
def test_flags_are_read_as_tables_write_them(cell, flag):
    """Sheets say TRUE, and frames 1.0 where some cell is absent; else it is a fault."""
    column = Column("together", "flag", "whether all comes at once")

    assert read_cells(column, [cell, None]) == [flag, None]
    if isinstance(cell, str):
        assert read_text_cells(column, [cell, ""]) == [flag, None]
