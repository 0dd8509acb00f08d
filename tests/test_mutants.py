"""Inputs that are almost right end with a status; ``benchmarks.mutants`` tries more."""

from __future__ import annotations

import pytest
from benchmarks.mutants import DATED, PLAIN, STATUSES, Makers, quietly


@pytest.fixture(scope="module")
def makers(tmp_path_factory):
    """Write the good inputs once."""
    return Makers(tmp_path_factory.mktemp("mutants"), PLAIN + DATED)


@pytest.mark.filterwarnings("ignore")  # a strange policy may warn, as it should
@pytest.mark.parametrize("block", range(4))
def test_mutants_end_with_a_status_and_no_traceback(block, makers):
    """Whatever was changed in whichever file, by whichever command it is read."""
    for number in range(25 * block, 25 * block + 25):
        _, argv = makers.make(number)
        status, trace = quietly(argv)
        assert status in STATUSES, (number, trace)
