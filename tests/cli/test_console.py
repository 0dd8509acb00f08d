"""Whatever streams a process has, it ends with a status and without a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from builders import line, network, node, order, stock
from domroute.cli import console, main
from domroute.errors import InputError
from domroute.jsonio import results_from_json, save_scenario
from domroute.scenario import Scenario


@pytest.fixture
def polish(tmp_path):
    """Save a scenario with letters that Western Europe does not have."""
    scenario = Scenario(
        "żółw",
        network(node("Łódź"), items="A"),
        stock(Łódź={"A": 4}),
        [order("zamówienie", line("l1", "A", 3))],
    )
    save_scenario(scenario, tmp_path / "polish.json")
    return str(tmp_path / "polish.json")


def shell(command, *arguments, **environment):
    """Run the command by a shell that redirects; return its status and errors."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m domroute {command}', sys.executable, *arguments],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "src", **environment},
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize(
    ("command", "status", "error"),
    [
        ("check bundled:tiny >&-", 2, "standard output: cannot be written: it is"),
        ("check bundled:tiny >/dev/full", 2, "standard output: cannot be written:"),
        ("--version >/dev/full", 2, "standard output: cannot be written:"),
        ("check none.json 2>&-", 2, ""),
        ("check none.json 2>/dev/full", 2, ""),
        ("check - <&-", 2, "standard input: cannot be read: it is closed"),
        ("check bundled:tiny <&- >&- 2>&-", 2, ""),
    ],
)
def test_streams_that_are_closed_or_full_are_told(command, status, error):
    """Where there is still a stream to tell it on."""
    code, _, errors = shell(command)

    assert code == status
    assert errors.startswith(error)
    assert errors.count("\n") == (1 if error else 0)


def test_a_file_does_not_get_the_number_of_a_closed_stream(polish, tmp_path):
    """What libraries print past Python is in no result."""
    out = tmp_path / "out.json"

    assert shell('route "$1" --out "$2" >&- 2>&-', polish, str(out))[0] == 0
    assert len(results_from_json(out.read_bytes())) == 1


def test_data_are_utf_8_and_words_are_escaped(polish):
    """By a terminal of Western Europe: results can be read back, words can be read."""
    western = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}

    _, data, _ = shell('route "$1"', polish, **western)
    _, words, _ = shell('check "$1"', polish, **western)

    assert results_from_json(data)[0].order_id == "zamówienie"
    assert "\\u017có\\u0142w" in words.decode("cp1252")


def shown(argv):
    """Run a command on a terminal of Western Europe; return its status and output."""
    with io.TextIOWrapper(io.BytesIO(), encoding="cp1252") as stream:
        with redirect_stdout(stream):
            code = main(argv)
        return code, stream.buffer.getvalue()


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_standard_output_and_files_hold_the_same_data(format_, polish, tmp_path):
    """The same bytes, but for the time it took."""
    out = tmp_path / "out"
    code, data = shown(["route", polish, "--format", format_])
    main(["route", polish, "--format", format_, "--out", str(out)])

    assert code == 0
    assert "Łódź" in data.decode("utf-8")
    assert len(data) == pytest.approx(out.stat().st_size, abs=9)


@pytest.mark.parametrize(
    "argv", [["check"], ["route", "--format", "text"], ["explain", "zamówienie"]]
)
def test_words_are_shown_as_the_terminal_can(argv, polish):
    """With escapes for what it does not have."""
    code, words = shown([argv[0], polish, *argv[1:]])

    assert code == 0
    assert b"\\u0142" in words or b"\\u0141" in words


class Broken(io.StringIO):
    """A stream that takes nothing."""

    def write(self, text):
        """Refuse."""
        raise OSError(28, "No space left on device", text)


def test_errors_that_cannot_be_told_raise_nothing(monkeypatch):
    """They are there to help; without a stream there is nobody to help."""
    for stream in (None, Broken()):
        monkeypatch.setattr("sys.stderr", stream)
        console.say("a word")
        errors = console.Errors()
        assert errors.write("a word") == len("a word")
        assert not errors.isatty()

    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    console.say("a word")
    assert not console.Errors().isatty()


def test_output_that_cannot_be_written_is_a_fault(monkeypatch):
    """Closed, or full."""
    for stream in (None, Broken()):
        monkeypatch.setattr("sys.stdout", stream)
        with pytest.raises(InputError) as caught:
            console.write_out("a word")
        assert [issue.code for issue in caught.value.issues] == ["unwritable"]


def test_progress_that_cannot_be_shown_stops_no_work(polish, capsys, monkeypatch):
    """A bar and a line, on a stream that is closed or full."""
    for stream in (None, Broken()):
        monkeypatch.setattr("sys.stderr", stream)
        assert main(["route", polish, "--progress"]) == 0
        assert main(["batch", polish, "--progress", "--time-limit", "0.2"]) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (MemoryError, 2, "too large"),
        (RecursionError, 2, "too deep"),
        (KeyboardInterrupt, 130, "interrupted"),
    ],
)
def test_what_ends_the_work_ends_with_a_status(
    error, status, words, capsys, monkeypatch
):
    """No memory, no depth, or no patience."""

    def fail(_):
        raise error

    monkeypatch.setattr("domroute.cli.check.scenario_of", fail)

    assert main(["check", "bundled:tiny"]) == status
    assert words in capsys.readouterr().err
