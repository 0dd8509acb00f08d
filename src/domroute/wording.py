"""Values and types in the words of a message, however large they are."""

from __future__ import annotations

import reprlib
from typing import Final

_SHOWN: Final = 60
"""Characters of a faulty value, or of a key, that a message repeats."""


def name_kind(value: object) -> str:
    """
    Name what something is, rather than show it: it may be large.

    Examples
    --------
    >>> name_kind(3), name_kind(dict), name_kind(None)
    ('an int', 'the class dict', 'None')
    """
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return "None" if value is None else article(type(value).__name__)


def article(name: str) -> str:
    """
    Put an article before a name.

    Examples
    --------
    >>> article("Order"), article("Network")
    ('an Order', 'a Network')
    """
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def shorten(value: object) -> str:
    """
    Write a value for a message, cut where it is long.

    Examples
    --------
    >>> shorten("N1")
    "'N1'"
    """
    if isinstance(value, (str, bytes)):
        shown = repr(value[: _SHOWN + 1])  # a value may be megabytes
    elif isinstance(value, int) and value.bit_length() > 4 * _SHOWN:
        return f"a whole number of about {round(value.bit_length() * 0.30103)} digits"
    elif isinstance(value, (list, tuple, dict, set, frozenset)):
        shown = _BRIEFLY.repr(value)  # or nested without end
    else:
        shown = repr(value)
    return cut(shown)


def is_text(value: str) -> bool:
    r"""
    Tell whether a string can be written at all: a half of a pair cannot.

    Examples
    --------
    >>> is_text("N1"), is_text("\ud800")
    (True, False)
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Brief(reprlib.Repr):
    """Writes what holds others, however many and however deep they are."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxtuple = self.maxlist = self.maxdict = _SHOWN
        self.maxset = self.maxfrozenset = _SHOWN
        self.maxstring = self.maxlong = self.maxother = 2 * _SHOWN


_BRIEFLY: Final = _Brief()


def cut(text: str) -> str:
    """
    Cut text that is too long for a message.

    Examples
    --------
    >>> len(cut("a" * 999)) < 70
    True
    """
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
