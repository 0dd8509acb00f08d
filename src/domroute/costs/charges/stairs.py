"""Steps as rows of the program: how far up each offer stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domroute.costs.charges.program import Program, Takes
from domroute.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """
    One measure that steps are bounded in.

    Attributes
    ----------
    size
        Of a step of each atom; shape ``(J,)``.
    caps
        What each step holds at most, rising; the last may be infinite; shape ``(T,)``.
    full
        What a full parcel of the last step takes off; infinite where there are none.
    """

    size: FloatArray
    caps: FloatArray
    full: float = math.inf


def climb(
    program: Program, takes: Takes, rates: FloatArray, measures: Sequence[Measured]
) -> IntArray:
    """
    Let each used offer climb its steps until they hold what it takes.

    Steps that rise evenly, as those of most rate cards do, are one whole number: how
    far up the offer stands. To ask whether it stands above or below is a far better
    question for branch and bound than whether it stands on one given step.

    Parameters
    ----------
    program, takes
        What is added to, and the variables of the offers.
    rates
        Price of each step, never falling; shape ``(A, T)``.
    measures
        What the steps are bounded in, each with its own caps.

    Returns
    -------
    IntArray
        The columns that say how far up the offers stand.
    """
    largest = [measured.size @ takes.limit for measured in measures]
    measures = [
        _within(measured, most)
        for measured, most in zip(measures, largest, strict=True)
    ]
    stairs = _stairs(rates, measures, largest)
    count = len(takes.ships)
    ground = program.add_columns(count, upper=1, cost=stairs.ground[0], whole=False)
    rows = program.add_rows(count, lower=0.0, upper=0.0)
    program.add_entries(rows, ground, 1.0)
    program.add_entries(rows, takes.ships, -1.0)
    climbed = _add_flights(program, stairs, ground)
    parcels = np.zeros(count)
    for measured, most in zip(measures, largest, strict=True):
        over = np.maximum(0.0, most - measured.caps[-1]) / measured.full
        parcels = np.maximum(parcels, np.ceil(over))
    large = np.flatnonzero(parcels > 0)
    full = program.add_columns(len(large), upper=parcels[large], cost=rates[large, -1])
    for at, measured in enumerate(measures, start=1):
        # In full parcels, so that kilograms and cubic centimeters stand at like scales.
        scale = measured.full if math.isfinite(measured.full) else measured.caps[-1]
        rows = program.add_rows(count, upper=0.0)
        size = measured.size[takes.atom] / scale
        program.add_entries(rows[takes.offer], takes.column, size)
        program.add_entries(rows, ground, -stairs.ground[at] / scale)
        program.add_entries(rows[stairs.owner], climbed, -stairs.rise[at] / scale)
        program.add_entries(rows[large], full, -1.0)
    return climbed


def _within(measured: Measured, largest: FloatArray) -> Measured:
    """Let caps without an end hold what could ever be shipped."""
    caps = measured.caps
    if math.isfinite(caps[-1]):
        return measured
    is_finite = np.isfinite(caps)
    most = max(float(largest.max(initial=0.0)), caps.max(initial=0.0, where=is_finite))
    return replace(measured, caps=np.where(is_finite, caps, most or 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Stairs:
    """
    The steps of offers, as flights of even ones.

    Attributes
    ----------
    ground
        The rate of the first step of each offer, and what it holds by each of M
        measures; shape ``(1 + M, A)``.
    owner, length, rise
        Of each flight: its offer, its steps, and what each adds to rate and measures;
        shapes ``(F,)``, ``(F,)``, ``(1 + M, F)``. The flights of an offer stand
        together, from the lowest.
    """

    ground: FloatArray
    owner: IntArray
    length: IntArray
    rise: FloatArray


def _stairs(
    rates: FloatArray, measures: Sequence[Measured], largest: Sequence[FloatArray]
) -> _Stairs:
    """Cut the steps of each offer into flights, up to what could ever be shipped."""
    count = len(rates)
    enough = np.ones(rates.shape, bool)
    for measured, most in zip(measures, largest, strict=True):
        enough &= measured.caps >= most[:, None]
    useful = [_useful_steps(rates[i], enough[i]) for i in range(count)]
    sizes = np.array([len(steps) for steps in useful], np.int64)
    owner = np.repeat(np.arange(count), sizes)
    step = np.concatenate(useful) if useful else np.empty(0, np.int64)
    held = [measured.caps[step] for measured in measures]
    level = np.stack((rates[owner, step], *held))
    rise = np.diff(level, axis=1)
    is_same_offer = owner[1:] == owner[:-1]
    rise, of = rise[:, is_same_offer], owner[1:][is_same_offer]
    is_even = np.isclose(rise[:, 1:], rise[:, :-1], rtol=1e-9, atol=1e-9).all(axis=0)
    is_start = np.append([True], (of[1:] != of[:-1]) | ~is_even)[: len(of)]
    starts = np.flatnonzero(is_start)
    return _Stairs(
        ground=level[:, np.cumsum(sizes) - sizes],
        owner=of[starts],
        length=np.diff(np.append(starts, len(of))),
        rise=rise[:, starts],
    )


def _useful_steps(rates: FloatArray, enough: BoolArray) -> IntArray:
    """Keep steps up to the first that holds everything, and of equal rates the last."""
    end = int(enough.argmax()) + 1 if enough.any() else len(rates)
    kept = np.append(rates[1:end] > rates[: end - 1], [True])
    return np.flatnonzero(kept)


def _add_flights(program: Program, stairs: _Stairs, ground: IntArray) -> IntArray:
    """Add how far each flight is climbed; none before the one below it is over."""
    count = len(stairs.owner)
    climbed = program.add_columns(count, upper=stairs.length, cost=stairs.rise[0])
    is_upper = np.append([False], stairs.owner[1:] == stairs.owner[:-1])[:count]
    entered = climbed.copy()
    entered[~is_upper] = ground[stairs.owner[~is_upper]]
    long = np.flatnonzero(is_upper & (stairs.length > 1))
    entered[long] = program.add_columns(len(long), upper=1)
    held = np.flatnonzero(~is_upper | (stairs.length > 1))
    rows = program.add_rows(len(held), upper=0.0)
    program.add_entries(rows, climbed[held], 1.0)
    program.add_entries(rows, entered[held], -stairs.length[held])
    upper = np.flatnonzero(is_upper)
    rows = program.add_rows(len(upper), upper=0.0)
    program.add_entries(rows, entered[upper], stairs.length[upper - 1])
    program.add_entries(rows, climbed[upper - 1], -1.0)
    return climbed
