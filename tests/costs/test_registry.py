"""Terms of your own, named in JSON."""

from typing import Literal

import pytest
from pydantic import BaseModel

from domroute.costs import Handling, register, registry
from domroute.costs.registry import TERMS


def test_term_is_registered_by_its_word(monkeypatch):
    """A class with a word is found by that word."""
    monkeypatch.setattr(registry, "TERMS", dict(TERMS))

    class Noise(BaseModel):
        """A term with a new word."""

        term: Literal["noise"] = "noise"

    assert register(Noise) is Noise
    assert registry.TERMS["noise"] is Noise


def test_registering_twice_is_harmless():
    """A module may be imported twice."""
    assert register(Handling) is Handling


def test_word_names_one_class():
    """A word that is taken is refused, by the name of its owner."""

    class Mine(BaseModel):
        """A term with a word that is taken."""

        term: Literal["handling"] = "handling"

    with pytest.raises(ValueError, match="'handling' names Handling already"):
        register(Mine)


def test_class_without_a_word_is_refused():
    """A term that cannot be named cannot be registered."""

    class NoField(BaseModel):
        """No word at all."""

        weight: float = 1.0

    class NoDefault(BaseModel):
        """A word that nobody said."""

        term: str

    for made in (NoField, NoDefault):
        with pytest.raises(ValueError, match="needs a field 'term'"):
            register(made)


@pytest.mark.parametrize("word", sorted(TERMS))
def test_terms_know_their_word(word):
    """Every registered term goes by the word it is registered under."""
    assert TERMS[word].model_fields["term"].default == word
