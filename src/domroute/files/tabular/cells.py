"""Cells of a table: from text or from frames to plain values, and back."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from typing import Final

from pydantic import BaseModel

from domroute.files.csvtext import shield, unshield
from domroute.files.tabular.columns import Column, Dtype

SEPARATOR: Final = "|"
"""Stands between the words, or the numbers, of a cell that holds several."""


def read_text_cells(column: Column, cells: Sequence[str]) -> list[object]:
    """
    Read a column of text; empty cells are absent, which None says.

    What is no number stays as it is, for the validation to name.

    Examples
    --------
    >>> read_text_cells(Column("km", "number", "a distance"), ["1.5", "", "far"])
    [1.5, None, 'far']
    """
    if column.dtype in ("time", "date"):
        return [cell or None for cell in cells]
    if column.dtype in ("id", "words", "numbers"):
        cells = [unshield(cell) if cell[:1] == "'" else cell for cell in cells]
        if column.dtype == "id":
            return [cell or None for cell in cells]
    if column.dtype == "number" and "" not in cells:
        try:
            if all(map(_is_plain, cells)):
                return list(map(float, cells))
        except ValueError:
            pass  # cell by cell, to keep what is none
    read = _TEXT_READERS[column.dtype]
    return [read(cell) if cell else None for cell in cells]


def read_cells(column: Column, cells: Sequence[object]) -> list[object]:
    """
    Read a column of values as frames hold them; None and NaN are absent.

    Whole numbers become names in columns of names, as do floats that hold only whole
    numbers: frames turn the one into the other where a cell is absent.

    Examples
    --------
    >>> read_cells(Column("id", "id", "a name"), [7, 8.0, float("nan"), "007"])
    ['7', '8', None, '007']
    """
    if set(map(type, cells)) <= _PLAIN[column.dtype]:
        return list(cells)
    read = _READERS[column.dtype]
    return [None if is_absent(cell) else read(_plain(cell)) for cell in cells]


_PLAIN: Final[dict[Dtype, frozenset[type]]] = {
    "id": frozenset((str,)),
    "words": frozenset(),
    "number": frozenset(),
    "numbers": frozenset(),
    "integer": frozenset(),
    "flag": frozenset((bool,)),
    "time": frozenset((str,)),
    "date": frozenset((str,)),
    "object": frozenset(),
}
"""Types of which every value stands for itself."""


def is_absent(cell: object) -> bool:
    """
    Tell whether a cell of a frame is empty: None, NaN, NaT or NA.

    Examples
    --------
    >>> is_absent(float("nan")), is_absent(0.0), is_absent("")
    (True, False, False)
    """
    if cell is None:
        return True
    if isinstance(cell, float):
        return cell != cell  # noqa: PLR0124 - only NaN differs from itself
    # NaT and NA are objects of pandas, which must not be loaded to recognize them.
    return type(cell).__name__ in ("NaTType", "NAType")


def _plain(cell: object) -> object:
    if type(cell).__module__ == "numpy":  # a scalar or an array
        return cell.tolist()  # type: ignore[attr-defined]
    return cell


def _read_id(cell: object) -> object:
    if isinstance(cell, Enum):
        return cell.value
    if isinstance(cell, bytes):
        with suppress(UnicodeDecodeError):
            return cell.decode()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _read_time(cell: object) -> object:
    convert = getattr(cell, "to_pydatetime", None)
    if convert is None:
        return cell
    try:
        return convert(warn=False)
    except (ArithmeticError, ValueError):  # beyond the years that Python knows
        return str(cell)


def _read_words(cell: object) -> object:
    if isinstance(cell, (set, frozenset)):
        return sorted(cell, key=str)
    if isinstance(cell, tuple):
        return list(cell)
    if not isinstance(cell, str):
        return cell
    if cell.startswith("["):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return [word.strip() for word in cell.split(SEPARATOR)]


def _read_numbers(cell: object) -> object:
    # One number by itself is a list of one, of which there may be too few.
    words = [cell] if isinstance(cell, (int, float)) else _read_words(cell)
    if not isinstance(words, list):
        return words
    return [
        _read_number(word) if isinstance(word, str) else _keep_finite(word)
        for word in words
    ]


def _is_plain(cell: str) -> bool:
    # Python reads more as numbers than anybody means: 1_000, and digits of any script.
    return cell.isascii() and "_" not in cell


def _read_number(cell: str) -> object:
    try:
        return float(cell) if _is_plain(cell) else cell
    except ValueError:
        return cell


def _read_integer(cell: str) -> object:
    try:
        return int(cell) if _is_plain(cell) else cell
    except ValueError:
        return _read_number(cell)


def _keep_finite(cell: object) -> object:
    # A whole number beyond any float is no more use than infinity, and found as that.
    if isinstance(cell, int) and abs(cell) > sys.float_info.max:
        return math.inf
    return cell


def _keep(cell: object) -> object:
    return cell


def _read_date(cell: object) -> object:
    """Read a date; a moment is one where it is midnight, as frames hold dates."""
    moment = _read_time(cell)
    if isinstance(moment, datetime) and moment.tzinfo is None and not _clock(moment):
        return moment.date()
    return moment


def _clock(moment: datetime) -> bool:
    return moment.time() != datetime.min.time()


def _read_object(cell: object) -> object:
    """Read what nests deeper from JSON; any other text stands for itself."""
    if not isinstance(cell, str) or cell.lstrip()[:1] not in ("{", "["):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell


def _read_flag(cell: object) -> object:
    """Read true and false as tables write them: as words, or as 1 and 0."""
    if isinstance(cell, str):
        return _FLAGS.get(cell.strip().lower(), cell)
    if isinstance(cell, (int, float)) and cell in (0, 1):
        return bool(cell)
    return cell


_FLAGS: Final[dict[str, bool]] = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}
"""What says true or false in a cell of text."""
_TEXT_READERS: Final[dict[Dtype, Callable[[str], object]]] = {
    "flag": _read_flag,
    "words": _read_words,
    "number": _read_number,
    "numbers": _read_numbers,
    "integer": _read_integer,
    "object": _read_object,
}
_READERS: Final[dict[Dtype, Callable[[object], object]]] = {
    "id": _read_id,
    "words": _read_words,
    "number": _keep_finite,
    "numbers": _read_numbers,
    "integer": _keep_finite,
    "flag": _read_flag,
    "time": _read_time,
    "date": _read_date,
    "object": _read_object,
}


def write_cell(value: object) -> object:
    """
    Write a value as a cell; several words, or numbers, become one text.

    Several objects become JSON.

    Examples
    --------
    >>> write_cell(("cold", "hazmat")), write_cell(("a|b",)), write_cell(())
    ('cold|hazmat', '["a|b"]', '[]')
    >>> write_cell((30.0, 22.5))
    '30.0|22.5'
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)) and value and isinstance(value[0], BaseModel):
        value = [part.model_dump(mode="json") for part in value]
    if isinstance(value, dict):
        value = {str(write_cell(key)): part for key, part in value.items()}
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value if isinstance(value, datetime) else value.isoformat()
    if not isinstance(value, tuple):
        return value
    words = [str(write_cell(part)) for part in value]
    is_simple = all(SEPARATOR not in w and w == w.strip() for w in words)
    if not words or not is_simple or words[0].startswith("["):
        return json.dumps(words, ensure_ascii=False)
    return SEPARATOR.join(words)


def write_text_cell(cell: object) -> str:
    """
    Write a cell as text, so that reading it gives the same value.

    Examples
    --------
    >>> write_text_cell(None), write_text_cell(True), write_text_cell(-0.1)
    ('', 'true', '-0.1')
    >>> write_text_cell("-1")  # a name, and no formula for a spreadsheet
    "'-1"
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return shield(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, datetime) else str(cell)
