"""Quotes: what the caller already knows of an order's costs and workload."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from domroute.units import Id, Money
from domroute.validation import Frozen


@dataclass(slots=True)
class OrderQuotes:
    """
    The quotes that concern one order.

    Attributes
    ----------
    shipments
        Cost of a shipment by (node, service); service None covers every service.
    units, workload
        Cost and workload of a unit by (line, node).
    lines
        The lines that are named.
    """

    shipments: dict[tuple[str, str | None], float] = field(default_factory=dict)
    units: dict[tuple[str, str], float] = field(default_factory=dict)
    workload: dict[tuple[str, str], float] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)


NO_QUOTES = OrderQuotes()


class Quotes(Frozen):
    """
    Costs and workloads the caller knows; they replace the terms they cover.

    A quote for a shipment replaces what handling, distance, shipping and terms of your
    own charge per shipment; a quote for units replaces what they charge per line and
    per unit. What is not quoted is priced by the policy's terms.

    Examples
    --------
    >>> quotes = Quotes(
    ...     shipments={("o1", "N1"): 8.75, ("o1", "N2", "ground"): 9.5},
    ...     units={("o1", "l1", "N1"): 0.43},
    ... )
    >>> quotes.of("o1").shipments["N1", None]
    8.75
    """

    shipments: dict[tuple[Id, Id] | tuple[Id, Id, Id], Money] = Field(
        default_factory=dict
    )
    """(order, node) or (order, node, service): cost once per shipment."""
    units: dict[tuple[Id, Id, Id], Money] = Field(default_factory=dict)
    """(order, line, node): cost per unit."""
    workload: dict[tuple[Id, Id, Id], Money] = Field(default_factory=dict)
    """(order, line, node): workload per unit, where that is what capacity counts."""

    @model_validator(mode="after")
    def _check_cover(self) -> Self:
        twice = [
            key
            for key in self.shipments
            if key[:2] != key and key[:2] in self.shipments
        ]
        if twice:
            message = f"quoted both with and without a service: {twice}"
            raise ValueError(message)
        return self

    @cached_property
    def _by_order(self) -> dict[str, OrderQuotes]:
        found: dict[str, OrderQuotes] = {}
        for (order, node, *service), cost in self.shipments.items():
            mine = found.setdefault(order, OrderQuotes())
            mine.shipments[node, service[0] if service else None] = cost
        for (order, line, node), cost in self.units.items():
            mine = found.setdefault(order, OrderQuotes())
            mine.units[line, node] = cost
            mine.lines.add(line)
        for (order, line, node), load in self.workload.items():
            mine = found.setdefault(order, OrderQuotes())
            mine.workload[line, node] = load
            mine.lines.add(line)
        return found

    def of(self, order_id: str) -> OrderQuotes:
        """Return the quotes that concern one order."""
        return self._by_order.get(order_id, NO_QUOTES)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """The nodes that are named."""
        return frozenset(
            [key[1] for key in self.shipments]
            + [key[2] for key in (*self.units, *self.workload)]
        )

    @cached_property
    def services(self) -> frozenset[str]:
        """The services that are named."""
        return frozenset(name for key in self.shipments for name in key[2:])
