"""Tests for records: plain classes that are frozen to whoever checks types."""

import pickle
from dataclasses import replace

from domroute.records import record


@record
class Pair:
    """Two values."""

    left: int
    right: tuple[int, ...] = ()


def test_replacing_a_field_leaves_the_record_as_it_was():
    """A record is changed by making another one."""
    pair = Pair(1)

    other = replace(pair, right=(2,))

    assert (pair.left, pair.right, other.left, other.right) == (1, (), 1, (2,))


def test_records_are_compared_by_identity():
    """Arrays have no one answer to whether they are equal: records do not ask them."""
    pair = Pair(1)

    assert pair != Pair(1)
    assert len({pair, pair, Pair(1)}) == 2


def test_records_can_be_pickled():
    """Processes that share a wave send each other records."""
    read = pickle.loads(pickle.dumps(Pair(1, (2, 3))))  # noqa: S301 - our own

    assert (read.left, read.right) == (1, (2, 3))


def test_records_have_no_other_attributes():
    """A name that is no field is a mistake, and told."""
    pair = Pair(1)

    assert not hasattr(pair, "__dict__")


def test_type_checkers_are_told_that_records_are_frozen():
    """To set a field is an error, although nothing stands in its way."""
    told = record.__dataclass_transform__
    told = {**told, **told["kwargs"]}  # where Python 3.11 keeps what it does not know

    assert told["frozen_default"]
    assert not told["eq_default"]
