"""Nodes beside a plan: words when one is looked at, and a sequence as any other."""

import copy
import pickle

import pytest

from builders import node
from domroute.answers.alternatives import Alternatives
from domroute.costs import Handling
from domroute.policy import Policy
from stages import explain_of, problem_at

POLICY = Policy(costs=[Handling()], unfilled_penalty=50.0)
NODES = [node(f"N{at}", per_shipment=float(at)) for at in range(1, 6)]
HELD = {one.id: {"A": 1} for one in NODES}


@pytest.fixture
def looked_at(monkeypatch):
    """Count the nodes that are put into words."""
    tell, seen = Alternatives.node, []

    def noting(self, at):
        seen.append(at)
        return tell(self, at)

    monkeypatch.setattr(Alternatives, "node", noting)
    return seen


def explain():
    """Explain an order for one A, which five nodes have."""
    return explain_of(problem_at(NODES, HELD, POLICY, A=1))


def test_nodes_are_put_into_words_when_looked_at(looked_at):
    """Nobody asks for five sentences: none is made, then one, and one only once."""
    made = explain()
    assert looked_at == []

    assert made.node("N3").cost_with == 3.0
    assert made.nodes[2] is made.node("N3")

    assert looked_at == [2]


def test_nodes_are_a_sequence():
    """They have a length, slices and an end, and are equal to a tuple of the same."""
    nodes = explain().nodes

    ids = [part.node_id for part in nodes]
    assert ids == ["N1", "N2", "N3", "N4", "N5"]
    assert [part.node_id for part in nodes[1:4:2]] == ["N2", "N4"]
    assert nodes[-1].node_id == "N5"
    assert len(nodes) == 5
    assert nodes[0] in nodes
    with pytest.raises(IndexError):
        nodes[5]
    assert nodes == tuple(nodes)
    assert nodes == explain().nodes
    assert nodes != tuple(nodes)[1:]
    assert nodes != list(nodes)
    assert hash(nodes) == hash(tuple(nodes))
    assert repr(nodes) == repr(tuple(nodes))


def test_explanation_is_stored_with_all_its_words():
    """What is pickled or copied holds no search, and says the same."""
    made = explain()

    pickled = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own
    for stored in (pickled, copy.deepcopy(made)):
        assert type(stored.nodes) is tuple
        assert stored.nodes == made.nodes
        assert stored.node("N4") == made.node("N4")
        assert str(stored) == str(made)
        with pytest.raises(KeyError, match="N9"):
            stored.node("N9")


def test_nodes_of_one_plan_are_ranked_by_what_they_cost_alone():
    """A from N1 and B from N2 is one plan with either: the cheaper alone is first."""
    nodes = [
        node("N1", per_shipment=0.3),
        node("N2", per_shipment=0.1),
        node("N3", per_shipment=0.35),
    ]
    held = {"N1": {"A": 1}, "N2": {"B": 1}, "N3": {"A": 1, "B": 1}}

    made = explain_of(problem_at(nodes, held, POLICY, A=1, B=1))

    assert [part.node_id for part in made.nodes] == ["N3", "N2", "N1"]
    assert made.node("N1").cost_with == pytest.approx(made.node("N2").cost_with)
