"""Small waves beside brute force that shares nothing with the library but its nouns."""

from collections import Counter

import pytest

from beside import wave_beside


@pytest.mark.parametrize("seed", range(30))
def test_a_small_wave_is_solved_whatever_its_orders_ask(seed):
    """The cost is that of brute force, and proven; or it is proven that none can be."""
    assert list(wave_beside(seed, Counter())) == []
