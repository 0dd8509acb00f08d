"""Sphinx settings of the domroute documentation."""

# ruff: noqa: ANN001, ANN201, ANN202 - what Sphinx calls is typed by Sphinx

import re as _re
import tomllib as _tomllib
from enum import Enum as _Enum
from pathlib import Path as _Path

from pydantic import BaseModel as _BaseModel

import domroute.jsonio  # noqa: F401 - before autodoc, which pretends to check types

_ROOT = _Path(__file__).parents[1]
_PROJECT = _tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))

project = "domroute"
author = "The domroute authors"
copyright = "the domroute authors"
release = version = _PROJECT["project"]["version"]

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "jupyter_execute", "**.ipynb_checkpoints"]

# Pages: Markdown, executed; a page that fails fails the build.
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_render_markdown_format = "myst"

# Reference: types come from the signature, words from the docstring.
add_module_names = False
autodoc_class_signature = "mixed"
autodoc_default_options = {"exclude-members": "model_config"}
autodoc_member_order = "bysource"
autodoc_type_aliases = {
    name: name for name in ("FloatArray", "IntArray", "BoolArray", "Seconds")
}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
python_maximum_signature_line_length = 88

_ALIAS = _re.compile(r"~?\w*\.?TypeAliasForwardRef\('(\w+)'\)")
_EVENT = _re.compile(r"~?[\w.]*Annotated\[[^\[\]]*discriminator='event'\)\]")
_POLICY = _re.compile(r"(= Policy)\(.*\)(?=, quotes)")
_EXAMPLES = ".. rubric:: Examples"
_LONGEST = 48  # characters of a default worth showing

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

# Links: every one must resolve, except into libraries documented elsewhere, written
# in full or in short, and built-ins: a build needs no network.
_ELSEWHERE = r"""
(np|numpy|npt|pd|pandas|pydantic|pydantic_core|annotated_types|ortools|geopy|matplotlib)\..*
(typing|typing_extensions|types|collections\.abc|datetime|enum|os|pathlib)\..*
(random|threading|zoneinfo)\..*
Annotated|Any|Callable|ClassVar|Final|IO|Iterable|Iterator|Literal|Mapping|Never
Protocol|Self|Sequence|TextIO|TypeVar
Axes|FloatArray|IntArray|BoolArray|ArrayLike|NDArray|ndarray|DataFrame|Series|Path|StrEnum|Event|Generator
AllowInfNan|BaseModel|ConfigDict|Field|FieldInfo|Ge|Gt|Interval|Le|Lt|MaxLen|MinLen
AfterValidator|BeforeValidator|PlainSerializer|Strict
date|datetime|time|timedelta|tzinfo|ZoneInfo
bool|bytes|dict|float|frozenset|int|list|None|NoneType|object|set|str|tuple|type
domroute\.(costs|replay|streams|whatif)\..*\.(_.*|T|OrderQuotes)
domroute\.names\.Known|domroute\.ledger\.(layout\.Layout|pages\.Page|feed\.Frame|drawers\.Drawers|later\.Later|days\.Days)
Groups|Past|Mapping\[str
BaseException|Exception|KeyError|RuntimeError|TimeoutError|TypeError|UserWarning
ValueError
concurrent\.futures\..*
"""
nitpicky = True
nitpick_ignore_regex = [("py:.*", names) for names in _ELSEWHERE.split()]

html_theme = "furo"
html_title = f"domroute {release}"
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False

copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_is_regexp = True
copybutton_prompt_text = r">>> |\.\.\. |\$ "


# Models: their fields as the source names the types, before the example.


def _describe_fields(model):
    raw = {}
    for base in reversed(model.__mro__):
        raw |= getattr(base, "__annotations__", {})
    yield from (".. rubric:: Fields", "")
    for name, field in model.model_fields.items():
        default = "required"
        if not field.is_required():
            value = field.get_default(call_default_factory=True)
            text = repr(value.value if isinstance(value, _Enum) else value)
            text = text if len(text) <= _LONGEST else f"{type(value).__name__}(...)"
            default = f"default ``{text}``"
        yield f"``{name}``: ``{raw[name]}``, {default}"
        yield from (
            f"   {line.strip()}" for line in (field.description or "").split("\n")
        )
        yield ""


def _is_model(what, thing):
    return what == "class" and isinstance(thing, type) and issubclass(thing, _BaseModel)


def _add_fields(_app, what, _name, thing, _options, lines):
    if _is_model(what, thing):
        end = lines.index(_EXAMPLES) if _EXAMPLES in lines else len(lines)
        lines[end:end] = ["", *_describe_fields(thing), ""]


def _shorten_signature(_app, what, _name, thing, _options, signature, result):
    if _is_model(what, thing):
        return "", ""  # the fields say it
    found = (signature, result)
    plain = tuple(text and _POLICY.sub(r"\1()", text) for text in found)
    plain = tuple(text and _ALIAS.sub(r"\1", text) for text in plain)
    plain = tuple(text and _EVENT.sub("Event", text) for text in plain)
    return plain if plain != found else None


def setup(app):
    """Connect what is above; after numpydoc, which has done with the docstring."""
    app.connect("autodoc-process-docstring", _add_fields, priority=900)
    app.connect("autodoc-process-signature", _shorten_signature, priority=100)
