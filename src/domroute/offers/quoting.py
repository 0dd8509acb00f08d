"""What a caller's quotes cover, and what that leaves of each term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from domroute.costs.cards import with_free
from domroute.costs.nature import Cover, nature_of
from domroute.costs.quotes import OrderQuotes
from domroute.costs.term import CostTerm
from domroute.offers.laid import Laid
from domroute.offers.parts import Part
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


def cover(
    part: Part,
    shipment: BoolArray | None,
    units: BoolArray | None,
    term: CostTerm,
) -> Part:
    """
    Drop what quotes cover.

    A term that tells its parts apart drops the part that a quote is about; one that is
    covered whole is dropped where the shipment is quoted, and else charged on what is
    not quoted.
    """
    if shipment is None and units is None:
        return part
    covered_by = nature_of(term).covered_by
    if covered_by is Cover.NOTHING:
        return part
    if shipment is not None and shipment.any():
        curve, cards, free = part.curve, part.cards, ~shipment
        part = replace(
            part,
            per_shipment=None
            if part.per_shipment is None
            else part.per_shipment * free,
            curve=None if curve is None else lambda units: curve(units) * free,
            cards=None if cards is None else with_free(cards, shipment),
        )
        if covered_by is Cover.WHOLE:
            part = replace(
                part,
                per_line=None if part.per_line is None else part.per_line * free,
                per_unit=None if part.per_unit is None else part.per_unit * free,
            )
    if units is not None and units.any():
        charged = part.curve
        part = replace(
            part,
            per_line=None if part.per_line is None else part.per_line * ~units,
            per_unit=None if part.per_unit is None else part.per_unit * ~units,
            curve=None if charged is None else _curve_without(charged, units),
        )
    return part


def _curve_without(
    curve: Callable[[FloatArray], FloatArray], quoted: BoolArray
) -> Callable[[FloatArray], FloatArray]:
    """Charge a curve on the lines that are not quoted, which differ by node."""
    patterns, of = np.unique(quoted, axis=1, return_inverse=True)

    def charge(units: FloatArray) -> FloatArray:
        cost = np.zeros((len(units), quoted.shape[1]))
        for at in range(patterns.shape[1]):
            here = of == at
            cost[:, here] = curve(units * ~patterns[:, at])[:, here]
        return cost

    return charge
