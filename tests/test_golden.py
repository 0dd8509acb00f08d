"""
The golden record: what was answered before the house is rebuilt is answered after it.

Record anew what is meant to differ: ``pytest tests/test_golden.py --renew-record``.
"""

import pytest

import golden_record
from golden_record import DATA, PARTS

pytestmark = pytest.mark.no_cover
NEEDS_DATA = pytest.mark.skipif(not DATA.exists(), reason=f"no data in {DATA}")


@pytest.mark.parametrize(
    "part", [pytest.param(x, marks=NEEDS_DATA if x == "real" else ()) for x in PARTS]
)
def test_answers_are_those_on_record(part, request):
    """Line by line: cost, status, bound and plan."""
    if request.config.getoption("--renew-record"):
        golden_record.write(part)
    before = golden_record.read(part)

    now = list(PARTS[part]())

    differing = [pair for pair in zip(before, now, strict=False) if pair[0] != pair[1]]
    assert differing == []
    assert len(before) == len(now)
