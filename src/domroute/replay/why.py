"""What was promised of lines, what came of it, and a word for why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domroute.goods import Goods
from domroute.plan import Shipment
from domroute.replay.state import Moving, Vow

KEPT: Final = "kept"
EARLIER: Final = "earlier"
CANCELED: Final = "canceled"
REJECTED: Final = "rejected"
SHORT: Final = "short"
CLOSED: Final = "closed"
REPACKED: Final = "repacked"
LATE_TRUCK: Final = "late_truck"
UNPROMISED: Final = "unpromised"
UNFILLED: Final = "unfilled"

WORDS: Final[dict[str, str]] = {
    KEPT: "all units came when they were promised",
    EARLIER: "all units came, the last of them before it was promised",
    REJECTED: "a node refused units; elsewhere they came later, or not at all",
    SHORT: "a node did not find units; elsewhere they came later, or not at all",
    CLOSED: "a node closed; elsewhere units came later, or not at all",
    REPACKED: "another line of the shipment fell away; what was left went another way",
    LATE_TRUCK: "the carrier came late",
    CANCELED: "the customer canceled units; what is left of the line came in time",
    UNPROMISED: "units were to come by a service that promises no date",
    UNFILLED: "nothing was promised, for nothing could be shipped",
}
"""What may have become of a promise, and what each word means."""


def word_of(cause: str, *, is_lost: bool) -> str:
    """
    Say in a word why units were asked for again.

    Parameters
    ----------
    cause
        Of the rejection: ``closed``, ``chance`` or ``history``.
    is_lost
        Whether the units were not there.

    Examples
    --------
    >>> word_of("history", is_lost=False), word_of("chance", is_lost=True)
    ('rejected', 'short')
    """
    if cause == CLOSED:
        return CLOSED
    return SHORT if is_lost else REJECTED


def vows_of(shipments: Sequence[Shipment], goods: Goods) -> dict[str, Vow]:
    """
    Say what shipments promise of each line: when the last of it comes.

    Parameters
    ----------
    shipments
        Of an order.
    goods
        Reads what leaves for its lines.
    """
    vows: dict[str, Vow] = {}
    for shipment in shipments:
        by, on = shipment.delivers_at, shipment.delivers_on
        for content in shipment.contents:
            line, units = content.line_id, content.quantity
            vow = vows.get(line)
            if vow is None:
                vows[line] = Vow(units, on, by)
                continue
            vow.units += units
            if by is None or vow.by is None:
                vow.on = vow.by = None
            elif by > vow.by:
                vow.on, vow.by = on, by
    if not goods.is_plain:
        filled = goods.filled(shipment.contents for shipment in shipments)
        for line, vow in vows.items():
            vow.units = filled.get(line, 0)
    return vows


def came_at(moving: Moving) -> datetime | None:
    """Say when a shipment was there, or is expected; None if nobody knows yet."""
    return moving.delivered_at or moving.shipment.delivers_at


def came_on(moving: Moving, zone: str) -> date | None:
    """
    Say on which date a shipment was there, or is expected.

    Parameters
    ----------
    moving
        The shipment.
    zone
        The clock of where it goes.
    """
    due, day = moving.shipment.delivers_at, moving.shipment.delivers_on
    done = moving.delivered_at
    if done is None or done == due:
        return day
    if due is not None and day is not None:
        return day + timedelta(days=(done - due).days)
    return done.astimezone(ZoneInfo(zone)).date()


def last_of(shipments: Sequence[Moving]) -> Moving | None:
    """Find the shipment that comes last; one of which nobody knows when, if any."""
    return max(shipments, key=_by, default=None)


def why(
    vow: Vow | None,
    shipments: Sequence[Moving],
    line: str,
    *,
    came: int,
    canceled: int,
    cause: str | None,
) -> str:
    """
    Say what became of the promise of a line, in one of ``WORDS``.

    Parameters
    ----------
    vow
        What was promised; None for nothing.
    shipments
        Those with units of the line that stand.
    line
        Its id.
    came, canceled
        Units of it that they fill, and that were canceled.
    cause
        Why units of it were last asked for again, if they were.
    """
    if vow is None:
        return UNFILLED
    if vow.by is None:
        return UNPROMISED
    if cause is not None and came + canceled < vow.units:
        return cause
    last = last_of(shipments)
    if last is not None and _by(last) > vow.by.timestamp():
        planned = last.shipment.delivers_at
        was_in_time = planned is not None and planned <= vow.by
        return LATE_TRUCK if was_in_time else last.causes[line]
    if canceled:
        return CANCELED
    on_the_day = last is not None and _by(last) == vow.by.timestamp()
    return KEPT if on_the_day else EARLIER


def _by(moving: Moving) -> float:
    """Order shipments by when they come; what nobody knows is last."""
    moment = came_at(moving)
    return float("inf") if moment is None else moment.timestamp()
