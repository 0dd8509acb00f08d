"""What must not matter: the order of rows, names, the currency, asking twice."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes import renamed, route, scaled, shuffled
from domroute.files.results import results_from_json, results_to_json
from domroute.sourcing.chains import CHAINS
from strategies import LINE_IDS, NODE_IDS, SKUS, problems

RANDOMS = st.randoms(use_true_random=False)
# Names that sort in another order than those they replace, and hold each other.
OTHER_NAMES = ("Ω", "a", "aa", "店 1")


@pytest.mark.parametrize("method", ["auto", "greedy", *CHAINS])
@given(problem=problems(), random=RANDOMS)
def test_order_of_rows_does_not_matter(method, problem, random):
    """Lines, nodes, items, stock, rules and quotes may come in any order."""
    mixed = route(shuffled(problem, random), method)

    result = route(problem, method)

    assert mixed.plan == result.plan
    assert (mixed.status, mixed.cost, mixed.bound) == (
        result.status,
        result.cost,
        result.bound,
    )


@given(problem=problems(curves=False), random=RANDOMS)
def test_order_of_rows_does_not_matter_to_the_program(problem, random):
    """The integer program is built from sorted rows, and so finds the same plan."""
    assert route(shuffled(problem, random), "mip").plan == route(problem, "mip").plan


@given(
    problems(curves=False),
    st.permutations(OTHER_NAMES),
    st.permutations(OTHER_NAMES),
    st.permutations(OTHER_NAMES),
)
def test_names_do_not_matter(problem, nodes, lines, skus):
    """Renaming nodes, lines and SKUs never changes the cost."""
    again = renamed(
        problem,
        dict(zip(NODE_IDS, nodes, strict=True)),
        dict(zip(LINE_IDS, lines, strict=False)),
        dict(zip(SKUS, skus, strict=False)),
    )

    result, other = route(problem), route(again)

    assert math.isclose(other.cost, result.cost, rel_tol=1e-9, abs_tol=1e-9)
    assert other.status is result.status


@given(problems(curves=False), st.sampled_from((0.25, 3.0, 4.0, 1000.0)))
def test_currency_does_not_matter(problem, factor):
    """All costs times k make the best plan cost k times as much."""
    result, dearer = route(problem), route(scaled(problem, factor))

    assert math.isclose(
        dearer.cost, factor * result.cost, rel_tol=1e-6, abs_tol=1e-6 * factor
    )


@given(problems())
def test_asking_twice_gives_one_answer(problem):
    """Equal input gives an equal result; routing changes nothing."""
    assert route(problem) == route(problem)


@given(problems())
def test_result_survives_json(problem):
    """A result written as JSON and read again is equal."""
    result = route(problem)

    (again,) = results_from_json(results_to_json([result]))

    assert again == result
    assert again.costs == result.costs


@given(problems())
def test_result_is_plain_values(problem):
    """``to_dict`` holds nothing JSON does not know, infinities included."""
    text = json.dumps(route(problem).to_dict(), allow_nan=False)

    assert json.loads(text)["order_id"] == problem.order.id
