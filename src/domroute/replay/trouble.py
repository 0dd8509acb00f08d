"""What goes wrong before a shipment leaves: refused, picked short, closed, canceled."""

from __future__ import annotations

from collections.abc import Mapping

from domroute.events import Canceled, Rejected
from domroute.ledger.inventory import Inventory
from domroute.plan import Shipment
from domroute.replay.aftermath import Aftermath
from domroute.replay.agenda import Due, push
from domroute.replay.dispatch import Dispatch
from domroute.replay.moments import handed_over_at
from domroute.replay.setting import Setting
from domroute.replay.state import Stage, State
from domroute.replay.why import REPACKED, word_of
from domroute.reroute.remainder import refused_part, without_line


class Trouble:
    """
    Handles shipments until they leave.

    Parameters
    ----------
    setting
        The orders as they were placed, what is assumed, and the luck.
    state, ledger
        Where the replay stands.
    dispatch, aftermath
        Who is asked again, and who sees to what leaves.
    """

    def __init__(
        self,
        setting: Setting,
        state: State,
        ledger: Inventory,
        dispatch: Dispatch,
        aftermath: Aftermath,
    ) -> None:
        self._setting, self._state, self._ledger = setting, state, ledger
        self._dispatch, self._aftermath = dispatch, aftermath

    def leave(self, index: int) -> None:
        """Let a shipment leave, unless its node refuses it or finds too little."""
        state = self._state
        if index not in state.picking:
            return
        shipment, setting = state.moving[index].shipment, self._setting
        kind = setting.kind[shipment.node_id]
        about = (shipment.order_id, shipment.node_id)
        rejects = setting.world.rejects.get(kind, 0.0)
        if setting.happens(rejects, "rejects", *about):
            self._refuse(index, self._units_of(shipment), cause="chance")
            return
        missing = self._missing(shipment)
        leaving = (
            self._refuse(index, missing, cause="chance", is_lost=True)
            if missing
            else [index]
        )
        for one in leaving:
            self._hand_over(one)

    def _missing(self, shipment: Shipment) -> dict[str, int]:
        """Draw which lines of a shipment are not found; of kits all is missing."""
        setting, node = self._setting, shipment.node_id
        short = setting.world.short_picks.get(setting.kind[node], 0.0)
        about = (shipment.order_id, node)
        return {
            line: units
            for line, units in self._units_of(shipment).items()
            if setting.happens(short, "short picks", *about, line)
        }

    def _units_of(self, shipment: Shipment, line: str | None = None) -> dict[str, int]:
        """Count the units of lines that a shipment fills."""
        units = self._setting.goods(shipment.order_id).units(shipment.contents)
        return {name: n for name, n in units.items() if line in (None, name)}

    def _hand_over(self, index: int) -> None:
        """Let what is picked leave: at once, or with the truck of its date."""
        state = self._state
        due = handed_over_at(state.moving[index].shipment)
        if due is None or due <= state.now:
            self._aftermath.depart(index, state.now)
        else:
            push(state, due, Due.PICKED_UP, index)

    def pick_up(self, index: int) -> None:
        """Let what is ready leave, unless it has been stopped since."""
        if index in self._state.picking:
            self._aftermath.depart(index, self._state.now)

    def reject(self, event: Rejected) -> None:
        """Let a node refuse what it has to pick of an order."""
        left, found = event.quantity, False
        for index in self._picking_of(event.order):
            shipment = self._state.moving[index].shipment
            if shipment.node_id != event.node:
                continue
            units = self._units_of(shipment, event.line)
            if left is not None:
                units = {line: min(count, left) for line, count in units.items()}
                left -= sum(units.values())
            if any(units.values()):
                found = True
                self._refuse(index, units, cause="history", is_lost=event.is_lost)
        if not found:
            self._ignore(event, f"{event.node!r} has nothing of it to pick")

    def close(self, node: str) -> None:
        """Close a node, and ask again for what it was to ship."""
        self._dispatch.close(node)
        for index in list(self._state.picking):
            shipment = self._state.moving[index].shipment
            if shipment.node_id == node and not shipment.method.is_collected:
                self._refuse(index, self._units_of(shipment), cause="closed")

    def cancel(self, event: Canceled) -> None:
        """Forget what is held or picked of an order, or of a line of it."""
        state, count = self._state, 0
        held = state.held.pop(event.order, None)
        if held is not None:
            rest = None if event.line is None else without_line(held, event.line)
            if rest is not None:
                state.held[event.order] = rest
            gone = {line.id: line.quantity for line in held.lines}
            if event.line is not None:
                gone = {name: gone[name] for name in gone if name == event.line}
            count += self._note_canceled(event.order, gone)
        for index in self._picking_of(event.order):
            units = self._units_of(state.moving[index].shipment, event.line)
            if units:
                count += self._note_canceled(event.order, units)
                self._stop(index, units, Stage.CANCELED, lost={})
        if count:
            state.stories[event.order].canceled += count
        else:
            self._ignore(event, "nothing of it is still to leave")

    def _note_canceled(self, order_id: str, units: Mapping[str, int]) -> int:
        canceled, total = self._state.stories[order_id].canceled_of, 0
        asked = {
            line.id: line.quantity for line in self._setting.orders[order_id].lines
        }
        for line, quantity in units.items():
            before = canceled.get(line, 0)
            # Components of one kit may be in several shipments: it is canceled once.
            canceled[line] = min(before + quantity, asked[line])
            total += canceled[line] - before
        return total

    def _refuse(
        self,
        index: int,
        units: dict[str, int],
        *,
        cause: str,
        is_lost: bool = False,
    ) -> list[int]:
        """Stop a shipment, and ask others for what its node refuses."""
        state = self._state
        shipment = state.moving[index].shipment
        order, node = self._setting.orders[shipment.order_id], shipment.node_id
        story = state.stories[order.id]
        lost = units if is_lost else {}
        kept = self._stop(index, units, Stage.REJECTED, lost=lost)
        count = sum(units.values())
        state.rejections.append((state.now, order.id, node, count, is_lost, cause))
        for line in units:
            story.refusals.setdefault(line, []).append(node)
            story.causes[line] = word_of(cause, is_lost=is_lost)
        self._dispatch.ask(refused_part(order, units, story.refusals))
        return kept

    def _stop(
        self,
        index: int,
        units: Mapping[str, int],
        stage: Stage,
        *,
        lost: Mapping[str, int],
    ) -> list[int]:
        """
        Stop a shipment, and start what is kept of it.

        Returns
        -------
        list of int
            What is picked in its stead at the same node. If the node may not ship just
            that (a minimum order, say), others are asked for it.
        """
        state, moving = self._state, self._state.moving[index]
        shipment, story = moving.shipment, state.stories[moving.shipment.order_id]
        order, node = self._setting.orders[shipment.order_id], shipment.node_id
        if shipment.stock_at is not None and shipment.stock_at > state.now:
            lost = {}  # what has not come yet cannot be lost
        self._ledger.release(moving.number)
        del state.picking[index]
        moving.stage = stage
        for gone in self._setting.goods(order.id).part(shipment.contents, lost):
            self._ledger.adjust(node, gone.sku, -gone.quantity)
            state.flow.count("lost", gone.sku, gone.quantity)
        kept = {
            line: count - units.get(line, 0)
            for line, count in self._units_of(shipment).items()
            if count > units.get(line, 0)
        }
        if not kept:
            return []
        started = self._dispatch.keep(order, moving, kept)
        if not started:
            story.causes |= dict.fromkeys(kept, REPACKED)
            self._dispatch.ask(refused_part(order, kept, story.refusals))
        return started

    def _picking_of(self, order_id: str) -> list[int]:
        story = self._state.stories.get(order_id)
        moving = [] if story is None else story.moving
        return [index for index in moving if index in self._state.picking]

    def _ignore(self, event: Rejected | Canceled, why: str) -> None:
        self._state.ignored.append((event.at, event.event, event.order, why))
