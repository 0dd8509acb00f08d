"""Small tables for people: plain text and HTML, from the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def text_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """
    Set labels and values as lines, the labels aligned right.

    Examples
    --------
    >>> print(text_pairs([("status", "optimal"), ("cost", "6.11")]))
    status: optimal
      cost: 6.11
    """
    rows = list(pairs)
    width = max((len(label) for label, _ in rows), default=0)
    return "\n".join(f"{label:>{width}}: {value}" for label, value in rows)


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Set rows under a header; columns of numbers are aligned right.

    Examples
    --------
    >>> print(text_table(["node", "cost"], [["N1", "6.11"], ["S7", "12.00"]]))
    node   cost
    ----  -----
    N1     6.11
    S7    12.00
    """
    body = [[str(cell) for cell in row] for row in rows]
    columns = list(zip(header, *body, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [bool(body) and all(map(_is_number, column[1:])) for column in columns]
    lines = [list(header), ["-" * width for width in widths], *body]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def html_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """
    Set labels and values as an HTML table.

    Examples
    --------
    >>> html_pairs([("cost", "6.11")])
    '<table><tr><th>cost</th><td>6.11</td></tr></table>'
    """
    rows = "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in pairs
    )
    return f"<table>{rows}</table>"


def html_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Set rows under a header as an HTML table.

    Examples
    --------
    >>> html_table(["node"], [["N1"]])
    '<table><tr><th>node</th></tr><tr><td>N1</td></tr></table>'
    """
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def html_words(sentences: Iterable[str]) -> str:
    """
    Set sentences as HTML paragraphs.

    Examples
    --------
    >>> html_words(["N1 ships."])
    '<p>N1 ships.</p>'
    """
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def _is_number(cell: str) -> bool:
    digits = cell.replace(",", "").replace("%", "").replace("+", "").strip()
    try:
        float(digits)
    except ValueError:
        return digits in ("", "-")
    return True
