"""The command line: results on stdout, status in the exit code, nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest

from builders import line, network, node, order, stock
from domroute import instances
from domroute.batchresult import PRICE_COLUMNS
from domroute.cli import main
from domroute.errors import SolverError
from domroute.jsonio import (
    load_scenario,
    results_from_json,
    save_scenario,
    scenario_to_json,
)
from domroute.result import PLAN_COLUMNS
from domroute.router import Router
from domroute.scenario import Scenario


@pytest.fixture
def two_orders(tmp_path):
    """Save two orders that want the same three of four units; return the path."""
    scenario = Scenario(
        "two orders",
        network(node("N1"), items="A"),
        stock(N1={"A": 4}),
        [order("o1", line("l1", "A", 3)), order("o2", line("l1", "A", 3))],
    )
    save_scenario(scenario, tmp_path / "two.json")
    return str(tmp_path / "two.json")


@pytest.fixture
def hopeless(tmp_path):
    """Save an order that must be filled and cannot be; return the path."""
    scenario = Scenario(
        "hopeless",
        network(node("N1"), items="A"),
        stock(N1={"A": 1}),
        [order("o1", line("l1", "A", 2, must_fill=True))],
    )
    save_scenario(scenario, tmp_path / "hopeless.json")
    return str(tmp_path / "hopeless.json")


def run(capsys, *argv):
    """Run a command; return its exit code and what it printed."""
    code = main([str(part) for part in argv])
    shown = capsys.readouterr()
    assert code == 2 or shown.err == ""
    return code, shown.out


def units(text):
    """Return the units shipped of each order, by results as JSON."""
    return {
        result.order_id: sum(part.units for part in result.plan.shipments)
        for result in results_from_json(text)
    }


def test_route_prints_what_the_router_says(capsys):
    """The command and the library give equal results."""
    scenario = instances.load("tiny")
    router = Router(scenario.network, scenario.inventory, scenario.policy)

    code, text = run(capsys, "route", "bundled:tiny")

    assert code == 0
    assert results_from_json(text) == tuple(map(router.route, scenario.orders))


def test_routing_consumes_no_stock_unless_told(two_orders, capsys):
    """Four units serve three and three; or, reserved, three and one."""
    assert units(run(capsys, "route", two_orders)[1]) == {"o1": 3, "o2": 3}
    assert units(run(capsys, "route", two_orders, "--reserve")[1]) == {"o1": 3, "o2": 1}


def test_orders_are_picked_by_id(two_orders, capsys):
    """Only the named orders are routed, in the order of the scenario."""
    one = run(capsys, "route", two_orders, "--order", "o2")
    both = run(capsys, "route", two_orders, "--order", "o2", "--order", "o1")

    assert list(units(one[1])) == ["o2"]
    assert list(units(both[1])) == ["o1", "o2"]


def test_out_takes_the_results(two_orders, tmp_path, capsys):
    """The file holds what stdout would, and stdout nothing."""
    out = tmp_path / "results.json"

    code, text = run(capsys, "route", two_orders, "--out", out, "--time-limit", "5")

    assert (code, text) == (0, "")
    assert units(out.read_bytes()) == {"o1": 3, "o2": 3}


def test_results_can_be_a_table(two_orders, capsys):
    """CSV has the columns of the frame, a row for each part of a line."""
    code, text = run(capsys, "route", two_orders, "--reserve", "--format", "csv")

    rows = list(csv.reader(io.StringIO(text)))
    assert code == 0
    assert rows[0] == list(PLAN_COLUMNS)
    # o1 ships whole; one unit is left for o2, of which two stay unfilled.
    assert [row[:5] for row in rows[1:]] == [
        ["o1", "l1", "A", "3", "N1"],
        ["o2", "l1", "A", "1", "N1"],
        ["o2", "l1", "A", "2", ""],
    ]
    assert rows[3][8] == "not_enough_stock"


def test_results_can_be_read_by_people(two_orders, capsys):
    """Text is what a result prints, one after the other."""
    code, text = run(capsys, "route", two_orders, "--format", "text")

    assert code == 0
    assert text.count("status: optimal") == 2


def test_an_order_without_a_plan_is_status_one(hopeless, capsys):
    """Infeasible is an answer, printed, and told apart from success."""
    code, text = run(capsys, "route", hopeless)

    assert code == 1
    assert json.loads(text)[0]["status"] == "infeasible"


def test_no_orders_are_nothing_found(tmp_path, capsys):
    """A scenario without orders has no result."""
    save_scenario(Scenario("x", network(node("N1")), stock()), tmp_path / "x.json")

    assert run(capsys, "route", tmp_path / "x.json") == (1, "[]\n")


def test_standard_input_is_a_scenario(two_orders, capsys, monkeypatch):
    """A dash reads JSON from standard input."""
    with open(two_orders, "rb") as file:  # noqa: PTH123 - as a shell redirects
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
        code, text = run(capsys, "check", "-")

    assert code == 0
    assert "scenario: two orders" in text


def test_a_folder_is_a_scenario(two_orders, tmp_path, capsys):
    """Tables are routed as the JSON file is."""
    save_scenario(load_scenario(two_orders), tmp_path / "tables")

    assert units(run(capsys, "route", tmp_path / "tables")[1]) == {"o1": 3, "o2": 3}


def test_bundled_scenarios_take_a_size_and_a_seed(capsys):
    """The name may be followed by choices, as in an address."""
    code, text = run(capsys, "check", "bundled:us_retail?size=small&seed=3")

    expected = instances.load("us_retail", size="small", seed=3)
    assert (code, text) == (0, f"{expected}\n")


def test_explain_says_why(capsys):
    """The explanation of the library, as text or JSON."""
    scenario = instances.load("tiny")
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    first = scenario.orders[0]
    explanation = router.explain(first)

    assert run(capsys, "explain", "bundled:tiny", first.id) == (0, f"{explanation}\n")
    code, text = run(capsys, "explain", "bundled:tiny", first.id, "--format", "json")
    assert code == 0
    shown, expected = json.loads(text), json.loads(json.dumps(explanation.to_dict()))
    for each in (shown, expected):
        each["result"]["elapsed_s"] = 0.0  # the only part that differs between two runs
    assert shown == expected


def test_verify_finds_nothing_in_what_route_wrote(two_orders, tmp_path, capsys):
    """Results pass against the scenario they were made from."""
    out = tmp_path / "results.json"
    run(capsys, "route", two_orders, "--reserve", "--out", out)

    assert run(capsys, "verify", two_orders, out, "--reserve") == (
        0,
        "0 faults in 2 results; 0 orders without one\n",
    )


def test_verify_replays_reservations(two_orders, tmp_path, capsys):
    """Two plans that are fine one by one may be too much together."""
    out = tmp_path / "results.json"
    run(capsys, "route", two_orders, "--out", out)

    assert run(capsys, "verify", two_orders, out)[0] == 0
    code, text = run(capsys, "verify", two_orders, out, "--reserve")
    assert code == 1
    assert "[oversold]" in text


def test_verify_finds_what_was_changed(two_orders, tmp_path, capsys):
    """A cost that is not the plan's, and an order nobody placed."""
    out = tmp_path / "results.json"
    run(capsys, "route", two_orders, "--out", out)
    results = json.loads(out.read_text())
    results[0]["cost"] += 1
    results[1]["order_id"] = "o9"
    out.write_text(json.dumps(results))

    code, text = run(capsys, "verify", two_orders, out)

    assert code == 1
    assert "results[0]" in text
    assert "[unknown_id]" in text


def test_verify_accepts_that_there_is_no_plan(hopeless, tmp_path, capsys):
    """An infeasible result is no fault, unless it ships all the same."""
    out = tmp_path / "results.json"
    run(capsys, "route", hopeless, "--out", out)
    assert run(capsys, "verify", hopeless, out) == (
        0,
        "0 faults in 1 results; 0 orders without one\n",
    )
    results = json.loads(out.read_text())
    content = {"line_id": "l1", "sku": "A", "quantity": 1}
    results[0]["shipments"] = [
        {"node_id": "N1", "method": "ship", "contents": [content]}
    ]
    out.write_text(json.dumps(results))

    code, text = run(capsys, "verify", hopeless, out)

    assert code == 1
    assert "[wrong_status]" in text


def test_verify_reads_results_from_standard_input(
    two_orders, tmp_path, capsys, monkeypatch
):
    """Route and verify can be piped."""
    out = tmp_path / "results.json"
    run(capsys, "route", two_orders, "--out", out)
    with out.open("rb") as file:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))

        assert run(capsys, "verify", two_orders, "-")[0] == 0


def test_schema_is_what_scenarios_follow(capsys):
    """The printed schema accepts a bundled scenario."""
    code, text = run(capsys, "schema")

    assert code == 0
    jsonschema.validate(
        json.loads(scenario_to_json(instances.load("tiny"))), json.loads(text)
    )


@pytest.mark.parametrize("kind", ["scenario", "order", "results", "promise"])
def test_schema_prints_each_kind(kind, capsys):
    """Each is a schema by its own standard, and says what it is of."""
    code, text = run(capsys, "schema", kind)

    assert code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    assert json.loads(text)["title"] == f"domroute {kind}"


def test_demo_is_the_demo(capsys, monkeypatch):
    """The command only calls it, with the stream to print to."""
    monkeypatch.setattr(
        "domroute.cli.demo.showing.show", lambda stream: stream.write("shown") - 5
    )

    assert run(capsys, "demo") == (0, "shown")


@pytest.mark.parametrize(
    ("argv", "shown"), [(["--version"], "domroute "), (["--help"], "exit status")]
)
def test_help_and_version_are_no_errors(argv, shown, capsys):
    """Both end with status 0."""
    code, text = run(capsys, *argv)

    assert code == 0
    assert shown in text


def test_progress_goes_to_stderr(two_orders, capsys):
    """Asked for, it is shown even where stderr is no terminal; stdout stays clean."""
    assert main(["route", two_orders, "--progress"]) == 0

    shown = capsys.readouterr()
    assert "2/2" in shown.err
    assert units(shown.out) == {"o1": 3, "o2": 3}


def test_progress_without_tqdm_is_silence(two_orders, capsys, monkeypatch):
    """The extra is optional."""
    monkeypatch.setitem(sys.modules, "tqdm", None)

    assert run(capsys, "route", two_orders, "--progress")[0] == 0


def test_a_bug_is_reported_without_results(two_orders, capsys, monkeypatch):
    """A plan that fails its own verification is said to be a bug, and not printed."""

    def fail(*_, **__):
        raise SolverError("please report")

    monkeypatch.setattr(Router, "route", fail)
    assert main(["route", two_orders]) == 1

    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "error: please report\n")


def test_a_reader_that_leaves_is_no_error():
    """As under ``| head``: status 0, and no traceback."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "domroute", "schema"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "src"},
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")


def test_verify_holds_a_result_against_itself(tmp_path, capsys):
    """A bound above the cost, another policy, or an order told twice is a fault."""
    out = tmp_path / "results.json"
    run(capsys, "route", "bundled:tiny", "--order", "o01", "--out", str(out))
    told = json.loads(out.read_text(encoding="utf-8"))[0]
    lie = {**told, "bound": told["cost"] + 1, "policy_version": "another"}
    out.write_text(json.dumps([lie, {**told, "bound": 0.0}]), encoding="utf-8")

    code, printed = run(capsys, "verify", "bundled:tiny", str(out))

    assert code == 1
    words = ("bound", "policy", "status", "gap")  # the gap said is 0, and is 1
    assert all(f"[wrong_{word}]" in printed for word in words)
    assert "[duplicate_id]" in printed
    assert printed.endswith("5 faults in 2 results; 19 orders without one\n")


@pytest.fixture
def batches(monkeypatch):
    """Note the options and the result of each call of ``Router.route_batch``."""
    calls = []
    route_batch = Router.route_batch

    def noted(router, orders, **options):
        batch = route_batch(router, orders, **options)
        calls.append((options, batch))
        return batch

    monkeypatch.setattr(Router, "route_batch", noted)
    return calls


def test_batch_prints_what_the_router_says(batches, capsys):
    """The JSON is the batch's own; its results are read as those of ``route``."""
    code, text = run(capsys, "batch", "bundled:tiny", "--time-limit", "0.2")

    [(_, batch)] = batches
    shown = json.loads(text)
    assert code == 0
    assert shown == json.loads(json.dumps(batch.to_dict()))
    assert results_from_json(json.dumps(shown["results"])) == batch.results


def test_orders_of_a_batch_share_the_stock(two_orders, capsys):
    """Of four units no more than four are shipped, although six are wanted."""
    code, text = run(capsys, "batch", two_orders, "--time-limit", "0.2")

    shipped = units(json.dumps(json.loads(text)["results"]))
    assert code == 0
    assert sum(shipped.values()) == 4


def test_a_batch_can_be_a_table(batches, capsys):
    """CSV holds the rows of the batch's frame."""
    argv = ["batch", "bundled:tiny", "--time-limit", "0.2", "--format", "csv"]
    code, text = run(capsys, *argv)

    [(_, batch)] = batches
    assert code == 0
    assert text == batch.to_frame().to_csv(index=False, lineterminator="\n")


def test_a_batch_can_be_read_by_people(batches, tmp_path, capsys):
    """Text is what the batch prints; a file takes it as standard output would."""
    out = tmp_path / "batch.txt"
    argv = ["batch", "bundled:tiny", "--time-limit", "0.2", "--format", "text"]
    code, text = run(capsys, *argv, "--out", out)

    [(_, batch)] = batches
    assert (code, text) == (0, "")
    assert out.read_text() == f"{batch}\n"


def test_prices_of_a_batch_go_to_a_file(batches, two_orders, tmp_path, capsys):
    """Four units of A at N1 are wanted by both orders, and all are used."""
    prices = tmp_path / "prices.csv"
    argv = ["batch", two_orders, "--time-limit", "0.2", "--prices", prices]
    code, _ = run(capsys, *argv)

    [(_, batch)] = batches
    header, row = csv.reader(io.StringIO(prices.read_text()))
    assert code == 0
    assert header == list(PRICE_COLUMNS)
    told = dict(zip(header, row, strict=True))
    assert float(told.pop("price")) == batch.prices.loc[0, "price"]
    assert list(told.values()) == ["stock", "N1", "A", "", "4.0", "4.0"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], (60.0, 0.005, 0)),
        (["--time-limit", "0.2", "--gap", "1", "--seed", "7"], (0.2, 1.0, 7)),
    ],
)
def test_options_of_a_batch_reach_the_router(
    options, expected, batches, two_orders, capsys
):
    """The options are the arguments of ``route_batch``, with defaults for a wave."""
    assert run(capsys, "batch", two_orders, *options)[0] == 0

    [(given, _)] = batches
    assert (given["time_limit_s"], given["gap"], given["seed"]) == expected


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--time-limit", "0"),
        ("--gap", "1.5"),
        ("--gap", "-0.1"),
        ("--gap", "nan"),
        ("--gap", "little"),
        ("--seed", "-1"),
        ("--seed", "1.5"),
        ("--seed", "9" * 5000),
        ("--format", "frame"),
    ],
)
def test_an_option_out_of_range_is_bad_usage(option, value, two_orders, capsys):
    """The message names the option, and nothing is routed."""
    code = main(["batch", two_orders, option, value])

    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert f"argument {option}: " in shown.err


def test_a_batch_picks_orders_by_id(two_orders, capsys):
    """Alone, the second order gets all it wants."""
    argv = ["batch", two_orders, "--order", "o2", "--time-limit", "0.2"]
    code, text = run(capsys, *argv)

    assert code == 0
    assert units(json.dumps(json.loads(text)["results"])) == {"o2": 3}


def test_a_batch_with_an_order_without_a_plan_is_status_one(hopeless, capsys):
    """Infeasible is printed, its infinite cost as null."""
    code, text = run(capsys, "batch", hopeless, "--time-limit", "0.2")

    shown = json.loads(text)
    assert code == 1
    assert (shown["status"], shown["cost"]) == ("infeasible", None)
    assert shown["results"][0]["unfilled"][0]["quantity"] == 2


def test_a_batch_of_no_orders_is_nothing_found(tmp_path, capsys):
    """As with ``route``; the JSON is whole all the same."""
    save_scenario(Scenario("x", network(node("N1")), stock()), tmp_path / "x.json")

    code, text = run(capsys, "batch", tmp_path / "x.json")

    assert code == 1
    assert json.loads(text)["results"] == []


@pytest.mark.parametrize(
    ("argv", "faults"),
    [
        (["two.json", "--order", "o8", "--order", "o9"], ["unknown_id"] * 2),
        (["none.json"], ["not_found"]),
        (["two.json", "--prices", "none/prices.csv"], ["unwritable"]),
        (["two.json", "--prices", "out.json"], ["contradictory"]),
    ],
)
@pytest.mark.usefixtures("two_orders")
def test_bad_input_of_a_batch_writes_nothing(
    argv, faults, tmp_path, capsys, monkeypatch
):
    """Faults are listed, a line each; neither file is there afterwards."""
    monkeypatch.chdir(tmp_path)

    # An option given twice counts as given last.
    code = main(["batch", "--prices", "prices.csv", "--out", "out.json", *argv])

    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert re.findall(r"\[(\w+)\]\n", shown.err) == faults
    assert [path.name for path in tmp_path.iterdir()] == ["two.json"]


def test_a_batch_reads_standard_input(two_orders, capsys, monkeypatch):
    """A dash is JSON on standard input, as for ``route``."""
    with open(two_orders, "rb") as file:  # noqa: PTH123 - as a shell redirects
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
        code, text = run(capsys, "batch", "-", "--time-limit", "0.2")

    assert code == 0
    assert len(json.loads(text)["results"]) == 2


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Answer as a terminal does."""
        return True


@pytest.mark.parametrize("is_forced", [True, False])
def test_progress_of_a_batch_is_a_line(is_forced, two_orders, capsys, monkeypatch):
    """Asked for, or on a terminal: time, bound, cost and gap, in one line."""
    stream = io.StringIO() if is_forced else Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    options = ["--progress"] if is_forced else []

    code = main(["batch", two_orders, "--time-limit", "60", *options])  # ends at proof

    first, *_, last = stream.getvalue().split("\r")[1:]
    assert (code, first) == (0, "pricing 2 orders")
    assert re.fullmatch(
        r"[\d.]+ s  bound [\d,.]+  cost [\d,.]+  gap 0\.\d\d% *\n", last
    )
    assert stream.getvalue().count("\n") == 1
    assert json.loads(capsys.readouterr().out)["status"] == "optimal"


def test_progress_of_a_batch_says_that_an_order_has_no_plan(hopeless, capsys):
    """There is no cost, so there is no gap."""
    assert main(["batch", hopeless, "--time-limit", "0.2", "--progress"]) == 1

    assert capsys.readouterr().err.rstrip().endswith("  an order has no plan")


@pytest.fixture
def keyboard():
    """Let Ctrl-C interrupt, even if whoever runs the tests has it ignored."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, usual)


def press_keys(monkeypatch, presses):
    """Press Ctrl-C so often during the search; return what progress answered."""
    answers = []
    route_batch = Router.route_batch

    def pressed(router, orders, *, progress, **options):
        answers.append(progress(1.0, 2.0))
        for _ in range(presses):
            signal.raise_signal(signal.SIGINT)
        answers.append(progress(1.0, 2.0))
        return route_batch(router, orders, progress=progress, **options)

    monkeypatch.setattr(Router, "route_batch", pressed)
    return answers


def test_an_interrupt_ends_the_search_with_the_best_plan(
    two_orders, capsys, monkeypatch, keyboard
):
    """Ctrl-C makes progress answer no; the plan is printed, and the key is restored."""
    answers = press_keys(monkeypatch, presses=1)

    code = main(["batch", two_orders])

    shown = capsys.readouterr()
    assert answers == [True, False]
    assert (code, shown.err) == (0, "interrupted: this is the best plan so far\n")
    assert len(json.loads(shown.out)["results"]) == 2
    assert signal.getsignal(signal.SIGINT) is keyboard


def test_a_second_interrupt_ends_everything(
    two_orders, tmp_path, capsys, monkeypatch, keyboard
):
    """Whoever insists is obeyed: nothing is written."""
    press_keys(monkeypatch, presses=2)
    out = tmp_path / "out.json"

    code = main(["batch", two_orders, "--out", str(out)])

    shown = capsys.readouterr()
    assert (code, shown.out, shown.err) == (130, "", "interrupted\n")
    assert not out.exists()
    assert signal.getsignal(signal.SIGINT) is keyboard


def test_a_thread_can_route_a_batch(two_orders, tmp_path):
    """Only the main thread may take the key: in another, it is let alone."""
    argv = ["batch", two_orders, "--time-limit", "0.2"]
    out = tmp_path / "out.json"
    with ThreadPoolExecutor(1) as threads:
        code = threads.submit(main, [*argv, "--out", str(out)]).result()

    assert code == 0
    assert len(json.loads(out.read_text())["results"]) == 2
