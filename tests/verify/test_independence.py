"""The judge shares nothing with the solver but the data and each term's amount."""

import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import domroute
from builders import (
    Problem,
    item,
    line,
    network,
    node,
    order,
    pickup,
    place,
    service,
    stock,
)
from dated_worlds import DatedWorld
from domroute.costs import (
    Distance,
    Handling,
    Lateness,
    Quotes,
    Shipping,
    Speed,
    StockLevel,
)
from domroute.costs.quotes import NO_QUOTES
from domroute.errors import SolverError
from domroute.network import Node
from domroute.policy import Policy
from domroute.router import Router
from domroute.rules import (
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    NodeFilter,
    OrderFilter,
    RequireTag,
    SafetyStock,
)
from domroute.services import LookupZones
from domroute.split import SplitLimits
from domroute.verify import Judge
from domroute.words import Method
from strategies import problems

FOLDER = Path(domroute.__file__).parent
PROMISE = str(FOLDER / "promise")
CLOCKS = {
    str(FOLDER / "verify" / f"{name}.py") for name in ("dates", "dated", "working")
}
"""Where the judge tells the time; its clock is set up as the router is made."""


@contextmanager
def heard(calls):
    """Note every function of the package that is called, by who is at work."""
    root = str(FOLDER)

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(root):
            calls[calls["who"]].add((code.co_filename, code.co_qualname))

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


def calls_of(problem):
    """Route an order; return what the solver called, and what the judge did."""
    calls = {"who": "solver", "solver": set(), "judge": set()}
    check = Judge.check_result

    def watched(*given, **named):
        calls["who"] = "judge"
        try:
            return check(*given, **named)
        finally:
            calls["who"] = "solver"

    Judge.check_result = watched
    try:
        with heard(calls):
            router = Router(problem.network, problem.inventory, problem.policy)
            router.route(problem.order, quotes=problem.quotes)
    finally:
        Judge.check_result = check
    return calls["solver"], calls["judge"]


@given(st.integers(0, 10**6))
@pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning")
def test_no_function_of_dates_serves_both(seed):
    """Each has a clock of its own, and the judge none of the solver's timetables."""
    world = DatedWorld(seed)
    parts = world.order, world.network, world.inventory, world.policy
    solver, judge = calls_of(Problem(*parts, Quotes()))

    assert judge
    assert solver & judge == set()
    assert not {name for name, _ in judge if name.startswith(PROMISE)}
    assert not {name for name, _ in solver if name in CLOCKS}
    assert any(name.startswith(PROMISE) for name, _ in solver)


@given(problems())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_function_serves_both(problem):
    """What the solver calls the judge does not, and the other way round."""
    solver, judge = calls_of(problem)

    assert judge
    assert solver & judge == set()


def ask(wanted=None, policy=None, quotes=None, held=None, nodes=None, **fields):
    """Route one A from the only node there is, or from those given."""
    there = nodes or [node("N1")]
    made = network(*there, **{"items": "A", **fields})
    units = held or {each.id: {"A": 1} for each in there}
    router = Router(made, stock(**units), policy or Policy(costs=[Handling()]))
    return router.route(wanted or order(A=1), quotes=quotes)


def hazmat():
    """One A that the only service refuses."""
    goods = item("A", tags=["hazmat"])
    ground = service("g", refused_tags=["hazmat"])
    policy = Policy(costs=[Shipping()])
    return ask(policy=policy, items=[goods], services=[ground])


def charted():
    """One A over a chart whose longest prefixes make it zone 2."""
    rows = [
        {"origin_prefix": "", "destination_prefix": "", "zone": 1},
        {"origin_prefix": "407", "destination_prefix": "4", "zone": 2},
    ]
    zones = LookupZones(rows=rows, zone_count=2)
    ground = service("g", rates=[[1.0, 1.0], [9.0, 9.0]], zones=zones)
    here = Node(id="N1", location=place(postal_code="40701"))
    wanted = order(A=1).model_copy(update={"destination": place(postal_code="43")})
    policy = Policy(costs=[Shipping()])
    return ask(wanted, policy=policy, nodes=[here], services=[ground])


def banded():
    """One A, 111 km away, by a service with a band that ends at 100 km."""
    ground = service("g", rates=[[1.0, 1.0], [9.0, 9.0]], bands=[100.0])
    return ask(order(A=1, at=(1.0, 0.0)), Policy(costs=[Shipping()]), services=[ground])


def weighed():
    """One A of 4 kg by a service with steps of 1 and 5 kg, at 5 and 8."""
    goods = item("A", weight_kg=4.0)
    policy = Policy(costs=[Shipping()])
    return ask(policy=policy, items=[goods], services=[service("g")])


def excluded():
    """One A at the only node, which a rule excludes by its tag."""
    rule = ExcludedNodes(nodes=NodeFilter(tags=["closed"]))
    return ask(policy=Policy(rules=[rule]), nodes=[node("N1", tags=["closed"])])


def allowed():
    """One A at the only node, a rule allowing those of its tag."""
    rule = EligibleNodes(nodes=NodeFilter(tags=["open"]))
    return ask(policy=Policy(rules=[rule]), nodes=[node("N1", tags=["open"])])


def far_for_gold():
    """One A for a customer of gold, 111 km away, for whom 10 km are the limit."""
    rule = MaxDistance(km=10.0, orders=OrderFilter(tiers=["gold"]))
    wanted = order(A=1, at=(1.0, 0.0), tier="gold")
    return ask(wanted, Policy(costs=[], rules=[rule]))


def far_for_silver():
    """One A for a customer of silver, whom the limit of 10 km does not concern."""
    rule = MaxDistance(km=10.0, orders=OrderFilter(tiers=["gold"]))
    wanted = order(A=1, at=(1.0, 0.0), tier="silver")
    return ask(wanted, Policy(costs=[], rules=[rule]))


def tagged():
    """One A that only nodes with its tag may fill, at a node without it."""
    goods = item("A", tags=["cold"])
    return ask(policy=Policy(costs=[], rules=[RequireTag(tag="cold")]), items=[goods])


def carried_untagged():
    """One A that only services with its tag may carry, by one without it."""
    goods = item("A", tags=["cold"])
    policy = Policy(rules=[RequireTag(tag="cold", of=["services"])])
    return ask(policy=policy, items=[goods], services=[service("g")])


def bulky():
    """One A of two, each a parcel of its own: 5 and 5, where both weigh 8."""
    goods = item("A", ships_alone=True)
    held = {"N1": {"A": 2}}
    policy = Policy(costs=[Shipping()])
    return ask(order(A=2), policy, held=held, items=[goods], services=[service("g")])


def collected():
    """One A picked up at a warehouse, which offers no such thing."""
    return ask(order("o1", line("A", "A", delivery=pickup("N1"))))


def fetched():
    """One A picked up at a store 111 km from a customer; a rule ends at 10 km."""
    wanted = order(
        "o1", line("A", "A", delivery=pickup(radius_km=200.0)), at=(1.0, 0.0)
    )
    policy = Policy(costs=[Distance(per_shipment_km=1.0)], rules=[MaxDistance(km=10.0)])
    return ask(wanted, policy, nodes=[node("N1", kind="store")])


def reached():
    """One A picked up at a store 111 km away that ships no farther than 10 km."""
    wanted = order(
        "o1", line("A", "A", delivery=pickup(radius_km=200.0)), at=(1.0, 0.0)
    )
    near = node("N1", kind="store", max_distance_km=10.0)
    return ask(wanted, Policy(costs=[]), nodes=[near])


def driven():
    """One A, 111 km away, at a price a kilometer."""
    return ask(
        order(A=1, at=(1.0, 0.0)), Policy(costs=[Distance(per_shipment_km=0.01)])
    )


def driven_on_the_ellipsoid():
    """One A, a degree away, measured by geopy."""
    return ask(order(A=1, at=(1.0, 0.0)), Policy(costs=[], distance="geodesic"))


def quoted():
    """One A whose shipment is quoted at 8.0."""
    policy = Policy(costs=[Handling()])
    return ask(policy=policy, quotes=Quotes(shipments={("o1", "N1"): 8.0}))


def too_many():
    """Two A, of which one is there."""
    return ask(order(A=2))


def kept_back():
    """One A, which is all there is, and must be kept."""
    return ask(policy=Policy(costs=[], rules=[SafetyStock(units=1)]))


def scarce():
    """One A where one is there, at a price on scarce stock."""
    return ask(policy=Policy(costs=[StockLevel(price=2.0, target_units=4)]))


def full():
    """Two A at a node that can do one."""
    tight = node("N1", capacity={"limit": 1, "measure": "units"})
    return ask(order(A=2), nodes=[tight], held={"N1": {"A": 2}})


def undivided():
    """Two A, one at each of two nodes, that may not be split."""
    policy = Policy(costs=[], splits=SplitLimits(max_shipments=1))
    return ask(order(A=2), policy, nodes=[node("N1"), node("N2")])


def whole_line():
    """Two A of a line that may not be split, one at each of two nodes."""
    wanted = order("o1", line("A", "A", 2, allow_split=False))
    return ask(wanted, nodes=[node("N1"), node("N2")])


def promised(*costs, need_by=None, **fields):
    """One A, ordered on a Wednesday at ten, an hour of work, and a truck at five."""
    here = node("N1", cutoff="14:00", processing={"minutes": 60}, **fields)
    ground = service("g", pickups=["17:00"], transit_days=2, delivers_by="20:00")
    made = network(here, items="A", services=[ground])
    made = made.model_copy(update={"time_zone": "America/New_York"})
    wanted = order(
        A=1, placed_at="2026-11-18T10:00:00-05:00", delivery={"need_by": need_by}
    )
    policy = Policy(costs=costs, unfilled_penalty=50.0)
    return Router(made, stock(N1={"A": 1}), policy).route(wanted)


def promised_late():
    """It comes on Friday the 20th, a day after it is needed."""
    return promised(Lateness(per_line_day=2.0), need_by="2026-11-19")


def promised_at_speed():
    """It comes two days after it is ordered."""
    return promised(Speed(per_line_day=2.0))


def promised_in_time():
    """It is needed on the day that it comes."""
    return promised(need_by="2026-11-20")


def tomorrow(function):
    """Return a day more than what a function does."""
    return lambda *given, **named: function(*given, **named) + timedelta(days=1)


def half(function):
    """Return half of what a function does."""
    return lambda *given, **named: 0.5 * function(*given, **named)


def more(function):
    """Return one more than what a function does."""
    return lambda *given, **named: function(*given, **named) + 1


def always(value):
    """Return a value, whatever is asked."""
    return lambda function: lambda *given, **named: value  # noqa: ARG005


def fact(value):
    """Be a property of that value."""
    return lambda was: property(lambda self: value)  # noqa: ARG005


def first_day(zone, moment):  # noqa: ARG001 - the judge asks so
    """Find the first of the month, always."""
    return moment.date().replace(day=1)


def endless(function):
    """Set no limit to the parts of an order."""

    def made(*given):
        totals = function(*given)
        fields = {name: getattr(totals, name) for name in type(totals).__slots__}
        return type(totals)(**{**fields, "most_parts": 10**9})

    return made


def by_units(function):
    """Take every line unit by unit."""

    def made(problem):
        loose = [x.model_copy(update={"allow_split": True}) for x in problem.lines]
        return function(replace(problem, lines=tuple(loose)))

    return made


def nearest(chart, origin, destination):  # noqa: ARG001 - the solver asks so
    """Find the shortest prefixes, not the longest."""
    return chart.get(("", ""))


@pytest.mark.parametrize(
    ("case", "path", "wrong"),
    [
        (hazmat, "offers.services.accepts", always(value=True)),
        (charted, "costs.zones.look_up", lambda _: nearest),
        (banded, "costs.zones.ZoneFinder.find", always(np.zeros(1, np.int64))),
        (weighed, "costs.charges.cards.price_one", half),
        (excluded, "rules.NodeFilter.matches", always(value=False)),
        (excluded, "rules.ExcludedNodes.permits", always(value=True)),
        (far_for_gold, "rules.OrderFilter.matches", always(value=False)),
        (far_for_gold, "rules.MaxDistance.applies", always(value=False)),
        (far_for_gold, "rules.MaxDistance.reach_km", always(np.inf)),
        (tagged, "rules.RequireTag.permits", always(value=True)),
        (carried_untagged, "rules.RequireTag.lets_carry", always(value=True)),
        (bulky, "costs.charges.sharing.Sharing.among", always(None)),
        (collected, "network.Node.offered_methods", fact(tuple(Method))),
        (driven, "words.Method.is_collected", fact(value=True)),
        (driven, "problem.great_circle_km", half),
        (driven_on_the_ellipsoid, "problem.geodesic_km", half),
        (quoted, "costs.quotes.Quotes.of", always(NO_QUOTES)),
        (too_many, "indexing.StockMap.available", more),
        (scarce, "indexing.StockMap.available", more),
        (kept_back, "offers.screen.Screen._stock_left", more),
        (full, "offers.screen.Screen._capacity_left", always(None)),
        (undivided, "sourcing.subset.total_costs", endless),
        (whole_line, "sourcing.kernel.atoms_of", by_units),
        (promised, "promise.window.Clock.moments", more),
        (promised, "promise.window.Clock._offset", always(0)),
        (promised, "promise.telling.moment_of", tomorrow),
        (promised, "promise.later.Later.latest_of_one", more),
        (promised, "promise.handing.minute_of", half),
        (promised, "promise.work._cutoff_moments", more),
        (promised, "promise.arrivals._first_from", more),
        (promised_late, "promise.finding.days_late", more),
        (promised_at_speed, "promise.finding.days_until", more),
    ],
    ids=lambda part: part if isinstance(part, str) else getattr(part, "__name__", ""),
)
@pytest.mark.filterwarnings("ignore:.*please report it:RuntimeWarning")
def test_judge_objects_where_the_solver_errs(case, path, wrong, monkeypatch):
    """A function of the solver's that is wrong makes a plan that does not pass."""
    case()  # all is well as long as nothing is wrong
    make_wrong(path, wrong, monkeypatch)

    with pytest.raises(SolverError):
        case()


@pytest.mark.parametrize(
    ("case", "path", "wrong"),
    [
        (weighed, "costs.carriage.carries", always(value=False)),
        (charted, "costs.carriage.zone_number", always(1)),
        (banded, "costs.carriage._SLACK_KM", lambda _: 99.0),
        (weighed, "costs.carriage._rate_of_parcel", half),
        (allowed, "verify.rules.is_among", always(value=False)),
        (far_for_silver, "verify.rules.is_meant", always(value=True)),
        (scarce, "verify.permissions.offers", always(value=False)),
        (reached, "verify.deliveries.COLLECTED", lambda _: frozenset()),
        (fetched, "verify.rules.COLLECTED", lambda _: frozenset()),
        (driven, "verify.deliveries.measure_km", half),
        (quoted, "verify.judge.read_quotes", always(None)),
        (scarce, "verify.stock.units_there", always(0)),
        (scarce, "costs.stock_level.units_there", more),
        (promised, "verify.clock.moment_of", tomorrow),
        (promised, "verify.clock.Clock._find_works_on", always(value=False)),
        (promised, "verify.working.Working.ready_at", tomorrow),
        (promised, "verify.dates.minute_on_clock", more),
        (promised_late, "verify.dated.days_after", more),
        (promised_in_time, "verify.dated.days_after", more),
        (promised_at_speed, "verify.dated.day_at", lambda _: first_day),
    ],
    ids=lambda part: part if isinstance(part, str) else getattr(part, "__name__", ""),
)
def test_a_judge_that_errs_is_found_out(case, path, wrong, monkeypatch):
    """A function of the judge's that is wrong makes it object to a right plan."""
    case()
    make_wrong(path, wrong, monkeypatch)

    with pytest.raises(SolverError):
        case()


def make_wrong(path, wrong, monkeypatch):
    """Replace a function by a wrong one, made from the right one."""
    where, _, name = f"domroute.{path}".rpartition(".")
    owner = resolve_name(where)
    monkeypatch.setattr(owner, name, wrong(getattr(owner, name)))
