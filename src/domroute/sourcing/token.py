"""A node that a plan must use: it alone has the token, which must be taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.sourcing.bundles import Bundles
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import Lattice, lattice_of
from domroute.sourcing.totals import Totals
from domroute.units import BoolArray, FloatArray


def add_token(
    steps: tuple[int, ...], bundles: Bundles, totals: Totals, node: int
) -> tuple[Lattice, Bundles, Totals]:
    """
    Make every plan use a node, whatever else it must keep to.

    One more atom is added to the order, which weighs and costs nothing: the node takes
    nothing without it, other nodes never take it, and no plan may leave it. So each
    limit, price and goal is met by the plans of the larger lattice as it was by those
    of the smaller, and the node is used exactly once.

    Parameters
    ----------
    steps
        Of the atoms.
    bundles, totals
        What they may be taken for; shape ``(P, M)`` and ``(P,)``.
    node
        Position of the node at hand.

    Returns
    -------
    lattice, bundles, totals
        The same with the token: each part without it, then with it; ``2 P`` of them.
    """
    has = np.tile([False, True], len(bundles.units))
    elsewhere = np.arange(bundles.price.shape[1]) != node
    price = np.repeat(bundles.price, 2, axis=0)
    price[np.ix_(has, elsewhere)] = FORBIDDEN
    price[~has, node] = FORBIDDEN
    is_idle: BoolArray = ~np.repeat(bundles.units.any(axis=1), 2)
    price[is_idle] = FORBIDDEN
    shipments = bundles.shipments
    return (
        lattice_of((*steps, 1)),
        replace(
            bundles,
            units=np.repeat(bundles.units, 2, axis=0),
            price=price,
            shipments=None if shipments is None else np.repeat(shipments, 2),
            value=np.repeat(bundles.value, 2),
            rank=None if bundles.rank is None else np.repeat(bundles.rank, 2, axis=0),
        ),
        replace(
            totals,
            missing=np.where(has, np.repeat(totals.missing, 2), FORBIDDEN),
            penalty=np.repeat(totals.penalty, 2),
            incomplete=_twice(totals.incomplete),
            ranks=None if totals.ranks is None else np.repeat(totals.ranks, 2, axis=0),
        ),
    )


def _twice(values: FloatArray | None) -> FloatArray | None:
    return None if values is None else np.repeat(values, 2)
