"""Raw records, which may become objects: their fields, and pairs in their place."""

from __future__ import annotations

from typing import Any

from pydantic import GetJsonSchemaHandler


def read_pair(value: object, fields: tuple[str, str]) -> object:
    """
    See a pair as the object that it is short for; anything else as it is.

    Examples
    --------
    >>> read_pair(("B", 2), ("sku", "quantity")), read_pair(7, ("sku", "quantity"))
    ({'sku': 'B', 'quantity': 2}, 7)
    """
    if isinstance(value, (list, tuple)) and len(value) == len(fields):
        return dict(zip(fields, value, strict=True))
    return value


def pair_schema(
    schema: dict[str, Any], handler: GetJsonSchemaHandler, fields: tuple[str, str]
) -> dict[str, Any]:
    """Say in a JSON Schema that a pair will do in place of an object."""
    told = handler.resolve_ref_schema(schema)["properties"]
    pair = [told[name] for name in fields]
    listed = {"type": "array", "prefixItems": pair, "minItems": 2, "maxItems": 2}
    return {"anyOf": [schema, listed]}


def member(thing: object, name: str) -> object:
    """
    Read a field of an object, or of the raw dictionary that should become one.

    Examples
    --------
    >>> member({"sku": "A"}, "sku"), member(["A", 2], "sku")  # or half of a pair
    ('A', 'A')
    """
    if isinstance(thing, (list, tuple)):
        return thing[0] if name == "sku" and thing else None
    if isinstance(thing, dict):
        return thing.get(name)
    return getattr(thing, name, None)
