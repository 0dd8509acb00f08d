"""More stock, one more node or a looser rule never costs more.

Left out, because it is not so by its definition: a hard node priority closes worse
nodes as soon as better ones have enough, so that more stock, another node or one rule
less may close the cheapest; fewer shipments first may cost more when they become
possible; and a node of better priority than all others moves the base from which a soft
priority counts.
"""

import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from changes import route, with_nodes, with_policy, with_splits, with_stock
from domroute.ledger.inventory import Inventory
from domroute.network import Network
from domroute.rules import MaxDistance, NodePriority
from domroute.words import Objective
from strategies import SPLIT_LIMITS, any_rules, node_beside, problems


def without_ladder(problem):
    """Take hard node priorities out."""
    kept = [
        rule
        for rule in problem.policy.rules
        if not (isinstance(rule, NodePriority) and rule.price is None)
    ]
    return with_policy(problem, rules=tuple(kept))


# Cost is what is compared, and curves are left out for the bound to be proven.
PROBLEMS = problems(curves=False).map(
    lambda made: with_policy(made, objective=Objective.COST)
)
FREE_PROBLEMS = PROBLEMS.map(without_ladder)


def check_no_dearer(looser, problem):
    """Route both: the looser problem costs no more."""
    result, other = route(problem), route(looser)

    assert result.is_optimal or math.isinf(result.cost)
    if math.isfinite(result.cost):
        assert other.cost <= result.cost + 1e-6 * max(1.0, abs(result.cost))


@given(FREE_PROBLEMS, st.data())
def test_more_stock_never_costs_more(problem, data):
    """Units that come in are worth something or nothing."""

    def add(row):
        more = data.draw(st.integers(0, 2))
        return row.model_copy(update={"on_hand": row.on_hand + more})

    check_no_dearer(with_stock(problem, add), problem)


@given(FREE_PROBLEMS, st.data())
def test_one_more_node_never_costs_more(problem, data):
    """Another node may be used or not."""
    network = problem.network
    node, stock = data.draw(node_beside(network))
    inventory = Inventory([*problem.inventory, *stock])
    inventory.start_period(problem.inventory.loads)
    larger = Network(
        nodes=[*network.nodes, node], items=network.items, services=network.services
    )

    check_no_dearer(problem._replace(network=larger, inventory=inventory), problem)


def one_more(value):
    """Raise a limit by one."""
    return None if value is None else value + 1


SPLITS = {
    "one_more_shipment": lambda s: {"max_shipments": one_more(s.max_shipments)},
    "any_shipments": lambda _: {"max_shipments": None},
    "one_more_node": lambda s: {"max_nodes": one_more(s.max_nodes)},
    "any_nodes": lambda _: {"max_nodes": None},
    "over_at_a_price": lambda s: {"over_limit_price": s.over_limit_price or 2.0},
    "free_splits": lambda _: {"split_price": 0.0},
    "incomplete": lambda _: {"ship_complete": False},
    "incomplete_at_a_price": lambda s: {"incomplete_price": s.incomplete_price or 2.0},
    "any_order": lambda _: {"min_order_value": 0.0},
    "any_part": lambda _: {"min_part_value": 0.0},
}


@settings(max_examples=3 * settings.default.max_examples)
@given(PROBLEMS, SPLIT_LIMITS, st.sampled_from(sorted(SPLITS)))
def test_looser_splits_never_cost_more(problem, splits, name):
    """A split limit raised, priced or dropped allows all plans that it did."""
    problem = with_policy(problem, splits=splits)
    fields = SPLITS[name](splits)
    price = fields.get("over_limit_price")
    if price is not None and splits.over_limit_price is not None:
        fields = {"over_limit_price": splits.over_limit_price / 2}

    check_no_dearer(with_splits(problem, **fields), problem)


def draw_rule(problem, data):
    """Draw a rule, and the problem's own rules of other names."""
    rule = data.draw(any_rules(problem.network))
    others = tuple(x for x in problem.policy.rules if x.name != rule.name)
    return rule, others


@given(FREE_PROBLEMS, st.data())
def test_one_rule_less_never_costs_more(problem, data):
    """A rule dropped forbids and charges nothing, a ladder neither."""
    rule, others = draw_rule(problem, data)
    tighter = with_policy(problem, rules=(rule, *others))

    check_no_dearer(with_policy(problem, rules=others), tighter)


@given(FREE_PROBLEMS, st.data())
def test_softer_rule_never_costs_more(problem, data):
    """A hard rule with a price forbids nothing; a price halved charges less."""
    rule, others = draw_rule(problem, data)
    # A hard priority charges nothing, a soft one every step: neither is looser.
    assume(not (isinstance(rule, NodePriority) and rule.price is None))
    price = 1.0 if rule.price is None else rule.price / 2
    softer = rule.model_copy(update={"price": price})
    tighter = with_policy(problem, rules=(rule, *others))

    check_no_dearer(with_policy(problem, rules=(softer, *others)), tighter)


@given(FREE_PROBLEMS)
def test_longer_reach_never_costs_more(problem):
    """Nodes and rules that reach farther lose nobody."""

    def reach(node):
        km = node.max_distance_km
        farther = {"max_distance_km": None if km is None else km * 2}
        return node.model_copy(update=farther)

    rules = tuple(
        rule.model_copy(update={"km": 2 * rule.km})
        if isinstance(rule, MaxDistance)
        else rule
        for rule in problem.policy.rules
    )

    check_no_dearer(with_policy(with_nodes(problem, reach), rules=rules), problem)


NODES = {
    "enabled": {"enabled": True},
    "always_open": {"active_from": None, "active_until": None},
    "no_minimum": {"minimum_order": 0.0},
    "no_capacity_limit": {"capacity": None},
    "any_service": {"services": ()},
}


@given(FREE_PROBLEMS, st.sampled_from(sorted(NODES)))
def test_looser_nodes_never_cost_more(problem, name):
    """A limit of the nodes dropped allows all plans that it did."""
    looser = with_nodes(problem, lambda node: node.model_copy(update=NODES[name]))

    check_no_dearer(looser, problem)


LINES = {
    "unpinned": {"pinned_node": None, "excluded_nodes": ()},
    "may_be_split": {"allow_split": True},
    "need_not_ship_together": {"ship_together": None},
    "need_not_be_filled": {"must_fill": False, "unfilled_penalty": 50.0},
}


@given(FREE_PROBLEMS, st.sampled_from(sorted(LINES)))
def test_looser_lines_never_cost_more(problem, name):
    """A wish of the lines dropped allows all plans that it did."""

    def loosen(line):
        if "must_fill" in LINES[name] and not line.must_fill:
            return line
        return line.model_copy(update=LINES[name])

    order = problem.order
    lines = tuple(loosen(line) for line in order.lines)
    looser = problem._replace(order=order.model_copy(update={"lines": lines}))

    check_no_dearer(looser, problem)
