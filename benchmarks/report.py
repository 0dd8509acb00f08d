"""Tables as Markdown, printed as they are made and kept together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """
    One table: a title, a sentence or two on what it says, and its rows.

    Attributes
    ----------
    notes
        Lines under the table.
    raw
        What a picture of it is drawn from, ready for JSON.
    """

    title: str
    about: str
    header: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: list[dict[str, object]] = field(default_factory=list)

    def to_markdown(self) -> str:
        """Set the table in Markdown; columns but the first are aligned right."""
        rule = ["---", *("---:" for _ in self.header[1:])]
        rows = [self.header, rule, *self.rows]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        notes = [f"- {note}" for note in self.notes]
        parts = [f"## {self.title}", self.about, "\n".join(lines)]
        return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])]) + "\n"


def write(heading: str, facts: Iterable[str], tables: Iterable[Table]) -> str:
    """Set a whole report in Markdown."""
    top = "\n".join(f"- {fact}" for fact in facts)
    return "\n".join([f"# {heading}\n", top, "", *(t.to_markdown() for t in tables)])
