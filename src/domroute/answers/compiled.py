"""A network, an inventory and a policy made ready: what every question is asked of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from domroute.answers.facts import Question
from domroute.answers.leaving import leave
from domroute.answers.lift import Lift
from domroute.costs.asking import prepare
from domroute.costs.nature import day_prices_of, nature_of
from domroute.costs.quotes import NO_QUOTES, Quotes
from domroute.costs.term import CostTerm, Pricer
from domroute.indexing import StockMap, index_order
from domroute.ledger import Inventory, Scope, Snapshot
from domroute.network import Network
from domroute.offers.dating import Dating
from domroute.offers.eligibility import Eligibility
from domroute.offers.mergefinder import MergeFinder
from domroute.offers.priced import Offers, Rung
from domroute.offers.pricing import find_offers
from domroute.offers.screen import Screen
from domroute.offers.services import Serving
from domroute.orders import Order
from domroute.policy import Policy
from domroute.problem import NetworkArrays, OrderProblem
from domroute.records import record
from domroute.scenario.references import check_quotes
from domroute.sourcing.ladder import climb, drained, kept_to
from domroute.sourcing.merging import may_merge
from domroute.units import FloatArray
from domroute.verify import Judge
from domroute.words import Measure

Terms = tuple[tuple[CostTerm, Pricer], ...]
"""Terms of cost, each made ready for the network."""


@record
class Compiled:
    """
    What is worked out once, and read by every question.

    Attributes
    ----------
    arrays, stock_map
        The network, and the stock seen through it.
    inventory
        The snapshot of stock and capacity that questions are answered from.
    screen, terms
        The policy's rules and costs.
    serving
        Who hands shipments to which service.
    dating
        When shipments leave and arrive.
    judge
        Who checks what comes of it, from the data alone.
    scope
        The names and limits of the network, for ledgers to keep to.
    may_rise
        Whether a price may be more, or below zero, where more is in stock.
    time_limit_s
        Seconds that one question may take: the policy's, unless it came with its own.
    merges
        Finds where deliveries may be put together; None where nobody offers that, or
        the policy asks of a plan what cannot be asked of one that is.
    """

    network: Network
    inventory: Snapshot
    policy: Policy
    arrays: NetworkArrays
    stock_map: StockMap
    screen: Screen
    terms: Terms
    serving: Serving
    dating: Dating
    judge: Judge
    scope: Scope
    may_rise: bool
    time_limit_s: float
    merges: MergeFinder | None = None

    @classmethod
    def of(
        cls, network: Network, inventory: Inventory | Snapshot, policy: Policy
    ) -> Self:
        """
        Compile.

        Raises
        ------
        InputError
            If stock names a node or item that the network does not have. All are
            listed. If a term of cost cannot be made ready.
        """
        arrays = NetworkArrays.of(
            network, policy.distance, may_wait=policy.allow_backorder
        )
        stock_map = StockMap(arrays, inventory)
        asked = [term for term in policy.costs if not nature_of(term).is_idle]
        serving = Serving.of(arrays, policy)
        screen = Screen(arrays, policy)
        terms = tuple((term, prepare(term, arrays)) for term in asked)
        dating = Dating.of(arrays, serving.services, policy)
        merges: MergeFinder | None = None
        if arrays.merges.any() and serving.lanes and may_merge(policy):
            merges = MergeFinder(arrays, screen, terms, serving, dating)
        return cls(
            network=network,
            inventory=stock_map.inventory,
            policy=policy,
            arrays=arrays,
            stock_map=stock_map,
            screen=screen,
            terms=terms,
            serving=serving,
            dating=dating,
            judge=Judge(network, policy),
            scope=Scope.of(network, soft=_soft_by_day(policy)),
            may_rise=any(nature_of(term).may_rise_with_stock for term in asked),
            time_limit_s=policy.solve.time_limit_s,
            merges=merges,
        )

    def at(self, stock: Snapshot) -> Compiled:
        """
        Ask the same network and policy of other stock.

        Raises
        ------
        InputError
            If it names a node or item that the network does not have. All are listed.
        """
        return Compiled(
            self.network,
            stock,
            self.policy,
            self.arrays,
            self.stock_map.at(stock),
            self.screen,
            self.terms,
            self.serving,
            self.dating,
            self.judge,
            self.scope,
            self.may_rise,
            self.time_limit_s,
            self.merges,
        )

    def within(self, seconds: float | None) -> Compiled:
        """Ask a question that comes with a time limit of its own; None is none."""
        return self if seconds is None else replace(self, time_limit_s=seconds)

    def without_merging(self) -> Compiled:
        """Ask of plans in which nothing is put together on its way."""
        return self if self.merges is None else replace(self, merges=None)

    def bind(self, inventory: Inventory | Snapshot) -> None:
        """Have a ledger keep to what the network says; a snapshot stands still."""
        if isinstance(inventory, Inventory):
            inventory.keep_to(self.scope)

    def offers(
        self,
        order: Order,
        quotes: Quotes | None,
        *,
        terms: Terms | None = None,
        rung: Rung | None = None,
        is_alone: bool = True,
        in_time: bool = False,
    ) -> Offers:
        """
        Find what may be shipped for an order, with the stock that there is, priced.

        Parameters
        ----------
        order
            The order.
        quotes
            Costs and workloads already known.
        terms
            What to price by; all of the policy's when not given.
        rung, is_alone
            As :meth:`price` takes them.
        in_time
            Leaves out what comes too late for all deliveries, where that is no matter.

        Raises
        ------
        InputError
            If the order names unknown items or nodes. All faults are listed.
        """
        problem = index_order(
            *(self.arrays, self.stock_map, order),
            supply=self.dating.supply,
            in_time=in_time and not self.screen.charges_for_stock,
        )
        return self.price(problem, quotes, terms=terms, rung=rung, is_alone=is_alone)

    def price(
        self,
        problem: OrderProblem,
        quotes: Quotes | None,
        *,
        inventory: Snapshot | None = None,
        eligibility: Eligibility | None = None,
        terms: Terms | None = None,
        climbs: bool = True,
        rung: Rung | None = None,
        is_alone: bool = True,
        any_carrier: bool = False,
        any_date: bool = False,
        any_life: bool = False,
        unbound: Sequence[int] = (),
    ) -> Offers:
        """
        Price what may be shipped for an order that is indexed.

        Parameters
        ----------
        problem
            The order, indexed.
        quotes
            Costs and workloads already known.
        inventory, eligibility
            Another ledger, and what may be shipped, to price as though it were so.
        terms
            What to price by; all of the policy's when not given.
        climbs
            Whether a hard node priority, if there is one, leaves nodes out.
        rung
            How far down its ladder the order goes, where that has been found already.
        is_alone
            Whether no other orders want the same stock: where they do, a ladder that
            drains keeps the rungs beyond the one it needs by itself.
        any_carrier
            Whether to price as though somebody carried everything, besides.
        any_date, any_life
            Whether to price as though any date would do, and nothing expired.
        unbound
            Lines that are priced as though every service had the tags that they need.

        Raises
        ------
        InputError
            If quotes name what is not there. All faults are listed.
        """
        check_quotes(self.arrays.known, quotes, [problem.whole])
        ledger = self.inventory if inventory is None else inventory
        if eligibility is None:
            eligibility = self.screen.screen(problem, ledger)
        if eligibility.days is not None and not is_alone:
            eligibility = replace(eligibility, days=eligibility.days.shared())
        offers = find_offers(
            problem,
            eligibility,
            self.terms if terms is None else terms,
            arrays=self.arrays,
            serving=self.serving,
            dating=self.dating,
            inventory=ledger,
            quotes=NO_QUOTES if quotes is None else quotes.of(problem.order.id),
            penalty=self._penalties(problem),
            several=self.policy.splits.several_services,
            any_carrier=any_carrier,
            any_date=any_date,
            is_alone=is_alone,
            any_life=any_life,
            unbound=unbound,
        )
        if climbs and self.screen.has_ladder(problem):
            drains = self.screen.drains(problem)
            if drains and not is_alone:
                return drained(offers, self.arrays)
            if rung is None:
                rung = climb(
                    offers,
                    self.policy,
                    self.arrays,
                    time_limit_s=self.time_limit_s,
                    drains=drains,
                )
            return kept_to(offers, rung, self.arrays, drains=drains)
        return offers

    def lifted(
        self,
        order: Order,
        quotes: Quotes | None,
        lift: Lift,
        *,
        left: Offers | None = None,
        used: FloatArray | None = None,
    ) -> Offers:
        """
        Price an order over all nodes, with something that stands against it lifted.

        Parameters
        ----------
        order
            The order.
        quotes
            Costs and workloads already known.
        lift
            What is lifted.
        left, used
            What other orders leave of stock and capacity at the nodes at hand, and what
            they use of any node's, ``(R, N)``, where they are decided together.
        """
        problem = index_order(
            self.arrays,
            self.stock_map,
            order,
            all_nodes=True,
            supply=self.dating.supply,
        )
        eligibility = self.screen.screen(problem, self.inventory)

        def asked(
            problem: OrderProblem, eligibility: Eligibility, rung: Rung | None = None
        ) -> Offers:
            problem, eligibility = lift.apply(problem, eligibility)
            return self.price(
                problem,
                quotes,
                eligibility=eligibility,
                rung=rung,
                is_alone=left is None,
                any_carrier=lift.services,
                any_date=lift.dates,
                any_life=lift.life,
                unbound=lift.unbound(problem),
            )

        if left is None:
            return asked(problem, eligibility)
        # How far an order may climb is a matter of the stock before all of them.
        rung = None
        if self.screen.has_ladder(problem):
            rung = asked(problem, eligibility).rung
        return asked(*leave(problem, eligibility, left, used), rung=rung)

    def everywhere(self, order: Order, quotes: Quotes | None) -> Question:
        """Ask an order over all nodes, as explanations need."""
        offers = self.lifted(order, quotes, Lift(0))
        return Question(
            offers,
            self.policy,
            self.arrays,
            lambda lift: self.lifted(order, quotes, lift),
            self.may_rise,
        )

    def _penalties(self, problem: OrderProblem) -> FloatArray:
        usual = self.policy.unfilled_penalty
        usual = math.inf if usual is None else usual
        # Infinite times any weight is infinite: what must be filled stays so.
        return problem.order.weight * np.array(
            [
                math.inf
                if line.must_fill
                else usual
                if line.unfilled_penalty is None
                else line.unfilled_penalty
                for line in problem.asked
            ],
            float,
        )


def _soft_by_day(policy: Policy) -> frozenset[Measure]:
    """List the measures of whose limits by the day more may be done, at a price."""
    prices = day_prices_of(policy.costs)
    return frozenset(
        measure
        for measure in Measure
        if any(price.softens(measure) for _, price in prices)
    )
