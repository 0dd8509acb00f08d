"""Every public name has a docstring that reads as the others do."""

import inspect
import warnings
from enum import Enum
from typing import Protocol

import pytest

import domroute

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from numpydoc.validate import validate

# Left out on purpose: what the house does otherwise, or another tool asks.
IGNORED = {
    "ES01",  # a summary that says it all needs no extension
    "EX01",  # examples are asked of functions and models, not of methods
    "GL01",  # the text may start beside the quotes where it is one line
    "GL08",  # inherited members of pydantic have docstrings of their own
    "PR01",  # fields of models are documented where they stand
    "PR02",  # likewise: the signature of a model is made at run time
    "PR04",  # types stand in the signature only
    "PR07",  # two parameters that belong together share a description
    "PR08",  # descriptions may start with what they are called
    "PR09",  # short descriptions need no period
    "RT01",  # the summary of a getter says what is returned
    "RT02",  # types stand in the signature only
    "RT03",  # likewise
    "SA01",  # cross references are links in the text
    "SS05",  # "Passes" of nouns and models are no verbs
    "SS06",  # a summary may take two lines where one is not enough
    "YD01",  # as for returns
}


def is_checked(name):
    """Tell whether a public name is checked: classes and functions, not protocols."""
    thing = getattr(domroute, name)
    if inspect.isclass(thing):
        return not issubclass(thing, Enum) and Protocol not in thing.__bases__
    return inspect.isfunction(thing)


def methods_of(name):
    """List the public members a class defines itself."""
    thing = getattr(domroute, name)
    if not inspect.isclass(thing):
        return []
    kinds = (property, staticmethod, classmethod)
    return [
        f"{name}.{member}"
        for member, value in vars(thing).items()
        if not member.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, kinds))
    ]


def path_of(name):
    """Say where a public name is defined; ``domroute.verify`` is a package as well."""
    first, *rest = name.split(".")
    thing = getattr(domroute, first)
    return ".".join((thing.__module__, thing.__qualname__, *rest))


NAMES = [name for name in domroute.__all__ if is_checked(name)]
METHODS = [member for name in NAMES for member in methods_of(name)]


@pytest.mark.parametrize("name", [*NAMES, *METHODS])
def test_docstring_is_valid(name):
    """Sections are in order, sentences end, names are known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        faults = validate(path_of(name))["errors"]

    assert [fault for fault in faults if fault[0] not in IGNORED] == []


@pytest.mark.parametrize("name", domroute.__all__[:])
def test_name_is_documented(name):
    """Every public name but the version has a docstring of its own."""
    thing = getattr(domroute, name)
    if name == "__version__":
        assert isinstance(thing, str)
        return
    text = inspect.getdoc(thing)

    assert text
    assert text.splitlines()[0].endswith(".")


@pytest.mark.parametrize(
    "name", [name for name in NAMES if inspect.isfunction(getattr(domroute, name))]
)
def test_function_has_an_example(name):
    """Every public function shows itself at work."""
    assert ">>>" in inspect.getdoc(getattr(domroute, name))
