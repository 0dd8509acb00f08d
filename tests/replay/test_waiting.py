"""Replays whose orders wait for stock: promised, received, sent when it is there."""

from datetime import timedelta

import pytest

from arriving import NOW, TUE, WED, row, wants
from builders import item, line, network, node, service
from domroute.costs import Backorder, Shipping
from domroute.events import Canceled, Placed, Received, Rejected
from domroute.ledger import Inventory
from domroute.policy import Policy
from domroute.replay import Replay, Tactic, World
from domroute.scenario import Scenario
from domroute.whatif.hindsight import hindsight

# Two days on the way; a node that always works.
RIDE = service("ground", pickups=["17:00"], transit_days=2, delivers_by="20:00")
POLICY = Policy(
    costs=[Shipping(), Backorder(per_unit=1.0)],
    unfilled_penalty=50.0,
    allow_backorder=True,
)


def replay(rows, *events, policy=POLICY, services=(RIDE,), **more):
    """Make a replay of events in a network in UTC."""
    made = network(node("N1"), items=[item("A")], services=services)
    made = made.model_copy(update={"time_zone": "UTC"})
    scenario = Scenario(name="waits", network=made, inventory=Inventory(rows))
    return Replay(scenario, events, policy, **more)


def ordered(name, *lines, at=NOW, **fields):
    """Place an order at a moment; whole numbers are lines."""
    return Placed(order=wants(*lines, name=name, placed=at, **fields))


def run(*asked, **more):
    """Run to the end, checking at every step; the outcome and its shipments."""
    made = replay(*asked, **more)
    while made.step():
        made.check()
    outcome = made.outcome()
    return outcome, outcome.shipments.set_index("order")


def test_what_waits_leaves_once_its_stock_has_come():
    """One A on Tuesday at eight: Tuesday's truck, there on Thursday."""
    outcome, sent = run([row("A", 0, (TUE, 1))], ordered("o1", A=1))

    assert outcome.orders["filled"].tolist() == [1]
    left = sent.loc["o1"]
    assert left["ships_at"] == left["left_at"] == TUE.replace(hour=17)
    assert left["delivered_at"].date() == (TUE + timedelta(days=2)).date()


def test_what_was_promised_came_when_it_was_promised():
    """The figures of dates count what waited: promised for Thursday, there then."""
    outcome, _ = run([row("A", 0, (TUE, 1))], ordered("o1", A=1))

    (promise,) = outcome.promises.to_dict("records")
    assert promise["promised_on"] == (TUE + timedelta(days=2)).date()
    assert promise["why"] == "kept"
    assert outcome.kpis()["promise_kept_share"] == 1.0


def test_what_comes_is_promised_once():
    """Two come, and three orders want one: the last is left, then one more is there."""
    rows = [row("A", 0, (TUE, 2), (WED, 1))]
    placed = [ordered(f"o{at}", A=1, at=NOW + timedelta(minutes=at)) for at in range(4)]

    outcome, sent = run(rows, *placed)

    assert outcome.orders["filled"].tolist() == [1, 1, 1, 0]
    assert sent["left_at"].tolist() == [
        *[TUE.replace(hour=17)] * 2,
        WED.replace(hour=17),
    ]


def test_what_has_come_is_left_to_whom_it_was_promised():
    """An order after the truck finds one on hand, which is another's."""
    rows = [row("A", 0, (TUE, 1))]
    late = ordered("o2", line("A", "A", allow_backorder=False), at=TUE)

    outcome, _ = run(rows, ordered("o1", A=1), late)

    assert outcome.orders["filled"].tolist() == [1, 0]


def test_without_waiting_what_is_inbound_is_there_when_it_comes():
    """As before: the first order is left, the second gets it."""
    rows = [row("A", 0, (TUE, 1))]
    policy = POLICY.model_copy(update={"allow_backorder": False})

    outcome, _ = run(
        rows, ordered("o1", A=1), ordered("o2", A=1, at=TUE), policy=policy
    )

    assert outcome.orders["filled"].tolist() == [0, 1]


def test_receipts_of_ones_own_are_a_supply_beside():
    """Two of one's own at the moment at which one is inbound: three in all."""
    rows = [row("A", 0, (TUE, 1))]
    mine = Received(at=TUE, node="N1", sku="A", quantity=2)
    after = ordered("o2", A=2, at=TUE + timedelta(minutes=1))

    outcome, _ = run(rows, mine, ordered("o1", A=1), after)

    assert outcome.orders["filled"].tolist() == [1, 2]


def test_what_was_due_before_the_start_comes_then():
    """On Sunday; it is there when the first order is placed."""
    outcome, sent = run([row("A", 0, (NOW - timedelta(days=1), 1))], ordered("o1", A=1))

    assert outcome.orders["filled"].tolist() == [1]
    assert sent.loc["o1", "left_at"] == NOW.replace(hour=17)


def test_network_without_times_waits_too():
    """Nothing but stock takes time: it leaves as it comes."""
    ship = service("plain")

    outcome, sent = run([row("A", 0, (TUE, 1))], ordered("o1", A=1), services=[ship])

    assert outcome.orders["filled"].tolist() == [1]
    assert sent.loc["o1", "left_at"] == TUE


def test_what_is_canceled_while_it_waits_is_free_again():
    """The second order, which came too late, is not asked again; the third has it."""
    hour = timedelta(hours=1)
    gone = Canceled(at=NOW + 2 * hour, order="o1")
    events = [
        ordered("o1", A=1),
        ordered("o2", A=1, at=NOW + hour),
        gone,
        ordered("o3", A=1, at=NOW + 3 * hour),
    ]

    outcome, _ = run([row("A", 0, (TUE, 1))], *events)

    assert outcome.orders["filled"].tolist() == [0, 0, 1]


def test_what_has_not_come_cannot_be_lost():
    """A node refuses on Monday what it would have on Tuesday: none is written off."""
    no = Rejected(at=NOW + timedelta(hours=1), order="o1", node="N1", is_lost=True)

    made = replay([row("A", 0, (TUE, 1))], ordered("o1", A=1), no)
    while made.step():
        made.check()

    assert made.on_hand() == {"A": 1.0}


@pytest.mark.parametrize("steps", range(9))
def test_checkpoint_keeps_what_is_still_to_come(steps):
    """Wherever it is taken up, the end is the same."""
    rows = [row("A", 1, (TUE, 1), (WED, 1))]
    events = [
        ordered(f"o{at}", A=1, at=NOW + timedelta(hours=9 * at)) for at in range(4)
    ]
    whole = replay(rows, *events).run()
    part = replay(rows, *events)
    for _ in range(steps):
        part.step()

    again = Replay.resume(
        part.checkpoint(), part.setting.scenario, events, POLICY, world=World()
    )

    assert again.ledger.inbound == part.ledger.inbound
    assert again.ledger.relied == part.ledger.relied
    ended = again.run()
    assert ended.orders.equals(whole.orders)
    assert ended.shipments.equals(whole.shipments)


def test_waves_wait_too():
    """Held for a day: each of two gets one of what comes."""
    rows = [row("A", 0, (TUE, 1), (WED, 1))]
    tactic = Tactic(name="waves", policy=POLICY, hold_h=4.0)

    outcome, _ = run(rows, ordered("o1", A=1), ordered("o2", A=1), policy=tactic)

    assert outcome.orders["filled"].tolist() == [1, 1]


def test_bound_in_hindsight_holds_for_what_waited():
    """What comes after an order was routed may be its own: it is not closed to it."""
    made = replay([row("A", 0, (TUE, 1))], ordered("o1", A=1))
    outcome = made.run()

    found = hindsight(made.setting.scenario, [ordered("o1", A=1)], POLICY, hold_h=0.0)

    assert found.above(outcome) >= 0
    assert found.bound < 50.0
