"""One order as JSON, as a service is sent it, and back."""

from __future__ import annotations

from domroute.arguments import checked
from domroute.errors import InputError
from domroute.files.intake import Rows, read_rows
from domroute.files.jsontext import parse_json
from domroute.orders import Order
from domroute.validation import join_path


@checked
def order_to_json(order: Order) -> str:
    """
    Write an order as a JSON object, as a scenario file has it among its orders.

    Parameters
    ----------
    order
        What to write; fields at their default are left out.

    Examples
    --------
    >>> from domroute.orders import Line
    >>> from domroute.geography import Location
    >>> here = Location(lat=40.0, lon=-75.1)
    >>> line = Line(id="l1", sku="A", quantity=2)
    >>> order_to_json(Order(id="o1", destination=here, lines=[line]))
    '{"id":"o1","lines":[{"id":"l1","sku":"A","quantity":2}],"destination":{"lat":40.0,\
"lon":-75.1}}'
    """
    return order.model_dump_json(exclude_defaults=True)


@checked
def order_from_json(data: bytes | str, *, where: str = "order") -> Order:
    """
    Read one order from a JSON text.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8.
    where
        What to call the text where it is no JSON at all.

    Raises
    ------
    InputError
        If anything is wrong with it. All faults are listed. Whether its items and nodes
        exist is seen where it is routed.

    Examples
    --------
    >>> order_from_json('{"id": "o1", "lines": [{"id": "l1", "sku": "A"}]}')
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      lines[0].quantity: is required [missing]
    """
    value, issues = parse_json(data, where)

    def place(_: int, path: tuple[str | int, ...]) -> str:
        return join_path("", path) if path else where

    (order,) = read_rows(Order, Rows("order", [value], place), issues)
    if issues or order is None:
        raise InputError(issues)
    return order
