"""What the judge looks things up in: the network and the policy, arranged once."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from domroute.calendars import Processing
from domroute.costs.dayprice import DayPrice, DayTerm
from domroute.costs.nature import Cover, Fact, nature_of
from domroute.costs.parcel import parcel_service
from domroute.costs.term import CostTerm
from domroute.network import Network
from domroute.policy import Policy
from domroute.rules import NeedBy, NodePriority, Rule, SafetyStock
from domroute.services import Service
from domroute.verify.dates import Timetable


class Book:
    """
    The network and the policy, arranged for looking up.

    Attributes
    ----------
    drops_quoted
        The names of terms that a quote replaces whole.
    lanes
        The lanes by id; they are among the services, too.
    picks_service
        Whether shipments must name a service: where the network has any, or a term says
        that it depends on the service.
    may_pick_service
        Whether shipments may name one: a term that does not say may depend on it.
    keeps, lends
        The safety stocks that are hard, and those that have a price.
    ladders, steps
        The node priorities that are hard, and those that have a price.
    digital
        The SKUs that come from no node.
    is_dated
        Whether the network says when it works: then all shipments have dates.
    allows_late
        Whether a term prices what comes after it is needed.
    needs_arrival
        Whether a term cannot price what promises no date.
    fills
        The terms that charge for days as they fill, and what they say of it.
    deadlines
        The rules for which orders nothing may come late even so.
    horizon, lifetime
        How far after an order is looked, and how long what is said of it may hold.
    """

    def __init__(self, network: Network, policy: Policy) -> None:
        self.network = network
        self.policy = policy
        self.nodes = {node.id: node for node in network.nodes}
        self.items = {item.sku: item for item in network.items}
        self.digital = frozenset(item.sku for item in network.items if item.digital)
        services = network.services or (parcel_service(),)
        share = policy.promise.confidence
        self.services = {one.id: _as_promised(one, share) for one in services}
        self.lanes = {lane.id: lane for lane in network.lanes}
        self.services |= {lane.id: lane.as_service for lane in network.lanes}
        self.best_priority = min((node.priority for node in network.nodes), default=0)

        self.terms: tuple[CostTerm, ...] = policy.costs
        natures = {term.name: nature_of(term) for term in self.terms}
        self.amounts = tuple(
            (term.name, term.amount)
            for term in self.terms
            if not natures[term.name].is_idle
        )
        self.drops_quoted = frozenset(
            name for name, made in natures.items() if made.covered_by is Cover.WHOLE
        )
        self.of_sources = frozenset(
            name for name, made in natures.items() if made.is_of_source
        )
        self.picks_service = bool(network.services or network.lanes) or any(
            made.depends_on is not None and Fact.SERVICE in made.depends_on
            for made in natures.values()
        )
        self.may_pick_service = bool(network.services or network.lanes) or any(
            made.may_depend_on(Fact.SERVICE) for made in natures.values()
        )

        self.is_dated = _is_dated(network)
        self.has_days = any(node.day_limits for node in network.nodes)
        self.has_minimums = any(node.minimum_order for node in network.nodes)
        asked = [made for made in natures.values() if not made.is_idle]
        self.allows_late = any(made.allows_late for made in asked)
        self.needs_arrival = any(made.needs_arrival for made in asked)
        self.fills = fills_of(policy)

        hard: list[Rule] = []
        soft: list[tuple[Rule, float]] = []
        priorities: list[NodePriority] = []
        safeties: list[SafetyStock] = []
        deadlines: list[NeedBy] = []
        for rule in policy.rules:
            if isinstance(rule, NodePriority):
                priorities.append(rule)
            elif isinstance(rule, SafetyStock):
                safeties.append(rule)
            elif isinstance(rule, NeedBy):
                deadlines.append(rule)
            elif rule.price is None:
                hard.append(rule)
            else:
                soft.append((rule, rule.price))
        self.hard, self.soft = tuple(hard), tuple(soft)
        self.ladders = tuple(rule for rule in priorities if rule.price is None)
        self.steps = tuple(rule for rule in priorities if rule.price is not None)
        self.keeps = tuple(rule for rule in safeties if rule.price is None)
        self.lends = tuple(rule for rule in safeties if rule.price is not None)
        self.deadlines = tuple(deadlines)
        promise = policy.promise
        self.horizon = timedelta(days=promise.horizon_days)
        self.lifetime = timedelta(minutes=promise.lifetime_minutes)

    @cached_property
    def timetable(self) -> Timetable:
        """The dates of shipments, with what is remembered of them."""
        return Timetable(self.network, self.services)

    def __getstate__(self) -> dict[str, object]:
        """Leave behind what is remembered of dates: it is found again."""
        kept = dict(self.__dict__)
        kept.pop("timetable", None)
        return kept


def _as_promised(service: Service, share: float) -> Service:
    """See a service as it is for so many shipments, where it says that by quantiles."""
    told: dict[str, object] = {}
    for name in ("transit_days", "transit_minutes"):
        given = getattr(service, name)
        if isinstance(given, dict):
            known = [one for one in given if one >= share - 1e-12]
            told[name] = given[min(known)] if known else None
    return service.model_copy(update=told) if told else service


def fills_of(policy: Policy) -> tuple[tuple[DayTerm, DayPrice], ...]:
    """
    List the terms that charge for days as they fill, and what they say of it.

    Examples
    --------
    >>> fills_of(Policy())
    ()
    """
    found = []
    for term in policy.costs:
        made = nature_of(term)
        if made.day_price is not None and not made.is_idle:
            found.append((term, made.day_price))
    return tuple(found)


def _is_dated(network: Network) -> bool:
    """Tell whether anything in a network says when something happens."""
    usual = Processing()
    return (
        any(
            node.calendar is not None
            or node.collection_calendar is not None
            or node.cutoff is not None
            or node.cutoffs
            or node.pickups
            or node.processing != usual
            or node.receiving_minutes
            or node.day_limits
            for node in network.nodes
        )
        or any(
            service.calendar is not None
            or service.delivery_calendar is not None
            or service.pickups is not None
            or service.transit_days is not None
            or service.transit_minutes is not None
            or service.delivers_by != "24:00"
            for service in network.services
        )
        or any(
            lane.calendar is not None
            or lane.pickups is not None
            or lane.transit_days is not None
            or lane.delivers_by != "24:00"
            for lane in network.lanes
        )
        or any(item.release_at is not None for item in network.items)
    )
