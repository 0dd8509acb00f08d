"""What is left of an order: lines refused, lines kept, lines no longer wanted."""

from __future__ import annotations

from collections.abc import Mapping

from domroute.orders import Line, Order


def refused_part(
    order: Order, units: Mapping[str, int], refusals: Mapping[str, list[str]]
) -> Order:
    """
    Make the order for what was refused, closed to the nodes that have refused it.

    Parameters
    ----------
    order
        As it was placed.
    units
        What is wanted of each line still.
    refusals
        The nodes that have refused each line.
    """
    return _with_lines(
        order,
        [
            line.model_copy(
                update={
                    "quantity": units[line.id],
                    "excluded_nodes": (
                        *line.excluded_nodes,
                        *(
                            node
                            for node in refusals.get(line.id, ())
                            if node not in line.excluded_nodes
                        ),
                    ),
                }
            )
            for line in order.lines
            if units.get(line.id)
        ],
    )


def kept_part(order: Order, units: Mapping[str, int], node: str) -> Order:
    """Make the order for what a node keeps of it, pinned there."""
    return _with_lines(
        order,
        [
            line.model_copy(update={"quantity": units[line.id], "pinned_node": node})
            for line in order.lines
            if units.get(line.id)
        ],
    )


def merged(one: Order, other: Order) -> Order:
    """Put two parts of an order together, so that they are routed as one."""
    lines = {line.id: line for line in one.lines}
    for line in other.lines:
        before = lines.get(line.id)
        lines[line.id] = (
            line
            if before is None
            else line.model_copy(
                update={
                    "quantity": before.quantity + line.quantity,
                    "excluded_nodes": tuple(
                        dict.fromkeys((*before.excluded_nodes, *line.excluded_nodes))
                    ),
                }
            )
        )
    return _with_lines(one, list(lines.values()))


def without_line(order: Order, line_id: str) -> Order | None:
    """Leave a line out; None if nothing is left."""
    lines = [line for line in order.lines if line.id != line_id]
    return _with_lines(order, lines) if lines else None


def _with_lines(order: Order, lines: list[Line]) -> Order:
    return order.model_copy(update={"lines": tuple(lines)})
