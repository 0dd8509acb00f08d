"""What events do to an order: what is kept, what is loose, what is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domroute.events import (
    Accepted,
    Canceled,
    Closed,
    Collected,
    LateInbound,
    Moved,
    Rejected,
    Reopened,
    RerouteEvent,
    Shipped,
)
from domroute.plan import Plan, Shipment
from domroute.reroute.state import Kept, OrderState, Refusal, Stage

_STAGES = {
    "accepted": Stage.ACCEPTED,
    "shipped": Stage.SHIPPED,
    "collected": Stage.COLLECTED,
}
_RANK = {Stage.ACCEPTED: 0, Stage.SHIPPED: 1, Stage.COLLECTED: 2}


def _itself(sku: str) -> tuple[str, ...]:
    return (sku,)


@dataclass(slots=True)
class Standing:
    """
    How an order stands while events are gone through, one after another.

    Attributes
    ----------
    before
        The state that the events came upon.
    open
        Shipments planned that have not been begun, less what was taken from them.
    kept
        Shipments that stay as they are.
    unfilled
        Lines that the plan left units of.
    replaceable
        Lines for which other goods may leave than they name.
    skus_in
        Names what leaves for a SKU: of a kit its components.
    touched
        Lines that ought not to stay where they were.
    lost
        Units written off, by (node, SKU).
    late
        What arrives later than was said.
    ignored
        Events that nothing came of, and why.
    is_asking
        Whether something must be routed again.
    has_moved
        Whether anything is other than it was.
    """

    before: OrderState
    open: list[Shipment]
    kept: list[Kept]
    unfilled: frozenset[str]
    canceled: dict[str, int]
    refusals: list[Refusal]
    attempts: dict[str, int]
    closed: dict[str, None]
    moved: list[Moved]
    hours: float
    replaceable: frozenset[str] = frozenset()
    skus_in: Callable[[str], tuple[str, ...]] = _itself
    touched: set[str] = field(default_factory=set)
    lost: dict[tuple[str, str], int] = field(default_factory=dict)
    late: list[LateInbound] = field(default_factory=list)
    ignored: list[tuple[RerouteEvent, str]] = field(default_factory=list)
    is_asking: bool = False
    has_moved: bool = False

    @classmethod
    def of(
        cls,
        state: OrderState,
        plan: Plan,
        hours: float,
        replaceable: frozenset[str] = frozenset(),
        skus_in: Callable[[str], tuple[str, ...]] = _itself,
    ) -> Standing:
        """Begin where a plan and the state beside it stand."""
        return cls(
            before=state,
            open=list(plan.shipments),
            kept=list(state.kept),
            unfilled=frozenset(part.line_id for part in plan.unfilled),
            canceled=dict(state.canceled),
            refusals=list(state.refusals),
            attempts=dict(state.attempts),
            closed=dict.fromkeys(state.closed),
            moved=list(state.moved),
            hours=hours,
            replaceable=replaceable,
            skus_in=skus_in,
        )

    def state(self) -> OrderState:
        """Return what is known now; how it stands is not yet."""
        return replace(
            self.before,
            kept=tuple(self.kept),
            canceled=tuple(sorted(self.canceled.items())),
            refusals=tuple(self.refusals),
            attempts=tuple(sorted(self.attempts.items())),
            closed=tuple(sorted(self.closed)),
            moved=tuple(self.moved),
        )

    def apply(self, event: RerouteEvent) -> None:
        """Let something happen to the order."""
        match event:
            case Accepted() | Shipped() | Collected():
                self._go_on(event)
            case Rejected():
                self._reject(event)
            case Closed():
                self._close(event)
            case Reopened():
                self.has_moved |= event.node in self.closed
                self.closed.pop(event.node, None)
                self.is_asking |= bool(self.unfilled)
            case LateInbound():
                self._wait_on(event)
            case Canceled():
                self._cancel(event)
            case Moved():
                self._move(event)

    def ignore(self, event: RerouteEvent, why: str) -> None:
        """Note that nothing came of an event."""
        self.ignored.append((event, why))

    def _go_on(self, event: Accepted | Shipped | Collected) -> None:
        stage = _STAGES[event.event]
        service = None if isinstance(event, Collected) else event.service
        mine = [part for part in self.open if _is_of(part, event.node, service)]
        found = bool(mine)
        for at, kept in enumerate(self.kept):
            if (
                _is_of(kept.shipment, event.node, service)
                and _RANK[kept.stage] < _RANK[stage]
            ):
                found = True
                self.kept[at] = replace(kept, stage=stage, at=event.at)
        self.open = [part for part in self.open if part not in mine]
        self.kept += [Kept(part, stage, event.at) for part in mine]
        if found:
            self.has_moved = True
        else:
            self.ignore(event, f"{event.node!r} has nothing of it that could be")

    def _reject(self, event: Rejected) -> None:
        had = self._units_at(event.node, event.line)
        left = event.quantity
        taken: dict[str, int] = {}
        for line, count in had.items():
            taken[line] = count if left is None else min(count, left)
            left = None if left is None else left - taken[line]
        taken = {line: count for line, count in taken.items() if count}
        if not taken:
            self.ignore(event, f"{event.node!r} has nothing of it to ship")
            return
        parts = self._take(event.node, taken)
        placed = self.before.order.placed_at
        since = event.at if placed is None else max(event.at, placed)
        until = since + timedelta(hours=self.hours)
        for line, count in taken.items():
            self.attempts[line] = self.attempts.get(line, 0) + 1
            self.refusals = [
                one
                for one in self.refusals
                if (one.line_id, one.node_id) != (line, event.node)
            ]
            # Of goods in its place it may have more: then it is not asked at all.
            most = 0 if line in self.replaceable else had[line] - count
            self.refusals.append(Refusal(line, event.node, until, most))
        for (_, sku), count in parts.items() if event.is_lost else ():
            cell = event.node, sku
            self.lost[cell] = self.lost.get(cell, 0) + count

    def _close(self, event: Closed) -> None:
        self.has_moved |= event.node not in self.closed
        self.closed[event.node] = None
        units = self._units_at(event.node, None, is_closing=True)
        if units:
            self._take(event.node, units, is_closing=True)

    def _wait_on(self, event: LateInbound) -> None:
        """Free what waits for a truck that is late, if it is not begun."""
        self.late.append(event)
        mine = [part for part in self.open if self._waits_for(part, event)]
        if not mine:
            self.ignore(event, "nothing of it that is not begun waits for that")
            return
        self.open = [part for part in self.open if part not in mine]
        self.touched |= {one.line_id for part in mine for one in part.contents}
        self.is_asking = self.has_moved = True

    def _waits_for(self, part: Shipment, event: LateInbound) -> bool:
        """Tell whether a shipment relies on what is late, or on what comes after."""
        return (
            part.node_id == event.node
            and part.stock_at is not None
            and part.stock_at >= event.due
            and any(event.sku in self.skus_in(one.sku) for one in part.contents)
        )

    def _cancel(self, event: Canceled) -> None:
        state = self.state()
        accepted = _units(one.shipment for one in self.kept if not one.has_left)
        count = {
            line: units + accepted.get(line, 0)
            for line, units in {**dict.fromkeys(accepted, 0), **state.wanted}.items()
            if event.line is None or line == event.line
        }
        if not any(count.values()):
            self.ignore(event, "nothing of it is still to leave")
            return
        for node in {part.node_id for part in self._stoppable()}:
            gone = {line: count[line] for line in self._units_at(node) if line in count}
            if gone:
                self._take(node, gone)
        for line, units in count.items():
            self.canceled[line] = self.canceled.get(line, 0) + units
        self.is_asking = self.has_moved = True

    def _move(self, event: Moved) -> None:
        wanted = self.state().wanted
        mine = [line for line in wanted if event.line is None or line == event.line]
        if not mine:
            self.ignore(event, "nothing of it is still to be begun")
            return
        self.moved.append(event)
        self.touched |= set(mine)
        self.is_asking = self.has_moved = True

    def _stoppable(self) -> list[Shipment]:
        return self.open + [one.shipment for one in self.kept if not one.has_left]

    def _units_at(
        self, node: str, line: str | None = None, *, is_closing: bool = False
    ) -> dict[str, int]:
        """Count what a node has of the order that has not left, by line."""
        return {
            name: units
            for name, units in _units(
                part
                for part in self._stoppable()
                if part.node_id == node
                and not (is_closing and part.method.is_collected)
            ).items()
            if line is None or name == line
        }

    def _take(
        self, node: str, units: Mapping[str, int], *, is_closing: bool = False
    ) -> dict[tuple[str, str], int]:
        """
        Take units from what a node has that has not left.

        Returns
        -------
        dict
            What was taken, by line and SKU.
        """
        left, parts = dict(units), dict[tuple[str, str], int]()

        def less(part: Shipment) -> Shipment | None:
            if part.node_id != node or (is_closing and part.method.is_collected):
                return part
            contents = []
            for content in part.contents:
                gone = min(left.get(content.line_id, 0), content.quantity)
                left[content.line_id] = left.get(content.line_id, 0) - gone
                if gone:
                    what = content.line_id, content.sku
                    parts[what] = parts.get(what, 0) + gone
                if gone < content.quantity:
                    rest = replace(content, quantity=content.quantity - gone)
                    contents.append(rest)
            return replace(part, contents=tuple(contents)) if contents else None

        self.open = [made for part in self.open if (made := less(part)) is not None]
        kept: list[Kept] = []
        for one in self.kept:
            made = one.shipment if one.has_left else less(one.shipment)
            if made is not None:
                kept.append(replace(one, shipment=made))
        self.kept = kept
        self.touched |= set(units)
        self.is_asking = self.has_moved = True
        return parts


def is_barred(refusal: Refusal, now: datetime) -> bool:
    """
    Tell whether a node that has refused a line is still not asked again.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    >>> is_barred(Refusal("l1", "N1", noon), noon)
    False
    """
    return now < refusal.until


def _is_of(part: Shipment, node: str, service: str | None) -> bool:
    return part.node_id == node and (service is None or part.service == service)


def _units(parts: Iterable[Shipment]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:
        for content in part.contents:
            name = content.line_id
            found[name] = found.get(name, 0) + content.quantity
    return found
