r"""
The integer program of one order, for orders too large to list the parts of.

With atoms :math:`j`, offers :math:`a` and flights :math:`t` of even tariff steps, each
of which adds :math:`W_t` to what a parcel may weigh and :math:`r_t` to its price:

.. math::

   \min \sum_a (f_a + r_{a0}) y_a + \sum_{ja} (c_{ja} x_{ja} + l_{ja} p_{ja})
        + \sum_{at} r_{at} z_{at} + \sum_a R_a g_a + \sum_j \pi_j s_j

subject to :math:`\sum_a x_{ja} + s_j = q_j`, :math:`x_{ja} \le u_{ja} y_a`,
:math:`\sum_j w_j x_{ja} \le W_0 y_a + \sum_t W_t z_{at} + W g_a` (weight; likewise
volume; :math:`g_a` parcels are full), each flight climbed once that below it is over,
stock, capacity and split limits. Facility location with stepwise charges; the
disaggregated links :math:`x_{ja} \le u_{ja} y_a` make its relaxation tight [1]_.

References
----------
.. [1] Cornuejols, G., Nemhauser, G. L. and Wolsey, L. A. (1990). The uncapacitated
   facility location problem. In *Discrete Location Theory*, Wiley.
"""

from __future__ import annotations

import math

import numpy as np

from domroute.offers.priced import Offers
from domroute.policy import Policy
from domroute.problem import NetworkArrays
from domroute.promise.later import NEVER
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.bydate import arrivals_by_class, rows_by_class
from domroute.sourcing.choice import FORBIDDEN
from domroute.sourcing.daterows import add_causes, add_dates, add_minimums_by_date
from domroute.sourcing.dayrows import add_days
from domroute.sourcing.offers import OfferTable, takes_by_block
from domroute.sourcing.orderrows import (
    add_completeness,
    add_musts,
    add_split_limits,
)
from domroute.sourcing.variables import Formulation, Opened, add_by_node
from domroute.split.tally import Tally
from domroute.units import FloatArray, IntArray


def formulate(
    offers: Offers,
    table: OfferTable,
    policy: Policy,
    arrays: NetworkArrays,
) -> Formulation:
    """Build the integer program of one order."""
    made = _add_assignment(table, _needs_presence(offers, table, arrays))
    made.is_network = not table.has_steps and _is_network(offers, table, policy, arrays)
    pairs = made.atom, made.offer, made.takes
    for block, takes in takes_by_block(table, made.ships, pairs):
        for charge in block.stepped:
            climbed = charge.write(made.model, takes)
            made.climbs = np.append(made.climbs, climbed)
    _add_exclusions(made, offers)
    add_dates(made)
    add_causes(made, offers)
    _add_stock(made, offers)
    opened = _add_nodes(made)
    _add_capacity(made, offers, arrays, opened)
    add_days(made, offers)
    _add_minimum_orders(made, offers, arrays, opened)
    add_minimums_by_date(made, offers)
    add_split_limits(made, offers, policy, opened)
    add_completeness(made, policy)
    add_musts(made, offers)
    return made


def _is_network(
    offers: Offers, table: OfferTable, policy: Policy, arrays: NetworkArrays
) -> bool:
    nodes = offers.problem.nodes
    return (
        table.is_plain
        and table.tally is None
        and not any(block.is_together for block in table.blocks)
        and offers.days is None
        and policy.splits.min_part_value <= 0
        and not arrays.minimum_order[nodes].any()
        and not arrays.capacity.demands_at(nodes).per_work.any()
    )


def _needs_presence(offers: Offers, table: OfferTable, arrays: NetworkArrays) -> bool:
    nodes, has_limits = offers.problem.nodes, offers.eligibility.capacity
    counts_lines = has_limits is not None and arrays.capacity.counts_lines(nodes)
    counts_lines = counts_lines or any(
        block.room is not None and block.room.per_line.any() for block in table.blocks
    )
    return counts_lines or bool(table.per_atom.any())


def _add_assignment(table: OfferTable, needs_presence: bool) -> Formulation:
    model = ArrayModel()
    atom, offer = np.nonzero(table.limit)
    limit = table.limit[atom, offer]
    single = table.steps[atom] == 1
    once = table.per_atom[atom, offer]
    ships = model.add_columns(len(table.node), upper=1, cost=table.per_shipment)
    takes = model.add_columns(
        len(atom),
        upper=limit,
        cost=table.per_step[atom, offer] + np.where(single, once, 0.0),
    )
    required = table.penalty >= FORBIDDEN
    short = model.add_columns(
        len(table.wanted),
        upper=np.where(required, 0, table.wanted),
        cost=np.where(required, 0.0, table.penalty),
        whole=False,
    )
    cover = model.add_rows(len(table.wanted), lower=table.wanted, upper=table.wanted)
    model.add_entries(cover, short, 1.0)
    wholes = np.empty(0, np.int64)
    if table.tally is None:
        model.add_entries(cover[atom], takes, 1.0)
    else:
        wholes = _add_ways(model, table.tally, cover, atom, takes)
    link = model.add_rows(len(atom), upper=0.0)
    model.add_entries(link, takes, 1.0)
    model.add_entries(link, ships[offer], -limit)
    present = takes.copy()
    if needs_presence:
        several = np.flatnonzero(~single)
        marks = model.add_columns(len(several), upper=1, cost=once[several])
        present[several] = marks
        rows = model.add_rows(len(several), upper=0.0)
        model.add_entries(rows, takes[several], 1.0)
        model.add_entries(rows, marks, -limit[several])
        rows = model.add_rows(len(several), upper=0.0)
        model.add_entries(rows, marks, 1.0)
        model.add_entries(rows, ships[offer[several]], -1.0)
        # Where a term pays for lines, nothing is paid for one of which nothing is sent.
        paid = several[once[several] < 0]
        rows = model.add_rows(len(paid), upper=0.0)
        model.add_entries(rows, present[paid], 1.0)
        model.add_entries(rows, takes[paid], -1.0)
    _add_contents(model, table.per_shipment, ships, offer, takes)
    return Formulation(model, table, ships, atom, offer, takes, present, short, wholes)


def _add_ways(
    model: ArrayModel,
    tally: Tally,
    cover: IntArray,
    atom: IntArray,
    takes: IntArray,
) -> IntArray:
    """
    Cover demands by their ways.

    A way of one atom by its steps; another by a column of its own, of which each of its
    atoms is a multiple.
    """
    loose = tally.loose
    demand, way = tally.demand_of_way, tally.way_of_atom
    is_loose = np.isin(way[atom], loose)
    tight = ~is_loose
    model.add_entries(cover[tally.demand_of_atom[atom[tight]]], takes[tight], 1.0)
    wholes = model.add_columns(len(loose), upper=tally.wanted[demand[loose]])
    model.add_entries(cover[demand[loose]], wholes, 1.0)
    mine = np.flatnonzero(np.isin(way, loose))
    rows = model.add_rows(len(mine), upper=0.0, lower=0.0)
    model.add_entries(
        rows, wholes[np.searchsorted(loose, way[mine])], -tally.rate[mine].astype(float)
    )
    model.add_entries(rows[np.searchsorted(mine, atom[is_loose])], takes[is_loose], 1.0)
    return wholes


def _add_contents(
    model: ArrayModel,
    per_shipment: FloatArray,
    ships: IntArray,
    offer: IntArray,
    takes: IntArray,
) -> None:
    """Let no shipment that a term pays for be empty; others are, if that is cheaper."""
    paid = np.flatnonzero(per_shipment < 0)
    if len(paid):
        row_of = np.full(len(per_shipment), -1)
        row_of[paid] = model.add_rows(len(paid), upper=0.0)
        model.add_entries(row_of[paid], ships[paid], 1.0)
        mine = row_of[offer] >= 0
        model.add_entries(row_of[offer[mine]], takes[mine], -1.0)


def _add_exclusions(made: Formulation, offers: Offers) -> None:
    """One service per node and group, if so; one node where collected by radius."""
    table = made.table
    pair = table.node * len(offers.problem.groups) + table.group
    keys, at, counts = np.unique(pair, return_inverse=True, return_counts=True)
    if (counts > 1).any() and not offers.several:
        rows = made.model.add_rows(len(keys), upper=1.0)
        made.model.add_entries(rows[at], made.ships, 1.0)
    for at_group, group in enumerate(offers.problem.groups):
        if group.delivery.radius_km is not None:
            mine = np.flatnonzero(table.group == at_group)
            if len(mine):
                _collect_at_one(made, mine)


def _collect_at_one(made: Formulation, mine: IntArray) -> None:
    """Let the offers of one node alone be used; it may make several of a delivery."""
    nodes, at = np.unique(made.table.node[mine], return_inverse=True)
    columns = made.ships[mine]
    if len(nodes) < len(mine):
        columns = made.model.add_columns(len(nodes), upper=1)
        rows = made.model.add_rows(len(mine), upper=0.0)
        made.model.add_entries(rows, made.ships[mine], 1.0)
        made.model.add_entries(rows, columns[at], -1.0)
    made.model.at_most(columns, 1.0, 1.0)


def _add_stock(made: Formulation, offers: Offers) -> None:
    """Units of a SKU that several takes of a node share, and soft safety stock."""
    problem, table = offers.problem, made.table
    safeties = offers.eligibility.safeties
    _add_stock_by_date(made, offers)
    is_shared = problem.shares_skus or offers.competes
    if not is_shared and not safeties:
        return
    node = table.node[made.offer]
    need = table.need_by_sku()
    for k in range(len(problem.skus)):
        amount = need[made.atom, k]
        nodes = np.unique(node[amount > 0])
        if is_shared and len(nodes):
            rows = made.model.add_rows(
                len(nodes), upper=offers.eligibility.stock[k, nodes]
            )
            add_by_node(made, rows, nodes, amount)
        for safety in safeties:
            if not len(nodes):
                continue
            over = made.model.add_columns(
                len(nodes), upper=math.inf, cost=safety.price, whole=False
            )
            rows = made.model.add_rows(len(nodes), upper=safety.free[k, nodes])
            add_by_node(made, rows, nodes, amount)
            made.model.add_entries(rows, over, -1.0)


def _add_stock_by_date(made: Formulation, offers: Offers) -> None:
    """Let what leaves by a class of stock be no more than there is by then."""
    by_date, table = offers.eligibility.by_date, made.table
    if by_date is None:
        return
    node = table.node[made.offer]
    for k in range(len(offers.problem.skus)):
        found = [(by_date.stock, row) for row in rows_by_class(offers, table, k)]
        found += [(by_date.coming, row) for row in arrivals_by_class(offers, table, k)]
        for there, (at, units) in found:
            amount = units[made.atom, made.offer]
            nodes = np.unique(node[amount > 0])
            # Nodes that have no such class have no more than by the one before.
            nodes = nodes[by_date.since[at, nodes] < NEVER]
            if len(nodes):
                stock = there[at, k, nodes]
                rows = made.model.add_rows(len(nodes), upper=stock)
                add_by_node(made, rows, nodes, amount)


def _add_nodes(made: Formulation) -> Opened:
    nodes, at, counts = np.unique(
        made.table.node, return_inverse=True, return_counts=True
    )
    if (counts == 1).all():
        columns = np.empty(len(nodes), np.int64)
        columns[at] = made.ships
        return Opened(nodes, columns)
    columns = made.model.add_columns(len(nodes), upper=1)
    rows = made.model.add_rows(len(made.ships), upper=0.0)
    made.model.add_entries(rows, made.ships, 1.0)
    made.model.add_entries(rows, columns[at], -1.0)
    return Opened(nodes, columns)


def _add_capacity(
    made: Formulation, offers: Offers, arrays: NetworkArrays, opened: Opened
) -> None:
    capacity = offers.eligibility.capacity
    if capacity is None:
        return
    problem, table = offers.problem, made.table
    uses = arrays.capacity.demands_at(problem.nodes[opened.nodes])
    lines = (table.units > 0).sum(axis=1)[made.atom]
    units = table.units.sum(axis=1)[made.atom]
    work = units
    if offers.workload is not None:
        load = table.units @ offers.workload
        work = load[made.atom, table.node[made.offer]]
    for each in (uses.per_order, uses.per_line, uses.per_unit, uses.per_work):
        limited = (each > 0) & np.isfinite(capacity[:, opened.nodes])
        # No node has two rows of one measure.
        place = np.flatnonzero(limited.any(axis=0))
        nodes = opened.nodes[place]
        if not len(nodes):
            continue
        left = capacity[limited.argmax(axis=0)[place], nodes]
        columns, limit = opened.columns[place], left + 1e-9
        if each is not uses.per_work:
            limit = np.floor(limit)
        # The limit stands at the node's own variable: a closed node has none, which
        # makes the relaxation tight.
        rows = made.model.add_rows(len(nodes), upper=0.0)
        made.model.add_entries(rows, columns, -limit)
        if each is uses.per_order:
            made.model.add_entries(rows, columns, 1.0)
        elif each is uses.per_line:
            _add_present(made, rows, nodes, lines)
        else:
            add_by_node(made, rows, nodes, units if each is uses.per_unit else work)


def _add_present(
    made: Formulation, rows: IntArray, nodes: IntArray, amount: IntArray
) -> None:
    node = made.table.node[made.offer]
    at = np.minimum(np.searchsorted(nodes, node), len(nodes) - 1)
    mine = nodes[at] == node
    made.model.add_entries(rows[at[mine]], made.present[mine], amount[mine])


def _add_minimum_orders(
    made: Formulation, offers: Offers, arrays: NetworkArrays, opened: Opened
) -> None:
    least = arrays.minimum_order[offers.problem.nodes[opened.nodes]]
    asked = least > 0
    if asked.any():
        nodes = opened.nodes[asked]
        rows = made.model.add_rows(len(nodes), lower=0.0)
        made.model.add_entries(rows, opened.columns[asked], -least[asked])
        add_by_node(made, rows, nodes, made.table.value[made.atom])
