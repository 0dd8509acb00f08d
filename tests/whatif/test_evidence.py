"""Intervals claim no more than the runs they are made of can know."""

import math
import random

import numpy as np
import pytest

from domroute import Policy, SplitLimits
from domroute.replay.engine import Replay
from domroute.replay.tactic import Tactic
from domroute.replay.world import Returns, World
from domroute.whatif.blocks import difference_per_order
from domroute.whatif.collecting import Collected
from domroute.whatif.compare import compare
from domroute.whatif.evidence import (
    Basis,
    Evidence,
    Side,
    estimate,
    interval_of_blocks,
    mark_of,
)
from domroute.whatif.intervals import interval_of_resamples
from domroute.whatif.pieces import RATIOS, TOTALS, Pieces
from replay.streams import APART, drawn_orders, drawn_stream, shop

TACTICS = (
    Tactic(name="any"),
    Tactic(name="one", policy=Policy(splits=SplitLimits(max_shipments=1))),
)
LUCK = World(rejects={"store": 0.3}, returns=Returns(share=0.2))
SUMS = [*TOTALS, *RATIOS]


def history(**fields):
    """Make a shop that brings twelve orders of its own, an hour apart."""
    return shop(kept=APART, orders=drawn_orders(1), **fields)


def ends_of(frame):
    """Return the ends of intervals, those that are not known as None."""
    return [
        None if math.isnan(low) else (low, high)
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]


def test_runs_that_are_the_same_give_no_interval():
    """Five seeds of one history and no luck are one run: nothing is known of spread."""
    found = compare(history(), TACTICS, range(5))

    for frame in (found.summary("total_cost"), found.paired(kpis="total_cost")):
        assert ends_of(frame) == [None] * len(frame)
        assert set(frame["basis"]) == {"none"}
        assert set(frame["seeds"]) == {5}
        assert set(frame["draws"]) == {1}
    assert found.paired(kpis="total_cost")["agree"].tolist() == [1]
    assert "One history was replayed: seeds draw no other" in str(found)
    assert "One history was replayed" in found._repr_html_()


@pytest.mark.parametrize(
    "stream", [None, lambda scenario, _: drawn_stream(scenario, 1)]
)
def test_luck_of_the_world_is_not_luck_of_the_trade(stream):
    """Refusals differ from seed to seed, and the orders do not: still one history."""
    found = compare(history(), TACTICS, range(4), stream=stream, world=LUCK)

    frame = found.summary("total_cost")
    assert found.wide()["total_cost"].nunique() > 2
    assert ends_of(frame) == [None, None]
    assert set(frame["draws"]) == {1}


def test_streams_drawn_apart_are_runs():
    """Orders that differ from seed to seed make Student's interval over the seeds."""
    found = compare(shop(kept=APART), TACTICS, range(3), stream=drawn_stream)

    frame = found.summary("revenue")
    assert set(frame["basis"]) == {"runs"}
    assert set(frame["draws"]) == {3}
    assert found.notes == ()


def repeated(scenario, seed):
    """Make one stream of two seeds each."""
    return drawn_stream(scenario, seed // 2)


def test_seeds_of_the_same_stream_count_once():
    """Six seeds that make three streams are worth as much as three."""
    twice = compare(shop(kept=APART), TACTICS, range(6), stream=repeated)
    once = compare(shop(kept=APART), TACTICS, range(3), stream=drawn_stream)

    left, right = (one.paired(kpis="total_cost").iloc[0] for one in (twice, once))
    for column in ("mean", "difference", "low", "high", "agree", "draws"):
        assert left[column] == pytest.approx(right[column])
    assert (left["seeds"], right["seeds"]) == (6, 3)
    assert "6 seeds made 3 different streams" in str(twice)
    # Seed 0 alone counts half as much as seed 2: means are over streams.
    means = compare(shop(), TACTICS[:1], [0, 1, 2], stream=repeated).means()
    runs = compare(shop(), TACTICS[:1], [0, 1], stream=drawn_stream).means()
    assert means["revenue"].tolist() == pytest.approx(runs["revenue"].tolist())


def test_one_history_has_intervals_by_its_blocks():
    """Those of a difference per order, times the orders; of sums over orders alone."""
    scenario = history()
    found = compare(scenario, TACTICS, [0, 1], block_days=1 / 8)

    frame = found.paired(kpis=["total_cost", "margin_per_order", "lead_h_p95"])
    rows = {row.kpi: row for row in frame.itertuples()}
    one, other = (Replay(scenario, None, tactic).run() for tactic in TACTICS)
    for kpi, what, scale in (
        ("total_cost", "cost", 12),
        ("margin_per_order", "margin", 1),
    ):
        # Twelve hours are four blocks of three hours.
        expected = difference_per_order(other, one, what, days=1 / 8)
        assert rows[kpi].basis == "blocks"
        assert rows[kpi].draws == expected.count == 4
        assert rows[kpi].difference == pytest.approx(scale * expected.mean)
        assert rows[kpi].low == pytest.approx(scale * expected.low)
        assert rows[kpi].high == pytest.approx(scale * expected.high)
    assert rows["lead_h_p95"].basis == "none"
    assert math.isnan(rows["lead_h_p95"].low)
    assert "intervals are of its 4 blocks" in str(found)


def test_who_collects_is_the_same_customer():
    """Orders that are collected in one stream and shipped in another have one mark."""
    scenario = shop()
    stream = Collected(drawn_stream, 1.0, 5000.0, "store")

    there = [event.order.delivery for event in stream(scenario, 0)]
    assert {delivery.method.value for delivery in there} >= {"pickup"}
    assert mark_of(stream(scenario, 0)) == mark_of(drawn_stream(scenario, 0))
    assert mark_of(drawn_stream(scenario, 1)) != mark_of(drawn_stream(scenario, 0))


@pytest.mark.parametrize("change", ["placed_at", "quantity", "destination"])
def test_marks_tell_orders_apart(change):
    """When, what and where to: each of them makes another stream."""
    events = list(drawn_stream(None, 0))
    order = events[0].order
    line = order.lines[0]
    update = {
        "placed_at": {"placed_at": order.placed_at.replace(minute=7)},
        "quantity": {"lines": (line.model_copy(update={"quantity": 9}),)},
        "destination": {
            "destination": order.destination.model_copy(update={"lat": 1.0})
        },
    }[change]
    other = events[0].model_copy(update={"order": order.model_copy(update=update)})

    assert mark_of([other, *events[1:]]) != mark_of(events)


@pytest.fixture(scope="module")
def outcome():
    """Replay a stream with refusals and returns."""
    scenario = shop(kept=APART, units=3)
    world = World(
        rejects={"store": 0.3}, returns=Returns(share=0.3, days=0.1, parcel_days=0.1)
    )
    return Replay(scenario, drawn_stream(scenario, 2), Policy(), world=world).run()


@pytest.mark.parametrize("days", [0.1, 1 / 6, 2.0])
def test_pieces_add_up_to_the_kpis(outcome, days):
    """Whatever the blocks, sums and ratios over all of them are those of the run."""
    pieces, kpis = Pieces.of(outcome, days=days), outcome.kpis()

    for kpi in TOTALS:
        assert getattr(pieces, kpi).sum() == pytest.approx(kpis[kpi])
    for kpi, (above, below) in RATIOS.items():
        found = getattr(pieces, above).sum() / getattr(pieces, below).sum()
        assert found == pytest.approx(kpis[kpi])


def test_days_that_make_no_whole_block_belong_to_the_last():
    """Of nine days, blocks of two make four: the last has three."""
    scenario = shop(orders=drawn_orders(0, count=9, hours=24), units=50)
    outcome = Replay(scenario).run()

    assert Pieces.of(outcome, days=2).orders.tolist() == [2, 2, 2, 3]
    assert Pieces.of(outcome, days=9).orders.tolist() == [9]
    assert Pieces.of(outcome, days=30).orders.tolist() == [9]


def test_scatter_by_hand():
    """Two blocks of 1 and 3 orders, which cost 6 and 10: 4 an order, 2 off it each."""
    pieces = pieces_of(orders=[1, 3], total_cost=[6, 10])

    # (6 - 4 x 1) / 4 and (10 - 4 x 3) / 4 an order, times 4 orders.
    assert pieces.scatter("total_cost").tolist() == [2, -2]
    assert pieces.scatter("lead_h_p95") is None
    assert pieces.scatter("fill_rate") is None  # nothing was wanted
    # B / (B - 1) = 2 times 4 + 4: an error of 4; t of one degree is 12.7062.
    found = interval_of_blocks(16.0, pieces.scatter("total_cost"))
    assert (found.mean, found.count) == (16.0, 2)
    assert found.high == pytest.approx(16 + 4 * 12.7062, abs=1e-3)
    assert found.low == pytest.approx(16 - 4 * 12.7062, abs=1e-3)


def pieces_of(**sums):
    """Make sums by block, zero where not given."""
    size = len(next(iter(sums.values())))
    names = Pieces.__dataclass_fields__
    return Pieces(**{name: np.array(sums.get(name, [0.0] * size)) for name in names})


def test_pieces_of_other_sizes_make_no_interval():
    """Histories of two and of three blocks cannot be set beside each other."""
    sides = [
        Side(
            Evidence({0: "a"}, pieces={"t": pieces_of(orders=size, total_cost=size)}),
            "t",
        )
        for size in ([1.0, 1.0], [1.0, 1.0, 1.0])
    ]

    assert estimate("total_cost", {0: 1.0}, sides[:1]).basis is Basis.BLOCKS
    assert estimate("total_cost", {0: 1.0}, sides).basis is Basis.NONE


def test_nothing_known_makes_nothing():
    """Where no run knows a figure there is neither mean nor interval."""
    found = estimate("lead_h_mean", {0: math.nan}, [Side(Evidence({0: "a"}), "t")])

    assert math.isnan(found.interval.mean)
    assert (found.interval.count, found.basis, found.agree) == (0, Basis.NONE, 0)


@pytest.mark.parametrize(("blocks", "seeds"), [(1, 5), (5, 1)])
def test_one_block_or_one_stream_has_no_spread(blocks, seeds):
    """A history of one block can be drawn in one way only."""
    marks = {seed: str(seed) for seed in range(seeds)}
    evidence = Evidence(marks, resampled=blocks)

    values = {seed: float(seed) for seed in range(seeds)}
    assert evidence.basis is Basis.NONE
    assert estimate("revenue", values, [Side(evidence, "t")]).basis is Basis.NONE


def test_interval_of_resamples_by_hand():
    """Of 1, 2 and 3 from four blocks: variance 1, error sqrt(4/3 + 1/3), 2 degrees."""
    found = interval_of_resamples([1.0, 2.0, 3.0], 4)

    assert found.mean == 2.0
    assert found.high - 2.0 == pytest.approx(4.302653 * math.sqrt(5 / 3), rel=1e-5)
    # Two blocks have a single degree, however many streams are drawn of them.
    two = interval_of_resamples([1.0, 2.0, 3.0], 2)
    assert two.high - 2.0 == pytest.approx(12.706205 * math.sqrt(2 + 1 / 3), rel=1e-5)


def test_resamples_hold_the_truth_about_as_often_as_promised():
    """A thousand streams of ten blocks know no more than ten blocks do."""
    draw = random.Random(0)
    held = narrow = 0
    for _ in range(300):
        blocks = [draw.gauss(3, 2) for _ in range(10)]
        means = [sum(draw.choices(blocks, k=10)) / 10 for _ in range(100)]
        found = interval_of_resamples(means, 10)
        held += found.low <= 3 <= found.high
        spread = np.std(means, ddof=1) / 10  # as if they were drawn apart
        narrow += abs(np.mean(means) - 3) <= 1.98 * spread

    # 285 on average with a deviation of 3.8; Student's over streams holds few.
    assert 270 <= held <= 300
    assert narrow < 90
