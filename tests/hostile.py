"""A scenario whose every name is an attack on the page that shows it, and the pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from html import escape

import matplotlib as mpl
from matplotlib import pyplot as plt

from builders import line, network, node, order, service, stock
from domroute import plots
from domroute.cli import main
from domroute.costs import Quotes
from domroute.jsonio import save_scenario
from domroute.policy import Policy
from domroute.replay import Replay, Tactic
from domroute.router import Router
from domroute.rules import MaxDistance
from domroute.scenario import Scenario
from domroute.whatif.benefits import benefits
from domroute.whatif.compare import compare
from domroute.whatif.hindsight import hindsight
from domroute.whatif.levers import Assumption, Lever
from domroute.whatif.waterfall import Bar, as_html, as_svg

MARK = "owned"
"""The title of a page once an attack has run."""
ATTACK = (
    f"\"'></title></style><script>document.title='{MARK}'</script>"
    f"<img src=x onerror=document.title='{MARK}'><b class={MARK}>&lt;$\\x$\\"
)
_NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def hostile():
    """Make a scenario in which everything is called by an attack."""
    nodes = [f"{ATTACK}{at}" for at in range(3)]
    items = [f"{ATTACK}A", f"{ATTACK}B"]
    net = network(
        node(nodes[0], (0, 0), groups=(ATTACK,), tags=(ATTACK,)),
        node(nodes[1], (0, 1), kind=ATTACK),
        node(nodes[2], (0, 60), kind="store"),
        items=items,
        services=[service(ATTACK)],
    )
    orders = [
        order(
            f"{ATTACK}o{at}",
            line(f"{ATTACK}1", items[0], 3),
            line(f"{ATTACK}2", items[1], 1),
            placed_at=_NOON,
            channel=ATTACK,
            tier=ATTACK,
        )
        for at in range(2)
    ]
    policy = Policy(rules=[MaxDistance(name=ATTACK, km=5000.0)])
    ledger = stock(**{nodes[0]: {items[0]: 2}, nodes[1]: {items[0]: 2, items[1]: 1}})
    return Scenario(ATTACK, net, ledger, orders, policy, Quotes())


def pages(folder):
    """Yield the name and the HTML of everything that shows itself as HTML."""
    scenario = hostile()
    first, second = scenario.orders
    router = Router(scenario.network, scenario.inventory, scenario.policy)
    result, batch = router.route(first), router.route_batch([first, second])
    outcome = Replay(scenario, tactic=Tactic(name=ATTACK, policy=scenario.policy)).run()
    wrong = {(first.lines[0].id, scenario.network.nodes[0].id): 3}
    lever = Lever(
        ATTACK, ATTACK, ATTACK, lambda case: case, (Assumption(ATTACK, 1.0, ATTACK),)
    )
    found = benefits(scenario, None, Tactic(name="base"), [lever], range(2))
    yield "scenario", scenario._repr_html_()
    yield "result", result._repr_html_()
    yield "batch", batch._repr_html_()
    yield "explanation", router.explain(first)._repr_html_()
    yield "scored", router.score(first, wrong)._repr_html_()
    yield "outcome", outcome._repr_html_()
    yield "hindsight", hindsight(scenario, time_limit_s=0.2)._repr_html_()
    yield "comparison", compare(scenario, Tactic(name=ATTACK), range(1))._repr_html_()
    yield "benefits", found._repr_html_()
    yield "page of benefits", found.to_html(folder / "page.html").read_text("utf-8")
    yield "bars", as_html([Bar(ATTACK, 0.0, 2.0, 1.0, 3.0, ATTACK)], what=ATTACK)
    yield "bars as SVG", as_svg([Bar(ATTACK, 0.0, 2.0, 1.0, 3.0, "+2")], what=ATTACK)
    yield "frame", batch.to_frame()._repr_html_()
    save_scenario(scenario, folder / "hostile.json")
    assert (
        main(["replay", str(folder / "hostile.json"), "--out", str(folder / "r")]) == 0
    )
    yield "report of a replay", (folder / "r" / "report.html").read_text("utf-8")
    with mpl.rc_context({"backend": "Agg"}):
        for name, axes in _pictures(scenario, batch, outcome):
            file = io.StringIO()
            axes.figure.savefig(file, format="svg")
            yield name, file.getvalue().partition("<svg")[2].join(("<svg", ""))
        plt.close("all")


def _pictures(scenario, batch, outcome):
    """Yield the pictures in which names stand."""
    yield "map", plots.flow_map(outcome, scenario.network, scenario.orders)
    yield "prices", plots.price_heatmap(batch)
    yield "waterfall", plots.cost_waterfall(batch, what=escape(ATTACK))
