"""Strict JSON: bytes in, plain values and every fault of the text out."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from domroute.errors import InputError, Issue
from domroute.validation import join_path
from domroute.wording import shorten

_MARKS: Final = (
    (codecs.BOM_UTF8, "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

_MAX_DIGITS: Final = 300
_ENDLESS: Final = re.compile(rf"\d{{{_MAX_DIGITS}}}")


def decode_text(data: bytes, where: str, *, allow_mark: bool = False) -> str:
    """
    Decode UTF-8, and say which other encoding it looks like where it is not.

    Parameters
    ----------
    data
        The bytes of a file.
    where
        What to call the file in a fault.
    allow_mark
        Accepts the byte order mark that spreadsheets put before UTF-8.

    Raises
    ------
    InputError
        If the bytes are not UTF-8, with code ``wrong_encoding``.

    Examples
    --------
    >>> decode_text("é".encode(), "nodes.csv")
    'é'
    """
    if allow_mark:
        data = data.removeprefix(codecs.BOM_UTF8)
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise _wrong_encoding(where, f"is {name}; save it as plain UTF-8")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        byte = f"byte 0x{data[error.start]:02x} at position {error.start}"
        sentence = f"{byte} is not UTF-8 (Latin-1, perhaps); save it as UTF-8"
        raise _wrong_encoding(where, sentence) from None
    if "\0" in text[:4]:
        raise _wrong_encoding(where, "looks like UTF-16; save it as plain UTF-8")
    return text


def _wrong_encoding(where: str, sentence: str) -> InputError:
    return InputError([Issue("wrong_encoding", where, sentence)])


def parse_json(data: bytes | str, where: str) -> tuple[Any, list[Issue]]:
    """
    Parse a JSON text; keys given twice are listed, with the path to each.

    The literals ``NaN`` and ``Infinity`` are read, and whole numbers of hundreds of
    digits as infinity, so that whoever validates the values can name the place of each.

    Parameters
    ----------
    data
        The text, or its bytes in UTF-8.
    where
        What to call the text in a fault.

    Raises
    ------
    InputError
        If it is no JSON at all: code ``empty``, ``wrong_encoding`` or ``not_json``.

    Examples
    --------
    >>> parse_json('{"a": 1, "a": 2}', "input")[1][0].code
    'duplicate_key'
    """
    text = data if isinstance(data, str) else decode_text(data, where)
    if not text.strip():
        sentence = "is empty; a JSON object was expected"
        raise InputError([Issue("empty", where, sentence)])
    repeated: list[_Repeated] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        repeated.append(_Repeated(made))
        repeated[-1].twice = _twice(name for name, _ in pairs)
        return repeated[-1]

    try:
        value = json.loads(
            text,
            object_pairs_hook=read_object,
            parse_int=_read_whole if _ENDLESS.search(text) else None,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        end = "; the text ends too early" if error.pos >= len(text.rstrip()) else ""
        sentence = f"is not JSON: {error.msg.lower()} at {place}{end}"
        raise InputError([Issue("not_json", where, sentence)]) from None
    except RecursionError:
        sentence = "is not a scenario: objects are nested too deeply"
        raise InputError([Issue("not_json", where, sentence)]) from None
    return value, _repeated_keys(value) if repeated else []


class _Repeated(dict[str, Any]):
    """An object in which keys were given more than once; the last value counts."""

    twice: tuple[str, ...] = ()


def _read_whole(digits: str) -> float:
    # No float holds more, and Python refuses thousands; as infinity it is found later.
    return (
        int(digits)
        if len(digits) < _MAX_DIGITS
        else math.copysign(math.inf, -1 if digits.startswith("-") else 1)
    )


def _twice(names: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(names)
    return tuple(name for name, count in counts.items() if count > 1)


def _repeated_keys(value: object) -> list[Issue]:
    issues: list[Issue] = []
    left: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while left:
        path, here = left.pop()
        if isinstance(here, _Repeated):
            issues += [
                Issue(
                    "duplicate_key",
                    join_path("", (*path, key)),
                    f"the key {shorten(key)} is given more than once",
                )
                for key in here.twice
            ]
        # Numbers and strings are not walked: a file may hold millions of them.
        if isinstance(here, dict):
            left += [((*path, k), v) for k, v in here.items() if type(v) in _NESTED]
        elif isinstance(here, list):
            left += [((*path, i), v) for i, v in enumerate(here) if type(v) in _NESTED]
    return sorted(issues, key=lambda issue: issue.where)


_NESTED: Final = frozenset((dict, list, _Repeated))
