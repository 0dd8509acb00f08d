"""A term that is another for each of many orders: each knows its own plan before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from domroute.costs.asking import prepare
from domroute.costs.nature import Cover, Fact, Nature, nature_of
from domroute.costs.term import Charges, CostTerm, Pricer, Question, ShipmentFacts
from domroute.problem import NetworkArrays


@dataclass(frozen=True, slots=True)
class Each:
    """
    A term of many orders that are routed together.

    Attributes
    ----------
    usual
        The term of orders that have none of their own.
    own
        The terms of others, by order id; one at least.
    digest
        What tells it apart from another: of all that its terms say.
    """

    usual: CostTerm
    own: Mapping[str, CostTerm] = field(repr=False)
    digest: str = field(init=False)
    _nature: Nature = field(init=False, repr=False)

    is_quotable = False

    def __post_init__(self) -> None:
        """Read what the terms have in common."""
        text = repr(sorted(self.own.items(), key=lambda pair: pair[0]))
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        object.__setattr__(self, "digest", digest)
        natures = {nature_of(term) for term in self.own.values()}
        object.__setattr__(self, "_nature", _common(natures))

    @property
    def name(self) -> str:
        """What its amounts are reported under."""
        return self.usual.name

    @property
    def covered_by(self) -> Cover:
        """What quotes replace of it."""
        return self._nature.covered_by

    @property
    def is_cash(self) -> bool:
        """Whether somebody is paid its amounts."""
        return self._nature.is_cash

    @property
    def never_pays(self) -> bool:
        """Whether its amounts are never below zero."""
        return self._nature.never_pays

    @property
    def depends_on(self) -> frozenset[Fact] | None:
        """What its amounts depend on."""
        return self._nature.depends_on

    def prepare(self, arrays: NetworkArrays) -> _EachPricer:
        """Make ready for a network."""
        return _EachPricer(self, prepare(self.usual, arrays), arrays)

    def charges_of(self, order_id: str) -> CostTerm:
        """Return the term of an order."""
        return self.own.get(order_id, self.usual)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        return self.charges_of(facts.order.id).amount(facts)


@dataclass(frozen=True, slots=True, eq=False)
class _EachPricer:
    term: Each
    usual: Pricer
    arrays: NetworkArrays

    def charges(self, question: Question) -> Charges:
        mine = self.term.own.get(question.order.id)
        ready = self.usual if mine is None else prepare(mine, self.arrays)
        return ready.charges(question)


def _common(natures: set[Nature]) -> Nature:
    """Say of all terms what is true of each."""
    one, *_ = natures
    facts: set[Fact] = set()
    for other in natures:
        facts |= other.depends_on or set()
    says_nothing = any(other.depends_on is None for other in natures)
    return Nature(
        covered_by=one.covered_by,
        is_cash=one.is_cash,
        depends_on=None if says_nothing else frozenset(facts),
        never_pays=all(other.never_pays for other in natures),
    )
