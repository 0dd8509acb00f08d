"""Scenarios and results survive being written; what is written follows the schema."""

from __future__ import annotations

import io
import json
import math
from datetime import UTC, date, datetime

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, model_serializer

from builders import Crowding, item, network, node, order, stock
from domroute.batchresult import BatchResult
from domroute.costs import Quotes
from domroute.errors import InputError
from domroute.files.results import batch_to_json, results_to_csv
from domroute.jsonio import (
    load_scenario,
    results_from_json,
    results_schema,
    results_to_json,
    save_scenario,
    scenario_from_json,
    scenario_schema,
    scenario_to_json,
)
from domroute.ledger.inventory import Inventory
from domroute.plan import Content, Costs, Plan, Shipment, Unfilled
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.scenario import Scenario
from domroute.words import Method, Status, Supply
from scenario_strategies import moments, names, scenarios

SCHEMA = jsonschema.Draft202012Validator(scenario_schema())
KEPT_BY_HYPOTHESIS = settings(deadline=None, max_examples=60)


class Curfew(BaseModel):
    """A user's rule: a model that can be written, but not read again as what it is."""

    rule: str = "curfew"
    name: str = "curfew"
    price: float | None = 1.0
    km: float | None = None

    @property
    def reason(self):
        """Give the reason of a distance rule."""
        return Reason.TOO_FAR

    def applies(self, order, delivery):  # noqa: ARG002 - the protocol names them
        """Concern no order."""
        return False

    def permits(self, node, item, distance_km):  # noqa: ARG002 - likewise
        """Permit every node."""
        return True

    @model_serializer
    def write(self):
        """Leave out what is not set."""
        return {k: v for k, v in self.__dict__.items() if v is not None}


def small(**fields):
    """Make a scenario of two nodes, two items and one order."""
    return Scenario(
        **{
            "name": "small",
            "network": network(node("N1"), node("S7", kind="store"), items="AB"),
            "inventory": stock(N1={"A": 5}, S7={"A": 1, "B": 2}),
            "orders": [order(A=2, B=1)],
            **fields,
        }
    )


@KEPT_BY_HYPOTHESIS
@given(scenarios())
def test_json_brings_a_scenario_back(scenario):
    """Writing a scenario as JSON and reading it gives an equal one."""
    text = scenario_to_json(scenario)

    assert scenario_from_json(text) == scenario
    assert scenario_from_json(text.encode()) == scenario


@KEPT_BY_HYPOTHESIS
@given(scenarios(), st.sampled_from(["csv", "parquet"]))
def test_a_folder_brings_a_scenario_back(tmp_path_factory, scenario, tables):
    """Saving a scenario as a folder of tables and loading it gives an equal one."""
    path = tmp_path_factory.mktemp("saved") / "scenario"

    save_scenario(scenario, path, tables=tables)

    assert load_scenario(path) == scenario


@KEPT_BY_HYPOTHESIS
@given(scenarios())
def test_what_is_written_follows_the_schema(scenario):
    """The published schema accepts every scenario that is written."""
    faults = list(SCHEMA.iter_errors(json.loads(scenario_to_json(scenario))))

    assert not faults


def test_the_schema_is_a_schema():
    """It is valid by its own standard, and says what and which version it is."""
    schema = scenario_schema()

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "domroute scenario"
    assert schema["$id"] == "urn:domroute:scenario:1"
    assert schema["properties"]["format"] == {
        "const": "domroute/1",
        "title": "Format",
        "type": "string",
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "domroute/9"),
        (("nodes", 0, "location", "lat"), 95),
        (("stock", 0, "on_hand"), -1),
        (("orders", 0, "lines", 0, "quantity"), 0),
        (("orders", 0, "weight"), 0),
        (("orders", 0, "weight"), 1e7),
        (("orders", 0, "weight"), "2"),
        (("orders", 0, "priority"), 0.5),
        (("boxes",), [{"id": "M", "inner_cm": [30, 22]}]),
        (("boxes",), [{"id": "M", "inner_cm": [30, 22, 0]}]),
        (("boxes",), [{"inner_cm": [30, 22, 15]}]),
        (("policy", "rules"), [{"rule": "be_nice"}]),
        (("policy", "costs"), [{"term": "karma"}]),
        (("extra",), 1),
    ],
)
def test_the_schema_refuses_what_loading_refuses(path, value):
    """A fault that concerns one value is one by the schema as well."""
    document = json.loads(scenario_to_json(small()))
    here = document
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value

    assert not SCHEMA.is_valid(document)
    with pytest.raises(InputError):
        scenario_from_json(json.dumps(document))


def test_fields_at_their_default_are_left_out():
    """A node that is only an id and a place is written so, one row to a line."""
    text = scenario_to_json(small())

    # Lines of the text: a brace, format, name, the head of the table, its first row.
    assert text.splitlines()[4] == (
        '  {"id": "N1", "location": {"lat": 0.0, "lon": 0.0}},'
    )


def test_optional_parts_may_be_absent():
    """Name, services, policy and quotes have defaults."""
    document = json.loads(scenario_to_json(small()))
    for part in ("name", "services", "policy", "quotes"):
        del document[part]

    assert scenario_from_json(json.dumps(document)) == small(name="scenario")


@pytest.mark.parametrize(
    "stream", [io.StringIO, lambda text: io.BytesIO(text.encode())]
)
def test_a_stream_of_text_or_bytes_is_read(stream):
    """Standard input and open files will do."""
    assert load_scenario(stream(scenario_to_json(small()))) == small()


def test_a_text_stream_in_another_encoding_is_a_fault():
    """A stream that Python opened as UTF-8, and that is not, is no traceback."""
    stream = io.TextIOWrapper(io.BytesIO(b'{"name": "caf\xe9"}'), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        load_scenario(stream)

    assert [issue.code for issue in caught.value.issues] == ["wrong_encoding"]


def test_reserved_units_are_saved_as_reserved_stock():
    """What a plan has taken is still taken after loading."""
    scenario = small()
    take = Shipment("o1", "N1", Method.SHIP, (Content("A", "A", 2),))
    scenario.inventory.reserve(Plan((take,)))

    loaded = scenario_from_json(scenario_to_json(scenario))

    assert loaded == scenario
    assert loaded.inventory.available("N1", "A") == 3  # 5 on hand, 2 reserved


def test_a_folder_may_be_written_by_hand(tmp_path):
    """Five small tables are a scenario named after its folder, Excel's mark or not."""
    folder = tmp_path / "by hand"
    folder.mkdir()
    tables = {
        "nodes": "id,lat,lon,tags\n007,40.7,-74.0,cold | hazmat\n\n",
        "items": "sku\nA\n",
        "stock": "node,sku,on_hand\n007,A,5\n",
        "orders": "id,lat,lon\no1,40,-75.1\n",
        "lines": "order,id,sku,quantity\no1,l1,A,2\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig")

    loaded = load_scenario(folder)

    assert loaded.name == "by hand"
    assert loaded.network.nodes[0].id == "007"
    assert loaded.network.nodes[0].tags == ("cold", "hazmat")
    assert loaded.inventory.available("007", "A") == 5


@pytest.mark.parametrize("form", ["x.json", "csv", "parquet"])
def test_what_orders_count_for_is_saved(form, tmp_path):
    """Priority and weight come back from JSON and from tables, to the last digit."""
    many = [
        order("o1", A=1, priority=-3, weight=0.1 + 0.2),
        order("o2", A=1),
        order("o3", A=1, priority=2, weight=1e6),
    ]
    tables = {} if form == "x.json" else {"tables": form}

    save_scenario(small(orders=many), tmp_path / form, **tables)

    assert load_scenario(tmp_path / form).orders == tuple(many)


def test_orders_without_these_columns_count_alike(tmp_path):
    """A folder of before has neither column, or an empty cell in one."""
    save_scenario(small(), tmp_path / "x")
    table = tmp_path / "x" / "orders.csv"

    table.write_text("id,lat,lon,weight\no1,0.0,0.0,\n")

    assert load_scenario(tmp_path / "x") == small()


def test_saving_replaces_a_scenario_whole(tmp_path):
    """A folder saved again holds no table of the scenario before."""
    quoted = small(quotes=Quotes(shipments={("o1", "N1"): 5.0}))
    save_scenario(quoted, tmp_path / "x")
    save_scenario(small(), tmp_path / "x", tables="parquet")

    assert load_scenario(tmp_path / "x") == small()
    assert not list((tmp_path / "x").glob("*.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    """Saving over someone's folder is refused, and touches nothing."""
    (tmp_path / "diary.txt").write_text("dear diary")

    with pytest.raises(InputError, match=r"holds 'diary.txt'.*not_a_scenario"):
        save_scenario(small(), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


@pytest.mark.parametrize("name", ["x.json", "x"])
def test_a_policy_that_cannot_be_read_back_is_not_saved(name, tmp_path):
    """A term that is no registered model is refused, and no file is begun."""
    scenario = small(policy=Policy(costs=[Crowding()]))

    with pytest.raises(InputError, match="not_savable"):
        save_scenario(scenario, tmp_path / name)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "rule", [Curfew(), Curfew(rule="max_distance", km=1.0)], ids=["unknown", "other"]
)
def test_a_rule_that_would_come_back_as_another_is_not_saved(rule, tmp_path):
    """A rule of one's own is a model, but the format does not know its class."""
    scenario = small(policy=Policy(rules=[rule]))

    with pytest.raises(InputError, match="not_savable"):
        save_scenario(scenario, tmp_path / "x.json")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing/x.json", "missing/x", "x.txt"])
def test_a_place_that_cannot_be_written_to_is_refused(name, tmp_path):
    """A missing folder or an ending of no format is a fault, not a traceback."""
    with pytest.raises(InputError, match=r"unwritable|unknown_value"):
        save_scenario(small(), tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_write_leaves_what_was_there(tmp_path, monkeypatch):
    """If the last step fails, the file before it is whole and no draft remains."""
    save_scenario(small(name="before"), tmp_path / "x.json")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(InputError, match="no space left on device"):
        save_scenario(small(), tmp_path / "x.json")

    assert load_scenario(tmp_path / "x.json").name == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_an_interrupted_folder_leaves_what_was_there(tmp_path, monkeypatch):
    """If the new folder cannot take the place of the old, the old one stays."""
    save_scenario(small(name="before"), tmp_path / "x")
    rename, tried = type(tmp_path).rename, []

    def fail(path, target):
        # The draft comes first; the former folder, put aside, is let back.
        if target.name == "x" and not tried:
            tried.append(path)
            raise OSError(1, "Operation not permitted")
        return rename(path, target)

    # As where a system trades no two names in one step.
    monkeypatch.setattr("domroute.files.disk._exchange", lambda *_: False)
    monkeypatch.setattr("pathlib.Path.rename", fail)
    with pytest.raises(InputError, match="unwritable"):
        save_scenario(small(), tmp_path / "x")

    assert load_scenario(tmp_path / "x").name == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_many_stock_rows_load_without_an_object_each(monkeypatch):
    """Plain rows never become Stock objects; 40,000 of them are columns at once."""
    nodes = [node(f"N{i}") for i in range(200)]
    items = [item(f"S{k}") for k in range(200)]
    rows = [{"node": n.id, "sku": k.sku, "on_hand": 1} for n in nodes for k in items]
    document = json.loads(scenario_to_json(small(orders=[])))
    document |= {
        "nodes": [{"id": n.id, "location": {"lat": 0, "lon": 0}} for n in nodes],
        "items": [{"sku": k.sku} for k in items],
        "stock": rows,
    }
    monkeypatch.setattr("domroute.files.intake.stock.Stock", None)

    loaded = scenario_from_json(json.dumps(document))

    assert len(loaded.inventory) == 40_000  # 200 nodes x 200 items


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    """The extra that is missing is named, for writing and for reading."""
    save_scenario(small(), tmp_path / "x", tables="parquet")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(InputError, match=r"domroute\[parquet\]"):
        save_scenario(small(), tmp_path / "y", tables="parquet")
    with pytest.raises(InputError, match=r"domroute\[parquet\]"):
        load_scenario(tmp_path / "x")


# --- results -------------------------------------------------------------------------

amounts = st.floats(-1e6, 1e6)
costs = st.dictionaries(names, amounts, max_size=3).map(Costs.of)
contents = st.builds(Content, names, names, st.integers(1, 99))


@st.composite
def results(draw):
    """Draw a result of any shape."""
    name = draw(names)
    shipments = draw(
        st.lists(
            st.builds(
                Shipment,
                order_id=st.just(name),
                node_id=names,
                method=st.sampled_from(Method),
                contents=st.lists(contents, min_size=1, max_size=2).map(tuple),
                costs=costs,
                service=st.none() | names,
                distance_km=amounts,
                workload=amounts,
                ready_at=st.none() | moments,
                ships_at=st.none() | moments,
                delivers_on=st.none() | st.dates(),
                delivers_at=st.none() | moments,
                valid_until=st.none() | moments,
                stock_at=st.none() | moments,
                supply=st.none() | st.sampled_from(Supply),
            ),
            max_size=3,
        )
    )
    unfilled = st.builds(
        Unfilled,
        order_id=st.just(name),
        line_id=names,
        sku=names,
        quantity=st.integers(1, 99),
        reason=st.sampled_from(Reason),
        cost=amounts,
    )
    plan = Plan(
        tuple(shipments), tuple(draw(st.lists(unfilled, max_size=2))), draw(costs)
    )
    status = draw(st.sampled_from(Status))
    # What is below every plan is infinite only where there is none.
    unknown = math.inf if status is Status.INFEASIBLE else -math.inf
    return RoutingResult(
        order_id=name,
        plan=plan,
        status=status,
        cost=draw(amounts | st.just(math.inf)),
        bound=draw(amounts | st.just(unknown)),
        method=draw(names),
        policy_version=draw(names),
        elapsed_s=draw(st.floats(0, 10)),
    )


@KEPT_BY_HYPOTHESIS
@given(st.lists(results(), max_size=3).map(tuple))
def test_json_brings_results_back(many):
    """Writing results as JSON and reading them gives equal ones."""
    assert results_from_json(results_to_json(many)) == many


NOON = datetime(2026, 12, 1, 12, 0, 0, 1, tzinfo=UTC)
DATES = {
    "ready_at": NOON,
    "ships_at": NOON,
    "delivers_on": date(2026, 12, 1),
    "delivers_at": NOON,
    "valid_until": NOON,
}


def dated(**dates):
    """Make a result of one shipment."""
    parts = (Content("l1", "A", 1),)
    shipment = Shipment("o1", "N1", Method.SHIP, parts, **dates)
    return RoutingResult("o1", Plan((shipment,)), Status.OPTIMAL, 0.0, 0.0, "m", "p")


def test_dates_of_shipments_are_written_where_there_are_any():
    """To the microsecond; a shipment without dates is written as before."""
    (with_dates,), (without,) = (
        dated(**dates).to_dict()["shipments"] for dates in (DATES, {})
    )

    assert {name: with_dates[name] for name in DATES} == {
        **dict.fromkeys(DATES, "2026-12-01T12:00:00.000001+00:00"),
        "delivers_on": "2026-12-01",
    }
    assert with_dates.keys() - without.keys() == DATES.keys()


def test_what_is_waited_for_is_written_where_it_is():
    """By its word, and its moment; and read again, in UTC."""
    waits = dated(**DATES, stock_at=NOON, supply=Supply.BACK_ORDER)
    (told,), (there,) = (
        one.to_dict()["shipments"]
        for one in (waits, dated(**DATES, supply=Supply.IN_STOCK))
    )

    assert told["stock_at"] == "2026-12-01T12:00:00.000001+00:00"
    assert told["supply"] == "back_order"
    assert (there["supply"], "stock_at" in there) == ("in_stock", False)
    assert results_from_json(results_to_json([waits])) == (waits,)


def test_csv_says_what_is_waited_for():
    """In two columns, empty where nothing says when."""
    waits = dated(**DATES, stock_at=NOON, supply=Supply.PRE_ORDER)

    head, first, second = results_to_csv([waits, dated()]).splitlines()

    assert head.endswith(",stock_at,supply")
    assert first.endswith(",2026-12-01T12:00:00.000001+00:00,pre_order")
    assert second.endswith(",,,,,")


def test_frame_says_what_is_waited_for():
    """Moments in UTC, and words."""
    frame = dated(**DATES, stock_at=NOON, supply=Supply.PRE_ORDER).to_frame()

    assert frame.loc[0, "stock_at"] == NOON
    assert frame.loc[0, "supply"] == "pre_order"
    assert str(frame.dtypes["stock_at"]) == "datetime64[us, UTC]"


def test_schema_describes_what_is_waited_for():
    """A moment, and one of three words."""
    shipment = results_schema()["$defs"]["WrittenShipment"]["properties"]
    words = results_schema()["$defs"]["Supply"]["enum"]

    assert {"stock_at", "supply"} <= shipment.keys()
    assert words == ["in_stock", "back_order", "pre_order"]


def test_dates_come_back_with_a_batch():
    """They are those of its results, and in UTC."""
    result = dated(**DATES)
    batch = BatchResult((result,), Status.OPTIMAL, 0.0, 0.0, (), "p")

    (again,) = results_from_json(batch_to_json(batch))

    assert again == result
    assert again.plan.shipments[0].ready_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"ready_at": "2026-12-01T12:00:00"}, "naive_datetime"),
        ({"ships_at": "0001-01-01T00:00:00+14:00"}, "impossible_date"),
        ({"delivers_on": "2026-02-30"}, "impossible_date"),
        ({"delivers_at": []}, "wrong_type"),
        ({"stock_at": "2026-12-01T12:00:00"}, "naive_datetime"),
        ({"supply": "on_order"}, "unknown_value"),
    ],
)
def test_dates_that_are_none_are_told(dates, code):
    """Each at its shipment."""
    written = dated().to_dict()
    written["shipments"][0] |= dates

    with pytest.raises(InputError) as caught:
        results_from_json(json.dumps([written]))

    (issue,) = caught.value.issues
    assert issue.code == code
    assert issue.where == f"results[0].shipments[0].{next(iter(dates))}"


def test_times_and_statistics_of_results_come_back_too():
    """What does not count when results are compared is kept all the same."""
    result = RoutingResult("o1", Plan(), Status.OPTIMAL, 0.0, 0.0, "m", "p", 1.25)

    (again,) = results_from_json(results_to_json([result]))

    assert again.elapsed_s == 1.25
    assert again.statistics == result.statistics


def test_an_empty_ledger_is_saved():
    """A scenario without stock, items or orders is one all the same."""
    scenario = Scenario("empty", network(node("N1"), items=""), Inventory())

    assert scenario_from_json(scenario_to_json(scenario)) == scenario


RESULTS = jsonschema.Draft202012Validator(results_schema())


@KEPT_BY_HYPOTHESIS
@given(st.lists(results(), max_size=2))
def test_results_follow_their_schema_and_say_their_version(many):
    """One, several or none: each names its format, and the schema accepts it."""
    written = json.loads(results_to_json(many))

    assert not list(RESULTS.iter_errors(written))
    for one in written:
        assert one["format"] == "domroute.result/1"
        assert not list(RESULTS.iter_errors(one))


def test_a_result_by_itself_is_read():
    """What a service sends of one order is read as what an array has of it."""
    result = RoutingResult("o1", Plan(), Status.OPTIMAL, 0.0, 0.0, "m", "p")

    assert results_from_json(json.dumps(result.to_dict())) == (result,)


def test_a_batch_names_its_format_and_is_read():
    """The schema accepts a batch, whose results are read."""
    result = RoutingResult("o1", Plan(), Status.OPTIMAL, 0.0, 0.0, "m", "p")
    batch = BatchResult((result,), Status.OPTIMAL, 0.0, 0.0, (), "p")

    written = json.loads(batch_to_json(batch))

    assert written["format"] == "domroute.batch/1"
    assert not list(RESULTS.iter_errors(written))
    assert results_from_json(json.dumps(written)) == (result,)


@pytest.mark.parametrize("change", [{"format": "domroute.result/2"}, {"later": 1}])
def test_the_schema_refuses_results_that_reading_refuses(change):
    """Neither a later version nor a field that this one does not have is read."""
    result = RoutingResult("o1", Plan(), Status.OPTIMAL, 0.0, 0.0, "m", "p")
    written = [result.to_dict() | change]

    assert not RESULTS.is_valid(written)
    with pytest.raises(InputError):
        results_from_json(json.dumps(written))


def test_of_another_version_nothing_more_is_said():
    """What a later version means by its fields is not known here."""
    first = {"format": "domroute.result/2", "order_id": "o1", "later": True}

    with pytest.raises(InputError) as caught:
        results_from_json(json.dumps([first, {"order_id": 5}]))

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == ("unknown_version", "results[0].format")


def test_a_batch_of_another_version_is_refused():
    """The version of a batch is told apart from that of its results."""
    with pytest.raises(InputError) as caught:
        results_from_json('{"format": "domroute.batch/2", "results": []}')

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == ("unknown_version", "batch.format")


def test_results_without_a_version_are_of_the_first():
    """What was written before there were versions is read."""
    result = RoutingResult("o1", Plan(), Status.OPTIMAL, 0.0, 0.0, "m", "p")
    written = result.to_dict()
    del written["format"]

    assert results_from_json(json.dumps([written])) == (result,)
