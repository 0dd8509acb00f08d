"""The stages of a plan for all orders: what a stage leaves to the next."""

from builders import node, order
from domroute.batch.incumbent import Incumbent
from domroute.batch.planning import Planning
from domroute.tuning import WaveTuning
from waves import compiled


def wave_of(objective):
    """One order of A and B: two nodes of 1 have one of them each, N3 of 9 has both."""
    return compiled(
        [order("o1", A=1, B=1)],
        [
            node(f"N{at}", per_shipment=cost)
            for at, cost in ((1, 1.0), (2, 1.0), (3, 9.0))
        ],
        {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}},
        objective=objective,
    )


def settled(wave):
    """Let every order choose."""
    incumbent = Incumbent.of(wave)
    incumbent.settle_all(range(wave.count), wave.free_prices())
    return incumbent


def test_who_has_a_plan_at_last_chooses_again():
    """
    What finds a plan for all looks at cost; what comes before it is each order's.

    A plan in two shipments for 2.0 becomes one in one shipment for 9.0.
    """
    wave = wave_of("fewest_shipments")
    planning = Planning(
        wave=wave,
        sequence=[0],
        seed=0,
        time_limit_s=60.0,
        gap=0.0,
        watch=lambda bound, cost: True,  # noqa: ARG005
        tuned=WaveTuning(),
    )
    planning._hands = Incumbent.of(wave)
    found = settled(wave_of("cost"))
    planning.rank, planning.best = found.rank(), found.copy()

    planning._settle_again(None)
    planning._hands.restore(planning.best)

    assert found.rank() == (0, 2.0)
    assert planning.rank == planning._hands.rank() == (0, 9.0)
