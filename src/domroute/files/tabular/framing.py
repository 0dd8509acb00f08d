"""A table as a frame of pandas, each column of its kind, and a frame as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from domroute.errors import InputError, Issue
from domroute.files.tabular.cells import read_cells
from domroute.files.tabular.columns import columns_of
from domroute.files.tabular.reading import Table, check_header
from domroute.validation import wrong_type

if TYPE_CHECKING:
    import pandas as pd

_DTYPES: Final[Mapping[str, str]] = {
    "id": "string",
    "words": "string",
    "number": "float64",
    "numbers": "string",
    "date": "string",
    "object": "string",
    "integer": "int64",
    "flag": "bool",
    "time": "datetime64[us, UTC]",
}
_WITH_GAPS: Final[Mapping[str, str]] = {"integer": "Int64", "flag": "boolean"}
"""Of pandas, where a cell may be absent."""


def frame_of(table: Table) -> pd.DataFrame:
    """
    Turn a table into a frame, each column of its kind.

    Examples
    --------
    >>> frame_of(Table("cancellations", 0, {"at": [], "order": [], "line": []})).shape
    (0, 3)
    """
    import pandas as pd

    make: Any = pd.array  # its types follow no dtype that is looked up
    columns: dict[str, Any] = {}
    for column in columns_of(table.name):
        cells, dtype = table.cells[column.name], _DTYPES[column.dtype]
        if column.dtype in _WITH_GAPS and None in cells:
            dtype = _WITH_GAPS[column.dtype]
        columns[column.name] = make(cells, dtype=dtype)
    return pd.DataFrame(columns)


def read_frame(name: str, frame: pd.DataFrame, issues: list[Issue]) -> Table:
    """
    Take a frame for a table of the column contract.

    Parameters
    ----------
    name
        Of a table of a scenario or of a history.
    frame
        With its columns.
    issues
        Where faults of its header go.

    Raises
    ------
    InputError
        If it is no frame; with the faults found before.

    Examples
    --------
    >>> import pandas as pd
    >>> issues = []
    >>> frame = pd.DataFrame({"order": ["o1"]})
    >>> read_frame("cancellations", frame, issues).cells, len(issues)
    ({'order': ['o1']}, 1)
    """
    header = getattr(frame, "columns", None)
    if header is None:
        issues.append(wrong_type(name, frame, "a frame"))
        raise InputError(issues)
    names = [str(column) for column in frame.columns]
    issues += check_header(name, names)
    cells: dict[str, list[Any]] = {
        column.name: read_cells(
            column, frame.iloc[:, names.index(column.name)].tolist()
        )
        for column in columns_of(name)
        if column.name in names
    }
    return Table(name, len(frame), cells)
