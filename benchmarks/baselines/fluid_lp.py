"""
The fluid linear program of the online test-bed, as it was published.

With the share u of an item of a type at a metro that each node fills, and y of its
shipments: every unit of a cell is a unit of stock, and a node that fills some of an
item ships as often at least. It knows nothing of whole plans, so it costs less than
the program over them; everything on the test-bed is measured beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from benchmarks.families.online import Bed


@dataclass(frozen=True, slots=True, eq=False)
class Fluid:
    """
    What the program says.

    Attributes
    ----------
    cost
        Of all arrivals.
    share
        Of an item of a type at a metro by node; shape ``(Q, J, 5, K + 1)``.
    prices
        Of a unit of stock; shape ``(K, I)``.
    """

    cost: float
    share: np.ndarray
    prices: np.ndarray


def solve_fluid(bed: Bed) -> Fluid:
    """Build the program from arrays, and solve it by simplex."""
    types, metros, nodes = len(bed.items), len(bed.share), len(bed.fixed)
    expected = bed.shape.arrivals * bed.rates
    type_at, place_at = np.nonzero(bed.items >= 0)
    # A column for every shipment (type, metro, node), then one for every item's node.
    ship = np.arange(types * metros * nodes).reshape(types, metros, nodes)
    take = ship.size + np.arange(len(type_at) * metros * nodes).reshape(
        len(type_at), metros, nodes
    )
    cost = np.concatenate(
        [
            (expected[:, :, None] * bed.fixed).ravel(),
            (expected[type_at][:, :, None] * bed.unit).ravel(),
        ]
    )
    # Rows: the whole of every item; no more taken than shipped; the stock.
    whole = np.arange(len(type_at) * metros).reshape(len(type_at), metros)
    shipped = whole.size + np.arange(take.size).reshape(take.shape)
    cells = nodes - 1, bed.shape.items
    stock = whole.size + take.size + np.arange(cells[0] * cells[1]).reshape(cells)
    item = bed.items[type_at, place_at]
    held = np.moveaxis(stock[:, item], 1, 0)[:, None, :]
    rows = [
        np.broadcast_to(whole[:, :, None], take.shape),
        shipped,
        shipped,
        np.broadcast_to(held, (*take.shape[:2], cells[0])),
    ]
    columns = [take, take, ship[type_at], take[:, :, :-1]]
    values = [1.0, 1.0, -1.0, expected[type_at][:, :, None]]
    lower = np.full(whole.size + take.size + stock.size, -np.inf)
    upper = np.zeros(len(lower))
    lower[whole] = upper[whole] = 1.0
    upper[stock] = bed.stock
    model = _model(cost, lower, upper, _entries(rows, columns, values))
    result = mathopt.solve(
        mathopt.Model.from_model_proto(model), mathopt.SolverType.GLOP
    )
    assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
    found = np.zeros(len(cost))
    for variable, value in result.variable_values().items():
        found[variable.id] = value
    duals = np.zeros(len(lower))
    for row, value in result.dual_values().items():
        duals[row.id] = value
    share = np.zeros((types, metros, bed.items.shape[1], nodes))
    share[type_at, :, place_at] = np.maximum(0.0, found[take])
    return Fluid(result.objective_value(), share, np.maximum(0.0, -duals[stock]))


Entries = tuple[np.ndarray, np.ndarray, np.ndarray]


def _entries(rows: list, columns: list, values: list) -> Entries:
    """Lay blocks of coefficients one after another, by row and then by column."""
    full = [
        np.broadcast_to(value, row.shape).ravel()
        for row, value in zip(rows, values, strict=True)
    ]
    row = np.concatenate([part.ravel() for part in rows])
    column = np.concatenate([part.ravel() for part in columns])
    order = np.lexsort((column, row))
    return row[order], column[order], np.concatenate(full)[order]


def _model(
    cost: np.ndarray, lower: np.ndarray, upper: np.ndarray, entries: Entries
) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(len(cost)))
    proto.variables.lower_bounds.extend(np.zeros(len(cost)))
    proto.variables.upper_bounds.extend(np.full(len(cost), np.inf))
    proto.variables.integers.extend([False] * len(cost))
    proto.objective.linear_coefficients.ids.extend(range(len(cost)))
    proto.objective.linear_coefficients.values.extend(cost)
    proto.linear_constraints.ids.extend(range(len(lower)))
    proto.linear_constraints.lower_bounds.extend(lower)
    proto.linear_constraints.upper_bounds.extend(upper)
    row, column, value = entries
    proto.linear_constraint_matrix.row_ids.extend(row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(column.tolist())
    proto.linear_constraint_matrix.coefficients.extend(value)
    return proto
