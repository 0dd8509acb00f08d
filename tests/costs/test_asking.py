"""Terms that answer wrongly: a fault that names the term, whoever wrote it."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from builders import Wrapping, line, network, node, order, service, stock
from domroute import Charges, Handling, InputError, Policy, Router, verify
from domroute.costs.asking import amount_of
from domroute.costs.charges import checking
from domroute.costs.term import Carrier, Tariff

NODES = [node("N1"), node("N2")]
HELD = {"N1": {"A": 3, "B": 3}, "N2": {"A": 3}}


@dataclass(frozen=True)
class Odd:
    """A user's term that charges and states whatever it is told to."""

    made: Any = field(default_factory=Charges)
    said: Any = 0.0
    name: Any = "odd"
    is_quotable: bool = False

    def prepare(self, arrays):  # noqa: ARG002 - the protocol names it
        """Need nothing of the network."""
        return self

    def charges(self, question):  # noqa: ARG002 - the protocol names it
        """Answer as told."""
        return self.made

    def amount(self, facts):  # noqa: ARG002 - the protocol names it
        """State as told."""
        return self.said


def curve_of(value):
    """Make a curve that costs the same whatever ships."""
    return Charges(curve=lambda units: np.full((len(units), 2), value))


def carrier(**fields):
    """Make a carrier from both nodes for both lines."""
    caps, full = np.array(fields.pop("caps", [9.0])), fields.pop("full", 9.0)
    tariff = Tariff(
        caps_kg=caps,
        caps_cm3=np.full(len(caps), np.inf),
        parcel_kg=full,
        parcel_cm3=np.inf,
        rates=fields.pop("rates", np.ones((1, 1))),
        zone=fields.pop("zone", np.zeros(2, np.int64)),
    )
    made = {
        "service": "parcel",
        "tariff": tariff,
        "serves": np.ones(2, bool),
        "carries": np.ones(2, bool),
        "per_shipment": 0.0,
        "per_unit": np.zeros(2),
    }
    return Carrier(**{**made, **fields})


def fault(term, method="auto"):
    """Route one A and one B with a term; return code, place and text of the fault."""
    policy = Policy(costs=[Handling(), term], solve={"method": method})
    with pytest.raises(InputError) as caught:
        Router(network(*NODES), stock(**HELD), policy).route(order(A=1, B=1))
    (issue,) = caught.value.issues
    return issue.code, issue.where, issue.message


@pytest.mark.parametrize("method", ["auto", "mip", "greedy", "nearest_first"])
@pytest.mark.parametrize(
    ("made", "code", "says"),
    [
        (None, "wrong_type", "None should be Charges"),
        ({"per_unit": 1.0}, "wrong_type", "a dict should be Charges"),
        (Charges(per_unit=0.5), "wrong_type", "per_unit is a float"),
        (Charges(per_shipment=[1.0, 1.0]), "wrong_type", "per_shipment is a list"),
        (
            Charges(per_line=np.full((2, 2), None)),
            "wrong_type",
            "per_line is an array of object",
        ),
        (Charges(per_shipment=np.ones(1)), "wrong_shape", r"\(1,\), should be \(2,\)"),
        (Charges(per_unit=np.ones(2)), "wrong_shape", r"\(2,\), should be \(2, 2\)"),
        (Charges(per_unit=np.ones((1, 2))), "wrong_shape", r"\(1, 2\), should be"),
        (Charges(per_shipment=np.array([1.0, np.nan])), "not_finite", "per_shipment"),
        (Charges(per_unit=np.full((2, 2), np.inf)), "not_finite", "per_unit"),
        (Charges(per_line=np.full((2, 2), -np.inf)), "not_finite", "per_line"),
        (Charges(curve=7.0), "wrong_type", "curve is a float"),
        (Charges(curve=lambda _: 7.0), "wrong_type", r"curve\(units\) is a float"),
        (Charges(curve=lambda _: np.ones(2)), "wrong_shape", r"curve\(units\) has"),
        (curve_of(-0.01), "out_of_range", "gave -0.01, should be 0 or above"),
        (curve_of(np.nan), "not_finite", "NaN or infinity"),
        (curve_of(np.inf), "not_finite", "NaN or infinity"),
        (Charges(carriers=[carrier()]), "wrong_type", "a list, not a tuple"),
        (Charges(carriers=("air",)), "wrong_type", "a str should be a Carrier"),
        (Charges(carriers=(carrier(tariff=3),)), "wrong_type", "should be a Tariff"),
        (Charges(carriers=(carrier(serves=np.ones(3, bool)),)), "wrong_shape", "serv"),
        (Charges(carriers=(carrier(rates=np.ones(3)),)), "wrong_shape", "Tariff.rates"),
        (Charges(carriers=(carrier(zone=np.zeros(9)),)), "wrong_shape", "Tariff.zone"),
        (Charges(carriers=(carrier(per_shipment=np.nan),)), "not_finite", "Carrier"),
        (
            Charges(carriers=(carrier(zone=np.array([0, 5])),)),
            "out_of_range",
            "Tariff.zone holds 0 to 5, has 1 zones",
        ),
        (Charges(carriers=(carrier(full=0.0),)), "out_of_range", "parcel_kg is 0.0"),
        (
            Charges(carriers=(carrier(rates=np.full((1, 1), -0.5)),)),
            "out_of_range",
            "rates holds -0.5, should be 0 or above",
        ),
        (
            Charges(carriers=(carrier(rates=np.array([[3.0, 2.5]]), caps=[4.0, 9.0]),)),
            "out_of_range",
            "rates falls by 0.5 with a step, should never fall",
        ),
        (
            Charges(carriers=(carrier(rates=np.full((1, 1), np.inf)),)),
            "not_finite",
            "Ta",
        ),
    ],
)
def test_wrong_charges_are_told_by_the_name_of_the_term(made, code, says, method):
    """Whatever method prices it, the fault says which term, what, and what is right."""
    found, where, message = fault(Odd(made), method)

    assert (found, where) == (code, "term 'odd'")
    assert re.search(says, message)


@pytest.mark.parametrize("method", ["auto", "mip"])
@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float32, ">f8"])
def test_numbers_of_any_kind_add_up(kind, method):
    """Two terms that charge 1 charge 2: neither yes, nor 200 + 200 past a byte."""
    most = 1 if kind is bool else 200
    parts = Charges(
        per_shipment=np.full(2, most, kind),
        per_line=np.full((2, 2), most, kind),
        per_unit=np.full((2, 2), most, kind),
        curve=lambda units: np.full((len(units), 2), most, kind),
    )
    sent = carrier(
        rates=np.full((1, 1), most, kind),
        serves=np.ones(2),
        carries=np.ones(2),
        per_shipment=np.full(2, most, kind),
        per_unit=np.full(2, most, kind),
    )
    # A, and B: a shipment, two lines, two units and a curve; and so by the service,
    # with a tariff and without lines.
    plain = Odd(parts, most * 6)
    carried = Odd(Charges(carriers=(sent,)), most * 4, name="sent")
    twice = Odd(parts, most * 6, name="odder")
    policy = Policy(
        costs=[plain, twice, carried], unfilled_penalty=1e5, solve={"method": method}
    )
    parcel = service("parcel")

    held = stock(N1={"A": 1, "B": 1}, N2={"A": 1, "B": 1})
    result = Router(network(*NODES, services=[parcel]), held, policy).route(
        order(A=1, B=1)
    )

    assert result.cost == most * 16


def test_only_the_term_at_fault_is_named():
    """Beside terms that answer well one that does not is told alone."""
    odd = Odd(Charges(per_unit=np.full((2, 2), np.nan)))
    policy = Policy(costs=[Handling(), odd, Wrapping()])

    with pytest.raises(InputError, match="term 'odd'") as caught:
        Router(network(*NODES), stock(**HELD), policy).route(order(A=1, B=1))

    assert len(caught.value.issues) == 1


def test_a_wave_tells_it_as_well():
    """Orders together are priced at the one place as well."""
    policy = Policy(costs=[Odd(Charges(per_shipment=np.array([np.nan, 1.0])))])
    router = Router(network(*NODES), stock(**HELD), policy)

    with pytest.raises(InputError, match="term 'odd'"):
        router.route_batch([order("o1", A=1, B=1), order("o2", A=1)], time_limit_s=1)


def test_rates_are_looked_at_once(monkeypatch):
    """A term that answers every order with the same rates is not checked each time."""
    looked = []
    monkeypatch.setattr(checking, "_check_rates", lambda *given: looked.append(given))
    policy = Policy(costs=[Odd(Charges(carriers=(carrier(),)), said=1.0)])
    router = Router(network(*NODES), stock(**HELD), policy)

    for name in ("o1", "o2", "o3"):
        assert router.route(order(name, A=1, B=1)).is_optimal

    assert len(looked) == 1


def test_rounding_below_zero_is_no_negative_curve():
    """What is below zero by rounding is taken for zero."""
    policy = Policy(costs=[Odd(curve_of(0.3 - 0.1 - 0.2), said=0.0)])

    result = Router(network(*NODES), stock(**HELD), policy).route(order(A=1, B=1))

    assert result.cost == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (None, "wrong_type"),
        ("3", "wrong_type"),
        (True, "wrong_type"),
        (np.ones(1), "wrong_type"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
        (float("-inf"), "not_finite"),
    ],
    ids=str,
)
def test_amounts_that_are_none_are_told_by_the_name_of_the_term(said, code):
    """What a term tells the judge is looked at where the judge asks it."""
    assert fault(Odd(said=said))[:2] == (code, "term 'odd'")


def test_numbers_of_any_kind_are_amounts():
    """Whole numbers and NumPy's are numbers; a service may refuse by infinity."""
    for value in (2, 2.0, np.float64(2.0), np.int64(2)):
        assert amount_of("odd", value, may_refuse=False) == 2.0
    assert amount_of("odd", float("inf"), may_refuse=True) == float("inf")


def test_judge_asked_by_itself_tells_it_too():
    """``verify`` raises for a term at fault: the plan is not to blame."""
    policy = Policy(costs=[Handling()])
    plan = Router(network(*NODES), stock(**HELD), policy).route(order(A=1)).plan
    odd = Policy(costs=[Odd(said=float("nan"))])

    with pytest.raises(InputError, match="term 'odd'"):
        verify(plan, order(A=1), network(*NODES), stock(**HELD), odd)


class _Unready(Odd):
    """A term that forgets to make itself ready."""

    def prepare(self, arrays):
        """Forget to return anything."""


def test_term_that_is_never_ready_is_told_when_compiled():
    """A pricer that cannot be asked is found before any order comes."""
    with pytest.raises(InputError, match="prepare returned None, should be an object"):
        Router(network(*NODES), stock(**HELD), Policy(costs=[_Unready()]))


@pytest.mark.parametrize(
    ("costs", "says"),
    [
        ([Wrapping], "should be a cost term, got its class"),
        ([Odd(name=7)], "the name of a cost term should be a string, got 7"),
        ([Odd(name="")], "the name of a cost term should be a string, got ''"),
    ],
    ids=str,
)
def test_policy_refuses_what_is_no_term(costs, says):
    """A class has the members of its objects, and is none of them."""
    with pytest.raises(ValidationError, match=re.escape(says)):
        Policy(costs=costs)


def test_lines_with_their_own_delivery_are_asked_by_delivery():
    """The shapes are those of the delivery asked about, not of the order."""
    lines = [
        line("A", "A"),
        line("B", "B", delivery={"method": "pickup", "node": "N1"}),
    ]
    nodes = [node("N1", kind="store"), node("N2")]
    policy = Policy(costs=[Wrapping()])

    result = Router(network(*nodes), stock(**HELD), policy).route(order("o", *lines))

    # 4 + 2 + 0.5 each.
    assert result.cost == pytest.approx(13.0)
