"""Records: what an order is turned into on its way, and nobody changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def record(made: type[T]) -> type[T]:
    """
    Make a class a record: frozen to whoever checks types, plain where it runs.

    A frozen dataclass goes around its own lock to fill a field, which takes several
    times as long as filling it, and every order fills hundreds. What is handed to
    users, who need not check types, is frozen all the same; records stay inside.

    Parameters
    ----------
    made
        The class, with its fields.

    Examples
    --------
    >>> @record
    ... class Box:
    ...     sku: str
    ...     count: int = 1
    >>> Box("A")
    Box(sku='A', count=1)
    """
    return dataclass(slots=True, eq=False)(made)
