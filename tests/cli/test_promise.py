"""``domroute promise``, and ``--now``: dates before an order is bought."""

import csv
import io
import json
from datetime import datetime

import jsonschema
import pytest

from builders import line, node, order, pickup, service, stock
from dated import NEW_YORK, WEEK
from domroute import instances
from domroute.cli import main
from domroute.files.schemas import promise_schema
from domroute.jsonio import load_scenario, results_from_json, save_scenario
from domroute.network import Item, Network
from domroute.promises import PROMISE_COLUMNS
from domroute.router import Router
from domroute.scenario import Scenario

WEDNESDAY = "2026-11-25T10:00:00-05:00"
SCHEMA = jsonschema.Draft202012Validator(promise_schema())


def saved(path, *orders, held=9):
    """Save orders of one A from a node with a ground and an express service."""
    dc = node("N1", kind="store", calendar="week", cutoff="14:00")
    ground = service("ground", calendar="week", pickups=["17:00"], transit_days=3)
    express = service(
        "express", ((15.0, 18.0),), calendar="week", pickups=["17:00"], transit_days=1
    )
    network = Network(
        time_zone=NEW_YORK,
        calendars=[{"id": "week", "hours": WEEK}],
        nodes=[dc],
        items=[Item(sku="A", weight_kg=1.0)],
        services=[ground, express],
    )
    save_scenario(Scenario("dated", network, stock(N1={"A": held}), orders), path)
    return path


@pytest.fixture
def cart(tmp_path):
    """Save an order that nobody has placed yet; return the path."""
    return saved(tmp_path / "cart.json", order("o1", A=1))


def run(capsys, *argv):
    """Run a command; return its exit code, and what it printed and said."""
    code = main([str(part) for part in argv])
    return code, *capsys.readouterr()


def options_of(text):
    """Return method, speed, date and whether another is better, of the first order."""
    return [
        (one["method"], one["speed"], one["delivers_on"], one["dominated"])
        for one in json.loads(text)[0]["options"]
    ]


def test_json_is_what_the_router_promises(cart, capsys):
    """
    It is the library's answer, of the form that the schema gives.

    Wednesday 10:00 leaves at 17:00: Thursday by express, Monday by ground, on the third
    weekday. The cheapest is ground.
    """
    code, text, _ = run(capsys, "promise", cart, "--now", WEDNESDAY)

    scenario = load_scenario(cart)
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    made = router.promise(scenario.orders[0], now=datetime.fromisoformat(WEDNESDAY))
    assert code == 0
    assert options_of(text) == [
        ("ship", "best", "2026-11-30", False),
        ("ship", "express", "2026-11-26", False),
        ("ship", "ground", "2026-11-30", False),
    ]
    shown, told = json.loads(text), json.loads(json.dumps([made.to_dict()]))
    for one in (*shown[0]["options"], *told[0]["options"]):
        one["result"]["elapsed_s"] = 0.0  # the only part that differs between two runs
    assert shown == told
    assert not list(SCHEMA.iter_errors(shown))
    assert not list(SCHEMA.iter_errors(shown[0]))


def test_one_minute_after_the_cutoff_all_is_a_day_later(cart, capsys):
    """14:01 is Thursday's work: Friday by express, Tuesday by ground."""
    late = WEDNESDAY.replace("10:00", "14:01", 1)

    _, text, _ = run(capsys, "promise", cart, "--now", late)

    assert [date for _, _, date, _ in options_of(text)] == [
        "2026-12-01",
        "2026-11-27",
        "2026-12-01",
    ]


def test_methods_are_those_asked_for(cart, capsys):
    """Any of them, or those named; collected within the kilometers that are given."""
    near = ("promise", cart, "--now", WEDNESDAY, "--radius-km", "5")

    every = options_of(run(capsys, *near, "--methods", "any")[1])
    named = options_of(run(capsys, *near, "--methods", "curbside, pickup")[1])

    # A store that works until five: what is ready at once is collected at once.
    assert {method for method, *_ in every} == {"ship", "pickup", "curbside"}
    assert [part[:3] for part in named] == [
        ("curbside", "best", "2026-11-25"),
        ("pickup", "best", "2026-11-25"),
    ]


def test_csv_has_a_row_for_each_option(cart, capsys):
    """The columns are those of the frame; moments and dates as ISO writes them."""
    argv = ("promise", cart, "--now", WEDNESDAY, "--format", "csv")

    rows = list(csv.reader(io.StringIO(run(capsys, *argv)[1])))

    assert rows[0] == list(PROMISE_COLUMNS)
    # Its fifteen minutes are over at 10:15 in New York.
    assert rows[2] == [
        *("o1", "ship", "express", "2026-11-26", "15.0", "1", "0"),
        *("2026-11-25T15:15:00+00:00", "false"),
    ]
    assert len(rows) == 4


def test_text_is_for_people(cart, capsys):
    """Each order is named, and its options are a table."""
    argv = ("promise", cart, "--now", WEDNESDAY, "--format", "text", "--order", "o1")

    code, text, _ = run(capsys, *argv)

    assert code == 0
    assert text.startswith("order o1\nmethod  speed ")


def test_out_takes_the_promises(cart, tmp_path, capsys):
    """The file holds what standard output would, which stays empty."""
    out = tmp_path / "promises.json"

    code, text, _ = run(capsys, "promise", cart, "--now", WEDNESDAY, "--out", out)

    assert (code, text) == (0, "")
    assert len(json.loads(out.read_text())[0]["options"]) == 3


def test_an_order_that_no_option_fills_is_status_one(tmp_path, capsys):
    """One has all it wants; of the other a unit stays unfilled by any service."""
    few = saved(tmp_path / "few.json", order("o1", A=1), order("o2", A=2), held=1)

    one = run(capsys, "promise", few, "--now", WEDNESDAY, "--order", "o1")
    both = run(capsys, "promise", few, "--now", WEDNESDAY)

    assert (one[0], both[0]) == (0, 1)
    assert len(json.loads(both[1])) == 2


def test_one_option_with_everything_is_enough(tmp_path, capsys):
    """The dear service cannot, the cheap one can: the order can be had."""
    path = saved(tmp_path / "x.json", order("o1", line("A", "A", 9)))
    scenario = json.loads(path.read_text())
    scenario["services"][1]["pickups"] = []
    path.write_text(json.dumps(scenario))

    code, text, _ = run(capsys, "promise", path, "--now", WEDNESDAY)

    assert code == 0
    options = json.loads(text)[0]["options"]
    # best, express, ground
    assert [bool(one["result"]["unfilled"]) for one in options] == [False, True, False]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "no_placed_at"),
        (["--now", WEDNESDAY, "--methods", "drone"], "unknown_value"),
        (["--now", WEDNESDAY, "--methods", "pickup"], "contradictory"),
        (["--now", WEDNESDAY, "--order", "o9"], "unknown_id"),
    ],
)
def test_what_cannot_be_asked_is_bad_input(cart, options, code, capsys):
    """Without a moment, by an unknown method, or without saying where to collect."""
    status, text, said = run(capsys, "promise", cart, *options)

    assert (status, text) == (2, "")
    assert f"[{code}]" in said


@pytest.mark.parametrize(
    "options",
    [
        ("--now", "2026-11-25"),
        ("--now", "soon"),
        ("--now", "2026-11-25T10:00:00"),
        ("--radius-km", "-1"),
        ("--radius-km", "far"),
        ("--radius-km", "nan"),
    ],
)
def test_options_are_read_with_care(cart, options, capsys):
    """A moment needs its offset, and a distance is a number."""
    status, text, said = run(capsys, "promise", cart, *options)

    assert (status, text) == (2, "")
    assert f"argument {options[0]}: should be" in said


def test_route_and_verify_take_now(cart, tmp_path, capsys):
    """What is routed as of a moment is verified as of the same moment."""
    out = tmp_path / "results.json"

    assert run(capsys, "route", cart)[0] == 2
    assert run(capsys, "route", cart, "--now", WEDNESDAY, "--out", out)[0] == 0

    (result,) = results_from_json(out.read_text())
    assert str(result.plan.shipments[0].delivers_on) == "2026-11-30"
    assert run(capsys, "verify", cart, out, "--now", WEDNESDAY)[0] == 0
    later = WEDNESDAY.replace("10:00", "14:01", 1)
    code, text, _ = run(capsys, "verify", cart, out, "--now", later)
    assert code == 1
    assert "[wrong_date]" in text


def test_an_order_that_says_when_keeps_its_moment(tmp_path, capsys):
    """``--now`` is for orders that do not say."""
    placed = datetime.fromisoformat(WEDNESDAY)
    path = saved(tmp_path / "x.json", order("o1", A=1, placed_at=placed))

    text = run(capsys, "promise", path, "--now", "2027-01-04T10:00:00Z")[1]

    assert options_of(text)[0][2] == "2026-11-30"


def test_undated_scenarios_have_options_without_dates(capsys):
    """Nothing says when: what it costs is told all the same."""
    first = instances.load("tiny").orders[0].id

    code, text, _ = run(capsys, "promise", "bundled:tiny", "--order", first)

    assert code == 0
    assert {date for _, _, date, _ in options_of(text)} == {None}
    assert SCHEMA.is_valid(json.loads(text))


def test_an_order_to_collect_is_promised_where_it_is_named(tmp_path, capsys):
    """An order's own delivery is what is looked at, unless methods are named."""
    mine = order("o1", A=1, delivery=pickup("N1"))
    path = saved(tmp_path / "x.json", mine)

    text = run(capsys, "promise", path, "--now", WEDNESDAY)[1]

    assert options_of(text) == [("pickup", "best", "2026-11-25", False)]
