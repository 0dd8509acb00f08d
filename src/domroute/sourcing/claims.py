"""What a solver says of its own values, held against the program it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.units import BoolArray, FloatArray, IntArray

_SLACK: Final = 1e-5
"""Part of what is summed up in a row: ten times the tolerances of the solvers."""
_SAME: Final = 1e-6
"""Part of what is summed up to a cost by which it may differ from what is said."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """
    A program as one solver is asked it.

    Attributes
    ----------
    lower, upper, cost, whole
        Of the columns; whether each must be a whole number.
    row_lower, row_upper
        Of the rows.
    row, column, value
        The entries; no two stand at the same place.
    """

    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    whole: BoolArray
    row_lower: FloatArray
    row_upper: FloatArray
    row: IntArray
    column: IntArray
    value: FloatArray


def fault_of(question: Question, values: FloatArray, said: float) -> str:
    """
    Say why values are no solution at the cost that is said; empty if they are one.

    Parameters
    ----------
    question
        What was asked.
    values
        Of the columns.
    said
        What they cost, says who found them.
    """
    if not np.isfinite([said, *values]).all():
        return "its values are no numbers"
    summands = question.value * values[question.column]
    totals, sizes = _by_row(question, summands), _by_row(question, np.abs(summands))
    parts: FloatArray = np.abs(values - np.rint(values))
    costs = question.cost * values
    cost, paid = float(costs.sum()), float(np.abs(costs).sum())
    is_other = np.array([abs(cost - said) > _SAME * (1.0 + paid)])
    broken: dict[str, BoolArray] = {
        "a value is below its least": question.lower - values > _slack(values),
        "a value is above its most": values - question.upper > _slack(values),
        "a value is not whole": parts[question.whole] > _SLACK,
        "a row is below its least": question.row_lower - totals > _slack(sizes),
        "a row is above its most": totals - question.row_upper > _slack(sizes),
        f"its values cost {cost:g}, not {said:g}": is_other,
    }
    return next((fault for fault, is_so in broken.items() if np.any(is_so)), "")


def _by_row(question: Question, summands: FloatArray) -> FloatArray:
    rows = len(question.row_lower)
    totals: FloatArray = np.bincount(question.row, summands, rows).astype(float)
    return totals


def _slack(sizes: FloatArray) -> FloatArray:
    slack: FloatArray = _SLACK * (1.0 + np.abs(sizes))
    return slack
