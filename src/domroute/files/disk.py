"""
Files and folders: read with clear faults, written whole or not at all.

What is written stands beside its place first, under a name that begins with a dot, and
then takes it in one step: readers see what was there or what is there now. A folder
trades places with the former one where the system has that step (Linux, macOS). Where
it has not, the former one is renamed to ``.NAME.0123abcd`` and the new one to ``NAME``;
should everything stop between the two, rename the former one back. What takes the place
of something has its permissions.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Literal

from domroute.errors import InputError, Issue

Kind = Literal["file", "folder", "device"]
MAX_STREAM: Final = 2**29
"""Bytes read of what has no end of its own: standard input, a pipe, a device."""
_BLOCK: Final = 2**20


def kind_of(path: Path) -> Kind | None:
    """
    Tell what has a name; pipes are devices; None if nothing has it.

    Raises
    ------
    InputError
        If that cannot be known: code ``unreadable``.

    Examples
    --------
    >>> kind_of(Path()), kind_of(Path("no/such/file"))
    ('folder', None)
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from None
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "device"


def names_in(path: Path) -> frozenset[str]:
    """
    List what is in a folder; nothing, where there is none.

    Raises
    ------
    InputError
        If that cannot be known: code ``unreadable``.

    Examples
    --------
    >>> names_in(Path("no/such/folder"))
    frozenset()
    """
    if kind_of(path) != "folder":
        return frozenset()
    try:
        return frozenset(part.name for part in path.iterdir())
    except OSError as error:
        raise _unreadable(path, error) from None


def read_bytes(path: Path) -> bytes:
    """
    Read a file.

    Raises
    ------
    InputError
        If it does not exist or cannot be read: code ``not_found`` or ``unreadable``;
        if it is a pipe or a device without end: ``too_large``.

    Examples
    --------
    >>> read_bytes(Path("no/such/file"))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      no/such/file: no such file or folder [not_found]
    """
    kind = kind_of(path)
    if kind is None:
        raise InputError([Issue("not_found", str(path), "no such file or folder")])
    try:
        if kind == "device":
            with path.open("rb") as stream:
                return read_stream(stream, str(path))
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def read_stream(stream: IO[bytes], where: str) -> bytes:
    """
    Read an open stream to its end, ``MAX_STREAM`` bytes at most.

    Parameters
    ----------
    stream
        What to read.
    where
        What to call it in a fault.

    Raises
    ------
    InputError
        If it cannot be read, or does not end: code ``unreadable`` or ``too_large``.

    Examples
    --------
    >>> import io
    >>> read_stream(io.BytesIO(b"{}"), "standard input")
    b'{}'
    """
    blocks: list[bytes] = []
    left = MAX_STREAM
    try:
        while left >= 0 and (block := stream.read(_BLOCK)):
            blocks.append(block)
            left -= len(block)
    except (OSError, ValueError) as error:  # ValueError: it has been closed
        raise _unreadable(where, error) from None
    if left < 0:
        text = f"has more than {MAX_STREAM:,} bytes; give a file"
        raise InputError([Issue("too_large", where, text)])
    return b"".join(blocks)


def check_writable(path: Path) -> None:
    """
    Refuse a name under which no file can be written; a file is made there to see.

    Raises
    ------
    InputError
        If its folder does not exist or takes no files, if it is a folder itself, or
        may not be written to: code ``unwritable``.

    Examples
    --------
    >>> check_writable(Path("no/such/folder/out.json"))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      no/such/folder/out.json: cannot be written: there is no such folder [unwritable]
    """
    with _writing(path):
        kind = kind_of(path)
        if kind == "folder":
            raise _unwritable(path, "it is a folder")
        if kind is not None and not os.access(path, os.W_OK):
            raise _unwritable(path, "its permissions forbid it")
        if kind != "device":
            place = path.resolve()
            _check_parent(place, path)
            draft = _beside(place)
            os.close(_create(draft))
            draft.unlink()


def check_folder_writable(path: Path) -> None:
    """
    Refuse a name under which no folder can be written; one is made there to see.

    Raises
    ------
    InputError
        If there is no folder to put it in, or that takes none, or if it is no folder:
        code ``unwritable``.

    Examples
    --------
    >>> check_folder_writable(Path("no/such/folder/out"))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      no/such/folder/out: cannot be written: there is no such folder [unwritable]
    """
    with _writing(path):
        if kind_of(path) not in (None, "folder"):
            raise _unwritable(path, "it is no folder")
        place = path.resolve()
        _check_parent(place, path)
        draft = _beside(place)
        draft.mkdir()
        draft.rmdir()


def _check_parent(place: Path, path: Path) -> None:
    if not place.parent.is_dir():
        raise _unwritable(path, "there is no such folder")


def write_file(path: Path, data: bytes) -> None:
    """
    Write a file whole, or leave what was there; its permissions stay.

    Parameters
    ----------
    path
        Where to; its folder must exist.
    data
        What the file holds afterwards.

    Raises
    ------
    InputError
        If it cannot be written, with code ``unwritable``.
    """
    with _writing(path):
        if kind_of(path) == "device":
            # It is written to: it cannot be half written, nor replaced.
            with path.open("wb") as stream:
                stream.write(data)
            return
        place = path.resolve()
        draft = _beside(place)
        try:
            with os.fdopen(_create(draft), "wb") as file:
                file.write(data)
            _permit_as(place, draft)
            draft.replace(place)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """
    Write a folder of files whole, or leave what was there; its permissions stay.

    Parameters
    ----------
    path
        Where to; the folder it stands in must exist.
    files
        What the folder holds afterwards, by name: nothing else.

    Raises
    ------
    InputError
        If it cannot be written, with code ``unwritable``.
    """
    with _writing(path):
        # resolve(): "." and ".." have no name of their own to put a draft beside.
        place = path.resolve()
        draft = _beside(place)
        try:
            draft.mkdir()
            for name, data in files.items():
                (draft / name).write_bytes(data)
                _permit_as(place / name, draft / name)
            _permit_as(place, draft)
            if place.is_dir():
                _swap_folders(place, draft)
            else:
                draft.rename(place)
        finally:
            # Whichever of the two stands beside now.
            shutil.rmtree(draft, ignore_errors=True)


def _swap_folders(path: Path, draft: Path) -> None:
    if _exchange(path, draft):
        return
    aside = _beside(path)
    path.rename(aside)
    try:
        draft.rename(path)
    except OSError:
        # Should this fail as well, the former folder stays beside.
        aside.rename(path)
        raise
    shutil.rmtree(aside, ignore_errors=True)


_HERE: Final = -100  # AT_FDCWD of Linux
_SWAP: Final = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_EXCHANGES: Final = {"linux": "renameat2", "darwin": "renamex_np"}
"""What trades two names in one step, by system."""


def _exchange(one: Path, other: Path) -> bool:
    """Trade two names in one step, and tell whether the system has such a one."""
    name = _EXCHANGES.get(sys.platform)
    if name is None:
        return False
    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError):  # an older libc
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if name == "renamex_np":
        return bool(call(*names, _SWAP) == 0)
    return bool(call(_HERE, names[0], _HERE, names[1], _SWAP) == 0)


def _beside(path: Path) -> Path:
    # A name may be as long as names can be: not all of it goes into the draft's.
    return path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}")


def _create(path: Path) -> int:
    # Not tempfile: its files are private, and these follow the umask.
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)


def _permit_as(former: Path, path: Path) -> None:
    with suppress(FileNotFoundError):
        there = former.stat()
        path.chmod(stat.S_IMODE(there.st_mode))
        with suppress(OSError, AttributeError):  # only root may give files away
            os.chown(path, there.st_uid, there.st_gid)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        # What cannot be looked at cannot be written either.
        codes = {"unreadable": "unwritable"}
        raise InputError(
            Issue(codes.get(i.code, i.code), i.where, i.message) for i in error.issues
        ) from None
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as error:  # RuntimeError: links in a ring
        raise _unwritable(path, _why(error)) from None


def _unwritable(path: Path, why: str) -> InputError:
    return InputError([Issue("unwritable", str(path), f"cannot be written: {why}")])


def _unreadable(where: Path | str, error: Exception) -> InputError:
    text = f"cannot be read: {_why(error)}"
    return InputError([Issue("unreadable", str(where), text)])


def _why(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error)).lower()
