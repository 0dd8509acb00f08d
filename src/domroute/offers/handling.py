"""Rules by which services must have the tags of what they carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self, cast

import numpy as np

from domroute.network import Item
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.eligibility import Mark, SoftBreak
from domroute.offers.laid import Laid, anywhere
from domroute.rules import Rule
from domroute.services import Service
from domroute.units import BoolArray


class _ByService(Rule, Protocol):
    """A rule that says of itself, by ``by_service``, that it looks at services."""

    def lets_carry(self, service: Service, item: Item) -> bool:
        """Tell whether a service may carry an item."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """
    A rule, and what it keeps from services.

    Attributes
    ----------
    rule, services
        The rule, and whom it asks.
    known
        For each SKU once asked the services that may not carry it, ``(S+1,)``: what
        goes by none, the last, always may.
    """

    rule: _ByService
    services: tuple[Service, ...]
    known: dict[str, BoolArray] = field(default_factory=dict)

    def keeps(self, item: Item) -> BoolArray:
        """Tell which services may not carry an item; shape ``(S+1,)``."""
        found = self.known.get(item.sku)
        if found is None:
            kept = [not self.rule.lets_carry(each, item) for each in self.services]
            found = self.known[item.sku] = np.array([*kept, False], bool)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """
    The rules that ask services for tags.

    Attributes
    ----------
    hard, soft
        Those that are never broken, and those that have a price.
    """

    hard: tuple[_Kept, ...]
    soft: tuple[_Kept, ...]

    @classmethod
    def of(cls, services: Sequence[Service], rules: Iterable[object]) -> Self | None:
        """Look for them among the rules of a policy; None where there is none."""
        found = [
            _Kept(cast("_ByService", rule), tuple(services))
            for rule in rules
            if getattr(rule, "by_service", False)
        ]
        if not found:
            return None
        return cls(
            hard=tuple([one for one in found if one.rule.price is None]),
            soft=tuple([one for one in found if one.rule.price is not None]),
        )

    def narrow(
        self, delivery: DeliveryAtHand, laid: Laid, free: Sequence[int]
    ) -> tuple[Laid, Mark | None]:
        """
        Keep lines from services that lack their tags.

        Parameters
        ----------
        delivery, laid
            The lines, and their offers.
        free
            Lines of the order that no rule keeps from a service.

        Returns
        -------
        tuple
            The offers, with the lines that each carries; and nodes all of whose
            services for a line lack a tag, marked; None where there are none.
        """
        lines = delivery.group.lines
        barred = _lacking(self.hard, delivery, laid)
        if barred is None:
            return laid, None
        if free:
            barred[np.isin(lines, free)] = False
        before = np.ones(barred.shape, bool) if laid.carries is None else laid.carries
        if not (before & barred).any():
            return laid, None
        after = before & ~barred
        node = delivery.kept if laid.node is None else delivery.kept[laid.node]
        count = len(delivery.problem.nodes)
        out = anywhere(before, node, count) & ~anywhere(after, node, count)
        reason = self.hard[0].rule.reason
        mark = Mark(reason, lines, ~out) if out.any() else None
        return replace(laid, carries=after), mark

    def breaks(self, delivery: DeliveryAtHand, laid: Laid) -> list[SoftBreak]:
        """List the soft rules that lines would break, by offer."""
        found = []
        for kept in self.soft:
            broken = _lacking((kept,), delivery, laid)
            if broken is not None and broken.any():
                rule = kept.rule
                found.append(SoftBreak(f"rule:{rule.name}", rule.price or 0.0, broken))
        return found


def _lacking(
    rules: Iterable[_Kept], delivery: DeliveryAtHand, laid: Laid
) -> BoolArray | None:
    """Tell which lines need a tag that an offer's service lacks; ``(G, A)``."""
    found: BoolArray | None = None
    for kept in rules:
        if not kept.rule.applies(delivery.problem.order, delivery.group.delivery):
            continue
        mine = np.array([kept.keeps(item) for item in delivery.items])[:, laid.service]
        found = mine if found is None else found | mine
    return found


def merged(
    by_node: Sequence[SoftBreak], by_offer: Sequence[SoftBreak]
) -> list[SoftBreak]:
    """
    Have a rule broken once by a shipment, whether its node or its service breaks it.

    Parameters
    ----------
    by_node, by_offer
        What nodes break, and what services do, by offer both: ``(G, A)``.
    """
    found = {soft.name: soft for soft in by_node}
    for soft in by_offer:
        same = found.get(soft.name)
        if same is not None:
            soft = replace(soft, breaks=soft.breaks | same.breaks)  # noqa: PLW2901
        found[soft.name] = soft
    return list(found.values())
