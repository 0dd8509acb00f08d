"""What a plan costs, recomputed term by term, and where it says otherwise."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from domroute.costs.asking import amount_of
from domroute.costs.term import ShipmentFacts
from domroute.ledger import Snapshot
from domroute.network import Node
from domroute.orders import Line
from domroute.plan import Costs
from domroute.verify.beside import Beside
from domroute.verify.book import Book
from domroute.verify.dated import time_of
from domroute.verify.deliveries import Group
from domroute.verify.dividing import arriving, is_partial, must_fill, split_cost
from domroute.verify.merging import held_by, leg_of
from domroute.verify.permissions import check_service, offers_service, rules_of, takes
from domroute.verify.quoted import Quoted
from domroute.verify.reading import SUBSTITUTION, Part, Reading
from domroute.verify.rules import concerns, is_meant, lets, lets_carry
from domroute.verify.stock import safety_costs, starts_of, workload_of
from domroute.verify.workdays import day_costs

TOLERANCE = 1e-6
"""How far an amount may be from the one recomputed, relative or absolute."""


def check_costs(
    reading: Reading,
    inventory: Snapshot,
    quoted: Quoted | None,
    cost: float | None,
    beside: Beside | None = None,
) -> None:
    """Note every amount that is not what the data say."""
    amounts = [
        _check_shipment(part, reading, inventory, quoted) for part in reading.parts
    ]
    amounts.append(_check_unfilled(reading))
    amounts.append(_check_order_costs(reading, inventory, quoted, beside))
    # A plan that could not be priced has no total to compare with.
    if cost is not None and reading.is_whole:
        total = sum(amounts)
        if not is_close(cost, total):
            message = f"is said to cost {cost:.6f}, and costs {total:.6f}"
            reading.add("wrong_total", f"order {reading.order.id!r}", message)


def _check_shipment(
    part: Part, reading: Reading, inventory: Snapshot, quoted: Quoted | None
) -> float:
    shipment, group = part.shipment, part.group
    if shipment.method != group.method:
        message = f"method is {shipment.method!s}, the lines ask for {group.method!s}"
        reading.add("wrong_delivery", part.where, message)
    if not is_close(shipment.distance_km, part.distance_km):
        message = f"{shipment.distance_km:.6f} km should be {part.distance_km:.6f}"
        reading.add("wrong_distance", part.where, message)
    workload = workload_of(part, quoted)
    if not is_close(shipment.workload, workload):
        message = f"workload {shipment.workload:g} should be {workload:g}"
        reading.add("wrong_workload", part.where, message)

    quote, covers_all = None, False
    if quoted is not None:
        quote, covers_all = quoted.shipment(part.node.id, shipment.service)
    if not check_service(reading, part, is_quoted=covers_all) or not part.is_whole:
        reading.is_whole = False
        return 0.0
    units = {} if quoted is None else _quoted_units(part, quoted)
    facts = _facts_of(
        part, reading, inventory, is_quoted=quote is not None, lines=frozenset(units)
    )
    expected = _amounts_of(part, facts, reading.book)
    if quote is not None or units:
        expected["quoted"] = (quote or 0.0) + sum(units.values())
    if reading.ways:
        expected[SUBSTITUTION] = part.charge
    if reading.book.soft or reading.book.steps:
        _add_rules(expected, part, reading)
    total = sum(expected.values())
    if total == math.inf and shipment.service is not None:
        message = f"{shipment.service!r} does not carry these items there"
        reading.add("wrong_service", part.where, message)
        reading.is_whole = False
        return 0.0
    _compare(reading, shipment.costs, expected, part.where)
    return total


def _amounts_of(part: Part, facts: ShipmentFacts, book: Book) -> dict[str, float]:
    """Ask terms about a shipment, a part on its way, or what is put together."""
    if part.to is not None:
        return _term_amounts(_facts_at(part, part.to, facts), book)
    if not part.joined:
        return _term_amounts(facts, book)
    whole = _term_amounts(replace(facts, contents=held_by(part)), book)
    # Of what goes through it a node charges nothing that it charges for its own.
    given = _term_amounts(_facts_at(part, part.node, facts), book)
    return whole | {name: given[name] for name in given if name in book.of_sources}


def _facts_at(part: Part, to: Node, facts: ShipmentFacts) -> ShipmentFacts:
    """See a part on its way to where it is put together, or there already."""
    leg = leg_of(part.group, to)
    is_there = part.node is to
    return replace(
        facts,
        delivery=leg.delivery,
        service=None if is_there else facts.service,
        distance_km=0.0 if is_there else part.distance_km,
        postal_code=to.location.postal_code,
        days_late=0,
        days_until=0,
    )


def _quoted_units(part: Part, quoted: Quoted) -> dict[str, float]:
    """Find what the units of each line cost by quote; lines without one are left."""
    found: dict[str, float] = {}
    for line, _, quantity in part.contents:
        each = quoted.unit(line.id, part.node.id)
        if each is not None:
            found[line.id] = found.get(line.id, 0.0) + each * quantity
    return found


def _facts_of(
    part: Part,
    reading: Reading,
    inventory: Snapshot,
    *,
    is_quoted: bool,
    lines: frozenset[str],
) -> ShipmentFacts:
    group, timing = part.group, part.timing
    return ShipmentFacts(
        order=reading.order,
        delivery=group.delivery,
        node=part.node,
        service=part.shipment.service,
        contents=part.contents,
        distance_km=part.distance_km,
        postal_code=None if group.place is None else group.place.postal_code,
        network=reading.book.network,
        inventory=inventory,
        shipment_quoted=is_quoted,
        quoted_lines=lines,
        is_collected=group.is_collected,
        days_late=0 if timing is None else timing.days_late,
        days_until=0 if timing is None else timing.days_until,
        waits=part.shipment.stock_at is not None,
        apart=reading.book.policy.apart,
    )


def _term_amounts(facts: ShipmentFacts, book: Book) -> dict[str, float]:
    if not facts.shipment_quoted and not facts.quoted_lines:
        return {
            name: _read(name, amount(facts), facts) for name, amount in book.amounts
        }
    rest = replace(facts, contents=facts.unquoted) if book.drops_quoted else facts
    amounts: dict[str, float] = {}
    for name, amount in book.amounts:
        if name not in book.drops_quoted:
            amounts[name] = _read(name, amount(facts), facts)
        elif not facts.shipment_quoted:
            amounts[name] = _read(name, amount(rest), facts)
    return amounts


def _read(name: str, value: float, facts: ShipmentFacts) -> float:
    """Read what a term says; a term of a user's may say anything."""
    if type(value) is float and -math.inf < value < math.inf:
        return value
    return amount_of(name, value, may_refuse=facts.service is not None)


def is_carried(
    reading: Reading,
    inventory: Snapshot,
    quoted: Quoted | None,
    node: Node,
    what: tuple[Group, tuple[Line, ...]],
    *,
    stock_at: datetime | None = None,
) -> bool:
    """
    Tell whether some service carries lines of a delivery, if they need one.

    Where the order has dates, it must carry them in time, from the moment on at which
    the last of their stock may be used.
    """
    group, lines = what
    book, timing = reading.book, None
    covers_all = quoted is not None and quoted.shipment(node.id, None)[1]
    needs_none = group.stays_at(node) or covers_all or not book.may_pick_service
    if needs_none and not reading.is_dated:
        return True
    contents = tuple([(line, book.items[line.sku], 1) for line in lines])
    km = group.distance_km(node, book)
    if needs_none:
        return time_of(
            reading, group, node, None, contents, distance_km=km, stock_at=stock_at
        ).may_be
    names: list[str | None] = [] if book.picks_service else [None]
    names += [
        service.id
        for service in book.services.values()
        if offers_service(node, group, service, book)
        and takes(service, node, group, km, contents)
        and all(
            lets_carry(rule, service, [item for _, item, _ in contents])
            for rule in rules_of(reading.order, group, book)
        )
    ]
    for name in names:
        if reading.is_dated:
            service = None if name is None else book.services[name]
            timing = time_of(
                reading,
                group,
                node,
                service,
                contents,
                distance_km=km,
                stock_at=stock_at,
            )
            if not timing.may_be:
                continue
        quote = None if quoted is None else quoted.shipment(node.id, name)[0]
        known = frozenset(
            line.id
            for line in lines
            if quoted is not None and quoted.unit(line.id, node.id) is not None
        )
        facts = ShipmentFacts(
            order=reading.order,
            delivery=group.delivery,
            node=node,
            service=name,
            contents=contents,
            distance_km=km,
            postal_code=None if group.place is None else group.place.postal_code,
            network=book.network,
            inventory=inventory,
            shipment_quoted=quote is not None,
            quoted_lines=known,
            is_collected=group.is_collected,
            days_late=0 if timing is None else timing.days_late,
            days_until=0 if timing is None else timing.days_until,
            waits=stock_at is not None,
            apart=book.policy.apart,
        )
        if sum(_term_amounts(facts, book).values()) < math.inf:
            return True
    return False


def last_start(
    reading: Reading,
    inventory: Snapshot,
    quoted: Quoted | None,
    node: Node,
    line: Line,
) -> tuple[bool, datetime | None]:
    """Tell whether a node may send a line in time, and until when that may wait."""
    what = reading.groups[line.id], (line,)
    for stock_at in (*reversed(starts_of(reading, inventory, node, line)), None):
        if is_carried(reading, inventory, quoted, node, what, stock_at=stock_at):
            return True, stock_at
    return False, None


def _add_rules(expected: dict[str, float], part: Part, reading: Reading) -> None:
    order, node, delivery = reading.order, part.node, part.group.delivery
    service = reading.book.services.get(part.shipment.service or "")
    items = [item for _, item, _ in held_by(part)]
    for rule, price in reading.book.soft:
        if concerns(rule, order, delivery) and not (
            all(lets(rule, node, item, part.distance_km) for item in items)
            and (service is None or lets_carry(rule, service, items))
        ):
            expected[f"rule:{rule.name}"] = price
    for step in reading.book.steps:
        if is_meant(order, delivery, step.orders):
            steps = node.priority - reading.book.best_priority
            expected[f"rule:{step.name}"] = (step.price or 0.0) * steps


def _check_unfilled(reading: Reading) -> float:
    total = 0.0
    for at, part in enumerate(reading.plan.unfilled):
        line = reading.lines.get(part.line_id)
        if line is None or must_fill(line, reading):
            continue
        penalty = line.unfilled_penalty
        if penalty is None:
            penalty = reading.book.policy.unfilled_penalty or 0.0
        cost = penalty * reading.order.weight * part.quantity
        total += cost
        if not is_close(part.cost, cost):
            message = f"unfilled at {part.cost:.6f}, should be {cost:.6f}"
            reading.add("wrong_cost", f"unfilled[{at}]", message)
    return total


def _check_order_costs(
    reading: Reading,
    inventory: Snapshot,
    quoted: Quoted | None,
    beside: Beside | None,
) -> float:
    splits = reading.book.policy.splits
    expected: dict[str, float] = {}
    price = splits.incomplete_price
    if splits.ship_complete and price is not None and is_partial(reading):
        expected["incomplete"] = price
    if len(reading.parts) > 1:
        shipments, nodes = arriving(reading), len(reading.nodes)
        expected["split"] = split_cost(splits, shipments, nodes)
    if reading.book.lends:
        expected.update(safety_costs(reading, inventory))
    if reading.book.fills:
        expected.update(day_costs(reading, inventory, quoted, beside))
    if expected or reading.plan.order_costs.amounts:
        _compare(reading, reading.plan.order_costs, expected, "order_costs")
    return sum(expected.values())


def _compare(
    reading: Reading, said: Costs, expected: dict[str, float], where: str
) -> None:
    rest = dict(expected)
    for term, amount in said.amounts:
        right = rest.pop(term, 0.0)
        if not is_close(amount, right):
            message = f"{term!r} is {amount:.6f}, should be {right:.6f}"
            reading.add("wrong_cost", where, message)
    for term, right in rest.items():
        if not is_close(0.0, right):
            message = f"{term!r} is missing, should be {right:.6f}"
            reading.add("wrong_cost", where, message)


def is_close(said: float, right: float) -> bool:
    """Tell whether an amount is the right one, but for rounding."""
    if said == right:
        return True
    # Nothing is close to infinity: a share of it would let every amount pass.
    slack = TOLERANCE * max(1.0, abs(right))
    return math.isfinite(right) and abs(said - right) <= slack
