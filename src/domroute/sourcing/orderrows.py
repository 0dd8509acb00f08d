"""What an order as a whole must keep to, as rows of its program."""

from __future__ import annotations

import math

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.sourcing.totals import is_worth_one_node
from domroute.sourcing.variables import Formulation, Opened


def add_split_limits(
    made: Formulation, offers: Offers, policy: Policy, opened: Opened
) -> None:
    """Count shipments and nodes, and say what each part must be worth."""
    splits, model = policy.splits, made.model
    limits = [(splits.max_shipments, made.ships), (splits.max_nodes, opened.columns)]
    if is_worth_one_node(offers, policy):
        model.at_most(opened.columns, 1.0, 1.0)
    for limit, columns in limits:
        if limit is None or not len(columns):
            continue
        row = model.add_rows(1, upper=limit)
        model.add_entries(row, columns, 1.0)
        if splits.over_limit_price is not None:
            over = model.add_columns(
                1, upper=math.inf, cost=splits.over_limit_price, whole=False
            )
            model.add_entries(row, over, -1.0)
    if splits.split_price > 0 and len(made.ships):
        over = model.add_columns(
            1, upper=math.inf, cost=splits.split_price, whole=False
        )
        row = model.add_rows(1, upper=1.0)
        model.add_entries(row, made.ships, 1.0)
        model.add_entries(row, over, -1.0)
    if splits.min_part_value > 0 and len(made.ships):
        _add_part_values(made, splits.min_part_value)


def _add_part_values(made: Formulation, least: float) -> None:
    """Several shipments: each is worth enough. One: it need not be."""
    model, count = made.model, len(made.ships)
    several = model.add_columns(1, upper=1)
    row = model.add_rows(1, upper=1.0)
    model.add_entries(row, made.ships, 1.0)
    model.add_entries(row, several, -float(count))
    rows = model.add_rows(count, lower=-least)
    value = made.table.value[made.atom]
    model.add_entries(rows[made.offer], made.takes, value)
    model.add_entries(rows, made.ships, -least)
    model.add_entries(rows, several, -least)


def add_completeness(made: Formulation, policy: Policy) -> None:
    """Fill all or ship nothing, where the order ships complete; or at a price."""
    splits, model, table = policy.splits, made.model, made.table
    if not splits.ship_complete:
        return
    steps = table.wanted
    rows = model.add_rows(len(steps), upper=0.0)
    model.add_entries(rows, made.short, 1.0)
    empty = model.add_columns(1, upper=1)
    model.add_entries(rows, empty, -steps)
    shut = model.add_rows(len(made.ships), upper=1.0)
    model.add_entries(shut, made.ships, 1.0)
    model.add_entries(shut, empty, 1.0)
    if splits.incomplete_price is not None:
        partly = model.add_columns(1, upper=1, cost=splits.incomplete_price)
        model.add_entries(rows, partly, -steps)


def add_musts(made: Formulation, offers: Offers) -> None:
    """Fill what a plan must fill, by the node that it must use."""
    least, through = offers.least, offers.through
    units = made.table.filled_by
    if least is not None:
        for at in np.flatnonzero(least).tolist():
            most = float(units[:, at] @ made.table.wanted - least[at])
            made.model.at_most(made.short, units[:, at], most)
    if through is not None:
        mine = made.takes[made.table.node[made.offer] == through]
        if len(mine):
            made.model.at_most(mine, np.full(len(mine), -1.0), -1.0)
        else:
            made.model.at_most(made.ships[:0], np.empty(0), -1.0)
