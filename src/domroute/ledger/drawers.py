"""A mapping that is never changed, only followed by another that shares most of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

_FULL: Final = 32
"""Entries of a drawer, on average, from which on there are more drawers."""


class Drawers(Mapping[K, V]):
    """
    A mapping cut into small ones: to follow it with another copies those that differ.

    Iterated in the order of its keys, so that nothing depends on how they hash.

    Examples
    --------
    >>> first = Drawers({"a": 1, "b": 2})
    >>> second = first.changed({"c": 3}, drop=["a"])
    >>> dict(first), dict(second)
    ({'a': 1, 'b': 2}, {'b': 2, 'c': 3})
    """

    __slots__ = ("_drawers", "_size")

    def __init__(
        self,
        entries: Mapping[K, V] | Iterable[tuple[K, V]] = (),
        *,
        cut: tuple[tuple[dict[K, V], ...], int] | None = None,
    ) -> None:
        self._drawers: tuple[dict[K, V], ...]
        if cut is not None:
            self._drawers, self._size = cut
            return
        whole: dict[K, V] = dict(entries)
        self._size = len(whole)
        count = 1
        while count * _FULL < self._size:
            count *= 2
        drawers: list[dict[K, V]] = [{} for _ in range(count)]
        for key, value in whole.items():
            drawers[hash(key) & (count - 1)][key] = value
        self._drawers = tuple(drawers)

    def changed(self, put: Mapping[K, V], drop: Iterable[K] = ()) -> Self:
        """
        Make the next mapping; this one stays as it is.

        Parameters
        ----------
        put
            What is new or has another value.
        drop
            Keys that go; those that are not there may be among them.
        """
        count = len(self._drawers)
        drawers, size = list(self._drawers), self._size
        opened: set[int] = set()
        for key in drop:
            at = hash(key) & (count - 1)
            if key in drawers[at]:
                if at not in opened:
                    opened.add(at)
                    drawers[at] = dict(drawers[at])
                del drawers[at][key]
                size -= 1
        for key, value in put.items():
            at = hash(key) & (count - 1)
            if at not in opened:
                opened.add(at)
                drawers[at] = dict(drawers[at])
            size += key not in drawers[at]
            drawers[at][key] = value
        if size > 2 * _FULL * count:
            return type(self)([pair for drawer in drawers for pair in drawer.items()])
        return type(self)(cut=(tuple(drawers), size))

    def __getitem__(self, key: K) -> V:
        return self._drawers[hash(key) & (len(self._drawers) - 1)][key]

    @overload
    def get(self, key: K) -> V | None: ...

    @overload
    def get(self, key: K, default: V | D) -> V | D: ...

    def get(self, key: K, default: D | None = None) -> V | D | None:
        """Return the value of a key: most are not there, and that is no error."""
        drawer = self._drawers[hash(key) & (len(self._drawers) - 1)]
        return drawer.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._drawers[hash(key) & (len(self._drawers) - 1)]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        keys = [key for drawer in self._drawers for key in drawer]
        return iter(sorted(keys))  # type: ignore[type-var]

    def __repr__(self) -> str:
        return f"Drawers({dict(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        """Put away the entries: another process hashes otherwise."""
        return type(self), (dict(self),)
