"""What is taken for not standing against a line, for the sake of argument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np

from domroute.offers.eligibility import Eligibility
from domroute.problem import OrderProblem


@dataclass(frozen=True, slots=True)
class Lift:
    """
    What is taken for not standing against a line, for the sake of argument.

    Attributes
    ----------
    line
        Position of the line of the order.
    stock
        Every node that may fill the line has as much of its goods as is asked for.
    besides
        Other lines of which the same is taken.
    rules
        Every node may fill the line, and keeps nothing back.
    capacity
        No node has a limit.
    services
        Somebody carries everything everywhere.
    dates
        Any date will do.
    channels
        All of its SKU is for every channel.
    life
        Nothing expires.
    handling
        Every service has the tags that it needs; as where rules are lifted.
    """

    line: int
    stock: bool = False
    rules: bool = False
    capacity: bool = False
    services: bool = False
    dates: bool = False
    besides: tuple[int, ...] = ()
    channels: bool = False
    life: bool = False
    handling: bool = False

    def apply(
        self, problem: OrderProblem, eligibility: Eligibility
    ) -> tuple[OrderProblem, Eligibility]:
        """Lift it off what stands against an order, over all nodes."""
        mine = problem.rows_of(self.line).tolist()
        if self.stock:
            more = np.zeros_like(problem.stock)
            others = [problem.rows_of(at).tolist() for at in self.besides]
            for at in chain(mine, *others):
                of = int(problem.sku_of[at])
                asked = int(problem.quantity[problem.sku_of == of].sum())
                more[of] = np.maximum(more[of], asked * eligibility.allowed[at])
            by_date = problem.by_date
            problem = replace(
                problem,
                stock=problem.stock + more,
                by_date=None if by_date is None else by_date.more(more),
            )
            # Enough is enough beside what a soft safety stock charges for, too.
            lent = [replace(one, free=one.free + more) for one in eligibility.safeties]
            eligibility = replace(eligibility.with_more(more), safeties=tuple(lent))
        skus = list(dict.fromkeys(problem.sku_of[mine].tolist()))
        if self.channels:
            eligibility = eligibility.as_shared(skus)
        if self.rules:
            allowed = eligibility.allowed.copy()
            allowed[mine] = True
            for k in skus:
                eligibility = eligibility.as_kept_by(problem, k)
            eligibility = replace(eligibility, allowed=allowed)
        if self.capacity:
            eligibility = replace(eligibility, capacity=None, days=None)
        return problem, eligibility

    def unbound(self, problem: OrderProblem) -> list[int]:
        """List the lines that no rule on tags keeps from any service."""
        is_free = self.rules or self.handling
        return problem.rows_of(self.line).tolist() if is_free else []


ANY_DATE: Final = Lift(0, dates=True)
"""As though any date would do."""
