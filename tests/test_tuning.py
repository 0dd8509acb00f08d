"""Tuned numbers: said by the model, read from the policy, and each with an effect."""

import ast
import json
import math
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError

import domroute
from builders import item, line, network, node, order, service, stock, tuned
from changes import PATIENCE_S, route, with_tuning
from domroute.answers import explaining, routing
from domroute.batch import planning
from domroute.batch.crowding import CrowdedAscent
from domroute.batch.fast import Fast
from domroute.batch.incumbent import Incumbent
from domroute.batch.negotiation import Negotiation
from domroute.batch.prices import Ascent
from domroute.batch.ruin import Ruin, roaming
from domroute.costs import Handling, Shipping
from domroute.errors import InputError
from domroute.instances import load
from domroute.jsonio import scenario_from_json, scenario_schema, scenario_to_json
from domroute.policy import Policy, SolveOptions
from domroute.router import Router
from domroute.rules import NodePriority
from domroute.sourcing import greedy, ladder
from domroute.sourcing.choice import Choice
from domroute.split import SplitLimits
from domroute.tuning import Tuning
from domroute.validation import issues_from
from domroute.whatif.paths import change_at
from stages import explain_of, problem_at
from waves import drawn

FOLDER = Path(domroute.__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "reference" / "tuning.md"


def numbers(model=Tuning, path=()):
    """Yield every tuned number: its path, and its field."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from numbers(kind, (*path, name))
        else:
            yield (*path, name), field


NUMBERS = {".".join(path): field for path, field in numbers()}


# --- the model ---------------------------------------------------------------


def test_every_number_says_what_it_does():
    """In a sentence, and with a default."""
    mute = [
        path
        for path, field in NUMBERS.items()
        if field.is_required() or not (field.description or "").strip().endswith(".")
    ]

    assert mute == []
    assert len(NUMBERS) > 80


def limits_of(schema, path):
    """Find what a schema says of a number, by its path."""
    part = {"$ref": "#/$defs/Tuning"}
    for name in path.split("."):
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]["properties"][name]
    return part.get("items", part)


def test_every_number_is_bounded_in_the_schema():
    """From below and above, as the schema of a scenario says too."""
    schema = scenario_schema()
    for path in NUMBERS:
        part = limits_of(schema, path)

        assert {"minimum", "exclusiveMinimum"} & set(part), path
        assert {"maximum", "exclusiveMaximum"} & set(part), path


def changed(path, value):
    """Tune one number."""
    tuning = value
    for name in reversed(path.split(".")):
        tuning = {name: tuning}
    return tuning


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (-1, {"out_of_range"}),
        (1e99, {"out_of_range"}),
        (math.nan, {"not_finite", "wrong_type"}),
        (math.inf, {"not_finite", "wrong_type"}),
        ("many", {"wrong_type"}),
        (None, {"wrong_type"}),
    ],
    ids=["negative", "vast", "nan", "infinite", "words", "none"],
)
def test_no_number_may_be_anything(value, codes):
    """Negative, endless or none: the fault says which, and how."""
    for path, field in NUMBERS.items():
        listed = isinstance(field.default, tuple)
        given = changed(path, [value] if listed else value)

        with pytest.raises(ValidationError) as caught:
            Tuning.model_validate(given)

        (issue,) = issues_from(caught.value, "tuning")
        assert issue.where == f"tuning.{path}" + "[0]" * listed
        assert issue.code in codes, path


def test_faults_of_a_file_are_all_listed():
    """Each by its path; what is no number at all too."""
    plain = json.loads(scenario_to_json(load("tiny")))
    plain["policy"]["solve"]["tuning"] = {
        "lattice": {"max_states": 0, "max_stats": 5},
        "wave": {"ruin": {"fades": []}, "prices": {"mean_memory": 1.0}},
    }

    with pytest.raises(InputError) as caught:
        scenario_from_json(json.dumps(plain))

    assert sorted((i.where, i.code) for i in caught.value.issues) == [
        ("policy.solve.tuning.lattice.max_states", "out_of_range"),
        ("policy.solve.tuning.lattice.max_stats", "unknown_field"),
        ("policy.solve.tuning.wave.prices.mean_memory", "out_of_range"),
        ("policy.solve.tuning.wave.ruin.fades", "out_of_range"),
    ]


def words_in(text):
    """List the attributes a module reads."""
    parts = ast.walk(ast.parse(text))
    return {part.attr for part in parts if isinstance(part, ast.Attribute)}


def test_every_number_is_read_somewhere():
    """None is left over from a method that is no more."""
    rooms = ("offers", "sourcing", "batch", "answers", "online")
    files = [path for room in rooms for path in (FOLDER / room).rglob("*.py")]
    read = set().union(*(words_in(path.read_text("utf-8")) for path in files))

    assert {path for path in NUMBERS if path.rpartition(".")[2] not in read} == set()


def test_page_lists_every_number_with_its_default(capsys):
    """The table of the reference is made from the model, when it is built."""
    pytest.importorskip("IPython")
    text = PAGE.read_text("utf-8")
    (cell,) = re.findall(r"```\{code-cell\}.*?\n\n(.*?)```", text, re.DOTALL)
    told = []

    exec(cell.replace("display(", "told.append("), {"told": told})  # noqa: S102

    rows = {
        row.split("`")[1]: row
        for table in told
        for row in table.data.splitlines()
        if row.startswith("| `")
    }
    assert set(rows) == set(NUMBERS)
    assert "| 8192 | from 1 to 1e+12 |" in rows["lattice.max_states"]
    assert "| 0, 0.7, 1, 1.3 |" in rows["wave.ruin.fades"]
    assert capsys.readouterr().out == ""


# --- the policy --------------------------------------------------------------


def policy_with(**groups):
    """Tune a policy."""
    return tuned(Policy(), **groups)


def test_default_tuning_leaves_the_version_alone():
    """A policy that says no number, or says the usual one, is the same policy."""
    assert policy_with().version == Policy().version
    assert policy_with(lattice={"max_states": 8192}).version == Policy().version
    assert "tuning" not in Policy().model_dump()["solve"]


def other_than(usual):
    """Make another number, or list of some, that may be."""
    if isinstance(usual, tuple):
        return [0.5]
    return usual + 1 if isinstance(usual, int) else 0.5 * (usual + (usual > 1))


def test_every_number_changes_the_version_and_comes_back():
    """And what is written is that number alone."""
    versions = {Policy().version}
    for path, field in NUMBERS.items():
        tuning = changed(path, other_than(field.default))
        policy = policy_with(**tuning)

        written = policy.model_dump_json()

        assert Policy.model_validate_json(written) == policy
        assert json.loads(written)["solve"]["tuning"] == tuning
        versions.add(policy.version)
    assert len(versions) == len(NUMBERS) + 1


def test_scenario_keeps_its_tuning():
    """Through JSON, and as a path of a what-if."""
    tiny = load("tiny")
    path = "policy.solve.tuning.wave.ruin.size"

    made = change_at(tiny, path, lambda _: 9)
    again = scenario_from_json(scenario_to_json(made))

    assert again.policy.solve.tuning == Tuning(wave={"ruin": {"size": 9}})
    assert again.policy == made.policy
    with pytest.raises(InputError, match="out_of_range"):
        change_at(tiny, path, lambda _: 0)


def test_tuning_is_left_out_where_it_is_excluded():
    """Who writes a policy without its options gets none of them."""
    policy = policy_with(ladder={"share": 0.5})

    assert policy.model_dump(exclude={"solve": {"tuning"}})["solve"] == {
        "time_limit_s": 10.0, "gap": 1e-6, "method": "auto",
    }  # fmt: skip
    assert policy.model_dump(exclude_defaults=True)["solve"] == {
        "tuning": {"ladder": {"share": 0.5}}
    }


# --- one order ---------------------------------------------------------------

FAR = [node("N1", per_shipment=2.0), node("N2", per_shipment=3.0)]
HELD = {"N1": {"A": 2, "B": 1}, "N2": {"A": 1, "B": 2}}


def two_lines(nodes=FAR, **fields):
    """Make an order of two lines over two nodes, or some of them."""
    policy = Policy(costs=[Handling(), Shipping()], unfilled_penalty=50.0)
    held = {node.id: HELD[node.id] for node in nodes}
    return problem_at(nodes, held, policy, **fields, A=2, B=1)


@pytest.mark.parametrize("name", ["max_states", "max_pairs", "max_cells"])
def test_order_beyond_the_lattice_goes_to_the_program(name):
    """However small it is; the plan costs the same."""
    problem = two_lines()
    usual, small = route(problem), route(with_tuning(problem, lattice={name: 1}))

    assert (usual.method, small.method) == ("subset", "mip")
    assert small.cost == usual.cost


def test_services_beyond_their_recursion_go_to_the_program():
    """A node that sends a delivery by several services at once."""
    carriers = [
        service("a", rates=[[2.0, 9.0, 20.0]], weights=[1.0, 2.0, 4.0]),
        service("b", rates=[[3.0, 4.0, 30.0]], weights=[1.0, 2.0, 4.0]),
    ]
    problem = two_lines([FAR[0]], services=carriers)
    usual, small = route(problem), route(with_tuning(problem, lattice={"max_sums": 1}))

    assert (usual.method, small.method) == ("subset", "mip")
    assert small.cost == usual.cost


def test_ladder_beyond_its_recursion_goes_to_the_program():
    """One that drains."""
    problem = two_lines()
    first = FAR[0].model_copy(update={"priority": 1})
    policy = problem.policy.model_copy(update={"rules": (NodePriority(drain=True),)})
    made = network(first, FAR[1], items="AB")
    problem = problem._replace(network=made, policy=policy)
    usual = route(problem)
    small = route(with_tuning(problem, lattice={"max_ranked": 1}))

    assert (usual.method, small.method) == ("subset", "mip")
    assert small.cost == usual.cost


def test_greedy_gets_its_share_and_its_starts(monkeypatch):
    """Seconds for the moves; a second start if the first one has not taken long."""
    told, starts = [], []
    improve, construct = greedy.improve, greedy._construct

    def improved(*given, time_limit_s, tuned):
        told.append(time_limit_s)
        return improve(*given, time_limit_s=time_limit_s, tuned=tuned)

    def constructed(*given, most_first):
        starts.append(most_first)
        return construct(*given, most_first=most_first)

    monkeypatch.setattr(greedy, "improve", improved)
    monkeypatch.setattr(greedy, "_construct", constructed)
    problem = problem_at(FAR, HELD, Policy(costs=[Handling()]), A=3, B=3)

    route(with_tuning(problem, greedy={"improvement_share": 0.5}), "greedy")
    assert told == [0.5 * PATIENCE_S]
    assert starts == [False, True]
    route(with_tuning(problem, greedy={"second_start_s": 0.0}), "greedy")
    assert starts == [False, True, False]


def test_reasons_get_their_share(monkeypatch):
    """Of the time limit, besides."""
    told = []
    monkeypatch.setattr(
        routing, "conclude", lambda *_, reasons_s, **__: told.append(reasons_s)
    )
    problem = with_tuning(two_lines(), reasons={"share": 0.5})
    with pytest.raises(AttributeError):  # of the result, which is not made
        route(problem)

    assert told == [0.5 * PATIENCE_S]


def test_nodes_get_their_seconds(monkeypatch):
    """To find out what keeps one out of every plan."""
    asked = []

    def why(_, nodes, *, seconds_each):
        asked.append(seconds_each)
        return dict.fromkeys(nodes.tolist(), domroute.Reason.NO_PLAN_USES_IT)

    monkeypatch.setattr(explaining, "why_no_plan", why)
    nodes = [node("N1"), node("N2", minimum_order=1e6)]
    policy = tuned(Policy(costs=[Handling()]), reasons={"node_s": 0.25})
    problem = problem_at(nodes, {"N1": {"A": 1}, "N2": {"A": 1}}, policy, A=1)

    explain_of(problem)

    assert asked == [0.25]


def test_rung_gets_its_share(monkeypatch):
    """Of the limit, parted among the questions that find it."""
    asked = []

    def decide(*_, time_limit_s):
        asked.append(time_limit_s)
        return Choice(None, -math.inf, "mip")

    monkeypatch.setattr(ladder, "decide", decide)
    nodes = [node("N1"), node("N2", priority=1), node("N3", priority=2)]
    held = {name: {"A": 2} for name in ("N1", "N2", "N3")}
    policy = Policy(
        costs=[Handling()],
        rules=[NodePriority()],
        splits=SplitLimits(max_shipments=2),
    )
    for share in (0.3, 0.6):
        route(
            with_tuning(problem_at(nodes, held, policy, A=4), ladder={"share": share})
        )

    half = len(asked) // 2
    assert asked[half] == pytest.approx(2 * asked[0])


# --- waves -------------------------------------------------------------------


def wave_with(seed=0, **groups):
    """Draw a wave, and tune it."""
    solve = SolveOptions(tuning={"wave": groups})
    return drawn(seed, solve=solve)


def climbed(**numbers):
    """Climb to the end of an ascent."""
    made = Ascent.start(wave_with(prices=numbers)[0])
    made.climb(lambda: made.steps >= 3000)
    return made


def test_first_step_of_prices_is_tuned():
    """As long as is said, beside what a unit costs."""
    usual, longer = wave_with()[0], wave_with(prices={"first": 0.1})[0]

    assert Ascent.start(longer)._length == 2 * Ascent.start(usual)._length


@pytest.mark.parametrize(
    "numbers",
    [{"patience": 2}, {"shortest": 0.1}, {"shorter": 0.5}],
    ids=str,
)
def test_ascent_ends_sooner(numbers):
    """Where steps get shorter at once, by more, or may be long at the end."""
    usual, made = climbed(), climbed(**numbers)

    assert made.steps < usual.steps
    assert made.bound == pytest.approx(usual.bound, rel=1e-3)


def test_slow_steps_get_longer():
    """By the factor that is said, or by none."""
    assert climbed()._first_length > climbed(longer=1.0)._first_length
    assert climbed()._first_length > climbed(slow=0.0)._first_length


def test_prices_on_crowds_are_tuned():
    """Shorter steps, more patience, means that forget at once."""
    wave = wave_with(crowding={"first": 0.5, "patience": 3, "memory": 0.0})[0]

    crowded = CrowdedAscent.after(Ascent.start(wave))

    assert crowded._length == 0.5 * Ascent.start(wave)._length
    assert crowded._patience == 3
    before = crowded.bound
    crowded.climb(lambda: crowded.steps >= 5)
    assert crowded.bound >= before


@pytest.mark.parametrize(
    ("numbers", "most"), [({"size": 1}, 1), ({"tries": 0}, 1), ({"size": 3}, 3)]
)
def test_so_many_orders_are_freed_at_a_time(numbers, most, monkeypatch):
    """One alone, where there are no looks for others."""
    always = {"roaming": 1.0, "roaming_late": 1.0} if "tries" in numbers else {}
    wave = wave_with(ruin={**numbers, **always})[0]
    prices = wave.free_prices()
    incumbent = Incumbent.of(wave)
    incumbent.settle_all(range(wave.count), prices)
    ruin = Ruin(incumbent, prices, wave.ask(prices), seed=1)
    freed = []

    def attempt(_, some, __):
        freed.append(len(some))
        return 0, 0.0

    monkeypatch.setattr(Ruin, "_try", attempt)

    ruin.turns(50, 1.0)

    assert max(freed) == most


def test_share_of_roaming_is_tuned():
    """At first, late, and halfway between."""
    ruin = Tuning(wave={"ruin": {"roaming": 0.1, "roaming_half": 2.0}}).wave.ruin

    assert roaming(0, 10, ruin) == 0.1
    assert roaming(20, 10, ruin) == pytest.approx((0.1 + 0.8) / 2)


def test_negotiation_ends_after_its_rounds():
    """None, where none may be; and pieces are as small as is said."""
    wave = wave_with(negotiation={"rounds": 0, "together": 2})[0]
    ascent = Ascent.start(wave)
    negotiation = Negotiation(Incumbent.of(wave), ascent.prices, ascent.answer, 0)

    negotiation.run(lambda: 0.0)

    assert negotiation._rounds == 0
    assert np.diff(negotiation._pieces[:, 1:]).max() <= 2


def test_wave_is_asked_as_one_program_up_to_a_size(monkeypatch):
    """Otherwise its orders negotiate."""

    def negotiate(*_):
        raise ArithmeticError

    monkeypatch.setattr(planning, "Negotiation", negotiate)
    _, router, orders = wave_with()
    router.route_batch(orders, time_limit_s=1, gap=0.0)
    _, router, orders = wave_with(planning={"joint": 0})

    with pytest.raises(ArithmeticError):
        router.route_batch(orders, time_limit_s=1, gap=0.0)


def test_progress_is_told_as_often_as_is_said():
    """At every look at the clock, where no time need pass between."""

    def told(**search):
        _, router, orders = wave_with(search=search, planning={"tiny": 0})
        seen = []
        router.route_batch(
            orders, gap=0.0, progress=lambda *now: seen.append(now), time_limit_s=1
        )
        return len(seen)

    assert told(watch_s=1e6) == 1
    assert told(watch_s=0.0) > 1


def test_compiled_kernel_is_given_its_pieces():
    """As many orders to a thread as is said."""
    assert Fast.of(wave_with(kernel={"piece": 5})[0]).piece == 5


@pytest.fixture(scope="module")
def usual():
    """Route a wave as usual."""
    _, router, orders = wave_with(3)
    return router.route_batch(orders, gap=0.0, time_limit_s=2)


@pytest.mark.parametrize(
    "groups",
    [
        {"planning": {"fading": (0.5,), "tiny": 0, "before_turns": 0, "few": 0}},
        {"planning": {"joint": 0, "refusals": 0, "look": 1}},
        {"planning": {"joint": 0}, "search": {"kept": 1, "wide": 0.0, "ample": 0.0}},
        {"planning": {"joint": 0}, "negotiation": {"rounds": 1, "mild": 1.0}},
        {"planning": {"joint": 0}, "ruin": {"size": 2, "fades": (1.0,), "draws": 1}},
        {"prices": {"streak": 1, "longer": 2.0, "slow": 1.0, "more": 0.5}},
        {"search": {"first_share": 0.0, "ascent_share": 0.0, "ascent_steps": 0}},
    ],
    ids=str,
)
def test_tuned_search_is_as_true(groups, usual):
    """What is proven holds, and what is found is a plan, whatever the numbers."""
    _, router, orders = wave_with(3, **groups)

    made = router.route_batch(orders, gap=0.0, time_limit_s=1)

    assert made.bound <= usual.cost + 1e-6
    assert usual.bound <= made.cost + 1e-6


def test_lines_of_one_bound_prove_less():
    """Fewer lines below tariffs, or fewer rounds, never prove more than all."""
    carrier = service("G", ((5.0, 7.0, 9.0),), (1.0, 3.0, 9.0))
    problem = problem_at(
        [node("N1", per_shipment=2.0), node("N2", per_shipment=3.0)],
        {"N1": {"A": 3, "B": 1}, "N2": {"B": 3}},
        Policy(costs=[Handling(), Shipping()], unfilled_penalty=50.0),
        services=[carrier],
        items=[item("A", weight_kg=0.7), item("B", weight_kg=0.4)],
        lines=[line("l1", "A", 3), line("l2", "B", 3)],
    )

    def bound(**numbers):
        made = with_tuning(problem, bound=numbers)
        router = Router(made.network, made.inventory, made.policy)
        return router.offers_of(made.order).bound()

    every = bound()
    assert bound(slopes=(1.0,)) <= every
    assert bound(parts=(0.0,)) < every


def test_draws_of_a_valuation_are_tuned():
    """Where stock is thin, so many futures are drawn."""
    row = domroute.ExpectedOrders(order=order("o", A=1), number=3.0)
    kinds = domroute.Forecast(rows=[row])
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def values(**numbers):
        policy = tuned(Policy(costs=[Handling()]), ahead=numbers)
        router = Router(
            network(node("N1", per_shipment=2.0), node("N2", per_shipment=7.0)),
            stock(N1={"A": 2}, N2={"A": 50}),
            policy,
        )
        return router.value_stock(kinds, as_of=now, until=now + timedelta(days=1))

    assert values(draws=0) == values(thin=0.0)
    assert values(draws=0) != values()
