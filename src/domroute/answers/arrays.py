"""Arrays that are handed in, read, and arrays that are handed out."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from domroute.errors import InputError, Issue
from domroute.units import IntArray
from domroute.wording import name_kind

T = TypeVar("T", bound=np.generic)

_INTEGERS = "iu"
"""Kinds of arrays that hold whole numbers."""


def whole_array(where: str, given: object, shape: tuple[int, ...], of: str) -> IntArray:
    """Refuse what is no array of whole numbers of a shape."""
    if not isinstance(given, np.ndarray) or given.dtype.kind not in _INTEGERS:
        kind = name_kind(given)
        if isinstance(given, np.ndarray):
            kind = f"an array of {given.dtype}"
        text = f"{kind} should be an array of whole numbers"
        raise InputError([Issue("wrong_type", where, text)])
    if given.shape != shape:
        text = f"has shape {given.shape}, should be {shape}: {of}"
        raise InputError([Issue("wrong_shape", where, text)])
    most = min(np.iinfo(np.int64).max, np.iinfo(given.dtype).max)
    found: IntArray = np.minimum(given, given.dtype.type(most)).astype(np.int64)
    return found


def shown(array: NDArray[T]) -> NDArray[T]:
    """Show an array that others read too: it cannot be written to."""
    view = array.view()
    view.setflags(write=False)
    return view
