"""Units that may leave by each moment at which more of them arrive."""

from random import Random

import numpy as np
import pytest

from domroute.offers.byclass import count_by_class
from domroute.offers.course import Course
from domroute.promise.later import NEVER

PLACED = 5


def counted(*events, on_hand=((0.0,),), reserved=0.0, safety=0.0, until=NEVER):
    """Count events, (SKU, node, moment, units), beside what is on hand; ``(K, N)``."""
    held = np.array(on_hand, float)
    rest = [np.full(held.shape, amount) for amount in (reserved, safety)]
    courses = {}
    for sku in sorted({event[0] for event in events}):
        node, at, units = zip(*(more for k, *more in events if k == sku), strict=True)
        columns = np.array(node), np.array(at), np.array(units, float)
        courses[sku] = Course.of(*columns)
    return count_by_class(np.array([held, *rest]), courses, PLACED, until=until)


def of_one(*events, **more):
    """Count one SKU at one node: events are (moment, units); classes and units."""
    since, units, _ = counted(*((0, 0, *event) for event in events), **more)
    return since.ravel().tolist(), units.ravel().tolist()


def coming_of_one(*events, **more):
    """Count what of one SKU at one node arrives by each class, and is not promised."""
    return counted(*((0, 0, *event) for event in events), **more)[2].ravel().tolist()


def test_what_arrives_is_added_from_then_on():
    """One is there, four come at 9 and two at 20."""
    found = of_one((20, 2), (9, 4), on_hand=[[1]])

    assert found == ([PLACED, 9, 20], [1, 5, 7])


def test_what_arrives_at_once_is_one_class():
    """Two trucks at 9."""
    assert of_one((9, 1), (9, 3)) == ([PLACED, 9], [0, 4])


def test_what_should_have_come_before_the_order_does_not():
    """Nor at the very moment; what is promised of it is owed all the same."""
    assert of_one((3, 7), (PLACED, 2), (9, 1)) == ([PLACED, 9], [0, 1])
    assert of_one((PLACED, 2), on_hand=[[4]]) == ([PLACED], [4])
    owed = (3, 7), (4, -5), (9, 6)
    assert of_one(*owed, on_hand=[[1]]) == ([PLACED, 9], [0, 2])
    assert coming_of_one(*owed, on_hand=[[1]]) == [0, 6]


def test_what_never_arrives_is_nothing():
    """A node that will not open again receives no more."""
    assert of_one((NEVER, 2), on_hand=[[1]]) == ([PLACED], [1])


def test_what_is_promised_for_later_is_left_to_it():
    """Four of what is there by 9 are promised: of 2 + 3 one is left, now and then."""
    found = of_one((9, 3), (9, -4), on_hand=[[2]])

    assert found == ([PLACED, 9], [1, 1])


def test_what_is_promised_for_sooner_is_no_claim_on_what_comes_later():
    """One of nothing by 9 is promised; at 20 nine more come, and eight are left."""
    found = of_one((9, -1), (20, 9), on_hand=[[1]])

    assert found == ([PLACED, 20], [0, 9])


def test_a_promise_between_two_arrivals_makes_no_class():
    """Of three at 9 two are promised for 15; four come at 20: 1, then 5."""
    found = of_one((9, 3), (15, -2), (20, 4))

    assert found == ([PLACED, 9, 20], [0, 1, 5])


def test_a_promise_after_all_arrivals_counts_in_the_end():
    """Of 1 + 3 two are promised for 30: one now, and two by 9."""
    found = of_one((9, 3), (30, -2), on_hand=[[1]])

    assert found == ([PLACED, 9], [1, 2])


def test_more_is_promised_than_will_ever_be_there():
    """None is left, and no fewer."""
    assert of_one((9, 1), (9, -5), on_hand=[[2]]) == ([PLACED, 9], [0, 0])


def test_what_is_there_is_not_what_arrives():
    """Of three at 9 and four at 20, whatever is there, reserved or kept."""
    held = {"on_hand": [[8]], "reserved": 1.0, "safety": 2.0}

    assert coming_of_one((9, 3), (20, 4), **held) == [0, 3, 7]


def test_what_arrives_and_is_promised_is_not_to_be_had():
    """Of three at 9 and four at 20 six are promised for 30: one is left of either."""
    assert coming_of_one((9, 3), (20, 4), (30, -6), on_hand=[[9]]) == [0, 1, 1]


def test_what_is_promised_between_two_arrivals_is_kept_from_the_first():
    """Of three at 9 two are promised for 15, and four come at 20: 1, then 5."""
    assert coming_of_one((9, 3), (15, -2), (20, 4)) == [0, 1, 5]


def test_fractions_are_added_before_they_are_cut():
    """Half a unit and half a unit, or seven tenths and three times one, are one."""
    assert of_one((9, 0.5), on_hand=[[0.5]]) == ([PLACED, 9], [0, 1])
    tenths = of_one((9, 0.1), (20, 0.1), (30, 0.1), on_hand=[[0.7]])
    assert tenths == ([PLACED, 9, 20, 30], [0, 0, 0, 1])


def test_safety_and_what_is_reserved_come_off_every_class():
    """One there and four at 9, less one reserved and two kept."""
    found = of_one((9, 4), on_hand=[[1]], reserved=1.0, safety=2.0)

    assert found == ([PLACED, 9], [0, 2])


def test_skus_of_a_node_share_its_classes():
    """What comes of B at 20 begins a class in which A has what it had."""
    since, units, _ = counted((0, 0, 9, 3), (1, 0, 20, 2), on_hand=[[1], [0]])

    assert since.ravel().tolist() == [PLACED, 9, 20]
    assert units[:, :, 0].T.tolist() == [[1, 4, 4], [0, 0, 2]]


def test_nodes_have_classes_of_their_own():
    """The second has one arrival less: its last class never begins, and brings none."""
    since, units, _ = counted(
        (0, 0, 9, 3), (0, 0, 20, 2), (0, 1, 12, 1), on_hand=[[0, 7]]
    )

    assert since.T.tolist() == [[PLACED, 9, 20], [PLACED, 12, NEVER]]
    assert units[:, 0].T.tolist() == [[0, 3, 5], [7, 8, 8]]


def test_sequence_of_rows_is_no_matter():
    """Whatever row comes first."""
    events = [(9, 3), (20, 4), (15, -2), (9, -1), (30, 1)]

    assert of_one(*events, on_hand=[[2]]) == of_one(*events[::-1], on_hand=[[2]])


def test_what_helps_no_more_begins_no_class_and_counts_for_none():
    """Four come at 9; those at 20 come after all is over."""
    found = of_one((9, 4), (20, 2), on_hand=[[1]], until=19)

    assert found == ([PLACED, 9], [1, 5])
    assert of_one((9, 4), (20, 2), on_hand=[[1]], until=20)[0] == [PLACED, 9, 20]


def test_what_is_promised_for_later_is_kept_all_the_same():
    """Of two there, one is promised for 30, before more comes at 40."""
    found = of_one((30, -1), (40, 5), on_hand=[[2]], until=20)

    assert found == ([PLACED], [1])


@pytest.mark.parametrize("seed", range(60))
def test_what_leaves_until_then_is_what_it_would_be(seed):
    """Whatever comes, or is promised, later."""
    rng = Random(seed)
    events = [
        (
            rng.randrange(2),
            rng.randrange(3),
            rng.randint(1, 40),
            rng.choice((1, 2, 3) if seed % 2 else (1, 2, 3, -1, -2)),
        )
        for _ in range(rng.randint(2, 14))
    ] + [(1, 2, 41, 9)]
    on_hand = [[rng.randint(0, 4) for _ in range(3)] for _ in range(2)]
    until = rng.randint(6, 40)

    since, units, _ = counted(*events, on_hand=on_hand)
    cut, fewer, _ = counted(*events, on_hand=on_hand, until=until)

    for node in range(3):
        kept = np.flatnonzero(since[:, node] <= until)
        assert cut[: len(kept), node].tolist() == since[kept, node].tolist()
        assert (cut[len(kept) :, node] == NEVER).all()
        for at in range(len(cut)):
            same = units[kept[min(at, len(kept) - 1)], :, node]
            assert fewer[at, :, node].tolist() == same.tolist()
