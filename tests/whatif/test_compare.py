"""Comparisons meet the same luck, and say how sure they are."""

import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from builders import Crowding
from domroute import InputError, Policy, SolveOptions, SplitLimits
from domroute.events import Placed
from domroute.replay.kpis import KPIS
from domroute.replay.tactic import Tactic
from domroute.replay.world import Returns, World
from domroute.whatif.changes import sweep
from domroute.whatif.compare import compare
from domroute.whatif.comparison import COLUMNS
from replay.streams import APART, drawn_orders, drawn_stream, shop

TACTICS = (
    Tactic(name="any"),
    Tactic(name="one", policy=Policy(splits=SplitLimits(max_shipments=1))),
)
WORLD = World(rejects={"store": 0.3}, returns=Returns(share=0.2))


@pytest.fixture(scope="module")
def made():
    """Compare two tactics in two scenarios over three seeds, in this process."""
    return compare(
        sweep(shop(kept=APART), "stock[*].safety", [0, 5]),
        TACTICS,
        range(3),
        stream=drawn_stream,
        world=WORLD,
    )


def test_every_run_is_there(made):
    """Scenarios, tactics and seeds come in the order given, each with every KPI."""
    runs = made.wide()[["scenario", "tactic", "seed"]]

    assert tuple(made.frame.columns) == COLUMNS
    assert runs.values.tolist() == [
        [f"shop, stock[*].safety = {safety}", tactic, seed]
        for safety in (0, 5)
        for tactic in ("any", "one")
        for seed in range(3)
    ]
    single = {kpi.name for kpi in KPIS if not kpi.is_family}
    for _, part in made.frame.groupby(["scenario", "tactic", "seed"]):
        assert single <= set(part["kpi"])
        assert part["kpi"].is_unique


def test_members_of_families_are_zero_where_they_do_not_occur(made):
    """A cost that one run has and another not is zero there, not unknown."""
    families = made.frame[made.frame["kpi"].str.contains(":")]

    assert not families["value"].isna().any()


def test_same_input_gives_the_same_frame(made):
    """Threads, and a second time, find what this process found at first."""
    with ThreadPoolExecutor(2) as executor:
        again = compare(
            sweep(shop(kept=APART), "stock[*].safety", [0, 5]),
            TACTICS,
            range(3),
            stream=drawn_stream,
            world=WORLD,
            executor=executor,
        )

    timed = ["ms_per_order", "ms_per_order_p95"]  # of the clock
    one, other = made.frame, again.frame
    assert one[~one["kpi"].isin(timed)].equals(other[~other["kpi"].isin(timed)])


def test_processes_find_the_same():
    """Runs are sent to processes that share nothing with this one."""
    asked = (shop(kept=APART), TACTICS[:1], range(2))
    options = {"stream": drawn_stream, "world": WORLD, "hindsight_s": 5}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        away = compare(*asked, executor=pool, **options).means()
    here = compare(*asked, **options).means()

    timed = ["ms_per_order", "ms_per_order_p95"]  # of the clock
    assert away.drop(columns=timed).equals(here.drop(columns=timed))


def test_luck_is_common(made):
    """Tactics meet the same orders: what was asked for does not depend on them."""
    wide = made.wide()

    for _, part in wide.groupby("seed"):
        assert part["orders"].nunique() == 1
    # Seeds differ, so there is something to be averaged.
    assert wide.groupby("seed")["revenue"].first().nunique() > 1


def test_summary_is_the_mean_and_its_interval(made):
    """Of three values: their mean, and 4.303 standard errors to either side."""
    name = "shop, stock[*].safety = 0"
    found = made.summary(["revenue"])
    row = found[(found["scenario"] == name) & (found["tactic"] == "any")].iloc[0]
    wide = made.wide()
    mine = wide[(wide["scenario"] == name) & (wide["tactic"] == "any")]["revenue"]

    half = 4.302653 * mine.std() / math.sqrt(3)
    assert row["mean"] == pytest.approx(mine.mean())
    assert row["low"] == pytest.approx(mine.mean() - half, rel=1e-5)
    assert row["high"] == pytest.approx(mine.mean() + half, rel=1e-5)
    assert (row["unit"], row["seeds"]) == ("money", 3)


def test_paired_differences_are_seed_by_seed(made):
    """The interval of a difference is that of the differences of each seed."""
    found = made.paired("any", kpis=["shipments_per_order"])
    row = found.iloc[0]
    wide = made.wide().set_index(["scenario", "tactic", "seed"])["shipments_per_order"]
    base = wide[row["scenario"], "any"]
    gaps = wide[row["scenario"], "one"] - base

    half = 4.302653 * gaps.std() / math.sqrt(3)
    assert len(found) == 2  # one tactic against the other, in two scenarios
    assert row["difference"] == pytest.approx(gaps.mean())
    assert row["high"] - row["low"] == pytest.approx(2 * half, rel=1e-5, abs=1e-12)
    assert row["mean"] == pytest.approx(base.mean())
    assert row["relative"] == pytest.approx(gaps.mean() / base.mean())
    assert gaps.mean() < 0
    assert row["agree"] == sum(gap < 0 for gap in gaps)


def test_no_split_ships_less_often(made):
    """A tactic without splits has one shipment per order, the other more."""
    found = made.paired(kpis=["split_rate"], by="tactic")

    assert (found["against"] == "any").all()
    assert (found["difference"] < 0).all()


def test_scenarios_are_paired_as_tactics_are(made):
    """Stock kept back in one scenario leaves it fewer units filled."""
    found = made.paired(by="scenario", kpis=["fill_rate"])

    assert found["scenario"].unique().tolist() == ["shop, stock[*].safety = 5"]
    assert found["tactic"].tolist() == ["any", "one"]
    assert (found["difference"] < 0).all()
    assert (found["agree"] == 3).all()


def test_families_stand_for_their_members(made):
    """The name of a family picks all of its members; a member picks itself."""
    family = set(made.summary(["cost"])["kpi"])

    assert {"cost:handling", "cost:shipping"} <= family
    assert all(name.startswith("cost:") for name in family)
    assert set(made.summary(["cost:shipping"])["kpi"]) == {"cost:shipping"}


def test_front_of_a_comparison(made):
    """What remains is not beaten in cost and in units filled."""
    front = made.pareto(["cost_per_unit", "fill_rate"])
    means = made.means()

    assert 1 <= len(front) <= 4
    best = means["fill_rate"].max()
    assert front["fill_rate"].max() == best


def test_comparison_prints_as_a_table(made):
    """A row per scenario and tactic, in text and in HTML."""
    lines = str(made).splitlines()

    assert len(lines) == 2 + 4
    assert "cost_to_serve" in lines[0]
    assert made._repr_html_().count("<tr>") == 1 + 4


def test_one_seed_has_no_interval():
    """One run says nothing of how runs differ."""
    found = compare(shop(), TACTICS, [7], stream=drawn_stream)

    assert found.summary(["revenue"])["low"].isna().all()
    assert found.paired(kpis=["revenue"])["low"].isna().all()


def test_scenario_replays_its_own_orders_by_its_own_policy():
    """Without a stream and tactics, a scenario says it all."""
    base = shop(orders=drawn_orders(1), kept=APART)
    swept = sweep(base, "policy.splits.max_shipments", [None, 1])

    found = compare(swept, None, [0]).wide()

    assert found["tactic"].unique().tolist() == ["policy"]
    assert found["orders"].tolist() == [12, 12]
    assert found["split_rate"].iloc[1] == 0
    assert found["split_rate"].iloc[0] > 0


def test_tactic_may_follow_from_the_scenario():
    """A function makes the tactic of each scenario."""
    base = shop(orders=drawn_orders(1), kept=APART)
    swept = sweep(base, "policy.splits.max_shipments", [None, 1])

    found = compare(
        swept, lambda each: Tactic(name="waves", policy=each.policy, hold_h=1), [0]
    )

    assert found.wide()["tactic"].unique().tolist() == ["waves"]
    assert found.wide()["split_rate"].iloc[1] == 0


def test_progress_is_told():
    """After each run, how many are done and of how many."""
    told = []

    compare(
        shop(),
        TACTICS,
        range(2),
        stream=drawn_stream,
        progress=lambda done, count: told.append((done, count)),
    )

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def fails(scenario, seed):
    """Make a stream that cannot be made for one seed."""
    if seed == 1:
        message = "no history of that day"
        raise RuntimeError(message)
    return drawn_stream(scenario, seed)


@pytest.mark.parametrize("workers", [0, 2])
def test_error_says_which_run_it_was(workers):
    """What goes wrong in a run, here or elsewhere, names the run."""
    executor = ThreadPoolExecutor(workers) if workers else None

    with pytest.raises(RuntimeError, match="no history") as caught:
        compare(shop(), TACTICS, range(2), stream=fails, executor=executor)

    if executor:
        executor.shutdown()
    assert any("'shop' by " in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("scenarios", "tactics", "seeds", "words"),
    [
        ([shop(), shop()], TACTICS, [0], "'shop' appears more than once"),
        ([shop()], [TACTICS[0], TACTICS[0]], [0], "'any' appears more than once"),
        ([shop()], TACTICS, [0, 0], "'0' appears more than once"),
        ([], TACTICS, [0], "scenarios: give at least one"),
        ([shop()], [], [0], "tactics: give at least one"),
        ([shop()], TACTICS, [], "seeds: give at least one"),
        (5, TACTICS, [0], r"scenarios\[0\]: int should be a Scenario"),
        ([shop()], 5, [0], r"tactics\[0\]: int should be a Tactic, a Policy, or"),
        ([shop()], TACTICS, 5, r"5 should be the seeds themselves, such as range\(5\)"),
        ([shop()], TACTICS, [-1], "-1 should be a whole number"),
        ([shop()], TACTICS, [True], "True should be a whole number"),
        ([shop()], TACTICS, ["x"], "'x' should be a whole number"),
        ([shop()], TACTICS, [0], "the scenario has no orders"),
        ([shop()], [Policy(), Policy()], [0], "appears more than once"),
    ],
    ids=str,
)
def test_bad_comparison_is_refused(scenarios, tactics, seeds, words):
    """Names are unique, seeds are whole numbers, and there is something to run."""
    with pytest.raises(InputError, match=words):
        compare(scenarios, tactics, seeds)


def test_orders_without_time_are_told_all_at_once():
    """Orders that were placed at no known time cannot be replayed."""
    timeless = [
        each.model_copy(update={"placed_at": None}) for each in drawn_orders(0, count=2)
    ]

    with pytest.raises(InputError) as caught:
        compare(shop(orders=timeless), TACTICS, [0])

    assert [issue.where for issue in caught.value.issues] == [
        "orders[0].placed_at",
        "orders[1].placed_at",
    ]


def test_executor_must_be_one():
    """A number of workers is no executor."""
    with pytest.raises(InputError, match=r"int should be a concurrent\.futures"):
        compare(shop(), TACTICS, [0], stream=drawn_stream, executor=4)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda c: c.summary(["profit"]), "'profit' is no KPI"),
        (lambda c: c.paired("none"), "'none' is none of 'any', 'one'"),
        (lambda c: c.paired(by="seed"), "'seed' should be 'tactic' or 'scenario'"),
        (lambda c: c.pareto(["profit"]), "'profit' is no KPI"),
    ],
    ids=["kpi", "against", "by", "front"],
)
def test_bad_question_is_refused(made, ask, words):
    """Questions to a comparison name what it has."""
    with pytest.raises(InputError, match=words):
        ask(made)


def test_stream_is_asked_for_each_run(made):
    """What the stream gives is what is replayed."""
    assert all(isinstance(event, Placed) for event in drawn_stream(None, 0))
    assert (made.wide()["orders"] == 12).all()


def test_hindsight_is_compared_when_asked():
    """Each tactic is shown above what a clairvoyant could do, on its own costs."""
    found = compare(
        shop(kept=APART),
        TACTICS,
        range(2),
        stream=drawn_stream,
        world=World(returns=Returns(share=0.2)),
        hindsight_s=5,
    ).wide()

    cost = found["total_cost"] - found["cost:returns"]
    assert (found["cost:returns"] > 0).any()
    assert found["above_hindsight"].tolist() == pytest.approx(
        (cost / found["hindsight"] - 1).tolist()
    )
    assert (found["above_hindsight"] >= -1e-9).all()


def test_rule_chains_have_the_bound_of_the_exact_method():
    """However plans are looked for, what they cost at least is the same."""
    chain = Policy(solve=SolveOptions(method="greedy"))
    found = compare(
        shop(kept=APART, units=2),
        [Tactic(name="exact"), Tactic(name="chain", policy=chain)],
        [3],
        stream=drawn_stream,
        hindsight_s=5,
    ).wide()

    assert found["hindsight"].nunique() == 1
    assert (found["above_hindsight"] >= -1e-9).all()


def test_doubtful_hindsight_warns():
    """A bound that may not hold is not passed over in silence."""
    strange = Tactic(name="crowded", policy=Policy(costs=[Crowding()]))

    with pytest.warns(RuntimeWarning, match="'crowding' may depend on more"):
        compare(shop(), strange, [0], stream=drawn_stream, hindsight_s=5)
