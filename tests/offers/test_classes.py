"""Lines of one delivery that may leave from different moments on."""

from datetime import UTC, datetime

import numpy as np

from builders import item
from domroute.offers.classes import Classes
from domroute.offers.laid import Laid
from domroute.promise.window import tick_of

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

    assert found.since.tolist() == [PLACED, tick_of(LATER), tick_of(LAST)]
    assert found.of_line.tolist() == [2, 0, 1, 0, 2]


def test_one_moment_changes_nothing():
    """The same offers, all from then on."""
    before = laid()

    after, since = classes(LATER, LATER).spread_out(before)

    assert after is before
    assert since.tolist() == [tick_of(LATER)] * 3


def test_offers_stand_once_for_each_moment():
    """Of each service those of its first moment, then those of the next."""
    after, since = classes(None, LATER).spread_out(laid())

    first, then = PLACED, tick_of(LATER)
    assert after.runs == (slice(0, 2), slice(2, 4), slice(4, 5), slice(5, 6))
    assert after.service.tolist() == [0, 0, 0, 0, 1, 1]
    assert after.node.tolist() == [0, 1, 0, 1, 2, 2]
    assert after.zone.tolist() == [0, 1, 0, 1, 0, 0]
    assert since.tolist() == [first, first, then, then, first, then]


def test_line_leaves_by_offers_of_its_moment_and_after():
    """The first line by all, the second by the later alone."""
    after, _ = classes(None, LATER).spread_out(laid())

    assert after.carries.tolist() == [
        [True] * 6,
        [False, False, True, True, False, True],
    ]


def test_service_still_refuses_what_it_did():
    """The second service takes no first line, from whatever moment on."""
    carries = np.array([[True, True, False], [True, True, True]])
    after, _ = classes(None, LATER).spread_out(laid(carries))

    assert after.carries.tolist() == [
        [True, True, True, True, False, False],
        [False, False, True, True, False, True],
    ]


def test_nodes_keep_their_positions():
    """Where offers are of some nodes alone."""
    after, _ = classes(None, LATER).spread_out(laid(node=np.array([3, 7, 5])))

    assert after.node.tolist() == [3, 7, 3, 7, 5, 5]


def test_nothing_laid_out_stays_nothing():
    """No node at hand, no offers."""
    none = np.empty(0, np.int64)
    after, since = classes(None, LATER).spread_out(
        Laid(runs=(), service=none, node=none, zone=none)
    )

    assert after.runs == ()
    assert len(after.service) == len(since) == 0
