"""What is shown as HTML shows names, and runs none of them."""

from __future__ import annotations

import warnings
from html.parser import HTMLParser

import pytest

from hostile import MARK, pages


class Tags(HTMLParser):
    """Notes the tags and attributes of a page."""

    def __init__(self):
        """Begin with none."""
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        """Note one."""
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Show everything of a scenario in which every name is an attack."""
    with warnings.catch_warnings():
        # Names so long leave pictures no room: ugly, and said by Matplotlib.
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        return dict(pages(tmp_path_factory.mktemp("pages")))


def test_everything_that_shows_itself_is_tried(shown):
    """Tables, explanations, reports, pages and pictures."""
    assert len(shown) >= 12


def test_no_name_becomes_a_tag(shown):
    """No script, no picture from elsewhere, no handler, no class of a name's own."""
    for name, page in shown.items():
        tags = Tags()
        tags.feed(page)
        for tag, fields in tags.found:
            assert tag not in {"script", "img", "b"}, name
            assert not any(field.startswith("on") for field in fields), name
            assert fields.get("class") != MARK, name


def test_names_are_there_to_be_read(shown):
    """What is escaped is not left out."""
    for name in ("explanation", "result", "comparison", "report of a replay"):
        assert "&lt;script&gt;" in shown[name]
