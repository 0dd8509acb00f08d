"""Arguments of public functions: refused by name where they are something else."""

from __future__ import annotations

import inspect
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import datetime, timedelta
from enum import Enum
from functools import wraps
from importlib import import_module
from inspect import isfunction
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    NamedTuple,
    ParamSpec,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from domroute.errors import DomrouteError, InputError
from domroute.validation import wrong_type
from domroute.wording import article

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., object])

_WIDER: Final[dict[object, tuple[type, ...]]] = {
    float: (float, int, Real),
    int: (int, Integral),
    Path: (Path, str),
}
"""What is as good as a type that is asked for."""
_WORDS: Final[dict[object, str]] = {
    str: "text",
    bytes: "bytes",
    bool: "True or False",
    float: "a number",
    int: "a whole number",
    Path: "a path",
    Iterable: "a list",
    Collection: "a list",
    Sequence: "a list",
    tuple: "a list",
    list: "a list",
    Iterator: "an iterator",
    Mapping: "a mapping",
    dict: "a mapping",
    Callable: "a function",
    datetime: "a datetime",
    timedelta: "a timedelta",
}
_LISTS: Final = {tuple: Iterable, list: Iterable, dict: Mapping}
"""Types that stand for any list, or any mapping, of what they hold."""
_ANYTHING: Final = (object,)
_Kind: Final = inspect.Parameter


class Wanted(NamedTuple):
    """What an argument should be: types for ``isinstance``, and words."""

    kinds: tuple[Any, ...]
    words: str


def checked(entry: F) -> F:
    """
    Have a function, or the public ones of a class, name arguments that are wrong.

    What it says by itself comes first. Where it stumbles over anything else, or makes
    an object that keeps what it was given, the type of each argument is looked at: what
    ``isinstance`` cannot tell of its hint is taken. A call that is right pays for a
    ``try`` alone.

    Parameters
    ----------
    entry
        What is called.

    Examples
    --------
    >>> @checked
    ... def double(number: float) -> float:
    ...     return number.real * 2
    >>> double(1.5)
    3.0
    >>> double({})
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      number: should be a number, got a dict [wrong_type]
    """
    if not isinstance(entry, type):
        return cast("F", _checking(entry))
    for name, part in list(vars(entry).items()):
        if isfunction(part) and (name == "__init__" or not name.startswith("_")):
            is_keeping = name == "__init__"
            setattr(entry, name, _checking(part, is_keeping=is_keeping))
    return entry


def kept(entry: F) -> F:
    """
    Have a function that keeps its arguments for later name those that are wrong.

    Parameters
    ----------
    entry
        What is called.
    """
    return cast("F", _checking(entry, is_keeping=True))


def _checking(function: Callable[P, R], *, is_keeping: bool = False) -> Callable[P, R]:
    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            answer = function(*args, **kwargs)
        except DomrouteError:
            raise
        except Exception:
            _check(function, args, kwargs)
            raise
        if is_keeping:
            _check(function, args, kwargs)
        return answer

    return asked


def _check(
    function: Callable[..., object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
) -> None:
    """Name every argument that is something else, and what it should be."""
    by_position, by_name = [], {}
    for name, kind, wanted in _parameters(function):
        if kind in (_Kind.POSITIONAL_ONLY, _Kind.POSITIONAL_OR_KEYWORD):
            by_position.append((name, wanted))
        by_name[name] = wanted
    placed = [
        (name, value, wanted)
        for value, (name, wanted) in zip(args, by_position, strict=False)
    ]
    named = (name for name in kwargs if name in by_name)
    placed += [(name, kwargs[name], by_name[name]) for name in named]
    issues = [
        wrong_type(name, value, wanted.words)
        for name, value, wanted in placed
        if not isinstance(value, wanted.kinds)
    ]
    if issues:
        raise InputError(issues) from None


def wanted_by(function: Callable[..., object]) -> Iterator[tuple[str, Wanted]]:
    """
    List what each argument of a function should be, as far as that can be told.

    Parameters
    ----------
    function
        A function with hints.

    Examples
    --------
    >>> def ask(name: str, at: int | None = None) -> None: ...
    >>> [(name, one.words) for name, one in wanted_by(ask)]
    [('name', 'text'), ('at', 'a whole number')]
    """
    for name, _, wanted in _parameters(function):
        yield name, wanted


def _parameters(
    function: Callable[..., object],
) -> Iterator[tuple[str, object, Wanted]]:
    for one in inspect.signature(function).parameters.values():
        is_many = one.kind in (_Kind.VAR_POSITIONAL, _Kind.VAR_KEYWORD)
        hint = object if is_many else _resolved(one.annotation, function)
        yield one.name, one.kind, _wanted(hint)


def _resolved(annotation: object, function: Callable[..., object]) -> object:
    """Read a hint; an object where it cannot be read."""
    if not isinstance(annotation, str):
        return object if annotation is inspect.Parameter.empty else annotation
    names = dict(vars(import_module(function.__module__)))
    if "pd." in annotation and "pd" not in names:
        names["pd"] = import_module("pandas")
    try:
        return eval(annotation, names)  # noqa: S307 - our own source
    except (NameError, AttributeError, TypeError):
        return object


def _wanted(hint: object) -> Wanted:
    """Say what ``isinstance`` can tell of a hint."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _wanted(get_args(hint)[0])
    if origin in (Union, UnionType):
        return _either([_wanted(part) for part in get_args(hint)])
    kind = cast("Any", hint if origin is None else origin)
    if hint is None or hint is NoneType:
        return Wanted((NoneType,), "")
    kind = _LISTS.get(kind, kind)
    if not isinstance(kind, type) or _is_open(kind):
        return Wanted(_ANYTHING, "")
    return Wanted(_WIDER.get(kind, (kind,)), _WORDS.get(kind) or article(kind.__name__))


def _either(parts: Sequence[Wanted]) -> Wanted:
    kinds = tuple(kind for part in parts for kind in part.kinds)
    if object in kinds:
        return Wanted(_ANYTHING, "")
    words = dict.fromkeys(part.words for part in parts if part.words)
    return Wanted(kinds, " or ".join(words))


def _is_open(kind: type) -> bool:
    """Tell whether more than a type's own objects may be meant by it."""
    if kind is object or issubclass(kind, Enum) or kind.__module__ == "typing":
        return True  # a word will do for a member; a stream is whatever reads
    return bool(getattr(kind, "_is_protocol", False))
