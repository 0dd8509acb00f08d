"""A history is cut into whole blocks of days, and put together anew."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from builders import line, network, node, order
from domroute import InputError, Inventory, Quotes, Scenario, Stock
from domroute.events import (
    Canceled,
    Closed,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
)
from domroute.replay.engine import Replay
from domroute.replay.tactic import Tactic
from domroute.streams.resampling import resampled
from domroute.whatif.compare import compare

START = datetime(2026, 3, 2, 7, tzinfo=UTC)  # a Monday, seven in the morning
DAY = timedelta(days=1)


def shop(**fields):
    """Make a shop of one node that holds a thousand of one item."""
    return Scenario(
        name="shop",
        network=network(node("N1"), items="A"),
        inventory=Inventory([Stock(node="N1", sku="A", on_hand=1000)]),
        **fields,
    )


def orders(days):
    """Place an order at noon of each day; its quantity counts the days from one."""
    return [
        Placed(
            order=order(
                f"o{day}",
                line("l1", "A", day + 1),
                placed_at=START + day * DAY,
            )
        )
        for day in range(days)
    ]


def quantities(events):
    """Return what was ordered, in order of time."""
    return [
        event.order.lines[0].quantity for event in events if isinstance(event, Placed)
    ]


def test_streams_are_made_of_whole_blocks():
    """Each week of a stream is a week of the history, from first day to last."""
    stream = resampled(orders(21))
    weeks = [list(range(first, first + 7)) for first in (1, 8, 15)]

    seen = Counter()
    for seed in range(60):
        events = stream(shop(), seed)
        found = quantities(events)
        parts = [found[at : at + 7] for at in (0, 7, 14)]
        assert all(part in weeks for part in parts)
        assert [event.at for event in events] == [
            START + day * DAY for day in range(21)
        ]
        seen.update((place, tuple(part)) for place, part in enumerate(parts))
    # Every week stands at every place: sixty streams, three weeks, 20 times each.
    assert len(seen) == 9
    assert all(8 <= count <= 34 for count in seen.values())


def test_equal_seeds_make_equal_streams():
    """Whenever a stream is asked for again it is the same."""
    one, other = resampled(orders(28)), resampled(orders(28))

    assert one(shop(), 5) == other(shop(), 5)
    assert len({tuple(quantities(one(shop(), seed))) for seed in range(20)}) > 10


def test_ids_are_of_their_place():
    """An order that is drawn twice is two orders."""
    events = resampled(orders(14))(shop(), 0)

    names = [event.order.id for event in events]
    assert len(set(names)) == 14
    assert all(name.endswith(("@1", "@2")) for name in names)


def test_days_begin_at_midnight_by_the_clock_of_the_first_order():
    """An order at seven in the evening and one at six next morning are of two days."""
    times = [START.replace(hour=19), START.replace(hour=6) + DAY]
    events = [
        Placed(order=order(f"o{at}", line("l1", "A", at + 1), placed_at=time))
        for at, time in enumerate(times)
    ]

    stream = resampled(events, days=1)

    assert stream.start == START.replace(hour=0)
    assert (stream.blocks, stream.left_out) == (2, 0)
    hours = {event.at.hour for event in stream(shop(), 3)}
    assert hours <= {19, 6}


def test_days_that_make_no_whole_block_are_left_out_and_counted():
    """Of sixteen days, two weeks are drawn from; two orders are not."""
    stream = resampled(orders(16))

    assert (stream.blocks, stream.left_out) == (2, 2)
    assert max(max(quantities(stream(shop(), seed))) for seed in range(20)) == 14


def test_what_befalls_an_order_comes_with_it():
    """As long after it as it did, and as often as the order is drawn."""
    history = [
        *orders(2),
        Rejected(at=START + timedelta(hours=2), order="o0", node="N1"),
        Canceled(at=START + timedelta(hours=5), order="o0"),
        Returned(at=START + 3 * DAY, order="o0", line="l1", quantity=1),
    ]
    stream = resampled(history, days=1)

    for seed in range(8):
        events = stream(shop(), seed)
        times = {e.order.id: e.at for e in events if isinstance(e, Placed)}
        first = [name for name in times if name.startswith("o0@")]
        for kind, later in (
            (Rejected, timedelta(hours=2)),
            (Canceled, timedelta(hours=5)),
            (Returned, 3 * DAY),
        ):
            mine = {e.order: e.at for e in events if isinstance(e, kind)}
            assert mine == {name: times[name] + later for name in first}


def test_what_happens_to_nodes_stays_at_its_time():
    """Receipts and closures come once, whichever blocks are drawn."""
    stays = [
        Received(at=START + timedelta(hours=1), node="N1", sku="A", quantity=4),
        Closed(at=START + timedelta(hours=30), node="N1"),
        Reopened(at=START + timedelta(hours=40), node="N1"),
    ]
    stream = resampled([*orders(4), *stays], days=2)

    for seed in range(4):
        found = [e for e in stream(shop(), seed) if not isinstance(e, Placed)]
        assert found == stays


def test_streams_can_be_replayed():
    """Whatever is drawn, the events name what is there."""
    history = [
        *orders(6),
        Canceled(at=START + timedelta(hours=1), order="o3"),
        Rejected(at=START + 4 * DAY, order="o4", node="N1"),
    ]
    stream = resampled(history, days=2)

    outcome = Replay(shop(), stream(shop(), 2)).run()

    assert len(outcome.orders) == 6


def test_a_scenario_is_a_history_of_its_orders():
    """Its own orders are what was placed."""
    scenario = shop(orders=[event.order for event in orders(14)])

    assert quantities(resampled(scenario)(scenario, 1)) == quantities(
        resampled(orders(14))(shop(), 1)
    )


def test_comparison_of_resamples_says_what_it_stands_on():
    """Intervals are those of the bootstrap, and many seeds do not narrow them."""
    scenario, stream = shop(), resampled(orders(42))
    tactics = [Tactic(name="at once")]

    few, many = (
        compare(scenario, tactics, range(seeds), stream=stream).summary("revenue")
        for seeds in (12, 60)
    )

    assert few["basis"].tolist() == many["basis"].tolist() == ["resamples"]
    widths = [float((one["high"] - one["low"]).iloc[0]) for one in (few, many)]
    # Sixty streams instead of twelve: Student's over streams would be 0.41 times.
    assert widths[1] > 0.6 * widths[0]


def test_equal_resamples_are_two_draws():
    """Two blocks make four streams: what is drawn twice counts twice."""
    found = compare(
        shop(), [Tactic(name="at once")], range(12), stream=resampled(orders(14))
    )

    runs = found.wide()["revenue"]
    assert runs.nunique() < 12
    assert found.means()["revenue"].iloc[0] == pytest.approx(runs.mean())


@pytest.mark.parametrize(
    ("history", "days", "words"),
    [
        (orders(13), 7, "13 days make no two blocks of 7"),
        (orders(14), 0, "0 should be a whole number of days, 1 or above"),
        (orders(14), 1.5, "1.5 should be a whole number of days"),
        (orders(14), True, "True should be a whole number of days"),
        ([], 7, "nothing is ordered in it"),
        ([order("o1", A=1)], 7, "should be an event of domroute"),
        (5, 7, r"history\[0\]: 5 should be an event"),
    ],
    ids=str,
)
def test_history_that_cannot_be_cut_is_refused(history, days, words):
    """What would be right is said."""
    with pytest.raises(InputError, match=words):
        resampled(history, days=days)


def test_quotes_are_refused():
    """Quotes are by order, and drawn orders are new ones."""
    event = orders(1)[0]
    scenario = shop(orders=[event.order], quotes=Quotes(shipments={("o0", "N1"): 3.0}))

    with pytest.raises(InputError, match="quotes: are by order"):
        resampled(orders(14))(scenario, 0)
