"""Maps of moments, beside a walk over small whole numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domroute.promise.later import NEVER, Later

FIRST, LAST = -3, 40
"""Moments that are asked about; all that happens is in between."""
MOMENTS = range(FIRST, LAST + 1)


def walk_to(goals, moment):
    """Return the first of some moments that is not past."""
    return next((goal for goal in sorted(goals) if goal >= moment), NEVER)


def walk_into(spans, moment):
    """Return the first moment within an opening, ends and all."""
    there = (max(opens, moment) for opens, closes in spans if closes >= moment)
    return next(there, NEVER)


def walk_work(spans, work, moment):
    """Work a unit at a time in openings; return when so many are done."""
    if work == 0:
        return walk_into(spans, moment)
    units = [unit for opens, closes in spans for unit in range(opens, closes)]
    left = [unit for unit in units if unit >= moment]
    return left[work - 1] + 1 if len(left) >= work else NEVER


@st.composite
def openings(draw, least=1):
    """Draw openings, apart from each other and rising; some may be a moment."""
    ends = sorted(draw(st.sets(st.integers(0, 30), max_size=8)))
    pairs = zip(ends[::2], ends[1::2], strict=False)
    spans = [(opens, closes) for opens, closes in pairs if closes - opens >= least]
    if least == 0 and draw(st.booleans()):
        spans.append((33, 33))
    return spans


def columns(spans):
    """Return openings as two arrays."""
    table = np.array(spans, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@st.composite
def maps(draw):
    """Draw a map of any kind, and the walk that does the same."""
    kind = draw(st.sampled_from(["to", "into", "work"]))
    if kind == "to":
        goals = sorted(draw(st.sets(st.integers(0, 30), max_size=6)))
        made = Later.to_moments(np.array(goals, np.int64))
        return made, lambda moment: walk_to(goals, moment)
    if kind == "into":
        spans = draw(openings(least=0))
        made = Later.into(*columns(spans))
        return made, lambda moment: walk_into(spans, moment)
    spans, work = draw(openings()), draw(st.integers(0, 7))
    made = Later.of_work(*columns(spans), work)
    return made, lambda moment: walk_work(spans, work, moment)


def walk_latest(walk, goal):
    """Return the last moment asked about that leads to a goal at the latest."""
    fits = [moment for moment in MOMENTS if walk(moment) <= goal]
    return max(fits, default=None)


@given(maps())
def test_map_is_the_walk(both):
    """Where each moment leads is what walking on finds."""
    made, walk = both

    assert made.at(np.array(MOMENTS)).tolist() == [walk(x) for x in MOMENTS]


@given(st.lists(maps(), min_size=2, max_size=4))
def test_one_after_the_other_is_both_walks(several):
    """However many are joined, and in whatever pairs."""
    made, walks = several[0][0], [walk for _, walk in several]
    for after, _ in several[1:]:
        made = made.then(after)
    other = several[-1][0]
    for before, _ in reversed(several[:-1]):
        other = before.then(other)

    def walked(moment):
        for walk in walks:
            moment = walk(moment) if moment < NEVER else NEVER
        return moment

    expected = [walked(moment) for moment in MOMENTS]
    assert made.at(np.array(MOMENTS)).tolist() == expected
    assert other.at(np.array(MOMENTS)).tolist() == expected


@given(maps(), maps())
def test_latest_is_the_last_that_leads_there(first, second):
    """No later moment leads there in time, and that one does."""
    made = first[0].then(second[0])

    def walk(moment):
        there = first[1](moment)
        return second[1](there) if there < NEVER else NEVER

    for goal in range(LAST):
        known = walk_latest(walk, goal)
        found = int(made.latest(np.array([goal]))[0])

        assert found == (-NEVER if known is None else known)


@given(maps(), maps())
def test_one_is_as_many(first, second):
    """Asked about one moment, the answer is as for many."""
    made = first[0].then(second[0])
    moments = np.array(MOMENTS)

    assert [made.of_one(x) for x in MOMENTS] == made.at(moments).tolist()
    assert [made.latest_of_one(x) for x in MOMENTS] == made.latest(moments).tolist()


@given(maps(), maps())
def test_no_map_turns_time_back(first, second):
    """Nothing leads to before it began, and who comes later leads no sooner."""
    made = first[0].then(second[0])
    found = made.at(np.array(MOMENTS))

    assert (found >= np.array(MOMENTS)).all()
    assert (np.diff(found) >= 0).all()
    assert (np.diff(made.until) > 0).all()
    assert (np.diff(made.value) >= 0).all()


def test_what_never_opens_leads_nowhere():
    """Nothing waits for what does not come; no moment leads there."""
    nothing = np.empty(0, np.int64)
    shut = Later.of_work(nothing, nothing, 3)
    truck = Later.to_moments(np.array([5]))

    for made in (shut, shut.then(truck), truck.then(shut)):
        assert made.at(np.array([0])).tolist() == [NEVER]
        assert made.latest(np.array([9])).tolist() == [-NEVER]
        assert made.of_one(0) == NEVER
        assert made.latest_of_one(9) == -NEVER


def test_pieces_that_stand_still_are_joined():
    """Two trucks that meet one ferry are one piece: whoever comes until 8 is on it."""
    trucks = Later.to_moments(np.array([5, 8]))
    ferry = Later.to_moments(np.array([10]))

    made = trucks.then(ferry)

    assert made.until.tolist() == [8]
    assert made.value.tolist() == [10]
