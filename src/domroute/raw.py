"""Raw records, which may become objects, or pairs in their place: their fields."""

from __future__ import annotations


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
