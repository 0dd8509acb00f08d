"""What a caller's quotes say of one order, looked up one by one."""

from __future__ import annotations

from dataclasses import dataclass

from domroute.costs.quotes import Quotes


@dataclass(frozen=True, slots=True, eq=False)
class Quoted:
    """The quotes of one order, asked by node, line and service."""

    quotes: Quotes
    order_id: str

    def shipment(self, node_id: str, service: str | None) -> tuple[float | None, bool]:
        """
        Find the quote for a shipment, and whether it covers every service.

        Examples
        --------
        >>> known = Quotes(shipments={("o1", "N1", "ground"): 9.5, ("o1", "N2"): 8.0})
        >>> Quoted(known, "o1").shipment("N1", "ground")
        (9.5, False)
        >>> Quoted(known, "o1").shipment("N2", None)
        (8.0, True)
        """
        known = self.quotes.shipments
        found = known.get((self.order_id, node_id))
        if found is not None:
            return found, True
        if service is None:
            return None, False
        return known.get((self.order_id, node_id, service)), False

    @property
    def is_asked(self) -> bool:
        """Whether anything is quoted of the order."""
        known = self.quotes.shipments, self.quotes.units, self.quotes.workload
        return any(key[0] == self.order_id for rows in known for key in rows)

    def unit(self, line_id: str, node_id: str) -> float | None:
        """Find the quote for a unit of a line from a node."""
        return self.quotes.units.get((self.order_id, line_id, node_id))

    def workload(self, line_id: str, node_id: str) -> float:
        """Say what a unit of a line takes of a node's capacity: 1 unless quoted."""
        return self.quotes.workload.get((self.order_id, line_id, node_id), 1.0)


def read_quotes(quotes: Quotes | None, order_id: str) -> Quoted | None:
    """Read the quotes for an order; None where there are no quotes at all."""
    if quotes is None or not (quotes.shipments or quotes.units or quotes.workload):
        return None
    return Quoted(quotes, order_id)
