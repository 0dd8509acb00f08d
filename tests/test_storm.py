"""Threads at one ledger, and routes beside one; ``benchmarks`` asks far more."""

import pytest
from benchmarks.follower import routed
from benchmarks.storm import Change, Storm, accounted


def test_what_threads_do_is_what_a_clerk_does_one_after_another():
    """Of eight threads and twelve rounds every answer and state is the clerk's."""
    storm = Storm(seed=1, threads=8, rounds=12)

    storm.run()

    counted = accounted(storm)
    assert counted.total() == 2 * 8 * 12
    assert counted["reserve", "done"] > 0


@pytest.mark.parametrize("fault", ["lost", "answer", "figure"])
def test_the_clerk_finds_what_is_wrong(fault):
    """A change that another wrote over, a wrong answer and a wrong figure are told."""
    storm = Storm(seed=2, threads=2, rounds=6)
    storm.run()
    made = [x for some in storm.changes for x in some if x.after is not x.before]
    one, other = made[0], made[-1]
    match fault:
        case "lost":
            other.before = one.before
        case "answer":
            one.answer = "otherwise"
        case _:
            storm.changes[0].append(
                Change("receive", ("N5", "A", 1), other.after, other.after, 0)
            )

    with pytest.raises(AssertionError):
        accounted(storm)


def test_routes_beside_a_follower_hold_on_their_snapshots():
    """None of 60 fails, or gives a false reason, beside a thousand counts a second."""
    follower, reasons = routed(60, 1000.0, seed=3)

    assert follower.fault is None
    assert follower.done["cells"] > 0
    assert reasons.total() > 0
