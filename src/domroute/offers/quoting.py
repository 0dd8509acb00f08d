"""What a caller's quotes cover, and what that leaves of each term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from domroute.costs.charges import Charge
from domroute.costs.nature import Cover, nature_of
from domroute.costs.quotes import OrderQuotes
from domroute.costs.term import CostTerm
from domroute.offers.laid import Laid
from domroute.orders import Line
from domroute.units import BoolArray, FloatArray

QUOTED: Final = "quoted"


@dataclass(frozen=True, slots=True, eq=False)
class QuotedLines:
    """
    The quotes of a delivery as arrays over nodes; NaN where nothing is quoted.

    Attributes
    ----------
    shipment, by_service
        Cost of a shipment whatever it goes by, and by each service; ``(K,)``.
    units
        Cost of a unit of each line; ``(G, K)``.
    """

    shipment: FloatArray | None
    by_service: dict[str, FloatArray]
    units: FloatArray | None

    @classmethod
    def of(
        cls, lines: tuple[Line, ...], ids: list[str], quotes: OrderQuotes
    ) -> QuotedLines:
        """Look up what is quoted for some lines at some nodes, by their ids."""
        shipment = None
        by_service: dict[str, FloatArray] = {}
        units = None
        if quotes.shipments:
            found = quotes.shipments
            shipment = np.array([found.get((name, None), np.nan) for name in ids])
            for service in sorted({key[1] for key in found if key[1] is not None}):
                by_service[service] = np.array(
                    [found.get((name, service), np.nan) for name in ids]
                )
        if quotes.units:
            get = quotes.units.get
            units = np.array(
                [[get((line.id, name), np.nan) for name in ids] for line in lines]
            )
        return cls(shipment, by_service, units)

    @property
    def covers_all(self) -> BoolArray | None:
        """Where a quote covers a shipment whatever it goes by; ``(K,)``."""
        return None if self.shipment is None else ~np.isnan(self.shipment)

    def by_offer(self, laid: Laid, services: tuple[str, ...]) -> FloatArray | None:
        """Return the quote of each offer's shipment; ``(A,)``."""
        if self.shipment is None:
            return None
        found = np.full(len(laid.service), np.nan)
        for run in laid.runs:
            at = int(laid.service[run.start])
            quotes = self.by_service.get(services[at]) if at >= 0 else self.shipment
            if quotes is not None:
                found[run] = quotes if laid.node is None else quotes[laid.node[run]]
        return found


NOTHING_QUOTED: Final = QuotedLines(None, {}, None)


def unseen_by(
    term: CostTerm, shipment: BoolArray | None, units: BoolArray | None
) -> tuple[BoolArray | None, BoolArray | None]:
    """Tell which of the shipments and lines that are quoted a term does not see."""
    if nature_of(term).covered_by is Cover.WHOLE:
        return shipment, units
    return None, None


def cover(
    charges: tuple[Charge, ...],
    shipment: BoolArray | None,
    units: BoolArray | None,
    term: CostTerm,
) -> tuple[Charge, ...]:
    """
    Drop what quotes cover of what a term charges.

    A term that tells its parts apart drops the part that a quote is about; one that is
    covered whole is dropped where the shipment is quoted, and else charged on what is
    not quoted.

    Parameters
    ----------
    charges, term
        What is charged, and by whom.
    shipment, units
        What is quoted: offers, ``(A,)``, and lines by offers, ``(G, A)``; None where
        nothing is.
    """
    if shipment is None and units is None:
        return charges
    covered_by = nature_of(term).covered_by
    if covered_by is Cover.NOTHING:
        return charges
    whole = covered_by is Cover.WHOLE
    if shipment is not None and shipment.any():
        charges = tuple([c.beside_shipments(shipment, whole=whole) for c in charges])
    if units is not None and units.any():
        charges = tuple([c.beside_units(units, whole=whole) for c in charges])
    return charges
