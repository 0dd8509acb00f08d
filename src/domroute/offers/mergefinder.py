"""Finds how deliveries may go through nodes that put them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domroute.costs.asking import ask
from domroute.costs.charges import (
    Charge,
    Charged,
    Linear,
    charges_of,
    check_zones,
    parted,
)
from domroute.costs.nature import nature_of
from domroute.costs.term import CostTerm, Pricer, Question
from domroute.ledger import Snapshot
from domroute.offers.blocks import Block
from domroute.offers.carriage import check_carriers, narrowed
from domroute.offers.dating import Dating, placed_at_of
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.eligibility import Eligibility
from domroute.offers.laid import NO_SERVICE, Laid, same
from domroute.offers.merging import Merging, is_bounded
from domroute.offers.priced import Offers
from domroute.offers.pricing import broken_by, what_nodes_give
from domroute.offers.screen import Screen
from domroute.offers.services import Serving
from domroute.orders import Delivery
from domroute.problem import NetworkArrays, OrderProblem
from domroute.promise.dated import Dates, Wish
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.records import record
from domroute.units import BoolArray, FloatArray, IntArray

Terms = Sequence[tuple[CostTerm, Pricer]]


@record
class _Parts:
    """The parts that may go to a node, and what its work costs whoever gives them."""

    problem: OrderProblem
    eligibility: Eligibility
    block: Block
    since: IntArray
    own: int
    dates: Dates
    fixed: list[tuple[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class MergeFinder:
    """
    Lays out how deliveries may go through nodes that offer to merge.

    Parameters
    ----------
    arrays, screen, terms, serving, dating
        As a router has made them ready.
    """

    arrays: NetworkArrays
    screen: Screen
    terms: Terms
    serving: Serving
    dating: Dating

    def concerns(self, problem: OrderProblem) -> bool:
        """
        Tell whether an order may go through a node.

        It is one delivery that comes together, with nothing in it that is waited for,
        made of other goods, a parcel of its own, or worked on by days that have limits.
        """
        order, groups = problem.order, problem.groups
        if len(groups) != 1 or not groups[0].delivery.may_merge:
            return False
        if problem.ways is not None or self.dating.supply.may_wait(order):
            return False
        if any(item.ships_alone for item in problem.items):
            return False
        placed = placed_at_of(order)
        released = (item.release_at for item in problem.items)
        if any(at is not None and at > placed for at in released):
            return False
        return self.dating.rises and not self.screen.has_ladder(problem)

    def find(
        self, problem: OrderProblem, inventory: Snapshot, penalty: FloatArray
    ) -> Iterator[Merging]:
        """
        Yield the nodes through which an order may go, and what may be done there.

        Parameters
        ----------
        problem
            The order, over all nodes.
        inventory
            What is in stock.
        penalty
            Of leaving a unit of each line.
        """
        direct = self.screen.screen(problem, inventory)
        everywhere = np.arange(len(problem.nodes))
        group = problem.groups[0]
        at_hand = DeliveryAtHand(problem, group, everywhere, self.arrays, inventory)
        if direct.days is not None or self.dating.freshness.lasting(at_hand):
            return
        for node in np.flatnonzero(self.arrays.merges).tolist():
            if self.arrays.nodes[node].id not in self.serving.lanes:
                continue
            carries = self.screen.lets_merge(problem, problem.groups[0], node)
            if carries.any() and _takes_orders(direct, self.arrays, node):
                made = self._at((problem, direct, inventory), node, carries, penalty)
                if made is not None:
                    yield made

    def _at(
        self,
        asked: tuple[OrderProblem, Eligibility, Snapshot],
        node: int,
        carries: BoolArray,
        penalty: FloatArray,
    ) -> Merging | None:
        """Lay out what may go through one node; None where nothing may."""
        problem, _, inventory = asked
        parts = self._parts(problem, node, carries, inventory)
        if parts is None:
            return None
        gives = np.logical_or.reduce(parts.block.limit > 0, axis=0)
        gives[parts.own] = False  # what the node gives itself needs no lane
        whole = self._whole(
            asked,
            node,
            carries,
            np.unique(parts.since[gives]),
            parts.fixed,
        )
        if whole is None:
            return None
        offers = Offers(
            problem=parts.problem,
            eligibility=parts.eligibility,
            blocks=(parts.block,),
            penalty=penalty,
            workload=None,
        )
        return Merging(offers, node, parts.since, parts.own, parts.dates, whole)

    def _parts(
        self,
        problem: OrderProblem,
        node: int,
        carries: BoolArray,
        inventory: Snapshot,
    ) -> _Parts | None:
        """Lay out and price the parts that may go to a node; None where none may."""
        group, arrays = problem.groups[0], self.arrays
        end = arrays.nodes[node]
        km = arrays.distances_km(problem.nodes, end.location)
        near = replace(group, destination=end.location, distance_km=km)
        near_problem = replace(problem, groups=(near,))
        eligibility = self.screen.screen(near_problem, inventory)
        usable, limit = what_nodes_give(near_problem, eligibility, arrays)
        limit = limit * usable * carries[:, None]
        kept = np.logical_or.reduce(limit, axis=0)
        kept[node] = True
        at = kept.nonzero()[0]
        sent = replace(near, delivery=group.delivery.to_merge_at(end.id))
        delivery = DeliveryAtHand(
            replace(problem, groups=(sent,)), sent, at, arrays, inventory
        )
        laid = self.serving.lay_out(
            delivery, picks=True, quoted=None, any_carrier=False
        )
        lanes = [NO_SERVICE, *(lane for lane, _ in self.serving.lanes[end.id])]
        laid = laid.only(np.isin(laid.service, lanes))
        laid, since, dates = self._arriving(problem, delivery, laid, node)
        own = int(np.flatnonzero(laid.service == NO_SERVICE)[0])
        nodes = at if laid.node is None else at[laid.node]
        lanes_on = np.arange(len(nodes)) != own
        if _asks_by_date(arrays.minimum_order[problem.nodes], nodes):
            return None
        if not limit[:, nodes][:, lanes_on].any():
            return None
        question = delivery.ask(laid, self.serving.services, None)
        terms, carried = self._charged(question, laid, self.terms)
        there, none = ~lanes_on, np.zeros(len(group.lines), np.int64)
        charged: list[Charged] = []
        fixed: list[tuple[str, float]] = []
        for term, charges in terms:
            if not nature_of(term).is_of_source:
                mine = [c.beside_shipments(there, whole=True) for c in charges]
                charged.append(Charged(term.name, tuple(mine)))
                continue
            made = Charged(term.name, charges)
            once = made.price_one(none, own)
            # It is charged for the whole, whether the node gives some of it or not.
            less = Linear(np.where(there, -once, 0.0))
            charged.append(Charged(term.name, (*charges, less)))
            fixed.append((term.name, once))
        charged += [
            Charged(name, (Linear(price[nodes] * lanes_on),))
            for name, price in eligibility.preferences
        ]
        for soft in eligibility.breaks[0]:
            breaks = soft.breaks[:, nodes] & lanes_on
            charged.append(Charged(soft.name, (broken_by(soft.price, breaks),)))
        most = limit[:, nodes] if carried is None else limit[:, nodes] * carried
        block = _block(self.serving.ids, (laid, nodes, group.lines), most, charged)
        return _Parts(near_problem, eligibility, block, since, own, dates, fixed)

    def _arriving(
        self, problem: OrderProblem, delivery: DeliveryAtHand, laid: Laid, node: int
    ) -> tuple[Laid, IntArray, Dates]:
        """Leave out what never arrives at a node; say when the rest may be used."""
        placed = tick_of(placed_at_of(problem.order))
        asked = problem.groups[0].delivery
        wish = Wish(
            delivery=Delivery(method=asked.method),
            placed=placed,
            place=self.arrays.nodes[node].location,
            node=node,
            is_hard=False,
            needs_date=True,
        )
        nodes = delivery.nodes if laid.node is None else delivery.nodes[laid.node]
        finder = self.dating.finder
        begins = same(len(nodes), placed)
        dates = finder.find(
            wish, nodes, (laid.service, laid.zone), since=begins, runs=laid.runs
        )
        is_own = laid.service == NO_SERVICE
        comes = dates.is_fine & ~is_own
        since = np.full(len(nodes), placed)
        there = np.full(int(comes.sum()), node)
        since[comes] = finder.received(placed, there, dates.arrives[comes])
        kept = is_own | (comes & (since < NEVER))
        at = kept.nonzero()[0]
        laid = replace(laid.only(kept), node=at if laid.node is None else laid.node[at])
        return laid, since[at], dates.only(at)

    def _whole(
        self,
        asked: tuple[OrderProblem, Eligibility, Snapshot],
        node: int,
        carries: BoolArray,
        last: IntArray,
        fixed: list[tuple[str, float]],
    ) -> Block | None:
        """Price what goes to the customer, once for each moment of the last part."""
        problem, direct, inventory = asked
        group, arrays = problem.groups[0], self.arrays
        here = np.array([node])
        delivery = DeliveryAtHand(problem, group, here, arrays, inventory)
        laid = self.serving.lay_out(
            delivery, picks=True, quoted=None, any_carrier=False
        )
        if not len(laid.service):
            return None
        laid = _again(laid, len(last))
        since = np.tile(last, len(laid.service) // len(last))
        placed = tick_of(placed_at_of(problem.order))
        wish = self.dating.wish_of(problem.order, group, arrays, placed)
        dates = self.dating.finder.find(
            wish,
            np.full(len(since), node),
            (laid.service, laid.zone),
            since=since,
            runs=laid.runs,
        )
        fine = dates.is_fine
        if not fine.any():
            return None
        laid, dates = laid.only(fine), dates.only(fine.nonzero()[0])
        question = delivery.ask(laid, self.serving.services, dates)
        whole = [each for each in self.terms if not nature_of(each[0]).is_of_source]
        terms, carried = self._charged(question, laid, whole)
        count = len(laid.service)
        charged = [Charged(term.name, charges) for term, charges in terms]
        charged += [
            Charged(name, (Linear(np.full(count, price[node])),))
            for name, price in direct.preferences
        ]
        for soft in direct.breaks[0]:
            breaks = np.repeat(soft.breaks[:, [node]], count, axis=1)
            charged.append(Charged(soft.name, (broken_by(soft.price, breaks),)))
        charged += [
            Charged(name, (Linear(np.full(count, once)),)) for name, once in fixed
        ]
        most = np.repeat((problem.quantity * carries)[:, None], count, axis=1)
        if carried is not None:
            most = most * carried
        nodes = np.full(count, node)
        block = _block(self.serving.ids, (laid, nodes, group.lines), most, charged)
        if not is_bounded(block, problem.quantity):
            return None
        return replace(block, dates=dates)

    def _charged(
        self, question: Question, laid: Laid, terms: Terms
    ) -> tuple[list[tuple[CostTerm, tuple[Charge, ...]]], BoolArray | None]:
        """Ask terms what they charge, and which lines they leave to which offers."""
        count, services = len(laid.service), self.serving.ids
        carries, served = laid.carries, None
        found: list[tuple[CostTerm, tuple[Charge, ...]]] = []
        runs: dict[str, slice] = {}
        for term, pricer in terms:
            made = ask(term, pricer, question)
            if made.carriers:
                check_carriers(term, made.carriers, services)
                runs = runs or laid.runs_by(services)
                check_zones(term.name, made.carriers, runs)
                carries, served = narrowed(
                    made.carriers, runs, (carries, served), (None, None), count
                )
            charges = charges_of(
                made, question.weight_kg, question.volume_cm3, count, runs
            )
            found.append((term, charges))
        if served is not None:
            shape = len(question.lines), count
            carries = (np.ones(shape, bool) if carries is None else carries) & served
        return found, carries


def _asks_by_date(least: FloatArray, nodes: IntArray) -> bool:
    """Tell whether a node must send enough on each of the dates of several lanes."""
    return bool((np.bincount(nodes, minlength=len(least))[least > 0] > 1).any())


def _takes_orders(direct: Eligibility, arrays: NetworkArrays, node: int) -> bool:
    """Tell whether a node can do one more order, whatever is in it."""
    if direct.capacity is None:
        return True
    counts = arrays.capacity.demands_at(np.array([node])).per_order[:, 0] > 0
    return bool((direct.capacity[counts, node] >= 1).all())


def _again(laid: Laid, times: int) -> Laid:
    """Lay the one offer of each service out several times, side by side."""
    at = np.repeat(np.arange(len(laid.service)), times)
    return Laid(
        runs=tuple(slice(n * times, (n + 1) * times) for n in range(len(laid.service))),
        service=laid.service[at],
        node=np.zeros(len(at), np.int64),
        zone=laid.zone[at],
        carries=None if laid.carries is None else laid.carries[:, at],
    )


def _block(
    services: tuple[str, ...],
    offers: tuple[Laid, IntArray, IntArray],
    limit: IntArray,
    charged: list[Charged],
) -> Block:
    """Put together what offers, of nodes and for lines, take, and what they cost."""
    laid, nodes, lines = offers
    count = len(nodes)
    linear, stepped = parted(charged)
    once, unit = linear.per_shipment, linear.per_unit
    unit = np.zeros(limit.shape) if unit is None else unit
    return Block(
        0,
        services,
        laid.service,
        laid.runs,
        same(count, NO_SERVICE),
        0,
        lines,
        nodes,
        limit=limit,
        per_shipment=np.zeros(count) if once is None else once,
        per_line=linear.per_line,
        per_unit=np.ascontiguousarray(unit),
        charged=tuple(charged),
        stepped=stepped,
    )
