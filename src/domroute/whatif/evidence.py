"""What intervals stand on: runs drawn apart, blocks of one history, or nothing."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from domroute.arguments import checked
from domroute.events import Event, Placed
from domroute.units import FloatArray
from domroute.whatif.intervals import (
    CONFIDENCE,
    Interval,
    interval_of,
    interval_of_resamples,
    t_quantile,
)
from domroute.whatif.pieces import Pieces

_UNKNOWN = float("nan")


class Basis(StrEnum):
    """What an interval is made of."""

    RUNS = "runs"
    """Streams drawn apart from each other: Student's interval over them."""
    RESAMPLES = "resamples"
    """Streams put together from blocks of one history: the bootstrap's interval."""
    BLOCKS = "blocks"
    """Blocks of one history that is replayed as it was: the interval of batch means."""
    NONE = "none"
    """One history in one block, or one run: there is no interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """
    What the runs of one scenario say of luck.

    Attributes
    ----------
    marks
        By seed, what tells its orders from those of other seeds: runs of the same
        orders have the same mark, and are no two draws of the trade.
    resampled
        Blocks of the history that streams are put together from; None if they are not.
    pieces
        By tactic, the sums of each block: the mean over the seeds, where all seeds
        replay one history.
    """

    marks: Mapping[int, str] = field(default_factory=dict)
    resampled: int | None = None
    pieces: Mapping[str, Pieces] = field(default_factory=dict)

    @property
    def basis(self) -> Basis:
        """What intervals stand on here, of KPIs that are sums over orders."""
        if self.resampled is not None:
            enough = self.resampled > 1 and len(self.marks) > 1
            return Basis.RESAMPLES if enough else Basis.NONE
        if len(set(self.marks.values())) > 1:
            return Basis.RUNS
        return Basis.BLOCKS if self.blocks > 1 else Basis.NONE

    @property
    def blocks(self) -> int:
        """Blocks of the one history; zero where there is none."""
        return min((len(piece.orders) for piece in self.pieces.values()), default=0)

    @property
    def draws(self) -> int:
        """How many independent values the intervals are made of."""
        match self.basis:
            case Basis.RESAMPLES:
                return self.resampled or 0
            case Basis.RUNS:
                return len(set(self.marks.values()))
            case Basis.BLOCKS:
                return self.blocks
            case Basis.NONE:
                return 1


UNKNOWN = Evidence()
"""Nothing is known of where runs come from: each seed is taken for a draw."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A scenario and tactic whose KPI an interval is about, or one subtracted."""

    evidence: Evidence
    tactic: str
    sign: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """
    An interval and what it is made of.

    Attributes
    ----------
    agree
        Values that have the sign of the mean: streams, or what resamples come to.
    draws
        Independent values: streams, or blocks of the one history.
    """

    interval: Interval
    basis: Basis
    agree: int
    draws: int


def estimate(
    kpi: str,
    values: Mapping[int, float],
    sides: Sequence[Side],
    *,
    confidence: float = CONFIDENCE,
) -> Found:
    """
    Find the mean of a KPI, or of a sum of differences, and an interval if there is one.

    Parameters
    ----------
    kpi
        Its name.
    values
        By seed; NaN where it is not known.
    sides
        What the values are of: one tactic, or several that are added and subtracted.
    confidence
        The share of such intervals that hold the true mean.
    """
    known = {seed: value for seed, value in values.items() if not math.isnan(value)}
    draws = draws_of(known, [side.evidence for side in sides])
    mean = math.fsum(draws) / len(draws) if draws else _UNKNOWN
    agree = sum(_sign(value) == _sign(mean) for value in draws)
    none = Interval(mean, _UNKNOWN, _UNKNOWN, len(draws))
    resampled = [
        side.evidence.resampled for side in sides if side.evidence.resampled is not None
    ]
    if resampled:
        blocks = min(resampled)
        if blocks < 2 or len(known) < 2:  # noqa: PLR2004 - to have a spread
            return Found(none, Basis.NONE, agree, min(len(known), blocks))
        found = interval_of_resamples(known.values(), blocks, confidence=confidence)
        return Found(found, Basis.RESAMPLES, agree, blocks)
    if len(draws) > 1:
        found = interval_of(draws, confidence=confidence)
        return Found(found, Basis.RUNS, agree, len(draws))
    scatter = _scatter(kpi, sides)
    if not draws or scatter is None:
        return Found(none, Basis.NONE, agree, len(draws))
    found = interval_of_blocks(mean, scatter, confidence)
    return Found(found, Basis.BLOCKS, agree, len(scatter))


def draws_of(
    values: Mapping[int, float], evidence: Sequence[Evidence]
) -> tuple[float, ...]:
    """
    Return a value for each draw: seeds that replay the same orders count once.

    Examples
    --------
    >>> twice = Evidence(marks={0: "a", 1: "a", 2: "b"})
    >>> draws_of({0: 1.0, 1: 3.0, 2: 5.0}, [twice])
    (2.0, 5.0)
    """
    groups: dict[tuple[str, ...], list[float]] = {}
    for seed, value in values.items():
        marks = tuple(one.marks.get(seed, str(seed)) for one in evidence)
        if any(one.resampled is not None for one in evidence):
            marks = (str(seed),)  # equal draws from few blocks are two draws
        groups.setdefault(marks, []).append(value)
    return tuple(math.fsum(group) / len(group) for group in groups.values())


def _scatter(kpi: str, sides: Sequence[Side]) -> FloatArray | None:
    total: FloatArray | None = None
    for side in sides:
        pieces = side.evidence.pieces.get(side.tactic)
        mine = None if pieces is None else pieces.scatter(kpi)
        if mine is None or (total is not None and len(mine) != len(total)):
            return None
        total = side.sign * mine + (0.0 if total is None else total)
    return None if total is None or len(total) < 2 else total  # noqa: PLR2004 - as above


@checked
def interval_of_blocks(
    mean: float, scatter: FloatArray, confidence: float = CONFIDENCE
) -> Interval:
    r"""
    Make an interval of how blocks of one history scatter: batch means.

    Parameters
    ----------
    mean
        Of the whole.
    scatter
        What each block pulls it off by, as of ``Pieces.scatter``; shape ``(B,)``.
    confidence
        The share of such intervals that hold the true mean.

    Notes
    -----
    With the scatter :math:`z_b` the standard error is
    :math:`\sqrt{B / (B - 1) \sum z_b^2}`, as of :func:`.difference_per_order`.
    """
    count = len(scatter)
    squares = math.fsum((scatter**2).tolist())
    half = t_quantile((1 + confidence) / 2, count - 1) * math.sqrt(
        squares * count / (count - 1)
    )
    return Interval(mean, mean - half, mean + half, count)


def mark_of(events: Iterable[Event]) -> str:
    """
    Tell streams apart by what is ordered, when, and where to.

    How it is to be delivered does not count: customers who collect what they ordered
    are the same customers.
    """
    digest = hashlib.blake2b(digest_size=8)
    for event in events:
        if isinstance(event, Placed):
            order = event.order
            to = order.destination
            place = None if to is None else (to.lat, to.lon)
            lines = [(line.sku, line.quantity) for line in order.lines]
            digest.update(repr((event.at.timestamp(), place, lines)).encode())
    return digest.hexdigest()


def evidence_of(
    marks: Mapping[int, str],
    pieces: Mapping[str, Sequence[Pieces]],
    *,
    stream: object,
) -> Evidence:
    """
    Gather what the runs of one scenario say of luck.

    Parameters
    ----------
    marks
        By seed.
    pieces
        By tactic, of each seed.
    stream
        What made the events; one that says its ``blocks`` is made of one history.
    """
    resampled = getattr(stream, "blocks", None)
    is_one = len(set(marks.values())) == 1
    return Evidence(
        marks=marks,
        resampled=resampled if isinstance(resampled, int) else None,
        pieces={name: Pieces.mean(list(many)) for name, many in pieces.items()}
        if is_one
        else {},
    )


def _sign(value: float) -> int:
    return int(np.sign(value))
