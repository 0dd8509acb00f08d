"""Which lines and nodes a term keeps from services, put upon the offers laid out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from domroute.costs.term import Carrier, CostTerm
from domroute.errors import InputError, Issue
from domroute.units import BoolArray


def check_carriers(
    term: CostTerm, carriers: tuple[Carrier, ...], services: tuple[str, ...]
) -> None:
    """
    Refuse a term that charges by a service that the network does not have.

    Raises
    ------
    InputError
        Code ``unknown_id``, at ``term '<name>'``.
    """
    for carrier in carriers:
        if carrier.service not in services:
            text = f"{carrier.service!r} is not a service of the network"
            raise InputError([Issue("unknown_id", f"term {term.name!r}", text)])


def narrowed(
    carriers: tuple[Carrier, ...],
    runs: Mapping[str, slice],
    kept: tuple[BoolArray | None, BoolArray | None],
    unseen: tuple[BoolArray | None, BoolArray | None],
    count: int,
) -> tuple[BoolArray | None, BoolArray | None]:
    """
    Keep lines and nodes from services as a term says.

    Parameters
    ----------
    carriers
        Of the term.
    runs
        The offers of each service that has any.
    kept
        The lines that each offer carries without it, ``(G, A)``, and the offers that
        there are, ``(A,)``; None for all.
    unseen
        What the term does not see, since quotes replace it, and does not refuse:
        shipments by some offers, ``(A,)``, and lines by offer, ``(G, A)``; None where
        it sees all.
    count
        How many offers there are.
    """
    (carries, served), (shipments, quoted) = kept, unseen
    for carrier in carriers:
        run = runs.get(carrier.service)
        if run is None:
            continue
        mine = carrier.carries
        if mine is not None and not np.logical_and.reduce(mine):
            shape = (len(mine), count)
            carries = np.ones(shape, bool) if carries is None else carries.copy()
            takes = np.repeat(mine[:, None], run.stop - run.start, axis=1)
            if shipments is not None:
                takes |= shipments[run]
            if quoted is not None:
                takes |= quoted[:, run]
            carries[:, run] &= takes
        here = carrier.serves
        if here is not None and not np.logical_and.reduce(here[run]):
            served = np.ones(count, bool) if served is None else served
            goes = here[run]
            served[run] &= goes if shipments is None else goes | shipments[run]
    return carries, served
