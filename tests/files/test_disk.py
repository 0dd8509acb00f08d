"""Files: whole or not at all, with the permissions of what they replace."""

from __future__ import annotations

import io
import os
import stat
import threading
from pathlib import Path

import pytest

from domroute.errors import InputError
from domroute.files import disk
from domroute.files.disk import (
    check_folder_writable,
    check_writable,
    kind_of,
    names_in,
    read_bytes,
    read_stream,
    write_file,
    write_folder,
)


def codes(call, *args):
    """Return the codes of the faults of a call."""
    with pytest.raises(InputError) as caught:
        call(*args)
    return [issue.code for issue in caught.value.issues]


def mode(path):
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def ring(tmp_path):
    """Make a link that leads to itself."""
    path = tmp_path / "ring"
    path.symlink_to(path)
    return path


@pytest.fixture
def pipe(tmp_path):
    """Make a pipe with a name."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_kinds_are_told(tmp_path, pipe):
    """A file, a folder, a pipe, and nothing."""
    (tmp_path / "file").touch()

    assert kind_of(tmp_path / "file") == "file"
    assert kind_of(tmp_path) == "folder"
    assert kind_of(pipe) == "device"
    assert kind_of(tmp_path / "file" / "none") is None


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0", "ring"])
def test_names_that_lead_nowhere_are_faults(name, tmp_path, ring):
    """Too long, not a name, or a link in a ring: whatever is done with them."""
    path = tmp_path / name if name != "ring" else ring

    for read in (kind_of, read_bytes, names_in):
        assert codes(read, path) == ["unreadable"]
    for write in (check_writable, check_folder_writable):
        assert codes(write, path) == ["unwritable"]
    assert codes(write_file, path, b"") == ["unwritable"]
    assert codes(write_folder, path, {}) == ["unwritable"]


def test_a_folder_is_no_file(tmp_path):
    """It cannot be read or replaced as one, nor a file as a folder."""
    (tmp_path / "file").touch()

    assert codes(read_bytes, tmp_path) == ["unreadable"]
    assert codes(check_writable, tmp_path) == ["unwritable"]
    assert codes(write_file, tmp_path, b"") == ["unwritable"]
    assert codes(check_folder_writable, tmp_path / "file") == ["unwritable"]


@pytest.mark.parametrize("bits", [0o640, 0o600, 0o664, 0o755])
def test_what_is_replaced_keeps_its_permissions(bits, tmp_path):
    """A file, a folder and the files in it."""
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_bytes(b"old")
    folder.mkdir()
    (folder / "a").write_bytes(b"old")
    for path in (file, folder / "a"):
        path.chmod(bits)
    folder.chmod(bits | 0o700)

    write_file(file, b"new")
    write_folder(folder, {"a": b"new", "b": b"new"})

    assert file.read_bytes() == (folder / "a").read_bytes() == b"new"
    assert mode(file) == mode(folder / "a") == bits
    assert mode(folder) == bits | 0o700
    assert sorted(names_in(tmp_path)) == ["file", "folder"]


def test_what_is_new_has_the_permissions_of_all_new_files(tmp_path):
    """As ``touch`` and ``mkdir`` give them, by the umask."""
    (tmp_path / "touched").touch()
    (tmp_path / "made").mkdir()

    write_file(tmp_path / "file", b"")
    write_folder(tmp_path / "folder", {})

    assert mode(tmp_path / "file") == mode(tmp_path / "touched")
    assert mode(tmp_path / "folder") == mode(tmp_path / "made")


def test_a_link_is_followed(tmp_path):
    """What it leads to is replaced, and the link stays."""
    (tmp_path / "link").symlink_to(tmp_path / "file")

    write_file(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_names_as_long_as_names_can_be_are_written(tmp_path):
    """The draft beside has a shorter one."""
    name = "ż" * 127  # 254 bytes, of 255

    check_writable(tmp_path / name)
    write_file(tmp_path / name, b"")
    write_folder(tmp_path / name[:-1], {})

    assert len(names_in(tmp_path)) == 2


def test_whether_a_file_can_be_written_is_tried(tmp_path, monkeypatch):
    """Before the work, not after it; nothing stays behind."""
    check_writable(tmp_path / "new")
    check_folder_writable(tmp_path / "new")
    assert names_in(tmp_path) == frozenset()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(disk.os, "open", refuse)
    monkeypatch.setattr(Path, "mkdir", refuse)
    assert codes(check_writable, tmp_path / "new") == ["unwritable"]
    assert codes(check_folder_writable, tmp_path / "new") == ["unwritable"]


def test_what_may_not_be_written_to_is_told(tmp_path, monkeypatch):
    """A file that is there, and whose permissions forbid it."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(disk.os, "access", lambda *_: False)

    assert codes(check_writable, tmp_path / "file") == ["unwritable"]


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    """No half file, no half folder, no draft."""
    file, folder = tmp_path / "file", tmp_path / "folder"
    write_file(file, b"old")
    write_folder(folder, {"a": b"old"})

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", fail)
    assert codes(write_file, file, b"new") == ["unwritable"]
    assert codes(write_folder, folder, {"b": b"new", "a": b"new"}) == ["unwritable"]

    assert file.read_bytes() == (folder / "a").read_bytes() == b"old"
    assert names_in(folder) == {"a"}
    assert sorted(names_in(tmp_path)) == ["file", "folder"]


def watch(folder, write):
    """Write again and again; return what a reader saw of the folder meanwhile."""
    seen, is_over = set(), threading.Event()

    def read():
        while not is_over.is_set():
            try:
                seen.add((folder / "a").read_bytes())
            except FileNotFoundError:
                seen.add(None)

    reader = threading.Thread(target=read)
    reader.start()
    for at in range(300):
        write(b"%d" % (at % 2))
    is_over.set()
    reader.join()
    return seen


@pytest.mark.skipif(
    not disk._EXCHANGES.get(disk.sys.platform), reason="no such step on this system"
)
def test_folders_swap_without_a_moment_between(tmp_path):
    """A reader finds the former file or the new one, and never none."""
    folder = tmp_path / "folder"
    write_folder(folder, {"a": b"0"})

    seen = watch(folder, lambda data: write_folder(folder, {"a": data}))

    assert seen <= {b"0", b"1"}


def test_folders_swap_where_the_system_has_no_such_step(tmp_path, monkeypatch):
    """By two steps; should the second fail, the first is undone."""
    folder = tmp_path / "folder"
    monkeypatch.setattr(disk, "_exchange", lambda *_: False)
    write_folder(folder, {"a": b"old"})
    write_folder(folder, {"a": b"new"})
    assert (folder / "a").read_bytes() == b"new"

    rename = Path.rename

    def fail(path, other):
        if other == folder and (path / "a").read_bytes() == b"newer":
            raise OSError(5, "Input/output error")
        return rename(path, other)

    monkeypatch.setattr(Path, "rename", fail)
    assert codes(write_folder, folder, {"a": b"newer"}) == ["unwritable"]
    assert (folder / "a").read_bytes() == b"new"
    assert names_in(tmp_path) == {"folder"}


def test_a_system_of_another_name_has_no_such_step(tmp_path, monkeypatch):
    """Nor has an older library of the same."""
    monkeypatch.setattr(disk.sys, "platform", "plan9")
    assert not disk._exchange(tmp_path, tmp_path)

    monkeypatch.setattr(disk.sys, "platform", "linux")
    monkeypatch.setattr(disk.ctypes, "CDLL", lambda *_, **__: object())
    assert not disk._exchange(tmp_path, tmp_path)


def test_a_pipe_is_read_and_written(pipe):
    """It is neither replaced nor tried."""
    check_writable(pipe)
    writer = threading.Thread(target=write_file, args=(pipe, b"data"))
    writer.start()

    assert read_bytes(pipe) == b"data"
    writer.join()
    assert kind_of(pipe) == "device"


def test_a_full_device_is_told():
    """What was to be written does not fit."""
    assert codes(write_file, Path("/dev/full"), b"data") == ["unwritable"]


def test_what_has_no_end_is_told(monkeypatch):
    """A device is read so far, and no further."""
    monkeypatch.setattr(disk, "MAX_STREAM", 5 * 2**20)

    assert codes(read_bytes, Path("/dev/zero")) == ["too_large"]


def test_a_stream_that_cannot_be_read_is_told():
    """It has been closed, or is none that can be read."""
    closed = io.BytesIO()
    closed.close()

    assert codes(read_stream, closed, "input") == ["unreadable"]
