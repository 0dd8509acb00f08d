"""What a method decides: a plan, or none that could be kept to."""

from types import SimpleNamespace

import numpy as np
import pytest

from domroute.sourcing.choice import Choice

DRAINED = SimpleNamespace(drain=np.zeros(1, np.int64))
FREE = SimpleNamespace(drain=None)


@pytest.mark.parametrize(
    ("offers", "proves", "is_kept"),
    [
        (DRAINED, True, True),
        (DRAINED, False, False),
        (FREE, True, True),
        (FREE, False, True),
    ],
)
def test_plan_stands_where_what_comes_first_is_proven(offers, proves, is_kept):
    """A ladder that is to be drained is a rule: what may break it is no plan."""
    choice = Choice((), 3.0, "greedy", proves_goals=proves)

    kept = choice.as_proven(offers)

    assert (kept.takes is not None) == is_kept
    assert kept.bound == choice.bound
