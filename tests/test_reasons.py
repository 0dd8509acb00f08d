"""Stable codes, each with a sentence."""

import pytest

from domroute.reasons import Reason


@pytest.mark.parametrize("reason", list(Reason))
def test_reason_has_a_sentence(reason):
    """Every reason reads well after a colon: no capital, no period."""
    sentence = reason.sentence

    assert sentence[0].islower()
    assert not sentence.endswith(".")


def test_sentences_differ():
    """No two reasons say the same."""
    assert len({reason.sentence for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_reason_is_its_name_in_lower_case(reason):
    """The stored value follows from the name."""
    assert reason.value == reason.name.lower()


def test_reasons_are_the_published_ones():
    """The values are public API: adding one is a change, removing one a break."""
    assert {reason.value for reason in Reason} == {
        "disabled",
        "not_active",
        "no_order_date",
        "method_not_offered",
        "not_the_pickup_node",
        "outside_pickup_radius",
        "not_the_pinned_node",
        "excluded_by_line",
        "not_eligible",
        "missing_capability",
        "too_far",
        "lower_priority",
        "no_service",
        "no_date",
        "after_cutoff",
        "too_late",
        "allocated",
        "expired",
        "no_stock",
        "no_capacity",
        "below_minimum_order",
        "no_plan_uses_it",
        "out_of_stock",
        "not_enough_stock",
        "no_eligible_node",
        "pinned_node_short",
        "pickup_node_short",
        "split_limit",
        "ship_complete",
        "ship_together",
        "not_together",
        "line_not_splittable",
        "cheaper_unfilled",
        "no_plan_fills_more",
        "attempts_exhausted",
        "limit_reached",
        "no_cause_proven",
        "as_decided",
    }
