"""The judge of the whole: what is kept and what is planned, held to the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from domroute.errors import Issue
from domroute.goods import Goods
from domroute.plan import Plan
from domroute.policy import Policy
from domroute.reroute.state import OrderState


def check_whole(
    state: OrderState, plan: Plan, policy: Policy, goods: Goods
) -> tuple[Issue, ...]:
    """
    List what is wrong with what is kept and a plan for the rest, together.

    Counted in plain Python from the state and the plan alone. What is kept cannot be
    undone: a limit that it breaks by itself is broken, and must not be broken further.

    Parameters
    ----------
    state
        What is kept and canceled.
    plan
        For the rest.
    policy
        Its limits are those of the whole order.
    goods
        Reads what leaves for its lines.
    """
    return tuple(_faults(state, plan, policy, goods))


def _faults(
    state: OrderState, plan: Plan, policy: Policy, goods: Goods
) -> Iterator[Issue]:
    where = f"order {state.order.id!r}"
    kept = [one.shipment for one in state.kept]
    units: Counter[str] = Counter(
        goods.filled(part.contents for part in (*kept, *plan.shipments))
    )
    shipped = Counter(units)
    for left in plan.unfilled:
        units[left.line_id] += left.quantity
    for part in state.digital:
        units[part.line_id] += part.quantity
    canceled = dict(state.canceled)
    for line in state.order.lines:
        asked = line.quantity - canceled.get(line.id, 0)
        if units[line.id] != asked:
            text = f"{units[line.id]} kept, planned or left of {asked}"
            yield Issue("not_accounted", f"{where}.line {line.id!r}", text)
    strange = set(shipped) - {line.id for line in state.order.lines}
    for name in sorted(strange):
        yield Issue("unknown_id", where, f"ships line {name!r}, which it does not have")
    splits = policy.splits
    if not plan.shipments or splits.over_limit_price is not None:
        return
    shipments, before = len(kept) + len(plan.shipments), len(kept)
    most = splits.max_shipments
    if most is not None and shipments > max(most, before):
        text = f"{shipments} shipments with what is kept, at most {most} may be"
        yield Issue("split_limit", where, text)
    had = {part.node_id for part in kept}
    nodes = had | {part.node_id for part in plan.shipments}
    if splits.max_nodes is not None and len(nodes) > max(splits.max_nodes, len(had)):
        text = f"{len(nodes)} nodes with what is kept, at most {splits.max_nodes}"
        yield Issue("split_limit", where, text)
