"""``domroute verify``: nothing that a file says of its plans can be wrong unseen."""

import copy
import json
import re

import pytest

from domroute import instances
from domroute.cli import main
from domroute.cli.verify import judge_written
from domroute.files.results import batch_to_json, results_to_json
from domroute.files.written import read_written
from domroute.router import Router

SCENARIO = instances.load("tiny")
UNSEEN = re.compile(
    # How long it took, by what method, what it took: nobody can know afterwards.
    r"\.?(elapsed_s|method|statistics\.\w+|gap_asked)$"
    # A bound may be lower, and the price of a unit another, than the best there is.
    r"|^prices\[\d+\]\.price$"
)


def router():
    """Route over the bundled scenario of twenty orders."""
    return Router(SCENARIO.network, SCENARIO.inventory, SCENARIO.policy)


@pytest.fixture(scope="module")
def results():
    """Return results of every order, as a file has them."""
    asked = router()
    made = [asked.route(order, quotes=SCENARIO.quotes) for order in SCENARIO.orders]
    return json.loads(results_to_json(made))


@pytest.fixture(scope="module")
def batch():
    """Return a joint result of all orders, as a file has it."""
    made = router().route_batch(
        SCENARIO.orders, quotes=SCENARIO.quotes, time_limit_s=0.2, gap=0.5
    )
    return json.loads(batch_to_json(made))


def faults(told):
    """Return the codes of the faults that are found in what is told."""
    found = judge_written(SCENARIO, read_written(json.dumps(told)))
    return [issue.code for issue in found]


def leaves(value, path=""):
    """Yield the path of every number and word, with who holds it and under what key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs:
        here = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")
        if isinstance(part, (dict, list)):
            yield from leaves(part, here)
        else:
            yield here, value, key


def changed(told):
    """Yield copies of what is told with one number in it changed, and where."""
    count = sum(1 for _ in leaves(told))
    for at in range(count):
        made = copy.deepcopy(told)
        path, holder, key = list(leaves(made))[at]
        if isinstance(holder[key], (int, float)) and not UNSEEN.search(path):
            holder[key] += 1
            yield path, made


def test_what_was_written_has_no_fault(results, batch):
    """Results and batches pass against the scenario they were made from."""
    assert faults(results) == []
    assert faults(batch) == []


@pytest.mark.parametrize("at", range(len(SCENARIO.orders)))
def test_every_number_of_a_result_is_checked(results, at):
    """Whichever number is one more than it was, a fault says so."""
    for path, made in changed(results[at]):
        others = [*results[:at], made, *results[at + 1 :]]

        assert faults(others), path


def test_every_number_of_a_batch_is_checked(batch):
    """The sums of a batch, its bound, its prices and their uses are checked too."""
    head = {name: part for name, part in batch.items() if name != "results"}
    for path, made in changed(head):
        assert faults({**made, "results": batch["results"]}), path


@pytest.mark.parametrize(
    ("status", "code"), [("infeasible", "wrong_status"), ("optimal", "wrong_status")]
)
def test_status_is_held_to_cost_and_bound(results, status, code):
    """What costs something is not infeasible; what is far from its bound not proven."""
    told = {**results[0], "status": status, "bound": 0.0, "gap": 1.0}

    assert code in faults([told])


def test_gap_is_held_to_cost_and_bound(results):
    """A gap that is not that of cost and bound is a fault by itself."""
    assert faults([{**results[0], "gap": 0.5}]) == ["wrong_gap"]


def test_no_results_are_a_fault():
    """An empty list says nothing of any order."""
    assert faults([]) == ["empty"]


def test_batch_without_results_is_a_fault(batch):
    """An empty batch says nothing of any order, and adds up to nothing."""
    assert "empty" in faults({**batch, "results": []})


def test_orders_may_be_asked_to_be_complete(results, tmp_path, capsys):
    """With ``--complete`` an order without a result is a fault; else it is told."""
    file = tmp_path / "some.json"
    file.write_text(json.dumps(results[1:]), encoding="utf-8")

    assert main(["verify", "bundled:tiny", str(file)]) == 0
    assert capsys.readouterr().out == "0 faults in 19 results; 1 order without one\n"
    assert main(["verify", "bundled:tiny", str(file), "--complete"]) == 1
    assert "[missing_result]" in capsys.readouterr().out
