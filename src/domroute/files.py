"""Files and folders: read with clear faults, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from domroute.errors import InputError, Issue


def read_bytes(path: Path) -> bytes:
    """
    Read a file.

    Raises
    ------
    InputError
        If it does not exist or cannot be read: code ``not_found`` or ``unreadable``.

    Examples
    --------
    >>> read_bytes(Path("no/such/file"))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      no/such/file: no such file or folder [not_found]
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        fault = Issue("not_found", str(path), "no such file or folder")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        fault = Issue("unreadable", str(path), f"cannot be read: {_why(error)}")
    raise InputError([fault])


def check_writable(path: Path) -> None:
    """
    Refuse a name under which no file can be written.

    Raises
    ------
    InputError
        If its folder does not exist or it is a folder itself: code ``unwritable``.

    Examples
    --------
    >>> check_writable(Path("no/such/folder/out.json"))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      no/such/folder/out.json: cannot be written: there is no such folder [unwritable]
    """
    if path.is_dir():
        raise _unwritable(path, "it is a folder")
    if not path.parent.is_dir():
        raise _unwritable(path, "there is no such folder")


def write_file(path: Path, data: bytes) -> None:
    """
    Write a file whole, or leave what was there.

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
    try:
        _replace_file(path, data)
    except OSError as error:
        raise _unwritable(path, _why(error)) from None


def _replace_file(path: Path, data: bytes) -> None:
    path = path.resolve()
    if path.exists() and not path.is_file():
        # A device or a pipe is written to: it cannot be half written, nor replaced.
        with path.open("wb") as stream:
            stream.write(data)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes files private; a plain open() would have followed the umask.
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """
    Write a folder of files whole, or leave what was there.

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
    try:
        _replace_folder(path, files)
    except OSError as error:
        raise _unwritable(path, _why(error)) from None


def _replace_folder(path: Path, files: Mapping[str, bytes]) -> None:
    # resolve(): "." and ".." have no name of their own to put a draft beside.
    path = path.resolve()
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        for name, data in files.items():
            (draft / name).write_bytes(data)
        draft.chmod(0o777 & ~_umask())
        if path.is_dir():
            _swap_folders(path, draft)
        else:
            draft.rename(path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _swap_folders(path: Path, draft: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    path.rename(aside / "old")
    try:
        draft.rename(path)
    except OSError:
        # Should this fail as well, the old folder stays in the one beside it.
        (aside / "old").rename(path)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, why: str) -> InputError:
    return InputError([Issue("unwritable", str(path), f"cannot be written: {why}")])


def _why(error: OSError | ValueError) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error)).lower()
