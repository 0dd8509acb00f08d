"""What a term charges by service, put upon the offers that go by each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domroute.costs.cards import cards_of
from domroute.costs.term import Carrier, CostTerm
from domroute.errors import InputError, Issue
from domroute.offers.laid import Laid
from domroute.offers.parts import Part
from domroute.units import BoolArray


class Carriage:
    """
    The carriers of a term beside the offers laid out.

    Parameters
    ----------
    term, carriers
        Who charges, and by which services.
    laid, services
        The offers, and the ids of the services there are.

    Raises
    ------
    InputError
        If the term charges by a service that the network does not have.
    """

    def __init__(
        self,
        term: CostTerm,
        carriers: tuple[Carrier, ...],
        laid: Laid,
        services: tuple[str, ...],
    ) -> None:
        run_of = {int(laid.service[run.start]): run for run in laid.runs}
        self._laid = laid
        self._found: list[tuple[slice, Carrier]] = []
        for carrier in carriers:
            if carrier.service not in services:
                text = f"{carrier.service!r} is not a service of the network"
                raise InputError([Issue("unknown_id", f"term {term.name!r}", text)])
            run = run_of.get(services.index(carrier.service))
            if run is not None:
                self._found.append((run, carrier))

    def charge(self, part: Part, shape: tuple[int, ...]) -> Part:
        """Add what is charged by service to what is charged in any case."""
        once, each = part.per_shipment, part.per_unit
        for run, carrier in self._found:
            fee = carrier.per_shipment
            if np.any(fee):
                once = np.zeros(shape[1]) if once is None else once.copy()
                once[run] += fee[run] if isinstance(fee, np.ndarray) else fee
            rate = carrier.per_unit
            if rate is not None and np.logical_or.reduce(rate, axis=None):
                each = np.zeros(shape) if each is None else each.copy()
                each[:, run] += rate[:, None] if rate.ndim == 1 else rate[:, run]
        tariffs = [
            (run, carrier.tariff)
            for run, carrier in self._found
            if carrier.tariff is not None
        ]
        cards = cards_of(tariffs, shape[1])
        if cards is None:
            return replace(part, per_shipment=once, per_unit=each)
        return replace(part, per_shipment=once, per_unit=each, cards=cards)

    def narrow(
        self, carries: BoolArray | None, served: BoolArray | None
    ) -> tuple[BoolArray | None, BoolArray | None]:
        """
        Keep lines and nodes from services as the term says.

        Parameters
        ----------
        carries
            The lines that each offer carries without it; None for all; ``(G, A)``.
        served
            The offers that there are without it; None for all; ``(A,)``.
        """
        count = len(self._laid.service)
        for run, carrier in self._found:
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
