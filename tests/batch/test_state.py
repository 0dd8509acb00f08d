"""How a search stands: the time that is left, and shares of it."""

from types import SimpleNamespace

import pytest

from domroute.batch import state
from domroute.batch.state import SearchState
from domroute.tuning import WaveTuning


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that is set by hand, at 0 seconds."""
    made = SimpleNamespace(now=0.0)
    made.perf_counter = lambda: made.now
    monkeypatch.setattr(state, "time", made)
    return made


def started():
    """Start a search of ten seconds, with nothing found yet."""
    return SearchState(
        time_limit_s=10.0,
        gap=0.0,
        watch=lambda *_: True,
        tuned=WaveTuning(),
        _started=0.0,
    )


def test_time_runs_out(clock):
    """What is left of ten seconds after four is six; after ten it is over."""
    search = started()

    clock.now = 4.0
    assert search.left() == 6.0
    assert not search.is_over()

    clock.now = 10.0
    assert search.left() == 0.0
    assert search.is_over()


def test_share_is_of_what_is_left_now(clock):
    """Half of the six seconds left after four are over at seven."""
    search = started()
    clock.now = 4.0
    is_over = search.within(0.5, None)

    clock.now = 6.5
    assert not is_over()

    clock.now = 7.0
    assert is_over()


def test_caller_ends_a_search(clock):
    """Who is told of progress may say that it is enough; he is asked now and then."""
    told = []
    search = SearchState(
        time_limit_s=10.0,
        gap=0.0,
        watch=lambda *given: told.append(given) or len(told) < 2,
        tuned=WaveTuning(),
        _started=0.0,
    )

    assert not search.is_over()
    clock.now = 0.1  # too soon to ask again
    assert not search.is_over()
    assert len(told) == 1

    clock.now = 1.0
    assert search.is_over()
    assert len(told) == 2
