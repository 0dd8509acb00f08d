"""The frozen base of everything that comes in, and the translation of its faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic._internal._model_construction import ModelMetaclass
from pydantic_core import ErrorDetails

from domroute.errors import InputError, Issue
from domroute.wording import cut, name_kind, shorten


class _ByName(ModelMetaclass):
    """Says of a model that takes its fields by name what they are called."""

    def __call__(self, *args: object, **fields: object) -> Any:  # noqa: ANN401 - of the class itself
        """Make one of the class."""
        if args:
            names = ", ".join(f"{name}=" for name in getattr(self, "model_fields", ()))
            text = f"takes its fields by name ({names}), got {name_kind(args[0])}"
            raise InputError([Issue("wrong_type", self.__name__, text)])
        return super().__call__(**fields)


class Frozen(BaseModel, metaclass=_ByName):
    """A noun of the input: immutable, with no unknown fields and no infinities."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Self:
        """Copy, forgetting what was worked out from fields that may have changed."""
        copied = super().model_copy(update=update, deep=deep)
        for name in set(copied.__dict__) - set(type(self).model_fields):
            del copied.__dict__[name]
        return copied


def repeated_names(rows: Sequence[Frozen]) -> list[str]:
    """
    Tell of rows of one model that are named, by their first field, as one before them.

    Examples
    --------
    >>> class Shelf(Frozen):
    ...     id: str
    >>> repeated_names([Shelf(id="a"), Shelf(id="b"), Shelf(id="a")])
    ["shelf id 'a' appears more than once"]
    """
    kind, key = _named_by(rows)
    seen: set[str] = set()
    again: dict[str, None] = {}
    for name in [getattr(row, key) for row in rows]:
        if name in seen:
            again[name] = None
        seen.add(name)
    what = f"{kind} id" if key == "id" else key
    return [f"{what} {name!r} appears more than once" for name in again]


def strange_names(
    rows: Sequence[Frozen], field: str, known: AbstractSet[str]
) -> list[str]:
    """
    Tell of names in a field of rows of one model, if they have it, that are not known.

    Examples
    --------
    >>> class Room(Frozen):
    ...     id: str
    ...     keys: tuple[str, ...]
    >>> strange_names([Room(id="a", keys=["k1", "k2"])], "keys", {"k1"})
    ["room 'a' names unknown key 'k2'"]
    """
    if not rows or field not in type(rows[0]).model_fields:
        return []
    kind, key = _named_by(rows)
    return [
        f"{kind} {getattr(row, key)!r} names unknown {field.removesuffix('s')} {name!r}"
        for row in rows
        for name in getattr(row, field)
        if name not in known
    ]


def _named_by(rows: Sequence[Frozen]) -> tuple[str, str]:
    """Return what rows are, and which field names them."""
    model = type(rows[0]) if rows else Frozen
    return model.__name__.lower(), next(iter(model.model_fields), "")


_CODES: Final[dict[str, str]] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "finite_number": "not_finite",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "union_tag_invalid": "unknown_value",
    "union_tag_not_found": "missing",
    "timezone_aware": "naive_datetime",
    "json_invalid": "not_json",
    "value_error": "contradictory",
    "datetime_type": "wrong_type",
}
_RANGES: Final = (
    "greater_than",
    "less_than",
    "too_short",
    "too_long",
    "string_pattern",
)
_SENTENCES: Final[dict[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this object",
    "finite_number": "should be a finite number",
    "timezone_aware": "needs its offset from UTC, as in 2026-01-31T12:00:00Z",
    "model_type": "should be an object",
    "model_attributes_type": "should be an object",
    "tuple_type": "should be a list",
    "list_type": "should be a list",
    "dict_type": "should be an object",
    "string_type": "should be a string",
    "string_too_short": "should not be empty",
    "string_pattern_mismatch": "should not be blank",
    "string_unicode": "is not valid Unicode",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "datetime_type": "should be a moment, as 2026-01-31T12:00:00Z",
    "datetime_parsing": "should be a moment, as 2026-01-31T12:00:00Z",
    "datetime_from_date_parsing": "should be a moment, as 2026-01-31T12:00:00Z",
}
_ABSENT: Final = frozenset({"missing", "inbound_without_at"})
"""Codes of what is not there, so that a path may end where the input does not go."""


@dataclass(frozen=True, slots=True)
class Needed:
    """
    Says of a required field which code its absence has, if not ``missing``.

    Attributes
    ----------
    code
        Of the fault.
    """

    code: str


Fault = tuple[str, tuple[str | int, ...], str]
"""A code, the parts of a path and a sentence: an issue before its place is known."""


def wrong_type(where: str, value: object, wanted: str) -> Issue:
    """
    Say that a value is of another type than is asked for.

    Examples
    --------
    >>> print(wrong_type("order", {"id": "o1"}, "an Order"))
    order: should be an Order, got a dict [wrong_type]
    """
    return Issue("wrong_type", where, f"should be {wanted}, got {name_kind(value)}")


def issues_from(
    error: ValidationError, where: str = "", raw: object = None
) -> list[Issue]:
    """
    Translate pydantic's faults into issues with stable codes and paths.

    Parameters
    ----------
    error
        What pydantic raised.
    where
        The path of the validated object within the input, such as ``"orders[3]"``.
    raw
        The object as it came in; with it, paths hold nothing that is not in the input.

    Examples
    --------
    >>> class Point(Frozen):
    ...     x: float
    >>> try:
    ...     Point(x=float("nan"))
    ... except ValidationError as error:
    ...     print(*issues_from(error, "points[0]"))
    points[0].x: should be a finite number, got nan [not_finite]
    """
    return [
        Issue(code, join_path(where, path_in(raw, loc, code)), message)
        for code, loc, message in faults_of(error)
    ]


def faults_of(error: ValidationError) -> list[Fault]:
    """Translate pydantic's faults into a code, the parts of a path and a sentence."""
    found: list[Fault] = []
    for fault in error.errors(include_url=False):
        loc = tuple([part for part in fault["loc"] if not _is_alternative(part)])
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, InputError):
            found += [
                (i.code, (*loc, *_parts_of(i.where)), i.message) for i in cause.issues
            ]
        elif not _is_echo(fault):
            found.append((_code_of(fault["type"], fault["msg"]), loc, _sentence(fault)))
    return found


def _parts_of(where: str) -> list[str | int]:
    """Part a path as :func:`join_path` joins it: ``lines[2].sku``."""
    found: list[str | int] = []
    for part in where.split("."):
        name, *places = part.replace("]", "").split("[")
        found += [name, *(int(at) if at.isdecimal() else at for at in places)]
    return found


def _is_alternative(part: str | int) -> bool:
    """Tell the name of a form, in parentheses, or what is no value, from a field."""
    return isinstance(part, str) and (part.startswith("(") or part == "[key]")


def _is_echo(fault: ErrorDetails) -> bool:
    # A list whose only item is faulty is also reported as too short: once is enough.
    if fault["type"] != "too_short":
        return False
    value, least = fault.get("input"), fault["ctx"]["min_length"]
    return isinstance(value, (list, tuple)) and len(value) >= least


def _sentence(fault: ErrorDetails) -> str:
    kind: str = fault["type"]
    if kind == "union_tag_not_found":
        return f"needs {fault['ctx']['discriminator']}, which says what kind it is"
    told = fault.get("ctx", {})
    if kind == "union_tag_invalid" and "expected_tags" in told:
        return f"should be one of {told['expected_tags']}, got {shorten(told['tag'])}"
    message = _SENTENCES.get(kind)
    if message is None:
        message = str(fault["msg"]).removeprefix("Value error, ")
        message = message.removeprefix("Input ").replace("Tuple should", "should")
        message = message[:1].lower() + message[1:]
    value = fault.get("input")
    if kind in ("missing", "union_tag_invalid"):
        return message
    if isinstance(value, (dict, BaseModel)):
        return f"{message}, got an object" if kind.endswith("_type") else message
    if isinstance(value, (list, tuple)):
        return f"{message}, got a list" if kind.endswith("_type") else message
    return f"{message}, got {shorten(value)}"


def _code_of(kind: str, message: str) -> str:
    # Validators of whole objects speak in sentences, and the code follows from those.
    if kind == "value_error":
        twice, strange = "more than once" in message, "unknown" in message
        return "duplicate_id" if twice else "unknown_id" if strange else _CODES[kind]
    if kind in _CODES:
        return _CODES[kind]
    if any(part in kind for part in _RANGES):
        return "out_of_range"
    if kind.endswith(("_type", "_unicode", "_from_float")):
        return "wrong_type"
    if kind.startswith(("datetime", "date", "time")):
        return "impossible_date"
    return "wrong_type" if kind.endswith("_parsing") else kind


def path_in(
    raw: object, loc: tuple[str | int, ...], code: str = ""
) -> tuple[str | int, ...]:
    """
    Drop from a path the names of alternatives, which are not in the input.

    Examples
    --------
    >>> path_in({"zones": {"kind": "distance"}}, ("zones", "distance", "kind"))
    ('zones', 'kind')
    """
    if not isinstance(raw, (dict, list, tuple)):
        return loc
    path: list[str | int] = []
    here: object = raw
    for at, part in enumerate(loc):
        if isinstance(here, dict) and isinstance(part, str):
            if part in here:
                here = here[part]
            elif not (at == len(loc) - 1 and code in _ABSENT):
                continue
        elif isinstance(here, (list, tuple)) and isinstance(part, int):
            here = here[part] if part < len(here) else None
        path.append(part)
    return tuple(path)


def join_path(where: str, parts: Iterable[str | int]) -> str:
    """
    Append the parts of a path to where we are.

    Examples
    --------
    >>> join_path("orders[2]", ["lines", 0, "quantity"])
    'orders[2].lines[0].quantity'
    """
    path = where
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part:
            key = cut(part)  # it may be megabytes, as a value may
            path += f".{key}" if path else key
    return path or "input"
