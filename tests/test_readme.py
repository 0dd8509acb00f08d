"""The README says what is true: its Python blocks run, and print what it shows."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_python_blocks_print_what_is_shown():
    """Every Python block runs, in order, and prints the text that follows it."""
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    namespace = {"__name__": "readme"}
    printed: list[str] = []
    for kind, text in blocks:
        if kind == "python":
            page = StringIO()
            with redirect_stdout(page):
                exec(compile(text, str(README), "exec"), namespace)  # noqa: S102
            printed.append(page.getvalue())

    assert printed
    assert printed == [text for kind, text in blocks if kind == "text"]


def test_opens_with_the_two_commands():
    """The first thing a reader sees is how to run the demonstration and the tests."""
    text = README.read_text(encoding="utf-8")
    commands = re.search(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)

    assert commands is not None
    assert commands[1].splitlines() == ["$ make demo", "$ make test"]


def test_every_issue_code_is_documented():
    """The page of codes names every code that the source gives an issue."""
    root = README.parent
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([a-z_]+)`", page))
    given = re.compile(
        r'(?:Issue|\.add|_unwritable|_not_savable)\(\s*"([a-z_]+)"'
        r'|: "([a-z]+_[a-z]+)",\n(?=    "|\})'
        r'|yield "([a-z_]+)", \('
    )
    found = {
        next(filter(None, groups))
        for path in (root / "src/domroute").rglob("*.py")
        if path.name != "reasons.py"
        for groups in given.findall(path.read_text(encoding="utf-8"))
    }

    assert "oversold" in found
    assert found - listed - {"unknown_sku"} == set()  # the last is only an example
