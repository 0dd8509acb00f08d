"""What the judge looks things up in: the network and the policy, arranged once."""

from __future__ import annotations

from domroute.costs import (
    Distance,
    Handling,
    Shipping,
    StockBalance,
    StockLevel,
    StockValue,
)
from domroute.costs.parcel import parcel_service
from domroute.costs.term import CostTerm
from domroute.network import Network
from domroute.policy import Policy
from domroute.rules import NodePriority, Rule, SafetyStock

_SPLITS_QUOTES = (Handling, Distance, Shipping)
"""Terms that know what a quote replaces of them, and what it leaves."""
_OURS = (*_SPLITS_QUOTES, StockBalance, StockLevel, StockValue)


class Book:
    """
    The network and the policy, arranged for looking up.

    Attributes
    ----------
    drops_quoted
        The names of users' quotable terms: a quote drops them whole.
    picks_service
        Whether a term prices carriage, so that shipments name a service.
    may_pick_service
        Whether a user's term might.
    keeps, lends
        The safety stocks that are hard, and those that have a price.
    ladders, steps
        The node priorities that are hard, and those that have a price.
    """

    def __init__(self, network: Network, policy: Policy) -> None:
        self.network = network
        self.policy = policy
        self.nodes = {node.id: node for node in network.nodes}
        self.items = {item.sku: item for item in network.items}
        services = network.services or (parcel_service(),)
        self.services = {service.id: service for service in services}
        self.best_priority = min((node.priority for node in network.nodes), default=0)

        self.terms: tuple[CostTerm, ...] = policy.costs
        self.amounts = tuple((term.name, term.amount) for term in self.terms)
        self.drops_quoted = frozenset(
            term.name
            for term in self.terms
            if term.is_quotable and type(term) not in _SPLITS_QUOTES
        )
        self.picks_service = any(isinstance(term, Shipping) for term in self.terms)
        self.may_pick_service = any(type(term) not in _OURS for term in self.terms)

        hard: list[Rule] = []
        soft: list[tuple[Rule, float]] = []
        priorities: list[NodePriority] = []
        safeties: list[SafetyStock] = []
        for rule in policy.rules:
            if isinstance(rule, NodePriority):
                priorities.append(rule)
            elif isinstance(rule, SafetyStock):
                safeties.append(rule)
            elif rule.price is None:
                hard.append(rule)
            else:
                soft.append((rule, rule.price))
        self.hard, self.soft = tuple(hard), tuple(soft)
        self.ladders = tuple(rule for rule in priorities if rule.price is None)
        self.steps = tuple(rule for rule in priorities if rule.price is not None)
        self.keeps = tuple(rule for rule in safeties if rule.price is None)
        self.lends = tuple(rule for rule in safeties if rule.price is not None)
