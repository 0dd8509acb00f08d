"""Columns of stock at the door: every number and id checked, every fault listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, SupportsFloat, cast

import numpy as np

from domroute.errors import InputError, Issue
from domroute.ledger.given import is_id
from domroute.units import MAX_UNITS, BoolArray, FloatArray
from domroute.validation import wrong_type

MAX_FAULTS: Final = 100
"""Faults of one column that are told one by one."""
_NUMBER_KINDS: Final = "iuf"


def read_ids(name: str, values: object, issues: list[Issue]) -> list[str]:
    r"""
    Read a column of ids.

    Parameters
    ----------
    name
        What the column is called.
    values
        The column.
    issues
        Where faults go.

    Examples
    --------
    >>> issues = []
    >>> read_ids("node", ["N1", None, " "], issues)
    ['N1', '', '']
    >>> print(*issues, sep="\n")
    node[1]: should be an id, got None [wrong_type]
    node[2]: should be an id, got ' ' [out_of_range]
    """
    given = _listed(name, values, issues)
    if given is None:
        return []
    kinds = set(map(type, given))
    if kinds <= {str} and all(map(is_id, set(given))):
        return given
    odd: list[tuple[int, str, str]] = []
    for at, value in enumerate(given):
        if not isinstance(value, str):
            odd.append((at, "wrong_type", f"should be an id, got {_brief(value)}"))
        elif not is_id(value):
            odd.append((at, "out_of_range", f"should be an id, got {_brief(value)}"))
    _tell(name, odd, issues)
    wrong = {at for at, _, _ in odd}
    return ["" if at in wrong else value for at, value in enumerate(given)]


def _listed(name: str, values: object, issues: list[Issue]) -> list[Any] | None:
    """Return a column as a list, whatever kind of column it is."""
    if isinstance(values, np.ma.MaskedArray):
        # What is masked is not known.
        values = np.ma.filled(values.astype(object), None)
    if isinstance(values, np.ndarray) or hasattr(values, "to_numpy"):
        values = np.asarray(values, object)
    is_column = isinstance(values, Sequence) and not isinstance(values, (str, bytes))
    if is_column or (isinstance(values, np.ndarray) and values.ndim):
        return list(cast("Sequence[Any]", values))
    issues.append(wrong_type(name, values, "a column"))
    return None


def read_numbers(
    name: str,
    values: object,
    issues: list[Issue],
    *,
    least: float = 0.0,
    may_be_unknown: bool = False,
) -> FloatArray:
    r"""
    Read a column of units.

    Parameters
    ----------
    name
        What the column is called.
    values
        The column: numbers, not texts of them.
    issues
        Where faults go.
    least
        What no number may be below.
    may_be_unknown
        Whether NaN and None say that a number is not known.

    Examples
    --------
    >>> issues = []
    >>> read_numbers("on_hand", [1, None, -1.0], issues).shape
    (3,)
    >>> print(*issues, sep="\n")
    on_hand[1]: should be a number, got None [wrong_type]
    on_hand[2]: should be from 0 to 1e+12, got -1.0 [out_of_range]
    """
    if hasattr(values, "to_numpy"):
        values = np.asarray(values)
    if (
        isinstance(values, np.ndarray)
        and not isinstance(values, np.ma.MaskedArray)
        and values.dtype.kind in _NUMBER_KINDS
        and values.ndim == 1
    ):
        given: Sequence[object] | FloatArray = values
        column = values.astype(float)
        odd: BoolArray = np.zeros(len(column), bool)
    else:
        listed = _listed(name, values, issues)
        if listed is None:
            return np.zeros(0)
        given = listed
        column, odd = _numbers(listed, may_be_unknown=may_be_unknown)
    is_none = np.isnan(column)
    wrong = ~((column >= least) & (column <= MAX_UNITS)) & ~is_none & ~odd
    lost = is_none & ~odd & (not may_be_unknown)
    if (odd | wrong | lost).any():
        found = [
            (at, *_fault(given[at], least=least))
            for at in np.flatnonzero(odd | wrong | lost).tolist()
        ]
        _tell(name, found, issues)
    return column


def _numbers(
    listed: list[Any], *, may_be_unknown: bool
) -> tuple[FloatArray, BoolArray]:
    """Return values as numbers, and which of them are none."""
    sound = {kind for kind in set(map(type, listed)) if _is_kind_of_number(kind)}
    if may_be_unknown:
        sound.add(type(None))
    if set(map(type, listed)) <= sound:
        # At once; an integer too large for a float falls to the walk below.
        with suppress(OverflowError):
            return np.array(listed, float), np.zeros(len(listed), bool)
    odd = np.array([type(value) not in sound for value in listed], bool)
    return np.array([_float(value) for value in listed], float), odd


def _is_kind_of_number(kind: type) -> bool:
    if issubclass(kind, (bool, np.bool_)):
        return False
    return issubclass(kind, (int, float, np.integer, np.floating))


def _is_number(value: object) -> bool:
    return _is_kind_of_number(type(value))


def _float(value: object) -> float:
    """Return a number as a float; NaN for what is none, infinity for the too large."""
    if not isinstance(value, SupportsFloat) or isinstance(value, (str, bytes)):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.inf
    except (TypeError, ValueError):
        return np.nan


def _fault(value: object, *, least: float) -> tuple[str, str]:
    if not _is_number(value):
        return "wrong_type", f"should be a number, got {_brief(value)}"
    number = _float(value)
    if not np.isfinite(number):
        return "not_finite", f"should be a finite number, got {_brief(value)}"
    text = f"should be from {least:g} to {MAX_UNITS:g}, got {_brief(value)}"
    return "out_of_range", text


def _brief(value: object) -> str:
    shown = value.item() if isinstance(value, np.generic) else value
    text = repr(shown)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


def _tell(name: str, faults: list[tuple[int, str, str]], issues: list[Issue]) -> None:
    """Note faults by row; of a column that is wrong from end to end, the first."""
    for at, code, text in faults[:MAX_FAULTS]:
        issues.append(Issue(code, f"{name}[{at}]", text))
    if len(faults) > MAX_FAULTS:
        text = f"{len(faults):,} faults in all, of which {MAX_FAULTS} are listed"
        issues.append(Issue("too_many_faults", name, text))


def check_lengths(columns: Mapping[str, Sequence[object] | FloatArray]) -> list[Issue]:
    """
    List the columns that are not as long as the first.

    Examples
    --------
    >>> print(*check_lengths({"node": ["N1"], "on_hand": [1.0, 2.0]}))
    on_hand: 2 rows, and 1 in 'node': should be as many [wrong_shape]
    """
    (first, model), *others = columns.items()
    return [
        Issue(
            "wrong_shape",
            name,
            f"{len(column)} rows, and {len(model)} in {first!r}: should be as many",
        )
        for name, column in others
        if len(column) != len(model)
    ]


def refuse(issues: list[Issue]) -> None:
    """
    Raise what was found, if anything was.

    Raises
    ------
    InputError
        With all of it.
    """
    if issues:
        raise InputError(issues)


def whole_number(name: str, value: object, *, least: int) -> int:
    """
    Read one whole number of units.

    Raises
    ------
    InputError
        If it is none, or out of range.

    Examples
    --------
    >>> whole_number("units", 3.0, least=1)
    3
    """
    issue: Issue
    if not _is_number(value):
        issue = Issue("wrong_type", name, f"should be a number, got {_brief(value)}")
    else:
        number = _float(value)
        if not np.isfinite(number):
            issue = Issue("not_finite", name, f"should be finite, got {_brief(value)}")
        elif not number.is_integer():
            text = f"should be a whole number, got {_brief(value)}"
            issue = Issue("wrong_type", name, text)
        elif not least <= number <= MAX_UNITS:
            text = f"should be from {least:g} to {MAX_UNITS:g}, got {_brief(value)}"
            issue = Issue("out_of_range", name, text)
        else:
            return int(number)
    raise InputError([issue])
