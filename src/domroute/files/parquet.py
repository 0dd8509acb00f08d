"""Parquet: bytes in, columns of plain values out, within limits told by its footer."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from domroute.errors import InputError, Issue
from domroute.files.csvtext import check_width
from domroute.wording import shorten

MAX_ROWS: Final = 250_000
"""Rows that any file may have; one more for each byte: rows that differ take some."""
MAX_BYTES: Final = 64 * 2**20
"""Bytes to which any file may unpack; beyond, ``MAX_RATIO`` times its own."""
MAX_RATIO: Final = 20
"""How many times its own size a file may unpack to; tables of ours reach about 5."""
_VALUES_PER_ROW: Final = 20
"""Values of a list in a cell, on average: no order has so many tags."""


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """
    A file of Parquet.

    Attributes
    ----------
    names
        Of all its columns.
    length
        How many rows it has.
    cells
        The columns that were asked for and are there once, as plain values.
    """

    names: tuple[str, ...]
    length: int
    cells: dict[str, list[Any]]


class Unreadable:
    """Stands for a value that Python cannot hold, and so is of no kind at all."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        """Say what stands there."""
        return self._text


def parse_parquet(data: bytes, where: str, wanted: Iterable[str]) -> ParquetTable:
    """
    Read columns of a Parquet file.

    How many rows and bytes it unpacks to is read from its footer before anything is:
    ``MAX_ROWS`` rows and one more for each byte of the file, and ``MAX_BYTES`` or
    ``MAX_RATIO`` times its size, whichever is more.

    Parameters
    ----------
    data
        The bytes of the file.
    where
        What to call it in a fault.
    wanted
        The columns to read, where they are there.

    Raises
    ------
    InputError
        If pyarrow is not installed, it is no Parquet, or beyond these limits: code
        ``not_installed``, ``not_parquet``, ``wrong_shape`` or ``too_large``; or if a
        column is in a time zone that is not known: ``unknown_value``.
    """
    arrow, parquet = load_pyarrow(where)
    try:
        file = parquet.ParquetFile(arrow.BufferReader(data))
        schema = file.schema_arrow
        _check_size(file, len(data), where)
        texts = [
            field.name
            for field in schema
            if arrow.types.is_string(field.type) or arrow.types.is_binary(field.type)
        ]
        # As dictionaries, texts that repeat are held once, however long they are.
        file = parquet.ParquetFile(arrow.BufferReader(data), read_dictionary=texts)
        names = tuple(schema.names)
        cells = {
            name: _cells_of(arrow, file, name, where)
            for name in wanted
            if names.count(name) == 1
        }
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - pyarrow raises of many kinds on junk
        text = f"is not Parquet: {_first_line(error)}"
        raise InputError([Issue("not_parquet", where, text)]) from None
    return ParquetTable(names, file.metadata.num_rows, cells)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def _check_size(file: Any, size: int, where: str) -> None:  # noqa: ANN401 - pyarrow has no types
    footer = file.metadata
    check_width(footer.num_columns, where)
    rows, most_rows = footer.num_rows, MAX_ROWS + size
    if rows > most_rows:
        text = f"has {rows:,} rows in {size:,} bytes; it may have {most_rows:,}"
        raise InputError([Issue("too_large", where, text)])
    # What a footer tells of a column may be so broken that asking pyarrow for it ends
    # the process; reading a row says that as an exception, once that is known to fit.
    groups = [footer.row_group(at) for at in range(footer.num_row_groups)]
    _check_bytes(sum(group.total_byte_size for group in groups), size, where)
    with_rows = [at for at, group in enumerate(groups) if group.num_rows > 0]
    for at in with_rows:
        next(file.iter_batches(batch_size=1, row_groups=[at], use_threads=False))
    chunks = [
        groups[at].column(column)
        for at in with_rows
        for column in range(footer.num_columns)
    ]
    _check_bytes(sum(chunk.total_uncompressed_size for chunk in chunks), size, where)
    values = sum(chunk.num_values for chunk in chunks)
    most_values = (footer.num_columns + _VALUES_PER_ROW) * most_rows
    if values > most_values:
        text = f"holds {values:,} values; it may hold {most_values:,}"
        raise InputError([Issue("too_large", where, text)])


def _check_bytes(unpacked: int, size: int, where: str) -> None:
    most_bytes = max(MAX_BYTES, MAX_RATIO * size)
    if unpacked > most_bytes:
        text = f"unpacks to {unpacked:,} bytes; it may to {most_bytes:,}"
        raise InputError([Issue("too_large", where, text)])


def _cells_of(arrow: Any, file: Any, name: str, where: str) -> list[Any]:  # noqa: ANN401 - as above
    column = file.read(columns=[name], use_threads=False).column(name)
    zone = getattr(column.type, "tz", None)
    if zone is not None and not _is_zone(arrow, zone):
        text = f"is in a time zone that is not known: {shorten(zone)}"
        place = f"{where.removesuffix('.parquet')}.{name}"
        raise InputError([Issue("unknown_value", place, text)])
    cells: list[Any] = []
    for chunk in column.chunks:
        if arrow.types.is_dictionary(chunk.type):
            values = _values_of(arrow, chunk.dictionary)
            cells += [
                None if at is None else values[at] for at in chunk.indices.to_pylist()
            ]
        else:
            cells += _values_of(arrow, chunk)
    return cells


def _is_zone(arrow: Any, name: str) -> bool:  # noqa: ANN401 - as above
    try:
        arrow.scalar(0, arrow.timestamp("s", tz=name)).as_py()
    except (LookupError, ValueError, OSError):
        return False
    return True


def _values_of(arrow: Any, chunk: Any) -> list[Any]:  # noqa: ANN401 - as above
    odd = (ArithmeticError, LookupError, TypeError, ValueError, arrow.ArrowException)
    try:
        values: list[Any] = chunk.to_pylist()
    except odd:  # a date beyond all calendars, text that is none: which is it?
        values = []
        for scalar in chunk:
            try:
                values.append(scalar.as_py())
            except odd:
                values.append(Unreadable(_seen(scalar, odd)))
    return values


def _seen(scalar: Any, odd: tuple[type[Exception], ...]) -> str:  # noqa: ANN401 - as above
    with suppress(AttributeError, *odd):
        return f"{scalar.value} ({scalar.type})"
    return f"a value of {scalar.type}"


def load_pyarrow(where: str) -> tuple[Any, Any]:
    """
    Import pyarrow, which is an extra.

    Parameters
    ----------
    where
        What it is needed for, in the fault that says that it is not there.

    Raises
    ------
    InputError
        If it is not installed, with code ``not_installed``.

    Examples
    --------
    >>> load_pyarrow("nodes.parquet")[1].__name__
    'pyarrow.parquet'
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        text = "Parquet needs pyarrow: pip install 'domroute[parquet]'"
        raise InputError([Issue("not_installed", where, text)]) from None
    return pa, parquet
