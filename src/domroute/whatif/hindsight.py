"""What a clairvoyant could do at best: a bound that no tactic gets below."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domroute.arguments import checked
from domroute.costs import nature_of
from domroute.events import Event
from domroute.policy import Policy
from domroute.replay.measures import Frames, Measured, ratio
from domroute.replay.placing import placed
from domroute.replay.world import World
from domroute.router import Router
from domroute.scenario import Scenario
from domroute.tables import html_pairs, text_pairs
from domroute.whatif.relaxing import relax

RETURNS: Final = "returns"
"""The term under which a replay reports what returns cost."""
_WORLD: Final = World()


@dataclass(frozen=True, slots=True)
class Hindsight:
    """
    The least that a stream can have cost, and how it was found.

    Attributes
    ----------
    bound
        No tactic under the policy's costs pays less: in cash and penalties, without
        what stock is worth and without what returns cost.
    plan_cost
        Of the best joint plan found for the stream made easier: between the bound and
        it lies the best that the bound could be made.
    orders
        Orders that the bound counts.
    left_out
        Orders that must be filled, which count as nothing.
    doubts
        Why the bound may not hold, as sentences; none where it is certain.
    """

    bound: float
    plan_cost: float
    orders: int
    left_out: int
    doubts: tuple[str, ...]
    policy_version: str
    elapsed_s: float = 0.0

    @property
    def is_certain(self) -> bool:
        """Whether nothing is in doubt."""
        return not self.doubts

    def above(self, outcome: Measured) -> float:
        """
        Return how far an outcome is above the bound, as a share of it.

        Parameters
        ----------
        outcome
            What came of replaying the same stream under the same policy's costs.
        """
        paid = Frames.of(outcome).paid
        cost = float(paid["amount"][paid["term"] != RETURNS].sum())
        return above(cost, self.bound)

    def summary(self) -> list[tuple[str, str]]:
        """Return labels and values that say what was found."""
        gap = ratio(self.plan_cost - self.bound, abs(self.plan_cost))
        return [
            ("bound", f"{self.bound:,.2f}"),
            ("joint plan", f"{self.plan_cost:,.2f} (gap {gap:.2%})"),
            ("orders", f"{self.orders:,}"),
            ("left out", f"{self.left_out:,}"),
            ("certain", "; ".join(self.doubts) or "yes"),
            ("elapsed", f"{self.elapsed_s:.1f} s"),
        ]

    def __str__(self) -> str:
        return text_pairs(self.summary())

    def _repr_html_(self) -> str:
        return html_pairs(self.summary())


def above(cost: float, bound: float) -> float:
    """
    Return how far a cost is above a bound, as a share of it; NaN of a bound of zero.

    Examples
    --------
    >>> round(above(103.0, 100.0), 3), above(-3.0, -4.0)
    (0.03, 0.25)
    """
    return ratio(cost - bound, abs(bound))


@checked
def hindsight(
    scenario: Scenario,
    events: Iterable[Event] | None = None,
    policy: Policy | None = None,
    *,
    world: World = _WORLD,
    seed: int = 0,
    hold_h: float | None = None,
    time_limit_s: float = 60.0,
) -> Hindsight:
    """
    Bound from below what any tactic can have paid for a stream.

    A clairvoyant knows every order, receipt and return from the start, and has all the
    time and capacity in the world: the orders are one batch over all the stock that
    ever comes, and its certified bound is the answer.

    Parameters
    ----------
    scenario
        The network, opening stock and quotes.
    events
        What happens; the scenario's own orders when not given.
    policy
        What it costs; the scenario's when not given.
    world, seed
        As in the replay: they say which units come back.
    hold_h
        The longest that the tactics to be compared hold an order (hours): the bound is
        higher, since orders cannot be filled from where the SKU came later for the
        first time. None is for tactics that may hold them for ever.
    time_limit_s
        Seconds of search: a bound is found in any time, a higher one in more.

    Raises
    ------
    InputError
        If there are no orders, or they cannot be routed as given.

    See Also
    --------
    domroute.whatif.relaxing.relax : Makes the batch, and says why the bound is valid.
    """
    started = time.perf_counter()
    happened = placed(scenario) if events is None else tuple(events)
    chosen = scenario.policy if policy is None else policy
    easy = relax(scenario, happened, chosen, world=world, seed=seed, hold_h=hold_h)
    router = Router(easy.network, easy.inventory, easy.policy)
    found = router.route_batch(
        easy.orders, quotes=easy.quotes, time_limit_s=time_limit_s
    )
    never_pays = all(nature_of(term).never_pays for term in easy.policy.costs)
    least = 0.0 if never_pays else -math.inf
    return Hindsight(
        bound=max(least, found.bound) if math.isfinite(found.bound) else least,
        plan_cost=found.cost,
        orders=len(easy.orders),
        left_out=easy.left_out,
        doubts=easy.doubts,
        policy_version=chosen.version,
        elapsed_s=time.perf_counter() - started,
    )
