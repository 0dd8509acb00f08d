"""Results as JSON, and back, equal by value; results as CSV; a batch as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from domroute.arguments import checked
from domroute.batchresult import BatchResult
from domroute.files.csvtext import csv_text
from domroute.files.written import read_written
from domroute.result import PLAN_COLUMNS, RoutingResult, rows_of


@checked
def results_to_json(results: Iterable[RoutingResult]) -> str:
    r"""
    Write results as a JSON array, one to a line.

    Parameters
    ----------
    results
        What to write: the ``to_dict()`` of each, which begins with the version of its
        format. Infinite numbers become null.

    Examples
    --------
    >>> results_to_json([])
    '[]\n'
    """
    return json_rows(result.to_dict() for result in results)


def json_rows(rows: Iterable[dict[str, Any]]) -> str:
    r"""
    Write rows as a JSON array, one to a line.

    Parameters
    ----------
    rows
        Plain values.

    Examples
    --------
    >>> json_rows([{"a": 1}])
    '[\n  {"a": 1}\n]\n'
    """
    return _array(list(rows), "") + "\n"


def batch_to_json(batch: BatchResult) -> str:
    """
    Write a batch as a JSON object, each price and each result on a line of its own.

    Parameters
    ----------
    batch
        What to write: its ``to_dict()``.

    Examples
    --------
    >>> from domroute.words import Status
    >>> text = batch_to_json(BatchResult((), Status.OPTIMAL, 0.0, 0.0, (), "v1"))
    >>> json.loads(text)["status"]
    'optimal'
    """
    return json_object(batch.to_dict())


def json_object(values: dict[str, Any]) -> str:
    r"""
    Write a JSON object, each row of its lists on a line of its own.

    Parameters
    ----------
    values
        Plain values.

    Examples
    --------
    >>> json_object({"a": 1, "rows": [2]})
    '{\n  "a": 1,\n  "rows": [\n    2\n  ]\n}\n'
    """
    fields = [
        f"{_text(name)}: {_array(x, '  ') if isinstance(x, list) else _text(x)}"
        for name, x in values.items()
    ]
    return "{\n  " + ",\n  ".join(fields) + "\n}\n"


def _array(rows: list[Any], indent: str) -> str:
    if not rows:
        return "[]"
    lines = f",\n{indent}  ".join(map(_text, rows))
    return f"[\n{indent}  {lines}\n{indent}]"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def results_to_csv(results: Iterable[RoutingResult]) -> str:
    r"""
    Write the rows of every result's ``to_frame()`` as CSV, one after another.

    Names that a spreadsheet would take for a formula get an apostrophe before them.

    Parameters
    ----------
    results
        What to write.

    Examples
    --------
    >>> results_to_csv([])
    'order,line,sku,...,reason,ships_at,delivers_on,delivers_at,stock_at,supply\n'
    """
    return csv_text(PLAN_COLUMNS, _rows_of_all(results))


def _rows_of_all(results: Iterable[RoutingResult]) -> Iterator[tuple[object, ...]]:
    for result in results:
        for row in rows_of(result):
            yield tuple(_cell(value) for value in row)


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@checked
def results_from_json(
    data: bytes | str, *, where: str = "input"
) -> tuple[RoutingResult, ...]:
    """
    Read results back: an array of them, a single one, or those of a batch.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8.
    where
        What to call the text where it is no JSON at all.

    Raises
    ------
    InputError
        If it is none of these, or of a version that is not known. All faults are
        listed.

    Examples
    --------
    >>> results_from_json("[]")
    ()
    """
    return read_written(data, where=where).results
