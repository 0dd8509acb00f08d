"""What holds of plans that wait for stock: when it comes, how long, names and years."""

import copy
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dated_changes import (
    WEEKS,
    changed,
    later_by_a_year,
    leaves,
    names_in,
    raw_of,
    renamed,
    routed,
    scenario_of,
    shuffled,
)
from domroute.ledger import Inbound, Inventory, Stock
from domroute.policy import Policy
from domroute.router import Router
from domroute.words import Objective
from plain_stocked_worlds import drawn_stocked

SEEDS = st.integers(0, 10**6)
TICK = timedelta(microseconds=1)
CHANGING = ("America/", "Europe/", "Australia/", "Pacific/")
"""Zones whose clocks change begin so."""

pytestmark = [
    pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning"),
    # Where nothing has a price on time, waiting is free, as told elsewhere.
    pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning"),
]


def savable(seed):
    """Draw a world whose policy is of terms that can be written down."""
    made = drawn_stocked(seed)
    costs = tuple(term for term in made.policy.costs if term.name != "bonus")
    return made._replace(policy=made.policy.model_copy(update={"costs": costs}))


def written(seed):
    """Write a world down as plain values; quotes are of no matter here."""
    return raw_of(savable(seed))


def waiting(seed):
    """
    Write down a unit that comes some hours after its order, and nothing to decide.

    What comes is there at once, so that it is known when.
    """
    made, draw = drawn_stocked(seed), random.Random(seed)
    line, node = draw.choice(made.order.lines), draw.choice(made.network.nodes)
    delivery = line.delivery or made.order.delivery
    if not delivery.method.is_collected:
        names = (draw.choice(made.network.services).id,)
        delivery = delivery.model_copy(update={"services": names})
    line = line.model_copy(
        update={
            "quantity": 1,
            "delivery": None,
            "pinned_node": node.id,
            "ship_together": None,
            "must_fill": False,
            "unfilled_penalty": None,
            "allow_backorder": True,
        }
    )
    order = made.order.model_copy(update={"lines": (line,), "delivery": delivery})
    node = node.model_copy(
        update={"receiving_minutes": 0.0, "minimum_order": 0.0, "capacity": None}
    )
    network = made.network.model_copy(update={"nodes": (node,)})
    if delivery.node not in (None, node.id):
        assume(False)  # noqa: FBT003 - nobody else's node is left
    comes = order.placed_at + timedelta(
        minutes=draw.randint(0, 6000), microseconds=draw.choice((1, 1, 999_999))
    )
    row = Stock(
        node=node.id,
        sku=line.sku,
        on_hand=0,
        inbound=[Inbound(at=comes, quantity=1)],
    )
    policy = Policy(costs=[], promise=made.policy.promise)
    return raw_of(
        made._replace(
            orders=(order,), network=network, inventory=Inventory([row]), policy=policy
        )
    )


def shipment_of(raw):
    """Return the only shipment of the only order; None where it is not sent."""
    plan = routed(raw).plan
    assert len(plan.shipments) + len(plan.unfilled) == 1
    return plan.shipments[0] if plan.shipments else None


def comes_at(raw, when):
    """Let the unit come at another moment."""
    made = copy.deepcopy(raw)
    made["stock"][0]["inbound"] = [{"at": when.isoformat(), "quantity": 1}]
    return made


def there_at(raw, when):
    """Let the order be placed at a moment, and the unit be there."""
    made = copy.deepcopy(raw)
    made["orders"][0]["placed_at"] = when.isoformat()
    made["stock"][0] |= {"on_hand": 1, "inbound": []}
    return made


def dates_in(plan):
    """List the moments of a plan, shipment by shipment."""
    return [
        (
            *(x.ready_at, x.ships_at, x.delivers_on, x.delivers_at),
            *(x.valid_until, x.stock_at),
        )
        for x in plan.shipments
    ]


@given(SEEDS)
def test_what_waits_leaves_as_if_ordered_when_it_comes(seed):
    """A unit that comes later is dated as one on hand of an order of that moment."""
    raw = waiting(seed)
    first = shipment_of(raw)
    assume(first is not None)
    assume(first.method != "same_day")  # which is the day on which it is ordered

    again = shipment_of(there_at(raw, first.stock_at))

    assert first.stock_at.isoformat() == utc(raw["stock"][0]["inbound"][0]["at"])
    assert again.stock_at is None
    assert (again.ready_at, again.ships_at) == (first.ready_at, first.ships_at)
    assert (again.delivers_on, again.delivers_at) == (
        first.delivers_on,
        first.delivers_at,
    )
    assert again.valid_until == first.valid_until


def utc(text):
    """Write a moment as a shipment does."""
    return datetime.fromisoformat(text).isoformat()


@given(SEEDS)
def test_stock_may_come_until_it_says_and_no_later(seed):
    """At ``valid_until`` it leaves as promised; a microsecond later it does not."""
    raw = waiting(seed)
    first = shipment_of(raw)
    assume(first is not None)

    at_last = shipment_of(comes_at(raw, first.valid_until))
    after = shipment_of(comes_at(raw, first.valid_until + TICK))

    assert leaves(at_last) == leaves(first)
    assert at_last.delivers_at == first.delivers_at
    assert after is None or leaves(after) > leaves(first)


@given(SEEDS, st.integers(1, 10**6))
def test_stock_that_comes_later_leaves_no_sooner(seed, seconds):
    """Nor is it delivered sooner."""
    raw = waiting(seed)
    first = shipment_of(raw)
    assume(first is not None)

    later = first.stock_at + timedelta(seconds=seconds)
    again = shipment_of(comes_at(raw, later))

    assert again is None or leaves(again) >= leaves(first)
    if again is not None and first.delivers_at is not None:
        assert again.delivers_at >= first.delivers_at


@given(SEEDS)
def test_names_and_rows_change_nothing_but_names(seed):
    """Other names in the same order, and rows in any: the same plan under them."""
    raw = written(seed)
    names = {name: f"Ω {name}" for name in names_in(raw)}
    mixed = shuffled(renamed(raw, names), random.Random(seed))
    for row in mixed["stock"]:
        random.Random(seed).shuffle(row.get("inbound", []))

    first, again = routed(raw).to_dict(), routed(mixed).to_dict()

    for result in (first, again):
        # How many states a program walks is its solver's affair.
        del result["policy_version"], result["elapsed_s"], result["statistics"]
    assert again == renamed(first, names)


@given(SEEDS)
def test_names_in_another_order_cost_the_same(seed):
    """Whatever is called first, the best costs the same."""
    raw = written(seed)
    known = names_in(raw)
    names = {name: f"{len(known) - at:02} {name}" for at, name in enumerate(known)}

    first, again = routed(raw), routed(renamed(raw, names))

    assert again.cost == pytest.approx(first.cost, rel=1e-9)


@given(SEEDS)
def test_a_year_later_all_is_a_year_later(seed):
    """Where no clock changes, 52 weeks move every date, and no cost."""
    raw = changed(
        written(seed), lambda text: "UTC" if text.startswith(CHANGING) else text
    )

    now, later = routed(raw), routed(later_by_a_year(raw))

    assert later.cost == now.cost
    moved = [
        tuple(None if when is None else when + WEEKS for when in dates)
        for dates in dates_in(now.plan)
    ]
    assert dates_in(later.plan) == moved
    supply = [part.supply for part in now.plan.shipments]
    assert [part.supply for part in later.plan.shipments] == supply


@given(SEEDS, st.integers(0, 10**4), st.sampled_from((0.5, 1, 2)))
def test_a_row_more_that_comes_is_never_dearer(seed, minutes, quantity):
    """Whoever does not need it goes as before; it may save, and never costs."""
    made = savable(seed)
    # Parcels of several units may be so dear that it pays to send them at two moments;
    # then not to need the later one costs.
    assume(
        all(
            row[-1] <= 2 * row[0]
            for one in made.network.services
            for row in one.rate_card.rates
        )
    )
    policy = made.policy.model_copy(update={"objective": Objective.COST})
    draw, rows = random.Random(seed), list(made.inventory)
    at = draw.randrange(len(rows))
    comes = made.order.placed_at + timedelta(minutes=minutes, microseconds=1)
    more = (*rows[at].inbound, Inbound(at=comes, quantity=quantity))
    before = Router(made.network, made.inventory, policy).route(made.order)
    rows[at] = rows[at].model_copy(update={"inbound": more})

    after = Router(made.network, Inventory(rows), policy).route(made.order)

    assert after.cost <= before.cost * (1 + 1e-9)


@given(SEEDS)
def test_what_comes_is_nothing_to_lines_that_may_not_wait(seed):
    """Where no line may wait, the plan is as if nothing came, to the byte."""
    made = savable(seed)
    lines = tuple(
        line.model_copy(update={"allow_backorder": None}) for line in made.order.lines
    )
    order = made.order.model_copy(update={"lines": lines})
    options = made.policy.promise.model_copy(update={"overdue_days": None})
    policy = made.policy.model_copy(
        update={"allow_backorder": False, "promise": options}
    )
    bare = [row.model_copy(update={"inbound": ()}) for row in made.inventory]

    with_rows = Router(made.network, made.inventory, policy).route(order)
    without = Router(made.network, Inventory(bare), policy).route(order)

    first, again = with_rows.to_dict(), without.to_dict()
    del first["elapsed_s"], again["elapsed_s"]
    assert first == again


@given(SEEDS)
def test_batch_of_one_costs_what_that_one_does(seed):
    """A wave of one order costs what the order does."""
    made = savable(seed)
    policy = made.policy.model_copy(update={"objective": Objective.COST})
    router = Router(made.network, made.inventory, policy)

    alone, wave = router.route(made.order), router.route_batch([made.order])

    assert wave.cost == pytest.approx(alone.cost, rel=1e-6)


@given(SEEDS)
def test_scenario_survives_json(seed):
    """What may wait is written and read again."""
    raw = written(seed)

    assert raw_of(_Read(raw)) == raw


class _Read:
    """A scenario read from plain values, as the worlds are."""

    def __init__(self, raw):
        made = scenario_of(raw)
        self.network, self.inventory = made.network, made.inventory
        self.policy, (self.order,) = made.policy, made.orders
