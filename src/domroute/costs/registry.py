"""The cost terms a policy can name in JSON; add your own with ``register``."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import BaseModel

TERMS: Final[dict[str, type[Any]]] = {}
"""Term classes by the word that names them in JSON."""

T = TypeVar("T", bound=BaseModel)


def register(term: type[T]) -> type[T]:
    """
    Let policies name a term of your own in JSON; fit for use as a decorator.

    Parameters
    ----------
    term
        A pydantic model with a field ``term`` whose default is the word that names it.

    Raises
    ------
    ValueError
        If it has no such field, or the word names a class of another name or module.

    Notes
    -----
    A class defined again, as when a cell of a notebook is run twice, takes the place of
    the one before. Policies that were made keep the term that they have.

    Examples
    --------
    >>> from domroute.costs import Handling
    >>> register(Handling) is Handling
    True
    """
    field = term.model_fields.get("term")
    word = None if field is None else field.default
    if not isinstance(word, str):
        message = f"{term.__name__} needs a field 'term' with a string as its default"
        raise ValueError(message)  # noqa: TRY004 - the value of the class is at fault
    known = TERMS.get(word)
    if known is not None and _home(known) != _home(term):
        message = f"{word!r} names {known.__name__} already"
        raise ValueError(message)
    TERMS[word] = term
    return term


def _home(term: type[Any]) -> tuple[str, str]:
    """Say where a class was written: a cell run again writes it at the same place."""
    return term.__module__, term.__qualname__
