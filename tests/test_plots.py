"""Pictures show what the frames say: counted, read off and refused where it is bad."""

import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgba

from domroute import (
    Delivery,
    InputError,
    Inventory,
    Item,
    Line,
    Location,
    Network,
    Node,
    Order,
    Policy,
    Router,
    Scenario,
    Stock,
    StockValue,
    UnitValue,
)
from domroute.costs.stock_value import Saving
from domroute.plots import (
    cost_waterfall,
    flow_map,
    gap_history,
    kpi_strips,
    pareto_front,
    price_heatmap,
)
from domroute.plots.canvas import as_written
from domroute.replay import Placed, Replay
from domroute.whatif.benefits import Benefits
from domroute.whatif.comparison import COLUMNS, Comparison
from domroute.whatif.steps import STEP_COLUMNS

PLACES = {"west": (40.0, -120.0), "east": (40.0, -75.0), "shop": (41.0, -75.5)}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _canvas():
    """Draw on no screen, find no figure of another module, and leave none behind."""
    with mpl.rc_context({"backend": "Agg"}):
        plt.close("all")
        yield
        plt.close("all")


def place(name):
    """Give a node's location."""
    lat, lon = PLACES[name]
    return Location(lat=lat, lon=lon)


NETWORK = Network(
    nodes=[
        Node(id="west", location=place("west")),
        Node(id="east", location=place("east")),
        Node(id="shop", kind="store", location=place("shop")),
    ],
    items=[Item(sku="A", weight_kg=1.0, unit_price=10.0)],
)


def order(name, at, units, **delivery):
    """Ask for some units of A, to be brought to a place."""
    lat, lon = at
    return Order(
        id=name,
        placed_at=NOON,
        destination=Location(lat=lat, lon=lon),
        lines=[Line(id="l1", sku="A", quantity=units)],
        delivery=Delivery(**delivery),
    )


ORDERS = [
    order("o1", (39.2, -119.2), 3),
    order("o2", (39.4, -119.4), 2),
    order("o3", (35.0, -80.0), 1),
    order("o4", (41.0, -75.6), 4, method="pickup", node="shop"),
]
SHIPPED = pd.DataFrame(
    [
        ("o1", "west", "ship", 3),
        ("o2", "west", "ship", 2),
        ("o3", "east", "ship", 1),
        ("o4", "shop", "pickup", 4),
    ],
    columns=["order", "node", "method", "units"],
)


def scenario():
    """Make a scenario in which competing costs nobody anything."""
    stock = [("west", 5), ("east", 0), ("shop", 5)]
    return Scenario(
        name="three",
        network=NETWORK,
        inventory=Inventory([Stock(node=n, sku="A", on_hand=u) for n, u in stock]),
        orders=tuple(ORDERS),
        policy=Policy(unfilled_penalty=30.0),
    )


def outcome():
    """Replay the scenario."""
    made = scenario()
    return Replay(made, (Placed(order=o) for o in made.orders), made.policy).run()


def batch():
    """Route the orders of the scenario jointly."""
    made = scenario()
    return Router(made.network, made.inventory, made.policy).route_batch(made.orders)


def codes(error):
    """List code and place of every fault."""
    return [(issue.code, issue.where) for issue in error.value.issues]


def lines_of(ax):
    """List the lines of a map: from, to, and how wide."""
    return [
        (tuple(part[0]), tuple(part[1]), width)
        for lines in ax.collections
        if isinstance(lines, mpl.collections.LineCollection)
        for part, width in zip(
            lines.get_segments(), lines.get_linewidths(), strict=True
        )
    ]


def words_of(ax):
    """List what is written inside the axes."""
    return [text.get_text() for text in ax.texts]


# Every picture


def test_module_leaves_matplotlib_alone():
    """Importing the functions loads no matplotlib: drawing does."""
    code = (
        "import sys, domroute, domroute.plots; "
        "print([n for n in ('matplotlib', 'pandas', 'ortools') if n in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"


def test_absence_of_matplotlib_says_what_to_install(monkeypatch):
    """Without the extra, the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)

    with pytest.raises(ImportError, match=r'pip install "domroute\[plots\]"'):
        gap_history(pd.DataFrame({"elapsed_s": [1.0], "bound": [1.0], "cost": [2.0]}))


def test_pictures_draw_where_they_are_told():
    """Given axes are drawn on and returned; no figure is made beside theirs."""
    _, grid = plt.subplots(2, 3)
    history = pd.DataFrame({"elapsed_s": [1.0], "bound": [1.0], "cost": [2.0]})
    prices = pd.DataFrame({"node": ["N"], "sku": ["A"], "price": [1.0]})
    terms = pd.DataFrame({"term": ["a"], "amount": [1.0]})

    drawn = [
        flow_map(SHIPPED, NETWORK, ORDERS, ax=grid[0, 0]),
        cost_waterfall(terms, ax=grid[0, 1]),
        gap_history(history, ax=grid[0, 2]),
        price_heatmap(prices, ax=grid[1, 0]),
        *kpi_strips(compared(), ["fill_rate"], axes=[grid[1, 1]]),
        pareto_front(terms.assign(b=2.0), "amount", "b", ax=grid[1, 2]),
    ]

    assert drawn == list(grid.flat)
    assert len(plt.get_fignums()) == 1


def test_settings_of_matplotlib_are_left_alone():
    """Drawing changes no setting that other pictures would be drawn by."""
    before = dict(mpl.rcParams)

    cost_waterfall(pd.DataFrame({"term": ["a"], "amount": [1.0]}))

    assert dict(mpl.rcParams) == before


# Map of flows


def test_map_draws_a_line_for_each_shipment():
    """Without cells, each shipped order has its line; what is collected has none."""
    ax = flow_map(SHIPPED, NETWORK, ORDERS, cell_deg=0)

    ways = {(start, end) for start, end, _ in lines_of(ax)}
    west, east = (-120.0, 40.0), (-75.0, 40.0)
    assert ways == {
        (west, (-119.2, 39.2)),
        (west, (-119.4, 39.4)),
        (east, (-80.0, 35.0)),
    }


def test_map_is_wide_by_units():
    """Widths of lines are to each other as their units."""
    ax = flow_map(SHIPPED, NETWORK, ORDERS, cell_deg=0)

    widths = sorted(width for *_, width in lines_of(ax))
    # 1, 2 and 3 units; so few have 1.5 points each, and many share 5.
    assert widths == pytest.approx([1.5, 3, 4.5])


def test_map_draws_neighbors_as_one():
    """Customers of one square degree share a line, to their middle."""
    ax = flow_map(SHIPPED, NETWORK, ORDERS, cell_deg=1)

    ends = {end: width for start, end, width in lines_of(ax) if start[0] == -120}
    # o1 and o2 live in the square from (39, -120): 5 units to their middle.
    assert list(ends) == [pytest.approx((-119.3, 39.3))]
    assert list(ends.values()) == [5]


def test_map_leads_to_the_store_that_is_shipped_to():
    """Units that are shipped to a store end there, not at the customer's home."""
    there = order("o5", (41.5, -76.0), 2, method="ship_to_store", node="shop")
    rows = pd.DataFrame(
        [("o5", "west", "ship_to_store", 2)],
        columns=["order", "node", "method", "units"],
    )

    ax = flow_map(rows, NETWORK, [there])

    assert [end for _, end, _ in lines_of(ax)] == [pytest.approx((-75.5, 41.0))]


def test_map_fills_nodes_that_shipped():
    """A node from which something came is filled in its kind's color, others hollow."""
    ax = flow_map(SHIPPED[SHIPPED["node"] != "east"], NETWORK, ORDERS)

    centers = next(
        c for c in ax.collections if len(c.get_offsets()) == 2 and c.get_zorder() == 3
    )
    west, east = centers.get_facecolors()
    assert tuple(east) == to_rgba("white")
    assert tuple(west) != to_rgba("white")


def test_map_names_the_busiest_nodes():
    """As many nodes are named as asked, those with most units first."""
    ax = flow_map(SHIPPED, NETWORK, ORDERS, labels=1)

    assert words_of(ax) == ["west"]  # 5 units; the store has 4


def test_map_reads_outcomes_batches_and_results():
    """A replay, a batch and its results are drawn alike where they ship alike."""
    run, wave = outcome(), batch()

    maps = [flow_map(flows, NETWORK, ORDERS) for flows in (run, wave, list(wave))]

    drawn = [sorted(lines_of(ax)) for ax in maps]
    assert drawn[0] == drawn[1] == drawn[2]
    assert drawn[0]


def test_map_is_not_squeezed():
    """A degree of longitude is as long as it is in the middle of the map."""
    ax = flow_map(SHIPPED, NETWORK, ORDERS)

    middle = np.radians(np.mean(ax.get_ylim()))
    assert ax.get_aspect() == pytest.approx(1 / np.cos(middle))


def test_map_says_what_its_marks_mean():
    """The legend has each kind of node, the customers and the widest line."""
    ax = flow_map(SHIPPED, NETWORK, ORDERS)

    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["dc", "store", "customers", "5 units"]
    assert "degrees" in ax.get_xlabel()


def test_map_of_what_is_collected_has_no_lines():
    """Where all is collected there are nodes, and neither lines nor customers."""
    ax = flow_map(SHIPPED[SHIPPED["method"] == "pickup"], NETWORK, ORDERS)

    assert lines_of(ax) == []
    assert len(ax.get_legend().get_texts()) == 2


def test_map_refuses_what_it_cannot_place():
    """Nodes and orders that are not there are told all at once."""
    rows = pd.DataFrame(
        [("o1", "north", 1), ("o8", "west", 1), ("o9", "west", 1)],
        columns=["order", "node", "units"],
    )

    with pytest.raises(InputError) as error:
        flow_map(rows, NETWORK, ORDERS)

    assert codes(error) == [
        ("unknown_id", "flows.node"),
        ("unknown_id", "flows.order"),
        ("unknown_id", "flows.order"),
    ]


@pytest.mark.parametrize(
    ("flows", "faults"),
    [
        (
            pd.DataFrame({"order": ["o1"]}),
            [("missing", "flows.node"), ("missing", "flows.units")],
        ),
        (SHIPPED.iloc[:0], [("empty", "flows")]),
        (
            SHIPPED.assign(units="many").drop(columns="node"),
            [("missing", "flows.node"), ("wrong_type", "flows.units")],
        ),
        (SHIPPED.assign(node=None), [("empty", "flows")]),
        (SHIPPED.assign(method="by balloon"), [("unknown_value", "flows.method")]),
    ],
)
def test_map_refuses_bad_frames(flows, faults):
    """Missing columns, text for numbers, unknown methods and empty frames are told."""
    with pytest.raises(InputError) as error:
        flow_map(flows, NETWORK, ORDERS)

    assert codes(error) == faults


@pytest.mark.parametrize("size", [-1, 91, float("nan")])
def test_map_refuses_cells_that_are_none(size):
    """Squares are from nothing to a quarter of the globe."""
    with pytest.raises(InputError, match="cell_deg"):
        flow_map(SHIPPED, NETWORK, ORDERS, cell_deg=size)


# Waterfall


def bars_of(ax):
    """List the bars from above: name, where it begins, how long it is."""
    names = [text.get_text() for text in ax.get_yticklabels()]
    return [
        (name, bar.get_x(), bar.get_width())
        for name, bar in zip(names, ax.patches, strict=True)
    ]


def test_waterfall_ends_at_the_total():
    """Amounts of one term are summed, the largest comes first, and all make the end."""
    frame = pd.DataFrame(
        [("labor", 2.0), ("parcel", 5.0), ("labor", 1.0), ("refund", -1.5)],
        columns=["term", "amount"],
    )

    ax = cost_waterfall(frame)

    assert bars_of(ax) == [
        ("parcel", 0.0, 5.0),
        ("labor", 5.0, 3.0),
        ("refund", 8.0, -1.5),
        ("total", 0.0, 6.5),
    ]
    assert words_of(ax) == ["5.00", "3.00", "\N{MINUS SIGN}1.50", "6.50"]


def test_waterfall_goes_from_a_base_step_by_step():
    """With a base, rows keep their order and show by their sign what they change."""
    frame = pd.DataFrame({"lever": ["waves", "pickup"], "saves": [-4.0, 1.0]})

    ax = cost_waterfall(
        frame, start=("today", 20.0), total="then", label="lever", amount="saves"
    )

    assert bars_of(ax) == [
        ("today", 0.0, 20.0),
        ("waves", 20.0, -4.0),
        ("pickup", 16.0, 1.0),
        ("then", 0.0, 17.0),
    ]
    assert words_of(ax)[1:3] == ["\N{MINUS SIGN}4.00", "+1.00"]
    assert ax.get_xlim()[0] == 0


def test_waterfall_says_when_its_axis_is_cut():
    """Small steps of a large base can be shown large, and the axis says so."""
    frame = pd.DataFrame({"term": ["waves"], "amount": [-4.0]})

    ax = cost_waterfall(frame, start=("today", 1000.0), from_zero=False)

    low, high = ax.get_xlim()
    assert 990 < low < 996
    assert high > 1000
    assert "does not begin at zero" in ax.get_xlabel()


def test_waterfall_shows_how_sure_each_step_is():
    """Where ends are given, a thin line shows where a step may have ended."""
    frame = pd.DataFrame(
        {
            "lever": ["waves", "pickup"],
            "saves": [-4.0, 1.0],
            "low": [-6.0, np.nan],
            "high": [-2.0, np.nan],
        }
    )

    ax = cost_waterfall(
        frame,
        start=("today", 20.0),
        label="lever",
        amount="saves",
        ends=("low", "high"),
    )

    lines = [line for line in ax.get_lines() if line.get_marker() == "|"]
    assert [line.get_xdata().tolist() for line in lines] == [[14.0, 18.0]]
    assert ax.texts[1].xy == (20.0, 1)  # beside the bar, whose interval ends before


def test_waterfall_of_benefits_goes_from_base_to_all():
    """Benefits are drawn per order: the base, each lever with its interval, and all."""
    steps = pd.DataFrame(
        [
            ("base", "As it is", False, 10.0, 9.0, 11.0),
            ("pick_up", "Pick-up", True, 2.0, 1.5, 2.5),
            ("together", "Done together", True, -0.5, -0.7, -0.3),
            ("gain", "All of it", True, 1.5, 1.0, 2.0),
            ("all", "With all of it", False, 11.5, 10.5, 12.5),
        ],
        columns=list(STEP_COLUMNS[:6]),
    )
    nothing = pd.DataFrame()
    found = Benefits("s", "t", (), steps, nothing, nothing, nothing, compared())

    ax = cost_waterfall(found)

    assert bars_of(ax) == [
        ("As it is", 0.0, 10.0),
        ("Pick-up", 10.0, 2.0),
        ("Done together", 12.0, -0.5),
        ("With all of it", 0.0, 11.5),
    ]
    assert ax.get_xlabel() == "margin per order ($)"
    # More margin is good, more cost is not.
    costs = pd.DataFrame({"term": ["fewer"], "amount": [-1.0]})
    saving = cost_waterfall(costs, start=("now", 5.0)).patches[1].get_facecolor()
    assert ax.patches[1].get_facecolor() == saving
    assert ax.patches[2].get_facecolor() != saving


def test_waterfall_refuses_intervals_that_would_add_up():
    """A label with an interval appears once; amounts without one may be summed."""
    frame = pd.DataFrame(
        {"term": ["a", "a"], "amount": [1.0, 2.0], "low": 0, "high": 3}
    )

    with pytest.raises(InputError) as error:
        cost_waterfall(frame, ends=("low", "high"))

    assert codes(error) == [("duplicate_id", "costs.term")]


def test_waterfall_of_a_replay_is_its_cost():
    """The terms of an outcome add up to what it cost."""
    run = outcome()

    bars = bars_of(cost_waterfall(run))

    assert bars[-1][2] == pytest.approx(run.cost)
    assert {name for name, *_ in bars} == {*run.costs["term"], "total"}


def test_waterfall_of_a_batch_is_its_cost():
    """The terms of a batch, and of a result, add up to what it cost."""
    wave = batch()

    for routed in (wave, wave.results[0]):
        assert bars_of(cost_waterfall(routed))[-1][2] == pytest.approx(routed.cost)


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1, max_size=6),
    st.floats(-1e6, 1e6),
)
def test_waterfall_has_no_gaps(amounts, base):
    """Every bar begins where the one before it ends, and the last ends at the sum."""
    frame = pd.DataFrame({"term": list("abcdef")[: len(amounts)], "amount": amounts})

    bars = bars_of(cost_waterfall(frame, start=("base", base)))
    plt.close("all")

    ends = [left + width for _, left, width in bars]
    assert [left for _, left, _ in bars[1:-1]] == pytest.approx(ends[:-2], abs=1e-6)
    assert ends[-1] == pytest.approx(base + sum(amounts), abs=1e-6)


@pytest.mark.parametrize(
    ("frame", "faults"),
    [
        (
            pd.DataFrame({"x": [1]}),
            [("missing", "costs.term"), ("missing", "costs.amount")],
        ),
        (pd.DataFrame(columns=["term", "amount"]), [("empty", "costs")]),
        (
            pd.DataFrame({"term": ["a"], "amount": ["1"]}),
            [("wrong_type", "costs.amount")],
        ),
        (
            pd.DataFrame({"term": ["a", "b"], "amount": [1.0, np.nan]}),
            [("not_finite", "costs.amount")],
        ),
        ({"a": 1}, [("wrong_type", "costs")]),
    ],
)
def test_waterfall_refuses_bad_frames(frame, faults):
    """Missing columns, text, unknown amounts and what is no frame are told."""
    with pytest.raises(InputError) as error:
        cost_waterfall(frame)

    assert codes(error) == faults


# Gap


HISTORY = pd.DataFrame(
    {
        "elapsed_s": [0.1, 0.2, 0.5],
        "bound": [-np.inf, 80.0, 90.0],
        "cost": [np.inf, 120.0, 100.0],
    }
)


def test_history_draws_cost_and_bound():
    """Both are steps over seconds, and what is not yet known is not drawn."""
    ax = gap_history(HISTORY)

    cost, bound = ax.get_lines()
    np.testing.assert_array_equal(cost.get_xdata(), [0.1, 0.2, 0.5])
    np.testing.assert_array_equal(cost.get_ydata(), [np.nan, 120, 100])
    np.testing.assert_array_equal(bound.get_ydata(), [np.nan, 80, 90])
    assert cost.get_drawstyle() == bound.get_drawstyle() == "steps-post"


def test_history_says_what_gap_is_left():
    """The last gap is written beside the ends of both lines."""
    assert words_of(gap_history(HISTORY)) == ["gap 10.00%"]  # (100 - 90) / 100


def test_history_of_a_batch_lasts_until_it_ended():
    """Lines go on to the end of the run, where nothing got better any more."""
    wave = batch()

    cost, bound = gap_history(wave).get_lines()

    last = wave.history.iloc[-1]
    assert cost.get_xdata()[-1] == max(wave.elapsed_s, last["elapsed_s"])
    assert cost.get_ydata()[-1] == pytest.approx(last["cost"])
    assert bound.get_ydata()[-1] == pytest.approx(last["bound"])


def test_history_without_a_plan_has_no_gap():
    """Where no plan was found there is a bound, and no gap to speak of."""
    ax = gap_history(HISTORY.assign(cost=np.inf))

    assert words_of(ax) == []


def test_history_refuses_bad_frames():
    """All missing columns are told, and a frame without rows."""
    with pytest.raises(InputError) as error:
        gap_history(pd.DataFrame({"cost": []}))

    assert codes(error) == [
        ("missing", "history.elapsed_s"),
        ("missing", "history.bound"),
        ("empty", "history"),
    ]


# Heat map


PRICES = pd.DataFrame(
    [
        ("stock", "N1", "A", 2.0),
        ("stock", "N1", "B", 9.0),
        ("stock", "N2", "B", 4.0),
        ("capacity", "N2", None, 50.0),
    ],
    columns=["kind", "node", "sku", "price"],
)


def table_of(ax):
    """Read a heat map off: the names of rows and columns, and the values."""
    rows = [text.get_text() for text in ax.get_yticklabels()]
    columns = [text.get_text() for text in ax.get_xticklabels()]
    return rows, columns, np.ma.filled(ax.images[0].get_array(), np.nan).tolist()


def test_heat_map_puts_the_dearest_first():
    """Rows are nodes, columns SKUs, and capacity, which has no SKU, is left out."""
    rows, columns, values = table_of(price_heatmap(PRICES))

    assert (rows, columns) == (["N1", "N2"], ["B", "A"])
    assert values[0] == [9.0, 2.0]
    assert values[1][0] == 4.0
    assert np.isnan(values[1][1])


def test_heat_map_writes_prices_into_cells():
    """Few cells have room for their price; a cell without one stays blank."""
    assert words_of(price_heatmap(PRICES)) == ["9", "2", "4"]


def test_heat_map_says_what_it_leaves_out():
    """Cut to the dearest, it tells of how many."""
    ax = price_heatmap(PRICES, most=1)

    rows, columns, values = table_of(ax)
    assert (rows, columns, values) == (["N1"], ["B"], [[9.0]])
    assert ax.get_xlabel() == "SKU (the dearest 1 of 2)"
    assert ax.get_ylabel() == "node (the dearest 1 of 2)"


def scale_of(ax):
    """Read what the scale of a heat map says is drawn."""
    return ax.figure.axes[-1].get_ylabel()


def test_heat_map_reads_batches_and_values_of_stock():
    """A batch is read as its prices, a stock value as its rows, and that is said."""
    wave = batch()
    worth = StockValue(values=[UnitValue(node="N1", sku="A", value=3.0)])

    ax = price_heatmap(worth, currency="€")
    assert table_of(ax) == (["N1"], ["A"], [[3.0]])
    assert scale_of(ax) == "a unit taken is charged (€)"
    assert table_of(price_heatmap(wave)) == table_of(price_heatmap(wave.prices))
    assert scale_of(price_heatmap(wave)) == "price of one more unit ($)"


def savings(*, is_exact=True):
    """Say that one more unit saves most where there is none."""
    cells = [("N2", "B", 0, 9.0), ("N1", "A", 3, 4.0)]
    return StockValue(
        values=[UnitValue(node="N1", sku="A", value=7.0)],
        savings=[
            Saving(node=node, sku=sku, available=there, saves=saves, is_exact=is_exact)
            for node, sku, there, saves in cells
        ],
    )


def test_heat_map_shows_what_one_more_unit_saves():
    """Picture, scale and ranked frame say the same; what saves nothing is zero."""
    worth = savings()

    ax = price_heatmap(worth)

    rows, columns, values = table_of(ax)
    assert (rows, columns) == (["N2", "N1"], ["B", "A"])
    assert values == [[9.0, 0.0], [0.0, 4.0]]
    assert scale_of(ax) == "one more unit here saves ($)"
    ranked = worth.one_more().set_index(["node", "sku"])["saves"]
    assert [ranked["N2", "B"], ranked["N1", "A"]] == [values[0][0], values[1][1]]


def test_heat_map_says_where_savings_are_limits():
    """If some units were not tried, the scale says that amounts are the most."""
    ax = price_heatmap(savings(is_exact=False))

    assert scale_of(ax) == "one more unit here saves at most ($)"


def test_heat_map_of_free_stock_can_be_drawn():
    """Where nothing is worth anything, all cells are pale and none is refused."""
    _, _, values = table_of(price_heatmap(PRICES.assign(price=0.0)))

    assert values[0] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("prices", "faults"),
    [
        (
            pd.DataFrame({"node": ["N1"]}),
            [("missing", "prices.sku"), ("missing", "prices.price")],
        ),
        (PRICES[PRICES["kind"] == "capacity"], [("empty", "prices")]),
        (PRICES.assign(price="dear"), [("wrong_type", "prices.price")]),
        (PRICES.assign(price=np.nan), [("empty", "prices")]),
        (3, [("wrong_type", "prices")]),
    ],
)
def test_heat_map_refuses_bad_prices(prices, faults):
    """Missing columns, prices of no stock, text and what is no frame are told."""
    with pytest.raises(InputError) as error:
        price_heatmap(prices)

    assert codes(error) == faults


def test_heat_map_refuses_to_draw_nothing():
    """At least one node and SKU are drawn."""
    with pytest.raises(InputError, match="most"):
        price_heatmap(PRICES, most=0)


# Strips


def compared(scenarios=("base",)):
    """Compare two tactics by three seeds."""
    values = {
        ("near", "cost_to_serve"): [9.0, 10.0, 11.0],
        ("near", "fill_rate"): [0.8, 0.9, 1.0],
        ("exact", "cost_to_serve"): [7.0, 8.0, 9.0],
        ("exact", "fill_rate"): [1.0, 1.0, 1.0],
    }
    rows = [
        (scenario, tactic, seed, kpi, value)
        for scenario in scenarios
        for (tactic, kpi), drawn in values.items()
        for seed, value in enumerate(drawn)
    ]
    return Comparison(pd.DataFrame(rows, columns=list(COLUMNS)))


def names_of(ax):
    """List the rows of a strip."""
    return [text.get_text() for text in ax.get_yticklabels()]


def test_strips_show_every_seed():
    """Each strip has a row per tactic, with a point for each seed."""
    cost, fill = kpi_strips(compared(), ["cost_to_serve", "fill_rate"])

    near, exact = (dots.get_offsets()[:, 0].tolist() for dots in cost.collections[::2])
    assert (near, exact) == ([9, 10, 11], [7, 8, 9])
    assert names_of(cost) == ["near", "exact"]
    assert names_of(fill) == ["", ""]  # they stand in one row with the first strip
    assert cost.get_xlabel() == "cost to serve ($)"


def test_strips_show_means_and_intervals():
    """The mean is a mark, and its interval a line from end to end."""
    (cost,) = kpi_strips(compared(), ["cost_to_serve"])

    means = [bars[0].get_xdata()[0] for bars in cost.containers]
    ends = [bars[2][0].get_segments()[0][:, 0].tolist() for bars in cost.containers]
    assert means == [10, 8]
    # Student's t at 97.5 % of 2 degrees is 4.303; a deviation of 1, over the root of 3.
    half = 4.303 / 3**0.5
    assert ends[0] == pytest.approx([10 - half, 10 + half], abs=1e-3)
    assert ends[1] == pytest.approx([8 - half, 8 + half], abs=1e-3)


def test_strips_of_one_seed_have_no_interval():
    """A mean whose interval is not known is a mark alone."""
    all_seeds = compared().frame

    (cost,) = kpi_strips(
        Comparison(all_seeds[all_seeds["seed"] == 0]), ["cost_to_serve"]
    )

    assert [len(bars[2]) for bars in cost.containers] == [0, 0]


def test_strips_are_named_by_what_differs():
    """Rows are named by scenario where tactics are all one, and by both where not."""
    both = compared(["today", "then"])
    one = Comparison(both.frame[both.frame["tactic"] == "exact"])

    named = [names_of(kpi_strips(each, ["fill_rate"])[0]) for each in (both, one)]

    assert named[0] == ["today, near", "today, exact", "then, near", "then, exact"]
    assert named[1] == ["today", "then"]


def test_strips_stand_in_rows_of_three():
    """Many strips make rows of about equal length, each with the names of its rows."""
    frame = compared().frame
    kinds = ["cost:a", "cost:b", "cost:c", "cost:d"]
    parts = [frame[frame["kpi"] == "fill_rate"].assign(kpi=kind) for kind in kinds]

    strips = kpi_strips(Comparison(pd.concat(parts)), ["cost"])

    assert [names_of(ax)[0] for ax in strips] == ["near", "", "near", ""]
    assert strips[1].get_xlabel() == "cost by term: b ($)"


def test_strips_refuse_what_they_cannot_draw():
    """No KPIs, unknown ones, none of those asked, and axes too few are told."""
    with pytest.raises(InputError, match="kpis"):
        kpi_strips(compared(), [])
    with pytest.raises(InputError, match="DataFrame should be a Comparison"):
        kpi_strips(compared().frame, ["fill_rate"])
    with pytest.raises(InputError, match="'beauty' is no KPI"):
        kpi_strips(compared(), ["beauty"])
    with pytest.raises(InputError, match="no rows to draw"):
        kpi_strips(compared(), ["return_rate"])
    with pytest.raises(InputError, match="should be 2"):
        kpi_strips(
            compared(), ["cost_to_serve", "fill_rate"], axes=[plt.figure().gca()]
        )


def test_strips_take_a_single_name():
    """One KPI need not be a list of one."""
    (strip,) = kpi_strips(compared(), "cost_to_serve", currency="€")

    assert strip.get_xlabel() == "cost to serve (€)"


# What may be given in place of what


def test_scenario_knows_its_network_and_customers():
    """A map of a scenario needs nothing else; other orders may be given."""
    scenario = Scenario(
        name="s", network=NETWORK, inventory=Inventory(), orders=tuple(ORDERS)
    )

    lines = [
        len(flow_map(SHIPPED, *given).collections)
        for given in ((NETWORK, ORDERS), (scenario,), (scenario, ORDERS))
    ]

    assert len(set(lines)) == 1


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ((NETWORK,), ["orders: say where the customers are [missing]"]),
        ((5, ORDERS), ["network: int should be a Network or a Scenario [wrong_type]"]),
        (
            (NETWORK, NETWORK),
            ["orders: Network should be a list of orders [wrong_type]"],
        ),
        ((NETWORK, ["o1"]), ["orders: list should be a list of orders [wrong_type]"]),
    ],
    ids=["no orders", "no network", "a network twice", "ids"],
)
def test_map_refuses_what_has_no_places(given, faults):
    """What was expected is named."""
    with pytest.raises(InputError) as caught:
        flow_map(SHIPPED, *given)

    assert list(map(str, caught.value.issues)) == faults


def test_front_of_a_comparison_is_that_of_its_means():
    """A comparison may be drawn as it is."""
    found = compared()

    whole = pareto_front(found, "cost_to_serve", "fill_rate", currency="€")
    means = pareto_front(found.means(), "cost_to_serve", "fill_rate")

    assert [line.get_xdata().tolist() for line in whole.get_lines()] == [
        line.get_xdata().tolist() for line in means.get_lines()
    ]
    assert whole.get_xlabel().startswith("cost to serve (€)")


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (
            lambda: price_heatmap(compared()),
            "BatchResult, a StockValue or a frame, got",
        ),
        (lambda: gap_history(compared()), "a BatchResult or its history, got a Comp"),
        (
            lambda: pareto_front(5, "x", "y"),
            "frame: should be a Comparison or a frame, got an int",
        ),
        (lambda: cost_waterfall(compared()), "a Benefits or a frame, got a Comparison"),
    ],
    ids=["heat map", "gap", "front", "waterfall"],
)
def test_pictures_name_what_they_can_draw(draw, words):
    """Something else is refused, and what would do is said."""
    with pytest.raises(InputError, match=words):
        draw()


# Front


CHOICES = pd.DataFrame(
    {
        "name": ["a", "b", "c", "d"],
        "days": [1.0, 2.0, 3.0, 2.5],
        "cost": [9.0, 5.0, 4.0, 6.0],
    }
)


def points_of(ax):
    """Read a front off: the points of the line, and those that are beaten."""
    (line,) = ax.get_lines()
    front = list(zip(line.get_xdata(), line.get_ydata(), strict=True))
    return front, [tuple(point) for point in ax.collections[0].get_offsets().tolist()]


def test_front_parts_the_beaten_from_the_rest():
    """Whoever is as good in both and better in one beats a point."""
    front, beaten = points_of(pareto_front(CHOICES, "days", "cost"))

    assert front == [(1, 9), (2, 5), (3, 4)]
    assert beaten == [(2.5, 6)]  # by b, which is quicker and cheaper


def test_front_knows_when_more_is_better():
    """A column of which more is better turns the front around, and says so."""
    ax = pareto_front(CHOICES, "days", "cost", high=["days"])

    front, beaten = points_of(ax)
    assert front == [(3, 4)]  # the most days, at the least cost
    assert len(beaten) == 3
    assert ax.get_xlabel() == "days; more is better"
    assert ax.get_ylabel() == "cost; less is better"


def test_front_knows_which_kpis_should_be_high():
    """Of a KPI it knows by itself whether more is better."""
    rows = pd.DataFrame({"fill_rate": [0.9, 0.8], "cost_to_serve": [5.0, 6.0]})

    ax = pareto_front(rows, "fill_rate", "cost_to_serve")

    front, beaten = points_of(ax)
    assert (front, beaten) == ([(0.9, 5)], [(0.8, 6)])
    assert ax.get_xlabel() == "units filled (share); more is better"


def test_front_names_every_choice():
    """Names stand beside the points where they are asked for."""
    named = pareto_front(CHOICES, "days", "cost", label="name")
    plain = pareto_front(CHOICES, "days", "cost")

    assert sorted(words_of(named)) == ["a", "b", "c", "d"]
    assert words_of(plain) == []


def test_labels_cover_no_other():
    """Names that stand close move out of each other's way."""
    close = pd.DataFrame(
        {"name": ["one long name", "another name"], "x": [1.0, 1.01], "y": [2.0, 1.99]}
    )
    ax = pareto_front(
        pd.concat([close, CHOICES.set_axis(["name", "x", "y"], axis=1)]),
        "x",
        "y",
        label="name",
    )

    first, second = (
        text.get_window_extent()
        for text in ax.texts
        if text.get_text() in set(close["name"])
    )
    assert not first.overlaps(second)


def test_front_leaves_out_what_is_not_known():
    """A choice of which a column is not known is neither on the front nor beaten."""
    rows = CHOICES.assign(cost=[9.0, np.nan, 4.0, 6.0])

    front, beaten = points_of(pareto_front(rows, "days", "cost"))

    assert front == [(1, 9), (2.5, 6), (3, 4)]
    assert beaten == []


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9)
)
def test_front_is_beaten_by_none(points):
    """No point beats one of the front, and each that is not on it is beaten by one."""
    rows = pd.DataFrame(points, columns=["x", "y"])

    front, beaten = points_of(pareto_front(rows, "x", "y"))
    plt.close("all")

    def beats(one, other):
        return one != other and one[0] <= other[0] and one[1] <= other[1]

    assert not any(beats(one, other) for other in front for one in points)
    assert all(any(beats(one, other) for one in points) for other in beaten)
    assert len(front) + len(beaten) == len(points)


def test_front_refuses_bad_frames():
    """Missing columns, text and the lack of any row are told together."""
    with pytest.raises(InputError) as error:
        pareto_front(CHOICES.iloc[:0].assign(cost="dear"), "cost", "km", label="who")

    assert codes(error) == [
        ("missing", "frame.km"),
        ("missing", "frame.who"),
        ("empty", "frame"),
        ("wrong_type", "frame.cost"),
    ]


@pytest.mark.parametrize("is_failing", [False, True])
def test_pictures_set_back_nothing_but_formulas(is_failing):
    """What else changes while a picture is drawn stays: a notebook's backend."""

    @as_written
    def draw():
        shown.append(plt.rcParams["text.parse_math"])
        plt.rcParams["interactive"] = True  # by the first figure of a notebook
        if is_failing:
            raise InputError([])

    shown, before = [], plt.rcParams["text.parse_math"]

    with pytest.raises(InputError) if is_failing else nullcontext():
        draw()

    assert shown == [False]
    assert plt.rcParams["interactive"]
    assert plt.rcParams["text.parse_math"] == before
