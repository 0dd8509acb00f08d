"""Benefits add up, and every number on their page comes from a frame."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from domroute import InputError, Policy
from domroute.replay.engine import Replay
from domroute.replay.kpis import KPIS
from domroute.replay.tactic import Tactic
from domroute.replay.world import Returns, World
from domroute.streams.resampling import resampled
from domroute.whatif import waterfall
from domroute.whatif.benefits import benefits
from domroute.whatif.blocks import difference_per_order
from domroute.whatif.levers import (
    Lever,
    in_store_returns,
    joint_batches,
    pick_up,
    ship_from_store,
    without_stores,
)
from domroute.whatif.report import REPORTED
from domroute.whatif.steps import ALL, BASE, GAIN, TOGETHER
from domroute.whatif.waterfall import Bar, as_html, as_svg, bars_of
from replay.streams import drawn_orders, drawn_stream, shop

LEVERS = (
    ship_from_store(),
    pick_up(0.5, radius_km=120),
    in_store_returns(0.5),
    joint_batches(4, wave_limit_s=0.2),
)
NAMES = [lever.name for lever in LEVERS]
WORLD = World(rejects={"store": 0.1}, returns=Returns(share=0.3))


@pytest.fixture(scope="module")
def found():
    """Pull four levers over five seeds."""
    return benefits(
        without_stores(shop("shop 24/7", units=2)),
        drawn_stream,
        Tactic(name="plan 9"),
        LEVERS,
        range(5),
        world=WORLD,
    )


def margins(found):
    """Return the margin of every run, by case, seeds in order."""
    wide = found.comparison.wide()
    return {
        name: part["contribution_margin"].to_numpy()
        for name, part in wide.groupby("tactic")
    }


def test_steps_add_up_exactly(found):
    """Base, levers and what comes of doing them together are the margin of all."""
    steps = found.steps.set_index("step")

    assert list(steps.index) == [BASE, *NAMES, TOGETHER, GAIN, ALL]
    for column in ("per_order", "per_year"):
        alone = steps.loc[[*NAMES, TOGETHER], column].sum()
        assert steps.loc[GAIN, column] == pytest.approx(alone)
        total = steps.loc[BASE, column] + steps.loc[GAIN, column]
        assert steps.loc[ALL, column] == pytest.approx(total)


def test_steps_are_means_of_the_runs(found):
    """A lever's step is the mean over seeds of its margin less the base's."""
    margin, steps = margins(found), found.steps.set_index("step")

    for name in NAMES:
        gain = margin[name] - margin[BASE]
        assert steps.loc[name, "per_order"] == pytest.approx(gain.mean() / 12)
        # 12 orders, an hour apart: half a day counts as one.
        assert steps.loc[name, "per_year"] == pytest.approx(gain.mean() * 365.25)
    assert (steps["seeds"] == 5).all()


def test_stores_bring_margin(found):
    """With stock for more orders, more of them are filled."""
    steps = found.steps.set_index("step")

    assert steps.loc["ship_from_store", "per_order_low"] > 0
    assert steps.loc["ship_from_store", "agree"] == 5


def test_changes_are_differences_of_kpis(found):
    """Every KPI, for every lever and for all of them."""
    changes = found.changes
    means = found.comparison.means().set_index("tactic")

    assert list(dict.fromkeys(changes["lever"])) == [*NAMES, ALL]
    single = {kpi.name for kpi in KPIS if not kpi.is_family}
    assert single <= set(changes["kpi"])
    some = changes[changes["kpi"].isin(["fill_rate", "revenue", "split_rate"])]
    for row in some.itertuples():
        assert row.base == pytest.approx(means.loc[BASE, row.kpi])
        assert row.with_lever == pytest.approx(means.loc[row.lever, row.kpi])
        assert row.change == pytest.approx(row.with_lever - row.base)


def test_assumptions_are_listed(found):
    """Numbers that a result rests on are those that it was asked for with."""
    rows = {(row.of, row.what): row.value for row in found.assumptions.itertuples()}

    assert rows[BASE, "runs of each case"] == 5
    assert rows[BASE, "orders in a run, on average"] == 12
    assert rows[BASE, "days of trade that a run stands for"] == 1
    assert rows[BASE, "shipments that nodes refuse, of kind store"] == 0.1
    assert rows[BASE, "delivered units that come back"] == 0.3
    assert rows["pick_up", "share of such orders that are collected"] == 0.5
    assert rows["joint_batches", "time between batches"] == 4


def test_days_may_be_told(found):
    """A stream that stands for two days brings half as much a year."""
    again = benefits(
        without_stores(shop(units=2)),
        drawn_stream,
        Tactic(name="plan 9"),
        LEVERS[:1],
        range(5),
        world=WORLD,
        days=2,
    )

    first = found.steps.set_index("step")["per_year"]["ship_from_store"]
    then = again.steps.set_index("step")["per_year"]["ship_from_store"]
    assert then == pytest.approx(first / 2)


def test_scenario_may_bring_its_orders():
    """Without a stream a scenario's own orders are replayed, by a policy alone."""
    base = without_stores(shop(units=4, orders=drawn_orders(5)))

    made = benefits(base, None, Policy(), LEVERS[:1], [0])

    assert made.steps["seeds"].tolist() == [1] * 5
    assert made.steps["per_order_low"].isna().all()


def bad(levers=LEVERS, seeds=(0,), **options):
    """Ask for benefits that cannot be had."""
    return lambda: benefits(shop(), drawn_stream, Policy(), levers, seeds, **options)


BAD = {
    "no levers": (bad(levers=[]), "levers: give at least one"),
    "no seeds": (bad(seeds=[]), "seeds: give at least one"),
    "a lever twice": (bad(levers=LEVERS[:1] * 2), "'ship_from_store' appears more"),
    "a name of ours": (
        bad(levers=[Lever("all", "All", "All.", lambda case: case)]),
        "'all' appears more than once, or",
    ),
    "a seed twice": (bad(seeds=[1, 1]), "a seed appears more than once"),
    "no lever": (bad(levers=pick_up), r"function should be a Lever; call pick_up\(\)"),
    "a number of seeds": (bad(seeds=3), r"3 should be the seeds.*such as range\(5\)"),
    "no blocks": (bad(block_days=0), "block_days: 0 should be above 0"),
    "no days": (bad(days=0), "0 should be above 0"),
    "days as text": (bad(days="week"), "'week' should be above 0"),
    "no returns": (bad(), "nothing is returned in this world"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_question_is_refused(name):
    """What is missing, or given twice, is said."""
    ask, words = BAD[name]

    with pytest.raises(InputError, match=words):
        ask()


def test_benefits_print_as_a_table(found):
    """A row per step, in text and in HTML."""
    assert len(str(found).splitlines()) == 2 + 8
    assert found._repr_html_().count("<tr>") == 1 + 8


class Reader(HTMLParser):
    """Tells numbers that say where they come from from all other text."""

    QUIET = ("svg", "style", "title", "details")

    def __init__(self):
        """Start with nothing read."""
        super().__init__()
        self.numbers, self.words, self.sources = [], [], []
        self._open, self._quiet, self._name = None, 0, 0

    def handle_starttag(self, tag, attrs):
        """Open a number, a name or what is not prose."""
        if tag == "data":
            self._open = dict(attrs)
        self._quiet += tag in self.QUIET
        if tag == "span":
            self._name += 1

    def handle_endtag(self, tag):
        """Close it."""
        if tag == "data":
            self._open = None
        self._quiet -= tag in self.QUIET
        if tag == "span":
            self._name -= 1

    def handle_data(self, text):
        """Sort text by what it stands in."""
        if self._open is not None:
            self.numbers.append((text, self._open))
        elif self._quiet:
            self.sources.append(text)
        elif not self._name:
            self.words.append(text)


def read(page):
    """Read a page."""
    reader = Reader()
    reader.feed(page)
    return reader


def number_in(text):
    """Read a number as it is shown; percent and points are hundredths."""
    size = float(re.search(r"[\d,]+(\.\d+)?", text)[0].replace(",", ""))
    size = size / 100 if "%" in text or "points" in text else size
    return -size if text.startswith("-") else size


@pytest.mark.parametrize("has_matplotlib", [True, False])
def test_every_number_on_the_page_comes_from_a_frame(
    found, tmp_path, monkeypatch, has_matplotlib
):
    """No digit stands in prose; each number is its cell, rounded where it is shown."""
    if not has_matplotlib:
        monkeypatch.setattr(waterfall, "find_spec", lambda _name: None)
    path = found.to_html(tmp_path / "report.html", tables=True)
    page = path.read_text(encoding="utf-8")
    reader = read(page)

    assert ("<svg" in page) == has_matplotlib
    assert len(reader.numbers) > 100
    assert not re.search(r"\d", " ".join(reader.words))
    for text, data in reader.numbers:
        name = data["data-frame"]
        table = pd.read_csv(tmp_path / f"report_{name}.csv", index_col="row")
        value = table.loc[int(data["data-row"]), data["data-column"]]
        assert float(data["value"]) == pytest.approx(value)
        if text == "not known":
            assert pd.isna(value)
            continue
        # Half of the last place that is shown.
        whole = data["data-column"].startswith("per_year")
        slack = 0.5 if whole else 0.0005 if "%" in text or "points" in text else 0.005
        assert number_in(text) == pytest.approx(value, abs=slack + 1e-9)
    listed = " ".join(reader.sources)
    assert all(text in listed for text, _ in reader.numbers)


def test_page_says_what_was_done(found, tmp_path):
    """Who has never seen the library finds what was compared, and what it brings."""
    path = found.to_html(tmp_path / "report.html", currency="€")
    page = path.read_text(encoding="utf-8")

    assert list(tmp_path.iterdir()) == [path]
    for lever in LEVERS:
        assert page.count(lever.title) >= 3
        assert lever.says in page
    gain = found.steps.set_index("step").loc[GAIN, "per_order"]
    assert f"+€{gain:,.2f}</data> an order" in page
    assert "a gain beyond the luck of the runs" in page
    for name in REPORTED:
        assert REPORTED[name].split(",", maxsplit=1)[0] in page
    assert "http" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_page_is_the_same_again(found, tmp_path):
    """The same benefits make the same bytes."""
    one = found.to_html(tmp_path / "one.html").read_bytes()
    other = found.to_html(tmp_path / "other.html").read_bytes()

    assert one == other


def test_page_of_one_run_claims_nothing(tmp_path):
    """A single run has no intervals, and the page says what that means."""
    made = benefits(
        without_stores(shop(units=4)), drawn_stream, Policy(), LEVERS[:1], [0]
    )

    page = made.to_html(tmp_path / "one.html").read_text(encoding="utf-8")

    assert "nothing can be said of how much of that is luck" in page
    assert "Not at all" in page
    assert "Done together" not in page  # a single lever has nothing to be done with


def page(tmp_path, scenario, stream, seeds, **options):
    """Write the page of one lever, and return what it says."""
    made = benefits(
        without_stores(scenario), stream, Policy(), LEVERS[:1], seeds, **options
    )
    return made, made.to_html(tmp_path / "page.html").read_text(encoding="utf-8")


def test_identical_runs_claim_nothing(tmp_path):
    """Five seeds of one history are one run: no interval, and the page says why."""
    scenario = shop(units=4, orders=drawn_orders(5))

    made, text = page(tmp_path, scenario, None, range(5))

    assert made.steps["per_order_low"].isna().all()
    assert made.steps["seeds"].tolist() == [5] * 5
    assert made.steps["draws"].tolist() == [1] * 5
    assert set(made.steps["basis"]) == {"none"}
    assert "There was one history only, run again and again, so nothing" in text
    assert "each case stands on " in text
    assert "of the same orders" in text
    assert "beyond" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)


def test_blocks_of_a_history_are_called_so(tmp_path):
    """Intervals by blocks of one history speak of its blocks, and not of runs."""
    scenario = shop(units=4, orders=drawn_orders(5))

    made, text = page(tmp_path, scenario, None, range(3), block_days=1 / 8)

    steps = made.steps.set_index("step")
    assert set(steps["basis"]) == {"blocks"}
    assert set(steps["draws"]) == {4}
    before, after = (
        Replay(one, None, Policy()).run()
        for one in (without_stores(scenario), scenario)
    )
    expected = difference_per_order(after, before, "margin", days=1 / 8)
    gain = steps.loc[GAIN]
    for column, value in (
        ("per_order", expected.mean),
        ("per_order_low", expected.low),
        ("per_order_high", expected.high),
        # Twelve orders in what counts as a day.
        ("per_year_high", expected.high * 12 * 365.25),
    ):
        assert gain[column] == pytest.approx(value)
    assert "By the spread of the blocks of one history it lies between" in text
    assert "luck of the runs" not in text
    assert "cut into" in text


def test_steps_of_blocks_add_up():
    """What doing all together brings has the spread of that very difference."""
    scenario = without_stores(shop(units=2, orders=drawn_orders(5)))
    levers = LEVERS[:2]

    steps = benefits(
        scenario, None, Policy(), levers, [0], block_days=1 / 8
    ).steps.set_index("step")

    alone = steps.loc[[*NAMES[:2], TOGETHER], "per_order"].sum()
    assert steps.loc[GAIN, "per_order"] == pytest.approx(alone)
    assert steps["per_order_low"].notna().all()


def test_resampled_streams_are_called_so(tmp_path):
    """Streams of one history's blocks never stand for the luck of the runs."""
    scenario = shop(units=9, orders=drawn_orders(5, count=12, hours=24))

    made, text = page(tmp_path, scenario, resampled(scenario, days=3), range(6))

    assert set(made.steps["basis"]) == {"resamples"}
    assert set(made.steps["draws"]) == {4}  # twelve days are four blocks of three
    assert re.search(r"put together from .*>4 blocks of days<", text)
    assert "By the spread of histories put together from blocks of this one" in text
    assert "luck of the runs" not in text
    assert "What that history did not see is in none of them" in text


def test_page_says_where_there_is_nothing_to_tell(tmp_path):
    """A lever that changes nothing cannot be told from no change."""
    idle = Lever("idle", "Do <nothing>", "Nothing & nobody moves.", lambda case: case)

    made = benefits(shop(), drawn_stream, Policy(), [idle], range(2))
    page = made.to_html(tmp_path / "idle.html").read_text(encoding="utf-8")

    assert (made.steps.set_index("step").loc["idle", "per_order"]) == 0
    assert "it cannot be told from no change at all" in page
    assert "Do &lt;nothing&gt;" in page
    assert "Nothing &amp; nobody moves." in page


def test_page_that_cannot_be_written_is_told(found, tmp_path):
    """A folder that is not there is no place for a page."""
    with pytest.raises(InputError, match="cannot be written"):
        found.to_html(tmp_path / "nowhere" / "report.html")


BARS = bars_of(
    [Bar("up", 0, 3.0, 2.0, 4.0, "+3"), Bar("<down>", 0, -4.0, -5.0, -3.0, "-4")],
    Bar("sum", 0, -1.0, -2.0, 0.0, "-1", mark="<b>-1</b>"),
)


def test_bars_stand_on_each_other():
    """Each begins where the one before ends; the last is their sum from zero."""
    assert [(bar.start, bar.end) for bar in BARS] == [(0, 3), (3, -1), (0, -1)]
    assert [(bar.low, bar.high) for bar in BARS] == [(2, 4), (-2, 0), (-2, 0)]


def test_bars_in_html_have_their_places():
    """From -1 to 3 is the whole room: up takes three quarters of it from a quarter."""
    found = as_html(BARS, what="margin")

    assert 'class="up" style="left: 25.00%; width: 75.00%"' in found
    assert 'class="down" style="left: 0.00%; width: 100.00%"' in found
    assert 'class="sum" style="left: 0.00%; width: 25.00%"' in found
    assert "&lt;down&gt;" in found
    assert "<b>-1</b>" in found


def test_bars_in_svg_are_a_picture():
    """A picture of its own, without a date, the same each time."""
    found = as_svg(BARS, what="margin")

    assert found.startswith("<svg")
    assert found == as_svg(BARS, what="margin")
    assert "dc:date" not in found
