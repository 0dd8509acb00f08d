"""A bar of progress over orders, where somebody looks or it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from domroute.cli import console

_FEW: Final = 500
"""Orders from which on progress is worth showing."""
T = TypeVar("T")


def watched(items: Sequence[T], *, is_forced: bool) -> Iterator[T]:
    """
    Yield items one by one, and show how far it is.

    Parameters
    ----------
    items
        What is worked through.
    is_forced
        Whether to show it where errors go to no terminal, or items are few, too.
    """
    errors = console.Errors()
    is_worth = errors.isatty() and len(items) >= _FEW
    if is_forced or is_worth:
        try:
            from tqdm import tqdm
        except ImportError:
            pass  # an extra: without it, work is done in silence
        else:
            yield from tqdm(items, file=errors, unit="order")
            return
    yield from items
