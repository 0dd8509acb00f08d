"""OR-Library's set-covering instances as one order each: fewest nodes, by cost."""

import os

import pytest
from benchmarks.published import DATA, NO_DATA, covering_case

from domroute import Status

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=NO_DATA)

ENOUGH_S = 600.0
"""Every proof here ends by itself, long before."""
_QUICK = ["scp42", "scp45", "scp47", "scp510"]
_ALL = [
    *(f"scp{size}{at}" for size in (4, 5) for at in range(1, 11)),
    *(f"scp6{at}" for at in range(1, 6)),
]
# The others take minutes together; `python -m benchmarks` runs and asserts them too.
_INSTANCES = _ALL if os.environ.get("PUBLISHED") == "all" else _QUICK


@pytest.mark.parametrize("instance", _INSTANCES)
def test_covering_optimum(instance):
    """200 lines over 1,000 or 2,000 nodes cost the published optimum, proven."""
    case = covering_case(instance)

    result = case.route(time_limit_s=ENOUGH_S)

    assert result.status is Status.OPTIMAL
    assert result.cost == pytest.approx(case.optimum, rel=1e-6)
