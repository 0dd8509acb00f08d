"""Notebooks of the documentation run as they stand, in a Jupyter of their own."""

import ast
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.stem != "index")
_CELL = re.compile(r"```\{code-cell\} python3\n(.*?)\n```\n", re.DOTALL)


def cells_of(page):
    """List the code of a page, cell by cell."""
    return _CELL.findall(page.read_text("utf-8"))


def test_every_notebook_is_in_the_index():
    """The index lists every page of its folder, and no other."""
    text = (FOLDER / "index.md").read_text("utf-8")
    tree = text.split("```{toctree}\n:hidden:\n\n")[1].split("```")[0].split()

    assert sorted(tree) == [page.stem for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_cells_are_plain_python(page):
    """Cells need nothing but Python: no magic of a shell, and nothing private."""
    cells = cells_of(page)

    assert len(cells) > 5
    for cell in cells:
        for node in ast.walk(ast.parse(cell)):
            name = getattr(node, "attr", "")
            assert not name.startswith("_"), name


def test_first_notebook_runs_in_a_fresh_kernel():
    """The first page runs as a notebook; building the documentation runs them all."""
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    cells = [
        nbformat.v4.new_code_cell(cell) for cell in cells_of(FOLDER / "first-steps.md")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)

    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()

    drawn = [
        output
        for cell in cells
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(drawn) == 3
    assert not any(
        o.output_type == "stream" and o.name == "stderr"
        for c in cells
        for o in c.outputs
    )
