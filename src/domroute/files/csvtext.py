"""Strict CSV: bytes in, rows out; and rows back, with no formula for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from domroute.errors import InputError, Issue
from domroute.files.jsontext import decode_text

if TYPE_CHECKING:
    import pandas as pd

MAX_COLUMNS: Final = 1_000
"""Columns of a table; one with more is no table of ours, and fills the memory."""
_CELL_LIMIT: Final = 10_000_000
"""Characters in a cell of CSV; more is no cell but a missing quote."""
FORMULA_MARKS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def parse_csv(data: bytes, where: str) -> tuple[list[str], list[list[str]]]:
    r"""
    Parse CSV into its header and its rows; empty lines count for nothing.

    Parameters
    ----------
    data
        The bytes of a file, in UTF-8 with or without a byte order mark.
    where
        What to call the file in a fault.

    Raises
    ------
    InputError
        If it is no CSV: code ``empty``, ``wrong_encoding``, ``not_csv`` or, where its
        header has more than ``MAX_COLUMNS`` cells, ``wrong_shape``.

    Examples
    --------
    >>> parse_csv(b"sku,weight_kg\nA,1.5\n", "items.csv")
    (['sku', 'weight_kg'], [['A', '1.5']])
    """
    text = decode_text(data, where, allow_mark=True)
    csv.field_size_limit(max(_CELL_LIMIT, csv.field_size_limit()))
    try:
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = [line for line in lines if line]
    except csv.Error as error:
        raise InputError([Issue("not_csv", where, f"is not CSV: {error}")]) from None
    if not rows:
        text = "is empty; a row with the names of its columns was expected"
        raise InputError([Issue("empty", where, text)])
    header = rows.pop(0)
    check_width(len(header), where)
    return header, rows


def check_width(columns: int, where: str) -> None:
    """
    Refuse a table of more columns than any of ours has.

    Raises
    ------
    InputError
        With code ``wrong_shape``.

    Examples
    --------
    >>> check_width(20, "nodes.csv")
    """
    if columns > MAX_COLUMNS:
        text = f"has {columns:,} columns; a table has {MAX_COLUMNS:,} at most"
        raise InputError([Issue("wrong_shape", where, text)])


def shield(text: str) -> str:
    """
    Write a text so that no spreadsheet takes it for a formula.

    A text that begins with one of ``FORMULA_MARKS`` gets an apostrophe before it, and
    so does one that looks as if it had got one already: ``unshield`` gives back either.

    Examples
    --------
    >>> shield("=1+1"), shield("'=1+1"), shield("it's")
    ("'=1+1", "''=1+1", "it's")
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_MARKS) else text


def unshield(text: str) -> str:
    """
    Read a text that may have been shielded.

    Examples
    --------
    >>> unshield("'=1+1"), unshield("=1+1"), unshield("'n")
    ('=1+1', '=1+1', "'n")
    """
    is_shielded = text.startswith("'") and shield(text) != text
    return text[1:] if is_shielded else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""
    Write rows as CSV, texts among them shielded, absent cells empty.

    Parameters
    ----------
    header
        The names of the columns.
    rows
        Of texts, numbers and None.

    Examples
    --------
    >>> csv_text(["node", "cost"], [["=A1", -5.0], ["N1", None]])
    "node,cost\n'=A1,-5.0\nN1,\n"
    """
    safe = (
        [shield(cell) if isinstance(cell, str) else cell for cell in row]
        for row in rows
    )
    return plain_csv_text([list(map(shield, header)), *safe])


def plain_csv_text(rows: Iterable[Sequence[object]], *, ends: str = "\n") -> str:
    r"""
    Write rows as CSV, every cell as it is.

    Parameters
    ----------
    rows
        The header among them.
    ends
        What ends a line.

    Examples
    --------
    >>> plain_csv_text([["a", "b"], ["c\r", 1]])
    'a,b\n"c\r",1\n'
    """
    lines = _Lines()
    # The line ends of RFC 4180: cells with either character are then quoted.
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return "".join(f"{line[:-2]}{ends}" for line in lines)


class _Lines(list[str]):
    """Takes lines as a file does."""

    def write(self, line: str) -> None:
        """Take one."""
        self.append(line)


def frame_text(frame: pd.DataFrame) -> str:
    r"""
    Write a frame as CSV, texts in it shielded; its index is left out.

    Parameters
    ----------
    frame
        What to write.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_text(pd.DataFrame({"node": ["=A1"], "price": [-0.5]}))
    "node,price\n'=A1,-0.5\n"
    """
    safe = frame.rename(columns=lambda name: shield(str(name)))
    for at, kind in enumerate(frame.dtypes):
        if not (kind.kind in "biufcmM" or str(kind) == "boolean"):
            cells = [shield(x) if isinstance(x, str) else x for x in frame.iloc[:, at]]
            safe.isetitem(at, cells)
    text = str(safe.to_csv(index=False, lineterminator="\r\n"))
    return plain_csv_text(csv.reader(io.StringIO(text, newline="")))
