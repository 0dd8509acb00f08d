"""The standard streams of a process, whatever it was started with."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import IO, Any, Final, TextIO

from domroute.errors import InputError, Issue
from domroute.files.disk import read_stream

_OUT: Final = "standard output"


def prepare() -> None:
    """
    Make the process safe to write to, and keep its output for results.

    A stream that was closed becomes one that leads nowhere, so that no file which is
    opened later gets its number. What libraries print goes to the errors: the solver's
    own code now and then prints a line, past ``sys.stdout``.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stdout is None:
        return
    try:
        results = os.dup(sys.stdout.fileno())
        os.dup2(2, sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):  # there is no such stream
        return
    encoding, errors = sys.stdout.encoding, sys.stdout.errors
    sys.stdout = os.fdopen(results, "w", encoding=encoding, errors=errors)


def read_in() -> bytes:
    """
    Read standard input to its end.

    Raises
    ------
    InputError
        If it is closed or cannot be read: code ``unreadable``.
    """
    stream: Any = sys.stdin
    if stream is None:
        text = "cannot be read: it is closed"
        raise InputError([Issue("unreadable", "standard input", text)])
    return read_stream(stream.buffer, "standard input")


def write_out(text: str, *, is_data: bool = False) -> None:
    """
    Write to standard output.

    Parameters
    ----------
    text
        What to write.
    is_data
        Data are written in UTF-8, as they are to files; what people read in the
        encoding of their terminal, with escapes for what that does not have.

    Raises
    ------
    InputError
        If it is closed or full: code ``unwritable``.
    BrokenPipeError
        If its reader has left.
    """
    stream = out_stream()
    try:
        buffer: IO[bytes] | None = getattr(stream, "buffer", None)
        if is_data and buffer is not None:
            stream.flush()
            buffer.write(text.encode())
        else:
            stream.write(_shown(text, stream))
        stream.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:  # ValueError: it has been closed
        silence_out()  # what is left in it must not fail again at the end
        raise _unwritable(str(error)) from None


def out_stream() -> TextIO:
    """
    Return standard output.

    Raises
    ------
    InputError
        If it is closed: code ``unwritable``.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise _unwritable("it is closed")
    return stream


def _unwritable(why: str) -> InputError:
    return InputError([Issue("unwritable", _OUT, f"cannot be written: {why}")])


def _shown(text: str, stream: IO[str]) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def one_line(issue: Issue) -> str:
    """Write a fault as one line, whatever is in the data."""
    # What a terminal cannot show is escaped.
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(issue))
    return text.encode("utf-8", "backslashreplace").decode()


def say(text: str) -> None:
    """Write a line of standard error, where there is one that takes it."""
    Errors().write(f"{text}\n")


class Errors:
    """Standard error as a stream that raises nothing: it is there to help."""

    def __init__(self) -> None:
        self._stream: Any = sys.stderr

    def write(self, text: str) -> int:
        """Write, if that can be."""
        if self._stream is not None:
            try:
                self._stream.write(_shown(text, self._stream))
                self._stream.flush()
            except (OSError, ValueError):
                _silence(self._stream)
        return len(text)

    def flush(self) -> None:
        """Do nothing: every write has gone out."""

    def isatty(self) -> bool:
        """Tell whether somebody looks."""
        try:
            return bool(self._stream is not None and self._stream.isatty())
        except ValueError:  # it has been closed
            return False

    def fileno(self) -> int:
        """Return the number of the descriptor, by which bars find their width."""
        return int(self._stream.fileno())

    @property
    def encoding(self) -> str:
        """The encoding of the stream, by which bars choose what to draw."""
        return getattr(self._stream, "encoding", None) or "ascii"


def settle(code: int, *, failed: int) -> int:
    """
    Bring out what is still held back, and return how the process ends.

    Parameters
    ----------
    code
        How it would end.
    failed
        How it ends if standard output does not take the rest.
    """
    stream: IO[str] | None = sys.stdout
    if stream is None:
        return code
    try:
        stream.flush()
    except BrokenPipeError:
        silence_out()
    except (OSError, ValueError) as error:
        silence_out()
        say(f"{_unwritable(str(error)).issues[0]}")
        return failed
    return code


def silence_out() -> None:
    """Let standard output lead nowhere, so that Python can end without a word."""
    _silence(sys.stdout)


def _silence(stream: IO[str]) -> None:
    with suppress(AttributeError, OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
