"""Terms asked, and their answers looked at: a faulty one is told by its name."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NoReturn
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from domroute.costs.term import (
    Cards,
    Carrier,
    Charges,
    CostTerm,
    Pricer,
    Question,
    Tariff,
)
from domroute.errors import InputError, Issue
from domroute.problem import NetworkArrays
from domroute.units import BoolArray, FloatArray
from domroute.validation import name_kind

_NUMBERS: Final = "fiub"
"""Kinds of arrays that hold numbers."""
_FLOAT: Final = np.dtype(float)
_FLAG: Final = np.dtype(bool)
"""What arrays of numbers, and of flags, nearly always hold."""
_LEAST: Final = -1e-9
"""Below zero by no more than this is rounding."""
_LOOKED_AT: Final[WeakValueDictionary[int, FloatArray]] = WeakValueDictionary()
"""Rates of tariffs: most terms answer every question with the same."""


def prepare(term: CostTerm, arrays: NetworkArrays) -> Pricer:
    """
    Make a term ready for a network.

    Raises
    ------
    InputError
        If what it returns cannot be asked for charges: code ``wrong_type``.
    """
    pricer: object = term.prepare(arrays)
    if isinstance(pricer, type) or not callable(getattr(pricer, "charges", None)):
        text = f"prepare returned {_kind(pricer)}, should be an object with charges()"
        _refuse("wrong_type", term.name, text)
    return pricer  # type: ignore[return-value]  # it has the one member there is


def ask(term: CostTerm, pricer: Pricer, question: Question) -> Charges:
    """
    Ask a term what it charges.

    Parameters
    ----------
    term, pricer
        The term, and what it was made ready as.
    question
        The lines of one delivery, over the nodes at hand.

    Returns
    -------
    Charges
        What it answered, of the right types and shapes; its curve is looked at
        whenever it is drawn. Whether the numbers are finite is seen where they are
        added up, by :func:`blame`.

    Raises
    ------
    InputError
        If the answer is of another type or shape: codes ``wrong_type`` and
        ``wrong_shape``, at ``term '<name>'``.
    """
    made: object = pricer.charges(question)
    if not isinstance(made, Charges):
        _refuse("wrong_type", term.name, f"{_kind(made)} should be Charges")
    width = len(question.nodes)
    shape = (len(question.lines), width)
    once, line, unit = made.per_shipment, made.per_line, made.per_unit
    carriers, curve, cards = made.carriers, made.curve, made.cards
    if once is not None:
        once = _floats(term, "per_shipment", once, (width,))
    if line is not None:
        line = _floats(term, "per_line", line, shape)
    if unit is not None:
        unit = _floats(term, "per_unit", unit, shape)
    if carriers is not None:
        carriers = _checked_carriers(term, carriers, shape)
    if cards is not None:
        _check_cards(term, cards, width)
    if curve is not None:
        curve = _watched(term, curve, width)
    elif (
        once is made.per_shipment
        and line is made.per_line
        and unit is made.per_unit
        and carriers is made.carriers
    ):
        return made  # as most often: nothing is written anew
    return Charges(once, line, unit, curve, carriers, cards)


def blame(terms: list[tuple[CostTerm, Charges]]) -> NoReturn:
    """
    Name the terms whose charges do not add up to finite numbers.

    Raises
    ------
    InputError
        Code ``not_finite``, an issue for each part of each term.
    """
    issues = [
        Issue("not_finite", _where(term.name), f"{name} holds NaN or infinity")
        for term, made in terms
        for name, part in _parts(made)
        if not np.isfinite(part).all()
    ]
    if not issues:
        named = ", ".join(repr(term.name) for term, _ in terms)
        issues = [Issue("not_finite", "cost terms", f"{named} add up to infinity")]
    raise InputError(issues)


def amount_of(name: str, value: object, *, may_refuse: bool) -> float:
    """
    Read the amount that a term gave for one shipment.

    Parameters
    ----------
    name
        Of the term.
    value
        What it returned.
    may_refuse
        Whether it may be infinite: a service that does not carry the shipment.

    Raises
    ------
    InputError
        If it is no number, or NaN, or infinite where it may not be: codes
        ``wrong_type`` and ``not_finite``, at ``term '<name>'``.

    Examples
    --------
    >>> amount_of("boxes", 2, may_refuse=False)
    2.0
    """
    if isinstance(value, bool) or not isinstance(
        value, (float, int, np.floating, np.integer)
    ):
        _refuse("wrong_type", name, f"amount() gave {_kind(value)}, should be a number")
    number = float(value)
    if not math.isfinite(number) and not (may_refuse and number == math.inf):
        text = f"amount() gave {number!r}, should be a finite number"
        _refuse("not_finite", name, text)
    return number


def _floats(
    term: CostTerm, name: str, array: object, shape: tuple[int, ...]
) -> FloatArray:
    """Return an array of numbers as floats, which add up and do not overflow."""
    if type(array) is np.ndarray and array.shape == shape and array.dtype is _FLOAT:
        return array
    return _check_array(term, name, array, shape).astype(float)


def _check_array(
    term: CostTerm, name: str, array: object, shape: tuple[int, ...]
) -> NDArray[Any]:
    if not isinstance(array, np.ndarray) or array.dtype.kind not in _NUMBERS:
        text = f"{name} is {_kind(array)}, should be an array of numbers"
        _refuse("wrong_type", term.name, text)
    if array.shape != shape:
        text = f"{name} has shape {array.shape}, should be {shape}"
        _refuse("wrong_shape", term.name, text)
    return array


def _checked_carriers(
    term: CostTerm, carriers: object, shape: tuple[int, int]
) -> tuple[Carrier, ...]:
    if not isinstance(carriers, tuple):
        _refuse("wrong_type", term.name, f"carriers are {_kind(carriers)}, not a tuple")
    made = [_checked_carrier(term, carrier, shape) for carrier in carriers]
    is_as_it_was = all(map(operator.is_, made, carriers))
    return carriers if is_as_it_was else tuple(made)


def _checked_carrier(
    term: CostTerm, carrier: object, shape: tuple[int, int]
) -> Carrier:
    if not isinstance(carrier, Carrier):
        _refuse("wrong_type", term.name, f"{_kind(carrier)} should be a Carrier")
    lines, nodes = shape
    serves, carries, tariff = carrier.serves, carrier.carries, carrier.tariff
    once, unit = carrier.per_shipment, carrier.per_unit
    if serves is not None:
        serves = _flags(term, "Carrier.serves", serves, nodes)
    if carries is not None:
        carries = _flags(term, "Carrier.carries", carries, lines)
    if not isinstance(once, (float, int, np.floating, np.integer)):
        once = _floats(term, "Carrier.per_shipment", once, (nodes,))
    if unit is not None:
        is_flat = getattr(unit, "ndim", None) == 1  # else it is no array, and told
        unit = _floats(term, "Carrier.per_unit", unit, (lines,) if is_flat else shape)
    if tariff is not None:
        tariff = _checked_tariff(term, tariff, nodes)
    if (
        serves is carrier.serves
        and carries is carrier.carries
        and once is carrier.per_shipment
        and unit is carrier.per_unit
        and tariff is carrier.tariff
    ):
        return carrier
    return Carrier(carrier.service, tariff, serves, carries, once, unit)


def _flags(term: CostTerm, name: str, array: object, size: int) -> BoolArray:
    """Return an array of yes and no as such."""
    if type(array) is np.ndarray and array.shape == (size,) and array.dtype is _FLAG:
        return array
    return _check_array(term, name, array, (size,)).astype(bool)


def _checked_tariff(term: CostTerm, tariff: object, nodes: int) -> Tariff:
    if not isinstance(tariff, Tariff):
        _refuse("wrong_type", term.name, f"{_kind(tariff)} should be a Tariff")
    _check_array(term, "Tariff.zone", tariff.zone, (nodes,))
    shape = (len(tariff.rates), len(tariff.caps_kg))
    rates = _floats(term, "Tariff.rates", tariff.rates, shape)
    _look_at(term, "Tariff.rates", rates)
    return tariff if rates is tariff.rates else replace(tariff, rates=rates)


def _check_cards(term: CostTerm, cards: object, offers: int) -> None:
    if not isinstance(cards, Cards):
        _refuse("wrong_type", term.name, f"cards are {_kind(cards)}, not Cards")
    _check_array(term, "Cards.row", cards.row, (offers,))
    _look_at(term, "Cards.rates", cards.rates)


def _look_at(term: CostTerm, name: str, rates: FloatArray) -> None:
    """Look at rates once: most terms answer every question with the same."""
    if _LOOKED_AT.get(id(rates)) is not rates:
        if not math.isfinite(np.vdot(rates, rates)):
            _refuse("not_finite", term.name, f"{name} holds NaN or infinity")
        _check_rates(term, name, rates)
        _LOOKED_AT[id(rates)] = rates


def _check_rates(term: CostTerm, name: str, rates: FloatArray) -> None:
    """Refuse what no program can climb: a price below zero, or one that falls."""
    least = rates.min(initial=0.0)
    if least < 0.0:
        text = f"{name} holds {least:g}, should be 0 or above"
        _refuse("out_of_range", term.name, text)
    rise = np.diff(rates, axis=1).min(initial=0.0)
    if rise < _LEAST:
        text = f"{name} falls by {-rise:g} with a step, should never fall"
        _refuse("out_of_range", term.name, text)


def _watched(
    term: CostTerm, curve: Callable[[FloatArray], FloatArray], width: int
) -> Callable[[FloatArray], FloatArray]:
    """Look at every answer of a curve."""
    if not callable(curve):
        text = f"curve is {_kind(curve)}, should be a function"
        _refuse("wrong_type", term.name, text)

    def charge(units: FloatArray) -> FloatArray:
        cost = _floats(term, "curve(units)", curve(units), (len(units), width))
        least = cost.min(initial=0.0)
        # A comparison with NaN is false.
        if not (least >= _LEAST and cost.max(initial=0.0) < math.inf):
            if np.isfinite(cost).all():
                text = f"curve(units) gave {least:g}, should be 0 or above"
                _refuse("out_of_range", term.name, text)
            _refuse("not_finite", term.name, "curve(units) gave NaN or infinity")
        return cost

    return charge


def _parts(made: Charges) -> list[tuple[str, FloatArray]]:
    """List the arrays of numbers that charges are made of."""
    found: list[tuple[str, FloatArray | None]] = [
        ("per_shipment", made.per_shipment),
        ("per_line", made.per_line),
        ("per_unit", made.per_unit),
    ]
    for carrier in made.carriers or ():
        found += [
            ("Carrier.per_shipment", np.asarray(carrier.per_shipment)),
            ("Carrier.per_unit", carrier.per_unit),
        ]
    return [(name, part) for name, part in found if part is not None]


def _kind(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return name_kind(value)


def _where(name: str) -> str:
    return f"term {name!r}"


def _refuse(code: str, name: str, text: str) -> NoReturn:
    raise InputError([Issue(code, _where(name), text)])
