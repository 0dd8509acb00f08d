"""Loading the compiled kernel beside the work, so that nobody waits for a compiler."""

from __future__ import annotations

import threading
import warnings
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from domroute.batch.cells import Cells
from domroute.batch.fast import Fast, FastIncumbent, FastRuin
from domroute.batch.incumbent import Incumbent
from domroute.batch.negotiation import Negotiation
from domroute.batch.tables import PricingTable
from domroute.batch.wave import Wave
from domroute.geography import Location
from domroute.network import Network, Node
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.lattice import lattice_of
from domroute.sourcing.totals import ENDLESS, Totals
from domroute.words import DistanceMethod


class _Loader(threading.Thread):
    """
    Calls every compiled function once.

    That takes a second, or a minute or two the first time on a machine. NumPy works
    meanwhile, and finds the same.
    """

    def __init__(self) -> None:
        super().__init__(name="domroute-compile", daemon=True)
        self.is_done = False

    def run(self) -> None:
        """Use all that is compiled on a wave of one order at one node."""
        try:
            wave = _smallest()
            hands = FastIncumbent(Incumbent.of(wave), Fast.of(wave))
            prices = wave.free_prices()
            hands.fast.solve(prices, is_strict=True)
            replace(hands.fast, is_quiet=True).solve(prices, is_strict=True)
            hands.settle_all([0], prices)
            hands.restore(hands.copy())
            answer = wave.ask(prices)
            FastRuin(hands, prices, answer, 0).turns(1, 0.0)
            Negotiation(hands, prices, answer, 0).round(0.0)
        except Exception as error:  # noqa: BLE001 - whatever Numba lacks on a machine
            text = f"the compiled kernel cannot be had: {error!r}"
            warnings.warn(text, RuntimeWarning, stacklevel=1)
        else:
            self.is_done = True


_LOADERS: list[_Loader] = []


def load() -> None:
    """Begin to load the compiled kernel, if Numba is installed."""
    if not _LOADERS and find_spec("numba") is not None:
        _LOADERS.append(_Loader())
        _LOADERS[0].start()


def is_loaded(wait_s: float = 0.0) -> bool:
    """Tell whether the compiled kernel can be used, waiting a while for it."""
    if not _LOADERS:
        return False
    _LOADERS[0].join(wait_s)
    return _LOADERS[0].is_done


def _smallest() -> Wave:
    """Make up the smallest wave that has all there can be."""
    lattice, one = lattice_of((1,)), np.ones(1)
    totals = Totals(
        missing=np.array([2.0, 0.0]),
        penalty=np.array([2.0, 0.0]),
        most_parts=ENDLESS,
        counts_shipments=True,
        soft_limits=(),
        over_price=0.0,
        split_price=0.0,
        fewest=False,
        least_part_value=0.0,
    )
    table = PricingTable(
        orders=np.zeros(1, np.int64),
        lattice=lattice,
        taken=lattice.counts,
        price=np.array([[FORBIDDEN], [1.0]]),
        first=np.array([0, 1]),
        node=np.zeros(1, np.int64),
        cell=np.zeros((1, 1), np.int64),
        cell_at=0,
        row=np.zeros((0, 1), np.int64),
        load=np.zeros((0, 2, 1)),
        missing=totals.missing[:, None],
        totals=totals,
    )
    node = Node(id="node", kind="dc", location=Location(lat=0, lon=0))
    return Wave(
        count=1,
        tables=(table,),
        loners=(),
        idle={},
        cells=Cells(1),
        stock=one.astype(np.int64),
        is_contended=one.astype(bool),
        capacity=one * np.inf,
        policy=Policy(),
        arrays=NetworkArrays.of(
            Network(nodes=[node], items=[]), DistanceMethod.GREAT_CIRCLE
        ),
        barred=np.zeros(1, bool),
        absence=np.ones(1, np.int64),
    )
