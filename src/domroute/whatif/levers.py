"""Levers: what an operation could do otherwise, as changes of what is replayed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from domroute.arguments import checked, kept
from domroute.errors import InputError, Issue
from domroute.events import Event, Placed, Received
from domroute.network import STORE, Node
from domroute.orders import Order
from domroute.replay.placing import Stream
from domroute.replay.tactic import LookAhead, Tactic
from domroute.replay.world import World, chance
from domroute.scenario import Scenario
from domroute.whatif.collecting import Collected, Near, stores_of
from domroute.words import Method


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is replayed: where, how, in which world, and what happens."""

    scenario: Scenario
    tactic: Tactic
    world: World
    stream: Stream


@dataclass(frozen=True, slots=True)
class Assumption:
    """
    A number that a result rests on.

    Attributes
    ----------
    what
        In words, to follow "it is assumed that ... is".
    unit
        ``share``, ``kilometers``, ``hours``, ``money``, ...
    """

    what: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Lever:
    """
    Something to do otherwise, and what it would bring is the question.

    Attributes
    ----------
    name
        Short, for frames.
    title
        For people.
    says
        What it means, in a sentence without numbers.
    change
        From what is replayed to what is replayed with it.
    assumptions
        The numbers it rests on.
    could
        Of what is replayed without it, the events of a seed and the seed, the ids of
        the orders that it could touch; None where that is every order.
    """

    name: str
    title: str
    says: str
    change: Callable[[Case], Case]
    assumptions: tuple[Assumption, ...] = ()
    could: Callable[[Case, Sequence[Event], int], Collection[str]] | None = None


@checked
def without_stores(scenario: Scenario, *, kind: str = STORE) -> Scenario:
    """
    Let no store fill an order: the base that levers for stores start from.

    Parameters
    ----------
    scenario
        What is changed; it stays as it is.
    kind
        The kind of node that counts as a store.
    """
    return _offering(scenario, kind, lambda _: ())


@kept
def ship_from_store(*, kind: str = STORE) -> Lever:
    """
    Let stores ship, besides whatever they offer.

    Parameters
    ----------
    kind
        The kind of node that counts as a store.

    Examples
    --------
    >>> ship_from_store().name
    'ship_from_store'
    """

    def change(case: Case) -> Case:
        scenario = _offering(case.scenario, kind, lambda node: _with(node, Method.SHIP))
        return dataclasses.replace(case, scenario=scenario)

    def could(case: Case, events: Sequence[Event], _seed: int) -> set[str]:
        stores = stores_of(case.scenario, kind)
        kept = {row.sku for row in case.scenario.inventory if row.node in stores}
        kept |= {
            event.sku
            for event in events
            if isinstance(event, Received) and event.node in stores
        }
        return {
            order.id for order in _placed(events) if _asks_for(order, Method.SHIP, kept)
        }

    return Lever(
        "ship_from_store",
        "Ship from store",
        "Stores send parcels to customers from the stock on their shelves, wherever "
        "that is the better choice. It speaks of orders to be shipped that ask for "
        "something a store keeps.",
        change,
        could=could,
    )


@kept
def pick_up(share: float = 0.3, *, radius_km: float = 15.0, kind: str = STORE) -> Lever:
    """
    Let customers collect at stores, besides whatever these offer.

    A share of the orders to be shipped are collected instead, of those for which a
    store within the radius holds everything when the stream begins. If all such stores
    have sold out since, the order stays unfilled: a customer who came for it in vain.

    Parameters
    ----------
    share
        Of such orders, that are collected.
    radius_km
        How far a customer goes.
    kind
        The kind of node that counts as a store.

    Raises
    ------
    InputError
        If the share is not from 0 to 1.

    Examples
    --------
    >>> [assumption.value for assumption in pick_up(0.25).assumptions]
    [0.25, 15.0]
    """
    _check_share(share)

    def change(case: Case) -> Case:
        scenario = _offering(
            case.scenario, kind, lambda node: _with(node, Method.PICKUP)
        )
        stream = Collected(case.stream, share, radius_km, kind)
        return dataclasses.replace(case, scenario=scenario, stream=stream)

    def could(case: Case, events: Sequence[Event], _seed: int) -> set[str]:
        near = Near.of(case.scenario, kind, radius_km)
        stores = stores_of(case.scenario, kind)
        are_new = any(
            Method.PICKUP not in node.offered_methods
            for node in case.scenario.network.nodes
            if node.id in stores
        )
        return {
            order.id
            for order in _placed(events)
            if near.has_all(order) or (are_new and _asks_for(order, Method.PICKUP))
        }

    return Lever(
        "pick_up",
        "Pick-up in store",
        "Some customers collect what they ordered at a store near them, if one had all "
        "of it when the period began. An order that no such store still has when it is "
        "placed is lost. It speaks of orders to be shipped that such a store had all "
        "of, and of those that are to be collected anyway, if not every store let "
        "them.",
        change,
        (
            Assumption("share of such orders that are collected", share, "share"),
            Assumption("distance a customer goes", radius_km, "kilometers"),
        ),
        could,
    )


@kept
def in_store_returns(share: float = 0.5) -> Lever:
    """
    Let customers bring returns to the nearest store instead of sending them.

    Parameters
    ----------
    share
        Of returned units, that are brought.

    Raises
    ------
    InputError
        If the share is not from 0 to 1, or later, if the world has no returns.

    Examples
    --------
    >>> in_store_returns().assumptions[0].value
    0.5
    """
    _check_share(share)

    def change(case: Case) -> Case:
        returns = case.world.returns
        if returns is None:
            text = "nothing is returned in this world; give it World(returns=...)"
            raise InputError([Issue("missing", "world.returns", text)])
        brought = returns.model_copy(update={"in_store": share})
        world = case.world.model_copy(update={"returns": brought})
        return dataclasses.replace(case, world=world)

    def could(case: Case, events: Sequence[Event], seed: int) -> set[str]:
        returns = case.world.returns
        if returns is None:  # pragma: no cover - it could not be tried at all
            return set()
        return {
            order.id
            for order in _placed(events)
            if any(
                chance(seed, "returns", order.id, line.id, unit) < returns.share
                for line in order.lines
                for unit in range(line.quantity)
            )
        }

    return Lever(
        "in_store_returns",
        "Returns in store",
        "Customers bring part of what they return to the nearest store, where it is "
        "back for sale sooner and costs less to take in. It speaks of orders of which "
        "something comes back once it is delivered.",
        change,
        (Assumption("share of returned units brought to a store", share, "share"),),
        could,
    )


@kept
def joint_batches(hold_h: float = 1.0, *, wave_limit_s: float = 10.0) -> Lever:
    """
    Hold orders and route them together, instead of each when it is placed.

    Parameters
    ----------
    hold_h
        Hours between waves.
    wave_limit_s
        Seconds of search for a wave.

    Examples
    --------
    >>> joint_batches(4).assumptions[0].value
    4
    """

    def change(case: Case) -> Case:
        update = {
            "hold_h": float(hold_h),
            "waves": "interval",
            "wave_limit_s": wave_limit_s,
        }
        return dataclasses.replace(case, tactic=case.tactic.model_copy(update=update))

    return Lever(
        "joint_batches",
        "Joint batches",
        "Orders wait a little and are routed together, so that those that compete for "
        "the same stock share it well.",
        change,
        (Assumption("time between batches", hold_h, "hours"),),
    )


@kept
def look_ahead(ahead: LookAhead | None = None) -> Lever:
    """
    Price stock ahead of demand: what a unit is worth to the orders expected next.

    Parameters
    ----------
    ahead
        How far it looks; as usual when not given.

    Examples
    --------
    >>> look_ahead().title
    'Look ahead'
    """
    chosen = LookAhead() if ahead is None else ahead

    def change(case: Case) -> Case:
        tactic = case.tactic.model_copy(update={"look_ahead": chosen})
        return dataclasses.replace(case, tactic=tactic)

    return Lever(
        "look_ahead",
        "Look ahead",
        "Stock that later orders will need more is kept for them, as far as the recent "
        "past tells what they will be.",
        change,
        (
            Assumption("time that is looked ahead", chosen.horizon_days, "days"),
            Assumption("time that is learned from", chosen.window_days, "days"),
        ),
    )


def _placed(events: Iterable[Event]) -> Iterator[Order]:
    return (event.order for event in events if isinstance(event, Placed))


def _asks_for(
    order: Order, method: Method, skus: Collection[str] | None = None
) -> bool:
    """Tell whether a line, of some SKUs, is to be delivered by a method."""
    return any(
        (skus is None or line.sku in skus) and order.delivery_of(line).method is method
        for line in order.lines
    )


def _with(node: Node, method: Method) -> tuple[Method, ...]:
    return tuple(dict.fromkeys((*node.offered_methods, method)))


def _offering(
    scenario: Scenario, kind: str, offered: Callable[[Node], Iterable[Method]]
) -> Scenario:
    nodes = [
        node.model_copy(update={"methods": tuple(offered(node))})
        if node.kind == kind
        else node
        for node in scenario.network.nodes
    ]
    if all(node.kind != kind for node in nodes):
        text = f"no node is of kind {kind!r}"
        raise InputError([Issue("unknown_id", "kind", text)])
    network = scenario.network.model_copy(update={"nodes": tuple(nodes)})
    return dataclasses.replace(scenario, network=network)


def _check_share(share: object) -> None:
    if not isinstance(share, (int, float)) or not 0 <= share <= 1:
        text = f"{share!r} should be a share, from 0 to 1"
        raise InputError([Issue("out_of_range", "share", text)])
