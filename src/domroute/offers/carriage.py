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
    carries: BoolArray | None,
    served: BoolArray | None,
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
    carries
        The lines that each offer carries without it; None for all; ``(G, A)``.
    served
        The offers that there are without it; None for all; ``(A,)``.
    count
        How many offers there are.
    """
    for carrier in carriers:
        run = runs.get(carrier.service)
        if run is None:
            continue
        mine = carrier.carries
        if mine is not None and not np.logical_and.reduce(mine):
            shape = (len(mine), count)
            carries = np.ones(shape, bool) if carries is None else carries.copy()
            carries[:, run] &= mine[:, None]
        here = carrier.serves
        if here is not None and not np.logical_and.reduce(here[run]):
            served = np.ones(count, bool) if served is None else served
            served[run] &= here[run]
    return carries, served
