"""Records of two fields, which a pair may stand for where one is read."""

from __future__ import annotations

from typing import Any

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from domroute.validation import Frozen


class Paired(Frozen):
    """
    Two fields, of which a pair gives the values: ``("A", 2)`` for a SKU and a number.

    Examples
    --------
    >>> class Share(Paired):
    ...     sku: str
    ...     share: float
    >>> Share.model_validate(("A", 0.5)), Share(sku="A", share=0.5)
    (Share(sku='A', share=0.5), Share(sku='A', share=0.5))
    """

    @model_validator(mode="before")
    @classmethod
    def _read_pair(cls, value: object) -> object:
        names = tuple(cls.model_fields)
        if not isinstance(value, (list, tuple)):
            return value
        if len(value) != len(names):
            text = f"should be an object, or a pair of {' and '.join(names)}"
            raise PydanticCustomError("pair_type", text)
        return dict(zip(names, value, strict=True))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say that a pair will do in place of an object."""
        schema = handler(core)
        told = handler.resolve_ref_schema(schema)["properties"]
        pair = list(told.values())
        listed = {"type": "array", "prefixItems": pair, "minItems": 2, "maxItems": 2}
        return {"anyOf": [schema, listed]}
