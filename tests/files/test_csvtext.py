"""CSV: strict where it comes in, and no formula where it goes out."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.errors import InputError
from domroute.files.csvtext import (
    FORMULA_MARKS,
    MAX_COLUMNS,
    csv_text,
    frame_text,
    parse_csv,
    shield,
    unshield,
)

LIKELY = st.text(st.sampled_from(["'", *FORMULA_MARKS, "a", "1"]), max_size=6)


@given(LIKELY | st.text())
def test_what_was_shielded_comes_back(text):
    """Whatever a name begins with, apostrophes among it, writing and reading agree."""
    assert unshield(shield(text)) == text


@given(LIKELY | st.text())
def test_a_shielded_text_is_no_formula(text):
    """No spreadsheet finds a mark of a formula at the beginning."""
    assert not shield(text).startswith(FORMULA_MARKS)


@given(st.lists(LIKELY, min_size=2, unique=True))
def test_names_that_differ_stay_different(names):
    """Shielding makes no two names one."""
    assert len(set(map(shield, names))) == len(names)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_texts_are_shielded_and_numbers_are_not(name):
    """A negative cost is a number still; the same in a name is none."""
    frame = pd.DataFrame({"node": [name, None], "cost": [-1.5, 2.0]})

    by_rows = csv_text(["node", "cost"], [(name, -1.5), (None, 2.0)])
    by_frame = frame_text(frame)

    assert by_rows == by_frame
    header, first, second = csv.reader(io.StringIO(by_rows, newline=""))
    assert header == ["node", "cost"]
    assert (first, second) == ([f"'{name}", "-1.5"], ["", "2.0"])


def test_a_frame_without_formulas_is_written_as_pandas_writes_it():
    """Flags, whole numbers, moments and absent cells keep their form."""
    frame = pd.DataFrame(
        {
            "ok": [True, False],
            "n": pd.array([1, None], dtype="Int64"),
            "at": pd.to_datetime(["2026-01-01T00:00:00Z", None]),
            "word": ["it's", None],
            "kind": pd.Categorical(["a", "b"]),
        }
    )

    assert frame_text(frame) == frame.to_csv(index=False, lineterminator="\n")


def test_a_header_without_end_is_one_fault():
    """A row of a million commas is not laid out beside every other row."""
    with pytest.raises(InputError) as caught:
        parse_csv(b"," * MAX_COLUMNS + b"\n" + b"x\n" * 1000, "nodes.csv")

    assert [issue.code for issue in caught.value.issues] == ["wrong_shape"]
