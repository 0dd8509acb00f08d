"""Names looked up: what orders, services and quotes may speak of."""

from domroute.known import Known, order_faults, quote_faults, service_faults


def test_order_names_are_looked_up_where_they_stand():
    """An unknown item, pin, pick-up node and service, each with its path."""
    known = Known(nodes={"N1"}, skus={"A"}, services={"ground"})
    raw = {
        "delivery": {"services": ["sled"]},
        "lines": [
            {"sku": "Z", "pinned_node": "N9", "excluded_nodes": ["N8"]},
            {"sku": "A", "delivery": {"node": "N7"}},
        ],
    }

    found = [(code, path) for code, path, _ in order_faults(raw, known)]

    # N8 is excluded: what does not exist is excluded already.
    assert found == [
        ("unknown_id", ("delivery", "services", 0)),
        ("unknown_id", ("lines", 0, "sku")),
        ("unknown_id", ("lines", 0, "pinned_node")),
        ("unknown_id", ("lines", 1, "delivery", "node")),
    ]


def test_nothing_is_said_of_tables_that_could_not_be_read():
    """One broken table does not become a thousand faults elsewhere."""
    raw = {"lines": [{"sku": "Z", "pinned_node": "N9"}]}

    assert not list(order_faults(raw, Known()))
    assert not list(service_faults({"services": ["sled"]}, Known()))
    assert not list(quote_faults({"order": "o1", "node": "N9"}, Known()))


def test_quote_for_a_line_of_another_order_is_told():
    """l2 is a line of o2, not of o1."""
    known = Known(nodes={"N1"}, orders={"o1": {"l1"}, "o2": {"l2"}})

    found = list(quote_faults({"order": "o1", "line": "l2", "node": "N1"}, known))

    assert found == [("unknown_id", ("line",), "'l2' is not a line of order 'o1'")]
