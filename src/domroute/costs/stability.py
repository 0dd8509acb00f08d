"""Stability: a price on changing one's mind where an order is routed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from domroute.costs.base import TermModel
from domroute.costs.nature import Cover, Fact
from domroute.costs.registry import register
from domroute.costs.term import Charges, CostTerm, Question, ShipmentFacts
from domroute.problem import NetworkArrays
from domroute.units import Id, Money


@register
class Stability(TermModel):
    """
    A price on each line whose node, service or date moves as an order is routed again.

    It is charged once in each shipment that has units of the line and is not where the
    plan before had some of it. A line that an event has touched (refused, picked short,
    its node closed, moved by the customer) may go anywhere for nothing. Where an order
    is routed for the first time there is no plan before, and nothing is charged.

    Examples
    --------
    >>> Stability(per_line=2.5).is_idle
    True
    """

    term: Literal["stability"] = "stability"
    name: Id = "stability"
    per_line: Money
    """Price of each line in a shipment that was not planned so."""

    is_cash: ClassVar[bool] = False

    @property
    def is_idle(self) -> bool:
        """Whether it charges nothing: by itself it knows of no plan before."""
        return True

    def prepare(self, arrays: NetworkArrays) -> _Nothing:  # noqa: ARG002 - as all terms
        """Make ready for a network."""
        return _Nothing()

    def amount(self, facts: ShipmentFacts) -> float:  # noqa: ARG002 - as all terms
        """Charge nothing where there is no plan before."""
        return 0.0

    def beside(self, places: Mapping[str, Iterable[Place]]) -> CostTerm:
        """
        Price what moves from a plan.

        Parameters
        ----------
        places
            Where that plan had each line that ought to stay; lines left out may go
            anywhere.
        """
        price = self.weight * self.per_line
        if not price:
            return self
        known = [(line, _in_order(places[line])) for line in sorted(places)]
        return PricedStability(self.name, price, tuple(known))


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a plan had units of a line: node, service, and days from the order to there.

    Examples
    --------
    >>> Place("N1", "ground", 3).has("N1", "ground", 3)
    True
    >>> Place("N1", None, None).has("N1", None, 2)
    True
    """

    node: str
    service: str | None
    days: int | None
    """By dates at the destination; None where nothing said when."""

    def has(self, node: str, service: str | None, days: int) -> bool:
        """Tell whether a shipment is the same to the line."""
        is_same = self.node == node and self.service == service
        return is_same and (self.days is None or self.days == days)


@dataclass(frozen=True, slots=True)
class PricedStability:
    """
    The term of one question: what it costs to leave the places of a plan.

    Attributes
    ----------
    name
        What its amounts are reported under.
    price
        Of a line in a shipment.
    places
        By line, where the plan had it.
    """

    name: str
    price: float
    places: tuple[tuple[str, tuple[Place, ...]], ...]

    covered_by: ClassVar[Cover] = Cover.NOTHING
    is_cash: ClassVar[bool] = False
    is_quotable: ClassVar[bool] = False
    never_pays: ClassVar[bool] = True

    @property
    def depends_on(self) -> frozenset[Fact]:
        """The dates, and the service where shipments went by any."""
        by_service = any(at.service for _, known in self.places for at in known)
        return frozenset({Fact.ARRIVAL, *([Fact.SERVICE] if by_service else [])})

    def prepare(self, arrays: NetworkArrays) -> _StabilityPricer:
        """Make ready for a network."""
        return _StabilityPricer(self, arrays)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        known, node = dict(self.places), facts.node.id
        moved = [
            line.id
            for line, _, _ in facts.contents
            if line.id in known
            and not any(
                place.has(node, facts.service, facts.days_until)
                for place in known[line.id]
            )
        ]
        return self.price * len(moved)


def _in_order(places: Iterable[Place]) -> tuple[Place, ...]:
    """Sort places, each once: a term tells itself apart by how it is written."""
    return tuple(
        sorted(
            set(places),
            key=lambda at: (
                at.node,
                at.service or "",
                -1 if at.days is None else at.days,
            ),
        )
    )


class _Nothing:
    def charges(self, question: Question) -> Charges:  # noqa: ARG002 - as all terms
        return Charges()


class _StabilityPricer:
    def __init__(self, term: PricedStability, arrays: NetworkArrays) -> None:
        self._price, self._known = term.price, dict(term.places)
        self._node_at = arrays.node_at

    def charges(self, question: Question) -> Charges:
        count = len(question.nodes)
        service_at = {one.id: at for at, one in enumerate(question.services)}
        moves = np.zeros((len(question.lines), count))
        for row, line in zip(moves, question.lines, strict=True):
            if line.id not in self._known:
                continue
            stays = np.zeros(count, bool)
            for place in self._known[line.id]:
                by = -1 if place.service is None else service_at.get(place.service, -2)
                same = question.nodes == self._node_at.get(place.node, -1)
                same &= question.service == by
                if place.days is not None and question.days_until is not None:
                    same &= question.days_until == place.days
                stays |= same
            row[~stays] = self._price
        return Charges(per_line=moves)
