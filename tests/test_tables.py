"""Small tables for people."""

from domroute.tables import html_pairs, html_table, text_pairs, text_table


def test_labels_are_aligned_right():
    """Values start in one column."""
    assert text_pairs([("a", "1"), ("long", "2")]) == "   a: 1\nlong: 2"


def test_no_pairs_are_no_text():
    """Nothing prints as nothing."""
    assert text_pairs([]) == ""


def test_columns_of_numbers_are_aligned_right():
    """Numbers, percentages and gaps stand under each other; text does not move."""
    rows = [["N1", "1,006.11", "5%"], ["S7", "", "-"]]

    assert text_table(["node", "cost", "gap"], rows).splitlines() == [
        "node      cost  gap",
        "----  --------  ---",
        "N1    1,006.11   5%",
        "S7                -",
    ]


def test_column_with_a_word_is_aligned_left():
    """One word makes a column text."""
    assert text_table(["x"], [["1"], ["none"]]).splitlines()[2:] == ["1", "none"]


def test_table_without_rows_is_its_header():
    """A header stands alone."""
    assert text_table(["node", "cost"], []).splitlines() == ["node  cost", "----  ----"]


def test_lines_do_not_end_in_blanks():
    """The last column is not padded."""
    text = text_table(["a", "b"], [["1", "long text"], ["2", ""]])

    assert all(line == line.rstrip() for line in text.splitlines())


def test_html_is_escaped():
    """Ids are text, not markup."""
    name = "<b>&"

    assert "<b>" not in html_table([name], [[name]]) + html_pairs([(name, name)])
    assert html_table([name], [[name]]).count("&lt;b&gt;&amp;") == 2
    assert html_pairs([(name, name)]).count("&lt;b&gt;&amp;") == 2
