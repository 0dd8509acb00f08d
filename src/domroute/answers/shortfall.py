"""
Why units stay unfilled: for each line that a plan leaves short, what was proven.

A cause is told only if the order, asked again with this cause alone cleared, has more
of the line filled in its best plan. Before any is tried, it is settled whether some
plan fills more of the line, and no less of the others, as things are: then nothing
stands against it but its cost.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from domroute.answers.assembly import assemble
from domroute.answers.causes import CAUSES, Cause
from domroute.answers.certainty import is_sure_if_stocked, is_sure_to_fill
from domroute.answers.facts import Facts, Question
from domroute.answers.lift import Lift
from domroute.offers.blocked import offered_units
from domroute.offers.priced import Offers
from domroute.reasons import Reason
from domroute.sourcing.choice import Choice
from domroute.sourcing.kernel import decide, is_listed
from domroute.sourcing.subset import SUBSET
from domroute.units import IntArray
from domroute.words import Status

_NEUTRAL: Final = (Reason.NO_PLAN_FILLS_MORE, Reason.NO_CAUSE_PROVEN)
"""What is told where no cause is."""
_HAIR: Final = 1e-5
"""Share of its penalty that filling a unit must save, lest it be a tie."""
_MITE: Final = 1e-6
"""Share of what an order costs that solvers leave open."""


def find_reasons(
    question: Question,
    choice: Choice,
    status: Status,
    *,
    seconds: float,
    is_joint: bool = False,
    cost: float | None = None,
) -> dict[int, Reason]:
    """
    Say for every line that is short why it is, by position of the line.

    Parameters
    ----------
    question
        What was asked.
    choice
        What was decided.
    status
        What is claimed of it: a plan not proven may leave units for want of time.
    seconds
        For all reasons together, where the integer program takes the order: what is not
        proven within them is not told.
    is_joint
        Whether it was decided together with other orders, and may not be the best that
        this one could do with what they leave.
    cost
        What the plan decided on costs, where that is known.

    Notes
    -----
    Each cause tried costs one search of an order of this size.
    """
    asking = _Asking(
        question=question,
        choice=choice,
        status=status,
        is_joint=is_joint,
        filled=choice.filled(question.offers),
        ends=time.perf_counter() + seconds,
        _decided=cost,
    )
    quantity = question.offers.problem.wanted
    short = np.flatnonzero(asking.filled < quantity).tolist()
    return {at: asking.reason(at) for at in short}


@dataclass(slots=True, eq=False)
class _Asking:
    question: Question
    choice: Choice
    status: Status
    is_joint: bool
    filled: IntArray
    ends: float
    _wide: Question | None = None
    _stocked: Question | None = None
    _timeless: Question | None = None
    _decided: float | None = None
    _units: IntArray | None = None

    def reason(self, at: int) -> Reason:
        """Say why a line is short."""
        could = self._could_fill_more(at)
        if could is not False and self.status is Status.FEASIBLE:
            return Reason.LIMIT_REACHED
        if isinstance(could, Choice):
            return self._reason_of_cost(could)
        if could is None:
            return Reason.NO_CAUSE_PROVEN
        plain = self._reason_at_a_glance(at)
        if plain is not None:
            return plain
        facts = self._facts(at)
        found = self._first_cause(facts, lambda cause: self._fills(at, cause))
        if found in _NEUTRAL and (self.choice.takes is None or facts.ships_complete):
            by_itself = self._reason_by_itself(at, facts)
            return found if by_itself is Reason.NO_PLAN_FILLS_MORE else by_itself
        return found

    def _first_cause(
        self, facts: Facts, is_proven: Callable[[Cause], bool | None]
    ) -> Reason:
        """Name the first cause in question that is proven; not all may be settled."""
        none = Reason.NO_PLAN_FILLS_MORE
        for cause in CAUSES:
            if self._is_over():
                return Reason.NO_CAUSE_PROVEN
            if cause.is_in_question(facts):
                answer = is_proven(cause)
                if answer:
                    return cause.reason
                if answer is None:
                    none = Reason.NO_CAUSE_PROVEN
        return none

    def _reason_at_a_glance(self, at: int) -> Reason | None:
        """
        Tell what is short of stock and would surely be filled; None if it takes more.

        What nodes at hand send some of needs no look at the others; and what nobody has
        none either, but for somebody who would send it. Where there are no nodes, there
        is none that has any.
        """
        if not self.question.arrays.nodes:
            return Reason.OUT_OF_STOCK
        facts = Facts.of(self.question, at)
        saving = self._saving(at, self._cost_as_decided())
        if not facts.is_anywhere:
            is_sure = is_sure_if_stocked(self.question, at, saving=saving)
            if not is_sure:
                is_sure = is_sure_to_fill(self._plenty(), at, saving=saving)
            return Reason.OUT_OF_STOCK if is_sure else None
        if facts.is_allocated:
            return None  # what would be enough may be there, for others
        if self._is_out_of_time(facts):
            return self._reason_of_dates(facts, saving)
        if facts.usable.any() and is_sure_to_fill(self.question, at, saving=saving):
            return next(
                (
                    cause.reason
                    for cause in CAUSES
                    if cause.is_of_stock and cause.is_in_question(facts)
                ),
                None,
            )
        return None

    def _is_out_of_time(self, facts: Facts) -> bool:
        """Tell whether nobody offers a line, and for some it is a matter of dates."""
        offers = self.question.offers
        line, delivery = facts.line, offers.problem.order.delivery_of(facts.line)
        return (
            bool(offers.dating)
            and line.pinned_node is None
            and not delivery.method.is_collected
            and not facts.is_short
            and not self._offered()[facts.rows].any()
        )

    def _reason_of_dates(self, facts: Facts, saving: float) -> Reason | None:
        """Tell which dates keep a line from all, if it is sure to be filled by any."""
        for cause in CAUSES:
            if not cause.is_in_question(facts):
                continue
            if not cause.is_of_dates:
                return None
            if self._timeless is None:
                self._timeless = cause.clear(self.question, facts.at)
            is_sure = is_sure_to_fill(self._timeless, facts.at, saving=saving)
            return cause.reason if is_sure else None
        return None

    def _plenty(self) -> Question:
        """
        Ask with enough of everything that is short.

        What one line would surely be filled by then, it would be with enough of its own
        SKU alone: what others have takes nothing from it.
        """
        if self._stocked is None:
            quantity = self.question.offers.problem.wanted
            first, *others = np.flatnonzero(self.filled < quantity).tolist()
            lift = Lift(first, stock=True, besides=tuple(others))
            self._stocked = replace(self.question, offers=self.question.lifted(lift))
        return self._stocked

    def _could_fill_more(self, at: int) -> Choice | Literal[False] | None:
        """
        Look for a plan that fills more of a line, and no less of any other.

        The best of them; False where it is proven that there is none, and None where
        nothing is.
        """
        if self.choice.takes is None and self.status is Status.INFEASIBLE:
            return False
        if not self.question.offers.rung.is_proven:
            return None  # nodes farther down may fill more, and none of them is asked
        if self._is_exhausted(at):
            return False
        least = self.filled.copy()
        least[at] += 1
        offers = replace(self.question.offers, least=least)
        made = self._decide(replace(self.question, offers=offers))
        if made is not None and made.takes is None and made.bound == math.inf:
            return False
        return None if made is None or made.takes is None else made

    def _reason_of_cost(self, fuller: Choice) -> Reason:
        """Say why a plan that fills more was not taken: its cost, or it was missed."""
        if not self.is_joint:
            return Reason.CHEAPER_UNFILLED
        cost = self._cost_as_decided()
        is_dearer = fuller.bound >= cost - _MITE * max(1.0, abs(cost))
        return Reason.CHEAPER_UNFILLED if is_dearer else Reason.LIMIT_REACHED

    def _is_exhausted(self, at: int) -> bool:
        """Tell at a glance whether every unit that could be had is taken."""
        offers = self.question.offers
        problem = offers.problem
        offered = self._offered()
        if problem.ways is not None:
            return False  # what was taken may have been taken for the wrong way
        if not problem.shares_skus:
            return bool(self.filled[at] >= offered[at].sum())
        stock = offers.eligibility.stock[problem.sku_of[at]]
        sharers = np.flatnonzero(problem.sku_of == problem.sku_of[at]).tolist()
        most = offered[sharers].max(axis=0)
        if len(sharers) > 1:
            most = np.where(most > 0, stock, 0)
        return bool(self.filled[sharers].sum() >= most.sum())

    def _offered(self) -> IntArray:
        """Count the units of each line that nodes at hand offer, once; ``(L, M)``."""
        if self._units is None:
            self._units = offered_units(self.question.offers)
        return self._units

    def _facts(self, at: int) -> Facts:
        if self._wide is None:
            everywhere = self.question.lifted(Lift(at))
            self._wide = replace(self.question, offers=everywhere)
        nodes = self.question.offers.problem.nodes
        rows = self.question.offers.problem.rows_of(at)
        sources = [
            nodes[take.node]
            for take in self.choice.takes or ()
            if np.isin(take.block.lines, rows).any()
        ]
        return Facts.of(self._wide, at, np.array(sources, np.int64))

    def _fills(self, at: int, cause: Cause) -> bool | None:
        """Tell whether the best plan without a cause fills more; None: not settled."""
        question = cause.clear(self.question, at)
        saving = self._saving(at, self._cost_as_decided())
        if cause.is_of_stock and is_sure_to_fill(question, at, saving=saving):
            return True
        cheaper = _cheaper_to_leave(question, at, saving)
        made = self._decide(cheaper)
        if made is not None and made.takes is not None:
            dear = self._saving(at, self._cost(cheaper, made))
            if dear > saving:  # without the cause, there is more money to be told apart
                saving, cheaper = dear, _cheaper_to_leave(question, at, dear)
                made = self._decide(cheaper)
        return self._is_filled_further(at, cheaper, made, saving)

    def _is_filled_further(
        self, at: int, question: Question, made: Choice | None, saving: float
    ) -> bool | None:
        """Tell whether an answer proves that every best plan fills more of a line."""
        if made is None:
            return None
        if made.takes is None:
            return False if made.bound == math.inf else None
        # A plan that fills no more of it costs at least the bound, and with a unit more
        # left, what that must save beside: what is open is to be less than this.
        open_ = self._cost(question, made) - made.bound
        gap = question.policy.solve.gap * max(1.0, abs(made.bound))
        is_exact = made.method == SUBSET
        if not (made.proves_goals and (is_exact or open_ <= gap)):
            return None
        # Within the gap that the policy asks for, a plan that pays less is a tie.
        fills_more = made.filled(question.offers)[at] > self.filled[at]
        return bool(fills_more and (is_exact or open_ < saving))

    def _reason_by_itself(self, at: int, facts: Facts) -> Reason:
        """
        Ask a line of an order that ships whole or not at all by itself.

        Where several lines stand in the way of all, clearing what concerns one of them
        fills nothing. So the others are let go, and it is asked what keeps this one
        from being filled.
        """
        could = self._is_possible_alone(self.question, at)
        if could is None:
            return Reason.NO_CAUSE_PROVEN
        if could:
            return Reason.NO_PLAN_FILLS_MORE
        return self._first_cause(
            facts,
            lambda cause: self._is_possible_alone(cause.clear(self.question, at), at),
        )

    def _is_possible_alone(self, question: Question, at: int) -> bool | None:
        """Tell whether all of a line can be filled if others need not be."""
        offers = question.offers
        is_mine = np.arange(len(self.filled)) == at
        alone = replace(
            question.with_splits(ship_complete=False),
            offers=replace(
                offers,
                penalty=np.where(is_mine, offers.penalty, 0.0),
                least=np.where(is_mine, offers.problem.wanted, 0),
            ),
        )
        made = self._decide(alone)
        if made is not None and made.takes is None and made.bound == math.inf:
            return False
        return None if made is None or made.takes is None else True

    def _cost_as_decided(self) -> float:
        """Price what was decided; zero if nothing was."""
        if self._decided is None:
            is_none = self.choice.takes is None
            self._decided = 0.0 if is_none else self._cost(self.question, self.choice)
        return self._decided

    def _saving(self, at: int, cost: float) -> float:
        """
        Return what filling a unit must save, lest it be a tie.

        More than what a solver leaves open, where one takes the order; and the same by
        every method, lest they tell other reasons. To one digit: of penalties that have
        few, it can be told by how much sums of them differ.
        """
        penalty = float(self.question.offers.penalty[at])
        saving = max(_HAIR * penalty, 2 * _MITE * max(1.0, abs(cost)))
        return float(f"{saving:.0e}")

    @staticmethod
    def _cost(question: Question, choice: Choice) -> float:
        """Price a choice as a plan is priced."""
        offers, policy = question.offers, question.policy
        plan = assemble(offers, policy, question.arrays, choice.takes or ())
        return plan.costs.total

    def _decide(self, question: Question) -> Choice | None:
        """Ask a question, exactly; None where there is no time left for it."""
        offers, policy = question.offers, question.policy
        solve = policy.solve
        if solve.method not in ("auto", "subset", "mip"):
            plain = solve.model_copy(update={"method": "auto"})
            policy = policy.model_copy(update={"solve": plain})
        if self._is_over(offers):
            return None
        left = self.ends - time.perf_counter()
        seconds = max(left, policy.solve.tuning.reasons.least_s)
        made = decide(offers, policy, question.arrays, time_limit_s=seconds)
        return made.as_proven(offers)

    def _is_over(self, offers: Offers | None = None) -> bool:
        """Tell whether there is no time left to ask, or to find a rung to ask of."""
        asked = self.question.offers if offers is None else offers
        # Parts that can be listed take no time to speak of, and no look at the clock.
        is_few = is_listed(asked, self.question.policy)
        return not is_few and time.perf_counter() >= self.ends


def _cheaper_to_leave(question: Question, at: int, saving: float) -> Question:
    """Let a unit of a line cost less if it is left; what must be filled must."""
    penalty = question.offers.penalty.copy()
    if math.isfinite(penalty[at]):
        penalty[at] -= saving
    return replace(question, offers=replace(question.offers, penalty=penalty))
