"""What other plans of a wave take of what one of them draws on."""

import pytest

from domroute.verify.beside import Beside
from domroute.words import Measure
from plans import plan, ship

MINE = plan(ship("N1", "A2", "B1", workload=4.5), ship("N2", "A1"))
THEIRS = plan(ship("N1", "A3", workload=3.0))
BESIDE = Beside([MINE, THEIRS])


def test_units_of_others_are_counted():
    """Others take three A from N1, and nothing else."""
    assert BESIDE.units(MINE, "N1", "A") == 3
    assert BESIDE.units(MINE, "N1", "B") == 0
    assert BESIDE.units(MINE, "N2", "A") == 0
    assert BESIDE.units(THEIRS, "N1", "A") == 2
    assert BESIDE.units(THEIRS, "N2", "A") == 1


@pytest.mark.parametrize(
    ("measure", "others", "mine"),
    [
        (Measure.ORDERS, 1, 1),
        (Measure.LINES, 1, 2),
        (Measure.UNITS, 3, 3),
        (Measure.WORKLOAD, 3.0, 4.5),
    ],
)
def test_capacity_of_others_is_measured(measure, others, mine):
    """By each measure; an order counts once at a node however it ships from there."""
    twice = plan(*MINE.shipments, *MINE.shipments)

    assert BESIDE.load(MINE, "N1", measure) == others
    assert BESIDE.load(THEIRS, "N1", measure) == mine
    assert BESIDE.load(THEIRS, "N9", measure) == 0
    assert Beside([twice]).load(plan(), "N1", Measure.ORDERS) == 1
