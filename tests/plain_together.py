"""
The best plan of a dated order whose deliveries come on one date, by trying every date.

Each delivery that comes together is held to each date in turn, and nothing may be in it
that does not come on that very date. What is left is an order like any other.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from plain_dated import DatedWorld
from plain_dates import local, moment

DAY = timedelta(days=1)


def held_in(kind):
    """Make a kind of world in which some deliveries come on stated dates, or not."""

    class Held(kind):
        """Such a world."""

        def __init__(self, on, *world):
            self.on = on
            super().__init__(*world)

        def part(self, name, delivery, *how):
            """Return a shipment, if it comes on its date; why there is none else."""
            found = super().part(name, delivery, *how)
            if isinstance(found, str) or delivery not in self.on:
                return found
            is_on = found.dates.delivers_on == self.on[delivery]
            return found if is_on else "no_date"

    return Held


def held_worlds(made, kind=DatedWorld):
    """Yield, for all dates that deliveries may come on together, what there is then."""
    order, rest = made.order, made[1:]
    together = [each for each in order.deliveries if each.together]
    plain, held_world = kind(_with(order, {}), *rest), held_in(kind)
    # On a date beyond the horizon nothing comes.
    never = [plain.clock.horizon.date() + 3 * DAY]
    days = [_dates(plain, order, each) or never for each in together]
    for picked in product(*days):
        held = dict(zip(together, picked, strict=True))
        asked = _with(order, held)
        on = {_held(order, each, day): day for each, day in held.items()}
        yield held_world(on, asked, *rest)


def best_of(made, kind=DatedWorld):
    """Return the best plan in which what must comes on one date; None without any."""
    plans = (plan for world in held_worlds(made, kind) for plan in world.plans())
    return min(plans, default=None, key=lambda plan: plan.rank)


def apart(made):
    """Return a world in which everything comes as it may."""
    return DatedWorld(_with(made.order, {}), *made[1:])


def _held(order, delivery, day=None):
    """
    Return a delivery that may not come before a date.

    Two that are held to one date stay two: each is known by its number.
    """
    dates = [at for at in (delivery.earliest, day) if at is not None]
    number = order.deliveries.index(delivery)
    update = {"together": number, "earliest": max(dates, default=None)}
    return delivery.model_copy(update=update)


def _with(order, held):
    """Return an order whose deliveries are held."""
    made = {each: _held(order, each, held.get(each)) for each in order.deliveries}
    lines = [
        line
        if line.delivery is None
        else line.model_copy(update={"delivery": made[line.delivery]})
        for line in order.lines
    ]
    own = made.get(order.delivery, order.delivery)
    return order.model_copy(update={"delivery": own, "lines": tuple(lines)})


def _dates(plain, order, delivery):
    """List the dates on which some unit of a delivery may come, held to them or not."""
    own = {line.id: order.delivery_of(line) for line in order.lines}
    mine = [at for at, line in enumerate(plain.lines) if own[line.id] == delivery]
    first = plain.clock.placed.date() - 2 * DAY
    count = (plain.clock.horizon.date() - first).days + 3
    return [
        day
        for day in (first + k * DAY for k in range(count))
        if any(_comes(plain, order, (delivery, at), day) for at in mine)
    ]


def _comes(plain, order, what, day):
    """Tell whether a unit of a line may come on a date, held to it or not."""
    delivery, at = what
    held = _held(order, delivery, day)
    units = tuple(int(k == at) for k in range(len(plain.lines)))
    for name in plain.nodes:
        if plain.may(plain.lines[at], name, held):
            for service in plain.carriers(name, held):
                for when in getattr(plain, "moments", {}).get(name, [None]):
                    how = () if when is None else (when,)
                    part = plain.part(name, held, service, units, *how)
                    comes = not isinstance(part, str) and part.dates.delivers_on == day
                    if comes and _is_today(plain, delivery, part, day):
                        return True
    return False


def _is_today(plain, delivery, part, day):
    """Tell whether what must come the same day does, though it is held."""
    if delivery.method != "same_day":
        return True
    end = plain.clock.end_of(delivery, plain.nodes[part.node])[0]
    start = plain.clock.placed
    if delivery.earliest is not None:
        start = max(start, moment(end, delivery.earliest, 0))
    return local(start, end) == day
