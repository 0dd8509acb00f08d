"""Parquet: what Python cannot hold is told by its cell, and bombs by their footer."""

from __future__ import annotations

import io
import subprocess
import sys

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from domroute.errors import InputError
from domroute.files.parquet import MAX_BYTES, MAX_ROWS, parse_parquet


def packed(columns, **options):
    """Write columns as Parquet."""
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def faults(data):
    """Read a file that has faults; return (code, place) of each."""
    with pytest.raises(InputError) as caught:
        parse_parquet(data, "items.parquet", ["sku"])
    return [(issue.code, issue.where) for issue in caught.value.issues]


def test_columns_come_as_plain_values():
    """Only those asked for, in the order of their rows; the names are of all."""
    data = packed({"sku": ["A", None, "A"], "more": [1, 2, 3]}, row_group_size=2)

    table = parse_parquet(data, "items.parquet", ["sku", "none"])

    assert (table.names, table.length) == (("sku", "more"), 3)
    assert table.cells == {"sku": ["A", None, "A"]}


def test_a_text_that_repeats_is_held_once():
    """Two hundred cells of one long text are one text: they unpack to no more."""
    text = "x" * 100_000
    table = parse_parquet(packed({"sku": [text] * 200}), "items.parquet", ["sku"])

    assert len(set(map(id, table.cells["sku"]))) == 1
    assert table.cells["sku"][0] == text


def test_rows_without_end_are_told_by_the_footer():
    """One row more than the limit, in less bytes than that, is not unpacked."""
    names = pa.DictionaryArray.from_arrays(
        pa.array([0]).take(pa.array([0] * (2 * MAX_ROWS))), pa.array(["A"])
    )

    data = packed({"sku": names}, compression="zstd")

    assert len(data) < MAX_ROWS
    assert faults(data) == [("too_large", "items.parquet")]


def test_bytes_without_end_are_told_by_the_footer():
    """Texts that unpack to more than the limit are not unpacked."""
    half = "x" * (MAX_BYTES // 2)
    data = packed({"sku": [half, half + "y"]}, compression="zstd", use_dictionary=False)

    assert len(data) < MAX_BYTES // 20
    assert faults(data) == [("too_large", "items.parquet")]


def test_lists_without_end_are_told_by_the_footer():
    """A cell of a list counts for what is in it, whatever column it stands in."""
    values = pa.array([0]).take(pa.array([0] * (30 * MAX_ROWS), pa.int32()))
    many = pa.ListArray.from_arrays([0, len(values)], values)

    data = packed({"sku": ["A"], "tags": many}, compression="zstd")

    assert faults(data) == [("too_large", "items.parquet")]


def test_columns_without_end_are_one_fault():
    """More columns than any table has."""
    data = packed({f"c{at}": [1] for at in range(1001)})

    assert faults(data) == [("wrong_shape", "items.parquet")]


@pytest.mark.parametrize(
    "kind",
    [pa.date32(), pa.duration("s"), pa.timestamp("us"), pa.timestamp("us", tz="UTC")],
)
def test_a_moment_beyond_all_calendars_is_told_by_its_cell(kind):
    """It is no moment, and no name either; its neighbors are what they are."""
    far = pa.array([0, 2**31 - 1 if kind == pa.date32() else 2**62], type=kind)

    first, second = parse_parquet(packed({"at": far}), "x.parquet", ["at"]).cells["at"]

    assert first == far[0].as_py()
    assert type(second).__name__ == "Unreadable"
    assert str(far[1].value) in repr(second)


def test_an_unknown_time_zone_is_a_fault_of_its_column():
    """Once, not once for each cell."""
    far = pa.array([0, 1], type=pa.timestamp("ms", tz="Nowhere/Bad"))

    assert faults(packed({"sku": far})) == [("unknown_value", "items.sku")]


@pytest.mark.parametrize("cut", [0, 4, 11, 40, -20, -5])
def test_what_is_no_parquet_is_one_fault(cut):
    """A file cut short anywhere."""
    assert faults(packed({"sku": ["A"]})[:cut]) == [("not_parquet", "items.parquet")]


FLIPPED = """
import sys
from domroute.errors import InputError
from domroute.files.parquet import parse_parquet

data = sys.stdin.buffer.read()
start = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
for at in range(start, start + 48):
    for bit in range(8):
        broken = bytearray(data)
        broken[at] ^= 1 << bit
        try:
            parse_parquet(bytes(broken), "items.parquet", ["sku"])
        except InputError:
            pass
"""


def test_no_bit_of_a_footer_ends_the_process():
    """
    Whatever bit is flipped, there is a table or a fault.

    Some of these ended the process by themselves: pyarrow 26, asked for a column.
    """
    data = packed({"sku": ["A", "B"], "more": [1, None]})

    done = subprocess.run(
        [sys.executable, "-c", FLIPPED], input=data, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
