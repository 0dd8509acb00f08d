"""What routing one by one settles for good, before there are prices."""

from __future__ import annotations

from domroute.sourcing.batch.desk import Desk
from domroute.sourcing.batch.wave import filled
from domroute.sourcing.choice import IS_FORBIDDEN


def bar_impossible(desk: Desk) -> None:
    """Set aside orders that have no plan even alone, whatever the others do."""
    wave = desk.wave
    empty = Desk.of(wave)
    for at, placed in enumerate(desk.placed):
        if placed is None or placed.cost >= IS_FORBIDDEN:
            empty.settle(at, wave.free_prices())
            alone = empty.lift(at)
            is_proven = desk.seats[at].loner is None
            if is_proven and (alone is None or alone.cost >= IS_FORBIDDEN):
                wave.barred[at] = True


def keep_fill(desk: Desk) -> None:
    """Hold every order to what it has, line by line, as a floor."""
    wave = desk.wave
    for at, placed in enumerate(desk.placed):
        seat = desk.seats[at]
        if placed is None or placed.cost >= IS_FORBIDDEN:
            continue
        wave.keep_plan(at)
        if seat.sheet is not None:
            state = sum(part for part, _ in placed.picks)
            wave.keep_fill(seat.sheet, seat.place, state)
        elif seat.loner is not None:
            wave.floors[at] = filled(seat.loner, placed.takes)
