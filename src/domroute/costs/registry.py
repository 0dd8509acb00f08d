"""The cost terms a policy can name in JSON; add your own with ``register``."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import BaseModel

from domroute.costs.distance import Distance
from domroute.costs.handling import Handling
from domroute.costs.shipping import Shipping
from domroute.costs.stock_balance import StockBalance
from domroute.costs.stock_level import StockLevel
from domroute.costs.stock_value import StockValue

TERMS: Final[dict[str, type[Any]]] = {
    "handling": Handling,
    "shipping": Shipping,
    "distance": Distance,
    "stock_level": StockLevel,
    "stock_value": StockValue,
    "stock_balance": StockBalance,
}
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
        If it has no such field, or the word names another class.

    Examples
    --------
    >>> register(Handling) is Handling
    True
    """
    field = term.model_fields.get("term")
    word = None if field is None else field.default
    if not isinstance(word, str):
        message = f"{term.__name__} needs a field 'term' with a string as its default"
        raise ValueError(message)  # noqa: TRY004 - the value of the class is at fault
    if TERMS.setdefault(word, term) is not term:
        message = f"{word!r} names {TERMS[word].__name__} already"
        raise ValueError(message)
    return term
