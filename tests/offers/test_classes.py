"""Lines of one delivery that may leave from different moments on."""

from datetime import UTC, datetime

import numpy as np
import pytest

from builders import item
from domroute.offers.classes import Classes, Waiting
from domroute.offers.laid import Laid
from domroute.promise.later import NEVER
from domroute.promise.window import tick_of
from domroute.supply import StockByDate

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
LATER, LAST = NOON.replace(day=20), NOON.replace(day=25)
PLACED = tick_of(NOON)


def classes(*released):
    """Look at items released at some moments."""
    items = tuple(item(f"A{at}", release_at=when) for at, when in enumerate(released))
    return Classes.of(items, PLACED)


def laid(carries=None, node=None):
    """Lay two services out: the first from two nodes, the second from one."""
    return Laid(
        runs=(slice(0, 2), slice(2, 3)),
        service=np.array([0, 0, 1]),
        node=node,
        zone=np.array([0, 1, 0]),
        carries=carries,
    )


def test_moments_rise_and_are_shared():
    """What is not held, or was released before, may leave once it is ordered."""
    found = classes(LAST, None, LATER, NOON.replace(day=1), LAST)

    first, then, last = PLACED, tick_of(LATER), tick_of(LAST)
    assert found.moments.tolist() == [first, then, last]
    assert found.released.tolist() == [last, first, then, first, last]


def test_one_moment_changes_nothing():
    """The same offers, all from then on."""
    before = laid()

    spread = classes(LATER, LATER).spread_out(before)

    assert spread.laid is before
    assert spread.since.tolist() == [tick_of(LATER)] * 3
    assert spread.stocked is None


def test_offers_stand_once_for_each_moment():
    """Of each service those of its first moment, then those of the next."""
    spread = classes(None, LATER).spread_out(laid())

    after = spread.laid
    first, then = PLACED, tick_of(LATER)
    assert after.runs == (slice(0, 2), slice(2, 4), slice(4, 5), slice(5, 6))
    assert after.service.tolist() == [0, 0, 0, 0, 1, 1]
    assert after.node.tolist() == [0, 1, 0, 1, 2, 2]
    assert after.zone.tolist() == [0, 1, 0, 1, 0, 0]
    assert spread.since.tolist() == [first, first, then, then, first, then]
    assert spread.stocked is None


def test_line_leaves_by_offers_of_its_moment_and_after():
    """The first line by all, the second by the later alone."""
    after = classes(None, LATER).spread_out(laid()).laid

    assert after.carries.tolist() == [
        [True] * 6,
        [False, False, True, True, False, True],
    ]


def test_service_still_refuses_what_it_did():
    """The second service takes no first line, from whatever moment on."""
    carries = np.array([[True, True, False], [True, True, True]])
    after = classes(None, LATER).spread_out(laid(carries)).laid

    assert after.carries.tolist() == [
        [True, True, True, True, False, False],
        [False, False, True, True, False, True],
    ]


def test_nodes_keep_their_positions():
    """Where offers are of some nodes alone."""
    after = classes(None, LATER).spread_out(laid(node=np.array([3, 7, 5]))).laid

    assert after.node.tolist() == [3, 7, 3, 7, 5, 5]


def test_nothing_laid_out_stays_nothing():
    """No node at hand, no offers."""
    none = np.empty(0, np.int64)
    nothing = Laid(runs=(), service=none, node=none, zone=none)

    for made in (classes(None, LATER), waiting_classes([0, 4, 9])):
        spread = made.spread_out(nothing)
        assert spread.laid.runs == ()
        assert len(spread.laid.service) == len(spread.since) == 0


# --- what waits for stock -------------------------------------------------------------


def waiting(
    *stock, since=(PLACED, 20, 30), waits=(True,), wanted=(9,), most=None, **more
):
    """See a delivery of one line at one node wait; the stock is by class."""
    units = np.array(stock, np.int64)
    units = units.reshape(len(units), -1, 1)
    classes = np.array(since[: len(units)], np.int64)[:, None]
    by_date = StockByDate(classes, units, np.array(waits), units - units[:1])
    lines = np.zeros(len(waits), np.int64), np.array(waits), np.array(wanted)
    if most is None:
        most = np.full((len(waits), 1), 9)
    return Waiting.of(by_date, lines, most, **more)


def waiting_classes(stock, released=(PLACED,), **more):
    """Look at lines at one node that wait for stock, by three classes."""
    free = np.array(released, np.int64)
    since = PLACED, PLACED + 20, PLACED + 30
    found = waiting(*stock, since=since, waits=[True] * len(free), **more)
    assert found is not None
    return Classes(free, np.unique(free), found)


ONE = Laid(
    runs=(slice(0, 1), slice(1, 2)),
    service=np.array([0, 1]),
    node=np.array([0, 0]),
    zone=np.array([0, 0]),
)
"""Two services of one node."""


def test_classes_that_bring_what_is_asked_for_are_waited_for():
    """Of 1, 4 and 4 units the third brings nothing; of 3 that are wanted, 3."""
    found = waiting([1], [4], [4])
    assert found.is_more.ravel().tolist() == [True, True, False]
    assert found.units.ravel().tolist() == [1, 4, 4]

    enough = waiting([1], [3], [9], wanted=[3])
    assert enough.is_more.ravel().tolist() == [True, True, False]


@pytest.mark.parametrize(
    "change",
    [
        {"waits": [False]},
        {"wanted": [1]},
        {"most": np.array([[0]])},
        {"since": (PLACED, NEVER)},
    ],
    ids=["may not wait", "all is there", "node gives none", "never comes"],
)
def test_nothing_to_wait_for(change):
    """Four come: they are of no use to this delivery."""
    assert waiting([1], [4], **change) is None


def test_others_may_take_what_would_be_enough():
    """One is wanted, and there is one: beside others whatever comes is waited for."""
    assert waiting([1], [4], [9], wanted=[1]) is None

    found = waiting([1], [4], [9], wanted=[1], is_alone=False)

    assert found.is_more.ravel().tolist() == [True, True, True]


def test_lines_that_share_what_comes_may_each_wait():
    """Either of two lines of one could be filled now; the order asks for two."""
    found = waiting([1], [2], waits=[True, True], wanted=[2, 2])

    assert found.is_more[:, :, 0].tolist() == [[True, True], [True, True]]


def test_no_more_is_taken_than_a_node_may_give():
    """Of four that come it gives three."""
    found = waiting([1], [4], most=np.array([[3]]))

    assert found.units.ravel().tolist() == [1, 3]


def test_offers_stand_once_for_each_class_of_stock():
    """Of each service what leaves now, and what leaves with each arrival."""
    spread = waiting_classes([1, 4, 9]).spread_out(ONE)

    first, then, last = PLACED, PLACED + 20, PLACED + 30
    assert spread.since.tolist() == [first, then, last] * 2
    assert spread.laid.service.tolist() == [0, 0, 0, 1, 1, 1]
    assert spread.laid.runs == tuple(slice(at, at + 1) for at in range(6))
    assert spread.stocked.by_class.tolist() == [0, 1, 2, 0, 1, 2]
    assert spread.stocked.limit.tolist() == [[1, 4, 9, 1, 4, 9]]


def test_nothing_there_is_no_offer():
    """The first class has none."""
    spread = waiting_classes([0, 0, 9]).spread_out(ONE)

    assert spread.since.tolist() == [PLACED + 30] * 2
    assert spread.stocked.by_class.tolist() == [2, 2]


def test_what_is_held_beyond_its_stock_leaves_once_released():
    """Released at 25: what is there, or comes at 20, leaves then; then at 30."""
    spread = waiting_classes([1, 4, 9], released=[PLACED + 25]).spread_out(ONE)

    first, last = PLACED + 25, PLACED + 30
    assert spread.since.tolist() == [first, first, last] * 2
    assert spread.stocked.by_class.tolist() == [0, 1, 2] * 2


def test_lines_released_apart_leave_by_each_class_from_both():
    """
    A is free at once, B at 25; of both come four at 20, and no more at 30.

    By what is there: at once, and at 25; by what comes: at 20, and at 25.
    """
    lines = {"released": [PLACED, PLACED + 25], "wanted": [9, 9]}
    spread = waiting_classes([1, 4, 4], **lines).spread_out(ONE)

    run = [(PLACED, 0), (PLACED + 25, 0), (PLACED + 20, 1), (PLACED + 25, 1)]
    found = zip(spread.since.tolist(), spread.stocked.by_class.tolist(), strict=True)
    assert list(found) == run * 2
    assert spread.stocked.limit.tolist() == [[1, 1, 4, 4] * 2, [0, 1, 0, 4] * 2]
    assert spread.laid.carries.tolist() == [[True] * 8, [False, True] * 4]


def test_stock_of_some_offers():
    """Looked at by their positions."""
    stocked = waiting_classes([1, 4, 9]).spread_out(ONE).stocked

    found = stocked.only(np.array([1, 5]))

    assert found.by_class.tolist() == [1, 2]
    assert found.limit.tolist() == [[4, 9]]
