"""The policy and the quotes that what is left of an order is routed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domroute.answers.compiled import Compiled
from domroute.costs.asking import prepare
from domroute.costs.nature import nature_of
from domroute.costs.quotes import Quotes
from domroute.costs.stability import Place
from domroute.costs.term import CostTerm
from domroute.offers.services import Serving
from domroute.orders import Order
from domroute.policy import Policy
from domroute.reroute.each import Each
from domroute.reroute.resting import Rest
from domroute.reroute.sunk import Further, Sunk
from domroute.result import RoutingResult
from domroute.verify import Judge


def policy_for(
    policy: Policy, sunk: Sunk, places: Mapping[str, Iterable[Place]]
) -> Policy:
    """
    Make the policy for what is left; the same one where nothing is different.

    Parameters
    ----------
    policy
        That of the whole order.
    sunk
        The limits that are left.
    places
        Where lines that ought to stay were.
    """
    terms = [_beside(term, places) for term in policy.costs]
    is_other = any(
        one is not other for one, other in zip(terms, policy.costs, strict=True)
    )
    update: dict[str, object] = {}
    if sunk.price:
        terms.append(Further(sunk.price))
    if is_other or sunk.price:
        update["costs"] = tuple(terms)
    if sunk.splits != policy.splits:
        update["splits"] = sunk.splits
    return policy.model_copy(update=update) if update else policy


def _beside(term: object, places: Mapping[str, Iterable[Place]]) -> object:
    """Let a term that prices what moves know the plan before."""
    beside = getattr(term, "beside", None)
    return beside(places) if places and callable(beside) else term


def policy_for_all(
    policy: Policy, places: Mapping[str, Mapping[str, tuple[Place, ...]]]
) -> Policy:
    """
    Let the terms of a policy know the plans before of many orders.

    Parameters
    ----------
    policy
        That of every order.
    places
        By order id, where lines that ought to stay were; none is empty.
    """
    terms = [_beside_each(term, places) for term in policy.costs]
    pairs = zip(terms, policy.costs, strict=True)
    if all(one is other for one, other in pairs):
        return policy
    return policy.model_copy(update={"costs": tuple(terms)})


def _beside_each(
    term: CostTerm, places: Mapping[str, Mapping[str, tuple[Place, ...]]]
) -> CostTerm:
    beside = getattr(term, "beside", None)
    if not callable(beside):
        return term
    own = {name: beside(mine) for name, mine in places.items()}
    own = {name: other for name, other in own.items() if other is not term}
    return Each(term, own) if own else term


def revised(compiled: Compiled, policy: Policy) -> Compiled:
    """
    Ask the same network and stock under other terms and limits, not other rules.

    Parameters
    ----------
    compiled
        What is asked.
    policy
        Of the same rules.
    """
    if policy is compiled.policy:
        return compiled
    ready = {id(term): pricer for term, pricer in compiled.terms}
    arrays = compiled.arrays
    return replace(
        compiled,
        policy=policy,
        terms=tuple(
            (term, ready.get(id(term)) or prepare(term, arrays))
            for term in policy.costs
            if not nature_of(term).is_idle
        ),
        serving=Serving.of(arrays, policy),
        judge=Judge(compiled.network, policy),
    )


def quotes_for(quotes: Quotes | None, orders: Iterable[Order]) -> Quotes | None:
    """
    Leave out quotes for units of lines that are not routed again.

    Parameters
    ----------
    quotes
        All that are known.
    orders
        What is left of orders.
    """
    if quotes is None or not isinstance(quotes, Quotes):
        return quotes
    lines = {order.id: {line.id for line in order.lines} for order in orders}

    def mine(table: Mapping[tuple[str, str, str], float]) -> dict[object, float]:
        return {
            key: value
            for key, value in table.items()
            if key[0] not in lines or key[1] in lines[key[0]]
        }

    update = {"units": mine(quotes.units), "workload": mine(quotes.workload)}
    return quotes.model_copy(update=update)


def told(result: RoutingResult, rest: Rest) -> RoutingResult:
    """
    Say of lines that nobody was asked for why that is so.

    Parameters
    ----------
    result
        The plan for what is left.
    rest
        What that is.
    """
    if not rest.reasons:
        return result
    unfilled = tuple(
        replace(part, reason=rest.reasons.get(part.line_id, part.reason))
        for part in result.plan.unfilled
    )
    return replace(result, plan=replace(result.plan, unfilled=unfilled))
