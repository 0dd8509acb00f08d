"""What may be promised for an order: asked once, and answered speed by speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Final

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from domroute.answers.asked import Asked, placed
from domroute.answers.compiled import Compiled
from domroute.answers.routing import check_limit, decided
from domroute.arguments import checked
from domroute.costs.quotes import Quotes
from domroute.errors import InputError, Issue
from domroute.offers.laid import NO_SERVICE
from domroute.offers.priced import Offers
from domroute.orders import Delivery, Order
from domroute.promises import BEST, Promise, PromiseOption
from domroute.result import RoutingResult
from domroute.units import Kilometers
from domroute.validation import issues_from
from domroute.words import Method

_RADIUS: Final[TypeAdapter[float]] = TypeAdapter(
    Kilometers, config=ConfigDict(allow_inf_nan=False)
)
ANY: Final = "any"
"""Asks for all methods that some node offers, and the delivery says enough for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    How an order might be had.

    Attributes
    ----------
    methods
        Which methods to look at; None for that of the order's delivery.
    radius_km
        How far the customer would come to collect.
    """

    methods: Iterable[Method | str] | str | None = None
    radius_km: float | None = None


@checked
class Promising(Asked):
    """
    What a router answers before an order is placed.

    Parameters
    ----------
    network, inventory, policy
        As a router takes them.
    """

    def promise(
        self,
        order: Order,
        *,
        methods: Iterable[Method | str] | str | None = None,
        radius_km: float | None = None,
        quotes: Quotes | None = None,
        time_limit_s: float | None = None,
        now: datetime | None = None,
    ) -> Promise:
        """
        Say when an order can be there, how, and for how much, before it is bought.

        Parameters
        ----------
        order
            The order, as it would be placed.
        methods
            The methods to look at in place of that of the order's delivery; ``"any"``
            for all that some node offers, and the delivery says enough for. Lines with
            a delivery of their own keep it.
        radius_km
            How far the customer would come to collect (kilometers), where the delivery
            names no node.
        quotes, time_limit_s
            As in :meth:`.Router.route`, the limit for each option.
        now
            When it would be placed, if it does not say.

        Returns
        -------
        Promise
            Of each method the cheapest plan by any service, and by those of each speed:
            the same as :meth:`.Router.route` finds with no other ``services``. It
            reserves nothing; its dates may be relied on until ``valid_until``, unless
            others take the stock.

        Raises
        ------
        InputError
            As in :meth:`.Router.route`, and if there is no such method.

        Examples
        --------
        >>> from domroute import Router
        >>> from domroute.instances import load
        >>> tiny = load("tiny")
        >>> router = Router(tiny.network, tiny.inventory, tiny.policy)
        >>> [option.speed for option in router.promise(tiny.orders[0])]
        ['best', 'parcel']
        """
        started = time.perf_counter()
        check_limit(time_limit_s)
        order = placed(order, now)
        reading = self._reading((order,), of=order.id).within(time_limit_s)
        wanted = Wanted(methods, radius_km)
        return promise_order(reading, order, wanted, quotes=quotes, started=started)


def promise_order(
    compiled: Compiled,
    order: Order,
    wanted: Wanted,
    *,
    quotes: Quotes | None,
    started: float,
) -> Promise:
    """
    Find the cheapest plan of every method and speed.

    Parameters
    ----------
    compiled
        The network, the policy, and the stock to answer from.
    order
        The order.
    wanted
        How it might be had.
    quotes
        Costs and workloads already known.
    started
        When the question was asked, by ``time.perf_counter``.
    """
    options: list[PromiseOption] = []
    radius_km = _radius_of(wanted)
    for method in _methods(compiled, order, wanted):
        asked = _by_method(order, method, radius_km)
        offers = compiled.offers(asked, quotes)
        best = decided(compiled, asked, offers, quotes=quotes, started=started)
        options.append(PromiseOption(method, BEST, best))
        if not offers.problem.lines:
            continue  # nothing ships, at any speed
        # Dates add no stock: no other nodes have any than those at hand.
        timeless = cache(
            partial(
                compiled.price,
                *(offers.problem, quotes),
                eligibility=offers.eligibility,
                any_date=True,
            )
        )
        for speed, names in _speeds(compiled, asked, method):
            mine, result = _by_services(asked, names), best
            if _shares(mine, asked) or not _goes_by(best, asked, names):
                only = partial(_restricted, compiled, mine, names=names)
                is_new = _is_new(compiled, mine, offers)
                result = decided(
                    compiled,
                    mine,
                    compiled.offers(mine, quotes) if is_new else only(offers),
                    quotes=quotes,
                    started=started,
                    at_any_date=None if is_new else _after(timeless, only),
                )
            options.append(PromiseOption(method, speed, result))
    return Promise.of(order.id, options)


def _shares(one: Order, other: Order) -> bool:
    """Tell whether a line's own delivery is that of one of two orders: they regroup."""
    known = one.delivery, other.delivery
    own = [line.delivery for line in one.lines if line.delivery is not None]
    return any(delivery in known for delivery in own)


def _goes_by(best: RoutingResult, order: Order, names: tuple[str, ...]) -> bool:
    """
    Tell whether the best plan of all goes by some services alone, and leaves nothing.

    It is the best by those, too: what is left out could only have been better.
    """
    own = {line.id for line in order.lines if line.delivery is None}
    return (
        best.is_optimal
        and not best.plan.unfilled
        and all(
            part.service in names
            for part in best.plan.arriving
            if not part.contents or part.contents[0].line_id in own
        )
    )


def _radius_of(wanted: Wanted) -> float | None:
    """Return how far a customer would come, if that is said, and can be."""
    if wanted.radius_km is None:
        return None
    try:
        return _RADIUS.validate_python(wanted.radius_km)
    except ValidationError as error:
        raise InputError(issues_from(error, "radius_km")) from None


def _methods(compiled: Compiled, order: Order, wanted: Wanted) -> list[Method]:
    """
    Return the methods to look at, in their order.

    Raises
    ------
    InputError
        Code ``unknown_value``, if one is none.
    """
    methods = wanted.methods
    if methods is None:
        return [order.delivery.method]
    if methods == ANY:
        return [
            method
            for method in Method
            if method.is_delivery
            and compiled.arrays.offers[method].any()
            and _says_enough(order, method, wanted.radius_km)
        ]
    asked = [methods] if isinstance(methods, str) else list(methods)
    deliveries = [method for method in Method if method.is_delivery]
    if strange := [name for name in asked if name not in set(deliveries)]:
        known = ", ".join(deliveries)
        text = f"{strange[0]!r} should be 'any', or some of {known}"
        raise InputError([Issue("unknown_value", "methods", text)])
    return [Method(name) for name in dict.fromkeys(asked)]


def _says_enough(order: Order, method: Method, radius_km: float | None) -> bool:
    delivery = order.delivery
    if method.is_collected:
        return delivery.node is not None or _radius(order, radius_km) is not None
    if method.ends_at_node:
        return delivery.node is not None
    return (delivery.to or order.destination) is not None


def _radius(order: Order, radius_km: float | None) -> float | None:
    return order.delivery.radius_km if radius_km is None else radius_km


def _by_method(order: Order, method: Method, radius_km: float | None) -> Order:
    """Ask for an order by another method; lines with their own delivery keep it."""
    old = order.delivery
    if method is old.method and radius_km is None:
        return order
    node = old.node if method.ends_at_node else None
    radius = None
    if method.is_collected and node is None:
        radius = _radius(order, radius_km)
    fields = {name: getattr(old, name) for name in Delivery.model_fields}
    fields |= {"method": method, "node": node, "radius_km": radius}
    try:
        delivery = Delivery(**fields)
    except ValidationError as error:
        raise InputError(issues_from(error, f"order {order.id!r}.delivery")) from None
    return order.model_copy(update={"delivery": delivery})


def _speeds(
    compiled: Compiled, order: Order, method: Method
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each speed with the services of it; every lane there is one of its own."""
    if method.is_collected:
        return
    allowed, node = order.delivery.services, order.delivery.node
    away = {x.id for x in compiled.network.lanes if x.destination != node}
    by_speed: dict[str, list[str]] = {}
    for service in compiled.serving.services:
        if service.id in away:
            continue
        if method in service.methods and (not allowed or service.id in allowed):
            name = service.speed or service.id
            name = f"{name} (service)" if name == BEST else name
            by_speed.setdefault(name, []).append(service.id)
    for speed, names in sorted(by_speed.items()):
        yield speed, tuple(names)


def _by_services(order: Order, names: tuple[str, ...]) -> Order:
    """Ask for an order by some services alone, in the order's own delivery."""
    delivery = order.delivery.model_copy(update={"services": names})
    return order.model_copy(update={"delivery": delivery})


def _after(
    first: Callable[[], Offers], then: Callable[[Offers], Offers]
) -> Callable[[], Offers]:
    """Do one thing after another, once it is asked for."""
    return lambda: then(first())


def _is_new(compiled: Compiled, order: Order, offers: Offers) -> bool:
    """Tell whether a ladder, which lines share shipments, or tags make it another."""
    problem = offers.problem
    if compiled.serving.handling is not None:
        return True  # who lacks a tag is another question of fewer services
    return _shares(order, problem.order) or compiled.screen.has_ladder(problem)


def _restricted(
    compiled: Compiled, order: Order, offers: Offers, names: tuple[str, ...]
) -> Offers:
    """Keep the offers of some services, which are priced already."""
    problem, old = offers.problem, offers.problem.order.delivery
    if problem.placed is not None:  # some of it comes from no node
        problem = replace(problem, placed=order)
        order = problem.order.model_copy(update={"delivery": order.delivery})
    groups = tuple(
        replace(group, delivery=order.delivery) if group.delivery == old else group
        for group in problem.groups
    )
    blocks, ids = [], compiled.serving.ids
    at = [ids.index(name) for name in names]
    goes = np.zeros(len(ids) + 1, bool)  # the last, of those that go by none
    goes[[*at, NO_SERVICE]] = True
    for block in offers.blocks:
        kept = block
        if problem.groups[block.group].delivery == old:
            kept = block.only(goes[block.service])
        if len(kept.nodes):
            blocks.append(kept)
    return replace(
        offers,
        problem=replace(problem, order=order, groups=groups),
        blocks=tuple(blocks),
        dating=tuple(
            late.by_services(goes) if late.delivery.group.delivery == old else late
            for late in offers.dating
        ),
    )
