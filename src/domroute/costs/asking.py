"""Terms asked, and their answers looked at: a faulty one is told by its name."""

from __future__ import annotations

import math
from typing import NoReturn

import numpy as np

from domroute.costs.charges.checking import checked, parts_of
from domroute.costs.term import Charges, CostTerm, Pricer, Question
from domroute.errors import InputError, Issue
from domroute.problem import NetworkArrays
from domroute.wording import name_kind


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
        text = (
            f"prepare returned {name_kind(pricer)}, should be an object with charges()"
        )
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
    return checked(term.name, made, (len(question.lines), len(question.nodes)))


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
        for name, part in parts_of(made)
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
        _refuse(
            "wrong_type", name, f"amount() gave {name_kind(value)}, should be a number"
        )
    number = float(value)
    if not math.isfinite(number) and not (may_refuse and number == math.inf):
        text = f"amount() gave {number!r}, should be a finite number"
        _refuse("not_finite", name, text)
    return number


def _where(name: str) -> str:
    return f"term {name!r}"


def _refuse(code: str, name: str, text: str) -> NoReturn:
    raise InputError([Issue(code, _where(name), text)])
