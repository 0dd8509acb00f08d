"""Answers of terms looked at: a faulty one is told by its term's name."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, NoReturn
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from domroute.costs.charges.answer import Carrier, Charges
from domroute.costs.charges.steps import Steps
from domroute.costs.charges.tariffs import Cards, Tariff
from domroute.errors import InputError, Issue
from domroute.units import BoolArray, FloatArray
from domroute.wording import name_kind

_NUMBERS: Final = "fiub"
"""Kinds of arrays that hold numbers."""
_FLOAT: Final = np.dtype(float)
_FLAG: Final = np.dtype(bool)
"""What arrays of numbers, and of flags, nearly always hold."""
_LEAST: Final = -1e-9
"""Below zero by no more than this is rounding."""
_LOOKED_AT: Final[WeakValueDictionary[int, FloatArray]] = WeakValueDictionary()
"""Rates of tariffs: most terms answer every question with the same."""


def checked(term: str, made: object, shape: tuple[int, int]) -> Charges:
    """
    Look at what a term answered.

    Parameters
    ----------
    term
        Its name.
    made
        Its answer.
    shape
        How many lines and offers it was asked about.

    Returns
    -------
    Charges
        The answer, of the right types and shapes; its curve is looked at whenever it
        is drawn. Whether the numbers are finite is seen where they are added up.

    Raises
    ------
    InputError
        If the answer is of another type or shape: codes ``wrong_type`` and
        ``wrong_shape``, at ``term '<name>'``.
    """
    if not isinstance(made, Charges):
        _refuse("wrong_type", term, f"{_kind(made)} should be Charges")
    _, width = shape
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
    steps = _checked_steps(term, made.steps, shape)
    if curve is not None:
        curve = _watched(term, curve, width)
    elif (
        once is made.per_shipment
        and line is made.per_line
        and unit is made.per_unit
        and carriers is made.carriers
        and not steps
    ):
        return made  # as most often: nothing is written anew
    return Charges(once, line, unit, curve, carriers, cards, steps)


def _floats(term: str, name: str, array: object, shape: tuple[int, ...]) -> FloatArray:
    """Return an array of numbers as floats, which add up and do not overflow."""
    if type(array) is np.ndarray and array.shape == shape and array.dtype is _FLOAT:
        return array
    return _check_array(term, name, array, shape).astype(float)


def _check_array(
    term: str, name: str, array: object, shape: tuple[int, ...]
) -> NDArray[Any]:
    if not isinstance(array, np.ndarray) or array.dtype.kind not in _NUMBERS:
        text = f"{name} is {_kind(array)}, should be an array of numbers"
        _refuse("wrong_type", term, text)
    if array.shape != shape:
        text = f"{name} has shape {array.shape}, should be {shape}"
        _refuse("wrong_shape", term, text)
    return array


def _checked_carriers(
    term: str, carriers: object, shape: tuple[int, int]
) -> tuple[Carrier, ...]:
    if not isinstance(carriers, tuple):
        _refuse("wrong_type", term, f"carriers are {_kind(carriers)}, not a tuple")
    made = [_checked_carrier(term, carrier, shape) for carrier in carriers]
    is_as_it_was = all(map(operator.is_, made, carriers))
    return carriers if is_as_it_was else tuple(made)


def _checked_carrier(term: str, carrier: object, shape: tuple[int, int]) -> Carrier:
    if not isinstance(carrier, Carrier):
        _refuse("wrong_type", term, f"{_kind(carrier)} should be a Carrier")
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


def check_zones(
    term: str, carriers: tuple[Carrier, ...], runs: Mapping[str, slice]
) -> None:
    """
    Refuse zones that a tariff has no rates for, of the offers that it is for.

    Raises
    ------
    InputError
        Code ``out_of_range``, at ``term '<name>'``.
    """
    for carrier in carriers:
        run = runs.get(carrier.service)
        if run is None or carrier.tariff is None:
            continue
        zone, count = carrier.tariff.zone[run], len(carrier.tariff.rates)
        if zone.size and not (zone.min() >= 0 and zone.max() < count):
            text = f"Tariff.zone holds {zone.min()} to {zone.max()}, has {count} zones"
            _refuse("out_of_range", term, text)


def _flags(term: str, name: str, array: object, size: int) -> BoolArray:
    """Return an array of yes and no as such."""
    if type(array) is np.ndarray and array.shape == (size,) and array.dtype is _FLAG:
        return array
    return _check_array(term, name, array, (size,)).astype(bool)


def _checked_tariff(term: str, tariff: object, nodes: int) -> Tariff:
    if not isinstance(tariff, Tariff):
        _refuse("wrong_type", term, f"{_kind(tariff)} should be a Tariff")
    _check_array(term, "Tariff.zone", tariff.zone, (nodes,))
    shape = (len(tariff.rates), len(tariff.caps_kg))
    rates = _floats(term, "Tariff.rates", tariff.rates, shape)
    for name in ("parcel_kg", "parcel_cm3"):
        if not getattr(tariff, name) > 0.0:
            text = f"Tariff.{name} is {getattr(tariff, name)!r}, should be above 0"
            _refuse("out_of_range", term, text)
    _look_at(term, "Tariff.rates", rates)
    return tariff if rates is tariff.rates else replace(tariff, rates=rates)


def _check_cards(term: str, cards: object, offers: int) -> None:
    if not isinstance(cards, Cards):
        _refuse("wrong_type", term, f"cards are {_kind(cards)}, not Cards")
    _check_array(term, "Cards.row", cards.row, (offers,))
    _look_at(term, "Cards.rates", cards.rates)


def _checked_steps(
    term: str, steps: object, shape: tuple[int, int]
) -> tuple[Steps, ...]:
    if not isinstance(steps, tuple):
        _refuse("wrong_type", term, f"steps are {_kind(steps)}, not a tuple")
    if not steps:  # as most often
        return steps
    return tuple([_checked_stair(term, each, shape) for each in steps])


def _checked_stair(term: str, stair: object, shape: tuple[int, int]) -> Steps:
    """Look at one price in steps, and say it by offer."""
    if not isinstance(stair, Steps):
        _refuse("wrong_type", term, f"{_kind(stair)} should be Steps")
    lines, offers = shape
    measure = _floats(term, "Steps.measure", stair.measure, (lines,))
    count = max(1, len(np.atleast_1d(stair.most)))
    most = _floats(term, "Steps.most", stair.most, (count,))
    given = getattr(stair.rates, "shape", None)
    is_flat = given in ((count,), (1, count))
    wanted = given if is_flat and given is not None else (offers, count)
    rates = _floats(term, "Steps.rates", stair.rates, wanted)
    rates = np.broadcast_to(rates, (offers, count))
    for name, each in (("measure", measure), ("most", most[:-1]), ("rates", rates)):
        if not np.isfinite(each).all():
            _refuse("not_finite", term, f"Steps.{name} holds NaN or infinity")
    if measure.min(initial=0.0) < 0.0:
        text = f"Steps.measure holds {measure.min():g}, should be 0 or above"
        _refuse("out_of_range", term, text)
    if not (np.diff(most[:-1]) > 0.0).all():
        _refuse("out_of_range", term, "Steps.most should rise from step to step")
    _check_rates(term, "Steps.rates", rates)
    return Steps(measure, most, rates)


def _look_at(term: str, name: str, rates: FloatArray) -> None:
    """Look at rates once: most terms answer every question with the same."""
    if _LOOKED_AT.get(id(rates)) is not rates:
        if not math.isfinite(np.vdot(rates, rates)):
            _refuse("not_finite", term, f"{name} holds NaN or infinity")
        _check_rates(term, name, rates)
        _LOOKED_AT[id(rates)] = rates


def _check_rates(term: str, name: str, rates: FloatArray) -> None:
    """Refuse what no program can climb: a price below zero, or one that falls."""
    least = rates.min(initial=0.0)
    if least < 0.0:
        text = f"{name} holds {least:g}, should be 0 or above"
        _refuse("out_of_range", term, text)
    rise = np.diff(rates, axis=1).min(initial=0.0)
    if rise < _LEAST:
        text = f"{name} falls by {-rise:g} with a step, should never fall"
        _refuse("out_of_range", term, text)


def _watched(
    term: str, curve: Callable[[FloatArray], FloatArray], width: int
) -> Callable[[FloatArray], FloatArray]:
    """Look at every answer of a curve."""
    if not callable(curve):
        text = f"curve is {_kind(curve)}, should be a function"
        _refuse("wrong_type", term, text)

    def charge(units: FloatArray) -> FloatArray:
        cost = _floats(term, "curve(units)", curve(units), (len(units), width))
        least = cost.min(initial=0.0)
        # A comparison with NaN is false.
        if not (least >= _LEAST and cost.max(initial=0.0) < math.inf):
            if np.isfinite(cost).all():
                text = f"curve(units) gave {least:g}, should be 0 or above"
                _refuse("out_of_range", term, text)
            _refuse("not_finite", term, "curve(units) gave NaN or infinity")
        return cost

    return charge


def parts_of(made: Charges) -> list[tuple[str, FloatArray]]:
    """
    List the arrays of numbers that a term's answer is made of, by what they are called.

    What rises in steps is not among them: it is looked at when it is read.
    """
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


def _where(term: str) -> str:
    return f"term {term!r}"


def _refuse(code: str, term: str, text: str) -> NoReturn:
    raise InputError([Issue(code, _where(term), text)])
