"""A page for people who have never seen the library: what was tried, what it brings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import Final

from domroute.replay.kpis import kpi_of
from domroute.whatif.evidence import Basis
from domroute.whatif.pagestyle import STYLE
from domroute.whatif.showing import Numbers
from domroute.whatif.steps import ALL, BASE, GAIN, TOGETHER, Tried
from domroute.whatif.waterfall import Bar, bars_of, draw

REPORTED: Final = {
    "contribution_margin": "What is left of the revenue of a run once refunds, the "
    "goods themselves and the cost to serve are paid.",
    "revenue": "What customers pay for the units they get.",
    "cost_per_order": "What it costs to get an order to its customer: handling, "
    "carriage and what else is paid for.",
    "fill_rate": "The part of the ordered units that customers get.",
    "unfilled_units": "Units that were ordered and that nobody gets.",
    "shipments_per_order": "How many shipments an order takes, on average.",
    "split_rate": "The part of the orders that go in more than one shipment.",
    "km_per_shipment": "How far a shipment goes, on average.",
    "lead_h_mean": "How long a customer waits, from the order to the last delivery.",
    "return_rate": "The part of the delivered units that come back.",
    "reroute_rate": "The part of the orders that are planned again because a node "
    "said no.",
}
"""The KPIs that the page shows, and what each means; the frame has them all."""
_SPREAD: Final = {
    str(Basis.RUNS): ("the runs", "the luck of the runs"),
    str(Basis.RESAMPLES): (
        "histories put together from blocks of this one",
        "what such histories differ by",
    ),
    str(Basis.BLOCKS): (
        "the blocks of one history",
        "what the blocks differ by",
    ),
}
"""By what an interval is made of: the spread of what, and beyond what a gain is."""


def page_of(found: Tried, *, currency: str = "$") -> str:
    """
    Write the page, as HTML that needs nothing else.

    Parameters
    ----------
    found
        What to report.
    currency
        The sign that money is shown with.
    """
    numbers = Numbers(found.tables, currency)
    page = _Page(found, numbers)
    parts = [
        *page.result(),
        *page.compared(),
        *page.picture(),
        *page.table(),
        *page.certainty(),
        *page.figures(),
        *page.assumptions(),
        *page.sources(),  # last: by now all numbers are written
    ]
    body = "\n".join(parts)
    title = f"What would it bring? {found.scenario}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


class _Page:
    """The sections of a page, in reading order."""

    def __init__(self, found: Tried, numbers: Numbers) -> None:
        self._found, self._numbers = found, numbers
        self._at = {name: at for at, name in enumerate(found.steps["step"])}
        changes = found.changes
        self._change_at = {
            (lever, kpi): at
            for at, (lever, kpi) in enumerate(
                zip(changes["lever"], changes["kpi"], strict=True)
            )
        }
        self._shown = [
            step for step in self._at if step != TOGETHER or len(found.levers) > 1
        ]

    def result(self) -> Iterator[str]:
        titles = [lever.title for lever in self._found.levers]
        before, after = self._step(BASE, "per_order"), self._step(ALL, "per_order")
        yield "<h1>What would it bring?</h1>"
        yield f"<p>{_listed(titles)}, tried on {_name(self._found.scenario)}.</p>"
        yield (
            f'<p class="lead">The margin of an order goes from {before} to {after}: '
            f"{self._step(GAIN, 'per_order', signed=True)} an order, or "
            f"{self._step(GAIN, 'per_year', signed=True)} a year.</p>"
        )
        yield f"<p>{self._verdict()}</p>"

    def _verdict(self) -> str:
        row = self._found.steps.iloc[self._at[GAIN]]
        gain, low = float(row["per_order"]), float(row["per_order_low"])
        high = float(row["per_order_high"])
        if math.isnan(low):
            return (
                f"There was {self._only()}, so nothing can be said of how much of that "
                f"is luck: {self._remedy()}."
            )
        of, beyond = _SPREAD[str(row["basis"])]
        span = (
            f"By the spread of {of} it lies between "
            f"{self._step(GAIN, 'per_order_low', signed=True)} and "
            f"{self._step(GAIN, 'per_order_high', signed=True)} an order"
        )
        if low <= 0 <= high:
            return f"{span}: <strong>it cannot be told from no change at all.</strong>"
        way = "a gain" if gain > 0 else "a loss"
        return f"{span}: <strong>it is {way} beyond {beyond}.</strong>"

    def _only(self) -> str:
        """Say what there was one of only, where there is no interval."""
        is_one_run = int(self._found.steps["seeds"].iloc[0]) == 1
        return "one run only" if is_one_run else "one history only, run again and again"

    def _remedy(self) -> str:
        is_one_run = int(self._found.steps["seeds"].iloc[0]) == 1
        return (
            "ask for more seeds, of streams that are drawn"
            if is_one_run
            else "give a longer one, or streams that are drawn"
        )

    def compared(self) -> Iterator[str]:
        found = self._found
        yield "<h2>What was compared</h2>"
        yield (
            "<p>The same orders were run through the network again and again in a "
            "computer, order by order and unit by unit: once as it is, once with each "
            "change alone, and once with all of them. As it is, they are planned by "
            f"{_name(found.tactic)}. Customers, stock and luck are the same each time, "
            "so what differs comes of the changes.</p>"
        )
        yield "<dl>"
        for at, lever in enumerate(found.levers):
            yield (
                f"<dt>{_name(lever.title)}</dt>"
                f"<dd>{_name(lever.says)} {self._reached(at)}</dd>"
            )
        yield "</dl>"
        yield (
            '<p class="note">An order comes out otherwise if it is sent from other '
            "nodes, by another service or method, with more or fewer units, or if "
            "what comes back of it goes elsewhere. When it comes does not count. "
            "Where there are several runs, counts are of a run on average.</p>"
        )

    def _reached(self, at: int) -> str:
        """Say how many orders a lever could touch, and did."""
        row = self._found.reach.iloc[at]
        could, orders = (
            self._numbers.write("reach", at, name, "orders")
            for name in ("could", "orders")
        )
        if not float(row["could"]):
            return (
                f"<strong>It could touch {could} of {orders}: on these orders it was "
                "not tried at all.</strong>"
            )
        did = self._numbers.write("reach", at, "did", "of them")
        text = f"It could touch {could} of {orders}, and {did} came out otherwise"
        if not float(row["did"]):
            text = (
                f"<strong>It could touch {could} of {orders}, and changed "
                f"{did}</strong>"
            )
        if float(row["others"]):
            others = self._numbers.write("reach", at, "others", "others")
            text += f"; {others}, which it does not speak of, came out otherwise"
        return f"{text}."

    def picture(self) -> Iterator[str]:
        changes = [step for step in self._shown if step not in (BASE, GAIN, ALL)]
        bars = bars_of([self._bar(step) for step in changes], self._bar(GAIN))
        what = "change of the margin of an order"
        yield "<h2>Where it comes from</h2>"
        yield f"<figure>{draw(bars, what=f'{what} ({self._numbers.currency})')}"
        yield (
            f"<figcaption>The {what}: each change alone, one set on the end of the "
            "other, and all of them. Drawn from the frame <code>steps</code>, column "
            "<code>per_order</code>; thin lines are its intervals.</figcaption>"
            "</figure>"
        )
        if TOGETHER in self._shown:
            yield (
                "<p><em>Done together</em> is what all changes at once bring beyond, "
                "or short of, the sum of each alone: they serve the same orders from "
                "the same stock.</p>"
            )

    def _bar(self, step: str) -> Bar:
        row = self._found.steps.iloc[self._at[step]]
        mark = self._step(step, "per_order", signed=True)
        label = self._numbers.shown[-1].text
        low, high = float(row["per_order_low"]), float(row["per_order_high"])
        amount = float(row["per_order"])
        return Bar(str(row["title"]), 0.0, amount, low, high, label, mark)

    def table(self) -> Iterator[str]:
        yield "<h2>What each change brings</h2>"
        heads = ["", "an order", "between", "and", "a year", "between", "and"]
        rows = [
            [
                _name(str(self._found.steps["title"].iloc[self._at[step]])),
                *(
                    self._step(step, f"{what}{end}", signed=self._is_change(step))
                    for what in ("per_order", "per_year")
                    for end in ("", "_low", "_high")
                ),
            ]
            for step in self._shown
        ]
        sums = [at for at, step in enumerate(self._shown) if step in (GAIN, ALL)]
        yield from _table(heads, rows, sums=sums)
        yield (
            '<p class="note">Margin is what is left of the revenue once refunds, goods '
            "and the cost to serve are paid. An order is an order placed, filled or "
            "not. A year is a year at the pace of these orders. Figures are rounded "
            "where they are shown, and only there.</p>"
        )

    def certainty(self) -> Iterator[str]:
        row = self._found.steps.iloc[self._at[GAIN]]
        runs = self._step(GAIN, "seeds", unit="runs")
        basis = str(row["basis"])
        yield "<h2>How sure this is</h2>"
        if basis == Basis.NONE:
            what = "" if runs.startswith("1 ") else " of the same orders"
            yield f"<p>Not at all: each case stands on {runs}{what}.</p>"
            return
        agree = self._step(GAIN, "agree", unit="of them")
        confidence = self._assumed("confidence of the intervals")
        if basis == Basis.RUNS:
            draws = self._step(GAIN, "draws", unit="streams of orders")
            yield (
                f"<p>Each case stands on {runs}, by {draws} that were drawn apart from "
                f"each other, the same for every case. In {agree} the whole has the "
                "sign of the mean. "
            )
        elif basis == Basis.RESAMPLES:
            draws = self._step(GAIN, "draws", unit="blocks of days")
            yield (
                f"<p>Each case stands on {runs}, the same for every case, put together "
                f"from {draws} of a single history. In {agree} the whole has the sign "
                "of the mean. What that history did not see is in none of them, and "
                "more runs of it would not make the intervals narrower. "
            )
        else:
            draws = self._step(GAIN, "draws", unit="blocks of days")
            yield (
                f"<p>Each case stands on one history ({runs} of the same orders), cut "
                f"into {draws}. Intervals are of how these differ, as if they were "
                "drawn apart from each other: what one block leaves in stock the next "
                "one finds, so they may be too narrow. "
            )
        yield (
            f"Intervals hold the true figure with a confidence of {confidence}, if the "
            "world is as assumed below; they say nothing of how well it is "
            "described.</p>"
        )

    def figures(self) -> Iterator[str]:
        names = [name for name in REPORTED if (ALL, name) in self._change_at]
        levers = self._found.levers
        cases = [lever.name for lever in levers]
        heads = ["", "as it is", *(_name(lever.title) for lever in levers)]
        if len(levers) > 1:
            cases.append(ALL)
            heads.append("all of it")
        rows = []
        for name in names:
            unit = kpi_of(name).unit
            first = self._change_at[cases[0], name]
            cells = [self._numbers.write("changes", first, "base", unit)]
            cells += [
                self._numbers.write(
                    "changes", self._change_at[case, name], "change", unit, signed=True
                )
                for case in cases
            ]
            rows.append([_name(kpi_of(name).label), *cells])
        yield "<h2>What else changes</h2>"
        yield from _table(heads, rows)
        yield '<p class="note">The figure as it is, and the change of it.</p>'
        yield "<h2>What these figures mean</h2>"
        yield "<dl>"
        for name in names:
            meaning = escape(REPORTED[name])
            yield f"<dt>{_name(kpi_of(name).label)}</dt><dd>{meaning}</dd>"
        yield "</dl>"

    def assumptions(self) -> Iterator[str]:
        frame = self._found.assumptions
        titles = {lever.name: lever.title for lever in self._found.levers}
        rows = []
        for at, (of, what, unit) in enumerate(
            zip(frame["of"], frame["what"], frame["unit"], strict=True)
        ):
            number = self._numbers.write("assumptions", at, "value", str(unit))
            rows.append([_name(titles.get(of, "All cases")), _name(what), number])
        yield "<h2>What is assumed</h2>"
        yield from _table(["for", "what", "number"], rows, words=(1,))
        yield (
            "<p>Prices, weights, rates and stock are those of the data. Customers "
            "order the same whatever is done: that a new way of delivery wins orders, "
            "or a late one loses them, is in none of the figures.</p>"
        )

    def sources(self) -> Iterator[str]:
        yield "<h2>Where the numbers come from</h2>"
        yield (
            "<p>Every number on this page is a cell of a frame: its name, the row, "
            "counted from zero, and the column. Beside the page, where they were asked "
            "for, the frames are tables with the same rows.</p>"
        )
        rows = dict.fromkeys(
            (number.text, number.frame, str(number.row), number.column)
            for number in self._numbers.shown
        )
        yield '<details class="sources"><summary>All of them</summary>'
        heads = ["number", "frame", "row", "column"]
        yield from _table(heads, [list(map(escape, row)) for row in rows], words=(1, 3))
        yield "</details>"

    def _is_change(self, step: str) -> bool:
        return bool(self._found.steps["is_change"].iloc[self._at[step]])

    def _step(
        self, step: str, column: str, *, signed: bool = False, unit: str = "money"
    ) -> str:
        return self._numbers.write(
            "steps",
            self._at[step],
            column,
            unit,
            signed=signed,
            whole=column.startswith("per_year"),
        )

    def _assumed(self, what: str) -> str:
        at = self._found.assumptions["what"].tolist().index(what)
        unit = str(self._found.assumptions["unit"].iloc[at])
        return self._numbers.write("assumptions", at, "value", unit)


def _table(
    heads: list[str],
    rows: list[list[str]],
    *,
    sums: list[int] | None = None,
    words: tuple[int, ...] = (),
) -> Iterator[str]:
    def cells(tag: str, row: list[str]) -> str:
        return "".join(
            f'<{tag} class="words">{cell}</{tag}>'
            if at in words
            else f"<{tag}>{cell}</{tag}>"
            for at, cell in enumerate(row)
        )

    yield f'<div class="wide"><table><tr>{cells("th", heads)}</tr>'
    for at, row in enumerate(rows):
        kind = ' class="sum"' if at in (sums or ()) else ""
        yield f"<tr{kind}>{cells('td', row)}</tr>"
    yield "</table></div>"


def _name(text: str) -> str:
    """Write a name that was given: digits in it are no numbers of ours."""
    return f'<span class="name">{escape(text)}</span>'


def _listed(titles: list[str]) -> str:
    names = [_name(title) for title in titles]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
