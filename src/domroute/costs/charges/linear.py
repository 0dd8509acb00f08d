"""What is charged once for a shipment, for each line in it, and for each unit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from domroute.costs.charges.charge import Charge
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray


@record
class Linear(Charge):
    """
    A sum over shipments, lines and units; parts left None are zero.

    Attributes
    ----------
    per_shipment, per_line, per_unit
        Shapes ``(A,)``, ``(G, A)`` and ``(G, A)``; one of them at least, to be priced.

    Examples
    --------
    >>> charge = Linear(np.array([5.0, 3.0]), per_unit=np.array([[1.0, 2.0]]))
    >>> charge.price(np.array([[1.0], [4.0]])).tolist()
    [[6.0, 5.0], [9.0, 11.0]]
    """

    per_shipment: FloatArray | None = None
    per_line: FloatArray | None = None
    per_unit: FloatArray | None = None

    @property
    def never_falls(self) -> bool:
        """Whether nothing is paid for what ships."""
        return not any(
            rates is not None and np.minimum.reduce(rates, axis=None) < 0
            for rates in (self.per_shipment, self.per_line, self.per_unit)
        )

    def price(self, units: FloatArray) -> FloatArray:
        """Price shipments by every offer; shape ``(B, A)``."""
        cost: FloatArray = np.zeros((len(units), 1))
        if self.per_unit is not None:
            cost = units @ self.per_unit
        if self.per_shipment is not None:
            cost = cost + self.per_shipment
        if self.per_line is not None:
            cost = cost + (units > 0).astype(float) @ self.per_line
        return cost

    def price_one(self, units: IntArray, offer: int) -> float:
        """Price one shipment by one offer."""
        cost = 0.0
        if self.per_shipment is not None:
            cost += float(self.per_shipment[offer])
        if self.per_line is not None:
            cost += float((units > 0) @ self.per_line[:, offer])
        if self.per_unit is not None:
            cost += float(units @ self.per_unit[:, offer])
        return cost

    def only(self, offers: IntArray) -> Linear:
        """Keep some of the offers."""
        once, line, unit = self.per_shipment, self.per_line, self.per_unit
        return Linear(
            None if once is None else once[offers],
            None if line is None else line[:, offers],
            None if unit is None else np.ascontiguousarray(unit[:, offers]),
        )

    def beside_shipments(self, quoted: BoolArray, *, whole: bool) -> Linear:
        """Charge nothing once where a quote does, or nothing at all."""
        free, once = ~quoted, self.per_shipment
        line, unit = self.per_line, self.per_unit
        return Linear(
            None if once is None else once * free,
            line if line is None or not whole else line * free,
            unit if unit is None or not whole else unit * free,
        )

    def beside_units(self, quoted: BoolArray, *, whole: bool) -> Linear:
        """Charge nothing for lines whose units are quoted."""
        free, line, unit = ~quoted, self.per_line, self.per_unit
        return Linear(
            self.per_shipment,
            None if line is None else line * free,
            None if unit is None else unit * free,
        )


def summed(charges: Iterable[Linear]) -> Linear:
    """Add up what is charged; arrays of one are taken as they are."""
    once = line = unit = None
    for charge in charges:
        once = _added(once, charge.per_shipment)
        line = _added(line, charge.per_line)
        unit = _added(unit, charge.per_unit)
    return Linear(once, line, unit)


def _added(total: FloatArray | None, more: FloatArray | None) -> FloatArray | None:
    if total is None or more is None:
        return more if total is None else total
    return total + more
